#include "analysis/compare/judge_tournament.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "analysis/runs/paired.hpp"
#include "analysis/runs/replications.hpp"
#include "analysis/scenario/cross_checks.hpp"
#include "analysis/scenario/fault.hpp"
#include "models/base/ensure.hpp"
#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

constexpr const char* kPolicyPath = "guest.policy";

class TournamentPlanner {
 public:
  TournamentPlanner(const Study& study, const std::string& file, std::vector<Fault>& faults)
      : study_(study), file_(file), faults_(faults) {}

  TournamentPlan plan(const std::vector<std::string>& policies, std::size_t baseline) {
    Tournament& tournament = plan_.tournament;
    tournament.title = study_.title;
    tournament.policies = policies;
    tournament.baseline = baseline;
    tournament.seeds = study_.seeds.size();
    // Seeds move fastest.
    for (std::size_t i = 0; i < study_.points.size(); i += study_.seeds.size()) add_place(study_.points[i]);
    if (tournament.places.empty())
      fault("$", "no point whose device has more than one request queue", "a study in which steering has a choice");
    const std::size_t simulations = tournament.places.size() * policies.size() * tournament.seeds;
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
    if (point.testbed.controller.queues(point.testbed.guest.vcpus) < 2) {
      ++plan_.tournament.one_queue_points;
      return;
    }
    PointSpec spec{point.testbed, point.precision};
    spec.testbed.guest.policy = plan_.tournament.policies.front();
    if (std::find(specs_.begin(), specs_.end(), spec) != specs_.end()) {
      ++plan_.tournament.repeated_points;
      return;
    }
    specs_.push_back(spec);
    Point first = point;
    first.axes.erase(std::remove_if(first.axes.begin(), first.axes.end(),
                                    [](const AxisValue& axis) { return axis.path == kPolicyPath; }),
                     first.axes.end());
    plan_.tournament.places.push_back({first.curve, row_of(first, {}).axes});
    firsts_.push_back(std::move(first));
  }

  void add_points(const Point& first) {
    for (const std::string& policy : plan_.tournament.policies) {
      Point point = first;
      point.testbed.guest.policy = policy;
      point.axes.push_back({kPolicyPath, policy});
      check(point);
      add_replications(point, study_.seeds, plan_.points);
    }
  }

  void check(const Point& point) {
    for (const CrossCheck& check : cross_checks()) {
      const std::string found = "policy " + point.testbed.guest.policy + " in curve " + point.curve;
      if (!check.holds({point.testbed, point.precision}) && noted_.insert({found, check.rule}).second)
        fault("$.curves", found, check.rule);
    }
  }

  const Study& study_;
  std::string file_;
  std::vector<Fault>& faults_;
  TournamentPlan plan_;
  std::vector<PointSpec> specs_;  // of the places, under one policy
  std::vector<Point> firsts_;     // of the places
  std::set<std::pair<std::string, std::string>> noted_;
};

class Judge {
 public:
  Judge(const TournamentPlan& plan, const std::vector<PointRow>& rows)
      : tournament_(plan.tournament), rows_(rows), points_(plan.points.size()) {}

  Tournament run() {
    for (std::size_t metric = 0; metric < kTournamentMetrics.size(); ++metric) {
      values_ = values_by_point(rows_, points_, kTournamentMetrics[metric].name);
      const std::size_t overall = tournament_.cells.size();
      for (std::size_t policy = 0; policy < tournament_.policies.size(); ++policy) add_overall(metric, policy);
      const std::size_t by_place = tournament_.cells.size();
      for (std::size_t place = 0; place < tournament_.places.size(); ++place)
        for (std::size_t policy = 0; policy < tournament_.policies.size(); ++policy) add_cell(metric, place, policy);
      adjust(overall, by_place);
      adjust(by_place, tournament_.cells.size());
      for (std::size_t first = overall; first < tournament_.cells.size(); first += tournament_.policies.size())
        rank(first);
    }
    return std::move(tournament_);
  }

 private:
  // By seed.
  [[nodiscard]] std::vector<double> values(std::size_t place, std::size_t policy) const {
    const auto first = values_.begin() +
                       static_cast<std::ptrdiff_t>((place * tournament_.policies.size() + policy) * tournament_.seeds);
    return {first, first + static_cast<std::ptrdiff_t>(tournament_.seeds)};
  }

  void add_tested(TournamentCell cell, const std::vector<double>& differences) {
    const PairedTest test = paired_test(differences);
    cell.pairs = test.pairs;
    if (cell.policy != tournament_.baseline) {
      cell.difference_percent = test.difference;
      cell.p = test.p;
    }
    tournament_.cells.push_back(cell);
  }

  void add_cell(std::size_t metric, std::size_t place, std::size_t policy) {
    const std::vector<double> own = values(place, policy);
    const std::vector<double> base = values(place, tournament_.baseline);
    std::vector<double> differences;
    for (std::size_t i = 0; i < own.size(); ++i) differences.push_back(difference_percent(own[i], base[i]));
    TournamentCell cell{.metric = metric, .place = place, .policy = policy, .points = 1};
    cell.mean = mean_of_replications(own);
    add_tested(cell, differences);
  }

  // Each seed gives one value for all places together, so that pairs stay pairs.
  void add_overall(std::size_t metric, std::size_t policy) {
    TournamentCell cell{.metric = metric, .policy = policy};
    std::vector<double> logs(tournament_.seeds, 0.0);
    for (std::size_t place = 0; place < tournament_.places.size(); ++place) {
      std::vector<double> ratios = values(place, policy);
      const std::vector<double> base = values(place, tournament_.baseline);
      for (std::size_t i = 0; i < ratios.size(); ++i) ratios[i] /= base[i];
      if (!std::all_of(ratios.begin(), ratios.end(), [](double r) { return r > 0 && std::isfinite(r); })) continue;
      ++cell.points;
      for (std::size_t i = 0; i < ratios.size(); ++i) logs[i] += std::log(ratios[i]);
    }
    std::vector<double> differences(tournament_.seeds, kNoValue);
    if (cell.points > 0)
      for (std::size_t i = 0; i < logs.size(); ++i)
        differences[i] = 100 * std::expm1(logs[i] / static_cast<double>(cell.points));
    add_tested(cell, differences);
  }

  void adjust(std::size_t begin, std::size_t end) {
    std::vector<double> p;
    for (std::size_t i = begin; i < end; ++i) p.push_back(tournament_.cells[i].p);
    const std::vector<double> adjusted = holm(p);
    for (std::size_t i = begin; i < end; ++i) tournament_.cells[i].p_holm = adjusted[i - begin];
  }

  // The policies' cells that begin at `first`. What is unknown comes last.
  void rank(std::size_t first) {
    const std::size_t count = tournament_.policies.size();
    const auto loss = [this](const TournamentCell& cell) {
      const double change = cell.policy == tournament_.baseline ? 0 : cell.difference_percent.value;
      const double value = cell.place ? cell.mean.value : change;
      if (std::isnan(value)) return HUGE_VAL;
      return kTournamentMetrics[cell.metric].more_is_better ? -value : value;
    };
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < count; ++i) order.push_back(first + i);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return loss(tournament_.cells[a]) < loss(tournament_.cells[b]);
    });
    for (std::size_t i = 0; i < count; ++i) tournament_.cells[order[i]].rank = i + 1;
  }

  Tournament tournament_;
  const std::vector<PointRow>& rows_;
  std::size_t points_;
  std::vector<double> values_;  // of one metric, by point
};

}  // namespace

std::vector<std::string> read_policies(const std::vector<std::string>& names, const std::string& option,
                                       std::vector<Fault>& faults) {
  const std::vector<std::string> known = Registry<PolicyEntry>::instance().names();
  if (names == std::vector<std::string>{"all"}) return known;
  std::vector<std::string> policies;
  const auto fault = [&](const std::string& found, const std::string& accepted, const std::string& nearest) {
    faults.push_back({FaultKind::kMeaning, option, "policy", found, accepted, nearest});
  };
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) == known.end())
      fault("\"" + name + "\"", one_of(known) + ", or all alone", nearest_name(name, known));
    else if (std::find(policies.begin(), policies.end(), name) != policies.end())
      fault("\"" + name + "\" a second time", "each policy once", "");
    else
      policies.push_back(name);
  }
  return policies;
}

TournamentPlan plan_tournament(const Study& study, const std::vector<std::string>& policies, std::size_t baseline,
                               const std::string& file, std::vector<Fault>& faults) {
  ensure(baseline < policies.size(), "the baseline is one of the policies");
  return TournamentPlanner(study, file, faults).plan(policies, baseline);
}

Tournament judge(const TournamentPlan& plan, const std::vector<PointRow>& rows) { return Judge(plan, rows).run(); }

}  // namespace vqlab
