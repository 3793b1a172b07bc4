#include <algorithm>
#include <utility>

#include "analysis/formats/fio_jobs.hpp"
#include "analysis/formats/fio_numbers.hpp"
#include "models/base/size_text.hpp"

namespace vqlab {
namespace {

constexpr std::int64_t kStandardSize = std::int64_t{1} << 30;  // of a scenario's job
constexpr std::int64_t kLeastSize = std::int64_t{1} << 20;
constexpr std::int64_t kEndlessLoops = 1'000'000;
constexpr std::int64_t kUsOfSecond = 1'000'000;
constexpr std::int64_t kSecondsOfSize = 1000;  // how long a job that ends with its size may take
constexpr std::int64_t kStandardSeconds = 60;  // precision.max_simulated_s

constexpr const char* kUntilSure = "the run lasts until its numbers are sure";

struct FioTimes {
  std::int64_t delay_us;
  std::int64_t ramp_us;
  std::int64_t runtime_us;
  bool time_based;
  bool waits;    // for all before it
  bool replays;  // a trace, which ends by itself
};

// Of a range the middle: fio draws one for each process.
std::int64_t delay_of(const ImportedJob& job) {
  const auto numbers = job.numbers("startdelay");
  if (!numbers[0]) return 0;
  return (*numbers[0] + numbers[1].value_or(*numbers[0])) / 2;
}

FioTimes times_of(const ImportedJob& job, bool first) {
  const bool barrier = job.is_set("stonewall") || job.find("wait_for") != nullptr;
  return {delay_of(job),
          job.number("ramp_time").value_or(0),
          job.number("runtime").value_or(0),
          job.is_set("time_based"),
          barrier && !first,
          job.find("read_iolog") != nullptr};
}

// The job ends with its passes, of which it says the number.
bool says_passes(const ImportedJob& job, const FioTimes& times) {
  return job.find("loops") != nullptr && !times.time_based && !times.replays;
}

// All jobs are there from the beginning to the end.
bool is_steady(const std::vector<FioTimes>& times) {
  return std::all_of(times.begin(), times.end(), [&times](const FioTimes& one) {
    return !one.waits && !one.replays && one.delay_us == times.front().delay_us &&
           one.ramp_us == times.front().ramp_us && one.runtime_us == times.front().runtime_us;
  });
}

// Bytes of one pass, where the job says so: of a percentage that of the standard size.
std::optional<std::int64_t> size_of(ImportedJob& job) {
  const FioGiven* const given = job.find("size");
  if (given == nullptr) {
    const auto file = job.number("filesize");
    job.note("filesize", OptionClass::kApproximated, "the size of what the job reads and writes");
    if (!file) return std::nullopt;
    return *file * std::max<std::int64_t>(1, job.number("nrfiles").value_or(1));
  }
  job.note("filesize", OptionClass::kApproximated, "size says how much the job reads and writes");
  const auto size = fio_bytes(given->value, given->kb_base);
  if (!size || size->zones) {
    job.note("size", OptionClass::kRefused, "zones; nearest: a size in bytes");
    return std::nullopt;
  }
  if (!size->percent) return size->value;
  if (size->value < 0 || size->value > 100) {
    job.refuse("size", "a size, as 4g, or a percentage up to 100%");
    return std::nullopt;
  }
  return kStandardSize / 100 * size->value;
}

// One pass over so much; what is so anyway does not stand in the scenario.
void pass_over(ImportedJob& job, std::int64_t bytes, const std::string& option, OptionClass kind,
               const std::string& how) {
  const std::string text = size_text(static_cast<std::uint64_t>(std::max<std::int64_t>(0, bytes)));
  const std::string words = "size " + Json(text).dump() + (how.empty() ? "" : ": " + how);
  job.note(option, kind, words);
  if (bytes != kStandardSize) job.set("size", text, option);
}

void set_size(ImportedJob& job, bool steady, const FioTimes& times) {
  if (times.replays) {
    for (const char* const name : {"size", "filesize", "io_size", "number_ios", "loops"})
      job.note(name, OptionClass::kHarmless, "the trace says it");
    return;
  }
  const auto size = size_of(job);
  const std::string option = job.find("size") != nullptr ? "size" : "filesize";
  if (!size) {
    if (job.find("size") == nullptr) job.imply("size", "1g of the disk, whose own size a job file does not know");
  } else if (*size == 0) {
    job.note(option, OptionClass::kApproximated, "the whole disk, whose own size a job file does not know: 1g of it");
  } else if (job.find("size") == nullptr) {
    if (*size != kStandardSize) job.set("size", size_text(static_cast<std::uint64_t>(*size)), option);
  } else if (job.find("size")->value.find('%') != std::string::npos) {
    pass_over(job, *size, option, OptionClass::kApproximated,
              "a percentage of 1g, since a job file does not know how large its disks are");
  } else if (steady && *size >= 0 && *size < kLeastSize) {
    pass_over(job, kLeastSize, option, OptionClass::kApproximated,
              "the least that a pass may be; the job passes over it again and again");
  } else if (steady && !times.time_based && !says_passes(job, times)) {
    pass_over(job, *size, option, OptionClass::kApproximated,
              std::string("the job passes over it again and again, and ") + kUntilSure);
  } else {
    pass_over(job, *size, option, OptionClass::kModelled, "");
  }
}

// A job that ends with what it has read and written.
void set_passes(ImportedJob& job, bool steady, const FioTimes& times) {
  if (times.replays) return;
  const bool endless = (steady && !says_passes(job, times)) || (times.time_based && times.runtime_us > 0);
  if (endless) {
    if (!times.time_based || steady) job.set("loops", kEndlessLoops, "");
    for (const char* const name : {"io_size", "number_ios"})
      job.note(name, OptionClass::kApproximated,
               std::string("the job goes on: ") + (steady ? kUntilSure : "time_based"));
    return job.note("loops", times.time_based ? OptionClass::kHarmless : OptionClass::kApproximated,
                    std::string("the job goes on: ") + (steady ? kUntilSure : "time_based"));
  }
  const std::int64_t loops = std::max<std::int64_t>(1, job.number("loops").value_or(1));
  if (job.find("loops") != nullptr)
    job.model("loops", loops, "loops");
  else
    job.set("loops", loops, "loops");
  if (steady) {
    for (const char* const name : {"io_size", "number_ios"})
      job.note(name, OptionClass::kApproximated, std::string("the job goes on: ") + kUntilSure);
    return;
  }
  if (job.is_set("number_ios"))
    job.note("number_ios", OptionClass::kRefused, "an end after so many I/Os; nearest: size, with loops=1");
  else
    job.note("number_ios", OptionClass::kHarmless, "what is so anyway");
  const FioGiven* const given = job.find("io_size");
  if (given == nullptr) return;
  const auto bytes = fio_bytes(given->value, given->kb_base);
  const auto size = job.number("size").value_or(kStandardSize);
  if (!bytes || bytes->percent || bytes->zones || bytes->value <= 0 || size <= 0)
    return job.note("io_size", OptionClass::kRefused, "a share of the disk's size; nearest: io_size in bytes");
  if (bytes->value % size == 0) return job.model("loops", bytes->value / size * loops, "io_size");
  if (bytes->value < size)
    return job.approximate("size", size_text(static_cast<std::uint64_t>(bytes->value)), "io_size",
                           "the job reads and writes so much of the disk, and no more of it");
  job.approximate("loops", (bytes->value + size / 2) / size * loops, "io_size", "the nearest number of passes");
}

void note_steady(ImportedJob& job) {
  const bool time_based = job.is_set("time_based");
  job.note("runtime", job.is_set("runtime") ? OptionClass::kApproximated : OptionClass::kHarmless, kUntilSure);
  job.note("time_based", OptionClass::kHarmless, time_based ? "the job goes on to the end of the run" : kUntilSure);
  job.note("ramp_time", job.is_set("ramp_time") ? OptionClass::kApproximated : OptionClass::kHarmless,
           "the run finds its own warm-up");
  job.note("startdelay", OptionClass::kHarmless, "all jobs begin together");
  for (const char* const name : {"stonewall", "wait_for"})
    job.note(name, OptionClass::kHarmless, "there is no job before it");
  job.note("exitall", OptionClass::kHarmless, "all jobs end together");
}

void keep_times(ImportedJob& job, const FioTimes& times, const ImportedJob* before, std::size_t position) {
  if (times.runtime_us > 0)
    job.model("runtime", fio_time_text(times.runtime_us), "runtime");
  else
    job.note("runtime", OptionClass::kHarmless, "what is so anyway");
  if (times.time_based && times.runtime_us > 0)
    job.model("time_based", 1, "time_based");
  else
    job.note("time_based", OptionClass::kHarmless, "a runtime alone reads it");
  if (times.ramp_us > 0)
    job.model("ramp_time", fio_time_text(times.ramp_us), "ramp_time");
  else
    job.note("ramp_time", OptionClass::kHarmless, "what is so anyway");
  if (times.delay_us == 0)
    job.note("startdelay", OptionClass::kHarmless, "what is so anyway");
  else if (job.numbers("startdelay")[0] == job.numbers("startdelay")[1])
    job.model("startdelay", fio_time_text(times.delay_us), "startdelay");
  else
    job.approximate("startdelay", fio_time_text(times.delay_us), "startdelay", "the middle of the range");
  if (times.waits) job.set("stonewall", 1, job.is_set("stonewall") ? "stonewall" : "wait_for");
  job.note("stonewall", times.waits ? OptionClass::kModelled : OptionClass::kHarmless,
           times.waits     ? "stonewall 1"
           : position == 0 ? "there is no job before it"
                           : "what is so anyway");
  if (const FioGiven* const waited = job.find("wait_for")) {
    const bool alone = position == 1 && before != nullptr && before->section() == waited->value;
    job.note("wait_for", alone ? OptionClass::kModelled : OptionClass::kApproximated,
             alone ? "stonewall 1" : "stonewall 1: the job waits for all before it");
  }
  if (job.is_set("exitall"))
    job.note("exitall", OptionClass::kRefused, "all jobs end with the first; nearest: runtime in each of them");
  else
    job.note("exitall", OptionClass::kHarmless, "what is so anyway");
}

// A job that waits for one that is not before it.
void check_waiting(std::vector<ImportedJob>& jobs) {
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const FioGiven* const waited = jobs[i].find("wait_for");
    if (waited == nullptr) continue;
    const auto end = jobs.begin() + static_cast<std::ptrdiff_t>(i);
    const bool before = std::any_of(jobs.begin(), end, [waited](const ImportedJob& one) {
      return one.section() == waited->value || one.choice("name", "") == waited->value;
    });
    if (!before) jobs[i].refuse("wait_for", "the name of a job before it");
  }
}

// How long the run may take at most, in seconds: all phases one after another.
std::int64_t longest_run_s(const std::vector<FioTimes>& times) {
  std::int64_t total = 0;
  std::int64_t phase = 0;
  for (const FioTimes& one : times) {
    if (one.waits) total += std::exchange(phase, 0);
    const std::int64_t busy = one.runtime_us > 0 ? one.runtime_us / kUsOfSecond + 1 : kSecondsOfSize;
    phase = std::max(phase, (one.delay_us + one.ramp_us) / kUsOfSecond + 1 + busy);
  }
  return total + phase + 1;
}

}  // namespace

Json import_fio_times(std::vector<ImportedJob>& jobs) {
  check_waiting(jobs);
  std::vector<FioTimes> times;
  for (const ImportedJob& job : jobs) times.push_back(times_of(job, times.empty()));
  const bool steady = is_steady(times);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    set_size(jobs[i], steady, times[i]);
    set_passes(jobs[i], steady, times[i]);
    if (steady)
      note_steady(jobs[i]);
    else
      keep_times(jobs[i], times[i], i == 0 ? nullptr : &jobs[i - 1], i);
  }
  const std::int64_t longest = steady || times.empty() ? 0 : longest_run_s(times);
  return longest > kStandardSeconds ? Json{{"max_simulated_s", longest}} : Json();
}

}  // namespace vqlab
