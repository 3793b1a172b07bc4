// Answers a fit's questions by simulation: many at once, each in a process of its own, none twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/calibrate/fit_plan.hpp"
#include "analysis/runs/executor.hpp"
#include "analysis/runs/journal.hpp"
#include "analysis/runs/point_cache.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

// SIGINT or SIGTERM came while simulations ran; finished ones are in the journal.
class Interrupted : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A simulation crashed, threw, or gave no such number.
class SimulationFailed : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A value of the parameter with so many significant digits, inside its range.
[[nodiscard]] double rounded_value(const FreeParam& param, double value, int digits);

// As it is simulated. Fewer digits than a computer's number has: what stands in the journal is what was simulated.
[[nodiscard]] inline double simulated_value(const FreeParam& param, double value) {
  return rounded_value(param, value, 6);
}

// Names each row that answers what an earlier one has answered.
void check_answers(const JournalContents& journal, const std::filesystem::path& file, std::vector<Fault>& faults);

struct Question {
  const FitPlace* place;
  std::vector<double> values;  // of the free parameters, simulated_value() of them
  std::uint64_t seed;
  // Length of the run; without, the run ends when the place's own precision is reached.
  std::optional<double> simulated_s;
};

class Simulations {
 public:
  struct Options {
    std::vector<std::string> metrics;  // what is asked for, by study
    Executing executing;               // asked for is what has no bound
    // Within a call, first when nothing is done; may be empty. `under_way`: what is done of those that run.
    std::function<void(std::size_t done, std::size_t total, double under_way)> on_progress;
    bool use_cache = false;  // see Simulating
  };

  // `known`: what the journal has already; null: nothing.
  Simulations(Options options, PointRunner run_point, Journal journal, const JournalContents* known);

  // In the order of the questions. Two questions that differ in parameters without an effect on their place have one
  // answer. Throws Interrupted and SimulationFailed.
  [[nodiscard]] std::vector<double> answer(const std::vector<FreeParam>& free, const std::vector<Question>& questions);

 private:
  // What is asked, by its key.
  using Open = std::pair<std::string, const Question*>;
  void simulate(const std::vector<FreeParam>& free, std::vector<Open> open);
  // Takes note of an answer; empty, or why it is none.
  std::string note(const std::vector<FreeParam>& free, const Open& one, std::string_view result);

  Options options_;
  PointRunner run_point_;
  Journal journal_;
  std::optional<PointCache> cache_;
  std::map<std::string, double> answers_;  // by what was asked, written out
};

}  // namespace vqlab
