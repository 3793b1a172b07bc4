// What a libvirt domain says of its vCPUs, and of the CPUs of the host that its threads run on.
#pragma once

#include <map>
#include <set>
#include <string>

#include "analysis/formats/libvirt_drives.hpp"

namespace vqlab {

class LibvirtCpus : protected LibvirtDrives {
 public:
  using LibvirtDrives::LibvirtDrives;

 protected:
  static constexpr std::int64_t kMostVmThreads = 1024;

  // An element outside of <devices> whose options are classed; others are passed over.
  void read_cpus(const pugi::xml_node& node, const std::string& path);
  // When all are read, iothreads as well.
  void finish_cpus();

  VirtualMachine machine_;

 private:
  // libvirt has one of each.
  void refuse_second(const pugi::xml_node& node, const std::string& which, const std::string& what);
  void read_topology(const pugi::xml_node& node, const std::string& path);
  void read_pin(const pugi::xml_node& node, const std::string& path);
  void read_quota(const pugi::xml_node& node, const std::string& path);

  std::map<std::int64_t, Said<std::vector<std::uint32_t>>> vcpu_pins_;
  std::map<std::int64_t, Said<std::vector<std::uint32_t>>> iothread_pins_;
  std::int64_t topology_ = 0;  // vCPUs that it describes; 0: there is none
  int topology_line_ = 1;
  std::int64_t most_vcpus_ = 1;
  int vcpu_line_ = 0;           // 0: there is none
  std::set<std::string> seen_;  // what may not stand twice
};

}  // namespace vqlab
