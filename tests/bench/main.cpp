// The rows of the engine, of whole points and of the steering policies; with `--compare PROGRAM` whole points of this
// program and another one in turns; with `ring` what takes nanoseconds, by Google Benchmark,
// and the rings' rows.
#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/bench/policy_rows.hpp"
#include "tests/bench/program_rows.hpp"
#include "tests/bench/ring_rows.hpp"
#include "tests/bench/rows.hpp"
#include "tests/bench/whole_pipeline.hpp"

int main(int argc, char** argv) {
  // How the program runs itself under callgrind.
  constexpr std::string_view kWholePipeline = "--whole-pipeline-ms=";
  if (argc == 2 && std::string_view(argv[1]).starts_with(kWholePipeline)) {
    const vqlab::Duration length =
        vqlab::Duration{std::chrono::milliseconds(std::atoi(argv[1] + kWholePipeline.size()))};
    (void)vqlab::bench::run_whole_pipeline({.length = length});
    return 0;
  }
  if (argc == 1) {
    vqlab::bench::print_rows();
    vqlab::bench::print_program_rows();
    vqlab::bench::print_policy_rows();
    return 0;
  }
  if (argc == 3 && std::string_view(argv[1]) == "--compare") return vqlab::bench::compare_programs(argv[2]);
  if (std::string_view(argv[1]) != "ring") {
    std::fprintf(stderr,
                 "%s: the benchmarks take nothing, `--compare PROGRAM`, or `ring` and Google Benchmark's arguments\n",
                 argv[1]);
    return 2;
  }
  std::rotate(argv + 1, argv + 2, argv + argc);
  --argc;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  vqlab::bench::print_ring_rows();
  return 0;
}
