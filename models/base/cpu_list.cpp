#include "models/base/cpu_list.hpp"

#include <limits>

#include "models/base/ensure.hpp"
#include "models/base/index_ranges.hpp"

namespace vqlab {

std::optional<std::vector<std::uint32_t>> cpu_list(const std::string& text, std::uint32_t cpus) {
  std::vector<std::uint32_t> list;
  if (text.empty()) return list;
  const auto ranges = parse_ranges(text);
  if (!ranges || ranges->back().end > cpus) return std::nullopt;
  for (const IndexRange& range : *ranges)
    for (std::uint32_t cpu = range.first; cpu < range.end; ++cpu) list.push_back(cpu);
  return list;
}

std::optional<std::uint32_t> pinned_cpu(const std::string& list, std::uint32_t thread) {
  if (list.empty()) return std::nullopt;
  const auto cpus = cpu_list(list, std::numeric_limits<std::uint32_t>::max());
  ensure(cpus.has_value(), "a list of CPUs");
  return (*cpus)[thread % cpus->size()];
}

}  // namespace vqlab
