// Text as roff takes it.
#pragma once

#include <string>
#include <vector>

namespace vqlab {

// Characters of it that mean something to roff mean themselves.
[[nodiscard]] std::string roff_word(const std::string& text);
[[nodiscard]] std::string roff_bold(const std::string& text);
[[nodiscard]] std::string roff_italic(const std::string& text);
// One argument of a macro.
[[nodiscard]] std::string roff_quoted(const std::string& text);

// A paragraph's text, which roff fills. Ends with a newline.
[[nodiscard]] std::string roff_text(const std::string& text);

// Lines of a help text: those that are indented stay lines, others are filled, an empty one ends a paragraph. Nothing
// if all are empty.
[[nodiscard]] std::string roff_lines(const std::vector<std::string>& lines);

}  // namespace vqlab
