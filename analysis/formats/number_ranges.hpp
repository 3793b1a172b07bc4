// Numbers as a list in a text: "0-3,7".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vqlab {

// In any order, each once.
[[nodiscard]] std::string ranges_of_numbers(std::vector<std::uint32_t> numbers);

}  // namespace vqlab
