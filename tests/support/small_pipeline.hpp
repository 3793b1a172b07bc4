// A small version of the I/O pipeline, without rings, bytes or priorities, written twice: as coroutines on the calendar
// inside SimGrid, and as plain S4U actors. Both make the same draws, so their I/O rates must agree; the ratio of their
// speeds is what the calendar is for.
//
// One I/O: its job submits on a vCPU and adds under the queue lock; the main loop pops; a worker wakes and copies; the
// main loop completes; the interrupt works on the vCPU under the queue lock and wakes the job.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/cost.hpp"
#include "models/base/fifo.hpp"
#include "models/base/units.hpp"

namespace vqlab::test {

struct SmallPipeline {
  std::uint32_t targets = 32;
  std::uint32_t depth = 4;
  std::uint32_t vcpus = 4;
  std::uint32_t workers = 16;
  Shape shape = Shape::kErlang4;
  std::uint64_t seed = 1;
  Duration warm_up = 5ms;
  Duration length = 100ms;  // what is measured, after the warm-up

  [[nodiscard]] std::uint32_t jobs() const noexcept { return targets * depth; }
};

// What happened in `length`.
struct SmallPipelineRun {
  std::uint64_t ios = 0;
  double cpu_s = 0;  // of this process
};

// One world each: at most one of these calls in a process.
[[nodiscard]] SmallPipelineRun run_as_coroutines(const SmallPipeline& pipeline);
[[nodiscard]] SmallPipelineRun run_as_actors(const SmallPipeline& pipeline);

// CPU time of this process so far, seconds.
[[nodiscard]] double cpu_seconds();

// What both versions draw from.
struct SmallCosts {
  explicit SmallCosts(Shape shape)
      : submit({1500, shape}),
        add({1200, shape}),
        kick({900, shape}),
        pop({3500, shape}),
        wake({3000, shape}),
        copy({9000, shape}),
        complete({3000, shape}),
        interrupt({1300, shape}) {}

  CostSampler submit, add, kick, pop, wake, copy, complete, interrupt;
};

// An I/O of one job, used over and over.
struct SmallRequest {
  std::uint32_t job = 0;
  std::uint32_t vcpu = 0;
  bool served = false;  // the worker has copied
  SmallRequest* next = nullptr;
};

}  // namespace vqlab::test
