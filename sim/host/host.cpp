#include "sim/host/host.hpp"

namespace vqlab::sim {
namespace {

// The parameter tables admit no other names.
template <class Entry>
const Entry& named(const std::string& name) {
  return *Registry<Entry>::instance().find(name);
}

std::unique_ptr<StorageDevice> make_device(const Testbed& testbed, std::uint64_t seed) {
  const auto make = named<BackendEntry>(testbed.host.backend).device;
  if (make == nullptr) return nullptr;
  return make({.random = RandomStream(seed, "host/device"), .params = testbed.parts});
}

}  // namespace

std::unique_ptr<Aio> make_aio(const HostSetup& setup, AioListener& listener, const std::string& owner) {
  return named<AioFactory>(setup.testbed.host.aio)(setup, listener, owner);
}

Host::Host(Machine& machine, const Testbed& testbed, std::uint64_t seed)
    : device_(make_device(testbed, seed)),
      server_(named<HostServerFactory>(testbed.host.server)({machine, testbed, seed, device_.get()})) {
  machine.host = server_.get();
}

}  // namespace vqlab::sim
