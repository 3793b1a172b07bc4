#include "analysis/runs/point_key.hpp"

#include <algorithm>

#include "analysis/runs/point_bytes.hpp"
#include "analysis/runs/policy_file.hpp"
#include "analysis/scenario/sha256.hpp"
#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

// A policy that does not steer is not made, so nothing depends on its parameters; and a policy that is tried may have
// other ones each time.
bool is_of_another_policy(const Section& section, const std::string& policy) {
  return section.of_part && section.key != policy && Registry<PolicyEntry>::instance().find(section.key) != nullptr;
}

}  // namespace

PointKey point_key(const PointSpec& spec, std::uint64_t seed, Asked asked) {
  ByteWriter bytes;
  for (const ParamRef& param : all_params())
    if (!is_of_another_policy(*param.section, spec.testbed.guest.policy)) bytes.add(param.get(spec));
  bytes.add(seed);
  bytes.add(static_cast<std::uint64_t>(asked));
  // Its name says nothing of the code of a policy that is no part of the program.
  if (const std::string code = loaded_policy_code(spec.testbed.guest.policy); !code.empty()) bytes.add_text(code);
  Sha256 hash;
  hash.add(bytes.text());
  const Sha256::Digest digest = hash.digest();
  PointKey key{};
  std::copy_n(digest.begin(), key.size(), key.begin());
  return key;
}

}  // namespace vqlab
