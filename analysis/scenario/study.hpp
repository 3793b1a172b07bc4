// A study: the points that are to be simulated, and what is asked of them.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "analysis/scenario/calibration.hpp"
#include "analysis/scenario/claims.hpp"
#include "analysis/scenario/point_list.hpp"
#include "analysis/scenario/posterior.hpp"
#include "analysis/scenario/uncertainty.hpp"

namespace vqlab {

// A swept parameter and the values that it takes, as result files spell them.
struct Axis {
  std::string path;  // "targets", "guest.vcpus"
  std::vector<std::string> values;
};

// A line of the figures: what the points of one configuration over the sweep make.
struct Curve {
  std::string name;
  std::string label;
};

// A published value at one position of the reference's axis.
struct ReferenceValue {
  std::string axis_text;
  double value;
};

// Published values of one curve.
struct ReferenceColumn {
  std::string curve;
  std::vector<ReferenceValue> values;
  std::vector<AxisValue> at{};  // where on the reference's outer axis, if it has one
};

// A curve that the table prints without counting its errors; `same_as` names the curve whose published column it
// stands beside, empty if there is none.
struct ShownCurve {
  std::string curve;
  std::string same_as;
  std::string why;
};

// What the results are compared with.
struct Reference {
  std::string metric;  // a quantity of the results, "bandwidth_mib_per_s"
  std::string axis;    // one of Study::sweep; of two the inner one
  std::string source;
  std::vector<ReferenceColumn> columns;
  std::vector<ShownCurve> shown_only;
  std::vector<std::string> also_on;  // other machines whose errors a run tells beside those of the study's own
};

struct Study {
  std::string name;
  std::string title;
  std::string description;
  std::string machine;                           // its name; empty if the scenario names none
  std::vector<DeclaredUncertainty> uncertainty;  // of the machine's values
  std::optional<Posterior> posterior;            // of the machine, if its file has one
  std::vector<Curve> curves;
  std::vector<Axis> sweep;
  std::vector<std::uint64_t> seeds;
  std::string baseline;  // the curve that speed-ups are relative to; empty if there is none
  std::optional<Reference> reference;
  std::optional<Calibration> calibration;
  std::vector<Claim> claims;
  std::vector<FreeParameter> free_parameters;
  // The machine as it is written, with what overrides say of its parameters; an object.
  nlohmann::ordered_json machine_document;
  // Parameters of a machine that the scenario file sets itself: in a machine file their values would count for nothing.
  std::vector<std::string> own_machine_params;
  std::vector<std::string> overridden_machine_params;  // those that the command line sets
  // What the study sets without effect on its results, although that is no mistake: lines for people.
  std::vector<std::string> notes;
  PointList points;  // curve by curve, then the axes as written (the last one fastest), then the seeds
  // Every value written out, and marked as such; a scenario itself, which gives the same points. Claims are not in it:
  // what is thought of results makes no other results.
  nlohmann::ordered_json resolved;
};

// What the study's reference says of the point; NaN if that is nothing.
[[nodiscard]] double published_at(const Study& study, const Point& point);

// What it says of the baseline at the point's place. Where the baseline was published at one position of the outer axis
// alone, it stands for all of them. NaN if there is nothing.
[[nodiscard]] double published_of_baseline(const Study& study, const Point& point);

// Whether the study's reference has a published value of the point; true if there is no reference.
[[nodiscard]] bool counted(const Study& study, const Point& point);

}  // namespace vqlab
