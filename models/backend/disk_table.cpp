#include "models/backend/disk_table.hpp"

#include <array>
#include <tuple>
#include <utility>

namespace vqlab {
namespace {

constexpr double kMostThrottled = 1e15;  // QEMU's THROTTLE_VALUE_MAX

struct Named {
  Throttled what;
  const char* name;
  const char* counts;
  const char* unit;
};
constexpr std::array<Named, kThrottles> kNamed{{
    {Throttled::kIopsTotal, "iops_total", "Reads and writes", "requests"},
    {Throttled::kIopsRead, "iops_read", "Reads", "requests"},
    {Throttled::kIopsWrite, "iops_write", "Writes", "requests"},
    {Throttled::kBpsTotal, "bps_total", "Bytes that are read and written", "bytes"},
    {Throttled::kBpsRead, "bps_read", "Bytes that are read", "bytes"},
    {Throttled::kBpsWrite, "bps_write", "Bytes that are written", "bytes"},
}};

// A row of one member of one limit.
Param limit_row(const std::string& name, Throttled what, std::int64_t ThrottleLimit::*member, const std::string& unit,
                const std::string& help) {
  Param row;
  row.name = name;
  row.kind = unit == "bytes" ? ParamKind::kSize : ParamKind::kInteger;
  row.bounds = {1, kMostThrottled};
  row.plausible = row.bounds;
  row.unit = unit;
  row.help = help;
  const auto at = static_cast<std::size_t>(what);
  row.get = [at, member](const void* object) {
    return ParamValue(static_cast<const Throttling*>(object)->limits.at(at).*member);
  };
  row.set = [at, member](void* object, const ParamValue& value) {
    static_cast<Throttling*>(object)->limits.at(at).*member = std::get<std::int64_t>(value);
  };
  return row;
}

// Read only if the member of the limit is set.
void needs(Param& row, Throttled what, std::int64_t ThrottleLimit::*member, const std::string& words) {
  row.conditions.push_back(
      {std::nullopt,
       [what, member](const void* object) { return static_cast<const Throttling*>(object)->of(what).*member > 0; },
       words + " is given"});
}

ParamTable throttling_table() {
  ParamTable table{
      "throttling",
      "Limits of a disk's rate, in the words of QEMU's `throttling.` properties; 0 is no limit. `group`, a name: all "
      "disks that name it share its limits, which need stand once only. Flushes and trims pass.",
      {}};
  for (const Named& one : kNamed) {
    const std::string name = one.name;
    table.rows.push_back(limit_row(name, one.what, &ThrottleLimit::per_second, one.unit,
                                   std::string(one.counts) + " in a second, for any length of time. Without a burst "
                                                             "those of 0.1 s may go at once."));
    Param burst = limit_row(name + "_max", one.what, &ThrottleLimit::burst_per_second, one.unit,
                            std::string(one.counts) + " in a second of a burst.");
    needs(burst, one.what, &ThrottleLimit::per_second, name);
    table.rows.push_back(std::move(burst));
    Param length = limit_row(name + "_max_length", one.what, &ThrottleLimit::burst_seconds, "s",
                             "Length of a burst. 1: what " + name + "_max says may go at once.");
    needs(length, one.what, &ThrottleLimit::burst_per_second, name + "_max");
    table.rows.push_back(std::move(length));
  }
  table.rows.push_back(size("iops_size", &Throttling::iops_size_bytes, {1, kMostThrottled},
                            "A longer request counts as so many as it is times longer. Left out: each counts as one.")
                           .read_if<Throttling>(
                               [](const Throttling& one) {
                                 return one.of(Throttled::kIopsTotal).per_second > 0 ||
                                        one.of(Throttled::kIopsRead).per_second > 0 ||
                                        one.of(Throttled::kIopsWrite).per_second > 0;
                               },
                               "iops_total, iops_read or iops_write is given"));
  return table;
}

}  // namespace

const ParamTable& params_of(const DiskGroup*) {
  static const ParamTable table{
      "disks",
      "Disks that are alike; with `device`, as host.device, and `throttling`.",
      {
          integer("targets", &DiskGroup::targets, {1, 16384}, "targets", "The next targets, so many, are such disks."),
          boolean("shared", &DiskGroup::shared,
                  "true: all of them are on one device. false: each target has one for itself.")
              .read_if<DiskGroup>([](const DiskGroup& group) { return group.device.has_value(); },
                                  "there is a `device`"),
          choice("cache", &DiskGroup::cache, {"none", "writeback", "writethrough", "directsync"},
                 "QEMU's property of this name. none: no page cache of the host. writeback: through the page cache, "
                 "where a write is over; a flush writes back what has been written. writethrough: through the page "
                 "cache, and a write is over when it is on the device and flushed; the guest flushes nothing. "
                 "directsync: so without page cache."),
      }};
  return table;
}

const ParamTable& params_of(const Throttling*) {
  static const ParamTable table = throttling_table();
  return table;
}

std::vector<ThrottlingFault> faults_of(const Throttling& throttling) {
  std::vector<ThrottlingFault> faults;
  for (const Named& one : kNamed) {
    const ThrottleLimit& limit = throttling.of(one.what);
    const std::string name = one.name;
    if (limit.burst_per_second > 0 && limit.burst_per_second < limit.per_second)
      faults.push_back({name + "_max", "at least " + name});
    if (limit.burst_per_second > 0 &&
        static_cast<double>(limit.burst_seconds) > kMostThrottled / static_cast<double>(limit.burst_per_second))
      faults.push_back({name + "_max_length", "a burst of at most 1e15 " + std::string(one.unit) + " in all"});
  }
  for (const auto& [total, read, write, words] :
       {std::tuple{Throttled::kIopsTotal, Throttled::kIopsRead, Throttled::kIopsWrite, "iops"},
        std::tuple{Throttled::kBpsTotal, Throttled::kBpsRead, Throttled::kBpsWrite, "bps"}}) {
    const std::string name = words;
    if (throttling.of(total).per_second > 0 &&
        (throttling.of(read).per_second > 0 || throttling.of(write).per_second > 0))
      faults.push_back({name + "_total", name + "_total, or " + name + "_read and " + name + "_write, not both"});
  }
  return faults;
}

}  // namespace vqlab
