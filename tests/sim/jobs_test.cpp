// Several jobs in one guest, and what each kind of I/O does on its way.
#include <gtest/gtest.h>

#include "models/backend/flash_device.hpp"
#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

using sim::Count;

NamedSet job(std::string name, std::vector<RowValue> values) { return {std::move(name), std::move(values)}; }

std::uint64_t ios(TestbedRig& rig, std::size_t job, IoKind kind) { return rig.guest.reaped()[job][index_of(kind)].ios; }

void expect_all_back(TestbedRig& rig) {
  ASSERT_TRUE(rig.run_to_end()) << rig.total(Count::kCompleted) << " of " << rig.requests();
  EXPECT_EQ(rig.total(Count::kCompleted), rig.requests());
  EXPECT_EQ(rig.log.taken_twice, 0u);
}

// 1 MiB each: 256 reads of 4 KiB on each of both targets, and 16 writes of 64 KiB on the second one.
TEST(Jobs, TwoOfThemOnOneDiskHaveTheirOwnSizes) {
  Testbed testbed = short_testbed();
  testbed.jobs = {
      job("database", {{"rw", std::string("randread")}, {"bs", std::string("4k")}}),
      job("stream", {{"rw", std::string("write")}, {"bs", std::string("64k")}, {"targets", std::string("1")}})};
  TestbedRig rig(testbed);
  expect_all_back(rig);
  EXPECT_EQ(ios(rig, 0, IoKind::kRead), 512u);
  EXPECT_EQ(ios(rig, 1, IoKind::kWrite), 16u);
  EXPECT_EQ(rig.guest.reaped()[1][index_of(IoKind::kWrite)].bytes, 1u << 20);
  EXPECT_EQ(rig.guest.reaped()[0][index_of(IoKind::kRead)].latency.count(), 512u);
  const auto& disks = rig.guest.disks();
  EXPECT_EQ(disks[0].reaped[index_of(IoKind::kRead)].ios, 256u);
  EXPECT_EQ(disks[1].reaped[index_of(IoKind::kRead)].ios, 256u);
  EXPECT_EQ(disks[0].reaped[index_of(IoKind::kWrite)].ios, 0u);
  EXPECT_EQ(disks[1].reaped[index_of(IoKind::kWrite)].bytes, 1u << 20);
  EXPECT_GT(rig.log.most_in_flight(1), rig.log.most_in_flight(0) - 4);
}

// The two jobs are processes of one LUN: they share its lock.
TEST(Jobs, OnOneDiskShareTheLunsLock) {
  Testbed testbed = short_testbed();
  testbed.targets = 1;
  testbed.jobs = {job("a", {})};
  EXPECT_EQ(TestbedRig(testbed).guest.disks()[0].lock, nullptr);
  testbed.jobs.push_back(job("b", {}));
  EXPECT_NE(TestbedRig(testbed).guest.disks()[0].lock, nullptr);
}

// Reads of two processes on three disks of two devices; of each disk each process has a third of 3 MiB.
TEST(Jobs, OneOfThemServesSeveralDisks) {
  for (const char* type : {"roundrobin", "random", "sequential"})
    for (const char* driver : {"multiqueue", "blk_mq"}) {
      Testbed testbed = short_testbed();
      testbed.targets = 3;
      testbed.controller.devices = 2;
      testbed.guest.driver = driver;
      testbed.guest.policy = "per_vcpu";
      testbed.job.size_bytes = 3 << 20;
      testbed.job.bs = "4k";
      testbed.job.numjobs = 2;
      testbed.job.iodepth = 32;
      testbed.job.iodepth_batch = 8;
      testbed.job.file_service_type = type;
      TestbedRig rig(testbed);
      expect_all_back(rig);
      for (const sim::LogicalUnit& disk : rig.guest.disks()) EXPECT_EQ(disk.reaped[0].ios, 2 * 256u) << type;
    }
}

TEST(Jobs, FlushesReachTheDeviceAndAreCountedApart) {
  for (const char* engine : {"libaio", "io_uring", "psync", "sync"}) {
    Testbed testbed = short_testbed();
    testbed.job.rw = "randwrite";
    testbed.job.bs = "4k";
    testbed.job.ioengine = engine;
    testbed.job.iodepth_batch = 2;
    testbed.job.fsync = 4;
    TestbedRig rig(testbed);
    expect_all_back(rig);
    EXPECT_EQ(ios(rig, 0, IoKind::kWrite), 512u) << engine;
    EXPECT_EQ(ios(rig, 0, IoKind::kFlush), 2 * 64u) << engine;
    EXPECT_EQ(rig.log.taken_total, 512u + 128) << engine;
    EXPECT_EQ(rig.total(Count::kBytes), 2u << 20) << engine;
    EXPECT_EQ(rig.counters.latency.count(), 512u) << engine;
  }
}

// O_SYNC: a write with FUA on a disk that has none is followed by a flush, and a call that waits sends one more on
// blk-mq. A disk that writes through is flushed by none of them.
TEST(Jobs, SynchronousWritesAreFlushedByTheKernel) {
  for (const bool later : {false, true})
    for (const char* engine : {"psync", "pvsync2", "libaio"}) {
      Testbed testbed = short_testbed();
      if (later) {
        testbed.guest.driver = "blk_mq";
        testbed.guest.policy = "per_vcpu";
      }
      testbed.job.rw = "randwrite";
      testbed.job.bs = "4k";
      testbed.job.ioengine = engine;
      testbed.job.iodepth = 1;
      testbed.job.sync = "dsync";
      TestbedRig rig(testbed);
      expect_all_back(rig);
      const std::uint64_t flushes = later && testbed.job.waits_in_calls() ? 2 : 1;
      EXPECT_EQ(ios(rig, 0, IoKind::kWrite), 512u) << engine;
      EXPECT_EQ(ios(rig, 0, IoKind::kFlush), 512 * flushes) << engine << later;
      EXPECT_EQ(rig.log.taken_total, 512 * (1 + flushes)) << engine << later;
    }
}

// A flush waits for a die to program, 750 us. With libaio nothing is submitted meanwhile; with io_uring seven more
// flushes and their writes are.
TEST(Jobs, AnFsyncHoldsTheProcessUnlessItIsAsynchronous) {
  const auto time = [](const char* engine) {
    Testbed testbed = short_testbed();
    testbed.targets = 1;
    testbed.job.rw = "write";
    testbed.job.bs = "4k";
    testbed.job.iodepth = 32;
    testbed.job.ioengine = engine;
    testbed.job.fsync = 4;
    testbed.host.backend = "flash";
    TestbedRig rig(testbed);
    EXPECT_TRUE(rig.run_to_end());
    return rig.calendar.now() - Instant{};
  };
  EXPECT_GT(time("libaio"), 3 * time("io_uring"));
}

// What the write cache holds must be programmed first: 750 us, where a write takes 20.
TEST(Jobs, AFlushWaitsForTheDies) {
  Testbed testbed = short_testbed();
  testbed.targets = 1;
  testbed.job.rw = "write";
  testbed.job.bs = "4k";
  testbed.job.ioengine = "psync";
  testbed.job.fsync = 1;
  testbed.host.backend = "flash";
  for (const bool cache : {true, false}) {
    Flash flash;
    flash.write_cache = cache;
    testbed.parts.set(flash);
    TestbedRig rig(testbed);
    expect_all_back(rig);
    const auto& reaped = rig.guest.reaped()[0];
    const double write = reaped[index_of(IoKind::kWrite)].latency.mean_ns();
    const double flush = reaped[index_of(IoKind::kFlush)].latency.mean_ns();
    if (cache)
      EXPECT_GT(flush, write + 500e3);
    else
      EXPECT_GT(write, flush + 500e3);
  }
}

// A command of one page for each, however long the range; 4 KiB are trimmed as fast as 1 MiB, and nothing is copied.
TEST(Jobs, ATrimIsOneCommand) {
  for (const char* size : {"4k", "1m"}) {
    Testbed testbed = short_testbed();
    testbed.job.rw = "trim";
    testbed.job.bs = size;
    testbed.job.size_bytes = std::string(size) == "4k" ? 1 << 20 : 256 << 20;
    TestbedRig rig(testbed);
    expect_all_back(rig);
    EXPECT_EQ(ios(rig, 0, IoKind::kTrim), 512u) << size;
    EXPECT_EQ(rig.log.taken_total, 512u) << size;
    EXPECT_EQ(rig.bus.bytes_moved(), 0.0) << size;
  }
}

// The same reads: io_uring spares calls where something has completed, psync all of them, and sync seeks.
TEST(Jobs, EnginesDifferInTheirCalls) {
  const auto time = [](const char* engine, double seek_ns) {
    Testbed testbed = short_testbed();
    testbed.targets = 1;
    testbed.guest.vcpus = 1;
    testbed.job.rw = "randread";
    testbed.job.bs = "4k";
    testbed.job.iodepth = 1;
    testbed.job.ioengine = engine;
    testbed.host.backend = "null";
    testbed.guest_costs.seek_ns.mean_ns = seek_ns;
    TestbedRig rig(testbed);
    EXPECT_TRUE(rig.run_to_end());
    return rig.calendar.now();
  };
  EXPECT_LT(time("psync", 0), time("libaio", 0));
  EXPECT_LT(time("sync", 0), time("sync", 500));
  EXPECT_EQ(time("psync", 0), time("psync", 500));
}

// 8 are in flight, then none is submitted before 6 of them are back.
TEST(Jobs, ALowMarkMakesAJobDrain) {
  const auto kicks = [](std::uint32_t low) {
    Testbed testbed = short_testbed();
    testbed.targets = 1;
    testbed.job.bs = "4k";
    testbed.job.iodepth = 8;
    testbed.job.iodepth_batch = 8;
    testbed.job.iodepth_low = low;
    testbed.guest.driver = "blk_mq";
    testbed.guest.policy = "per_vcpu";
    TestbedRig rig(testbed);
    EXPECT_TRUE(rig.run_to_end());
    EXPECT_EQ(rig.total(Count::kCompleted), 256u);
    return rig.total(Count::kKicks);
  };
  // One batch has 8, all others 6: 1 + 248 / 6 at most.
  EXPECT_LE(kicks(2), 43u);
  EXPECT_GT(kicks(0), 43u);
}

}  // namespace
}  // namespace vqlab::test
