#include "analysis/scenario/posterior.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <fmt/format.h>
#include <utility>

#include "analysis/scenario/calibration.hpp"
#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/prior.hpp"
#include "analysis/scenario/schema_parts.hpp"
#include "analysis/scenario/value.hpp"
#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

using Rows = std::vector<std::vector<double>>;

constexpr double kLargestDiscrepancy = 1000;  // percent
constexpr double kSmallestPivot = 1e-9;       // of a correlation that is positive definite

bool is_one_of(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The lower triangular factor by Cholesky; nothing if the matrix is not positive definite.
std::optional<Rows> factor_of(const Rows& lower) {
  Rows factor = lower;
  for (std::size_t i = 0; i < factor.size(); ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double rest = lower[i][j];
      for (std::size_t k = 0; k < j; ++k) rest -= factor[i][k] * factor[j][k];
      if (i == j && !(rest > kSmallestPivot)) return std::nullopt;
      factor[i][j] = i == j ? std::sqrt(rest) : rest / factor[j][j];
    }
  return factor;
}

class PosteriorReader {
 public:
  PosteriorReader(const PointSpec& machine, FaultList& faults) : machine_(machine), faults_(faults) {}

  std::optional<Posterior> read(const Json& json, const std::string& path) {
    const std::size_t before = faults_.size();
    ObjectReader reader(json, path,
                        {"parameters", "ranges", "ln_sd", "ln_shift", "correlation", "discrepancy_percent", "source"},
                        faults_);
    if (const Json* list = reader.require("parameters", "a list of parameter paths"))
      read_parameters(*list, reader.path("parameters"));
    if (const Json* list = reader.require("ranges", "a list of ranges, [min, max]"))
      read_ranges(*list, reader.path("ranges"));
    if (const Json* list = reader.require("ln_sd", "a list of numbers above 0"))
      posterior_.ln_sd = numbers(
          *list, reader.path("ln_sd"), [](double sd) { return sd > 0; }, "above 0");
    if (const Json* list = reader.find("ln_shift"))
      posterior_.ln_shift = numbers(
          *list, reader.path("ln_shift"), [](double) { return true; }, "in natural logarithms");
    if (const Json* list = reader.require("correlation", "the lower triangle of a matrix, row by row"))
      read_correlation(*list, reader.path("correlation"));
    if (const Json* percent = reader.require("discrepancy_percent", "a number from 0 to 1000 %"))
      posterior_.discrepancy_percent = number(
          *percent, reader.path("discrepancy_percent"),
          [](double value) { return value >= 0 && value <= kLargestDiscrepancy; }, "a number from 0 to 1000 %");
    posterior_.source = reader.required_words("source");
    if (faults_.size() > before) return std::nullopt;
    return std::move(posterior_);
  }

 private:
  // A list of as many items as there are parameters.
  bool is_list(const Json& json, const std::string& path, const std::string& of) {
    if (!json.is_array() || json.empty()) {
      faults_.add(FaultKind::kSchema, path, show(json), "a list of " + of);
      return false;
    }
    if (json.size() == count_ || count_ == 0) return true;
    faults_.add(FaultKind::kMeaning, path, fmt::format("{} items", json.size()),
                fmt::format("one for each of the {} parameters", count_));
    return false;
  }

  template <class Accepts>
  double number(const Json& json, const std::string& path, const Accepts& accepts, const std::string& accepted) {
    const double value = json.is_number() ? json.get<double>() : NAN;
    if (std::isfinite(value) && accepts(value)) return value;
    faults_.add(FaultKind::kSchema, path, show(json), accepted);
    return NAN;
  }

  template <class Accepts>
  std::vector<double> numbers(const Json& json, const std::string& path, const Accepts& accepts,
                              const std::string& of) {
    std::vector<double> all;
    if (!is_list(json, path, "numbers " + of)) return all;
    for (std::size_t i = 0; i < json.size() && !faults_.full(); ++i)
      all.push_back(number(json[i], element_path(path, i), accepts, "a number " + of));
    return all;
  }

  void read_parameters(const Json& json, const std::string& path) {
    if (!is_list(json, path, "parameter paths")) return;
    count_ = json.size();
    for (std::size_t i = 0; i < count_ && !faults_.full(); ++i) {
      const std::string at = element_path(path, i);
      const std::string name = json[i].is_string() ? json[i].get<std::string>() : "";
      constexpr const char* kAccepted = "a cost or a number that a machine may set and whose range lies above 0";
      if (!is_one_of(name, fittable_params()))
        faults_.add(may_be_of_part(name) ? FaultKind::kMeaning : FaultKind::kSchema, at, show(json[i]), kAccepted,
                    nearest_name(name, fittable_params()));
      else if (is_one_of(name, posterior_.parameters))
        faults_.add(FaultKind::kMeaning, at, show(json[i]) + " a second time", "each parameter once");
      else if (const double value = number_of(find_param(name), machine_); !(value > 0))
        faults_.add(FaultKind::kMeaning, at, show(json[i]) + ", which is " + bound_text(value) + " on this machine",
                    "a parameter above 0: its logarithm varies");
      posterior_.parameters.push_back(name);
    }
  }

  void read_ranges(const Json& json, const std::string& path) {
    if (!is_list(json, path, "ranges, [min, max]")) return;
    for (std::size_t i = 0; i < json.size() && !faults_.full(); ++i) {
      const std::string at = element_path(path, i);
      const Json& range = json[i];
      const bool pair = range.is_array() && range.size() == 2 && range[0].is_number() && range[1].is_number();
      const Bounds bounds = pair ? Bounds{range[0].get<double>(), range[1].get<double>()} : Bounds{0, 0};
      posterior_.ranges.push_back(bounds);
      if (!pair || !(bounds.min > 0)) {
        faults_.add(FaultKind::kSchema, at, show(range), "a least and a greatest value above 0, [min, max]");
      } else if (!(bounds.min < bounds.max)) {
        faults_.add(FaultKind::kMeaning, at, show(range), "a least value below the greatest");
      } else if (i < posterior_.parameters.size() && is_one_of(posterior_.parameters[i], fittable_params())) {
        const double value = number_of(find_param(posterior_.parameters[i]), machine_);
        if (value > 0 && (value < bounds.min || value > bounds.max))
          faults_.add(FaultKind::kMeaning, at, show(range) + " without the machine's value, " + bound_text(value),
                      "a range that holds it, or a new calibration of the machine");
      }
    }
  }

  void read_correlation(const Json& json, const std::string& path) {
    if (!is_list(json, path, "rows, the lower triangle of a matrix")) return;
    const std::size_t before = faults_.size();
    for (std::size_t i = 0; i < json.size() && !faults_.full(); ++i) {
      const std::string at = element_path(path, i);
      const Json& row = json[i];
      posterior_.correlation.emplace_back();
      if (!row.is_array() || row.size() != i + 1) {
        faults_.add(row.is_array() && !row.empty() ? FaultKind::kMeaning : FaultKind::kSchema, at,
                    row.is_array() ? fmt::format("{} numbers", row.size()) : show(row),
                    fmt::format("{} {}: the row up to its diagonal", i + 1, i == 0 ? "number" : "numbers"));
        continue;
      }
      for (std::size_t j = 0; j <= i; ++j)
        posterior_.correlation[i].push_back(number(
            row[j], element_path(at, j), [](double value) { return value >= -1 && value <= 1; },
            "a number from -1 to 1"));
      if (row[i].is_number() && row[i].get<double>() != 1)
        faults_.add(FaultKind::kMeaning, element_path(at, i), show(row[i]), "1, on the diagonal");
    }
    if (faults_.size() == before && !factor_of(posterior_.correlation))
      faults_.add(FaultKind::kMeaning, path, "a matrix that is not positive definite",
                  "the correlation of parameters none of which the others determine");
  }

  const PointSpec& machine_;
  FaultList& faults_;
  std::size_t count_ = 0;  // of parameters; 0: not known
  Posterior posterior_;
};

double rounded(double value, int digits) { return std::strtod(fmt::format("{:.{}g}", value, digits).c_str(), nullptr); }

// Whole numbers are written as such.
Json brief(double value) {
  if (value == std::floor(value) && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return value;
}

}  // namespace

std::vector<double> posterior_values(const Posterior& posterior, const std::vector<double>& centre,
                                     const std::vector<double>& normals) {
  const std::optional<Rows> factor = factor_of(posterior.correlation);
  ensure(factor.has_value(), "a correlation is positive definite");
  std::vector<double> values;
  for (std::size_t i = 0; i < centre.size(); ++i) {
    const Bounds& range = posterior.ranges[i];
    const Prior prior(range.min, range.max);
    double deviation = 0;
    for (std::size_t j = 0; j <= i; ++j) deviation += (*factor)[i][j] * normals[j];
    const double shift = posterior.ln_shift.empty() ? 0 : posterior.ln_shift[i];
    const double z = prior.z_of(std::log(centre[i])) + (shift + posterior.ln_sd[i] * deviation) / prior.sd();
    values.push_back(std::clamp(std::exp(prior.log_value(z)), range.min, range.max));
  }
  return values;
}

std::optional<Posterior> read_posterior(const Json& json, const std::string& path, const PointSpec& machine,
                                        FaultList& faults) {
  return PosteriorReader(machine, faults).read(json, path);
}

Json posterior_json(const Posterior& posterior) {
  constexpr int kDigits = 4;
  constexpr double kShiftStep = 1e-4;
  // What many values together determine well is a small difference of large correlations.
  constexpr double kCorrelationStep = 1e-5;
  Json json;
  json["parameters"] = posterior.parameters;
  for (const Bounds& range : posterior.ranges)
    json["ranges"].push_back({brief(rounded(range.min, kDigits)), brief(rounded(range.max, kDigits))});
  for (const double sd : posterior.ln_sd) json["ln_sd"].push_back(brief(rounded(sd, kDigits)));
  for (const double shift : posterior.ln_shift)
    json["ln_shift"].push_back(brief(rounded(std::round(shift / kShiftStep) * kShiftStep, kDigits)));
  // Rounding may make a nearly singular matrix indefinite; less of what is off the diagonal mends it.
  for (double less = 0;; less = std::max(2 * less, kCorrelationStep)) {
    Rows rows = posterior.correlation;
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        rows[i][j] = rounded(std::round(rows[i][j] * (1 - less) / kCorrelationStep) * kCorrelationStep, 6);
    if (!factor_of(rows)) continue;
    for (const std::vector<double>& row : rows) {
      json["correlation"].push_back(Json::array());
      for (const double value : row) json["correlation"].back().push_back(brief(value));
    }
    break;
  }
  json["discrepancy_percent"] = brief(rounded(posterior.discrepancy_percent, 3));
  json["source"] = posterior.source;
  return json;
}

Json posterior_schema() {
  std::vector<std::string> own;
  for (const std::string& path : fittable_params())
    if (!find_param(path).section->of_part) own.push_back(path);
  Json name;
  name["anyOf"] = Json::array({one_of_names(own), text(part_path_pattern().c_str())});
  Json range = list_of(positive_number(), "Least and greatest value.");
  range["minItems"] = 2;
  range["maxItems"] = 2;
  Json correlation;
  correlation["type"] = "number";
  correlation["minimum"] = -1;
  correlation["maximum"] = 1;
  Json properties;
  properties["parameters"] = list_of(std::move(name), "Paths of the parameters that vary together.");
  properties["parameters"]["uniqueItems"] = true;
  properties["ranges"] = list_of(std::move(range), "Range of each, which no value leaves.");
  properties["ln_sd"] = list_of(positive_number(), "Standard deviation of the logarithm of each.");
  properties["ln_shift"] = list_of(Json{{"type", "number"}},
                                   "How far the mean of the logarithm of each lies from "
                                   "that of the machine's value; nowhere if left out.");
  properties["correlation"] =
      list_of(list_of(std::move(correlation), "A row up to its diagonal."), "Lower triangle of their correlation.");
  properties["discrepancy_percent"] =
      described("number", "Standard deviation of what the model misses at the machine's values. Unit: %.");
  properties["discrepancy_percent"]["minimum"] = 0;
  properties["discrepancy_percent"]["maximum"] = static_cast<std::int64_t>(kLargestDiscrepancy);
  properties["source"] = some_text("What the machine was fitted to.");
  Json json = closed_object(std::move(properties));
  json["required"] = Json::array({"parameters", "ranges", "ln_sd", "correlation", "discrepancy_percent", "source"});
  json["description"] = "What the published values leave open of the machine; `vqlab calibrate` writes it.";
  return json;
}

}  // namespace vqlab
