// Scenarios in a test's own text.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analysis/scenario/load_study.hpp"

namespace vqlab::test {

inline StudyOrFaults read(const std::string& text, std::vector<std::string> overrides = {}) {
  return parse_study(text, "test.json", {std::move(overrides), {}});
}

// Of a document that is good but for `members`.
inline StudyOrFaults read_with(const std::string& members, std::vector<std::string> overrides = {}) {
  return read(R"({"study": "s", )" + members + "}", std::move(overrides));
}

// What is said of the faults.
inline std::vector<std::string> texts(const StudyOrFaults& result) {
  std::vector<std::string> all;
  for (const Fault& fault : result.faults) all.push_back(to_string(fault));
  return all;
}

}  // namespace vqlab::test
