// Policies in files of their own: one that is being tried, and is no part of the program yet.
#pragma once

#include <string>
#include <vector>

#include "analysis/scenario/fault.hpp"

namespace vqlab {

// Whether the word names a file, "mine.cpp" or "mine.cpp{row=2}".
[[nodiscard]] bool names_policy_file(const std::string& word);

// The words with the policy's name, the stem of its file, in place of each file's. Each file is compiled as a shared
// object and loaded, once however often it is named: its policy then registers itself as those of the program do, in
// the place of one that has its name already. The compiler's messages go to standard error as they are. What cannot be
// loaded is a fault of `option`. Nothing is left behind.
//
// Precondition: nobody has asked for sections() yet, since a policy may bring one.
[[nodiscard]] std::vector<std::string> load_policy_files(std::vector<std::string> words, const std::string& option,
                                                         std::vector<Fault>& faults);

// SHA-256 of the code that was loaded for this policy; empty if the program has it built in.
[[nodiscard]] std::string loaded_policy_code(const std::string& policy);

// Of the program with all that it has loaded: what build_program_sha256() is to a program that has loaded nothing.
[[nodiscard]] std::string running_program_sha256();

}  // namespace vqlab
