// Disks as job files name them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/formats/imported_job.hpp"

namespace vqlab {

// What a job does I/O on.
struct FioFiles {
  std::vector<std::string> disks;  // each once, in the order in which they are named
  bool device = true;              // all of them are devices
  bool partition = false;          // some are parts of a disk
  bool named = true;               // the job says them
};

[[nodiscard]] FioFiles fio_files_of(const ImportedJob& job);

// Where a disk is.
struct FioPlaceOfDisk {
  std::uint32_t target;
  std::uint32_t lun;
};

// The disks of the machine that the jobs run on. /dev/sdX is the one with its number, if there is one.
struct FioMachine {
  std::uint32_t targets = 0;  // 0: as many as the job file names
  std::uint32_t luns_per_target = 1;
  bool by_letter = false;  // of so many as the job file names the letters count, too

  // 0: nobody says.
  [[nodiscard]] std::uint32_t disks() const { return targets * luns_per_target; }
  [[nodiscard]] std::optional<FioPlaceOfDisk> place_of(const std::string& disk) const;
};

// The number of /dev/sdX: of "a" 0, of "aa" 26. Nothing if it is no such name.
[[nodiscard]] std::optional<std::uint32_t> sd_number(const std::string& disk);

}  // namespace vqlab
