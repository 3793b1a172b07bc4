#include "analysis/compare/plan_comparison.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "analysis/runs/replications.hpp"
#include "analysis/scenario/cross_checks.hpp"
#include "analysis/scenario/fault.hpp"
#include "models/base/ensure.hpp"
#include "models/testbed/guest_driver.hpp"

namespace vqlab {
namespace {

constexpr const char* kPolicyPath = "guest.policy";

class ComparisonPlanner {
 public:
  ComparisonPlanner(const Study& study, const std::string& file, std::vector<Fault>& faults)
      : study_(study), file_(file), faults_(faults) {}

  ComparisonPlan plan(const std::vector<PolicyChoice>& policies, std::size_t baseline) {
    policies_ = &policies;
    Comparison& comparison = plan_.comparison;
    comparison.title = study_.title;
    for (const PolicyChoice& policy : policies) comparison.policies.push_back(policy.text);
    comparison.baseline = baseline;
    comparison.seeds = study_.seeds.size();
    // Seeds move fastest.
    for (std::size_t i = 0; i < study_.points.size(); i += study_.seeds.size()) add_place(study_.points[i]);
    if (comparison.places.empty())
      fault("$", "no point whose device has more than one request queue", "a study in which steering has a choice");
    const std::size_t simulations = comparison.places.size() * policies.size() * comparison.seeds;
    if (simulations > kMostSimulations)
      fault("$.sweep", fmt::format("{} simulations", simulations),
            fmt::format("at most {}: points times policies times seeds", kMostSimulations));
    else
      for (const Point& first : firsts_) add_points(first);
    return std::move(plan_);
  }

 private:
  void fault(const std::string& path, const std::string& found, const std::string& accepted) {
    faults_.push_back({FaultKind::kMeaning, file_, path, found, accepted, ""});
  }

  void add_place(const Point& point) {
    if (queues_in_use(point.testbed) < 2) {
      ++plan_.comparison.one_queue_points;
      return;
    }
    PointSpec spec{point.testbed, point.precision};
    policies_->front().choose(spec);
    if (std::find(specs_.begin(), specs_.end(), spec) != specs_.end()) {
      ++plan_.comparison.repeated_points;
      return;
    }
    specs_.push_back(spec);
    Point first = point;
    first.axes.erase(std::remove_if(first.axes.begin(), first.axes.end(),
                                    [](const AxisValue& axis) { return axis.path == kPolicyPath; }),
                     first.axes.end());
    plan_.comparison.places.push_back({first.curve, row_of(first, {}).axes});
    firsts_.push_back(std::move(first));
  }

  void add_points(const Point& first) {
    for (const PolicyChoice& policy : *policies_) {
      Point point = first;
      PointSpec spec{point.testbed, point.precision};
      policy.choose(spec);
      point.testbed = spec.testbed;
      point.axes.push_back({kPolicyPath, policy.text});
      check(point, policy.text);
      add_replications(point, study_.seeds, plan_.points);
    }
  }

  void check(const Point& point, const std::string& policy) {
    for (const CrossCheck& check : cross_checks()) {
      const std::string found = "policy " + policy + " in curve " + point.curve;
      if (!check.holds({point.testbed, point.precision}) && noted_.insert({found, check.rule}).second)
        fault("$.curves", found, check.rule);
    }
  }

  const Study& study_;
  const std::vector<PolicyChoice>* policies_ = nullptr;
  std::string file_;
  std::vector<Fault>& faults_;
  ComparisonPlan plan_;
  std::vector<PointSpec> specs_;  // of the places, under one policy
  PointList firsts_;              // of the places
  std::set<std::pair<std::string, std::string>> noted_;
};

}  // namespace

std::vector<PolicyChoice> read_policies(const std::vector<std::string>& words, const std::string& option,
                                        std::vector<Fault>& faults) {
  if (words == std::vector<std::string>{"all"}) return all_policies();
  return read_policy_choices(words, option, faults);
}

ComparisonPlan plan_comparison(const Study& study, const std::vector<PolicyChoice>& policies, std::size_t baseline,
                               const std::string& file, std::vector<Fault>& faults) {
  ensure(baseline < policies.size(), "the baseline is one of the policies");
  return ComparisonPlanner(study, file, faults).plan(policies, baseline);
}

}  // namespace vqlab
