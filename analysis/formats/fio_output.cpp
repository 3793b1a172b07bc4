#include "analysis/formats/fio_output.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <string_view>

#include "analysis/formats/fio_job_writer.hpp"
#include "analysis/scenario/document.hpp"
#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

// In the form of a development version of fio: a number, and what it is.
constexpr const char* kFioVersion = "fio-3.33-vqlab";

constexpr std::array kFioPercentiles{1.0,  5.0,  10.0, 20.0, 30.0, 40.0, 50.0,  60.0, 70.0,
                                     80.0, 90.0, 95.0, 99.0, 99.5, 99.9, 99.95, 99.99};

// fio's groups of latencies: each ends below its key.
constexpr std::array<std::uint64_t, 10> kFioLatencyEnds{2, 4, 10, 20, 50, 100, 250, 500, 750, 1000};
constexpr std::array<std::uint64_t, 11> kFioLatencyEndsMs{2, 4, 10, 20, 50, 100, 250, 500, 750, 1000, 2000};

constexpr std::array kFioLevels{"1", "2", "4", "8", "16", "32", ">=64"};
constexpr std::array kFioCalls{"0", "4", "8", "16", "32", "64", ">=64"};

constexpr std::uint64_t kNsPerUs = 1000;
constexpr std::uint64_t kNsPerMs = 1'000'000;

// The latency that fio takes a bucket's samples for: its middle.
std::uint64_t middle_ns(std::size_t bucket) {
  const std::uint64_t low = Histogram::lowest_ns(bucket);
  return low + (Histogram::highest_ns(bucket) - low + 1) / 2;
}

Json percentiles_json(const Histogram& latency) {
  Json json = Json::object();
  const Histogram::Filled filled = latency.filled();
  std::size_t at = 0;
  std::uint64_t so_far = filled.front().second;
  for (const double percent : kFioPercentiles) {
    const double rank = percent / 100 * static_cast<double>(latency.count());
    while (at + 1 < filled.size() && static_cast<double>(so_far) < rank) so_far += filled[++at].second;
    json[fmt::format("{:.6f}", percent)] = middle_ns(filled[at].first);
  }
  return json;
}

// `whole`: with percentiles, and bins if they are asked for.
Json latency_json(const Histogram& latency, bool whole, bool bins) {
  if (latency.count() == 0) return {{"min", 0}, {"max", 0}, {"mean", 0.0}, {"stddev", 0.0}, {"N", 0}};
  const Histogram::Filled filled = latency.filled();
  double squares = 0;
  for (const auto& [bucket, samples] : filled) {
    const double off = static_cast<double>(middle_ns(bucket)) - latency.mean_ns();
    squares += off * off * static_cast<double>(samples);
  }
  const auto samples = static_cast<double>(latency.count());
  Json json{{"min", Histogram::lowest_ns(filled.front().first)},
            {"max", Histogram::highest_ns(filled.back().first)},
            {"mean", latency.mean_ns()},
            {"stddev", samples > 1 ? std::sqrt(squares / (samples - 1)) : 0.0},
            {"N", latency.count()}};
  if (!whole) return json;
  json["percentile"] = percentiles_json(latency);
  if (bins)
    for (const auto& [bucket, count] : filled) json["bins"][std::to_string(middle_ns(bucket))] = count;
  return json;
}

std::uint64_t per_second(double count, double seconds) {
  return seconds > 0 ? static_cast<std::uint64_t>(std::llround(count / seconds)) : 0;
}

Json direction_json(const FioJobTimes& job, const FioKindTimes& times, bool bins) {
  constexpr std::uint64_t kKib = 1024;
  constexpr double kWholeGroup = 100;
  const bool did = times.ios > 0;
  const std::uint64_t bytes_per_s = per_second(static_cast<double>(times.bytes), job.measured_s);
  const auto kib_per_s = [](double bytes) { return static_cast<std::uint64_t>(bytes / kKib); };
  return {{"io_bytes", times.bytes},
          {"io_kbytes", times.bytes / kKib},
          {"bw_bytes", bytes_per_s},
          {"bw", bytes_per_s / kKib},
          {"iops", job.measured_s > 0 ? static_cast<double>(times.ios) / job.measured_s : 0.0},
          {"runtime", did ? std::llround(job.measured_s * 1000) : 0},
          {"total_ios", times.ios},
          {"short_ios", 0},
          {"drop_ios", 0},
          {"slat_ns", latency_json(times.slat, false, false)},
          {"clat_ns", latency_json(times.clat, true, bins)},
          {"lat_ns", latency_json(times.lat, false, false)},
          {"bw_min", kib_per_s(times.bytes_per_s.min)},
          {"bw_max", kib_per_s(times.bytes_per_s.max)},
          {"bw_agg", did ? kWholeGroup : 0.0},
          {"bw_mean", times.bytes_per_s.mean / kKib},
          {"bw_dev", times.bytes_per_s.stddev / kKib},
          {"bw_samples", did ? job.samples : 0},
          {"iops_min", static_cast<std::uint64_t>(times.iops.min)},
          {"iops_max", static_cast<std::uint64_t>(times.iops.max)},
          {"iops_mean", times.iops.mean},
          {"iops_stddev", times.iops.stddev},
          {"iops_samples", did ? job.samples : 0}};
}

template <class Keys>
Json shares_json(const Keys& keys, const std::array<std::uint64_t, kFioDepthGroups>& groups) {
  std::uint64_t total = 0;
  for (const std::uint64_t count : groups) total += count;
  Json json = Json::object();
  for (std::size_t i = 0; i < groups.size(); ++i)
    json[keys[i]] = total == 0 ? 0.0 : 100 * static_cast<double>(groups[i]) / static_cast<double>(total);
  return json;
}

// Shares of the job's reads, writes and trims whose completion latency lies in each of fio's groups.
void add_latency_groups(const FioJobTimes& job, Json& json) {
  std::array<std::uint64_t, kFioLatencyEnds.size()> in_ns{};
  std::array<std::uint64_t, kFioLatencyEnds.size()> in_us{};
  std::array<std::uint64_t, kFioLatencyEndsMs.size() + 1> in_ms{};
  std::uint64_t total = 0;
  const auto group = [](const auto& ends, std::uint64_t value) {
    return static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), value) - ends.begin());
  };
  for (const FioKindTimes& times : job.kinds) {
    if (times.kind == IoKind::kFlush) continue;
    for (const auto& [bucket, samples] : times.clat.filled()) {
      const std::uint64_t ns = middle_ns(bucket);
      total += samples;
      if (ns < kNsPerUs)
        in_ns.at(group(kFioLatencyEnds, ns)) += samples;
      else if (ns < kNsPerMs)
        in_us.at(group(kFioLatencyEnds, ns / kNsPerUs)) += samples;
      else
        in_ms.at(group(kFioLatencyEndsMs, ns / kNsPerMs)) += samples;
    }
  }
  const auto share = [total](std::uint64_t samples) {
    return total == 0 ? 0.0 : 100 * static_cast<double>(samples) / static_cast<double>(total);
  };
  for (std::size_t i = 0; i < in_ns.size(); ++i)
    json["latency_ns"][std::to_string(kFioLatencyEnds.at(i))] = share(in_ns.at(i));
  for (std::size_t i = 0; i < in_us.size(); ++i)
    json["latency_us"][std::to_string(kFioLatencyEnds.at(i))] = share(in_us.at(i));
  for (std::size_t i = 0; i < kFioLatencyEndsMs.size(); ++i)
    json["latency_ms"][std::to_string(kFioLatencyEndsMs.at(i))] = share(in_ms.at(i));
  json["latency_ms"][">=2000"] = share(in_ms.back());
}

Json job_options_json(const Testbed& testbed, const RunningJob& running, std::uint64_t seed) {
  Json json{{"name", running.name}};
  for (const auto& [option, value] : fio_options(testbed, running, seed)) json[option] = value;
  json["numjobs"] = std::to_string(running.job.numjobs);
  return json;
}

Json fio_job_json(const Testbed& testbed, const RunningJob& running, std::uint64_t seed, std::size_t group,
                  double simulated_s, const FioJobTimes& job, bool bins) {
  Json json{{"jobname", job.job},
            {"groupid", group},
            {"error", 0},
            {"eta", 0},
            {"elapsed", static_cast<std::uint64_t>(std::ceil(simulated_s))},
            {"job options", job_options_json(testbed, running, seed)}};
  const auto times_of = [&job](IoKind kind) {
    for (const FioKindTimes& times : job.kinds)
      if (times.kind == kind) return times;
    return FioKindTimes{.kind = kind};
  };
  for (const IoKind kind : {IoKind::kRead, IoKind::kWrite, IoKind::kTrim})
    json[std::string(kIoKindNames.at(index_of(kind)))] = direction_json(job, times_of(kind), bins);
  const FioKindTimes flushes = times_of(IoKind::kFlush);
  json["sync"] = {{"total_ios", flushes.ios}, {"lat_ns", latency_json(flushes.lat, true, bins)}};
  json["job_runtime"] = std::llround(job.measured_s * 1000 * running.processes());
  json["iodepth_level"] = shares_json(kFioLevels, job.depths[static_cast<std::size_t>(FioDepth::kLevel)]);
  json["iodepth_submit"] = shares_json(kFioCalls, job.depths[static_cast<std::size_t>(FioDepth::kSubmit)]);
  json["iodepth_complete"] = shares_json(kFioCalls, job.depths[static_cast<std::size_t>(FioDepth::kComplete)]);
  add_latency_groups(job, json);
  json["latency_depth"] = running.job.depth();
  json["latency_target"] = 0;
  json["latency_percentile"] = 100.0;
  json["latency_window"] = 0;
  return json;
}

}  // namespace

std::string fio_json(const Testbed& testbed, std::uint64_t seed, double simulated_s,
                     const std::vector<FioJobTimes>& jobs, bool bins) {
  const std::vector<RunningJob> running = running_jobs(testbed);
  ensure(running.size() == jobs.size(), "a point tells of each of its jobs");
  // The clock of a simulation begins at 0.
  Json json{{"fio version", kFioVersion},
            {"timestamp", 0},
            {"timestamp_ms", 0},
            {"time", "Thu Jan  1 00:00:00 1970"},
            {"global options", Json::object()},
            {"jobs", Json::array()}};
  for (std::size_t i = 0; i < jobs.size(); ++i)
    json["jobs"].push_back(fio_job_json(testbed, running[i], seed, i, simulated_s, jobs[i], bins));
  return json.dump(2) + "\n";
}

std::vector<std::pair<std::string, std::string>> fio_logs(const std::vector<FioJobTimes>& jobs) {
  std::vector<std::pair<std::string, std::string>> logs;
  for (std::size_t number = 0; number < jobs.size(); ++number) {
    struct Line {
      double end_s;
      std::size_t direction;
      const FioBin* bin;
    };
    std::vector<Line> lines;
    for (const FioKindTimes& times : jobs[number].kinds)
      for (const FioBin& bin : times.bins)
        if (bin.ios > 0 && times.kind != IoKind::kFlush) lines.push_back({bin.end_s, index_of(times.kind), &bin});
    if (lines.empty()) continue;
    std::ranges::stable_sort(lines, {}, &Line::end_s);
    std::string bandwidth;
    std::string iops;
    std::string latency;
    for (const Line& line : lines) {
      // Time in ms, value, direction, then size and offset, which a mean has not.
      const auto add = [&](std::string& log, double value) {
        log += fmt::format("{}, {}, {}, 0, 0\n", std::llround(line.end_s * 1000), std::llround(value), line.direction);
      };
      add(bandwidth, static_cast<double>(line.bin->bytes) / 1024 / line.bin->length_s);
      add(iops, static_cast<double>(line.bin->ios) / line.bin->length_s);
      add(latency, line.bin->latency_mean_ns);
    }
    const std::string end = fmt::format(".{}.log", number + 1);
    logs.emplace_back("_bw" + end, bandwidth);
    logs.emplace_back("_iops" + end, iops);
    logs.emplace_back("_lat" + end, latency);
  }
  return logs;
}

}  // namespace vqlab
