#include "tests/bench/engine_rows.hpp"

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/hold_model.hpp"
#include "tests/bench/instructions.hpp"
#include "tests/bench/whole_pipeline.hpp"
#include "tests/support/in_child.hpp"
#include "tests/support/small_pipeline.hpp"

namespace vqlab::bench {
namespace {

using test::in_child;

double per_cpu_second(std::uint64_t count, double cpu_s) { return static_cast<double>(count) / cpu_s; }

double rate_of(const WholePipeline& pipeline) {
  const WholePipelineRun run = in_child([&] { return run_whole_pipeline(pipeline); });
  return per_cpu_second(run.ios, run.cpu_s);
}

double rate_of(const test::SmallPipeline& pipeline, test::SmallPipelineRun (*version)(const test::SmallPipeline&)) {
  const test::SmallPipelineRun run = in_child([&] { return version(pipeline); });
  return per_cpu_second(run.ios, run.cpu_s);
}

std::vector<Measured> engine_turn() {
  const double simgrid = in_child([] { return holds_inside_simgrid({}); });
  const double bare = in_child([] { return holds_on_bare_calendar({}); });
  const double at_32 = rate_of(WholePipeline{.targets = 32, .length = 3s});
  const double at_1024 = rate_of(WholePipeline{.targets = 1024, .length = 3s});
  const double at_4096 = rate_of(WholePipeline{.targets = 4096, .length = 3s});
  const test::SmallPipeline small{.length = 300ms};
  const double coroutines = rate_of(small, test::run_as_coroutines);
  return {{"engine_events_per_cpu_s", simgrid, 0, "events/s"},
          {"engine_ratio_to_bare", simgrid / bare, 3, "x"},
          {"ios_per_cpu_s_32", at_32, 0, "I/Os/s"},
          {"ios_per_cpu_s_1024", at_1024, 0, "I/Os/s"},
          {"ios_per_cpu_s_4096", at_4096, 0, "I/Os/s"},
          {"growth_of_cost_32_to_1024", at_32 / at_1024, 2, "x"},
          {"ratio_to_actors", coroutines / rate_of(small, test::run_as_actors), 1, "x"}};
}

// Start-up and shut-down cancel out in the difference of two runs.
std::vector<Measured> count_once() {
  constexpr int kShortMs = 50;
  constexpr int kLongMs = 250;
  const auto count = [](int ms) { return count_instructions({"--whole-pipeline-ms=" + std::to_string(ms)}); };
  const auto ios = [](int ms) {
    return in_child([ms] { return run_whole_pipeline({.length = Duration{1ms} * ms}); }).ios;
  };
  const auto short_run = count(kShortMs);
  const auto long_run = count(kLongMs);
  if (!short_run || !long_run) {
    std::fprintf(stderr, "instructions_per_io is not measured: that takes valgrind\n");
    return {};
  }
  const double per_io = static_cast<double>(*long_run - *short_run) / static_cast<double>(ios(kLongMs) - ios(kShortMs));
  return {{"instructions_per_io", per_io, 0, "instructions"}};
}

}  // namespace

RowGroup engine_rows() { return {"engine", "CPU time.", kTurns, engine_turn}; }

RowGroup instruction_rows() { return {"instructions", "Counted by callgrind, once.", 1, count_once}; }

}  // namespace vqlab::bench
