// Parameters of a policy, for tests: `params_with("sticky_timeout", "idle_us", 50.0)`.
#pragma once

#include <gtest/gtest.h>
#include <string>

#include "models/base/part_params.hpp"

namespace vqlab::test {

inline PartParams params_with(const std::string& policy, const std::string& key, const ParamValue& value) {
  PartParams params;
  const PartParamsEntry* const part = part_params().find(policy);
  if (part != nullptr)
    for (const Param& row : part->table->rows)
      if (row.name == key) {
        params.set(*part, row, value);
        return params;
      }
  ADD_FAILURE() << policy << " has no parameter " << key;
  return params;
}

}  // namespace vqlab::test
