#include "analysis/runs/replicated_study.hpp"

#include <algorithm>
#include <utility>

#include "analysis/app/home.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/runs/replications.hpp"
#include "analysis/scenario/load_study.hpp"

namespace vqlab {
namespace {

void refuse_tables(const Study& study, const std::string& file, std::vector<Fault>& faults) {
  const auto asks = [&study](const auto& asked) {
    return std::any_of(study.points.begin(), study.points.end(),
                       [&asked](const Point& point) { return asked(point.precision.results); });
  };
  const auto refuse = [&](const char* path, const char* found) {
    faults.push_back({FaultKind::kEffect, file, path, std::string(found) + ", which has no effect here",
                      "what some point of the study reads: `vqlab run` alone writes these tables", ""});
  };
  if (asks([](const Results& results) { return results.tables; })) refuse("$.results.tables", "true");
  if (asks([](const Results& results) { return results.time_series_ms > 0; }))
    refuse("$.results.time_series_ms", "a time series");
}

}  // namespace

bool overrides_path(const std::string& override, const std::string& path) {
  return override.compare(0, path.size() + 1, path + "=") == 0;
}

std::optional<Study> load_replicated(const std::string& file, const std::vector<std::string>& overrides,
                                     const std::vector<std::string>& seeds, std::size_t at_least,
                                     std::vector<Fault>& faults, std::vector<Fault>* idle,
                                     const std::vector<std::string>& policies) {
  StudyOptions reading{overrides, home() / "scenarios", idle != nullptr, policies};
  if (!seeds.empty()) reading.overrides.push_back("seeds=[" + joined_words(seeds) + "]");
  const bool chosen = std::any_of(reading.overrides.begin(), reading.overrides.end(), [](const std::string& one) {
    return overrides_path(one, "seeds") || one.compare(0, 6, "seeds.") == 0;
  });
  StudyOrFaults result = load_study(file, reading);
  if (result.study && !chosen) {
    std::vector<std::string> more;
    for (const std::uint64_t seed : replications(result.study->seeds, at_least)) more.push_back(std::to_string(seed));
    reading.overrides.push_back("seeds=[" + joined_words(more) + "]");
    result = load_study(file, reading);
  }
  if (idle != nullptr) *idle = std::move(result.idle_overrides);
  faults.insert(faults.end(), result.faults.begin(), result.faults.end());
  if (result.study && result.study->seeds.size() < 2)
    faults.push_back({FaultKind::kMeaning, "--seeds", "seeds", "one seed",
                      "at least 2: how results differ from seed to seed gives the interval", ""});
  if (result.study) refuse_tables(*result.study, file, faults);
  return std::move(result.study);
}

}  // namespace vqlab
