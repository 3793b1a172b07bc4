// What a fit fits to what: studies, free parameters, published cells and soft targets, and which cells it does not see.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/scenario/calibration_plan.hpp"
#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/section.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// A study whose published values are fitted, at its machine before the fit.
struct FitStudy {
  std::shared_ptr<const Study> study;
  std::string file;  // in faults
  Reference table;   // the published values
  double sigma_percent = 3;
  double simulated_s = 0.3;         // of each simulation of the fit
  std::vector<AxisValue> settings;  // that nobody published: what is assumed
  std::string writes;               // the machine that the fit gives; empty: none
};

// What is simulated. The free parameters have the values of the machine before the fit.
struct FitPlace {
  std::size_t study = 0;  // position in FitPlan::studies
  std::string curve;
  std::string position;                                   // on the axis of the study's published values
  std::vector<std::pair<std::string, std::string>> axes;  // as the journal has them
  PointSpec spec;

  [[nodiscard]] bool same_place(const FitPlace& other) const {
    return study == other.study && curve == other.curve && axes == other.axes;
  }
};

// A published value and where it stands.
struct FitCell {
  FitPlace place;
  double published = 0;
  bool held_out = false;
};

// A value that is fitted beside the tables: that of a place, or its ratio to another place of the study.
struct SoftTarget {
  std::string name;
  FitPlace of;
  std::optional<FitPlace> to;
  double published = 0;
  double sigma_percent = 3;
  bool held_out = false;  // one of its places is a cell that is
};

struct FreeParam {
  ParamRef param;
  Bounds range;
  std::vector<std::size_t> studies;  // that share it
  std::optional<double> held;        // the value that it has in place of a fitted one
  // Of one that varies beside the fitted ones: the machine's value, with which it is not named in the journal.
  std::optional<double> usual = std::nullopt;

  [[nodiscard]] bool is_of(std::size_t study) const;
  // Whether results there depend on it: where they do not, nothing is simulated for its sake.
  [[nodiscard]] bool acts_on(const FitPlace& place) const;
};

struct FitPlan {
  std::string name;
  std::string hold_out;  // its name; empty: nothing is held out
  std::vector<FitStudy> studies;
  std::vector<FreeParam> free;
  std::vector<FitCell> cells;  // study by study, column by column
  std::vector<SoftTarget> targets;
  FitSettings settings;
  std::vector<std::string> same;  // sections in which all machines agree
};

// What a plan is made of, as it was asked for. `file` and `path` name it in faults.
struct AskedParam {
  std::string name;
  std::vector<std::size_t> studies;
  std::optional<Bounds> range;  // in place of the plausible one
  std::string file;
  std::string path;
};

struct AskedTarget {
  std::string name;
  std::size_t study = 0;
  PlannedPlace of;
  std::optional<PlannedPlace> to;
  double published = 0;
  double sigma_percent = 3;
  std::string file;
};

// Cells that a fit does not see: those of these curves at these positions of one study, or of all. An empty list stands
// for all.
struct HeldCells {
  std::string name;
  std::optional<std::size_t> study;
  std::vector<std::string> curves;
  std::vector<std::string> positions;
};

struct FitRequest {
  std::string name;
  std::vector<FitStudy> studies;
  std::vector<AskedParam> free;
  std::vector<AskedTarget> targets;
  FitSettings settings;
  std::string file;                    // says the settings, in faults
  std::string path;                    // the object in it that has them
  std::vector<std::string> same = {};  // sections in which all machines agree
};

// The plan; what stands in the way of it is added to `faults`, and the plan then counts for nothing.
[[nodiscard]] FitPlan plan_fit(const FitRequest& request, std::vector<Fault>& faults);

// Marks the cells of a plan; what is wrong with the hold-out is added to `faults`, with `origin` in place of a file.
void hold_out_cells(FitPlan& plan, const HeldCells& held, const std::string& origin, std::vector<Fault>& faults);

// The published value that the cells which the fit sees give for a cell: straight in ln(value) over ln(position)
// between its nearest neighbours of the same column; NaN where it has none on both sides.
[[nodiscard]] double interpolated(const FitPlan& plan, const FitCell& cell);

}  // namespace vqlab
