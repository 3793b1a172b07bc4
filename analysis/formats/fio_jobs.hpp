// What the options of a fio job are in a scenario, by subject. Each of these notes what became of the lines that it
// reads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/formats/imported_job.hpp"

namespace vqlab {

// Kinds, sizes and offsets.
void import_fio_pattern(ImportedJob& job);
// Engine, depth, page cache and flushes.
void import_fio_depth(ImportedJob& job);
// Rates and think times.
void import_fio_pace(ImportedJob& job);
// Processes and their CPUs.
void import_fio_process(ImportedJob& job);
// Traces. Relative paths count from `directory`, which is empty or ends in a slash.
void import_fio_trace(ImportedJob& job, const std::string& directory);

// When jobs begin and end. If all of them are there from the beginning to the end, the run is a steady state and lasts
// until its numbers are sure; else times are kept. Returns the member `precision` of the scenario, null if it needs
// none.
[[nodiscard]] Json import_fio_times(std::vector<ImportedJob>& jobs);

// Which targets each job has. With `disks` above 0 the machine has so many, and /dev/sdX is the one with its number;
// else the files' names are targets in their order. Returns the number of targets, 0 if there are not enough disks.
[[nodiscard]] std::uint32_t import_fio_disks(std::vector<ImportedJob>& jobs, std::uint32_t disks);

}  // namespace vqlab
