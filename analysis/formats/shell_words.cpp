#include "analysis/formats/shell_words.hpp"

#include <cctype>
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
    // A command that is assignments alone sets variables.
    bool only_assignments = !command_.empty();
    for (const ShellWord& word : command_) {
      const std::size_t length = shell_name_length(word.text, 0);
      only_assignments = only_assignments && length > 0 && word.text[length] == '=';
    }
    const bool exports = !command_.empty() && (command_[0].text == "export" || command_[0].text == "local" ||
                                               command_[0].text == "declare" || command_[0].text == "readonly");
    if (only_assignments || exports) {
      for (const ShellWord& word : command_) {
        const std::size_t length = shell_name_length(word.text, 0);
        if (length > 0 && length < word.text.size() && word.text[length] == '=')
          variables_[word.text.substr(0, length)] = word.text.substr(length + 1);
      }
    } else if (!command_.empty()) {
      commands_.push_back(command_);
    }
    command_.clear();
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
      put_words(found_array->second);
    } else if (length > 0 && !array && found != variables_.end()) {
      at_ = end;
      if (quoted) return put(found->second);
      for (const char one : found->second) {
        if (std::isspace(static_cast<unsigned char>(one)) != 0) {
          end_word();
        } else {
          put(one);
        }
      }
    } else {
      while (at_ < end || (length == 0 && at_ == begin - 1)) put(take());
    }
  }

  // By value: an array may be added to itself.
  void put_words(const std::vector<ShellWord> some) {
    for (std::size_t i = 0; i < some.size() && !failed_; ++i) {
      if (i > 0) end_word();
      if (++put_ > kMostShellText) return fail("arrays that grow beyond any command line");
      put(some[i].text);
      word_.line = some[i].line;
      word_.lines = some[i].lines;
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
  std::map<std::string, std::string> variables_;
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
