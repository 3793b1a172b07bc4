// The parts of a host: who serves the request queues, and how requests get to the back end. One file in servers/ or
// aio/ is one; its name in a scenario is the file's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/backend/backend.hpp"
#include "models/testbed/host_kind.hpp"
#include "models/testbed/testbed.hpp"
#include "sim/host/host_request.hpp"
#include "sim/host/storage.hpp"
#include "sim/host/throttles.hpp"
#include "sim/machine/machine.hpp"

namespace vqlab::sim {

// What a part is built from; all of it outlives the part.
struct HostSetup {
  Machine& machine;
  const Testbed& testbed;
  std::uint64_t seed;
  const Storage& storage;
  Throttles* throttles = nullptr;  // null: no disk has limits
};

class Aio;

// Of a thread pool, so far: its threads' times all together.
struct PoolTimes {
  Duration awake{0};
  Duration in_use{0};  // awake, or waiting for a device with a request in hand
  Duration locked{0};  // the pool's mutex
  std::uint64_t wakeups = 0;
};

// Of a thread that serves queues, so far.
struct ServingThreadCounters {
  std::string name;
  std::uint64_t wakeups = 0;
  Duration without_cpu{0};  // time for which it has wanted to run and had no CPU
  Duration polled{0};       // time for which it has polled with nothing to do
};

// The threads that serve the request queues of all devices. They begin asleep.
class HostServer : public DoorbellListener {
 public:
  // Time that each thread has worked so far; busy polling is no work.
  [[nodiscard]] virtual std::vector<Duration> busy_times() const = 0;
  // What else is known of each; nothing if it is empty.
  [[nodiscard]] virtual std::vector<ServingThreadCounters> threads() const { return {}; }
  // Their ways to the back end.
  [[nodiscard]] virtual std::vector<const Aio*> aios() const = 0;
};

// Hears of requests whose data has been moved.
class AioListener {
 public:
  explicit AioListener(const Testbed& testbed);
  virtual ~AioListener() = default;
  // Once for each request that was submitted; a second time ends the process (models/base/contract.hpp). True if that
  // woke the thread that submitted it: whoever tells pays for it, if that is a thread.
  bool request_served(HostRequest& request) {
    if (std::exchange(request.served, true)) [[unlikely]]
      refuse_served();
    return take_back(request);
  }

 protected:
  // What the aio has drawn for submitting, if that is allowed; else the process ends.
  [[nodiscard]] Duration checked_submit(Duration submit) const {
    if (submit < Duration{0}) [[unlikely]]
      refuse_submit(submit);
    return submit;
  }

 private:
  virtual bool take_back(HostRequest& request) = 0;
  [[noreturn]] void refuse_submit(Duration submit) const noexcept;
  [[noreturn]] void refuse_served() const noexcept;

  std::string who_;  // serves
};

// The way to the back end of one thread that serves queues. In the stages of a request it ends those from kPoolWait to
// kCopy.
class Aio {
 public:
  virtual ~Aio() = default;

  // What handing over the next `requests` requests at once takes, those apart that wake a thread.
  [[nodiscard]] virtual Duration draw_submit(std::uint32_t requests) = 0;
  // For how long the storage device has the submitting thread work itself for this request; part of handing it over.
  [[nodiscard]] virtual Duration in_submitter(const HostRequest&) { return Duration{0}; }
  // Bytes that the submitting thread itself then moves over the memory bus; part of handing the request over.
  [[nodiscard]] virtual std::uint64_t moved_by_submitter(const HostRequest&) const { return 0; }
  // How many threads sleep: a request that is handed over wakes one, if there is, which is its submitter's cost.
  [[nodiscard]] virtual std::uint32_t sleepers() const = 0;
  // Hands the request over.
  virtual void submit(HostRequest& request) = 0;

  // What it keeps busy; all 0 if it has no threads.
  [[nodiscard]] virtual PoolTimes pool_times() const { return {}; }
  [[nodiscard]] virtual std::uint32_t threads_max() const { return 0; }
};

using HostServerFactory = std::unique_ptr<HostServer> (*)(const HostSetup&);
// `owner` tells the random streams of several ways to the back end apart; empty if there is one.
using AioFactory = std::unique_ptr<Aio> (*)(const HostSetup&, AioListener&, const std::string& owner);

// How a part registers itself: `const HostServerRegistration registered{"name", {.help = ...}, make};`
template <class Kind, class Factory>
struct HostPartRegistration {
  HostPartRegistration(const char* name, Kind kind, Factory make) {
    Registry<Kind>::instance().add(name, kind);
    Registry<Factory>::instance().add(name, make);
  }
};
using HostServerRegistration = HostPartRegistration<HostServerKind, HostServerFactory>;
using AioRegistration = HostPartRegistration<AioKind, AioFactory>;

// The way to the back end that the testbed names.
[[nodiscard]] std::unique_ptr<Aio> make_aio(const HostSetup& setup, AioListener& listener,
                                            const std::string& owner = "");

}  // namespace vqlab::sim
