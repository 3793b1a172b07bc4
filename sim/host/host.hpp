// The host's side of a machine, composed of the parts that the testbed names.
#pragma once

#include "sim/host/host_part.hpp"

namespace vqlab::sim {

class Host {
 public:
  // Registers with the machine; its threads begin asleep. References must outlive the host.
  Host(Machine& machine, const Testbed& testbed, std::uint64_t seed);

  [[nodiscard]] const HostServer& server() const noexcept { return *server_; }
  // Behind the back end; null if there is none.
  [[nodiscard]] const StorageDevice* device() const noexcept { return device_.get(); }

 private:
  std::unique_ptr<StorageDevice> device_;
  std::unique_ptr<HostServer> server_;
};

}  // namespace vqlab::sim
