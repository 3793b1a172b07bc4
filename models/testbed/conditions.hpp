// The conditions under which parameters are read.
#pragma once

#include <string>

#include "models/base/condition_id.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab {

struct Condition {
  ConditionId id;
  const char* words;  // "guest.vcpus is above 1"
  // Precondition: the testbed's plug-ins are registered.
  bool (*holds)(const Testbed&);
};

[[nodiscard]] const Condition& condition(ConditionId id);

// Of a row's condition.
[[nodiscard]] std::string words_of(const ReadIf& one);

}  // namespace vqlab
