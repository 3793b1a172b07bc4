// Options of a command line that have no effect beside another one.
#pragma once

#include <string>
#include <vector>

#include "analysis/app/invocation.hpp"
#include "analysis/scenario/fault.hpp"

namespace vqlab {

// A fault for each of `options`, such as "--shard", that was given. `beside`: what leaves them without effect, as it is
// written on the command line.
[[nodiscard]] std::vector<Fault> idle_options(const Invocation& invocation, const std::vector<std::string>& options,
                                              const std::string& beside);

}  // namespace vqlab
