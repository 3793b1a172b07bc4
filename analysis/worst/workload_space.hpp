// The scenarios that `vqlab worst` looks through: values that a real guest could have, of each member that describes a
// workload or the guest that runs it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/policy_choice.hpp"
#include "analysis/scenario/section.hpp"
#include "models/base/rng.hpp"

namespace vqlab {

struct Member {
  ParamRef param;
  std::vector<ParamValue> levels;  // the first is what a scenario without this member has
};

// The level of each member, in the order of the space, and at the end which rival the policy is held against.
using Genome = std::vector<std::uint8_t>;

class WorkloadSpace {
 public:
  // `base`: a scenario that says nothing but its machine. Precondition: there is a rival.
  WorkloadSpace(PointSpec base, PolicyChoice policy, std::vector<PolicyChoice> rivals);

  [[nodiscard]] const std::vector<Member>& members() const noexcept { return members_; }
  [[nodiscard]] Genome plain() const { return Genome(members_.size() + 1, 0); }
  [[nodiscard]] const PolicyChoice& policy() const noexcept { return policy_; }
  [[nodiscard]] const PolicyChoice& rival(const Genome& genome) const { return rivals_[genome.back()]; }

  // As the policy runs it.
  [[nodiscard]] PointSpec spec(const Genome& genome, const PolicyChoice& policy) const;

  // Without members that nothing reads, or on which nothing depends, under the policy and its rival. Nothing if the
  // scenario is none: values that do not go together, one queue, or more than a guest has.
  [[nodiscard]] std::optional<Genome> settled(Genome genome) const;

  // About one member in three has another level than its first; any rival.
  [[nodiscard]] Genome random(RandomStream& stream) const;
  // One to three members have another level: half of them one of the next to theirs, half of them any. One time in
  // eight it is another rival, too.
  [[nodiscard]] Genome mutated(Genome genome, RandomStream& stream) const;
  // Each member from one of the two.
  [[nodiscard]] static Genome crossed(const Genome& a, const Genome& b, RandomStream& stream);

  // "targets=8 job.numjobs=3": members with another level than their first, but not the rival; "plain" if there is
  // none.
  [[nodiscard]] std::string words(const Genome& genome) const;
  // The member and its value as a scenario has them.
  [[nodiscard]] Json json_value(std::size_t member, const Genome& genome) const;

 private:
  [[nodiscard]] std::uint8_t any_level(std::size_t member, RandomStream& stream) const;
  [[nodiscard]] std::uint8_t any_rival(RandomStream& stream) const;
  [[nodiscard]] bool sound(const PointSpec& spec) const;

  PointSpec base_;
  PolicyChoice policy_;
  std::vector<PolicyChoice> rivals_;
  std::vector<Member> members_;
};

}  // namespace vqlab
