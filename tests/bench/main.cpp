// The rows of the engine, of whole points and of the steering policies; with `--compare PROGRAM` all rows of this
// revision and another one in turns, for which each calls the other's benchmarks with `--turn GROUP`; with `ring` what
// takes nanoseconds, by Google Benchmark, and the rings' rows.
#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "tests/bench/compare.hpp"
#include "tests/bench/program_rows.hpp"
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
  const auto group_of = [](std::string_view name) {
    std::vector<vqlab::bench::RowGroup> groups = vqlab::bench::row_groups();
    std::erase_if(groups, [name](const auto& group) { return group.name != name; });
    return groups;
  };
  if (argc == 1) {
    for (const char* name : {"engine", "instructions"}) vqlab::bench::print_rows(group_of(name).front());
    for (const auto& group : vqlab::bench::program_rows(vqlab::bench::this_program())) vqlab::bench::print_rows(group);
    vqlab::bench::print_rows(group_of("policies").front());
    return 0;
  }
  if (argc == 3 && std::string_view(argv[1]) == "--compare") return vqlab::bench::compare_revisions(argv[2]);
  if (argc == 3 && std::string_view(argv[1]) == "--turn" && !group_of(argv[2]).empty()) {
    vqlab::bench::print_turn(group_of(argv[2]).front());
    return 0;
  }
  if (std::string_view(argv[1]) != "ring") {
    std::fprintf(stderr,
                 "%s: the benchmarks take nothing, `--compare PROGRAM`, `--turn GROUP`, or `ring` and Google "
                 "Benchmark's arguments\n",
                 argv[1]);
    return 2;
  }
  std::rotate(argv + 1, argv + 2, argv + argc);
  --argc;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  vqlab::bench::print_rows(group_of("rings").front());
  return 0;
}
