// What fio would have written of each point, where a study asks for it.
#pragma once

#include <cstddef>

#include "analysis/runs/point_rows.hpp"
#include "analysis/runs/run_folder.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

inline constexpr const char* kFioFolder = "fio";

// Writes a file for each row that has what it takes, and its logs, into that folder below. Precondition: the rows are
// of the study's points. How many files there are.
std::size_t write_fio_files(const Study& study, const PointRows& rows, RunFolder& folder);

}  // namespace vqlab
