// Our driver's classes work QEMU's virtio-scsi-pci. Needs Debian's package qemu-system-x86.
#include <algorithm>
#include <gtest/gtest.h>

#include "analysis/ring/qemu/error.hpp"
#include "analysis/ring/qemu/examination.hpp"
#include "analysis/ring/qemu/session.hpp"
#include "models/scsi/discovery.hpp"

namespace vqlab::qemu {
namespace {

constexpr const char* kBinary = "qemu-system-x86_64";
constexpr std::uint16_t kVirtioScsi = 8;

class QemuDevice : public testing::TestWithParam<Combination> {};

TEST_P(QemuDevice, IsWorked) {
  VirtualMachine machine(examined_machine(kBinary, GetParam().ring));
  const Findings findings = examine(machine, GetParam());
  for (const std::string& fault : findings.faults) ADD_FAILURE() << fault;
  EXPECT_EQ(findings.most_queues, 8U);
  EXPECT_EQ(findings.kicks, findings.kicks_seen);
  EXPECT_GT(findings.kicks, 0U);
  EXPECT_GT(findings.interrupts_taken, 0U);
  EXPECT_LE(findings.interrupts_taken, findings.interrupts);
  EXPECT_EQ(findings.full_rings, 36U);  // 1 + 2 + ... + 8 rings
}

INSTANTIATE_TEST_SUITE_P(Combinations, QemuDevice,
                         testing::ValuesIn(all_combinations().begin(), all_combinations().end()),
                         [](const testing::TestParamInfo<Combination>& tested) {
                           std::string name = name_of(tested.param);
                           std::ranges::replace(name, '/', '_');
                           return name;
                         });

// --- an examination finds what is wrong

TEST(QemuExamination, SeesADeviceThatIsNotAsAnnounced) {
  MachineOptions options = examined_machine(kBinary, RingFormat::kSplit);
  options.queue_size = 64;  // so that the device takes at most 62 data segments
  VirtualMachine machine(options);
  const Findings findings = examine(machine, {.api = BufferApi::kAddSgs});
  ASSERT_EQ(findings.faults.size(), 8U);  // one for each number of queues
  EXPECT_NE(findings.faults[0].find("seg_max 62"), std::string::npos) << findings.faults[0];
}

TEST(QemuExamination, SeesUnitsThatAreNotThere) {
  MachineOptions options = examined_machine(kBinary, RingFormat::kSplit);
  options.disks.pop_back();
  VirtualMachine machine(options);
  EXPECT_TRUE(examine(machine, {.api = BufferApi::kAddSgs}).passed());  // it asks for the disks that the machine has
  options.disks[0].target = TargetId(9);                                // where it wants none
  VirtualMachine other(options);
  const Findings findings = examine(other, {.api = BufferApi::kAddSgs});
  EXPECT_EQ(std::ranges::count_if(findings.faults,
                                  [](const std::string& fault) { return fault.find("absent target") != fault.npos; }),
            9);  // 8 commands, and a reset with all queues
}

TEST(QemuExamination, SeesAMissingFeature) {
  VirtualMachine machine(examined_machine(kBinary, RingFormat::kSplit));
  const Findings findings = examine(machine, {.ring = RingFormat::kPacked});
  ASSERT_EQ(findings.faults.size(), 1U);
  EXPECT_NE(findings.faults[0].find("the device offers features"), std::string::npos) << findings.faults[0];
}

// --- kicks are counted by the device

class QemuSession : public testing::Test {
 protected:
  VirtualMachine machine{examined_machine(kBinary, RingFormat::kSplit)};
  VirtioPci device{machine.qtest(), VirtualMachine::kSlot, kVirtioScsi};
  Session session{device, machine.memory(), {}, 2};

  Command& ready() { return session.take_command({TargetId(0), LunId(0)}, scsi::test_unit_ready(), 0, false); }
};

TEST_F(QemuSession, TheDeviceDoesNothingUntilItIsKicked) {
  Command& command = ready();
  ASSERT_TRUE(session.add(command, 1).ok());
  machine.qmp().release_requests(VirtualMachine::disk_id(0));  // the main loop turns
  EXPECT_EQ(machine.trace()[3].kicks, 0U);
  EXPECT_EQ(session.request_queue(1).num_free(), kRingSize - 2);  // piecewise, two headers go direct
  EXPECT_FALSE(session.look());
  session.kick_request_queue(1);
  session.wait_for(command);
  EXPECT_EQ(machine.trace()[3].kicks, 1U);
  EXPECT_EQ(session.counts()[3].kicks, 1U);
}

TEST_F(QemuSession, AKickThatTheDriverDoesNotCountIsSeen) {
  device.notify(2);
  EXPECT_EQ(machine.trace()[2].kicks, 1U);
  EXPECT_EQ(session.counts()[2].kicks, 0U);
}

// Several commands in one kick: with event index the device is told once.
TEST_F(QemuSession, OneKickServesABatch) {
  std::vector<Command*> batch;
  for (int i = 0; i < 8; ++i) {
    batch.push_back(&ready());
    ASSERT_TRUE(session.add(*batch.back(), 0).ok());
  }
  session.kick_request_queue(0);
  for (const Command* command : batch) session.wait_for(*command);
  EXPECT_EQ(machine.trace()[2].kicks, 1U);
}

// --- starting and ending

TEST(QemuStart, AMissingProgramNamesThePackage) {
  try {
    const VirtualMachine machine(examined_machine("qemu-system-nowhere", RingFormat::kSplit));
    FAIL() << "it was started";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "cannot start qemu-system-nowhere: No such file or directory; QEMU comes with Debian's "
                 "package qemu-system-x86");
  }
}

TEST(QemuStart, WhatItComplainsAboutIsPassedOn) {
  MachineOptions options = examined_machine(kBinary, RingFormat::kSplit);
  options.disks[2] = options.disks[1];
  try {
    const VirtualMachine machine(options);
    FAIL() << "it was started";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("does not come up"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("lun already used"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace vqlab::qemu
