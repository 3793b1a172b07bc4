#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "analysis/formats/fio_jobs.hpp"

namespace vqlab {
namespace {

constexpr std::uint32_t kMostFioTargets = 16384;

// The disk of a device file: a partition's is that which it is on.
struct DiskName {
  std::string disk;
  bool partition = false;
  bool device = false;
};

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

DiskName disk_name(const std::string& file) {
  DiskName name{file, false, file.compare(0, 5, "/dev/") == 0};
  if (!name.device) return name;
  const std::string last = file.substr(file.rfind('/') + 1);
  for (const std::string_view kind : {"sd", "vd", "hd", "xvd"}) {
    if (last.compare(0, kind.size(), kind) != 0) continue;
    const std::size_t number = last.find_first_of("0123456789");
    if (number == std::string::npos || number == kind.size() || !all_digits(last.substr(number))) return name;
    return {file.substr(0, file.size() - (last.size() - number)), true, true};
  }
  const std::size_t part = last.rfind('p');
  const bool numbered = last.compare(0, 4, "nvme") == 0 || last.compare(0, 6, "mmcblk") == 0;
  if (numbered && part != std::string::npos && part > 4 && all_digits(last.substr(part + 1)))
    return {file.substr(0, file.size() - (last.size() - part)), true, true};
  return name;
}

// The number of /dev/sdX: of "a" 0, of "aa" 26.
std::optional<std::uint32_t> sd_number(const std::string& disk) {
  constexpr std::string_view kStart = "/dev/sd";
  if (disk.compare(0, kStart.size(), kStart) != 0 || disk.size() == kStart.size() || disk.size() > kStart.size() + 3)
    return std::nullopt;
  std::uint32_t number = 0;
  for (const char c : disk.substr(kStart.size())) {
    if (c < 'a' || c > 'z') return std::nullopt;
    number = number * 26 + static_cast<std::uint32_t>(c - 'a') + 1;
  }
  return number - 1;
}

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

// Names between colons; a colon behind a backslash belongs to its name.
std::vector<std::string> names_between_colons(const std::string& text) {
  std::vector<std::string> names(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == ':')
      names.back() += text[++i];
    else if (text[i] == ':')
      names.emplace_back();
    else
      names.back() += text[i];
  }
  names.erase(std::remove(names.begin(), names.end(), ""), names.end());
  return names;
}

// What a job does I/O on.
struct JobFiles {
  std::vector<std::string> disks;  // each once, in the order in which they are named
  bool device = true;              // all of them are devices
  bool partition = false;          // some are parts of a disk
  bool named = true;               // the job says them
};

JobFiles files_of(const ImportedJob& job) {
  JobFiles files;
  const FioGiven* const named = job.find("filename");
  const FioGiven* const folder = job.find("directory");
  std::vector<std::string> names;
  if (named != nullptr) {
    names = names_between_colons(named->value);
    const std::string before = folder == nullptr ? "" : folder->value + "/";
    for (std::string& name : names)
      if (name.front() != '/') name.insert(0, before);
  } else {
    files.named = false;
    names = folder == nullptr ? std::vector<std::string>() : names_between_colons(folder->value);
  }
  if (names.empty()) names.emplace_back(".");
  for (const std::string& name : names) {
    const DiskName disk = disk_name(name);
    files.device = files.device && disk.device;
    files.partition = files.partition || disk.partition;
    if (std::find(files.disks.begin(), files.disks.end(), disk.disk) == files.disks.end())
      files.disks.push_back(disk.disk);
  }
  return files;
}

std::string targets_text(std::vector<std::uint32_t> targets) {
  std::sort(targets.begin(), targets.end());
  std::string text;
  for (std::size_t i = 0; i < targets.size();) {
    std::size_t last = i;
    while (last + 1 < targets.size() && targets[last + 1] == targets[last] + 1) ++last;
    text += (text.empty() ? "" : ",") + std::to_string(targets[i]);
    if (last > i) text += "-" + std::to_string(targets[last]);
    i = last + 1;
  }
  return text;
}

using TargetsOfDisks = std::map<std::string, std::uint32_t>;

// By their letters if the machine has such disks, else in their order.
TargetsOfDisks targets_of(const std::set<std::string>& disks, std::uint32_t machine_disks, bool& by_letter) {
  by_letter = machine_disks > 0 && std::all_of(disks.begin(), disks.end(), [machine_disks](const std::string& disk) {
                const auto number = sd_number(disk);
                return number && *number < machine_disks;
              });
  std::vector<std::string> ordered(disks.begin(), disks.end());
  std::stable_sort(ordered.begin(), ordered.end(), in_natural_order);
  TargetsOfDisks targets;
  for (const std::string& disk : ordered)
    targets[disk] = by_letter ? *sd_number(disk) : static_cast<std::uint32_t>(targets.size());
  return targets;
}

void note_files(ImportedJob& job, const JobFiles& files, const std::string& targets, bool by_letter) {
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
  job.note("filename", OptionClass::kModelled,
           where + (by_letter ? ": by their letters" : ": disks in the order of their names"));
}

// Several disks are all of each process; else a job has one to itself.
void import_fio_service(ImportedJob& job, std::size_t disks) {
  constexpr const char* kOption = "file_service_type";
  if (disks < 2 || job.find("read_iolog") != nullptr)
    return job.note(kOption, OptionClass::kHarmless, "several disks alone read it");
  const std::string type = job.choice(kOption, "roundrobin");
  const bool here = type == "roundrobin" || type == "random" || type == "sequential";
  const FioGiven* const given = job.find(kOption);
  if (given == nullptr) return job.set(kOption, type, kOption);
  if (!here) return job.approximate(kOption, "random", kOption, "each disk is as likely as the others");
  const std::size_t colon = given->value.find(':');
  if (colon == std::string::npos || given->value.substr(colon + 1) == "1") return job.model(kOption, type, kOption);
  job.approximate(kOption, type, kOption, "a disk is chosen for each I/O");
}

}  // namespace

std::uint32_t import_fio_disks(std::vector<ImportedJob>& jobs, std::uint32_t disks) {
  std::vector<JobFiles> files;
  std::set<std::string> all;
  for (const ImportedJob& job : jobs) {
    files.push_back(files_of(job));
    all.insert(files.back().disks.begin(), files.back().disks.end());
  }
  const std::uint32_t most = disks > 0 ? disks : kMostFioTargets;
  if (all.size() > most) {
    for (ImportedJob& job : jobs)
      job.note(
          job.find("filename") != nullptr ? "filename" : "directory", OptionClass::kRefused,
          std::to_string(all.size()) + " different disks; nearest: the " + std::to_string(most) + " that there are");
    return 0;
  }
  bool by_letter = false;
  const TargetsOfDisks targets = targets_of(all, disks, by_letter);
  const auto count = disks > 0 ? disks : static_cast<std::uint32_t>(all.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    std::vector<std::uint32_t> own;
    for (const std::string& disk : files[i].disks) own.push_back(targets.at(disk));
    const std::string text = targets_text(own);
    if (own.size() < count) jobs[i].set("targets", text, "filename");
    note_files(jobs[i], files[i], text, by_letter);
    import_fio_service(jobs[i], own.size());
    if (const auto number = jobs[i].number("nrfiles")) {
      const bool one = *number <= 1 || jobs[i].find("filename") != nullptr;
      jobs[i].note("nrfiles", one ? OptionClass::kHarmless : OptionClass::kApproximated,
                   one ? "a disk is one file" : "all files of a folder lie on one disk, side by side");
    }
  }
  return count;
}

}  // namespace vqlab
