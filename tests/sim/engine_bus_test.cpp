#include <array>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/base/rng.hpp"
#include "sim/engine/bus.hpp"
#include "sim/engine/process.hpp"
#include "tests/support/in_child.hpp"
#include "tests/support/simgrid_reference.hpp"

namespace vqlab::sim {
namespace {

using test::BusTransfer;
using testing::ElementsAre;

// When each transfer ends, in nanoseconds.
std::vector<std::int64_t> ends_on_bus(const std::vector<BusTransfer>& transfers, double total, double flow) {
  Calendar calendar;
  SharedBus bus(calendar, total, flow);
  std::vector<std::int64_t> ends(transfers.size(), -1);
  ProcessGroup group(calendar);
  const auto move = [](Calendar& time, SharedBus& on, const BusTransfer& transfer, std::int64_t& end) -> Process {
    co_await time.sleep(transfer.begin.time_since_epoch());
    co_await on.transfer(transfer.bytes);
    end = time.now().time_since_epoch().count();
  };
  for (std::size_t i = 0; i < transfers.size(); ++i) group.start(move(calendar, bus, transfers[i], ends[i]));
  calendar.run_until(Instant{10s});
  return ends;
}

constexpr Instant at(std::int64_t ns) { return Instant{Duration{ns}}; }

TEST(SharedBus, OneTransferRunsAtItsCap) {
  EXPECT_THAT(ends_on_bus({{at(10), 1000}}, 14, 5), ElementsAre(210));
  EXPECT_THAT(ends_on_bus({{at(10), 1000}}, 4, 5), ElementsAre(260));
}

TEST(SharedBus, EndsAreRoundedUp) { EXPECT_THAT(ends_on_bus({{at(0), 1001}}, 14, 5), ElementsAre(201)); }

TEST(SharedBus, NothingToMoveTakesNoTime) { EXPECT_THAT(ends_on_bus({{at(7), 0}}, 14, 5), ElementsAre(7)); }

// Two of 5 fit into 14; a third leaves 14/3 for each, a fourth 3.5.
TEST(SharedBus, OnlyACrowdHasToShare) {
  EXPECT_THAT(ends_on_bus({{at(0), 1000}, {at(0), 1000}}, 14, 5), ElementsAre(200, 200));
  EXPECT_THAT(ends_on_bus({{at(0), 1400}, {at(0), 1400}, {at(0), 1400}}, 14, 5), ElementsAre(300, 300, 300));
  EXPECT_THAT(ends_on_bus({{at(0), 700}, {at(0), 700}, {at(0), 700}, {at(0), 700}}, 14, 5),
              ElementsAre(200, 200, 200, 200));
}

// Total 4, cap 4. Alone from 0: 400 bytes at 100. Then both at 2: the short one's 200 bytes end at 200, where the long
// one has 1000 - 400 - 200 = 400 left: 100 more at 4.
TEST(SharedBus, WhoIsLeftSpeedsUp) {
  EXPECT_THAT(ends_on_bus({{at(0), 1000}, {at(100), 200}}, 4, 4), ElementsAre(300, 200));
}

TEST(SharedBus, CountsWhatHasBeenMoved) {
  Calendar calendar;
  SharedBus bus(calendar, 1, 1);
  ProcessGroup group(calendar);
  group.start([](SharedBus& on) -> Process { co_await on.transfer(100); }(bus));
  EXPECT_EQ(bus.bytes_moved(), 0);
  calendar.run_until(at(30));
  EXPECT_EQ(bus.bytes_moved(), 30);
  group.start([](SharedBus& on) -> Process { co_await on.transfer(10); }(bus));
  calendar.run_until(at(40));  // both at half the rate
  EXPECT_EQ(bus.bytes_moved(), 40);
  calendar.run_until(at(200));
  EXPECT_EQ(bus.bytes_moved(), 110);
}

TEST(SharedBus, NeedsRates) {
  Calendar calendar;
  EXPECT_DEATH(SharedBus(calendar, 0, 1), "positive rates");
}

// Ends are real numbers there and rounded up to whole nanoseconds here: 1 ns. To this comes a billionth of the time for
// the arithmetic of both, and 0.01 ns because the bus takes a flow with less than 0.001 bytes left for done.
TEST(SharedBus, SlowAgreementWithTheSolverOfSimGrid) {
  constexpr std::size_t kTransfers = 400;
  struct Case {
    double total, flow;
    std::uint32_t gap_ns;  // between arrivals, at most
  };
  // An idle bus, a crowded one, one whose cap is beyond the total, and rates that are no binary fractions.
  for (const Case& on : {Case{14, 5, 20000}, Case{14, 5, 4500}, Case{3, 4, 20000}, Case{12.7, 3.3, 5000}}) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      RandomStream random(seed, "transfers");
      std::vector<BusTransfer> transfers;
      std::int64_t begin = 0;
      for (std::size_t i = 0; i < kTransfers; ++i) {
        begin += below(on.gap_ns, random.next32());
        transfers.push_back({at(begin), 4096 * (1 + std::uint64_t{below(16, random.next32())})});
      }
      const auto reference = test::in_child([&] {
        const auto ends = test::transfer_ends_by_simgrid(transfers, on.total, on.flow);
        std::array<double, kTransfers> result{};
        std::copy(ends.begin(), ends.end(), result.begin());
        return result;
      });
      const auto ends = ends_on_bus(transfers, on.total, on.flow);
      for (std::size_t i = 0; i < kTransfers; ++i) {
        const double late = static_cast<double>(ends[i]) - reference[i];
        const double slack = 0.01 + 1e-9 * reference[i];
        ASSERT_GE(late, -slack) << i << ": " << on.total << " " << on.flow << " " << on.gap_ns << " seed " << seed;
        ASSERT_LE(late, 1.0 + slack) << i << ": " << on.total << " " << on.flow << " " << on.gap_ns << " seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace vqlab::sim
