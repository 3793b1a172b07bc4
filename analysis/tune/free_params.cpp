#include "analysis/tune/free_params.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>

#include "analysis/scenario/value.hpp"
#include "analysis/uncertainty/latin_hypercube.hpp"

namespace vqlab {
namespace {

constexpr double kWideRange = 20;            // a range of at least this factor is searched by factors
constexpr double kLeastShareOfRange = 1e-6;  // of the upper end, of numbers from 0 on
constexpr double kZeroPlace = 0.06;          // of a logarithmic scale from 0 on: below it lies 0 itself

bool is_tuned_kind(const Param& row) { return row.kind == ParamKind::kNumber || row.kind == ParamKind::kInteger; }

double tuned_number(const ParamValue& value) {
  const auto* whole = std::get_if<std::int64_t>(&value);
  return whole != nullptr ? static_cast<double>(*whole) : std::get<double>(value);
}

const Section* section_of_policy(const std::string& policy) {
  for (const Section& section : sections())
    if (section.of_part && section.key == policy) return &section;
  return nullptr;
}

}  // namespace

TunedParam::TunedParam(const ParamRef& param, double usual)
    : param_(param),
      usual_(usual),
      whole_(param.row->kind == ParamKind::kInteger),
      low_(param.row->plausible.min),
      high_(param.row->plausible.max),
      first_(low_) {
  if (low_ < 0) return;
  if (low_ == 0) first_ = whole_ ? 1 : std::min(1.0, kLeastShareOfRange * high_);
  logarithmic_ = high_ >= kWideRange * (low_ == 0 ? 1 : low_) && high_ > first_;
}

double TunedParam::value(double at) const {
  double value = low_ + at * (high_ - low_);
  if (logarithmic_ && low_ == 0 && at < kZeroPlace) return 0;
  if (logarithmic_) {
    const double from = low_ == 0 ? kZeroPlace : 0;
    value = first_ * std::pow(high_ / first_, (at - from) / (1 - from));
  }
  value = whole_ ? std::round(value) : std::strtod(fmt::format("{:.3g}", value).c_str(), nullptr);
  return std::clamp(value, low_, high_);
}

double TunedParam::place(double value) const {
  if (!logarithmic_) return std::clamp((value - low_) / (high_ - low_), 0.0, 1.0);
  const double from = low_ == 0 ? kZeroPlace : 0;
  if (value <= 0) return 0;
  return std::clamp(from + (1 - from) * std::log(value / first_) / std::log(high_ / first_), 0.0, 1.0);
}

ParamValue TunedParam::as_param(double value) const {
  if (whole_) return static_cast<std::int64_t>(value);
  return value;
}

std::vector<TunedParam> tuned_params(const PolicyChoice& policy) {
  std::vector<TunedParam> params;
  const Section* const section = section_of_policy(policy.policy);
  if (section == nullptr) return params;
  for (const Param& row : section->table->rows) {
    const bool chosen = std::any_of(policy.params.begin(), policy.params.end(),
                                    [&row](const auto& one) { return one.first.row == &row; });
    const ParamRef ref{section, &row};
    if (is_tuned_kind(row) && !chosen) params.emplace_back(ref, tuned_number(ref.get(PointSpec{})));
  }
  return params;
}

std::vector<std::string> policies_with_params() {
  std::vector<std::string> names;
  for (const PolicyChoice& policy : all_policies())
    if (!tuned_params(policy).empty()) names.push_back(policy.policy);
  return names;
}

PolicyChoice with_setting(const PolicyChoice& policy, const std::vector<TunedParam>& params, const Setting& setting) {
  PolicyChoice choice = policy;
  for (std::size_t i = 0; i < params.size(); ++i)
    choice.params.emplace_back(params[i].ref(), params[i].as_param(setting[i]));
  std::sort(choice.params.begin(), choice.params.end(),
            [](const auto& a, const auto& b) { return a.first.row < b.first.row; });
  choice.text.clear();
  for (const auto& [param, value] : choice.params)
    choice.text += (choice.text.empty() ? "{" : ",") + param.row->name + '=' + value_text(value);
  choice.text = choice.policy + choice.text + '}';
  return choice;
}

std::vector<Setting> spread_settings(const std::vector<TunedParam>& params, std::size_t count, std::uint64_t seed) {
  std::vector<std::string> names;
  for (const TunedParam& param : params) names.push_back(path_of(param.ref()));
  std::vector<Setting> settings;
  for (const std::vector<double>& point : latin_hypercube(count, names, seed)) {
    Setting setting;
    for (std::size_t i = 0; i < params.size(); ++i) setting.push_back(params[i].value(point[i]));
    if (std::find(settings.begin(), settings.end(), setting) == settings.end()) settings.push_back(std::move(setting));
  }
  return settings;
}

std::vector<Setting> neighbours(const std::vector<TunedParam>& params, const Setting& setting, double step) {
  std::vector<Setting> around;
  for (std::size_t i = 0; i < params.size(); ++i)
    for (const double side : {-step, step}) {
      Setting other = setting;
      other[i] = params[i].value(std::clamp(params[i].place(setting[i]) + side, 0.0, 1.0));
      around.push_back(std::move(other));
    }
  return around;
}

Setting top_of_parabolas(const std::vector<TunedParam>& params, const Setting& setting,
                         const std::vector<Setting>& around, const std::vector<double>& scores) {
  Setting top = setting;
  for (std::size_t i = 0; i < params.size(); ++i) {
    const double below = params[i].place(around[2 * i][i]);
    const double here = params[i].place(setting[i]);
    const double above = params[i].place(around[2 * i + 1][i]);
    const double score_below = scores[1 + 2 * i];
    const double score_above = scores[2 + 2 * i];
    const double left = here - below;
    const double right = above - here;
    double at = here;
    // Divided differences of the parabola through three points.
    const double rise_left = left > 0 ? (scores[0] - score_below) / left : 0;
    const double rise_right = right > 0 ? (score_above - scores[0]) / right : 0;
    const double curvature = left > 0 && right > 0 ? (rise_right - rise_left) / (left + right) : 0;
    if (curvature < 0)
      at = std::clamp(here - (rise_left * right + rise_right * left) / (left + right) / (2 * curvature), below, above);
    else if (std::max(score_below, score_above) > scores[0])
      at = score_below > score_above ? below : above;
    if (std::isfinite(at)) top[i] = params[i].value(at);
  }
  return top;
}

}  // namespace vqlab
