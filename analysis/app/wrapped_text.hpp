// Paragraphs for a terminal.
#pragma once

#include <cstddef>
#include <string>

namespace vqlab {

// Broken between words, so that no line of several words is longer than `columns`; lines after the first begin with
// `indent` blanks. Ends with a newline.
[[nodiscard]] std::string wrapped_text(const std::string& text, std::size_t columns, std::size_t indent);

}  // namespace vqlab
