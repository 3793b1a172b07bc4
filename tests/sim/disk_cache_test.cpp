#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "models/base/busy_time.hpp"
#include "sim/host/direct_io.hpp"
#include "sim/host/thread_pool.hpp"
#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

// One thing after the other: a read takes 20 us, a write 10, a flush 50.
class OneByOne final : public StorageDevice {
 public:
  Instant advance(DeviceRequest& request, Instant now) override {
    if (request.stage++ > 0) return now;
    const Duration time = request.write ? 10us : 20us;
    return busy_.add(now, request.task == DeviceTask::kFlush ? 50us : time);
  }
  [[nodiscard]] std::vector<DeviceUnits> units(Instant) const override { return {}; }

 private:
  BusyTime busy_;
};

const BackendRegistration for_disk_caches{
    "one_by_one",
    {.help = "for these tests",
     .work =
         [](std::uint64_t) {
           return BackendWork{0, 0};
         },
     .device = [](const DeviceSetup&) { return std::unique_ptr<StorageDevice>(std::make_unique<OneByOne>()); }}};

// A worker wakes in 4 us, holds the mutex for 0.1 and works for 2. A copy runs at 2 GB/s.
Testbed cached(const char* cache) {
  Testbed testbed;
  testbed.disks = {{.targets = 1, .cache = cache}};
  testbed.host.backend = "one_by_one";
  testbed.hardware.threads_per_core = 1;
  testbed.hardware.memory_gb_per_s = 4.0;
  testbed.hardware.copy_gb_per_s = 2.0;
  HostCosts& costs = testbed.host_costs;
  costs.worker_wakeup_ns = {4000, Shape::kConstant};
  costs.pool_lock_ns = {100, Shape::kConstant};
  costs.worker_ns = {2000, Shape::kConstant};
  costs.worker_page_ns = {300, Shape::kConstant};
  costs.cstate_ns = {0, Shape::kConstant};
  return testbed;
}

// One request after the other, each of 4 KiB or none.
struct CacheRig : MachineRig, sim::AioListener {
  explicit CacheRig(const Testbed& spec, bool native = false) : MachineRig(spec), AioListener(spec), storage(spec, 1) {
    const sim::HostSetup setup{machine, testbed, 1, storage};
    if (native)
      aio = std::make_unique<sim::DirectIo>(setup, *this, sim::DirectIoCosts{}, "native");
    else
      aio = std::make_unique<sim::ThreadPool>(setup, *this);
  }
  bool take_back(sim::HostRequest&) override {
    served = calendar.now();
    return false;
  }
  // How long it takes.
  Duration latency(DeviceRequest at_device) {
    at_device.bytes = at_device.task == DeviceTask::kTransfer ? 4096 : 0;
    request = sim::HostRequest{};
    request.stages = &stages;
    request.data_bytes = at_device.bytes;
    request.at_device = at_device;
    const Instant begin = calendar.now();
    aio->submit(request);
    run_for(1ms);
    return served - begin;
  }
  Duration read(std::uint64_t offset = 0) { return latency({.offset_bytes = offset}); }
  Duration write(std::uint64_t offset = 0) { return latency({.offset_bytes = offset, .write = true}); }
  Duration flush() { return latency({.write = true, .task = DeviceTask::kFlush}); }

  sim::Storage storage;
  std::unique_ptr<sim::Aio> aio;
  sim::HostRequest request;
  sim::StageRecord stages;
  Instant served{};
};

constexpr Duration kWorker = 6100ns;  // until it has done its own work
constexpr Duration kWake = 4000ns;    // again, when the device is done
constexpr Duration kCached = 300ns + 2048ns;

TEST(DiskCache, WithoutOneTheDeviceServesWhatIsAskedFor) {
  CacheRig rig(cached("none"));
  EXPECT_EQ(rig.read(), kWorker + 20us + kWake);
  EXPECT_EQ(rig.write(), kWorker + 10us + kWake);
  EXPECT_EQ(rig.flush(), kWorker + 50us + kWake);
}

TEST(DiskCache, WritebackReadsAndWritesInThePageCache) {
  CacheRig rig(cached("writeback"));
  EXPECT_EQ(rig.read(), kWorker + kCached);
  EXPECT_EQ(rig.write(), kWorker + kCached);
  EXPECT_EQ(rig.write(4096), kWorker + kCached);
  EXPECT_EQ(rig.write(4096), kWorker + kCached);
  // Two blocks are to be written, one after the other on this device; the worker sleeps for them, and for the flush.
  EXPECT_EQ(rig.flush(), kWorker + 2 * 10us + kWake + 50us + kWake);
  EXPECT_EQ(rig.flush(), kWorker + 50us + kWake);
}

TEST(DiskCache, WritethroughWritesToPageCacheAndDevice) {
  CacheRig rig(cached("writethrough"));
  EXPECT_EQ(rig.read(), kWorker + kCached);
  EXPECT_EQ(rig.write(), kWorker + 10us + kWake + 50us + kWake + kCached);
  EXPECT_EQ(rig.flush(), kWorker + 50us + kWake);  // nothing is left to write
}

TEST(DiskCache, DirectsyncWritesToTheDeviceAndFlushesIt) {
  CacheRig rig(cached("directsync"));
  EXPECT_EQ(rig.read(), kWorker + 20us + kWake);
  EXPECT_EQ(rig.write(), kWorker + 10us + kWake + 50us + kWake);
  CacheRig native(cached("directsync"), true);
  EXPECT_EQ(native.read(), 20us);
  EXPECT_EQ(native.write(), 60us);
}

TEST(DiskCache, ATrimIsTheDevices) {
  CacheRig rig(cached("writeback"));
  EXPECT_EQ(rig.latency({.write = true, .task = DeviceTask::kTrim}), kWorker + 10us + kWake);
}

TEST(DiskCache, OnlyTheDisksThatSaySoHaveOne) {
  Testbed testbed = cached("writeback");
  testbed.targets = 3;
  testbed.disks.insert(testbed.disks.begin(), DiskGroup{});
  CacheRig rig(testbed);
  EXPECT_EQ(rig.latency({.unit = 0, .write = true}), kWorker + 10us + kWake);
  EXPECT_EQ(rig.latency({.unit = 1, .write = true}), kWorker + kCached);
  EXPECT_EQ(rig.latency({.unit = 2, .write = true}), kWorker + 10us + kWake);
}

// A job that writes and flushes in turn, on each kind of disk and with each engine.
TEST(DiskCache, AGuestFlushesOnlyWhatHasAWriteCache) {
  for (const std::string cache : {"none", "writeback", "writethrough", "directsync"})
    for (const std::string engine : {"libaio", "psync", "io_uring"}) {
      Testbed testbed = cached(cache.c_str());
      testbed.job.rw = "randwrite";
      testbed.job.fsync = 1;
      testbed.job.ioengine = engine;
      testbed.job.numjobs = 1;
      TestbedRig rig(testbed);
      rig.run_for(10ms);
      rig.machine.stages.check(rig.calendar.now());
      const auto& reaped = rig.guest.disks()[0].reaped;
      const auto& writes = reaped[index_of(IoKind::kWrite)];
      const auto& flushes = reaped[index_of(IoKind::kFlush)];
      ASSERT_GT(writes.ios, 10u) << cache << engine;
      EXPECT_NEAR(static_cast<double>(flushes.ios), static_cast<double>(writes.ios), testbed.job.iodepth + 1.0);
      const bool sent = cache == "none" || cache == "writeback";
      const Duration mean = flushes.latency / static_cast<std::int64_t>(flushes.ios);
      EXPECT_EQ(mean > 50us, sent) << cache << engine;
      // What the host has taken are writes, and flushes if they are sent.
      const std::uint64_t most = writes.ios + (sent ? flushes.ios : 0) + testbed.job.iodepth + 1;
      EXPECT_LE(rig.log.taken_total, most) << cache << engine;
    }
}

}  // namespace
}  // namespace vqlab::test
