#include "tests/bench/ring_rows.hpp"

#include <chrono>
#include <vector>

#include "models/costs/guest_costs.hpp"
#include "models/testbed/testbed.hpp"
#include "tests/bench/ring_load.hpp"
#include "tests/bench/two_threads.hpp"
#include "tests/support/small_pipeline.hpp"

namespace vqlab::bench {
namespace {

// CPU time of one command, ns, where `step` moves `commands` of them.
template <class Step>
double ns_per_command(std::uint32_t commands, Step&& step) {
  constexpr std::uint32_t kCommands = 400'000;
  const double begin = test::cpu_seconds();
  for (std::uint32_t done = 0; done < kCommands; done += commands) step();
  return (test::cpu_seconds() - begin) * 1e9 / kCommands;
}

double cycle_ns(const RingShape& shape) {
  RingLoad<test::Split> load(shape);
  return ns_per_command(shape.batch, [&] {
    load.add(BufferApi::kAddSgs);
    load.serve();
    load.take();
  });
}

// Only the adding is on the clock.
double add_ns(const RingShape& shape, BufferApi api) {
  RingLoad<test::Split> load(shape);
  constexpr std::uint32_t kPasses = 4000;
  const std::uint32_t batches = RingLoad<test::Split>::kPerPass / shape.batch;
  double spent = 0;
  for (std::uint32_t pass = 0; pass < kPasses; ++pass) {
    const auto begin = std::chrono::steady_clock::now();
    for (std::uint32_t i = 0; i < batches; ++i) load.add(api);
    spent += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    for (std::uint32_t i = 0; i < batches; ++i) load.serve();
    for (std::uint32_t i = 0; i < batches; ++i) load.take();
  }
  return spent * 1e9 / (double{kPasses} * batches * shape.batch);
}

std::vector<Measured> ring_turn() {
  const RingShape shape{.in = 17, .indirect = true, .batch = 4};
  const double gain = add_ns(shape, BufferApi::kAddBuf) / add_ns(shape, BufferApi::kPiecewise);
  const Testbed testbed;
  const double segments = testbed.job.mean_request_bytes() / static_cast<double>(kPageBytes) + 2;
  return {{"modelled_piecewise_saving_ns", testbed.guest_costs.linearise_segment_ns.mean_ns * segments, 0, "ns"},
          {"two_thread_exchange_per_s", exchange_rate(500'000), 0, "buffers/s"},
          {"ring_cycle_1_2_ns", cycle_ns({.in = 2, .indirect = false, .batch = 4}), 1, "ns"},
          {"ring_cycle_1_17_ns", cycle_ns({.in = 17, .indirect = false, .batch = 4}), 1, "ns"},
          {"piecewise_over_add_buf_1_17", gain, 2, "x"}};
}

}  // namespace

RowGroup ring_rows() { return {"rings", "time of one command.", kTurns, ring_turn}; }

}  // namespace vqlab::bench
