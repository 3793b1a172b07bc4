// The host's side of a machine, composed of the parts that the testbed names.
#pragma once

#include "sim/host/host_part.hpp"

namespace vqlab::sim {

class Host {
 public:
  // Registers with the machine; its threads begin asleep. References must outlive the host.
  Host(Machine& machine, const Testbed& testbed, std::uint64_t seed);

  [[nodiscard]] const HostServer& server() const noexcept { return *server_; }
  [[nodiscard]] const Storage& storage() const noexcept { return storage_; }

 private:
  Storage storage_;
  std::unique_ptr<Throttles> throttles_;
  std::unique_ptr<HostServer> server_;
};

}  // namespace vqlab::sim
