#include "models/backend/derive.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/backend/closed_loop.hpp"
#include "models/backend/ram_disk.hpp"

namespace vqlab {
namespace {

constexpr double kUs = 1e3;
constexpr double kMs = 1e6;
constexpr double kSecond = 1e9;  // all in ns
constexpr double kPerMb = 1e3;   // ns for a byte at 1 MB/s
constexpr double kMinute = 60e9;
constexpr double kMeanRoot = 8.0 / 15;  // mean root of the way between two random places of a way of 1
constexpr std::uint32_t kDiskRequests = 2000;
constexpr std::uint32_t kDriveRequests = 10000;
constexpr int kTurnSteps = 3;
constexpr double kTolerance = 1.02;  // sheets are rounded
constexpr std::uint32_t kMostUnits = 4096;
constexpr std::uint32_t kMostStripeBytes = 1 << 20;

double ns_per_byte(double mb_per_s) { return mb_per_s > 0 ? kPerMb / mb_per_s : 0; }

// Units that are busy on average while `held` requests wait for or occupy one of `units`, each at random, for a
// constant time: B. R. Rau's approximation for interleaved memories (IEEE Transactions on Computers, 1979).
double busy_units(double held, double units) {
  const double sum = held + units - 0.5;
  return sum - std::sqrt(sum * sum - 2 * held * units);
}

// The rate per ns of a closed loop of `depth` requests that each take `latency` beside a unit and `busy` of a unit:
// those that are not at a unit are the rate times the latency, and the rest keeps the units busy.
double loop_rate(double depth, double units, double busy, double latency) {
  double low = 0;
  double high = units / busy;
  for (int step = 0; step < 60; ++step) {
    const double rate = (low + high) / 2;
    const double held = std::max(0.0, depth - rate * latency);
    (busy_units(held, units) / busy > rate ? low : high) = rate;
  }
  return low;
}

// As many units as leave least of the sheet's latency beside them, and what a read then occupies of one.
void add_random_reads(const DeviceSheet& sheet, SolidState& drive) {
  const double latency = sheet.random_read_us * kUs;
  const double rate = sheet.random_read_iops / kSecond;
  const double depth = sheet.random_read_depth;
  std::uint32_t units = 1;
  while (units < kMostUnits && busy_units(depth, units + 1) / latency <= rate) ++units;
  double low = 0;
  double high = latency;
  for (int step = 0; step < 60; ++step) {
    const double busy = (low + high) / 2;
    (loop_rate(depth, units, busy, latency - busy) > rate ? low : high) = busy;
  }
  drive.units = units;
  drive.random_read_ns = low;
  drive.random_read_latency_ns = latency - low;
}

// The smallest stripe at which all units read as fast as the sheet says of sequential reads.
std::uint32_t stripe_of(const SolidState& drive) {
  std::uint32_t bytes = kSheetBytes;
  while (bytes < kMostStripeBytes && bytes * drive.read_ns_per_byte < drive.random_read_ns) bytes *= 2;
  return bytes;
}

// What was found by running a drive, by its sheet: while a study is read, each of its points asks.
class Derived {
 public:
  template <class Derive>
  double of(const DeviceSheet& sheet, Derive derive) {
    for (const auto& [known, value] : values_)
      if (known == sheet) return value;
    if (values_.size() == kMostSheets) values_.erase(values_.begin());
    return values_.emplace_back(sheet, derive()).second;
  }

 private:
  static constexpr std::size_t kMostSheets = 64;
  std::vector<std::pair<DeviceSheet, double>> values_;
};

double mixed_iops(const DeviceSheet& sheet, SolidState drive, double turn_ns) {
  drive.turn_ns = turn_ns;
  SolidStateDevice device(drive, RandomStream(0, "derive/device"));
  return iops_alone(device,
                    {.depth = sheet.mixed_depth, .read_percent = sheet.mixed_read_percent, .requests = kDriveRequests},
                    RandomStream(0, "derive/load"));
}

// What a unit loses between a read and a write, so that mixed requests come to the sheet's rate; 0 if they do not reach
// it without. The time between requests grows with it almost in a straight line.
double turn_of(const DeviceSheet& sheet, const SolidState& drive) {
  if (sheet.mixed_iops == 0) return 0;
  const double wanted = 1 / sheet.mixed_iops;
  double low = 0;
  double low_time = 1 / mixed_iops(sheet, drive, low);
  double high = drive.random_read_ns;
  double high_time = 1 / mixed_iops(sheet, drive, high);
  if (low_time >= wanted) return low;
  while (high_time < wanted) high_time = 1 / mixed_iops(sheet, drive, high *= 2);
  double turn = high;
  for (int step = 0; step < kTurnSteps; ++step) {
    turn = low + (wanted - low_time) / (high_time - low_time) * (high - low);
    const double time = 1 / mixed_iops(sheet, drive, turn);
    (time < wanted ? low : high) = turn;
    (time < wanted ? low_time : high_time) = time;
  }
  return turn;
}

// Requests in a second of a disk that takes the best of so many, in the sheet's queue.
double disk_iops(const DeviceSheet& sheet, HardDisk disk, std::uint32_t candidates) {
  disk.candidates = candidates;
  HardDiskDevice device(disk, 1, RandomStream(0, "derive/device"));
  return iops_alone(device,
                    {.depth = sheet.random_read_depth, .span_bytes = disk.capacity_bytes, .requests = kDiskRequests},
                    RandomStream(0, "derive/load"));
}

// Of how many waiting requests the disk takes the best, so that it comes to the sheet's rate in its queue: found by
// running it, because what is left in the queue depends on what was taken.
double candidates_of(const DeviceSheet& sheet, const HardDisk& disk) {
  if (sheet.random_read_iops == 0) return 1;
  std::uint32_t low = 1;
  double low_iops = disk_iops(sheet, disk, low);
  std::uint32_t high = sheet.random_read_depth;
  double high_iops = disk_iops(sheet, disk, high);
  if (low_iops >= sheet.random_read_iops || high_iops <= sheet.random_read_iops)
    return low_iops >= sheet.random_read_iops ? low : high;
  while (high - low > 1) {
    const std::uint32_t middle = (low + high) / 2;
    const double iops = disk_iops(sheet, disk, middle);
    (iops < sheet.random_read_iops ? low : high) = middle;
    (iops < sheet.random_read_iops ? low_iops : high_iops) = iops;
  }
  // Times between requests are a mixture of both.
  return low + (1 / low_iops - 1 / sheet.random_read_iops) / (1 / low_iops - 1 / high_iops);
}

// All but the order in which it takes what waits.
HardDisk positioning_of(const DeviceSheet& sheet) {
  HardDisk disk;
  disk.turn_ns = kMinute / sheet.rpm;
  disk.track_to_track_ns = sheet.track_to_track_ms * kMs;
  disk.seek_root_ns = (sheet.seek_read_ms - sheet.track_to_track_ms) * kMs / kMeanRoot;
  disk.write_settle_ns = std::max(0.0, sheet.seek_write_ms - sheet.seek_read_ms) * kMs;
  disk.ns_per_byte = ns_per_byte(sheet.sequential_read_mb_per_s);
  disk.capacity_bytes = static_cast<std::uint64_t>(sheet.capacity_gb * kSecond);
  disk.flush_ns = sheet.flush_us * kUs;
  disk.trim_ns = sheet.trim_us * kUs;
  return disk;
}

// A request and its bytes take what the sheet says of a read of 4 KiB, and of one of sequential_bytes.
RamDisk ram_disk_of(const DeviceSheet& sheet) {
  const double small = sheet.random_read_us * kUs;
  const double large = sheet.sequential_bytes * ns_per_byte(sheet.sequential_read_mb_per_s);
  RamDisk disk;
  disk.read_ns_per_byte = (large - small) / (sheet.sequential_bytes - kSheetBytes);
  disk.request_ns = small - kSheetBytes * disk.read_ns_per_byte;
  disk.write_ns_per_byte = ns_per_byte(sheet.sequential_write_mb_per_s) - disk.request_ns / sheet.sequential_bytes;
  return disk;
}

}  // namespace

SolidState solid_state_of(const DeviceSheet& sheet) {
  SolidState drive;
  drive.queue_depth = sheet.queue_depth;
  drive.flush_ns = sheet.flush_us * kUs;
  drive.trim_ns = sheet.trim_us * kUs;
  add_random_reads(sheet, drive);
  drive.read_link_ns_per_byte = ns_per_byte(sheet.sequential_read_mb_per_s);
  drive.write_link_ns_per_byte = ns_per_byte(sheet.sequential_write_mb_per_s);
  drive.read_ns_per_byte = drive.units * drive.read_link_ns_per_byte;
  drive.write_ns_per_byte = drive.units * drive.write_link_ns_per_byte;
  drive.random_write_ns_per_byte = drive.units * kSecond / sheet.random_write_iops / kSheetBytes;
  drive.stripe_bytes = stripe_of(drive);
  const auto or_random = [](double sequential, double random) { return (sequential > 0 ? sequential : random) * kUs; };
  drive.random_write_latency_ns = sheet.random_write_us * kUs;
  drive.sequential_read_latency_ns = or_random(sheet.sequential_read_us, sheet.random_read_us);
  drive.sequential_write_latency_ns = or_random(sheet.sequential_write_us, sheet.random_write_us);
  static Derived known;
  drive.turn_ns = known.of(sheet, [&] { return turn_of(sheet, drive); });
  return drive;
}

HardDisk hard_disk_of(const DeviceSheet& sheet) {
  HardDisk disk = positioning_of(sheet);
  static Derived known;
  disk.candidates = known.of(sheet, [&] { return candidates_of(sheet, disk); });
  return disk;
}

DeviceSheet halved(const DeviceSheet& sheet, ResourceId resource) {
  DeviceSheet half = sheet;
  const bool disk = sheet.kind == "hard_disk";
  if (resource == ResourceId::kDeviceDies && (disk || sheet.kind == "solid_state")) {
    for (double* const rate : {&half.random_read_iops, &half.random_write_iops, &half.mixed_iops,
                               &half.sequential_read_mb_per_s, &half.sequential_write_mb_per_s, &half.rpm})
      *rate *= 2;
    for (double* const seek : {&half.seek_read_ms, &half.seek_write_ms, &half.track_to_track_ms}) *seek /= 2;
    // A head that is twice as fast has the same queue; twice as many units have room for twice as much.
    if (!disk)
      for (std::uint32_t* const depth : {&half.random_read_depth, &half.random_write_depth, &half.mixed_depth,
                                         &half.sequential_depth, &half.queue_depth})
        *depth *= 2;
  }
  if (resource == ResourceId::kDeviceLatency && sheet.kind == "solid_state") {
    const auto or_random = [](double own, double random) { return (own > 0 ? own : random) / 2; };
    half.sequential_read_us = or_random(sheet.sequential_read_us, sheet.random_read_us);
    half.sequential_write_us = or_random(sheet.sequential_write_us, sheet.random_write_us);
    half.random_write_us /= 2;
  }
  return half;
}

DeviceLimit limit_of(const DeviceSheet& sheet, std::uint64_t bytes, bool write) {
  if (sheet.kind == "hard_disk") {
    const double transfer = static_cast<double>(bytes) * ns_per_byte(sheet.sequential_read_mb_per_s);
    return {.between = {transfer}, .latency = transfer};
  }
  if (sheet.kind == "ram_disk") {
    const RamDisk disk = ram_disk_of(sheet);
    const double copy = static_cast<double>(bytes) * (write ? disk.write_ns_per_byte : disk.read_ns_per_byte);
    return {.between = {}, .latency = disk.request_ns + copy};
  }
  if (sheet.kind != "solid_state") return {};
  DeviceSheet unmixed = sheet;
  unmixed.mixed_iops = 0;
  const SolidState drive = solid_state_of(unmixed);
  const double size = std::max<double>(kSheetBytes, static_cast<double>(bytes));
  const double random = write ? size * drive.random_write_ns_per_byte
                              : drive.random_read_ns * std::ceil(static_cast<double>(bytes) / drive.stripe_bytes);
  const double sequential = size * (write ? drive.write_ns_per_byte : drive.read_ns_per_byte);
  const double random_latency =
      write ? drive.random_write_latency_ns : drive.random_read_ns + drive.random_read_latency_ns;
  const double sequential_latency = write ? drive.sequential_write_latency_ns : drive.sequential_read_latency_ns;
  return {.between = {std::min(random, sequential) / drive.units},
          .latency = std::min(random_latency, sequential_latency)};
}

namespace {

std::string at_most(double iops, const char* why) {
  return "no more than " + std::to_string(static_cast<std::int64_t>(iops)) + ", " + why;
}

void add_solid_state_faults(const DeviceSheet& sheet, std::vector<SheetFault>& faults) {
  // Little's law: so many in flight, each for no less than one takes alone.
  const auto in_flight = [](double iops, double us) { return iops * us * kUs / kSecond; };
  if (in_flight(sheet.random_read_iops, sheet.random_read_us) > sheet.random_read_depth)
    faults.push_back({"random_read_depth", "at least random_read_iops times random_read_us: so many are in flight"});
  if (in_flight(sheet.random_write_iops, sheet.random_write_us) > sheet.random_write_depth)
    faults.push_back({"random_write_depth", "at least random_write_iops times random_write_us: so many are in flight"});
  if (in_flight(sheet.random_read_iops, sheet.random_read_us) * kTolerance < 1)
    faults.push_back({"random_read_iops", "no less than a second has times of random_read_us: one at a time gives it"});
  if (sheet.mixed_iops == 0 || !faults.empty()) return;
  DeviceSheet unmixed = sheet;
  unmixed.mixed_iops = 0;
  static Derived known;
  const double most = known.of(sheet, [&] { return mixed_iops(sheet, solid_state_of(unmixed), 0); });
  if (sheet.mixed_iops > most * kTolerance)
    faults.push_back({"mixed_iops", at_most(most, "which the drive gives if nothing is lost between them")});
}

}  // namespace

std::vector<SheetFault> faults_of(const DeviceSheet& sheet) {
  std::vector<SheetFault> faults;
  const auto needs = [&faults](const char* figure, double value) {
    if (value == 0) faults.push_back({figure, "this figure: it is none that can be left out"});
  };
  if (sheet.kind == "solid_state") {
    needs("random_read_us", sheet.random_read_us);
    needs("random_write_us", sheet.random_write_us);
    needs("random_read_iops", sheet.random_read_iops);
    needs("random_write_iops", sheet.random_write_iops);
    needs("sequential_write_mb_per_s", sheet.sequential_write_mb_per_s);
  }
  if (sheet.kind == "ram_disk") {
    needs("random_read_us", sheet.random_read_us);
    needs("sequential_write_mb_per_s", sheet.sequential_write_mb_per_s);
  }
  if (sheet.kind == "hard_disk") {
    needs("capacity_gb", sheet.capacity_gb);
    needs("rpm", sheet.rpm);
    needs("seek_read_ms", sheet.seek_read_ms);
  }
  if (sheet.kind != "null") needs("sequential_read_mb_per_s", sheet.sequential_read_mb_per_s);
  if (!faults.empty()) return faults;
  if (sheet.kind == "solid_state") add_solid_state_faults(sheet, faults);
  if (sheet.kind == "ram_disk") {
    if (sheet.sequential_bytes == kSheetBytes) faults.push_back({"sequential_bytes", "more than 4 KiB"});
    const double copy = ns_per_byte(sheet.sequential_read_mb_per_s);
    if (sheet.random_read_us * kUs < kSheetBytes * copy || sheet.random_read_us * kUs > sheet.sequential_bytes * copy)
      faults.push_back(
          {"random_read_us", "no less than 4 KiB and no more than sequential_bytes take at sequential_read_mb_per_s"});
    else if (faults.empty() && ram_disk_of(sheet).write_ns_per_byte < 0)
      faults.push_back({"sequential_write_mb_per_s", "no more than what random_read_us leaves time for"});
  }
  if (sheet.kind == "hard_disk" && sheet.track_to_track_ms > sheet.seek_read_ms)
    faults.push_back({"track_to_track_ms", "no more than seek_read_ms"});
  if (sheet.kind == "hard_disk" && sheet.seek_write_ms > 0 && sheet.seek_write_ms < sheet.seek_read_ms)
    faults.push_back({"seek_write_ms", "no less than seek_read_ms"});
  if (sheet.kind == "hard_disk" && faults.empty() && sheet.random_read_iops > 0) {
    HardDisk disk = positioning_of(sheet);
    static Derived known;
    const double most = known.of(sheet, [&] { return disk_iops(sheet, disk, sheet.random_read_depth); });
    if (sheet.random_read_iops > most * kTolerance)
      faults.push_back({"random_read_iops", at_most(most, "which the shortest way through the queue gives")});
  }
  return faults;
}

std::unique_ptr<StorageDevice> device_of(const DeviceSheet& sheet, std::uint32_t units, RandomStream random) {
  if (sheet.kind == "solid_state") return std::make_unique<SolidStateDevice>(solid_state_of(sheet), random);
  if (sheet.kind == "hard_disk") return std::make_unique<HardDiskDevice>(hard_disk_of(sheet), units, random);
  if (sheet.kind == "ram_disk") return std::make_unique<RamDiskDevice>(ram_disk_of(sheet), random);
  return nullptr;
}

}  // namespace vqlab
