// A policy's memory where one call follows the other and takes no time: the simulator's. Whoever derives has the clock.
#pragma once

#include <string>
#include <utility>

#include "models/base/access.hpp"
#include "models/base/contract.hpp"
#include "models/steering/policy_memory.hpp"

namespace vqlab {

class PlainMemory : public AccessedMemory<PlainAccess> {
 public:
  // As AccessedMemory; `policy` is its name.
  PlainMemory(std::string policy, const RandomStream& random, std::uint32_t vcpus, PolicyWords& words)
      : AccessedMemory(random, vcpus, words), policy_(std::move(policy)) {}

  std::uint32_t await_clear(const PolicyWord& word, std::uint32_t mask) final {
    if ((raw(word) & mask) != 0) [[unlikely]]
      contract_broken(
          "policy " + policy_,
          "await_clear() waits for a bit that nobody is about to clear; what a call sets, that call clears");
    return raw(word);
  }

 private:
  std::string policy_;
};

}  // namespace vqlab
