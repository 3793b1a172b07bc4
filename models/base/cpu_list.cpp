#include "models/base/cpu_list.hpp"

#include <charconv>
#include <limits>

#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

// Reads a number at `at`, which is then behind it; nothing if there is none.
std::optional<std::uint32_t> number(const char*& at, const char* end) {
  std::uint32_t value = 0;
  const auto [behind, error] = std::from_chars(at, end, value);
  if (error != std::errc{}) return std::nullopt;
  at = behind;
  return value;
}

}  // namespace

std::optional<std::vector<std::uint32_t>> cpu_list(const std::string& text, std::uint32_t cpus) {
  std::vector<std::uint32_t> list;
  if (text.empty()) return list;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    const auto first = number(at, end);
    auto last = first;
    if (first && at != end && *at == '-') last = number(++at, end);
    if (!first || !last || *last < *first || *last >= cpus) return std::nullopt;
    for (std::uint32_t cpu = *first; cpu <= *last; ++cpu) list.push_back(cpu);
    if (at == end) return list;
    if (*at++ != ',') return std::nullopt;
  }
}

std::optional<std::uint32_t> pinned_cpu(const std::string& list, std::uint32_t thread) {
  if (list.empty()) return std::nullopt;
  const auto cpus = cpu_list(list, std::numeric_limits<std::uint32_t>::max());
  ensure(cpus.has_value(), "a list of CPUs");
  return (*cpus)[thread % cpus->size()];
}

}  // namespace vqlab
