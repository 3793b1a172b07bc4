// What became of each option of a user's file: nothing is dropped without a word.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/fault.hpp"
#include "analysis/words/option_class.hpp"

namespace vqlab {

struct ClassedOption {
  std::string file;   // as the user named it
  int line;           // from 1 on
  std::string where;  // section of a job file, argument of QEMU, element of a domain: "[db]", "-device", "<iotune>"
  std::string option;
  std::string value;  // as written
  OptionClass kind;
  // Modelled: what stands for it in the scenario. Harmless: why. Approximated: how. Refused: what would be lost, and
  // the nearest that is modelled.
  std::string words;
};

// What one file says of a scenario: members of its top level, without "study".
struct ImportedPart {
  Json scenario = Json::object();
  std::vector<ClassedOption> options{};
  // Which of `options` a value of the scenario came from, by its path: "$.jobs[0].bs". What is said here can be told to
  // the user by line where the scenario does not take it.
  std::vector<std::pair<std::string, std::size_t>> origins{};
  std::vector<Fault> faults{};  // what the program whose file it is would not accept
};

// What becomes of an option is known only when all are read.
inline void set_class(ImportedPart& part, std::size_t option, OptionClass kind, const std::string& words) {
  part.options[option].kind = kind;
  part.options[option].words = words;
}

}  // namespace vqlab
