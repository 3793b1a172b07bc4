// What fio reports of a point, as a part of its line of JSON.
#pragma once

#include "analysis/runs/line_scanner.hpp"
#include "analysis/scenario/document.hpp"
#include "sim/metrics/fio_times.hpp"

namespace vqlab {

// A list. Of histograms it has the buckets with samples alone.
[[nodiscard]] Json to_json(const FioJobTimes& job);

// Reads what to_json() has made. What is no such list makes the scanner bad.
[[nodiscard]] FioJobTimes scan_fio_job(LineScanner& line);

}  // namespace vqlab
