// A storage device that is slow enough to be seen.
#pragma once

#include "models/base/device_sheet.hpp"

namespace vqlab::test {

[[nodiscard]] inline DeviceChoice slow_device() {
  DeviceSheet sheet;
  sheet.name = "slow";
  sheet.kind = "solid_state";
  sheet.random_read_us = sheet.random_write_us = 100;
  sheet.random_read_iops = sheet.random_write_iops = 100000;
  sheet.random_read_depth = sheet.random_write_depth = 64;
  sheet.sequential_read_mb_per_s = sheet.sequential_write_mb_per_s = 400;
  return DeviceChoice(sheet);
}

}  // namespace vqlab::test
