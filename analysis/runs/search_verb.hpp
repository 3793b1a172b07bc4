// What every verb that searches is asked in the same words, and how it ends if it is interrupted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "analysis/app/invocation.hpp"
#include "analysis/runs/evaluations.hpp"
#include "analysis/runs/point_runs.hpp"
#include "analysis/runs/run_folder.hpp"

namespace CLI {
class App;
}

namespace vqlab {

struct SearchArguments {
  std::string out;  // result directory; empty: what the verb says
  std::uint64_t seed = 1;
  unsigned jobs = 0;  // simulations at once; 0: one for each CPU
  Opening opening;    // of the result directory
  bool use_cache = false;
  Invocation invocation;  // all that was given, as words

  [[nodiscard]] Simulating simulating() const;
  // The result directory, of which the verb says this one if none was given.
  [[nodiscard]] std::filesystem::path directory(const std::filesystem::path& if_left_out) const;
};

// `arguments` outlives `verb`, whose callback sets `invocation`.
void add_search_options(CLI::App& verb, SearchArguments& arguments, const std::string& out_if_left_out);

// What search() returns, an exit code; if it is interrupted, says how to continue in `directory`.
[[nodiscard]] int interruptible_search(const std::function<int()>& search, const Evaluations& evaluations,
                                       const SearchArguments& arguments, const std::filesystem::path& directory);

}  // namespace vqlab
