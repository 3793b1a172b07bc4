#include "analysis/ablate/plan_ablation.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "analysis/runs/paired.hpp"
#include "analysis/runs/replications.hpp"
#include "models/testbed/in_effect.hpp"
#include "models/testbed/resources.hpp"

namespace vqlab {
namespace {

constexpr const char* kVariantAxis = "variant";
constexpr const char* kUnchanged = "base";

// Whether both are the same to a simulation.
bool same_in_effect(const Testbed& a, const Testbed& b) {
  Testbed one = in_effect(a);
  one.mechanisms = b.mechanisms;  // they have had their effect
  return one == in_effect(b);
}

std::string last_part(const std::string& path) { return path.substr(path.rfind('.') + 1); }

std::string plural(AblationKind kind) { return std::string(to_string(kind)) + "s"; }

class AblationPlanner {
 public:
  AblationPlanner(const Study& study, const std::string& file, std::vector<Fault>& faults)
      : study_(study), file_(file), faults_(faults) {}

  AblationPlan plan(const std::vector<AblationChange>& changes, bool all_points) {
    Ablation& ablation = plan_.ablation;
    ablation.title = study_.title;
    ablation.seeds = study_.seeds.size();
    std::vector<const Point*> firsts;  // seeds move fastest
    for (std::size_t i = 0; i < study_.points.size(); i += study_.seeds.size()) {
      const Point& point = study_.points[i];
      if (all_points || counted(study_, point))
        firsts.push_back(&point);
      else
        ++ablation.left_out;
    }
    for (const Point* first : firsts) add_place(*first);
    keep_what_matters(changes, firsts);
    if (ablation.variants.empty()) {
      fault("$", "nothing to switch off or to halve",
            "a mechanism that is on, a cost above 0, or a resource, at a point");
    } else if (runs_ * ablation.seeds > kMostSimulations) {
      fault("$.sweep", fmt::format("{} simulations", runs_ * ablation.seeds),
            fmt::format("at most {}: points times variants (--only) times seeds", kMostSimulations));
    } else {
      for (std::size_t place = 0; place < firsts.size(); ++place) add_points(place, *firsts[place]);
    }
    return std::move(plan_);
  }

 private:
  void fault(const std::string& path, const std::string& found, const std::string& accepted) {
    faults_.push_back({FaultKind::kMeaning, file_, path, found, accepted, ""});
  }

  void add_place(const Point& point) {
    Ablation& ablation = plan_.ablation;
    ablation.places.push_back({point.curve, row_of(point, {}).axes});
    if (std::find(ablation.curves.begin(), ablation.curves.end(), point.curve) == ablation.curves.end())
      ablation.curves.push_back(point.curve);
  }

  static PointSpec applied(const AblationChange& change, const Point& point) {
    PointSpec spec{point.testbed, point.precision};
    change.apply(spec);
    return spec;
  }

  void keep_what_matters(const std::vector<AblationChange>& changes, const std::vector<const Point*>& firsts) {
    runs_ = firsts.size();
    for (const AblationChange& change : changes) {
      const auto matters = std::count_if(firsts.begin(), firsts.end(), [&](const Point* first) {
        return !same_in_effect(first->testbed, applied(change, *first).testbed);
      });
      runs_ += static_cast<std::size_t>(matters);
      if (matters == 0) {
        plan_.ablation.idle.push_back(change.variant.name);
        continue;
      }
      plan_.ablation.variants.push_back(change.variant);
      kept_.push_back(&change);
    }
    plan_.changed.resize(kept_.size());
  }

  void add_points(std::size_t place, const Point& first) {
    plan_.base.push_back(add_runs(first, first.testbed, kUnchanged));
    for (std::size_t i = 0; i < kept_.size(); ++i) {
      const Testbed testbed = applied(*kept_[i], first).testbed;
      plan_.changed[i].push_back(same_in_effect(first.testbed, testbed)
                                     ? plan_.base[place]
                                     : add_runs(first, testbed, kept_[i]->variant.name));
    }
  }

  std::size_t add_runs(Point point, const Testbed& testbed, const std::string& variant) {
    const std::size_t first = plan_.points.size();
    point.testbed = testbed;
    point.axes.push_back({kVariantAxis, variant});
    add_replications(std::move(point), study_.seeds, plan_.points);
    return first;
  }

  const Study& study_;
  std::string file_;
  std::vector<Fault>& faults_;
  AblationPlan plan_;
  std::vector<const AblationChange*> kept_;  // by variant
  std::size_t runs_ = 0;                     // of one seed
};

class AblationJudge {
 public:
  AblationJudge(const AblationPlan& plan, const std::vector<PointRow>& rows)
      : plan_(plan), ablation_(plan.ablation), values_(values_by_point(rows, plan.points.size(), kAblationMetric)) {}

  Ablation run() {
    for (std::size_t variant = 0; variant < ablation_.variants.size(); ++variant) {
      add_average(variant, "");
      for (const std::string& curve : ablation_.curves) add_average(variant, curve);
      for (std::size_t place = 0; place < ablation_.places.size(); ++place) add_cell(variant, place);
    }
    for (std::size_t place = 0; place < ablation_.places.size(); ++place) add_leader(place);
    return std::move(ablation_);
  }

 private:
  // By seed.
  [[nodiscard]] std::vector<double> values(std::size_t first) const {
    const auto begin = values_.begin() + static_cast<std::ptrdiff_t>(first);
    return {begin, begin + static_cast<std::ptrdiff_t>(ablation_.seeds)};
  }

  // In percent, by seed.
  [[nodiscard]] std::vector<double> changes(std::size_t variant, std::size_t place) const {
    std::vector<double> changes = values(plan_.changed[variant][place]);
    const std::vector<double> base = values(plan_.base[place]);
    for (std::size_t i = 0; i < changes.size(); ++i) changes[i] = difference_percent(changes[i], base[i]);
    return changes;
  }

  void add_cell(std::size_t variant, std::size_t place) {
    const PairedTest test = paired_test(changes(variant, place));
    AblationCell cell{.variant = variant, .place = place, .curve = ablation_.places[place].curve, .points = 1};
    cell.pairs = test.pairs;
    cell.base = mean_of_replications(values(plan_.base[place]));
    cell.changed = mean_of_replications(values(plan_.changed[variant][place]));
    cell.change_percent = test.difference;
    ablation_.cells.push_back(std::move(cell));
  }

  // Each seed gives one value for all places together, so that pairs stay pairs.
  void add_average(std::size_t variant, const std::string& curve) {
    AblationCell cell{.variant = variant, .curve = curve};
    std::vector<double> sums(ablation_.seeds, 0.0);
    for (std::size_t place = 0; place < ablation_.places.size(); ++place) {
      if (!curve.empty() && ablation_.places[place].curve != curve) continue;
      const std::vector<double> one = changes(variant, place);
      if (std::any_of(one.begin(), one.end(), [](double change) { return std::isnan(change); })) continue;
      ++cell.points;
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += one[i];
    }
    for (double& sum : sums) sum = cell.points == 0 ? kNoValue : sum / static_cast<double>(cell.points);
    const PairedTest test = paired_test(sums);
    cell.pairs = test.pairs;
    cell.change_percent = test.difference;
    ablation_.cells.push_back(std::move(cell));
  }

  void add_leader(std::size_t place) {
    std::vector<std::size_t> ranked;
    for (std::size_t variant = 0; variant < ablation_.variants.size(); ++variant)
      if (ablation_.variants[variant].kind == AblationKind::kResource && !std::isnan(change(variant, place)))
        ranked.push_back(variant);
    if (ranked.size() < 2) return;
    std::stable_sort(ranked.begin(), ranked.end(),
                     [&](std::size_t a, std::size_t b) { return change(a, place) > change(b, place); });
    std::vector<double> leads = changes(ranked[0], place);
    const std::vector<double> second = changes(ranked[1], place);
    for (std::size_t i = 0; i < leads.size(); ++i) leads[i] -= second[i];
    ablation_.leaders.push_back({place, ranked[0], ranked[1], mean_of_replications(leads)});
  }

  [[nodiscard]] double change(std::size_t variant, std::size_t place) const {
    return ablation_.cell(variant, place).change_percent.value;
  }

  const AblationPlan& plan_;
  Ablation ablation_;
  std::vector<double> values_;  // by point
};

}  // namespace

std::vector<AblationChange> ablation_changes() {
  std::vector<AblationChange> changes;
  for (const Section& section : sections()) {
    if (!section.in_machine) continue;
    for (const Param& row : section.table->rows) {
      const ParamRef param{&section, &row};
      if (row.kind == ParamKind::kBoolean)
        changes.push_back({{AblationKind::kMechanism, path_of(param)},
                           [param](PointSpec& spec) { param.set(spec, ParamValue(false)); }});
      else if (row.kind == ParamKind::kCost)
        changes.push_back({{AblationKind::kCost, path_of(param)},
                           [param](PointSpec& spec) { set_number(param, spec, number_of(param, spec) / 2); }});
    }
  }
  for (const Resource& resource : resources())
    changes.push_back({{AblationKind::kResource, std::string(resource.name())},
                       [&resource](PointSpec& spec) { resource.halve(spec.testbed); }});
  return changes;
}

std::vector<AblationChange> read_changes(const std::vector<std::string>& names, const std::string& option,
                                         std::vector<Fault>& faults) {
  std::vector<AblationChange> all = ablation_changes();
  if (names.empty()) return all;
  std::vector<std::string> known;
  for (const AblationChange& change : all)
    known.insert(known.end(), {plural(change.variant.kind), last_part(change.variant.name), change.variant.name});
  for (const std::string& name : names)
    if (std::find(known.begin(), known.end(), name) == known.end())
      faults.push_back({FaultKind::kMeaning, option, "only", "\"" + name + "\"",
                        "mechanisms, costs, resources, a resource's name, or a switch or a cost of the machine "
                        "(docs/reference/parameters.md) with or without its section",
                        nearest_name(name, known)});
  std::vector<AblationChange> chosen;
  for (const AblationChange& change : all) {
    const AblationVariant& variant = change.variant;
    if (std::any_of(names.begin(), names.end(), [&](const std::string& name) {
          return name == plural(variant.kind) || name == variant.name || name == last_part(variant.name);
        }))
      chosen.push_back(change);
  }
  return chosen;
}

AblationPlan plan_ablation(const Study& study, const std::vector<AblationChange>& changes, bool all_points,
                           const std::string& file, std::vector<Fault>& faults) {
  return AblationPlanner(study, file, faults).plan(changes, all_points);
}

Ablation judge(const AblationPlan& plan, const std::vector<PointRow>& rows) { return AblationJudge(plan, rows).run(); }

}  // namespace vqlab
