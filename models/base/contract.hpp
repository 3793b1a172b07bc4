// What a plug-in does against its contract is no fault of a scenario and none of this program: it is said with the
// plug-in's name, and ends the process with exit code 1. Checked once for each kind of plug-in, where its caller takes
// what it returns.
#pragma once

#include <string>

namespace vqlab {

// Prints one line to stderr and exits with 1. `who`: "policy by_lun"; `what`: what it has done, and may do.
[[noreturn]] void contract_broken(const std::string& who, const std::string& what) noexcept;

// The same of the exception that is being handled: no plug-in may throw.
[[noreturn]] void thrown_by_plug_in() noexcept;

}  // namespace vqlab
