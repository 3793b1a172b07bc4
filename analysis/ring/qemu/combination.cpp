#include "analysis/ring/qemu/combination.hpp"

#include <vector>

namespace vqlab::qemu {

const char* name_of(RingFormat ring) noexcept { return ring == RingFormat::kSplit ? "split" : "packed"; }

std::string name_of(const Combination& combination) {
  return std::string(name_of(combination.ring)) + (combination.indirect_desc ? "/indirect" : "/direct") +
         (combination.event_idx ? "/event_idx/" : "/flags/") + name_of(combination.api);
}

std::span<const Combination> all_combinations() {
  static const std::vector<Combination> all = [] {
    std::vector<Combination> list;
    for (const RingFormat ring : {RingFormat::kSplit, RingFormat::kPacked})
      for (const bool indirect_desc : {false, true})
        for (const bool event_idx : {false, true})
          for (const BufferApi api : kBufferApis) list.push_back({ring, indirect_desc, event_idx, api});
    return list;
  }();
  return all;
}

}  // namespace vqlab::qemu
