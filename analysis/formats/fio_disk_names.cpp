#include "analysis/formats/fio_disk_names.hpp"

#include <algorithm>
#include <string_view>

namespace vqlab {
namespace {

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

}  // namespace

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

std::optional<FioPlaceOfDisk> FioMachine::place_of(const std::string& disk) const {
  const auto number = sd_number(disk);
  if (!number || (targets == 0 ? !by_letter : *number >= disks())) return std::nullopt;
  return FioPlaceOfDisk{*number / luns_per_target, *number % luns_per_target};
}

FioFiles fio_files_of(const ImportedJob& job) {
  FioFiles files;
  const FioGiven* const named = job.find("filename");
  const FioGiven* const folder = job.find("directory");
  std::vector<std::string> names;
  if (named != nullptr) {
    names = names_between_colons(named->value);
    for (const std::string& more : job.absorbed_disks())
      for (const std::string& name : names_between_colons(more)) names.push_back(name);
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

}  // namespace vqlab
