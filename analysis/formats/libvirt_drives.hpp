// What a libvirt domain says of a disk's cache, its way to the storage and its limits.
#pragma once

#include "analysis/formats/libvirt_options.hpp"

namespace vqlab {

class LibvirtDrives : protected LibvirtOptions {
 public:
  using LibvirtOptions::LibvirtOptions;

 protected:
  // Elements of a disk whose options are classed.
  void read_driver(const pugi::xml_node& driver, VmDisk& disk);
  void read_iotune(const pugi::xml_node& tune, VmDisk& disk);
};

}  // namespace vqlab
