// Values of parameters that are good by themselves but do not go together, said by the part that they break.
#pragma once

#include <string>
#include <vector>

#include "models/base/registry.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab {

struct TestbedCheck {
  std::vector<std::string> params;  // whose values it judges, by path: "flash.channels", "controller.num_queues"
  std::string rule;                 // what is accepted
  bool (*holds)(const Testbed&);
};

// `const TestbedCheckRegistration check{{...}};` in the part's own file.
struct TestbedCheckRegistration {
  explicit TestbedCheckRegistration(const TestbedCheck& check) {
    Registry<TestbedCheck>::instance().add(check.rule, check);
  }
};

}  // namespace vqlab
