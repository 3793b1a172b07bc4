// One request around the ring: the driver adds and kicks, the device pops and pushes, the driver takes it back. A
// request header, a response header and 8 pages of data, as the 2012 study's mean request has.
#include <array>
#include <benchmark/benchmark.h>
#include <span>
#include <vector>

#include "tests/support/ring_fixture.hpp"

namespace vqlab {
namespace {

using test::AddApi;

constexpr std::uint16_t kOut = 1;
constexpr std::uint16_t kIn = 9;

void ring_cycle(benchmark::State& state, AddApi api, bool indirect) {
  RingOptions options;
  options.size = 128;
  options.indirect_desc = indirect;
  test::Ring<> ring(options);
  const std::vector<Segment> flat = test::Ring<>::segments(kOut, kIn);
  const std::span<const Segment> all(flat);
  const std::array<std::span<const Segment>, 2> lists{all.first(kOut), all.subspan(kOut)};
  for (auto iteration : state) {
    AddResult added;
    switch (api) {
      case AddApi::kAddBuf: added = ring.driver.add_buf(all, kOut, kIn, 1); break;
      case AddApi::kAddSgs: added = ring.driver.add_sgs(lists, 1, 1, 1); break;
      case AddApi::kPiecewise:
        added = ring.driver.start_buf(1, kOut + kIn, 2);
        ring.driver.add_sg(lists[0], Direction::kOut);
        ring.driver.add_sg(lists[1], Direction::kIn);
        added = ring.driver.end_buf();
        break;
    }
    benchmark::DoNotOptimize(added);
    benchmark::DoNotOptimize(ring.driver.kick_prepare());
    benchmark::DoNotOptimize(ring.device.pop(ring.chain));
    ring.device.arm_notifications();
    ring.device.push(ring.chain.head(), 0);
    benchmark::DoNotOptimize(ring.device.should_interrupt());
    ring.driver.disable_cb();
    auto used = ring.driver.get_buf();
    benchmark::DoNotOptimize(used);
    benchmark::DoNotOptimize(ring.driver.enable_cb());
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(ring_cycle, add_buf_direct, AddApi::kAddBuf, false);
BENCHMARK_CAPTURE(ring_cycle, add_buf_indirect, AddApi::kAddBuf, true);
BENCHMARK_CAPTURE(ring_cycle, piecewise_direct, AddApi::kPiecewise, false);
BENCHMARK_CAPTURE(ring_cycle, piecewise_indirect, AddApi::kPiecewise, true);
BENCHMARK_CAPTURE(ring_cycle, add_sgs_direct, AddApi::kAddSgs, false);
BENCHMARK_CAPTURE(ring_cycle, add_sgs_indirect, AddApi::kAddSgs, true);

}  // namespace
}  // namespace vqlab
