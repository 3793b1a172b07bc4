// CPUs of the host as Linux lists them: "0-3,8". Threads are pinned to those of a list in turn, each to one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vqlab {

// In ascending order. Nothing if it is no list, or names a CPU of `cpus` or above. An empty text is an empty list.
[[nodiscard]] std::optional<std::vector<std::uint32_t>> cpu_list(const std::string& text, std::uint32_t cpus);

// Where the thread with this number is pinned to; nothing if the list is empty. Precondition: `list` is one.
[[nodiscard]] std::optional<std::uint32_t> pinned_cpu(const std::string& list, std::uint32_t thread);

}  // namespace vqlab
