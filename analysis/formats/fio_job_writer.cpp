#include "analysis/formats/fio_job_writer.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>
#include <string_view>

#include "analysis/scenario/value.hpp"
#include "models/base/size_text.hpp"
#include "models/testbed/unread.hpp"
#include "models/workload/fio_times.hpp"

namespace vqlab {
namespace {

// Rows that stand in a file whatever their value: their defaults are not fio's.
constexpr std::array kFioAlways{"rw",      "bs",     "bsrange", "bssplit", "ioengine",
                                "iodepth", "direct", "size",    "loops",   "thinktime_blocks_type"};
// Rows whose values depend on where a process runs.
constexpr std::array kFioByPlace{"numjobs", "stonewall", "targets", "file_service_type", "replay_redirect"};
constexpr std::array kFioTimes{"thinktime_iotime", "startdelay", "ramp_time", "runtime"};

template <class Names>
bool is_fio_name_among(const Names& names, const std::string& name) {
  return std::ranges::any_of(names, [&name](std::string_view one) { return one == name; });
}

constexpr std::uint32_t kEndlessPasses = 1'000'000;  // the most, which import makes of a job without an end
constexpr const char* kRunOfEndlessJobs = "60s";

// With its unit: fio takes whole numbers alone.
std::string written_time(const std::string& text) {
  const auto time = parse_time(text);
  if (!time) return text;
  const auto ns = time->count();
  if (ns % 1'000'000'000 == 0) return fmt::format("{}s", ns / 1'000'000'000);
  return ns % 1'000'000 == 0 ? fmt::format("{}ms", ns / 1'000'000) : fmt::format("{}us", (ns + 500) / 1000);
}

std::string fio_value(const std::string& name, const ParamValue& value) {
  if (is_fio_name_among(kFioTimes, name)) return written_time(std::get<std::string>(value));
  if (name == "size") return size_text(static_cast<std::uint64_t>(std::stoull(value_text(value))));
  return value_text(value);
}

// fio limits reads and writes each, a scenario both together: each has its share.
std::string rate_of_mix(const FioJob& job, std::uint64_t rate, bool in_bytes) {
  const std::uint64_t reads = std::clamp<std::uint64_t>(
      rate / 100 * job.read_percent() + rate % 100 * job.read_percent() / 100, 1, std::max<std::uint64_t>(rate, 2) - 1);
  const std::uint64_t writes = std::max<std::uint64_t>(rate, reads + 1) - reads;
  return in_bytes ? size_text(reads) + "," + size_text(writes) : fmt::format("{},{}", reads, writes);
}

// Rows that the scenario's list of jobs has for this one.
std::set<std::string> rows_said(const Testbed& testbed, const std::string& name) {
  std::set<std::string> said;
  for (const NamedSet& element : testbed.jobs)
    if (element.name == name)
      for (const RowValue& value : element.values) said.insert(value.row);
  return said;
}

// All jobs are there all the time, and none of them has an end: a real run must have one.
bool is_endless(const Testbed& testbed) {
  return !is_by_time(testbed) && !of_some_job(testbed, [](const FioJob& job) {
    return job.loops < kEndlessPasses || job.start_delay() > Duration{0} || job.ramp() > Duration{0};
  });
}

std::string section_text(const std::string& name, const FioOptions& options) {
  std::string text = "\n[" + name + "]\n";
  for (const auto& [option, value] : options) text += fmt::format("{}={}\n", option, value);
  return text;
}

// The processes of a job that do I/O on the same disks.
struct FioPlace {
  std::string filename;
  std::uint32_t processes;
  std::uint32_t first_process;  // in the guest
};

std::vector<FioPlace> fio_places(const Testbed& testbed, const RunningJob& running, std::uint32_t& process) {
  std::vector<FioPlace> places;
  std::vector<std::uint32_t> targets;
  for (const IndexRange& range : running.targets)
    for (std::uint32_t target = range.first; target < range.end; ++target) targets.push_back(target);
  const std::uint32_t luns = std::min(testbed.luns_per_target, running.job.numjobs);
  // Process i has LUN i modulo their number.
  const auto processes_of = [&](std::uint32_t lun) { return (running.job.numjobs - lun + luns - 1) / luns; };
  const auto add = [&](std::string filename, std::uint32_t processes) {
    places.push_back({std::move(filename), processes, process});
    process += processes;
  };
  if (running.job.roams()) {
    for (std::uint32_t lun = 0; lun < luns; ++lun) {
      std::string files;
      for (const std::uint32_t target : targets) files += (files.empty() ? "" : ":") + guest_disk(testbed, target, lun);
      add(files, processes_of(lun));
    }
    return places;
  }
  for (const std::uint32_t target : targets)
    for (std::uint32_t lun = 0; lun < luns; ++lun) add(guest_disk(testbed, target, lun), processes_of(lun));
  return places;
}

void add_pinning(const Testbed& testbed, const FioPlace& place, FioOptions& options) {
  const GuestConfig& guest = testbed.guest;
  if (!guest.pinned()) return;
  std::string vcpus;
  for (std::uint32_t i = 0; i < std::min(place.processes, guest.homes()); ++i)
    vcpus +=
        fmt::format("{}{}", vcpus.empty() ? "" : ",", guest.first_home() + (place.first_process + i) % guest.homes());
  options.emplace_back("cpus_allowed", vcpus);
  if (place.processes > 1) options.emplace_back("cpus_allowed_policy", "split");
}

}  // namespace

std::string exported_disk(std::uint32_t target, std::uint32_t lun) { return fmt::format("t{}l{}", target, lun); }

std::string guest_disk(const Testbed& testbed, std::uint32_t target, std::uint32_t lun) {
  constexpr std::uint32_t kLetters = 26;
  std::string letters;
  for (std::uint32_t left = target * testbed.luns_per_target + lun + 1; left > 0; left = (left - 1) / kLetters)
    letters.insert(letters.begin(), static_cast<char>('a' + (left - 1) % kLetters));
  return "/dev/sd" + letters;
}

FioOptions fio_options(const Testbed& testbed, const RunningJob& running, std::uint64_t seed) {
  const FioJob& job = running.job;
  const FioJob standard;
  const ParamTable& table = params_of(static_cast<const FioJob*>(nullptr));
  FioOptions options;
  const std::set<std::string> said = rows_said(testbed, running.name);
  for (const Param& row : table.rows) {
    if (is_fio_name_among(kFioByPlace, row.name) || !unread_unless(testbed, {table, row, &job}).empty()) continue;
    const ParamValue value = row.get(&job);
    const bool is_standard = value == row.get(&standard);
    const bool must = is_fio_name_among(kFioAlways, row.name) || said.contains(row.name);
    if ((is_standard && !must) || value == ParamValue(std::string())) continue;
    if (job.mixes() && row.name == "rate_iops" && job.rate_iops > 0) {
      options.emplace_back(row.name, rate_of_mix(job, job.rate_iops, false));
    } else if (job.mixes() && row.name == "rate") {
      options.emplace_back(row.name, rate_of_mix(job, job.rate_bytes(), true));
    } else if (row.name == "bsrange" && job.bsrange.min_bytes == job.bsrange.max_bytes) {
      options.emplace_back("bs", size_text(job.bsrange.min_bytes));
    } else {
      options.emplace_back(row.name, fio_value(row.name, value));
    }
  }
  if (job.waits_in_calls()) options.emplace_back("iodepth", "1");
  if (job.roams() && !job.replays()) options.emplace_back("file_service_type", job.file_service_type);
  if (job.random_offsets() && !job.replays()) {
    options.emplace_back("norandommap", "1");
    options.emplace_back("randseed", std::to_string(seed));
  }
  return options;
}

std::string fio_job_file(const Testbed& testbed, std::uint64_t seed) {
  std::string text =
      "# Written by vqlab export. Run it in the guest.\n"
      "[global]\n"
      "group_reporting=1\n";
  const bool endless = is_endless(testbed);
  std::uint32_t process = 0;
  for (const RunningJob& running : running_jobs(testbed)) {
    FioOptions of_job = fio_options(testbed, running, seed);
    if (endless) {
      std::erase_if(of_job, [](const auto& option) { return option.first == "loops"; });
      of_job.emplace_back("time_based", "1");
      of_job.emplace_back("runtime", kRunOfEndlessJobs);
    }
    bool first = true;
    for (const FioPlace& place : fio_places(testbed, running, process)) {
      FioOptions options{{"filename", place.filename}};
      options.insert(options.end(), of_job.begin(), of_job.end());
      if (place.processes > 1 || rows_said(testbed, running.name).contains("numjobs"))
        options.emplace_back("numjobs", std::to_string(place.processes));
      if (running.job.replay_redirect >= 0 && running.job.replays()) {
        const std::string& files = place.filename;
        std::size_t begin = 0;
        for (std::int64_t left = running.job.replay_redirect; left > 0; --left) begin = files.find(':', begin) + 1;
        options.emplace_back("replay_redirect", files.substr(begin, files.find(':', begin) - begin));
      }
      add_pinning(testbed, place, options);
      if (first) options.emplace_back("new_group", "1");
      if (first && running.job.stonewall > 0) options.emplace_back("stonewall", "1");
      text += section_text(running.name, options);
      first = false;
    }
  }
  return text;
}

}  // namespace vqlab
