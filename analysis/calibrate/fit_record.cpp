#include "analysis/calibrate/fit_record.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace vqlab {
namespace {

constexpr double kIdentifiedSd = 0.3;  // of ln p
constexpr double kHalfVariance = 0.5;
constexpr double kCloseToBound = 0.02;  // of the range of ln p

ErrorSummary summary_of(const FitRecord& record, const std::function<bool(const FittedCell&)>& counts,
                        double FittedCell::*value) {
  ErrorColumn column;
  for (const FittedCell& cell : record.cells)
    if (counts(cell)) column.cells.push_back(cell.compared(cell.*value));
  return summarize(column);
}

bool any_cell(const FittedCell&) { return true; }
bool seen(const FittedCell& cell) { return !cell.held_out; }
bool unseen(const FittedCell& cell) { return cell.held_out; }
bool unseen_between(const FittedCell& cell) { return cell.held_out && !std::isnan(cell.interpolated); }

}  // namespace

std::string FittedParam::verdict() const {
  if (held) return "held";
  if (std::isnan(posterior_sd)) return "";
  if (posterior_sd >= kIdentifiedSd) return "sloppy";
  return posterior_sd * posterior_sd <= kHalfVariance * prior_sd * prior_sd ? "identified" : "range";
}

std::string FittedParam::at_bound() const {
  const double part = std::log(fitted / range_min) / std::log(range_max / range_min);
  if (held || (part > kCloseToBound && part < 1 - kCloseToBound)) return "";
  return part < 0.5 ? "min" : "max";
}

std::size_t FitRecord::fitted_params() const {
  return static_cast<std::size_t>(
      std::count_if(params.begin(), params.end(), [](const FittedParam& one) { return !one.held; }));
}

std::vector<double> FitRecord::values() const {
  std::vector<double> values;
  for (const FittedParam& param : params) values.push_back(param.fitted);
  return values;
}

ErrorSummary FitRecord::before_of(std::size_t study) const {
  return summary_of(
      *this, [study](const FittedCell& cell) { return cell.study == study; }, &FittedCell::before);
}
ErrorSummary FitRecord::all_of(std::size_t study) const {
  return summary_of(
      *this, [study](const FittedCell& cell) { return cell.study == study; }, &FittedCell::fitted);
}
ErrorSummary FitRecord::before() const { return summary_of(*this, any_cell, &FittedCell::before); }
ErrorSummary FitRecord::all() const { return summary_of(*this, any_cell, &FittedCell::fitted); }
ErrorSummary FitRecord::training() const { return summary_of(*this, seen, &FittedCell::fitted); }
ErrorSummary FitRecord::held_out() const { return summary_of(*this, unseen, &FittedCell::fitted); }
ErrorSummary FitRecord::between() const { return summary_of(*this, unseen_between, &FittedCell::fitted); }
ErrorSummary FitRecord::interpolation() const { return summary_of(*this, unseen_between, &FittedCell::interpolated); }

}  // namespace vqlab
