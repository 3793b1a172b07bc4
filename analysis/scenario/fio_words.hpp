// Words of fio that have no place in a scenario.
#pragma once

#include <string>

namespace vqlab {

// What stands for the option of a fio job here, or what would be lost without it; empty if it is none, or a parameter.
[[nodiscard]] std::string instead_of_fio_word(const std::string& option);

}  // namespace vqlab
