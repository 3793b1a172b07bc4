#include "analysis/scenario/scenario.hpp"

#include "analysis/scenario/value.hpp"

namespace vqlab {

std::string axis_text(const AxisSpec& axis, const Json& value) {
  FaultList ignored("");
  const auto read = read_value(*axis.param.row, value, axis.param.get(PointSpec{}), "", ignored);
  return read ? value_text(*read) : "";
}

}  // namespace vqlab
