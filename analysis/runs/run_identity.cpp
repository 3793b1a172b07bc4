#include "analysis/runs/run_identity.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "analysis/runs/policy_file.hpp"
#include "analysis/scenario/sha256.hpp"

namespace vqlab {

std::string scenario_sha256(const nlohmann::ordered_json& scenario) {
  return sha256_hex(nlohmann::json(scenario).dump());  // the unordered kind sorts its keys
}

RunIdentity run_identity(std::string verb, std::string study, const nlohmann::ordered_json& scenario) {
  return {std::move(verb), std::move(study), scenario_sha256(scenario), running_program_sha256()};
}

std::string what_differs(const RunIdentity& found, const RunIdentity& expected) {
  if (found.verb != expected.verb) return "verb (" + found.verb + ")";
  if (found.study != expected.study) return "study (" + found.study + ")";
  if (found.scenario_sha256 != expected.scenario_sha256) return "scenario";
  return "version of the program";
}

}  // namespace vqlab
