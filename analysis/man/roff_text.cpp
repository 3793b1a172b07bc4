#include "analysis/man/roff_text.hpp"

#include <algorithm>

namespace vqlab {
namespace {

// A line that begins with a full stop or an apostrophe would be a command.
std::string safe_line(const std::string& line) {
  const std::string text = roff_word(line);
  return !text.empty() && (text.front() == '.' || text.front() == '\'') ? "\\&" + text : text;
}

bool is_indented(const std::string& line) { return !line.empty() && line.front() == ' '; }

}  // namespace

std::string roff_word(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '\\': escaped += "\\e"; break;
      case '-': escaped += "\\-"; break;
      case '^': escaped += "\\(ha"; break;
      case '~': escaped += "\\(ti"; break;
      case '`': escaped += "\\(ga"; break;
      case '\'': escaped += "\\(aq"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::string roff_bold(const std::string& text) { return "\\fB" + roff_word(text) + "\\fR"; }

std::string roff_italic(const std::string& text) { return "\\fI" + roff_word(text) + "\\fR"; }

std::string roff_quoted(const std::string& text) { return "\"" + roff_word(text) + "\""; }

std::string roff_text(const std::string& text) { return safe_line(text) + "\n"; }

std::string roff_lines(const std::vector<std::string>& lines) {
  std::string text;
  bool of_code = false;
  bool new_paragraph = false;
  for (const std::string& line : lines) {
    if (line.empty()) {
      new_paragraph = !text.empty();
      continue;
    }
    if (of_code && !is_indented(line)) text += ".EE\n.RE\n";
    if (new_paragraph || (of_code && !is_indented(line))) text += ".PP\n";
    if (!of_code && is_indented(line)) text += ".RS 4\n.EX\n";
    of_code = is_indented(line);
    new_paragraph = false;
    text += safe_line(line.substr(std::min(line.size(), line.find_first_not_of(' ')))) + "\n";
  }
  return of_code ? text + ".EE\n.RE\n" : text;
}

}  // namespace vqlab
