#include "analysis/run/study_bands.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "analysis/run/mean_over_seeds.hpp"
#include "analysis/runs/csv.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {
namespace {

class BandFinder {
 public:
  BandFinder(const Study& study, const PointRows& rows, const MachineDraws& draws, const PlausibleValues& values)
      : study_(study), rows_(rows), draws_(draws), values_(values), places_(places_of(study)) {
    for (std::size_t i = 0; i < draws.params.size(); ++i) log_ratios_.push_back(log_ratios(draws, i));
  }

  StudyBands find() {
    const std::vector<std::string> quantities = banded_quantities(study_);
    bands_.leading = quantities.front();
    read_nominal(quantities);
    for (std::size_t place = 0; place < places_.size(); ++place) {
      const Point point = places_[place];
      bands_.places.push_back({point.curve, row_of(point, {}).axes});
      for (std::size_t i = 0; i < quantities.size(); ++i) add_row(point, place, quantities[i], nominal_[place][i]);
      add_sensitivity(place);
    }
    return std::move(bands_);
  }

 private:
  void read_nominal(const std::vector<std::string>& quantities) {
    nominal_.assign(places_.size(), std::vector<std::vector<Estimate>>(quantities.size()));
    for (const PointRow& row : rows_)
      for (std::size_t i = 0; i < quantities.size(); ++i)
        if (const Quantity* const one = row.result.find(quantities[i]))
          nominal_[row.point / study_.seeds.size()][i].push_back({one->value, one->ci95});
  }

  void add_row(const Point& point, std::size_t place, const std::string& quantity, const std::vector<Estimate>& runs) {
    BandRow row{.place = place, .quantity = quantity, .nominal = mean_over_seeds(runs)};
    const ShortRuns& plausible = values_.of(quantity, place);
    row.machines = static_cast<std::size_t>(std::count_if(plausible.machines.begin(), plausible.machines.end(),
                                                          [](double value) { return !std::isnan(value); }));
    if (study_.reference && quantity == study_.reference->metric) {
      row.published = published_at(study_, point);
      if (study_.posterior) row.discrepancy_percent = study_.posterior->discrepancy_percent;
    }
    row.model = model_band(plausible, row.nominal, row.discrepancy_percent);
    bands_.rows.push_back(std::move(row));
  }

  // Over all parameters: one without an effect here may have one on some machine.
  void add_sensitivity(std::size_t place) {
    std::vector<double> logs;
    std::vector<std::vector<double>> x(log_ratios_.size());
    const std::vector<double>& runs = values_.of(bands_.leading, place).machines;
    for (std::size_t machine = 0; machine < runs.size(); ++machine) {
      if (!(runs[machine] > 0)) continue;
      logs.push_back(std::log(runs[machine]));
      for (std::size_t i = 0; i < x.size(); ++i) x[i].push_back(log_ratios_[i][machine]);
    }
    if (const auto fit = fit_linear(x, logs, draws_.seed))
      bands_.sensitivity.push_back(
          {place, fit->r2, fit->slopes, first_order_indices(*fit, x, logs, draws_.correlation)});
  }

  const Study& study_;
  const PointRows& rows_;
  const MachineDraws& draws_;
  const PlausibleValues& values_;
  PointList places_;
  std::vector<std::vector<double>> log_ratios_;              // by parameter, by machine
  std::vector<std::vector<std::vector<Estimate>>> nominal_;  // by place, by quantity, by seed
  StudyBands bands_;
};

std::vector<std::string> band_place(const Place& place, const std::vector<std::string>& axes) {
  std::vector<std::string> fields{place.curve};
  for (std::string& value : axis_values(place, axes)) fields.push_back(std::move(value));
  return fields;
}

}  // namespace

std::vector<std::string> banded_quantities(const Study& study) {
  std::vector<std::string> quantities;
  if (study.reference) quantities.push_back(study.reference->metric);
  for (const Measure measure : kHeadlines)
    if (quantities.empty() || quantities.front() != name_of(measure)) quantities.emplace_back(name_of(measure));
  return quantities;
}

StudyBands study_bands(const Study& study, const PointRows& rows, const MachineDraws& draws,
                       const PlausibleValues& values) {
  return BandFinder(study, rows, draws, values).find();
}

std::string bands_csv(const StudyBands& bands) {
  const std::vector<std::string> axes = axis_names(bands.places);
  std::vector<std::string> fields{kCurveColumn};
  fields.insert(fields.end(), axes.begin(), axes.end());
  fields.insert(fields.end(), {"metric", "nominal", "chance_low", "chance_high", "machines", "model_p5", "model_p50",
                               "model_p95", "discrepancy_percent", "published", "inside"});
  std::string text = csv_line(fields);
  for (const BandRow& row : bands.rows) {
    fields = band_place(bands.places[row.place], axes);
    const Estimate& nominal = row.nominal;
    const bool judged = !std::isnan(row.published) && !std::isnan(row.model.low);
    fields.insert(fields.end(),
                  {row.quantity, csv_six_digits(nominal.value), csv_six_digits(nominal.value - nominal.half_width),
                   csv_six_digits(nominal.value + nominal.half_width), std::to_string(row.machines),
                   csv_six_digits(row.model.low), csv_six_digits(row.model.middle), csv_six_digits(row.model.high),
                   csv_six_digits(row.discrepancy_percent), csv_six_digits(row.published),
                   !judged                          ? ""
                   : row.model.holds(row.published) ? "true"
                                                    : "false"});
    text += csv_line(fields);
  }
  return text;
}

std::string sensitivity_csv(const StudyBands& bands, const MachineDraws& draws) {
  const std::vector<std::string> axes = axis_names(bands.places);
  std::vector<std::string> fields{kCurveColumn};
  fields.insert(fields.end(), axes.begin(), axes.end());
  fields.insert(fields.end(), {"metric", "r2", "parameter", "slope", "index", "index_error"});
  std::string text = csv_line(fields);
  for (const PlaceSensitivity& one : bands.sensitivity)
    for (std::size_t i = 0; i < one.slopes.size(); ++i) {
      fields = band_place(bands.places[one.place], axes);
      fields.insert(fields.end(), {bands.leading, csv_six_digits(one.r2), path_of(draws.params[i].param),
                                   csv_six_digits(one.slopes[i]), csv_six_digits(one.indices[i].value),
                                   csv_six_digits(one.indices[i].error)});
      text += csv_line(fields);
    }
  return text;
}

}  // namespace vqlab
