// Guest and host on one calendar, without SimGrid: any number of them in one process, stopped and looked at anywhere.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/testbed/in_effect.hpp"
#include "models/testbed/running_jobs.hpp"
#include "models/testbed/testbed.hpp"
#include "sim/experiment/cpu_options.hpp"
#include "sim/experiment/ordering_observer.hpp"
#include "sim/guest/guest.hpp"
#include "sim/host/host.hpp"
#include "sim/machine/machine.hpp"

namespace vqlab::test {

// Watches commands pass, with an OrderingObserver behind it.
class CommandLog final : public sim::CommandObserver {
 public:
  CommandLog(std::uint32_t luns, std::uint32_t tags, sim::Counters& counters, std::uint32_t luns_per_unit)
      : order_(luns, tags, counters, luns_per_unit), commands_(tags), in_flight_(luns), most_in_flight_(luns) {}

  void called(std::uint32_t lun, std::uint64_t tag) override {
    commands_[tag] = {lun, false};
    most_in_flight_[lun] = std::max(most_in_flight_[lun], ++in_flight_[lun]);
    order_.called(lun, tag);
  }
  void accepted(std::uint64_t tag) override {
    ++accepted_total;
    order_.accepted(tag);
  }
  void refused(std::uint64_t tag) override {
    ++refused_total;
    --in_flight_[commands_[tag].lun];
    order_.refused(tag);
  }
  void taken(std::uint64_t tag) override {
    // A command that is taken twice, or that nobody has queued, went into the ring with another one's descriptors.
    if (commands_[tag].taken) {
      ++taken_twice;
      return;
    }
    commands_[tag].taken = true;
    ++taken_total;
    --in_flight_[commands_[tag].lun];
    order_.taken(tag);
  }

  // The most commands of one logical unit between queue_command() and their being taken.
  [[nodiscard]] std::uint32_t most_in_flight(std::uint32_t lun) const { return most_in_flight_[lun]; }

  std::uint64_t accepted_total = 0;
  std::uint64_t refused_total = 0;
  std::uint64_t taken_total = 0;
  std::uint64_t taken_twice = 0;

 private:
  struct Command {
    std::uint32_t lun = 0;
    bool taken = true;
  };
  sim::OrderingObserver order_;
  std::vector<Command> commands_;
  std::vector<std::uint32_t> in_flight_;
  std::vector<std::uint32_t> most_in_flight_;
};

// Counts what passes between guest and host, line by line.
struct Wires final : sim::DoorbellListener, sim::InterruptListener {
  explicit Wires(sim::Machine& machine)
      : host(machine.host), guest(machine.guest), kicks(machine.rings.size()), interrupts(machine.rings.size()) {
    machine.host = this;
    machine.guest = this;
  }
  bool kicked(sim::LineIndex queue) override {
    ++kicks[queue];
    return host->kicked(queue);
  }
  bool interrupted(sim::LineIndex queue) override {
    ++interrupts[queue];
    return guest->interrupted(queue);
  }

  sim::DoorbellListener* host;
  sim::InterruptListener* guest;
  std::vector<std::uint64_t> kicks;
  std::vector<std::uint64_t> interrupts;
};

// What guest and host meet in.
struct MachineRig {
  explicit MachineRig(const Testbed& spec, std::uint64_t the_seed = 1)
      : testbed(in_effect(spec)),
        seed(the_seed),
        layout(testbed),
        memory(0, layout.end),
        log(testbed.targets * testbed.luns_per_target, layout.commands, counters, sim::luns_per_ordered_unit(testbed)),
        cpus(calendar, sim::cpu_options(testbed), seed),
        bus(calendar, testbed.hardware.memory_gb_per_s, testbed.hardware.copy_gb_per_s),
        hand_overs(sim::hand_overs_of(testbed, layout.commands, seed)),
        machine{.calendar = calendar,
                .cpus = cpus,
                .memory_bus = bus,
                .memory = memory,
                .rings = sim::ring_places(testbed, layout),
                .counters = counters,
                .stages = sim::StageAccounts(layout.commands),
                .observers = sim::CommandObservers(log),
                .wake_thread = CostSampler(testbed.host_costs.wake_thread_ns, testbed.hardware.speed()),
                .data_bytes = layout.data_end,
                .hand_overs = hand_overs.get()} {}

  // Reads, writes and trims that the jobs issue before they end.
  [[nodiscard]] std::uint64_t requests() const {
    std::uint64_t requests = 0;
    std::uint32_t process = 0;
    for (const RunningJob& one : running_jobs(testbed)) {
      const std::uint32_t disks = one.job.roams() ? one.target_count() : 1;
      for (std::uint32_t i = 0; i < one.processes(); ++i) {
        FioRequestSequence sequence(one.job, seed, process++, disks);
        FioRequest request{};
        while (sequence.next(request)) requests += request.kind == IoKind::kFlush ? 0 : 1;
      }
    }
    return requests;
  }
  void run_for(Duration time) { calendar.run_until(calendar.now() + time); }
  [[nodiscard]] std::uint64_t total(sim::Count count) const { return counters.total(count); }
  [[nodiscard]] double per_io(sim::Count count) const {
    return static_cast<double>(total(count)) / static_cast<double>(total(sim::Count::kCompleted));
  }

  Testbed testbed;
  std::uint64_t seed;
  sim::Calendar calendar;
  sim::GuestLayout layout;
  GuestMemory memory;
  sim::Counters counters;
  CommandLog log;
  sim::PhysicalCpus cpus;
  sim::SharedBus bus;
  std::unique_ptr<sim::HandOvers> hand_overs;
  sim::Machine machine;
};

struct TestbedRig : MachineRig {
  explicit TestbedRig(const Testbed& spec, std::uint64_t the_seed = 1)
      : MachineRig(spec, the_seed),
        host(machine, testbed, seed),
        guest(machine, testbed, layout, seed,
              [this] {
                ended = true;
                calendar.interrupt();
              }),
        wires(machine) {}

  // False if some process has not issued its loops by then.
  [[nodiscard]] bool run_to_end(Duration limit = 10s) {
    calendar.run_until(calendar.now() + limit);
    return ended;
  }

  sim::Host host;
  sim::Guest guest;
  Wires wires;
  bool ended = false;
};

// Two targets, each with a job of one pass over 1 MiB.
inline Testbed short_testbed() {
  Testbed testbed;
  testbed.targets = 2;
  testbed.job.size_bytes = 1 << 20;
  testbed.job.loops = 1;
  return testbed;
}

}  // namespace vqlab::test
