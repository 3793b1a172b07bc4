// A scenario file as it is read, before it is spread out into points.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/leniency.hpp"
#include "analysis/scenario/posterior.hpp"
#include "analysis/scenario/section.hpp"
#include "analysis/scenario/section_values.hpp"
#include "analysis/scenario/study.hpp"
#include "analysis/scenario/uncertainty.hpp"

namespace vqlab {

// A value that a curve gives to a parameter; checked.
struct Assignment {
  ParamRef param;
  Json value;
  std::string path;  // JSON path
};

struct CurveSpec {
  Curve curve;
  std::vector<Assignment> set;
};

struct AxisSpec {
  ParamRef param;
  std::vector<Json> values;  // checked
  std::string path;          // JSON path
};

// Figures beside the usual ones; empty if the scenario asks for none.
struct FigureWishes {
  std::vector<std::string> metrics;  // columns of points.csv
  std::vector<std::string> over;     // swept parameters; the first one if empty
};

struct Scenario {
  bool resolved = false;  // it has every value written out, whether anything reads it or not
  Leniency leniency;
  std::string name;
  std::string title;
  std::string description;
  std::string baseline;  // a curve; empty if none is named
  std::string machine;
  Values values;                  // defaults, then the machine's values, then the scenario's own
  std::vector<CurveSpec> curves;  // at least one
  std::vector<AxisSpec> sweep;
  std::vector<std::uint64_t> seeds;
  FigureWishes figures;
  std::optional<Reference> reference;
  std::optional<Calibration> calibration;
  std::vector<Claim> claims;
  std::vector<FreeParameter> free_parameters;
  Json machine_document;                         // the machine as it is written; an object
  std::vector<DeclaredUncertainty> uncertainty;  // of the machine's values
  std::optional<Posterior> posterior;            // the machine's
};

// Text of the value that `json` gives to the parameter, as result files spell it.
[[nodiscard]] std::string axis_text(const AxisSpec& axis, const Json& value);

}  // namespace vqlab
