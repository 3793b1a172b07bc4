// What elements and attributes of a libvirt domain mean here, where nothing reads their values.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/words/option_class.hpp"

namespace vqlab {

struct LibvirtElement {
  const char* path;  // from the domain on: "devices/interface"; it stands for all that is below it as well
  OptionClass kind;
  const char* words;
};

// Of the longest path that `path` lies in or below. Null: libvirt has no such element, as far as is known here.
[[nodiscard]] const LibvirtElement* libvirt_element(const std::string& path);
[[nodiscard]] std::span<const LibvirtElement> libvirt_elements();
// Names that may stand below this path.
[[nodiscard]] std::vector<std::string> libvirt_children(const std::string& path);

}  // namespace vqlab
