#include "sim/host/host.hpp"

#include "models/base/contract.hpp"

namespace vqlab::sim {
namespace {

// The parameter tables admit no other names.
template <class Entry>
const Entry& named(const std::string& name) {
  return *Registry<Entry>::instance().find(name);
}

template <class Part>
std::unique_ptr<Part> made(std::unique_ptr<Part> part, const std::string& who, const char* what) {
  if (part == nullptr) contract_broken(who, std::string("its factory has made no ") + what);
  return part;
}

}  // namespace

std::unique_ptr<Aio> make_aio(const HostSetup& setup, AioListener& listener, const std::string& owner) {
  return made(named<AioFactory>(setup.testbed.host.aio)(setup, listener, owner), "aio " + setup.testbed.host.aio,
              "way to the back end");
}

AioListener::AioListener(const Testbed& testbed)
    : who_("aio " + testbed.host.aio + " of server " + testbed.host.server) {}

void AioListener::refuse_submit(Duration submit) const noexcept {
  contract_broken(who_, "draw_submit() returned " + std::to_string(submit.count()) + " ns; nothing takes less than 0");
}

void AioListener::refuse_served() const noexcept {
  contract_broken(who_,
                  "request_served() was called twice for one request; it is called once for each that was submitted");
}

Host::Host(Machine& machine, const Testbed& testbed, std::uint64_t seed)
    : storage_(testbed, seed),
      throttles_(make_throttles(machine, testbed)),
      server_(made(named<HostServerFactory>(testbed.host.server)({machine, testbed, seed, storage_, throttles_.get()}),
                   "server " + testbed.host.server, "server")) {
  machine.host = server_.get();
  machine.ioeventfd = testbed.controller.ioeventfd;
}

}  // namespace vqlab::sim
