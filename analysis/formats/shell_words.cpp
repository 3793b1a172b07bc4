#include "analysis/formats/shell_words.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <map>

namespace vqlab {
namespace {

constexpr std::size_t kMostShellText = 1 << 20;  // of all words together; more than any kernel takes

bool is_shell_name(char one) { return std::isalnum(static_cast<unsigned char>(one)) != 0 || one == '_'; }

// The length of a name at the start of `text`; 0: there is none.
std::size_t shell_name_length(const std::string& text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_shell_name(text[end])) ++end;
  return end > at && std::isdigit(static_cast<unsigned char>(text[at])) != 0 ? 0 : end - at;
}

bool is_among(const std::string& word, std::initializer_list<const char*> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Where the `=` or `+=` of an assignment begins; npos: it is none.
std::size_t shell_assignment(const std::string& word) {
  const std::size_t length = shell_name_length(word, 0);
  if (length == 0) return std::string::npos;
  return word.compare(length, 1, "=") == 0 || word.compare(length, 2, "+=") == 0 ? length : std::string::npos;
}

class ShellReader {
 public:
  ShellReader(const std::string& text, FaultList& faults) : text_(text), faults_(faults) {}

  std::vector<std::vector<ShellWord>> read() {
    while (at_ < text_.size() && !failed_) step();
    end_command();
    return std::move(commands_);
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  char take() {
    if (text_[at_] == '\n') ++line_;
    return text_[at_++];
  }

  void put(char one) {
    open();
    if (++put_ > kMostShellText) return fail("variables that grow beyond any command line");
    word_.text += one;
    if (one == '\n') word_.lines.emplace_back(word_.text.size(), line_);
  }

  void put(const std::string& some) {
    open();
    for (const char one : some) put(one);
  }

  void open() {
    if (!in_word_) word_.line = line_;
    in_word_ = true;
  }

  void fail(const std::string& found) {
    if (!failed_) faults_.add(FaultKind::kSyntax, "line " + std::to_string(line_), found, "a shell command");
    failed_ = true;
  }

  void end_word() {
    if (!in_word_) return;
    if (skips_word_) {
      skips_word_ = false;
    } else if (in_array_) {
      arrays_[array_].push_back(word_);
    } else {
      command_.push_back(word_);
    }
    word_ = ShellWord{};
    in_word_ = false;
  }

  void end_command() {
    end_word();
    // What may stand in front of a command in a loop or under a condition.
    auto first = command_.begin();
    while (first != command_.end() && is_among(first->text, {"then", "do", "else", "elif", "!", "{"})) ++first;
    if (first != command_.end()) {
      if (is_among(first->text, {"if", "for", "while", "until", "case", "select"})) ++blocks_;
      if (is_among(first->text, {"fi", "done", "esac"})) blocks_ = std::max(0, blocks_ - 1);
      const auto takes = std::find_if(first, command_.end(), [](const ShellWord& word) {
        return is_among(word.text, {"for", "select", "read"});
      });
      std::for_each(takes, command_.end(), [this](const ShellWord& word) { leave_open(word.text, word.line); });
    }
    // A command that is assignments alone sets variables.
    const auto assigns = [](const ShellWord& word) { return shell_assignment(word.text) != std::string::npos; };
    const bool exports =
        first != command_.end() && is_among(first->text, {"export", "local", "declare", "readonly", "typeset"});
    if (first != command_.end() && (exports || std::all_of(first, command_.end(), assigns)))
      std::for_each(first, command_.end(), [this](const ShellWord& word) { assign(word); });
    else if (!command_.empty())
      commands_.push_back(command_);
    command_.clear();
    after_test_ = false;
  }

  [[nodiscard]] bool is_conditional() const { return blocks_ > 0 || after_test_; }

  void leave_open(const std::string& name, int line) {
    undecided_[name] = '$' + name + ", whose value depends on how the script runs: line " + std::to_string(line);
  }

  void assign(const ShellWord& word) {
    const std::size_t length = shell_assignment(word.text);
    if (length == std::string::npos) return;
    const std::string name = word.text.substr(0, length);
    const bool adds = word.text[length] == '+';
    const std::string value = word.text.substr(length + (adds ? 2 : 1));
    variables_[name] = adds ? variables_[name] + value : value;
    if (is_conditional())
      leave_open(name, word.line);
    else if (!word.undecided.empty())
      undecided_[name] = word.undecided;
    else if (!adds)
      undecided_.erase(name);
  }

  void mark(const std::string& name) {
    const auto found = undecided_.find(name);
    if (found != undecided_.end()) word_.undecided = found->second;
  }

  void step() {
    const char one = peek();
    if (one == '\\') {
      take();
      if (peek() == '\r' && peek(1) == '\n') take();
      if (peek() == '\n') {
        take();
      } else if (at_ < text_.size()) {
        put(take());
      }
    } else if (one == '\'') {
      single_quoted();
    } else if (one == '"') {
      double_quoted();
    } else if (one == '$') {
      variable(false);
    } else if (one == '`') {
      literal_until('`');
    } else if (one == '#' && !in_word_) {
      while (at_ < text_.size() && peek() != '\n') take();
    } else if (one == '(' && in_word_ && !in_array_ && opens_array()) {
      take();
    } else if (one == ')' && in_array_) {
      end_word();
      in_array_ = false;
      take();
    } else if (one == '\n' || one == ';' || one == '|' || one == '(' || one == ')' || (one == '&' && peek(1) != '>')) {
      if (in_array_) {
        end_word();
      } else {
        end_command();
        after_test_ = (one == '&' || one == '|') && peek(1) == one;
        if (after_test_) take();
      }
      take();
    } else if (one == '&' || one == '<' || one == '>') {
      redirection();
    } else if (std::isspace(static_cast<unsigned char>(one)) != 0) {
      end_word();
      take();
    } else {
      put(take());
    }
  }

  // `NAME=` or `NAME+=` before a parenthesis.
  bool opens_array() {
    const std::size_t length = shell_name_length(word_.text, 0);
    const std::string rest = length == 0 ? "" : word_.text.substr(length);
    if (rest != "=" && rest != "+=") return false;
    array_ = word_.text.substr(0, length);
    if (rest == "=") arrays_[array_].clear();
    (void)arrays_[array_];
    if (is_conditional())
      leave_open(array_, line_);
    else if (rest == "=")
      undecided_.erase(array_);
    word_ = ShellWord{};
    in_word_ = false;
    in_array_ = true;
    return true;
  }

  // The word after it names a file.
  void redirection() {
    if (in_word_ && word_.text.find_first_not_of("0123456789") == std::string::npos) {
      word_ = ShellWord{};
      in_word_ = false;
    }
    end_word();
    while (peek() == '<' || peek() == '>' || peek() == '&') take();
    skips_word_ = true;
    while (peek() == ' ' || peek() == '\t') take();
  }

  void single_quoted() {
    open();
    const int begin = line_;
    take();
    while (at_ < text_.size() && peek() != '\'') put(take());
    if (at_ >= text_.size()) {
      line_ = begin;
      return fail("a ' that does not end");
    }
    take();
  }

  void double_quoted() {
    open();
    const int begin = line_;
    take();
    while (at_ < text_.size() && peek() != '"' && !failed_) {
      if (peek() == '$') {
        variable(true);
      } else if (peek() == '`') {
        literal_until('`');
      } else if (peek() == '\\' && (peek(1) == '"' || peek(1) == '\\' || peek(1) == '$' || peek(1) == '`')) {
        take();
        put(take());
      } else if (peek() == '\\' && peek(1) == '\n') {
        take();
        take();
      } else {
        put(take());
      }
    }
    if (failed_) return;
    if (at_ >= text_.size()) {
      line_ = begin;
      return fail("a \" that does not end");
    }
    take();
  }

  void literal_until(char end) {
    put(take());
    while (at_ < text_.size() && peek() != end) put(take());
    if (at_ < text_.size()) put(take());
  }

  // `$(...)`, as it is written.
  void substitution() {
    int depth = 0;
    do {
      if (peek() == '(') ++depth;
      if (peek() == ')') --depth;
      put(take());
    } while (at_ < text_.size() && depth > 0);
  }

  void variable(bool quoted) {
    if (peek(1) == '(') {
      put(take());
      return substitution();
    }
    const bool braces = peek(1) == '{';
    const std::size_t begin = at_ + (braces ? 2 : 1);
    const std::size_t length = shell_name_length(text_, begin);
    std::size_t end = begin + length;
    const std::string name = text_.substr(begin, length);
    bool array = false;
    if (braces) {
      array = text_.compare(end, 3, "[@]") == 0 || text_.compare(end, 3, "[*]") == 0;
      if (array) end += 3;
      if (end >= text_.size() || text_[end] != '}') {  // a form that is not resolved
        while (at_ < text_.size() && peek() != '}' && peek() != '\n') put(take());
        return;
      }
      ++end;
    }
    const auto found_array = arrays_.find(name);
    const auto found = variables_.find(name);
    if (length > 0 && array && found_array != arrays_.end()) {
      at_ = end;
      put_words(found_array->second, name);
    } else if (length > 0 && !array && found != variables_.end()) {
      at_ = end;
      mark(name);
      if (quoted) return put(found->second);
      for (const char one : found->second) {
        if (std::isspace(static_cast<unsigned char>(one)) != 0) {
          end_word();
        } else {
          put(one);
          mark(name);
        }
      }
    } else {
      if (length > 0) mark(name);
      while (at_ < end || (length == 0 && at_ == begin - 1)) put(take());
    }
  }

  // By value: an array may be added to itself.
  void put_words(const std::vector<ShellWord> some, const std::string& name) {
    for (std::size_t i = 0; i < some.size() && !failed_; ++i) {
      if (i > 0) end_word();
      if (++put_ > kMostShellText) return fail("arrays that grow beyond any command line");
      put(some[i].text);
      word_.line = some[i].line;
      word_.lines = some[i].lines;
      word_.undecided = some[i].undecided;
      mark(name);
    }
    if (some.empty() && word_.text.empty()) in_word_ = false;
  }

  const std::string& text_;
  FaultList& faults_;
  std::size_t at_ = 0;
  int line_ = 1;
  std::size_t put_ = 0;
  bool failed_ = false;
  ShellWord word_{};
  bool in_word_ = false;
  bool skips_word_ = false;
  bool in_array_ = false;
  std::string array_;
  int blocks_ = 0;           // loops and conditions around what is read
  bool after_test_ = false;  // behind && or ||
  std::map<std::string, std::string> variables_;
  std::map<std::string, std::string> undecided_;  // by name: what is said of variables that depend on the run
  std::map<std::string, std::vector<ShellWord>> arrays_;
  std::vector<ShellWord> command_;
  std::vector<std::vector<ShellWord>> commands_;
};

}  // namespace

int ShellWord::line_at(std::size_t offset) const {
  int at = line;
  for (const auto& [begin, of_line] : lines)
    if (begin <= offset) at = of_line;
  return at;
}

std::vector<std::vector<ShellWord>> shell_commands(const std::string& text, FaultList& faults) {
  return ShellReader(text, faults).read();
}

}  // namespace vqlab
