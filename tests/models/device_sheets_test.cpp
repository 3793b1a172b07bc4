// What a storage device does, alone, beside the figures that it was derived from.
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "models/backend/closed_loop.hpp"
#include "models/backend/derive.hpp"
#include "models/backend/sheet_table.hpp"
#include "tests/support/slow_device.hpp"

namespace vqlab {
namespace {

constexpr double kWithin = 0.02;

double iops(const DeviceSheet& sheet, const ClosedLoop& load) {
  const auto device = device_of(sheet, 1, RandomStream(7, "device"));
  return iops_alone(*device, load, RandomStream(7, "load"));
}

// Figures of no drive in particular; the third is one of today's with much inside.
DeviceSheet drive(double us, double read_iops, std::uint32_t depth) {
  DeviceSheet sheet = test::slow_device().sheet();
  sheet.random_read_us = us;
  sheet.random_write_us = us / 4;
  sheet.random_read_iops = read_iops;
  sheet.random_read_depth = depth;
  sheet.random_write_iops = read_iops / 5;
  sheet.random_write_depth = 128;
  sheet.sequential_read_mb_per_s = 2 * read_iops * kSheetBytes / 1e6;
  sheet.sequential_write_mb_per_s = read_iops * kSheetBytes / 1e6;
  return sheet;
}

const std::vector<DeviceSheet>& drives() {
  static const std::vector<DeviceSheet> all{drive(50, 75000, 32), drive(85, 490000, 256), drive(60, 1.5e6, 512),
                                            drive(10, 550000, 16), drive(100, 15000, 4)};
  return all;
}

TEST(DeviceSheets, OneReadAtATimeTakesWhatTheSheetSays) {
  for (const DeviceSheet& sheet : drives())
    EXPECT_NEAR(1e6 / iops(sheet, {.depth = 1}) / sheet.random_read_us, 1, kWithin) << sheet.random_read_us;
}

TEST(DeviceSheets, RandomReadsAndWritesComeToTheSheetsRatesAtItsDepths) {
  for (const DeviceSheet& sheet : drives()) {
    EXPECT_NEAR(iops(sheet, {.depth = sheet.random_read_depth}) / sheet.random_read_iops, 1, kWithin)
        << sheet.random_read_us;
    EXPECT_NEAR(iops(sheet, {.depth = 128, .read_percent = 0}) / sheet.random_write_iops, 1, kWithin)
        << sheet.random_read_us;
  }
}

TEST(DeviceSheets, LargeSequentialRequestsComeToTheSheetsBandwidth) {
  for (const DeviceSheet& sheet : drives())
    for (const bool write : {false, true}) {
      const double mb =
          iops(sheet, {.depth = 64, .bytes = 131072, .read_percent = write ? 0u : 100u, .sequential = true}) * 131072 /
          1e6;
      EXPECT_NEAR(mb / (write ? sheet.sequential_write_mb_per_s : sheet.sequential_read_mb_per_s), 1, kWithin)
          << sheet.random_read_us << ' ' << write;
    }
}

// 15 % below what reads and writes take one after the other: the units lose time between them.
TEST(DeviceSheets, MixedRequestsComeToTheSheetsRate) {
  DeviceSheet sheet = drive(10, 550000, 16);
  sheet.random_write_iops = 500000;
  sheet.mixed_depth = 16;
  sheet.mixed_iops = 0.85 / (0.7 / 550000 + 0.3 / 500000);
  EXPECT_NEAR(iops(sheet, {.depth = 16, .read_percent = 70}) / sheet.mixed_iops, 1, kWithin);
  EXPECT_GT(solid_state_of(sheet).turn_ns, 0);
  sheet.mixed_iops = 0;
  EXPECT_EQ(solid_state_of(sheet).turn_ns, 0);
}

// SATA: what is beyond 32 requests waits outside.
TEST(DeviceSheets, ADriveTakesNoMoreRequestsAtOnceThanItsQueueHolds) {
  DeviceSheet sheet = drive(85, 200000, 32);
  EXPECT_GT(iops(sheet, {.depth = 256}), 1.1 * iops(sheet, {.depth = 32}));
  sheet.queue_depth = 32;
  EXPECT_NEAR(iops(sheet, {.depth = 256}) / iops(sheet, {.depth = 32}), 1, kWithin);
}

// A random write is over when the buffer has it, but only if its units keep up.
TEST(DeviceSheets, AWriteTakesTheSheetsLatencyWhileTheDriveKeepsUp) {
  const DeviceSheet sheet = drive(85, 490000, 256);
  const auto device = device_of(sheet, 1, RandomStream(1, "device"));
  double total = 0;
  constexpr int kWrites = 2000;
  for (int i = 0; i < kWrites; ++i) {
    const Instant begin{std::chrono::milliseconds(i)};
    DeviceRequest write{.offset_bytes = std::uint64_t(i) * 1237 * 4096 % (1u << 30), .bytes = 4096, .write = true};
    const Instant end = device->advance(write, begin);
    total += static_cast<double>((end - begin).count()) / 1e3;
    EXPECT_EQ(device->advance(write, end), end);
  }
  EXPECT_NEAR(total / kWrites / sheet.random_write_us, 1, 0.05);  // Erlang-4 over 2000 draws: 95 % within 2.2 %
}

TEST(DeviceSheets, FlushesAndTrimsTakeTheSheetsTime) {
  for (const char* kind : {"solid_state", "hard_disk"}) {
    DeviceSheet sheet = drive(85, 490000, 256);
    if (sheet.kind != kind) {
      sheet = DeviceSheet{};
      sheet.kind = kind;
      sheet.rpm = 7200;
      sheet.capacity_gb = 1000;
      sheet.seek_read_ms = 8;
      sheet.sequential_read_mb_per_s = 150;
    }
    sheet.flush_us = 400;
    sheet.trim_us = 50;
    const auto device = device_of(sheet, 1, RandomStream(1, "device"));
    Instant now{};
    for (const DeviceTask command : {DeviceTask::kFlush, DeviceTask::kTrim}) {
      double total = 0;
      for (int i = 0; i < 1000; ++i) {
        DeviceRequest request{.task = command};
        const Instant end = device->advance(request, now);
        total += static_cast<double>((end - now).count()) / 1e3;
        (void)device->advance(request, now = end);
      }
      EXPECT_NEAR(total / 1000 / (command == DeviceTask::kFlush ? 400 : 50), 1, 0.05) << kind;
    }
  }
}

DeviceSheet disk() {
  DeviceSheet sheet;
  sheet.kind = "hard_disk";
  sheet.rpm = 7200;
  sheet.capacity_gb = 2000;
  sheet.seek_read_ms = 8.5;
  sheet.seek_write_ms = 9.5;
  sheet.track_to_track_ms = 0.7;
  sheet.sequential_read_mb_per_s = 175;
  sheet.random_read_iops = 170;
  sheet.random_read_depth = 32;
  return sheet;
}

ClosedLoop over_the_disk(std::uint32_t depth, std::uint32_t read_percent = 100) {
  return {.depth = depth, .read_percent = read_percent, .span_bytes = 2000000000000, .requests = 8000};
}

// One at a time, a request is a mean seek, half a turn (4.17 ms) and 4 KiB at 175 MB/s.
TEST(DeviceSheets, ADiskSeeksAndTurns) {
  EXPECT_NEAR(1e3 / iops(disk(), over_the_disk(1)) / (8.5 + 30e3 / 7200 + 0.0234), 1, kWithin);
  EXPECT_NEAR(1e3 / iops(disk(), over_the_disk(1, 0)) / (9.5 + 30e3 / 7200 + 0.0234), 1, kWithin);
}

TEST(DeviceSheets, ADiskTakesWhatIsNearestAmongAsManyAsGiveTheSheetsRate) {
  EXPECT_NEAR(iops(disk(), over_the_disk(32)) / 170, 1, kWithin);
  EXPECT_GT(hard_disk_of(disk()).candidates, 2);
  DeviceSheet in_order = disk();
  in_order.random_read_iops = 0;
  EXPECT_EQ(hard_disk_of(in_order).candidates, 1);
  EXPECT_NEAR(iops(in_order, over_the_disk(32)) / iops(in_order, over_the_disk(1)), 1, kWithin);
}

// A tenth of the disk: the root of the way is smaller by as much, 0.7 + 7.8 ms x sqrt(0.1) and half a turn.
TEST(DeviceSheets, ADiskSeeksLessWithinAPartOfIt) {
  ClosedLoop load = over_the_disk(1);
  load.span_bytes /= 10;
  EXPECT_NEAR(1e3 / iops(disk(), load) / (0.7 + 7.8 * std::sqrt(0.1) + 30e3 / 7200 + 0.0234), 1, kWithin);
}

TEST(DeviceSheets, ARamDiskTakesTheTimeOfWhoSubmits) {
  DeviceSheet sheet;
  sheet.kind = "ram_disk";
  sheet.random_read_us = 1;
  sheet.sequential_read_mb_per_s = 8000;
  sheet.sequential_write_mb_per_s = 4000;
  ASSERT_TRUE(faults_of(sheet).empty());
  const auto device = device_of(sheet, 1, RandomStream(1, "device"));
  DeviceRequest small{.bytes = 4096};
  EXPECT_EQ(device->advance(small, Instant{5us}), Instant{5us});
  double read = 0;
  double write = 0;
  for (int i = 0; i < 4000; ++i) {
    read += static_cast<double>(device->in_submitter({.bytes = 131072}).count()) / 4000;
    write += static_cast<double>(device->in_submitter({.bytes = 131072, .write = true}).count()) / 4000;
  }
  EXPECT_NEAR(read / 16384, 1, kWithin);  // 128 KiB at 8 and at 4 GB/s
  EXPECT_NEAR(write / 32768, 1, kWithin);
}

TEST(DeviceSheets, TwiceAsManyUnitsGiveTwiceTheRate) {
  const DeviceSheet sheet = drive(85, 490000, 256);
  const DeviceSheet half = halved(sheet, ResourceId::kDeviceDies);
  EXPECT_NEAR(iops(half, {.depth = 512}) / iops(sheet, {.depth = 256}), 2, 0.05);
  EXPECT_NEAR(iops(half, {.depth = 1}) / iops(sheet, {.depth = 1}), 1, kWithin);
  EXPECT_EQ(halved(sheet, ResourceId::kDeviceLatency).random_write_us, sheet.random_write_us / 2);
  EXPECT_EQ(halved(sheet, ResourceId::kVcpus), sheet);
}

TEST(DeviceSheets, NoLoadExceedsTheLimit) {
  for (const DeviceSheet& sheet : drives())
    for (const std::uint32_t bytes : {4096u, 65536u})
      for (const bool write : {false, true})
        for (const bool sequential : {false, true}) {
          const DeviceLimit limit = limit_of(sheet, bytes, write);
          const double rate =
              iops(sheet, {.depth = 512, .bytes = bytes, .read_percent = write ? 0u : 100u, .sequential = sequential});
          EXPECT_LT(rate, 1.005 * 1e9 / limit.between.at(0)) << sheet.random_read_us << ' ' << bytes << ' ' << write;
        }
}

std::vector<std::string> figures_at_fault(const DeviceSheet& sheet) {
  std::vector<std::string> figures;
  for (const SheetFault& fault : faults_of(sheet)) figures.push_back(fault.figure);
  return figures;
}

TEST(DeviceSheets, FiguresThatDoNotGoTogetherAreTold) {
  using testing::ElementsAre;
  DeviceSheet empty;
  empty.kind = "solid_state";
  EXPECT_THAT(figures_at_fault(empty),
              ElementsAre("random_read_us", "random_write_us", "random_read_iops", "random_write_iops",
                          "sequential_write_mb_per_s", "sequential_read_mb_per_s"));
  EXPECT_THAT(figures_at_fault(drive(100, 500000, 32)), ElementsAre("random_read_depth"));  // 50 in flight
  EXPECT_THAT(figures_at_fault(drive(100, 5000, 32)), ElementsAre("random_read_iops"));     // one at a time: 10,000
  DeviceSheet mixed = drive(10, 550000, 16);
  mixed.mixed_depth = 16;
  mixed.mixed_iops = 550000;  // 20 % writes would take all of the time at 110,000 of them
  EXPECT_THAT(figures_at_fault(mixed), ElementsAre("mixed_iops"));
  DeviceSheet fast = disk();
  fast.random_read_iops = 400;
  EXPECT_THAT(figures_at_fault(fast), ElementsAre("random_read_iops"));
  DeviceSheet seeks = disk();
  seeks.track_to_track_ms = 9;
  seeks.seek_write_ms = 8;
  EXPECT_THAT(figures_at_fault(seeks), ElementsAre("track_to_track_ms", "seek_write_ms"));
  EXPECT_TRUE(faults_of(DeviceSheet{}).empty());
}

}  // namespace
}  // namespace vqlab
