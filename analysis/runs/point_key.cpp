#include "analysis/runs/point_key.hpp"

#include <string>

#include "analysis/runs/point_bytes.hpp"
#include "analysis/runs/policy_file.hpp"
#include "analysis/runs/sha256.hpp"
#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

std::uint8_t digit(char c) { return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); }

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
  const std::string hex = sha256_hex(bytes.text());
  PointKey key{};
  for (std::size_t i = 0; i < key.size(); ++i)
    key[i] = static_cast<std::uint8_t>(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
  return key;
}

}  // namespace vqlab
