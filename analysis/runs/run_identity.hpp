// Which run a folder holds. Points of two runs may be mixed only if all of this is the same.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace vqlab {

struct RunIdentity {
  std::string verb;
  std::string study;
  std::string scenario_sha256;
  std::string program_sha256;  // of the sources and the compiler; a commit says nothing of files that are changed

  friend bool operator==(const RunIdentity&, const RunIdentity&) = default;
};

// SHA-256 of the scenario with sorted keys and without blanks; the order of keys does not matter.
[[nodiscard]] std::string scenario_sha256(const nlohmann::ordered_json& scenario);

// Of a run by this program. `scenario`: all that decides which points there are, and what each of them gives.
[[nodiscard]] RunIdentity run_identity(std::string verb, std::string study, const nlohmann::ordered_json& scenario);

// The first thing in which they differ, in words: "study (kx)". Precondition: they do.
[[nodiscard]] std::string what_differs(const RunIdentity& found, const RunIdentity& expected);

}  // namespace vqlab
