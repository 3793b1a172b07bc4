#include "models/backend/flash_device.hpp"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <numeric>
#include <vector>

namespace vqlab {
namespace {

// Round numbers: a transfer of 4 KiB takes 4096 / 0.5 = 8192 ns.
Flash round_flash() {
  Flash flash;
  flash.channels = 2;
  flash.dies_per_channel = 2;
  flash.channel_gb_per_s = 0.5;
  flash.command_ns = {1000, Shape::kConstant};
  flash.controller_ns = {5000, Shape::kConstant};
  flash.read_ns = {50000, Shape::kConstant};
  flash.program_ns = {400000, Shape::kConstant};
  return flash;
}

// A device and the instants at which it wants to be called: the smallest engine there is.
class Bench {
 public:
  explicit Bench(const Flash& flash, std::uint64_t seed = 1) : device(flash, RandomStream(seed, "device")) {}

  void submit(DeviceRequest& request) {
    request.stage = 0;
    call(request);
  }

  // Until nothing is left to do; `over` may submit.
  void run(const std::function<void(DeviceRequest&)>& over) {
    over_ = over;
    while (!due_.empty()) {
      const auto first = due_.begin();
      now = first->first;
      DeviceRequest& request = *first->second;
      due_.erase(first);
      call(request);
    }
  }

  FlashDevice device;
  Instant now{};

 private:
  void call(DeviceRequest& request) {
    const Instant next = device.advance(request, now);
    if (next != now) {
      ASSERT_GT(next, now);
      due_.emplace(next, &request);  // behind those of the same instant
    } else {
      over_(request);
    }
  }

  std::function<void(DeviceRequest&)> over_ = [](DeviceRequest&) { FAIL() << "over before it ran"; };
  std::multimap<Instant, DeviceRequest*> due_;
};

// When requests that arrive together at 0, in this order, are over.
std::vector<std::int64_t> ends_of(const Flash& flash, std::vector<DeviceRequest> requests) {
  Bench bench(flash);
  std::vector<std::int64_t> ends(requests.size());
  for (DeviceRequest& request : requests) bench.submit(request);
  bench.run([&](DeviceRequest& request) {
    ends[static_cast<std::size_t>(&request - requests.data())] = bench.now.time_since_epoch().count();
  });
  return ends;
}

DeviceRequest read_of(std::uint64_t offset_bytes, std::uint32_t bytes = 4096) {
  return {.offset_bytes = offset_bytes, .bytes = bytes};
}
DeviceRequest write_of(std::uint64_t offset_bytes, std::uint32_t bytes = 4096) {
  return {.offset_bytes = offset_bytes, .bytes = bytes, .write = true};
}

// The first page behind page 0 for which `wanted` holds, given its die and page 0's.
std::uint64_t page_where(const Flash& flash, const std::function<bool(std::uint32_t, std::uint32_t)>& wanted) {
  const FlashDevice device(flash, RandomStream(1, "device"));
  std::uint64_t page = 1;
  while (!wanted(device.die_of(0, page), device.die_of(0, 0))) ++page;
  return page;
}

// Requests of `bytes`, `depth` of them at any time, `count` in all: their latencies.
struct Load {
  std::size_t depth = 1;
  std::size_t count = 1;
  std::uint32_t bytes = 4096;
  bool write = false;
  bool sequential = false;
};
struct Served {
  std::vector<std::int64_t> latencies;
  double per_second = 0;  // until the last one arrived: the device is never less than full

  [[nodiscard]] double mean_ns() const {
    return std::accumulate(latencies.begin(), latencies.end(), 0.0) / static_cast<double>(latencies.size());
  }
  [[nodiscard]] double quantile_ns(double share) {
    const auto nth = latencies.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(latencies.size()));
    std::nth_element(latencies.begin(), nth, latencies.end());
    return static_cast<double>(*nth);
  }
};
Served serve(const Flash& flash, const Load& load, std::uint64_t seed = 1) {
  Bench bench(flash, seed);
  RandomStream place(seed, "place");
  Served served;
  std::vector<DeviceRequest> requests(load.depth);
  std::vector<Instant> since(load.depth);
  std::uint64_t submitted = 0;
  const auto submit = [&](DeviceRequest& request) {
    const std::uint64_t block = load.sequential ? submitted : place.next32();
    ++submitted;
    request = {.offset_bytes = block * load.bytes, .bytes = load.bytes, .write = load.write};
    since[static_cast<std::size_t>(&request - requests.data())] = bench.now;
    bench.submit(request);
  };
  for (DeviceRequest& request : requests) submit(request);
  bench.run([&](DeviceRequest& request) {
    served.latencies.push_back((bench.now - since[static_cast<std::size_t>(&request - requests.data())]).count());
    if (submitted == load.count) return;
    submit(request);
    if (submitted == load.count)
      served.per_second = static_cast<double>(served.latencies.size()) / seconds(bench.now - Instant{});
  });
  return served;
}

TEST(FlashDevice, ARequestTakesWhatItsPathTakes) {
  Flash flash = round_flash();
  // Command 1000, controller 5000, read 50000, transfer 8192.
  EXPECT_EQ(ends_of(flash, {read_of(0)}), (std::vector<std::int64_t>{64192}));
  // Command, controller, transfer; the die programs behind its back.
  EXPECT_EQ(ends_of(flash, {write_of(0)}), (std::vector<std::int64_t>{14192}));
  flash.write_cache = false;
  EXPECT_EQ(ends_of(flash, {write_of(0)}), (std::vector<std::int64_t>{414192}));
  // From 12 KiB to 24 KiB: 4 KiB of page 0 and 8 KiB of page 1, on two channels: 6000 + 50000 + 8192 / 0.5.
  EXPECT_EQ(ends_of(flash, {read_of(12288, 12288)}), (std::vector<std::int64_t>{72384}));
  // 8 pages of 16 KiB on 4 dies behind 2 channels: each channel has 4 transfers of 32768 ns from 56000 on; the second
  // pages of the dies are there at 106000, before the first two of each channel have passed (121536).
  EXPECT_EQ(ends_of(flash, {read_of(0, 131072)}), (std::vector<std::int64_t>{56000 + 4 * 32768}));
}

TEST(FlashDevice, DiesAndChannelsServeOneAfterTheOther) {
  Flash flash = round_flash();
  flash.command_ns.mean_ns = 0;
  const auto second = [&](const std::function<bool(std::uint32_t, std::uint32_t)>& wanted) {
    const std::vector<std::int64_t> ends = ends_of(flash, {read_of(0), read_of(page_where(flash, wanted) * 16384)});
    EXPECT_EQ(ends[0], 63192);  // 5000 + 50000 + 8192
    return ends[1] - ends[0];
  };
  // One die: the second read begins when the first one ends, and its transfer meets an idle channel.
  EXPECT_EQ(second([](auto die, auto first) { return die == first; }), 50000);
  // Two dies of one channel: only the transfers exclude each other.
  EXPECT_EQ(second([](auto die, auto first) { return die != first && die % 2 == first % 2; }), 8192);
  EXPECT_EQ(second([](auto die, auto first) { return die % 2 != first % 2; }), 0);
  // Pages overtake each other: the second one of this read is done at its idle die before the first one at its busy
  // die, 55000 + 50000 + 8192.
  EXPECT_EQ(ends_of(flash, {read_of(0), read_of(12288, 12288)}), (std::vector<std::int64_t>{63192, 113192}));
  // The controller takes commands one by one, and works on many.
  flash.command_ns.mean_ns = 1000;
  const std::uint64_t elsewhere = page_where(flash, [](auto die, auto first) { return die % 2 != first % 2; });
  EXPECT_EQ(ends_of(flash, {read_of(0), read_of(elsewhere * 16384)}), (std::vector<std::int64_t>{64192, 65192}));
}

TEST(FlashDevice, WhatIsWrittenBehindTheBackOfARequestKeepsItsDieBusy) {
  Flash flash = round_flash();
  // Each write to the next die, which is on the other channel: commands 1000 apart, 5000, 8192.
  EXPECT_EQ(ends_of(flash, {write_of(0), write_of(0)}), (std::vector<std::int64_t>{14192, 15192}));
  flash.channels = flash.dies_per_channel = 1;
  // A die takes a write when it has programmed the one before.
  EXPECT_EQ(ends_of(flash, {write_of(0), write_of(0), write_of(0)}),
            (std::vector<std::int64_t>{14192, 414192, 814192}));
  // The read is at the die at 7000, while the write's data are on their way until 14192: the die takes them at 57000.
  EXPECT_EQ(ends_of(flash, {write_of(0), read_of(0)}), (std::vector<std::int64_t>{57000, 65192}));
  // A read that comes when the write is over waits for the program.
  Bench bench(flash);
  DeviceRequest write = write_of(0);
  DeviceRequest read = read_of(0);
  std::int64_t end = 0;
  bench.submit(write);
  bench.run([&](DeviceRequest& request) {
    if (&request == &write) bench.submit(read);
    end = bench.now.time_since_epoch().count();
  });
  EXPECT_EQ(end, 414192 + 50000 + 8192);
}

TEST(FlashDevice, AFullDeviceServesWhatItsBottleneckServes) {
  const Load full{.depth = 1500, .count = 60000};
  Flash dies = round_flash();
  dies.read_ns = {50000, Shape::kExponential};
  dies.channel_gb_per_s = 2.0;
  const double by_dies = 4 / 50e-6;
  EXPECT_NEAR(serve(dies, full).per_second, by_dies, 0.01 * by_dies);
  Flash channels = round_flash();
  channels.read_ns = {8000, Shape::kErlang4};
  const double by_channels = 2 * 0.5e9 / 4096;
  EXPECT_NEAR(serve(channels, full).per_second, by_channels, 0.01 * by_channels);
  Flash commands = round_flash();
  commands.read_ns = {8000, Shape::kErlang4};
  commands.command_ns = {8000, Shape::kExponential};
  EXPECT_NEAR(serve(commands, full).per_second, 1 / 8e-6, 0.01 / 8e-6);
}

TEST(FlashDevice, LatencyIsDistributedAsItsPartsAre) {
  // The 99 % quantiles of unit mean: constant 1, uniform 1.98, Erlang of four 2.511, exponential ln 100 = 4.605.
  const std::map<Shape, double> shapes{
      {Shape::kConstant, 1.0}, {Shape::kUniform, 1.98}, {Shape::kErlang4, 2.511}, {Shape::kExponential, 4.605}};
  for (const auto& [shape, quantile] : shapes) {
    Flash flash = round_flash();
    flash.read_ns.shape = shape;
    Served served = serve(flash, {.count = 40000});
    EXPECT_NEAR(served.mean_ns(), 64192, 0.01 * 64192);
    EXPECT_NEAR(served.quantile_ns(0.99), 14192 + 50000 * quantile, 0.02 * 50000 * quantile);
  }
}

TEST(FlashDevice, TheDefaultsKeepTheirDataSheet) {
  const Flash flash;
  EXPECT_NEAR(serve(flash, {.count = 10000}).mean_ns(), 85e3, 2e3);
  EXPECT_NEAR(serve(flash, {.count = 10000, .write = true}).mean_ns(), 20e3, 2e3);
  EXPECT_NEAR(serve(flash, {.depth = 256, .count = 50000}).per_second, 490e3, 10e3);
  constexpr double kBytes = 131072;
  const Load stream{.depth = 64, .count = 5000, .bytes = 131072, .sequential = true};
  EXPECT_NEAR(serve(flash, stream).per_second * kBytes, 3.2e9, 0.1e9);
  Load writes = stream;
  writes.write = true;
  EXPECT_NEAR(serve(flash, writes).per_second * kBytes, 1.05e9, 0.03e9);
}

TEST(FlashDevice, PagesSpreadOverAllDies) {
  const FlashDevice device(Flash{}, RandomStream(1, "device"));
  std::vector<int> pages(48);
  for (std::uint64_t page = 0; page < std::uint64_t{48} * 200; ++page) ++pages[device.die_of(3, page)];
  EXPECT_EQ(pages, std::vector<int>(48, 200));
  // 48 stripes begin anywhere: on 24 dies or more, and not where those of another unit begin.
  std::map<std::uint32_t, int> firsts;
  int same = 0;
  for (std::uint64_t stripe = 0; stripe < 48; ++stripe) {
    ++firsts[device.die_of(3, stripe * 48)];
    same += device.die_of(3, stripe * 48) == device.die_of(4, stripe * 48) ? 1 : 0;
  }
  EXPECT_GE(firsts.size(), 24u);
  EXPECT_LT(same, 8);
}

TEST(FlashDevice, TheSameSeedGivesTheSameInstants) {
  Flash flash = round_flash();
  flash.read_ns.shape = Shape::kErlang4;
  const Load load{.depth = 8, .count = 500, .bytes = 65536};
  EXPECT_EQ(serve(flash, load, 7).latencies, serve(flash, load, 7).latencies);
  EXPECT_NE(serve(flash, load, 7).latencies, serve(flash, load, 8).latencies);
}

// Busy is what lies behind now; what waits for it is not.
TEST(FlashDevice, TellsHowLongItsUnitsHaveWorked) {
  Bench bench(round_flash());
  DeviceRequest request{.bytes = 4096};
  bench.submit(request);
  const auto busy = [&bench](Duration now) {
    std::vector<Duration> times;
    for (const DeviceUnits& units : bench.device.units(Instant{} + now)) times.push_back(units.busy);
    return times;
  };
  EXPECT_EQ(busy(400ns), (std::vector<Duration>{400ns, 0ns, 0ns}));
  bench.run([](DeviceRequest&) {});
  EXPECT_EQ(busy(1ms), (std::vector<Duration>{1us, 50us, 8192ns}));
  EXPECT_EQ(request.command, 1us);
  EXPECT_EQ(request.commanded, Instant{} + 1us);
}

}  // namespace
}  // namespace vqlab
