// Limits of a drive's rate, as QEMU's properties have them.
#include <string_view>
#include <utility>

#include "analysis/words/foreign_words.hpp"
#include "analysis/words/qemu_tables.hpp"

namespace vqlab {
namespace {

constexpr const char* kLimitNames[] = {"iops-total", "iops-read", "iops-write", "bps-total", "bps-read", "bps-write"};

// As -drive's older names have them, and as the scenario does.
constexpr std::pair<const char*, const char*> kDirections[] = {{"", "_total"}, {"_rd", "_read"}, {"_wr", "_write"}};

}  // namespace

std::string limit_of_disks(const std::string& limit) { return limit + " in throttling of disks"; }

std::string qemu_limit(const std::string& name) {
  if (name == "iops-size") return "iops_size";
  for (const char* const limit : kLimitNames)
    for (const char* const end : {"", "-max", "-max-length"})
      if (name == std::string(limit) + end) return with_underscores(name);
  return "";
}

std::string qemu_drive_limit(const std::string& name) {
  static constexpr std::string_view kBefore = "throttling.";
  if (std::string_view(name).substr(0, kBefore.size()) == kBefore) return qemu_limit(name.substr(kBefore.size()));
  if (name == "iops_size") return name;
  for (const std::string what : {"iops", "bps"})
    for (const std::string end : {"", "_max"})
      for (const auto& [short_name, direction] : kDirections)
        if (name == what + short_name + end) return what + direction + end;
  return "";
}

}  // namespace vqlab
