// Nanoseconds for each command: adding it, serving it, taking it back, and the whole cycle; for each format, API, size,
// and batch. ring/cycle/split/direct/1+2/piecewise/batch:4 is one name.
#include <chrono>
#include <string>

#include "tests/bench/ring_load.hpp"

namespace vqlab::bench {
namespace {

constexpr BufferApi kApis[] = {BufferApi::kAddBuf, BufferApi::kPiecewise, BufferApi::kAddSgs};
constexpr double kMinTime = 0.02;  // seconds for each of several hundred benchmarks

template <class Format>
void cycle(benchmark::State& state, const RingShape& shape, BufferApi api) {
  RingLoad<Format> load(shape);
  for (auto iteration : state) {
    load.add(api);
    load.serve();
    load.take();
  }
  state.counters["per_command"] = benchmark::Counter(static_cast<double>(state.iterations()) * shape.batch,
                                                     benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

enum class Phase : std::uint8_t { kAdd, kServe, kTake };

// Only one phase of a pass is on the clock; a pass is long enough that reading the clock is no part of it.
template <class Format>
void phase(benchmark::State& state, const RingShape& shape, BufferApi api, Phase timed) {
  RingLoad<Format> load(shape);
  const std::uint32_t batches = RingLoad<Format>::kPerPass / shape.batch;
  const auto run = [&](Phase which, auto&& step) {
    const auto begin = std::chrono::steady_clock::now();
    for (std::uint32_t i = 0; i < batches; ++i) step();
    if (which == timed)
      state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  };
  for (auto iteration : state) {
    run(Phase::kAdd, [&] { load.add(api); });
    run(Phase::kServe, [&] { load.serve(); });
    run(Phase::kTake, [&] { load.take(); });
  }
  state.counters["per_command"] = benchmark::Counter(static_cast<double>(state.iterations()) * batches * shape.batch,
                                                     benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

template <class Format>
void register_shape(const std::string& format, const RingShape& shape) {
  const std::string middle = "/" + format + (shape.indirect ? "/indirect/1+" : "/direct/1+") + std::to_string(shape.in);
  const std::string batch = "/batch:" + std::to_string(shape.batch);
  for (const BufferApi api : kApis) {
    const std::string end = "/" + std::string(name_of(api)) + batch;
    benchmark::RegisterBenchmark(("ring/cycle" + middle + end).c_str(), cycle<Format>, shape, api)->MinTime(kMinTime);
    benchmark::RegisterBenchmark(("ring/add" + middle + end).c_str(), phase<Format>, shape, api, Phase::kAdd)
        ->UseManualTime()
        ->MinTime(kMinTime);
  }
  // How a buffer was added makes no difference to these.
  constexpr BufferApi kAny = BufferApi::kAddSgs;
  benchmark::RegisterBenchmark(("ring/serve" + middle + batch).c_str(), phase<Format>, shape, kAny, Phase::kServe)
      ->UseManualTime()
      ->MinTime(kMinTime);
  benchmark::RegisterBenchmark(("ring/take" + middle + batch).c_str(), phase<Format>, shape, kAny, Phase::kTake)
      ->UseManualTime()
      ->MinTime(kMinTime);
}

[[maybe_unused]] const bool registered = [] {
  for (const std::uint32_t in : {0U, 2U, 4U, 10U, 17U})
    for (const bool indirect : {false, true})
      for (const std::uint32_t batch : {1U, 4U, 16U}) {
        register_shape<test::Split>("split", {in, indirect, batch});
        register_shape<test::Packed>("packed", {in, indirect, batch});
      }
  return true;
}();

}  // namespace
}  // namespace vqlab::bench
