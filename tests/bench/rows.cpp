#include "tests/bench/rows.hpp"

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/hold_model.hpp"
#include "tests/bench/instructions.hpp"
#include "tests/bench/turns.hpp"
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

// Start-up and shut-down cancel out in the difference of two runs.
std::optional<double> instructions_per_io() {
  constexpr int kShortMs = 50;
  constexpr int kLongMs = 250;
  const auto count = [](int ms) { return count_instructions({"--whole-pipeline-ms=" + std::to_string(ms)}); };
  const auto ios = [](int ms) {
    return in_child([ms] { return run_whole_pipeline({.length = Duration{1ms} * ms}); }).ios;
  };
  const auto short_run = count(kShortMs);
  const auto long_run = count(kLongMs);
  if (!short_run || !long_run) return std::nullopt;
  return static_cast<double>(*long_run - *short_run) / static_cast<double>(ios(kLongMs) - ios(kShortMs));
}

void print(const char* name, double value, int decimals, const char* unit) {
  std::printf("%s = %.*f %s\n", name, decimals, value, unit);
}

}  // namespace

void print_rows() {
  std::vector<double> inside, to_bare, at_32, at_1024, at_4096, growth, to_actors;
  for (int turn = 0; turn < kTurns; ++turn) {
    const double simgrid = in_child([] { return holds_inside_simgrid({}); });
    const double bare = in_child([] { return holds_on_bare_calendar({}); });
    inside.push_back(simgrid);
    to_bare.push_back(simgrid / bare);

    at_32.push_back(rate_of(WholePipeline{.targets = 32, .length = 3s}));
    at_1024.push_back(rate_of(WholePipeline{.targets = 1024, .length = 3s}));
    at_4096.push_back(rate_of(WholePipeline{.targets = 4096, .length = 3s}));
    growth.push_back(at_32.back() / at_1024.back());

    const test::SmallPipeline small{.length = 300ms};
    const double coroutines = rate_of(small, test::run_as_coroutines);
    to_actors.push_back(coroutines / rate_of(small, test::run_as_actors));
  }
  const std::optional<double> instructions = instructions_per_io();
  std::printf("\nMedians of %d turns, CPU time. The growth of cost from 32 to 1024 targets is %.2fx.\n", kTurns,
              median(growth));
  print("engine_events_per_cpu_s", median(inside), 0, "events/s");
  print("engine_ratio_to_bare", median(to_bare), 3, "x");
  print("ios_per_cpu_s_32", median(at_32), 0, "I/Os/s");
  print("ios_per_cpu_s_1024", median(at_1024), 0, "I/Os/s");
  print("ios_per_cpu_s_4096", median(at_4096), 0, "I/Os/s");
  if (instructions)
    print("instructions_per_io", *instructions, 0, "instructions");
  else
    std::fprintf(stderr, "instructions_per_io is not measured: that takes valgrind\n");
  print("ratio_to_actors", median(to_actors), 1, "x");
}

}  // namespace vqlab::bench
