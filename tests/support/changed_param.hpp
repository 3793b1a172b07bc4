// Another value of a parameter, for tests that go through all of them.
#pragma once

#include <cstdint>
#include <string>

#include "analysis/scenario/section.hpp"
#include "tests/support/slow_device.hpp"

namespace vqlab::test {

// The spec with another value of the parameter, whether that one makes sense or not.
[[nodiscard]] inline PointSpec with_changed(const ParamRef& param, PointSpec spec) {
  ParamValue value = param.get(spec);
  if (bool* const flag = std::get_if<bool>(&value)) *flag = !*flag;
  if (std::int64_t* const whole = std::get_if<std::int64_t>(&value)) ++*whole;
  if (double* const number = std::get_if<double>(&value)) *number = *number * 2 + 1;
  if (std::string* const text = std::get_if<std::string>(&value)) *text += "x";
  if (SizeRange* const range = std::get_if<SizeRange>(&value)) ++range->max_bytes;
  if (Cost* const cost = std::get_if<Cost>(&value)) cost->mean_ns += 1;
  if (IothreadVqMapping* const mapping = std::get_if<IothreadVqMapping>(&value)) mapping->push_back({"io0", {1}});
  if (NamedSets* const sets = std::get_if<NamedSets>(&value)) sets->push_back({"more", {{"numjobs", std::int64_t{1}}}});
  if (DeviceChoice* const device = std::get_if<DeviceChoice>(&value)) *device = slow_device();
  if (Disks* const disks = std::get_if<Disks>(&value)) disks->push_back({2, true, slow_device()});
  param.set(spec, value);
  return spec;
}

}  // namespace vqlab::test
