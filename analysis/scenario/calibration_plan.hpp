// A calibration plan as its file says it: several studies that are fitted together. Which names stand for something is
// known once the studies are loaded.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/scenario/axis_value.hpp"
#include "analysis/scenario/calibration.hpp"
#include "analysis/scenario/document.hpp"
#include "analysis/scenario/fault.hpp"

namespace vqlab {

// A setting of a study that nobody published, and the values that it may have had.
struct Unpublished {
  std::string param;
  std::vector<Json> values;
  std::vector<std::string> texts;  // of the values, as result files spell them
  std::string path;
};

// Of a study, one value of each swept parameter.
struct PlannedPlace {
  std::string curve;
  std::vector<AxisValue> axes;
  std::string path;
};

// A value that is fitted beside the tables: that of a place, or its ratio to another one.
struct PlannedTarget {
  std::string name;
  PlannedPlace of;
  std::optional<PlannedPlace> to;
  double published = 0;
  std::optional<double> sigma_percent;
};

struct PlannedStudy {
  std::string file;     // relative to the plan's
  std::string machine;  // to start from; empty: the study's own
  std::string writes;   // the machine that is fitted; empty: none
  std::optional<double> sigma_percent;
  std::optional<double> simulated_s;
  std::vector<Unpublished> unpublished;
  std::vector<PlannedTarget> soft_targets;
  std::string path;
};

struct PlannedParam {
  std::string name;
  std::vector<std::string> studies;  // empty: all
  std::optional<Bounds> range;
  std::string path;
};

// A fit in which parameters have these values.
struct HeldFit {
  std::string name;
  std::vector<std::pair<std::string, double>> values;
  std::string path;
};

// Cells of a study that a fit does not see: those of these curves at these positions. An empty list stands for all.
struct PlannedHoldOut {
  std::string name;
  std::string study;
  std::vector<std::string> curves;
  std::vector<std::string> positions;
  std::string path;
};

struct CalibrationPlan {
  std::string name;
  std::string file;
  std::vector<PlannedStudy> studies;
  std::vector<PlannedParam> free;
  std::vector<std::pair<std::string, std::string>> same;  // sections in which all studies agree, and where it is said
  std::vector<HeldFit> held;
  std::vector<PlannedHoldOut> held_out;
  FitSettings settings;
};

// Whether the file holds a plan and no scenario: it has the member "plan". What cannot be read is no plan.
[[nodiscard]] bool is_calibration_plan(const std::filesystem::path& file);

// What is wrong is added to `faults`, and the plan then counts for nothing.
[[nodiscard]] CalibrationPlan read_calibration_plan(const std::filesystem::path& file, std::vector<Fault>& faults);

}  // namespace vqlab
