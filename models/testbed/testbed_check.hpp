#pragma once
#include <string>
#include <vector>
#include "models/testbed/testbed.hpp"
namespace vqlab {
struct TestbedCheck { std::vector<std::string> params; std::string rule; bool (*holds)(const Testbed&); };
struct TestbedCheckRegistration { TestbedCheckRegistration(TestbedCheck) {} };
}
