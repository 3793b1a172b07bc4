#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "analysis/formats/fio_disk_names.hpp"
#include "analysis/formats/fio_jobs.hpp"
#include "analysis/formats/number_ranges.hpp"

namespace vqlab {
namespace {

constexpr std::uint32_t kMostFioTargets = 16384;

// As people count: sdz before sdaa, file2 before file10.
bool in_natural_order(const std::string& a, const std::string& b) {
  const auto first = sd_number(a);
  const auto second = sd_number(b);
  if (first && second) return *first < *second;
  std::size_t i = 0;
  std::size_t j = 0;
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  while (i < a.size() && j < b.size()) {
    if (!digit(a[i]) || !digit(b[j])) {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
      continue;
    }
    const auto run = [&digit](const std::string& text, std::size_t& at) {
      while (at < text.size() && text[at] == '0') ++at;
      const std::size_t begin = at;
      while (at < text.size() && digit(text[at])) ++at;
      return text.substr(begin, at - begin);
    };
    const std::string left = run(a, i);
    const std::string right = run(b, j);
    if (left.size() != right.size()) return left.size() < right.size();
    if (left != right) return left < right;
  }
  return a.size() - i < b.size() - j || (a.size() - i == b.size() - j && a < b);
}

using TargetsOfDisks = std::map<std::string, std::uint32_t>;

// By their letters if the machine has such disks, else in their order.
TargetsOfDisks targets_of(const std::set<std::string>& disks, const FioMachine& machine, bool& by_letter) {
  by_letter = std::all_of(disks.begin(), disks.end(),
                          [&machine](const std::string& disk) { return machine.place_of(disk).has_value(); });
  std::vector<std::string> ordered(disks.begin(), disks.end());
  std::stable_sort(ordered.begin(), ordered.end(), in_natural_order);
  TargetsOfDisks targets;
  for (const std::string& disk : ordered)
    targets[disk] = by_letter ? machine.place_of(disk)->target : static_cast<std::uint32_t>(targets.size());
  return targets;
}

// Whether the processes of the job do I/O on the same logical units as here, where process i has LUN i of its target.
bool has_its_luns(const ImportedJob& job, const FioFiles& files, const FioMachine& machine, bool by_letter) {
  if (machine.luns_per_target == 1 || !by_letter || job.processes()) return true;
  return job.number("numjobs").value_or(1) == 1 &&
         std::all_of(files.disks.begin(), files.disks.end(),
                     [&machine](const std::string& disk) { return machine.place_of(disk)->lun == 0; });
}

void note_files(ImportedJob& job, const FioFiles& files, const FioMachine& machine, const std::string& targets,
                bool by_letter, bool its_luns) {
  const std::string where = "targets " + targets;
  if (!files.named) {
    if (job.find("directory") == nullptr)
      return job.imply("filename", where + ": files of all processes lie on one disk, without a file system");
    return job.note("directory", OptionClass::kApproximated,
                    where + ": its files lie on one disk for each folder, without a file system");
  }
  if (!files.device) {
    constexpr const char* kNoFiles = ": a disk for each file, without a file system";
    job.note("directory", OptionClass::kApproximated, where + kNoFiles);
    return job.note("filename", OptionClass::kApproximated, where + kNoFiles);
  }
  job.note("directory", OptionClass::kHarmless, "the names of the disks are whole");
  if (files.partition)
    return job.note("filename", OptionClass::kApproximated, where + ": a partition is its whole disk");
  if (!its_luns)
    return job.note("filename", OptionClass::kApproximated, where + ": process i of the job has LUN i of its target");
  if (by_letter) return job.note("filename", OptionClass::kModelled, where + ": by their letters");
  constexpr const char* kInOrder = ": disks in the order of their names";
  if (machine.disks() <= 1) return job.note("filename", OptionClass::kModelled, where + kInOrder);
  job.note(
      "filename", OptionClass::kApproximated,
      where + kInOrder + ", which do not say which of the machine's " + std::to_string(machine.disks()) + " they are");
}

// Several disks are all of each process; else a job has one to itself.
void import_fio_service(ImportedJob& job, std::size_t disks) {
  constexpr const char* kOption = "file_service_type";
  if (disks < 2 || job.has_own_disks() || job.find("read_iolog") != nullptr)
    return job.note(kOption, OptionClass::kHarmless, "several disks of a process alone read it");
  const std::string type = job.choice(kOption, "roundrobin");
  const bool here = type == "roundrobin" || type == "random" || type == "sequential";
  const FioGiven* const given = job.find(kOption);
  if (given == nullptr) return job.set(kOption, type, kOption);
  if (!here) return job.approximate(kOption, "random", kOption, "each disk is as likely as the others");
  const std::size_t colon = given->value.find(':');
  if (colon == std::string::npos || given->value.substr(colon + 1) == "1") return job.model(kOption, type, kOption);
  job.approximate(kOption, type, kOption, "a disk is chosen for each I/O");
}

// The one of the job's disks that a whole trace goes to.
void import_fio_redirect(ImportedJob& job, const FioFiles& files) {
  const FioGiven* const given = job.find("replay_redirect");
  if (given == nullptr || job.find("read_iolog") == nullptr) return;
  const auto disk = std::find(files.disks.begin(), files.disks.end(), given->value);
  if (disk == files.disks.end())
    return job.approximate("replay_redirect", 0, "replay_redirect", "all I/O goes to the job's first disk");
  job.model("replay_redirect", disk - files.disks.begin(), "replay_redirect");
}

}  // namespace

std::uint32_t import_fio_disks(std::vector<ImportedJob>& jobs, const FioMachine& machine) {
  std::vector<FioFiles> files;
  std::set<std::string> all;
  for (const ImportedJob& job : jobs) {
    files.push_back(fio_files_of(job));
    all.insert(files.back().disks.begin(), files.back().disks.end());
  }
  const std::uint32_t most = machine.disks() > 0 ? machine.disks() : kMostFioTargets;
  if (all.size() > most) {
    for (ImportedJob& job : jobs)
      job.note(
          job.find("filename") != nullptr ? "filename" : "directory", OptionClass::kRefused,
          std::to_string(all.size()) + " different disks; nearest: the " + std::to_string(most) + " that there are");
    return 0;
  }
  bool by_letter = false;
  const TargetsOfDisks targets = targets_of(all, machine, by_letter);
  std::uint32_t count = machine.targets;
  if (count == 0)
    for (const auto& [disk, target] : targets) count = std::max(count, target + 1);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    std::set<std::uint32_t> own;
    for (const std::string& disk : files[i].disks) own.insert(targets.at(disk));
    const std::string text = ranges_of_numbers({own.begin(), own.end()});
    if (own.size() < count) jobs[i].set("targets", text, "filename");
    note_files(jobs[i], files[i], machine, text, by_letter, has_its_luns(jobs[i], files[i], machine, by_letter));
    import_fio_service(jobs[i], own.size());
    import_fio_redirect(jobs[i], files[i]);
    if (const auto number = jobs[i].number("nrfiles")) {
      const bool one = *number <= 1 || jobs[i].find("filename") != nullptr;
      jobs[i].note("nrfiles", one ? OptionClass::kHarmless : OptionClass::kApproximated,
                   one ? "a disk is one file" : "all files of a folder lie on one disk, side by side");
    }
  }
  return count;
}

}  // namespace vqlab
