#include "analysis/design/plan_design.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

#include "analysis/app/shell_word.hpp"
#include "analysis/runs/point_row.hpp"
#include "analysis/scenario/cross_checks.hpp"
#include "models/testbed/controllers.hpp"

namespace vqlab {
namespace {

class DesignPlanner {
 public:
  DesignPlanner(const Study& study, const DesignQuestion& question, std::string file, std::vector<Fault>& faults)
      : study_(study), question_(question), file_(std::move(file)), faults_(faults) {}

  DesignPlan plan() {
    if (question_.policies.empty())
      add_curves();
    else
      add_policies();
    pair_up();
    return std::move(plan_);
  }

 private:
  void fault(const std::string& of, const std::string& path, const std::string& found, const std::string& accepted,
             const std::string& nearest = "") {
    faults_.push_back({FaultKind::kMeaning, of, path, found, accepted, nearest});
  }

  void add_cell(Point point, DesignSide side) {
    std::string position = question_.policies.empty() ? "" : point.curve;
    for (const AxisValue& axis : point.axes)
      if (axis.path != "guest.policy") position += (position.empty() ? "" : " ") + axis.path + "=" + axis.text;
    point.index = static_cast<std::uint32_t>(plan_.points.size());
    if (!question_.policies.empty())
      point.axes.push_back({"guest.policy", side == DesignSide::kFirst ? plan_.first : plan_.second});
    plan_.cells.push_back({{point.curve, row_of(point, {}).axes}, side, position});
    plan_.points.push_back(point);
  }

  // Seeds move fastest.
  [[nodiscard]] PointList first_points() const {
    PointList points;
    for (std::size_t i = 0; i < study_.points.size(); i += study_.seeds.size()) points.push_back(study_.points[i]);
    return points;
  }

  [[nodiscard]] std::vector<std::string> own_curves() const {
    std::vector<std::string> names;
    for (const Curve& curve : study_.curves) {
      const auto is_this = [&curve](const ShownCurve& shown) { return shown.curve == curve.name; };
      if (!study_.reference ||
          std::none_of(study_.reference->shown_only.begin(), study_.reference->shown_only.end(), is_this))
        names.push_back(curve.name);
    }
    return names;
  }

  void add_curves() {
    std::vector<std::string> known;
    for (const Curve& curve : study_.curves) known.push_back(curve.name);
    std::vector<std::string> chosen = question_.curves;
    const std::string option = "--curves " + shell_word(joined_words(chosen));
    if (chosen.empty()) {
      chosen = own_curves();
      if (chosen.size() > 2) chosen.resize(2);
    }
    for (const std::string& name : chosen)
      if (std::find(known.begin(), known.end(), name) == known.end())
        fault(option, "curves", "\"" + name + "\"", one_of(known), nearest_name(name, known));
    if (question_.curves.empty() && chosen.size() < 2) {
      fault(file_, "$.curves", "one curve", "two curves to hold against each other, or two policies, with --policy");
      return;
    }
    if (chosen.size() != 2 || chosen[0] == chosen[1]) {
      fault(option, "curves", fmt::format("{} curve{}", chosen.size(), chosen.size() == 1 ? "" : "s"),
            "two different ones: A,B");
      return;
    }
    plan_.first = chosen[0];
    plan_.second = chosen[1];
    for (const Point& point : first_points())
      add_cell(point, point.curve == chosen[0]   ? DesignSide::kFirst
                      : point.curve == chosen[1] ? DesignSide::kSecond
                                                 : DesignSide::kNeither);
  }

  void add_policies() {
    plan_.first = question_.policies[0].text;
    plan_.second = question_.policies[1].text;
    std::vector<PointSpec> known;
    std::set<std::string> told;
    for (Point point : first_points()) {
      if (!has_several_queues(point.testbed)) continue;
      point.axes.erase(std::remove_if(point.axes.begin(), point.axes.end(),
                                      [](const AxisValue& axis) { return axis.path == "guest.policy"; }),
                       point.axes.end());
      for (std::size_t side = 0; side < 2; ++side) {
        PointSpec spec{point.testbed, point.precision};
        question_.policies[side].choose(spec);
        if (side == 0) {
          if (std::find(known.begin(), known.end(), spec) != known.end()) break;
          known.push_back(spec);
        }
        for (const CrossCheck& check : cross_checks())
          if (!check.holds(spec) && told.insert(check.rule + point.curve).second)
            fault(file_, "$.curves", "policy " + question_.policies[side].text + " in curve " + point.curve,
                  check.rule);
        Point steered = point;
        steered.testbed = spec.testbed;
        add_cell(steered, side == 0 ? DesignSide::kFirst : DesignSide::kSecond);
      }
    }
    if (plan_.cells.empty())
      fault(file_, "$", "no point whose device has more than one request queue",
            "a study in which steering has a choice");
  }

  [[nodiscard]] bool counts(const Point& point) const {
    return std::all_of(question_.at.begin(), question_.at.end(), [&point](const std::string& one) {
      const std::vector<std::pair<std::string, std::string>> axes = row_of(point, {}).axes;
      return point.curve == one || std::any_of(axes.begin(), axes.end(), [&one](const auto& axis) {
               return axis.first + "=" + axis.second == one;
             });
    });
  }

  void pair_up() {
    std::map<std::string, std::size_t> firsts;
    for (std::size_t i = 0; i < plan_.cells.size(); ++i)
      if (plan_.cells[i].side == DesignSide::kFirst) firsts[plan_.cells[i].position] = i;
    bool any = false;
    for (std::size_t i = 0; i < plan_.cells.size(); ++i) {
      const DesignCell& cell = plan_.cells[i];
      const auto first = firsts.find(cell.position);
      if (cell.side != DesignSide::kSecond || first == firsts.end()) continue;
      plan_.pairs.push_back({first->second, i, counts(plan_.points[first->second])});
      any |= plan_.pairs.back().counts;
    }
    if (any || !faults_.empty()) return;
    if (plan_.pairs.empty()) {
      fault(file_, "$.curves", plan_.first + " and " + plan_.second + " without a common point",
            "curves over the same sweep");
      return;
    }
    std::set<std::string> known;
    for (const DesignPair& pair : plan_.pairs)
      for (const auto& [name, value] : row_of(plan_.points[pair.first], {}).axes) known.insert(name + "=" + value);
    fault("--at " + shell_word(joined_words(question_.at)), "at", "no point of both",
          one_of({known.begin(), known.end()}));
  }

  const Study& study_;
  const DesignQuestion& question_;
  std::string file_;
  std::vector<Fault>& faults_;
  DesignPlan plan_;
};

}  // namespace

DesignPlan plan_design(const Study& study, const DesignQuestion& question, const std::string& file,
                       std::vector<Fault>& faults) {
  return DesignPlanner(study, question, file, faults).plan();
}

}  // namespace vqlab
