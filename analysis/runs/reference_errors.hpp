// Measured values beside published ones.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/runs/point_rows.hpp"
#include "analysis/runs/point_state.hpp"
#include "analysis/scenario/document.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

struct ErrorCell {
  double measured = kNoValue;   // mean over the seeds; NaN: no point of it is finished
  double published = kNoValue;  // NaN: nothing is published
  PointState state = PointState::kPrecise;

  // (measured - published) / published; NaN unless both are there.
  [[nodiscard]] double error_percent() const { return 100 * (measured - published) / published; }
};

// Absolute errors over the cells that have one.
struct ErrorSummary {
  std::size_t cells = 0;
  double mean_percent = kNoValue;  // MAPE
  double largest_percent = kNoValue;
};

struct ErrorColumn {
  std::string curve;             // with its place on the outer axis of the reference, if it has one
  bool counted = true;           // in the summary; else only shown
  std::string same_as;           // a curve that is only shown: whose published values stand beside it
  std::string why;               // and why it is not counted
  std::vector<ErrorCell> cells;  // one for each position
};

struct ReferenceErrors {
  std::string metric;
  std::string axis;
  std::vector<std::string> positions;  // on the axis; ascending if they are numbers
  std::vector<ErrorColumn> columns;    // in the order of the reference; one only shown follows the one it stands beside
  ErrorSummary counted;                // over all columns that count
};

[[nodiscard]] ReferenceErrors reference_errors(const PointRows& rows, const Reference& reference);

[[nodiscard]] ErrorSummary summarize(const ErrorColumn& column);

// Members cells, mape_percent and largest_percent.
[[nodiscard]] Json to_json(const ErrorSummary& errors);
// Members metric, axis, cells (a list with a member for each of a cell's numbers) and errors.
[[nodiscard]] Json to_json(const ReferenceErrors& errors);

// "MAPE 7.3 % over 21 cells, largest error 15.2 %", or "MAPE unknown over 0 cells". The MAPE has so many decimals.
[[nodiscard]] std::string error_text(const ErrorSummary& errors, const char* cells = "cells", int decimals = 1);

// For a terminal of 100 columns: the three numbers of each cell, then one line for each curve that is only shown, then
// the error_text of the cells that count.
[[nodiscard]] std::string reference_table(const ReferenceErrors& errors);

}  // namespace vqlab
