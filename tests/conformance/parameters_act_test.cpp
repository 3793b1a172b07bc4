// Every parameter, of parts too: there is a scenario in which it changes the result, and where its row says that
// nothing reads it a change of it changes no byte of points.csv.
#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/runs/bounded_point.hpp"
#include "analysis/runs/point_line.hpp"
#include "analysis/runs/points_csv.hpp"
#include "analysis/runs/worker_pool.hpp"
#include "analysis/scenario/section.hpp"
#include "tests/conformance/acting_bases.hpp"
#include "tests/support/slow_device.hpp"
#include "tests/support/written_text.hpp"

namespace vqlab {
namespace {

using test::Base;
using test::bases;
using test::refused;

// Of one run each; what a run fails with stands in its place.
std::vector<std::string> results(const std::vector<PointSpec>& specs) {
  std::vector<std::string> all(specs.size());
  const bool interrupted = run_in_processes(
      specs.size(), 0,
      [&](std::size_t i) {
        PointRow row;
        row.result = bounded_point(specs[i].testbed, specs[i].precision, 1);
        return to_line(row);
      },
      [&](const TaskOutcome& outcome) {
        all[outcome.task] = outcome.ok ? test::written_text(points_csv, std::vector{*point_from_line(outcome.payload)})
                                       : "failed: " + outcome.error;
      });
  EXPECT_FALSE(interrupted);
  return all;
}

bool failed(const std::string& text) { return text.compare(0, 7, "failed:") == 0; }

std::vector<Base> run_bases() {
  std::vector<Base> all = bases();
  std::vector<PointSpec> specs;
  for (const Base& base : all) specs.push_back(base.spec);
  const std::vector<std::string> texts = results(specs);
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].csv = texts[i];
    EXPECT_FALSE(failed(texts[i])) << all[i].name << ": " << texts[i];
  }
  return all;
}

std::vector<ParamValue> others(const Param& row, const ParamValue& value) {
  std::vector<ParamValue> all;
  const auto add = [&](const ParamValue& other) {
    if (other != value && std::find(all.begin(), all.end(), other) == all.end()) all.push_back(other);
  };
  const auto clamped = [&row](double number) { return std::clamp(number, row.bounds.min, row.bounds.max); };
  switch (row.kind) {
    case ParamKind::kBoolean: add(!std::get<bool>(value)); break;
    case ParamKind::kInteger:
    case ParamKind::kSize: {
      const auto number = static_cast<double>(std::get<std::int64_t>(value));
      for (const double other :
           {2 * number, number / 2, 2 * number + 1, row.bounds.min, 100 * (number + 1), 1e5 * (number + 1)})
        add(static_cast<std::int64_t>(clamped(other)));
      break;
    }
    case ParamKind::kNumber: {
      const double number = std::get<double>(value);
      for (const double other : {2 * number, number / 2, 8 * number, row.bounds.min, (number + row.bounds.max) / 2})
        add(clamped(other));
      break;
    }
    case ParamKind::kText: add(std::string(std::get<std::string>(value).empty() ? "0" : "")); break;
    case ParamKind::kWorded:
      for (const std::string& example : row.wording.examples) add(example);
      break;
    case ParamKind::kNamedSets:
      if (row.name == "jobs")
        add(NamedSets{{"a", {{"numjobs", std::int64_t{1}}}}, {"b", {{"iodepth", std::int64_t{1}}}}});
      else
        add(NamedSets{{"a", {{"num_queues", std::int64_t{1}}}}, {"b", {{"num_queues", std::int64_t{2}}}}});
      break;
    case ParamKind::kChoice:
      for (const std::string& choice : row.choices()) add(choice);
      break;
    case ParamKind::kSizeRange: {
      const SizeRange range = std::get<SizeRange>(value);
      add(SizeRange{range.max_bytes, range.max_bytes});
      break;
    }
    case ParamKind::kIothreadVqMapping: add(IothreadVqMapping{{"a", {}}, {"b", {}}}); break;
    case ParamKind::kDevice: add(test::slow_device()); break;
    case ParamKind::kDisks: {
      add(Disks{{1, false, test::slow_device()}});
      Throttling throttling;
      throttling.limits[0] = {100, 0, 1};
      add(Disks{{1, false, {}, throttling}});
      break;
    }
    case ParamKind::kCost: {
      // The shape alone may decide how many draws a step takes, even of what it does not need.
      const Cost cost = std::get<Cost>(value);
      add(Cost{std::min(cost.mean_ns > 0 ? 3 * cost.mean_ns : row.plausible.max, row.bounds.max), cost.shape});
      break;
    }
  }
  return all;
}

std::vector<ParamRef> all_params() {
  std::vector<ParamRef> all;
  for (const Section& section : sections())
    for (const Param& row : section.table->rows) all.push_back({&section, &row});
  return all;
}

// The parameter's values in a base that go together with all others there, and whether some are refused because of it.
struct Trials {
  std::vector<PointSpec> specs;
  bool limits = false;
};

Trials trials_of(const ParamRef& param, const PointSpec& base) {
  Trials trials;
  for (const ParamValue& value : others(*param.row, param.get(base))) {
    PointSpec spec = base;
    param.set(spec, value);
    const std::vector<std::string> because_of = refused(spec);
    if (because_of.empty()) trials.specs.push_back(std::move(spec));
    if (std::find(because_of.begin(), because_of.end(), path_of(param)) != because_of.end()) trials.limits = true;
  }
  return trials;
}

// What has acted so far, and what is still to be tried: the `nth` value of each parameter in a base.
class Search {
 public:
  void round(const Base& base, std::size_t nth) {
    std::vector<PointSpec> specs;
    std::vector<std::string> paths;
    for (const ParamRef& param : all_params()) {
      const std::string path = path_of(param);
      if (acting_.count(path) > 0 || !no_effect_unless(param, base.spec).empty()) continue;
      Trials trials = trials_of(param, base.spec);
      if (trials.limits) limits_.insert(path);
      if (nth >= trials.specs.size()) continue;
      specs.push_back(std::move(trials.specs[nth]));
      paths.push_back(path);
    }
    const std::vector<std::string> texts = results(specs);
    for (std::size_t i = 0; i < texts.size(); ++i)
      if (texts[i] != base.csv && !failed(texts[i])) acting_.insert(paths[i]);
  }

  [[nodiscard]] std::string without_a_scenario() const {
    std::string paths;
    for (const ParamRef& param : all_params()) {
      // The one value that there is says what is modelled; a limit acts by what it refuses. What is asked of a run is
      // answered in tables of its own.
      const bool is_statement = others(*param.row, param.get(PointSpec{})).empty() || param.section->key == "results";
      const std::string path = path_of(param);
      if (acting_.count(path) == 0 && limits_.count(path) == 0 && !is_statement) paths += ' ' + path;
    }
    return paths;
  }

 private:
  std::set<std::string> acting_;
  std::set<std::string> limits_;
};

TEST(ParametersSlow, EachHasAScenarioInWhichItActs) {
  const std::vector<Base> all = run_bases();
  Search search;
  constexpr std::size_t kMostValues = 6;
  for (std::size_t nth = 0; nth < kMostValues; ++nth)
    for (const Base& base : all)
      if (!search.without_a_scenario().empty()) search.round(base, nth);
  EXPECT_EQ(search.without_a_scenario(), "");
}

TEST(ParametersSlow, WhatNothingReadsChangesNothing) {
  const bool deep = std::getenv("VQLAB_DEEP") != nullptr;
  std::set<std::pair<std::string, std::string>> tried;  // path and reason
  std::size_t runs = 0;
  for (const Base& base : run_bases()) {
    std::vector<PointSpec> specs;
    std::vector<std::string> names;
    for (const ParamRef& param : all_params()) {
      const std::string why = no_effect_unless(param, base.spec);
      if (why.empty() || (!tried.insert({path_of(param), why}).second && !deep)) continue;
      Trials trials = trials_of(param, base.spec);
      // A value that has an effect of its own, as disks that say something, is another question.
      std::erase_if(trials.specs, [&param](const PointSpec& spec) { return no_effect_unless(param, spec).empty(); });
      if (!deep && trials.specs.size() > 1) trials.specs.resize(1);
      for (PointSpec& spec : trials.specs) {
        specs.push_back(std::move(spec));
        names.push_back(path_of(param) + " although it is read only if " + why);
      }
    }
    const std::vector<std::string> texts = results(specs);
    for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(texts[i], base.csv) << base.name << ": " << names[i];
    runs += texts.size();
  }
  EXPECT_GT(runs, 60u);
}

}  // namespace
}  // namespace vqlab
