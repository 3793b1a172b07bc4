// The parts of an examination. Each leaves the device idle and all commands given back.
#pragma once

#include <fmt/format.h>
#include <string>
#include <utility>

#include "analysis/ring/qemu/findings.hpp"
#include "analysis/ring/qemu/session.hpp"
#include "analysis/ring/qemu/virtual_machine.hpp"
#include "models/scsi/discovery.hpp"

namespace vqlab::qemu {

inline constexpr std::uint32_t kMostQueues = 8;
inline constexpr TargetId kAbsentTarget{9};
inline constexpr TargetId kSpareTarget{7};

// Gives every byte of every disk a content of its own.
void fill_disks(VirtualMachine& machine);

class Examiner {
 public:
  // References must outlive the examiner.
  Examiner(VirtualMachine& machine, Session& session, Findings& findings)
      : machine_(machine), session_(session), findings_(findings) {}

  void features_and_configuration();
  void unit_attention();
  void identity();
  void reads_and_writes();
  void full_rings();
  void too_long_for_the_ring();
  void what_is_not_there();
  void task_management();
  void unit_resets();
  void plugging();
  void missed_events();
  void index_wrap();

 private:
  // Notes a fault unless `holds`.
  template <class... Parts>
  void check(bool holds, fmt::format_string<Parts...> what, Parts&&... parts) {
    if (!holds)
      findings_.faults.push_back(fmt::format("{} request queues: ", session_.request_queues()) +
                                 fmt::format(what, std::forward<Parts>(parts)...));
  }
  template <class Value>
  void check_equal(const std::string& what, const Value& found, const Value& expected) {
    check(found == expected, "{}: found {}, expected {}", what, found, expected);
  }

  [[nodiscard]] scsi::LunAddress place(std::size_t disk) const {
    return {machine_.places()[disk].target, machine_.places()[disk].lun};
  }
  // Runs a command to its end. `bytes` of data are read.
  [[nodiscard]] Command& run(scsi::LunAddress address, const scsi::Cdb& cdb, std::uint32_t bytes = 0);
  // The same, without data and forgotten; only how it ended counts.
  void expect_response(const std::string& what, scsi::LunAddress address, scsi::Response expected);
  void expect_sense(const std::string& what, scsi::LunAddress address, const scsi::Cdb& cdb, scsi::SenseKey key,
                    std::uint8_t code);
  void expect_good(const std::string& what, const Command& command, std::uint32_t bytes);
  // A unit that has something to say says it to the first command: after this it does not.
  void settle(scsi::LunAddress address);
  void transfer(std::size_t disk, std::uint32_t lba, std::uint32_t bytes, std::uint64_t seed);
  // Both of the same size.
  void check_same(const std::string& what, std::span<const std::byte> found, std::span<const std::byte> expected);
  void check_data(const std::string& what, const Command& command, std::size_t disk, std::uint32_t lba);
  [[nodiscard]] scsi::Response manage(scsi::TaskFunction function, scsi::LunAddress address, std::uint64_t tag);
  // Two reads of which the disk keeps the second one, until it is told otherwise.
  [[nodiscard]] std::pair<Command*, Command*> hold_two(const std::string& disk_id, scsi::LunAddress address);
  // The response to the second of two reads that meet a reset of their unit, which begins with the bytes `medium`.
  [[nodiscard]] scsi::Response reset_two(const std::string& disk_id, scsi::LunAddress address,
                                         std::span<const std::byte> medium);
  void expect_event(const std::string& what, scsi::ResetReason reason);
  void fill_ring(std::uint32_t queue, std::uint32_t segments);

  VirtualMachine& machine_;
  Session& session_;
  Findings& findings_;
  std::uint32_t submitter_ = 0;
};

}  // namespace vqlab::qemu
