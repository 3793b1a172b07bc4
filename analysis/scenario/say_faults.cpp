#include "analysis/scenario/say_faults.hpp"

#include <fmt/format.h>

#include "analysis/app/answer.hpp"
#include "analysis/scenario/fault_json.hpp"

namespace vqlab {

void say_faults(const std::vector<Fault>& faults) {
  for (const Fault& fault : faults) fmt::print(stderr, "{}\n", to_string(fault));
  if (!answers_json()) return;
  for (const Json& fault : fault_json(faults)) answer_fault(fault);
}

}  // namespace vqlab
