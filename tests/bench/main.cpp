// With `ring`, Google Benchmark for what takes nanoseconds, and its arguments; the rows either way.
#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <string_view>

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
  const bool ring = argc > 1 && std::string_view(argv[1]) == "ring";
  if (ring) std::rotate(argv + 1, argv + 2, argv + argc--);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  if (ring) benchmark::RunSpecifiedBenchmarks();
  ring ? vqlab::bench::print_ring_rows() : vqlab::bench::print_rows();
  return 0;
}
