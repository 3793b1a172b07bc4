#include "analysis/tune/tuned_places.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "analysis/app/home.hpp"
#include "analysis/runs/point_row.hpp"
#include "analysis/scenario/cross_checks.hpp"
#include "analysis/scenario/load_study.hpp"
#include "models/base/registry.hpp"
#include "models/steering/policy.hpp"
#include "models/testbed/controllers.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

bool compares_policies(const Study& study) {
  return std::all_of(study.curves.begin(), study.curves.end(),
                     [](const Curve& curve) { return Registry<PolicyEntry>::instance().find(curve.name) != nullptr; });
}

std::vector<std::string> shipped_study_files() {
  std::vector<std::string> files;
  std::error_code error;
  for (const fs::directory_entry& one : fs::directory_iterator(home() / "scenarios" / "studies", error))
    if (one.path().extension() == ".json") files.push_back(one.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<PointSpec> specs_of(const TunedPlaces& found, std::size_t study) {
  std::vector<PointSpec> specs;
  for (std::size_t i = 0; i < found.specs.size(); ++i)
    if (found.study_of[i] == study) specs.push_back(found.specs[i]);
  return specs;
}

void add_tuned_study(const std::string& file, Study study, const PolicyChoice& policy, TunedPlaces& found,
                     std::vector<Fault>& faults) {
  const std::size_t first = found.places.size();
  const std::size_t number = found.studies.size();
  // Seeds move fastest; those of the study serve no one here.
  for (std::size_t i = 0; i < study.points.size(); i += study.seeds.size()) {
    Point point = study.points[i];
    PointSpec spec{point.testbed, point.precision};
    policy.choose(spec);
    const auto end = found.specs.end();
    if (!has_several_queues(spec.testbed)) continue;
    if (std::find(found.specs.begin() + static_cast<std::ptrdiff_t>(first), end, spec) != end) continue;
    for (const CrossCheck& check : cross_checks())
      if (!check.holds(spec))
        faults.push_back({FaultKind::kMeaning, file, "$.curves", "policy " + policy.text + " in curve " + point.curve,
                          check.rule, ""});
    found.places.push_back({point.curve, row_of(point, {}).axes});
    found.specs.push_back(std::move(spec));
    found.study_of.push_back(number);
  }
  if (found.places.size() == first)
    faults.push_back({FaultKind::kMeaning, file, "$", "no point whose device has more than one request queue",
                      "a study in which steering has a choice", ""});
  for (std::size_t other = 0; other < number; ++other)
    if (specs_of(found, other) == specs_of(found, number) && found.places.size() > first)
      faults.push_back({FaultKind::kMeaning, file, "$",
                        "the same points as in study " + found.studies[other].name + ", which was given before",
                        "each study once: two halves with the same points are not two halves", ""});
  found.studies.push_back(std::move(study));
}

}  // namespace

TunedPlaces tuned_places(const std::vector<std::string>& files, const PolicyChoice& policy,
                         std::vector<Fault>& faults) {
  TunedPlaces found;
  const std::vector<std::string> all = files.empty() ? shipped_study_files() : files;
  if (all.empty())
    faults.push_back({FaultKind::kMeaning, (home() / "scenarios" / "studies").string(), "*.json", "no study",
                      "the studies that come with the program, or STUDY; looked in " + home_words(), ""});
  for (const std::string& file : all) {
    StudyOrFaults read = load_study(file, {{}, home() / "scenarios", false, {policy.policy}});
    faults.insert(faults.end(), read.faults.begin(), read.faults.end());
    if (read.study && (!files.empty() || compares_policies(*read.study)))
      add_tuned_study(file, std::move(*read.study), policy, found, faults);
  }
  return found;
}

}  // namespace vqlab
