#include "analysis/scenario/written_values.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "analysis/scenario/value.hpp"
#include "models/testbed/idle_limits.hpp"
#include "models/testbed/unread.hpp"

namespace vqlab {
namespace {

bool same_param(const ParamRef& a, const ParamRef& b) { return a.section == b.section && a.row == b.row; }

// The curve's value of the parameter, if it leaves nothing of the one before it.
bool replaces(const CurveSpec& curve, const ParamRef& param) {
  return std::any_of(curve.set.begin(), curve.set.end(), [&param](const Assignment& one) {
    return same_param(one.param, param) && !is_part_of_value(one.value);
  });
}

}  // namespace

WrittenValues::WrittenValues(const Scenario& scenario, const std::string& file) : scenario_(scenario), file_(file) {
  add_section_values();
  for (const CurveSpec& curve : scenario.curves)
    for (const Assignment& one : curve.set)
      values_.push_back({one.param, one.path, show(one.value), &curve, false, "", "", ""});
  for (const AxisSpec& axis : scenario.sweep)
    values_.push_back({axis.param, axis.path, show(Json(axis.values)), nullptr, false, "", "", ""});
  if (!scenario.resolved) return;
  const std::vector<std::string>& places = scenario.leniency.written;
  const auto not_overridden = [&places](const Written& one) {
    return std::none_of(places.begin(), places.end(), [&one](const std::string& place) {
      return is_below(one.path, place) || is_below(place, one.path);
    });
  };
  values_.erase(std::remove_if(values_.begin(), values_.end(), not_overridden), values_.end());
}

void WrittenValues::add_section_values() {
  for (const Section& section : sections())
    for (const Param& row : section.table->rows) {
      const ParamRef param{&section, &row};
      const auto origin = scenario_.values.origins.find(path_of(param));
      if (origin == scenario_.values.origins.end() || origin->second.file != file_) continue;
      const ParamValue value = param.get(scenario_.values.spec);
      const ParamValue standard = param.get(PointSpec{});
      values_.push_back({param, origin->second.path, show(brief_value(value, standard)), nullptr, true, who_sets(param),
                         "", "", false, false, value == standard});
    }
}

std::string WrittenValues::who_sets(const ParamRef& param) const {
  for (const AxisSpec& axis : scenario_.sweep)
    if (same_param(axis.param, param) && std::none_of(axis.values.begin(), axis.values.end(), is_part_of_value))
      return "the sweep sets it in every point";
  const auto sets = [&param](const CurveSpec& curve) { return replaces(curve, param); };
  const std::vector<CurveSpec>& curves = scenario_.curves;
  return !curves.empty() && std::all_of(curves.begin(), curves.end(), sets) ? "every curve sets it" : "";
}

void WrittenValues::look_at(const PointSpec& spec, const CurveSpec& curve) {
  for (Written& one : values_) {
    if (one.curve != nullptr && one.curve != &curve) continue;
    if (one.of_section && replaces(curve, one.param)) continue;
    const ParamKind kind = one.param.row->kind;
    const bool is_list = kind == ParamKind::kDisks || kind == ParamKind::kNamedSets;
    if (is_list && (one.of_section || one.curve != nullptr)) look_at_members(one, spec.testbed);
    if (one.is_read && one.acts) continue;
    std::string unless = unread_unless(one.param, spec);
    if (one.unread_unless.empty()) one.unread_unless = unless;
    one.is_read |= unless.empty();
    if (unless.empty()) unless = no_effect_unless(one.param, spec);
    if (one.no_effect_unless.empty()) one.no_effect_unless = unless;
    one.acts |= unless.empty();
  }
}

void WrittenValues::look_at_members(Written& list, const Testbed& testbed) {
  const Param& row = *list.param.row;
  std::vector<IdleMember> idle = row.kind == ParamKind::kDisks ? idle_limits(testbed) : idle_members(testbed, row);
  if (!list.idle) {
    list.idle = std::move(idle);
    return;
  }
  const auto acts = [&idle](const IdleMember& one) { return std::find(idle.begin(), idle.end(), one) == idle.end(); };
  std::vector<IdleMember>& so_far = *list.idle;
  so_far.erase(std::remove_if(so_far.begin(), so_far.end(), acts), so_far.end());
}

void WrittenValues::refuse_unread(std::vector<Fault>& faults) const {
  constexpr const char* kAccepted = "what some point of the study reads";
  for (const auto& [param, origin] : scenario_.values.superseded)
    faults.push_back(
        {FaultKind::kEffect, file_, origin.path,
         "a value that has no effect here, because " + scenario_.values.origins.at(param).path + " sets it as well",
         kAccepted, ""});
  for (const Written& one : values_) {
    const bool by_member = one.idle && one.param.row->kind == ParamKind::kNamedSets;
    if ((one.is_read || by_member) && one.why_unreached.empty()) {
      const char* const what = by_member ? "a value" : "a limit";
      for (const IdleMember& idle : one.idle.value_or(std::vector<IdleMember>{}))
        faults.push_back({FaultKind::kEffect, file_, one.path + idle.member,
                          std::string(what) + " that has no effect here, because it is read only if " + idle.unless,
                          kAccepted, ""});
      continue;
    }
    const std::string why = one.why_unreached.empty() ? "it is read only if " + one.unread_unless : one.why_unreached;
    if (why == "it is read only if ") continue;  // no point was good enough to be looked at
    faults.push_back({FaultKind::kEffect, file_, one.path,
                      fmt::format("{}, which has no effect here, because {}", one.value, why), kAccepted, ""});
  }
}

std::vector<std::string> WrittenValues::without_effect() const {
  std::vector<std::string> lines;
  std::set<std::string> told;
  for (const Written& one : values_) {
    const std::string path = path_of(one.param);
    const auto matters = [&one](const Written& other) {
      return same_param(other.param, one.param) && (other.acts || !other.is_read);
    };
    if (one.is_default || std::any_of(values_.begin(), values_.end(), matters) || !told.insert(path).second) continue;
    lines.push_back(fmt::format("{}: {}: {} makes no difference here: it does only if {}", file_, one.path, one.value,
                                one.no_effect_unless));
  }
  return lines;
}

}  // namespace vqlab
