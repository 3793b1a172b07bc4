// Instructions of a run of this very program, counted by valgrind's callgrind.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vqlab::bench {

// Nothing if valgrind is not installed, or the run does not end well.
[[nodiscard]] std::optional<std::uint64_t> count_instructions(const std::vector<std::string>& arguments);

}  // namespace vqlab::bench
