// What stands for the elements and attributes of a libvirt domain whose values are read.
#pragma once

#include <map>
#include <string>

namespace vqlab {

// By path from the domain on, '@' before an attribute: "cputune/vcpupin@cpuset".
[[nodiscard]] const std::map<std::string, std::string>& libvirt_values();

}  // namespace vqlab
