#include "analysis/runs/idle_options.hpp"

namespace vqlab {

std::vector<Fault> idle_options(const Invocation& invocation, const std::vector<std::string>& options,
                                const std::string& beside) {
  std::vector<Fault> faults;
  for (const std::string& option : options)
    if (invocation.has(option))
      faults.push_back(
          {FaultKind::kEffect, option, "option", "one that has no effect beside " + beside, "one of the two", ""});
  return faults;
}

}  // namespace vqlab
