#include <cstdio>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/ring/qemu/error.hpp"
#include "analysis/ring/qemu/examination.hpp"
#include "analysis/ring/ring.hpp"

namespace vqlab {
namespace {

using qemu::all_combinations;
using qemu::Combination;
using qemu::Findings;

struct Wanted {
  std::string binary = "qemu-system-x86_64";
  std::string ring;  // empty: both, and so on
  std::string indirect_desc;
  std::string event_idx;
  std::string api;

  [[nodiscard]] bool includes(const Combination& combination) const {
    const auto agrees = [](const std::string& wanted, const std::string& found) {
      return wanted.empty() || wanted == found;
    };
    return agrees(ring, qemu::name_of(combination.ring)) && agrees(api, name_of(combination.api)) &&
           agrees(indirect_desc, combination.indirect_desc ? "on" : "off") &&
           agrees(event_idx, combination.event_idx ? "on" : "off");
  }
};

constexpr const char* kRow = "{:<8}{:<10}{:<11}{:<11}{:>7}{:>10}{:>6}{:>8}{:>8}{:>12}{:>8}{:>7}  {}\n";
constexpr std::size_t kMostDifferences = 10;  // that are printed of one combination

void print_head() {
  fmt::print(kRow, "ring", "indirect", "event_idx", "API", "queues", "commands", "full", "kicks", "seen", "interrupts",
             "taken", "s", "result");
}

void print_row(const Findings& found) {
  const Combination& combination = found.combination;
  fmt::print(kRow, qemu::name_of(combination.ring), combination.indirect_desc ? "on" : "off",
             combination.event_idx ? "on" : "off", name_of(combination.api),
             found.most_queues == 0 ? "-" : fmt::format("1-{}", found.most_queues), found.commands, found.full_rings,
             found.kicks, found.kicks_seen, found.interrupts, found.interrupts_taken,
             fmt::format("{:.1f}", found.took.count()), found.passed() ? "ok" : "FAILED");
  for (std::size_t i = 0; i < found.faults.size() && i < kMostDifferences; ++i) fmt::print("    {}\n", found.faults[i]);
  if (found.faults.size() > kMostDifferences) fmt::print("    and {} more\n", found.faults.size() - kMostDifferences);
}

AnswerJson row_json(const Findings& found) {
  return {{"ring", qemu::name_of(found.combination.ring)},
          {"indirect", found.combination.indirect_desc},
          {"event_idx", found.combination.event_idx},
          {"api", name_of(found.combination.api)},
          {"most_queues", found.most_queues},
          {"commands", found.commands},
          {"full_rings", found.full_rings},
          {"kicks", found.kicks},
          {"kicks_seen", found.kicks_seen},
          {"interrupts", found.interrupts},
          {"interrupts_taken", found.interrupts_taken},
          {"passed", found.passed()},
          {"differences", found.faults}};
}

constexpr const char* kLegend = R"(
Each row: a reset, negotiation and set-up for every number of request queues; then unit attention, INQUIRY, READ
CAPACITY, WRITE and READ of 1 to 16 segments compared with the medium, every ring filled up and emptied, an absent
target and LUN, a READ beyond the end. With all queues also ABORT TASK, LOGICAL UNIT RESET, a disk plugged and
unplugged, missed events, and, piecewise, 66000 commands on one queue.
  commands    that came back            full        rings filled up until they refused a command
  kicks       the driver counts         seen        of them the device counts: must be equal
  interrupts  the device counts         taken       the driver counts: may be fewer, several at once count as one
)";

int examine_all(const Wanted& wanted) {
  std::size_t done = 0;
  std::size_t failed = 0;
  try {
    for (const Combination& combination : all_combinations()) {
      if (!wanted.includes(combination)) continue;
      qemu::VirtualMachine machine(qemu::examined_machine(wanted.binary, combination.ring));
      if (done++ == 0) {
        answer("qemu", [&] { return machine.qmp().version(); });
        fmt::print("virtio-scsi-pci of QEMU {}, no guest; rings of {} descriptors\n\n", machine.qmp().version(),
                   qemu::kRingSize);
        print_head();
      }
      const Findings found = qemu::examine(machine, combination);
      if (!found.passed()) ++failed;
      print_row(found);
      answer_more("combinations", [&] { return row_json(found); });
      std::fflush(stdout);
    }
  } catch (const qemu::Error& error) {
    say_failure(error.what());
    return kExitFailed;
  }
  fmt::print("{}\n{} of {} combinations passed\n", kLegend, done - failed, done);
  return failed == 0 ? kExitGood : kExitFailed;
}

}  // namespace

void add_ring_qemu(CLI::App& ring, int& code) {
  CLI::App* verb = ring.add_subcommand("qemu", "Let our driver's classes work QEMU's virtio-scsi-pci device.");
  verb->footer(
      "\nQEMU runs without a guest; its device and our rings share memory. One row for each combination, all 24 "
      "unless\n"
      "options leave some out. What each row covers is printed below the table.\n"
      "\nExamples:\n"
      "  vqlab ring qemu\n"
      "  vqlab ring qemu --ring packed --api piecewise\n"
      "  vqlab ring qemu --binary /opt/qemu/bin/qemu-system-x86_64\n"
      "\nQEMU comes with Debian's package qemu-system-x86.\n"
      "Exit codes: 0 all combinations passed; 1 at least one failed, or QEMU did not start.");
  const auto wanted = std::make_shared<Wanted>();
  verb->add_option("--binary", wanted->binary, "QEMU for x86, looked up in PATH.")->capture_default_str();
  const auto choice = [&](const char* option, std::string& value, const char* help,
                          const std::vector<std::string>& values) {
    verb->add_option(option, value, help)->check(CLI::IsMember(values));
  };
  choice("--ring", wanted->ring, "Only this ring format.", {"split", "packed"});
  choice("--indirect", wanted->indirect_desc, "Only with, or only without indirect descriptors.", {"on", "off"});
  choice("--event-idx", wanted->event_idx, "Only with, or only without event index.", {"on", "off"});
  choice("--api", wanted->api, "Only this way to add buffers.", {"add_buf", "piecewise", "add_sgs"});
  verb->callback([wanted, &code] { code = examine_all(*wanted); });
}

}  // namespace vqlab
