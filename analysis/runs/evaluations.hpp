// What a search asks of the simulator, round by round: what it asks next depends on the answers.
//
// Unlike PointRuns, which knows all points beforehand. The journal has each answer under what was asked, so that a
// search that begins again under the same seed asks the same and goes on where it stopped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/runs/executing.hpp"
#include "analysis/runs/journal.hpp"
#include "analysis/runs/point_cache.hpp"
#include "analysis/runs/point_runs.hpp"
#include "analysis/runs/run_folder.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

// SIGINT or SIGTERM came while simulations ran; finished ones are in the journal.
class SearchInterrupted : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Evaluation {
  std::string name;  // of the series of the journal's row
  // What tells it from others of the same name and seed, in words.
  std::vector<std::pair<std::string, std::string>> axes;
  PointSpec spec;
  std::uint64_t seed = 0;
};

class Evaluations {
 public:
  // `folder` outlives the object, and its journal begins or goes on when something is simulated. Throws Refused where
  // the journal is damaged.
  Evaluations(RunFolder& folder, PointRunner run_point, const Simulating& how);

  // In their order; nothing where a simulation failed, which is said on standard error once. What is asked twice is
  // simulated once. `what` says what this round is, for the progress. Throws SearchInterrupted.
  [[nodiscard]] std::vector<std::optional<PointResult>> answer(const std::vector<Evaluation>& asked,
                                                               const std::string& what);

  // Those that failed, in words.
  [[nodiscard]] const std::vector<std::string>& failures() const noexcept { return failures_; }
  // Answers so far, those of an earlier run included.
  [[nodiscard]] std::size_t answered() const noexcept { return answers_.size(); }

 private:
  using Open = std::pair<std::string, const Evaluation*>;
  void simulate(std::vector<Open> open, const std::string& what);
  void note(const Open& one, std::string_view result);

  RunFolder& folder_;
  PointRunner run_point_;
  Executing executing_;
  bool quiet_;
  std::optional<PointCache> cache_;
  std::optional<Journal> journal_;
  std::map<std::string, std::optional<PointResult>> answers_;  // by what was asked, written out
  std::vector<std::string> failures_;
};

}  // namespace vqlab
