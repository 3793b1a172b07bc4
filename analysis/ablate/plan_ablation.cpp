#include "analysis/ablate/plan_ablation.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "analysis/runs/replications.hpp"
#include "models/testbed/in_effect.hpp"
#include "models/testbed/resources.hpp"

namespace vqlab {
namespace {

constexpr const char* kVariantAxis = "variant";
constexpr const char* kUnchanged = "base";
// A resource that has become several.
constexpr std::string_view kFormerStorage = "storage";
constexpr const char* kStorageNow = "device_commands, device_dies, device_links, device_latency";

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
    PointList firsts;  // seeds move fastest
    for (std::size_t i = 0; i < study_.points.size(); i += study_.seeds.size()) {
      const Point point = study_.points[i];
      if (all_points || counted(study_, point))
        firsts.push_back(point);
      else
        ++ablation.left_out;
    }
    for (const Point& first : firsts) add_place(first);
    keep_what_matters(changes, firsts);
    name_resources(firsts);
    if (ablation.variants.empty()) {
      fault("$", "nothing to switch off or to halve",
            "a mechanism that is on, a cost above 0, or a resource, at a point");
    } else if (runs_ * ablation.seeds > kMostSimulations) {
      fault("$.sweep", fmt::format("{} simulations", runs_ * ablation.seeds),
            fmt::format("at most {}: points times variants (--only) times seeds", kMostSimulations));
    } else {
      for (std::size_t place = 0; place < firsts.size(); ++place) add_points(place, firsts[place]);
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

  void keep_what_matters(const std::vector<AblationChange>& changes, const PointList& firsts) {
    runs_ = firsts.size();
    for (const AblationChange& change : changes) {
      const auto matters = std::count_if(firsts.begin(), firsts.end(), [&](const Point& first) {
        return !same_in_effect(first.testbed, applied(change, first).testbed);
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

  void name_resources(const PointList& firsts) {
    for (AblationVariant& variant : plan_.ablation.variants) {
      if (variant.kind != AblationKind::kResource) continue;
      for (const Resource& resource : resources())
        if (resource.name() == variant.name)
          for (const Point& first : firsts) variant.words.emplace_back(resource.words_for(first.testbed));
    }
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
                        name == kFormerStorage ? kStorageNow : nearest_name(name, known)});
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

}  // namespace vqlab
