// The reference page of all parameters, made from their tables.
#pragma once

#include <string>

namespace vqlab {

// Markdown.
[[nodiscard]] std::string parameter_page();

}  // namespace vqlab
