// Policies as a command line names them: NAME, or NAME{key=value,...} with parameters of the policy's own.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/section.hpp"

namespace vqlab {

struct PolicyChoice {
  std::string text;    // its name in tables and figures: "sticky_timeout{idle_us=50}", keys in the order of the table
  std::string policy;  // registered
  std::vector<std::pair<ParamRef, ParamValue>> params{};  // that are chosen; the others are those of the point

  // The policy steers the point.
  void choose(PointSpec& spec) const;
};

// "a,b{x=1,y=2}" are two words, as commas within braces belong to one. Words that are split already stay as they are.
[[nodiscard]] std::vector<std::string> split_policies(const std::vector<std::string>& words);

// Those that can be read. What is wrong with the others is told of `option`: unknown names and keys, values that are
// not accepted, and what is there twice.
[[nodiscard]] std::vector<PolicyChoice> read_policy_choices(const std::vector<std::string>& words,
                                                            const std::string& option, std::vector<Fault>& faults);

// Every registered policy that a driver could have, with the parameters of the point.
[[nodiscard]] std::vector<PolicyChoice> all_policies();

}  // namespace vqlab
