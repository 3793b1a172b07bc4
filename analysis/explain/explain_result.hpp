// vqlab explain: why each number of a result is what it is.
#pragma once

#include <string>

#include "analysis/app/invocation.hpp"
#include "analysis/runs/executor.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

struct ExplainArguments {
  std::string result;  // directory of a `vqlab run`
  unsigned jobs = 0;   // 0: one for each CPU
  std::string shard;   // "3/10"; empty: all
  std::string out;     // folder of the shard; empty: below the explanation
  bool no_figures = false;
  bool use_cache = false;  // unless --no-cache is given
  ExecutorArguments executor;
  Invocation invocation;  // all of this as words
};

// `trace` runs a point once more, with its critical path; `run` runs one as it is. Returns the exit code.
[[nodiscard]] int explain_result(const ExplainArguments& arguments, const PointRunner& trace, const PointRunner& run);

}  // namespace vqlab
