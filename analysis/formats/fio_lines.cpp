#include "analysis/formats/fio_lines.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

namespace vqlab {
namespace {

constexpr std::size_t kMostFioLines = 100'000;  // those of all files together
constexpr std::size_t kMostFioSections = 10'000;
constexpr std::size_t kLongestFioLine = 8192;  // fio's
constexpr std::size_t kDeepestInclude = 16;
constexpr std::string_view kIncludeWord = "include";

bool is_fio_blank(char c) {
  const auto character = static_cast<unsigned char>(c);
  return std::isspace(character) != 0 || std::iscntrl(character) != 0;
}

// Without the blanks around it and the comment behind it.
std::string without_comment(std::string_view line) {
  line = line.substr(0, line.find_first_of(";#"));
  while (!line.empty() && is_fio_blank(line.back())) line.remove_suffix(1);
  while (!line.empty() && is_fio_blank(line.front())) line.remove_prefix(1);
  return std::string(line);
}

class FioTextReader {
 public:
  explicit FioTextReader(const FioSurroundings& around) : around_(around) {}

  void read(std::string_view text, const std::string& file) {
    if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    open_.push_back(file);
    int line = 0;
    while (!text.empty() && !stopped_) {
      const std::size_t end = text.find('\n');
      ++line;
      read_line(text.substr(0, end), file, line);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    open_.pop_back();
  }

  FioText take() { return std::move(result_); }

 private:
  void add_fault(const std::string& file, int line, std::string found, std::string accepted) {
    if (result_.faults.size() < FaultList::kMostFaults)
      result_.faults.push_back(
          {FaultKind::kSyntax, file, "line " + std::to_string(line), std::move(found), std::move(accepted), ""});
  }

  // True, once, if there is more than anybody writes.
  bool is_too_much(const std::string& file, int line) {
    if (++lines_ <= kMostFioLines && result_.sections.size() < kMostFioSections) return false;
    add_fault(file, line, "more than anybody reads",
              std::to_string(kMostFioLines) + " lines and " + std::to_string(kMostFioSections) + " sections at most");
    stopped_ = true;
    return true;
  }

  void read_line(std::string_view raw, const std::string& file, int line) {
    if (is_too_much(file, line)) return;
    if (raw.size() >= kLongestFioLine)
      return add_fault(file, line, "a line of " + std::to_string(raw.size()) + " bytes", "less than 8192, as in fio");
    if (raw.find('\0') != std::string_view::npos) return add_fault(file, line, "a NUL character", "text");
    const std::string text = without_comment(raw);
    if (text.empty()) return;
    if (text.front() == '[') return begin_section(text, file, line);
    if (result_.sections.empty())
      return add_fault(file, line,
                       Json(text).dump(-1, ' ', false, Json::error_handler_t::replace) + " before the first section",
                       "a section first, as [global] or [job1]");
    if (text.compare(0, kIncludeWord.size(), kIncludeWord) == 0) return include(text, file, line);
    result_.sections.back().lines.push_back(option_line(text, file, line));
  }

  void begin_section(const std::string& text, const std::string& file, int line) {
    if (open_.size() > 1)
      return add_fault(file, line, "the section " + text, "options alone in a file that is included, as in fio");
    if (text.size() < 3 || text.back() != ']')
      return add_fault(file, line, text, "a section with its name in brackets, as [global] or [job1]");
    FioSection section;
    section.name = text.substr(1, std::min<std::size_t>(text.size() - 2, 254));
    section.global = section.name.compare(0, 6, "global") == 0;
    section.file = file;
    section.line = line;
    result_.sections.push_back(std::move(section));
  }

  [[nodiscard]] FioLine option_line(const std::string& text, const std::string& file, int line) const {
    FioLine one{file, line, "", std::nullopt};
    const std::string said = with_keywords(with_variables(text, one.unset));
    const std::size_t equals = said.find('=');
    one.option = without_comment(said.substr(0, equals));
    if (equals != std::string::npos) one.value = said.substr(equals + 1);
    return one;
  }

  [[nodiscard]] std::string with_variables(std::string_view text, std::string& unset) const {
    std::string said;
    while (!text.empty()) {
      const std::size_t begin = text.find("${");
      const std::size_t end = begin == std::string_view::npos ? begin : text.find('}', begin);
      if (end == std::string_view::npos) return said.append(text);
      said.append(text.substr(0, begin));
      const std::string name(text.substr(begin + 2, end - begin - 2));
      const auto value = around_.variable(name);
      if (!value) unset = name;
      if (value && said.size() + value->size() < kLongestFioLine) said += *value;
      text.remove_prefix(end + 1);
    }
    return said;
  }

  // fio's own words for numbers of the system that it runs on. One that nothing here says stays.
  [[nodiscard]] std::string with_keywords(std::string text) const {
    const auto replace = [&text](std::string_view keyword, const std::string& with) {
      for (std::size_t at = 0; (at = text.find(keyword, at)) != std::string::npos; at += with.size())
        text.replace(at, keyword.size(), with);
    };
    replace("$pagesize", "4096");
    if (around_.vcpus) replace("$ncpus", std::to_string(*around_.vcpus));
    return text;
  }

  void include(const std::string& text, const std::string& file, int line) {
    std::string path = text.size() > kIncludeWord.size() ? text.substr(kIncludeWord.size() + 1) : "";
    if (path.empty()) return add_fault(file, line, text, "include and the path of a file");
    const std::string where = "[" + result_.sections.back().name + "]";
    result_.includes.push_back(
        {file, line, where, std::string(kIncludeWord), path, OptionClass::kHarmless, "its lines are read here"});
    auto included = around_.file(path);
    const std::size_t slash = file.rfind('/');
    if (!included && slash != std::string::npos && path.front() != '/') {
      path.insert(0, file, 0, slash + 1);
      included = around_.file(path);
    }
    if (!included) return add_fault(file, line, "include " + path + ", which cannot be read", "a file of options");
    if (std::find(open_.begin(), open_.end(), path) != open_.end())
      return add_fault(file, line, "include " + path + ", which includes this line", "no file that includes itself");
    if (open_.size() >= kDeepestInclude)
      return add_fault(file, line, "include " + path + " inside " + std::to_string(open_.size() - 1) + " others",
                       "files that include each other at most so deep");
    read(*included, path);
  }

  const FioSurroundings& around_;
  FioText result_;
  std::vector<std::string> open_;  // files that are being read, the outermost first
  std::size_t lines_ = 0;
  bool stopped_ = false;
};

}  // namespace

FioText read_fio_text(const std::string& text, const std::string& file, const FioSurroundings& around) {
  FioTextReader reader(around);
  reader.read(text, file);
  return reader.take();
}

}  // namespace vqlab
