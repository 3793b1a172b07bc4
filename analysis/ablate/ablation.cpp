#include "analysis/ablate/ablation.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "analysis/runs/csv.hpp"
#include "analysis/runs/row_key.hpp"

namespace vqlab {

std::string_view to_string(AblationKind kind) {
  static constexpr std::array<std::string_view, kAblationKinds> kNames{"mechanism", "cost", "resource"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string ablation_csv(const Ablation& ablation) {
  const std::vector<std::string> axes = axis_names(ablation.places);
  std::vector<std::string> names{"scope", kCurveColumn};
  names.insert(names.end(), axes.begin(), axes.end());
  names.insert(names.end(),
               {"kind", "name", "points", "seeds", "base_mib_per_s", "base_mib_per_s_ci95", "variant_mib_per_s",
                "variant_mib_per_s_ci95", "change_percent", "change_percent_ci95", "sure", "state"});
  std::string text = csv_line(names);
  for (const AblationCell& cell : ablation.cells) {
    const AblationVariant& variant = ablation.variants[cell.variant];
    std::vector<std::string> fields{cell.place ? "point" : cell.curve.empty() ? "overall" : kCurveColumn, cell.curve};
    for (std::string& value : axis_values(cell.place ? ablation.places[*cell.place] : Place{}, axes))
      fields.push_back(std::move(value));
    fields.insert(fields.end(),
                  {std::string(to_string(variant.kind)), variant.name, std::to_string(cell.points),
                   std::to_string(cell.pairs), csv_six_digits(cell.base.value), csv_six_digits(cell.base.half_width),
                   csv_six_digits(cell.changed.value), csv_six_digits(cell.changed.half_width),
                   csv_six_digits(cell.change_percent.value), csv_six_digits(cell.change_percent.half_width),
                   cell.sure() ? "true" : "false", std::string(to_string(cell.state))});
    text += csv_line(fields);
  }
  return text;
}

std::string AblationVariant::words_over_all() const {
  if (words.empty()) return name;
  std::vector<std::string> different;
  for (const std::string& one : words)
    if (std::find(different.begin(), different.end(), one) == different.end()) different.push_back(one);
  return fmt::format("{}", fmt::join(different, " / "));
}

std::string ablation_json(const RunRecord& record, const Ablation& ablation) {
  nlohmann::ordered_json json = to_json(record);
  nlohmann::ordered_json& what = json["ablation"];
  what["metric"] = kAblationMetric;
  what["points"] = ablation.places.size();
  what["points_left_out"] = ablation.left_out;
  for (std::size_t kind = 0; kind < kAblationKinds; ++kind)
    what[std::string(to_string(AblationKind{static_cast<int>(kind)})) + "s"] = nlohmann::ordered_json::array();
  for (const AblationVariant& variant : ablation.variants)
    what[std::string(to_string(variant.kind)) + "s"].push_back(variant.name);
  what["resource_words"] = nlohmann::ordered_json::object();
  for (const AblationVariant& variant : ablation.variants)
    if (variant.kind == AblationKind::kResource) what["resource_words"][variant.name] = variant.words_over_all();
  what["change_nothing"] = ablation.idle;
  what["bottlenecks"] = nlohmann::ordered_json::array();
  for (const AblationLeader& leader : ablation.leaders) {
    nlohmann::ordered_json one;
    one[kCurveColumn] = ablation.places[leader.place].curve;
    for (const auto& [name, value] : ablation.places[leader.place].axes) one["axes"][name] = value;
    for (const auto& [key, variant] : {std::pair{"first", leader.first}, std::pair{"second", leader.second}}) {
      const Estimate change = ablation.cell(variant, leader.place).change_percent;
      one[key] = {{"resource", ablation.variants[variant].name},
                  {"change_percent", change.value},
                  {"change_percent_ci95", change.half_width}};
    }
    one["lead_percent"] = leader.lead_percent.value;
    one["lead_percent_ci95"] = leader.lead_percent.half_width;
    what["bottlenecks"].push_back(std::move(one));
  }
  return json.dump(2) + '\n';
}

}  // namespace vqlab
