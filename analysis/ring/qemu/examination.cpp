#include "analysis/ring/qemu/examination.hpp"

#include <exception>

#include "analysis/ring/qemu/error.hpp"
#include "analysis/ring/qemu/examiner.hpp"

namespace vqlab::qemu {
namespace {

constexpr std::uint16_t kVirtioScsi = 8;  // type of device

void compare_counts(VirtualMachine& machine, const std::vector<QueueTrace>& before, const Session& session,
                    Findings& findings) {
  const std::vector<QueueTrace>& now = machine.trace();
  for (std::size_t index = 0; index < session.counts().size(); ++index) {
    const QueueCounts& driver = session.counts()[index];
    const std::uint64_t seen = now[index].kicks - before[index].kicks;
    const std::uint64_t sent = now[index].interrupts - before[index].interrupts;
    findings.kicks += driver.kicks;
    findings.kicks_seen += seen;
    findings.interrupts += sent;
    findings.interrupts_taken += driver.interrupts;
    if (driver.kicks != seen)
      findings.faults.push_back(
          fmt::format("{} request queues: virtqueue {} was kicked {} times, and the device saw {}",
                      session.request_queues(), index, driver.kicks, seen));
    if (driver.interrupts > sent)
      findings.faults.push_back(
          fmt::format("{} request queues: virtqueue {} took {} interrupts, and the device sent {}",
                      session.request_queues(), index, driver.interrupts, sent));
  }
}

void examine_with(VirtualMachine& machine, VirtioPci& device, std::uint32_t queues, Findings& findings) {
  const std::vector<QueueTrace> before = machine.trace();
  Session session(device, machine.memory(), findings.combination, queues);
  Examiner examiner(machine, session, findings);
  examiner.features_and_configuration();
  examiner.unit_attention();
  examiner.identity();
  examiner.reads_and_writes();
  examiner.full_rings();
  examiner.too_long_for_the_ring();
  examiner.what_is_not_there();
  if (queues == kMostQueues) {
    examiner.task_management();
    examiner.unit_resets();
    examiner.plugging();
    examiner.missed_events();
    // How a buffer was added makes no difference to the indices.
    if (findings.combination.api == BufferApi::kPiecewise) examiner.index_wrap();
  }
  findings.commands += session.commands();
  findings.most_queues = queues;
  compare_counts(machine, before, session, findings);
}

}  // namespace

MachineOptions examined_machine(const std::string& binary, RingFormat ring) {
  return {.binary = binary,
          .request_queues = kMostQueues,
          .packed = ring == RingFormat::kPacked,
          .disks = {{TargetId(0), LunId(0)}, {TargetId(3), LunId(0)}, {TargetId(3), LunId(5)}}};
}

Findings examine(VirtualMachine& machine, const Combination& combination) {
  const auto begun = std::chrono::steady_clock::now();
  Findings findings{.combination = combination};
  try {
    VirtioPci device(machine.qtest(), VirtualMachine::kSlot, kVirtioScsi);
    fill_disks(machine);
    for (std::uint32_t queues = 1; queues <= kMostQueues; ++queues) examine_with(machine, device, queues, findings);
  } catch (const Error& error) {
    findings.faults.push_back(fmt::format("{}. QEMU has printed: '{}'", error.what(), machine.printed()));
  }
  findings.took = std::chrono::steady_clock::now() - begun;
  return findings;
}

}  // namespace vqlab::qemu
