// What the options of a fio job are in a scenario, by subject. Each of these notes what became of the lines that it
// reads.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analysis/formats/fio_disk_names.hpp"
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
// "0-3,7"; nothing if the text is no list of CPUs.
[[nodiscard]] std::optional<std::set<std::uint32_t>> fio_cpus_of(const std::string& text);
// Traces. Relative paths count from `directory`, which is empty or ends in a slash.
void import_fio_trace(ImportedJob& job, const std::string& directory);

// When jobs begin and end. If all of them are there from the beginning to the end, the run is a steady state and lasts
// until its numbers are sure; else times are kept. Returns the member `precision` of the scenario, null if it needs
// none.
[[nodiscard]] Json import_fio_times(std::vector<ImportedJob>& jobs);

// Sections of one name that fio reports as one group, and that differ in nothing but their disks, are one job on all of
// these: vqlab export writes it so. Where each process has a vCPU of its own in turn, over all jobs, `pinned` becomes
// the number of these vCPUs, and the jobs say no more of it.
[[nodiscard]] std::vector<ImportedJob> fold_fio_sections(std::vector<ImportedJob> jobs, const FioMachine& machine,
                                                         std::uint32_t& pinned);

// Which targets each job has. Returns the number of targets, 0 if there are not enough disks.
[[nodiscard]] std::uint32_t import_fio_disks(std::vector<ImportedJob>& jobs, const FioMachine& machine);

}  // namespace vqlab
