#include "models/backend/sheet_table.hpp"

namespace vqlab {
namespace {

constexpr Bounds kMicroseconds{0.01, 1e6};
constexpr Bounds kRate{1, 1e9};
constexpr Bounds kMbPerS{0.1, 1e6};
constexpr Bounds kDepth{1, 65536};
constexpr Bounds kMilliseconds{0.001, 1000};

Param of_kind(Param row, const char* kind, bool (*holds)(const DeviceSheet&)) {
  return std::move(row).read_if(holds, std::string("kind is ") + kind);
}
Param of_solid_state(Param row) {
  return of_kind(std::move(row), "\"solid_state\"", [](const DeviceSheet& s) { return s.kind == "solid_state"; });
}
Param of_hard_disk(Param row) {
  return of_kind(std::move(row), "\"hard_disk\"", [](const DeviceSheet& s) { return s.kind == "hard_disk"; });
}
Param of_drive(Param row) {
  return of_kind(std::move(row), "\"solid_state\" or \"hard_disk\"",
                 [](const DeviceSheet& s) { return s.kind == "solid_state" || s.kind == "hard_disk"; });
}
Param of_any_device(Param row) {
  return of_kind(std::move(row), "not \"null\"", [](const DeviceSheet& s) { return s.kind != "null"; });
}

Param latency(const char* name, double DeviceSheet::*member, const char* help) {
  return number(name, member, kMicroseconds, "us", help);
}
Param rate(const char* name, double DeviceSheet::*member, const char* help) {
  return number(name, member, kRate, "requests/s", help);
}
Param depth(const char* name, std::uint32_t DeviceSheet::*member, const char* help) {
  return integer(name, member, kDepth, "requests", help);
}

}  // namespace

const ParamTable& params_of(const DeviceSheet*) {
  static const ParamTable table{
      "device",
      "A storage device, as its data sheet describes it. Random requests have 4 KiB.",
      {
          choice("kind", &DeviceSheet::kind, {"null", "solid_state", "hard_disk", "ram_disk"},
                 "What it is. null: it takes no time. ram_disk: the thread that submits a request copies the data."),
          of_kind(latency("random_read_us", &DeviceSheet::random_read_us, "A random read, one at a time."),
                  "\"solid_state\" or \"ram_disk\"",
                  [](const DeviceSheet& s) { return s.kind == "solid_state" || s.kind == "ram_disk"; }),
          of_solid_state(latency("random_write_us", &DeviceSheet::random_write_us, "A random write, one at a time.")),
          of_solid_state(latency("sequential_read_us", &DeviceSheet::sequential_read_us,
                                 "A sequential read of 4 KiB, one at a time; as a random one if left out.")),
          of_solid_state(latency("sequential_write_us", &DeviceSheet::sequential_write_us,
                                 "A sequential write of 4 KiB, one at a time; as a random one if left out.")),
          of_drive(rate("random_read_iops", &DeviceSheet::random_read_iops,
                        "Random reads in a second, random_read_depth in flight. A hard disk that has no such figure "
                        "takes its commands in order.")),
          of_drive(depth("random_read_depth", &DeviceSheet::random_read_depth, "For random_read_iops.")),
          of_solid_state(rate("random_write_iops", &DeviceSheet::random_write_iops,
                              "Random writes in a second for any length of time, random_write_depth in flight.")),
          of_solid_state(depth("random_write_depth", &DeviceSheet::random_write_depth, "For random_write_iops.")),
          of_solid_state(rate("mixed_iops", &DeviceSheet::mixed_iops,
                              "Random reads and writes in a second, mixed_depth in flight. Left out: nothing is lost "
                              "between reads and writes.")),
          of_kind(integer("mixed_read_percent", &DeviceSheet::mixed_read_percent, {1, 99}, "%",
                          "Share of reads for mixed_iops."),
                  "\"solid_state\", with mixed_iops", [](const DeviceSheet& s) { return s.mixed_iops > 0; }),
          of_kind(depth("mixed_depth", &DeviceSheet::mixed_depth, "For mixed_iops."),
                  "\"solid_state\", with mixed_iops", [](const DeviceSheet& s) { return s.mixed_iops > 0; }),
          of_any_device(number("sequential_read_mb_per_s", &DeviceSheet::sequential_read_mb_per_s, kMbPerS,
                               "10^6 bytes/s", "Sequential reads; of a hard disk, all transfers.")),
          of_kind(number("sequential_write_mb_per_s", &DeviceSheet::sequential_write_mb_per_s, kMbPerS, "10^6 bytes/s",
                         "Sequential writes."),
                  "\"solid_state\" or \"ram_disk\"",
                  [](const DeviceSheet& s) { return s.kind == "solid_state" || s.kind == "ram_disk"; }),
          of_any_device(size("sequential_bytes", &DeviceSheet::sequential_bytes, {4096, 1 << 20},
                             "Size of a request for the figures of sequential requests.")),
          of_drive(depth("sequential_depth", &DeviceSheet::sequential_depth, "For the figures in MB/s.")),
          of_kind(integer("queue_depth", &DeviceSheet::queue_depth, {1, 65536}, "requests",
                          "Most requests that it takes at once; SATA: 32. Left out: any number."),
                  "\"solid_state\"", [](const DeviceSheet& s) { return s.kind == "solid_state"; }),
          of_drive(latency("flush_us", &DeviceSheet::flush_us, "A flush.")),
          of_drive(latency("trim_us", &DeviceSheet::trim_us, "A trim.")),
          of_hard_disk(number("capacity_gb", &DeviceSheet::capacity_gb, {0.001, 1e6}, "10^9 bytes", "Its capacity.")),
          of_hard_disk(number("rpm", &DeviceSheet::rpm, {100, 100000}, "turns/minute", "Its speed.")),
          of_hard_disk(number("seek_read_ms", &DeviceSheet::seek_read_ms, kMilliseconds, "ms",
                              "Mean seek of a read over all of the disk.")),
          of_hard_disk(number("seek_write_ms", &DeviceSheet::seek_write_ms, kMilliseconds, "ms",
                              "Mean seek of a write over all of the disk; as a read's if left out.")),
          of_hard_disk(number("track_to_track_ms", &DeviceSheet::track_to_track_ms, kMilliseconds, "ms",
                              "Seek to the next track.")),
      }};
  return table;
}

}  // namespace vqlab
