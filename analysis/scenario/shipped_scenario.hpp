// Scenarios that come with the program, by name.
#pragma once

#include <filesystem>
#include <string>

namespace vqlab {

// Where the scenario is that somebody has written as `file`: a file; else a path inside the folder that holds
// `scenarios_home`, "scenarios/studies/skew.json"; else the name of a study or of a tutorial's file, "skew". Empty if
// it is none of them. An empty `scenarios_home` holds nothing.
[[nodiscard]] std::filesystem::path find_scenario(const std::filesystem::path& file,
                                                  const std::filesystem::path& scenarios_home);

// What find_scenario() finds, for messages: with the folders that it looks in.
[[nodiscard]] std::string accepted_scenarios(const std::filesystem::path& scenarios_home);

}  // namespace vqlab
