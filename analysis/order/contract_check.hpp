// Holds a policy to its contract where one call follows the other: random histories of commands that are submitted and
// come back, while vCPUs leave and join. Quick, and it looks where an exploration of a few requests does not: many
// vCPUs, queues and targets, and thousands of commands in flight.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/steering/policy.hpp"

namespace vqlab::order {

inline constexpr std::uint32_t kCheckedPicks = 1'000'000;
inline constexpr std::uint32_t kDeepInFlight = 70'000;  // of one target: more than any device takes, and than 2^16

// What the policy with these parameters does against its contract in so many random picks, and before them with
// kDeepInFlight commands of one target in flight; none: nothing was seen. Besides what a pick returns and the promise
// of order it is compared at each call what the policy does with what a fresh object does that has the same words,
// after calls of a policy of another device: so nothing that it keeps elsewhere passes that ever matters.
[[nodiscard]] std::optional<std::string> contract_fault(const std::string& name, const PolicyEntry& entry,
                                                        const PartParams& params, std::uint32_t picks = kCheckedPicks);

}  // namespace vqlab::order
