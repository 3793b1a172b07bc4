// What was seen of a policy while the driver's interleavings were explored.
//
// States are told apart by the explored memory alone, so a policy that keeps something elsewhere would be explored in
// part and proven wrongly. Two things show that: the object's bytes change, or a call does something else than an
// earlier one that was told the same and has read the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "analysis/order/digest_map.hpp"

namespace vqlab::order {

// Of all executions of one exploration.
class PolicyWatch {
 public:
  // The first fault, in words; none: nothing was seen.
  [[nodiscard]] const std::optional<std::string>& fault() const noexcept { return fault_; }
  void refuse(const std::string& what) {
    if (!fault_) fault_ = what;
  }
  // What a call did next when it knew this for the first time; `next` if that is now.
  [[nodiscard]] std::uint64_t first_next(const Digest& known, std::uint64_t next) {
    bool made = false;
    std::uint64_t& first = next_.find(known, made);
    if (made) first = next;
    return first;
  }

 private:
  DigestMap<std::uint64_t> next_;
  std::optional<std::string> fault_;
};

}  // namespace vqlab::order
