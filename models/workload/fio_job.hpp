// A job in fio's own words.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/base/io_kind.hpp"
#include "models/base/params.hpp"
#include "models/base/units.hpp"
#include "models/workload/fio_sizes.hpp"
#include "models/workload/io_trace.hpp"

namespace vqlab {

struct FioJob {
  std::string rw = "read";
  std::string bs;
  SizeRange bsrange{4096, 65536};
  std::string bssplit;
  std::string ioengine = "libaio";
  std::uint32_t iodepth = 4;
  std::uint32_t iodepth_low = 0;
  std::uint32_t iodepth_batch = 1;
  std::uint32_t iodepth_batch_complete_min = 1;
  std::uint32_t iodepth_batch_complete_max = 0;
  std::uint32_t loops = 20;
  std::uint32_t direct = 1;
  std::uint64_t size_bytes = std::uint64_t{1} << 30;
  std::uint32_t numjobs = 1;
  std::int32_t nice = 0;
  std::uint32_t rwmixread = 50;
  std::string random_distribution = "random";
  std::uint32_t fsync = 0;
  std::uint32_t fdatasync = 0;
  std::string sync = "none";
  std::uint32_t thinktime_us = 0;
  std::uint32_t thinktime_blocks = 1;
  std::string thinktime_blocks_type = "issue";
  std::uint32_t thinktime_spin_us = 0;
  std::string thinktime_iotime;  // a time, see parse_time(); empty: 0
  std::string rate;
  std::uint32_t rate_iops = 0;
  std::string rate_process = "linear";
  std::string startdelay;  // as the others a time, see parse_time(); empty: 0
  std::string ramp_time;
  std::string runtime;  // 0: no limit
  std::uint32_t time_based = 0;
  std::string cpus_allowed;  // of the guest; empty: all
  std::string cpus_allowed_policy = "shared";
  std::string read_iolog;  // the name of a kept trace; empty: it draws its requests itself
  std::uint32_t replay_no_stall = 0;
  std::uint32_t replay_time_scale = 100;
  std::uint32_t replay_scale = 1;
  std::int64_t replay_redirect = -1;
  std::uint32_t stonewall = 0;  // of a job in a list
  std::string targets;          // of a job in a list; empty: all
  std::string file_service_type = "own";

  // Sizes of its reads, writes or trims. Preconditions: no trace; bs and bssplit fit their rows; the kind is no flush.
  [[nodiscard]] SizeMix sizes(IoKind kind) const;
  // Share of each kind among its reads, writes and trims, in percent. Precondition: no trace.
  [[nodiscard]] std::uint32_t percent_of(IoKind kind) const;
  // Whether it has I/Os of the kind, flushes included.
  [[nodiscard]] bool does(IoKind kind) const;
  [[nodiscard]] double mean_bytes_of(IoKind kind) const;
  // What it replays; null if it draws its requests itself, or the trace is not kept.
  [[nodiscard]] const IoTrace* trace() const { return read_iolog.empty() ? nullptr : kept_trace(read_iolog); }
  [[nodiscard]] bool replays() const { return !read_iolog.empty(); }
  // The mean size of its I/Os is that of the sizes that it draws from, in the long run. That of a trace is not, nor of
  // a job that passes so soon over all of its `size` that it has the same few sizes again and again.
  [[nodiscard]] bool has_known_mean_size() const;
  // It comes to an end before its loops are over: by time, or with its trace.
  [[nodiscard]] bool is_limited() const { return replays() || time_limit().has_value(); }
  // The same, in fewer words.
  [[nodiscard]] std::uint32_t read_percent() const { return percent_of(IoKind::kRead); }
  [[nodiscard]] bool mixes() const { return rw == "rw" || rw == "randrw"; }
  [[nodiscard]] bool trims() const { return !replays() && (rw == "trim" || rw == "randtrim"); }
  // Of all I/Os, flushes apart, in bytes.
  [[nodiscard]] double mean_request_bytes() const;
  [[nodiscard]] std::uint64_t most_io_bytes() const;
  // Of those that are split where they are larger than a request: a trim never is.
  [[nodiscard]] std::uint64_t most_data_bytes() const;
  [[nodiscard]] std::uint64_t least_io_bytes() const;
  // Writes from one flush to the next; 0: it never flushes.
  [[nodiscard]] std::uint32_t writes_per_flush() const;
  // Bytes in a second that it may issue; 0: no limit.
  [[nodiscard]] std::uint64_t rate_bytes() const;

  // It begins so long after the run, it is measured so long after it began, and for so long if it has a limit.
  [[nodiscard]] Duration start_delay() const;
  // Time from one think time to the next; 0: they are counted in requests.
  [[nodiscard]] Duration iotime() const;
  [[nodiscard]] Duration ramp() const;
  [[nodiscard]] std::optional<Duration> time_limit() const;
  // It goes over its file until its runtime is over. Without a runtime time_based is nothing, as for fio.
  [[nodiscard]] bool goes_on() const { return time_based != 0 && time_limit().has_value(); }
  // Of a trace that is replayed at its times: when its last I/O is due, from when the job begins. Else 0.
  [[nodiscard]] Duration replay_length() const;

  // Its system calls return when their I/O is done.
  [[nodiscard]] bool waits_in_calls() const { return ioengine != "libaio" && ioengine != "io_uring"; }
  // O_SYNC or O_DSYNC: each of its writes is on the medium when it is over.
  [[nodiscard]] bool writes_synchronously() const { return !replays() && sync != "none" && sync != "0"; }
  // I/Os that it keeps in flight.
  [[nodiscard]] std::uint32_t depth() const { return waits_in_calls() ? 1 : iodepth; }
  // The most requests that one io_getevents takes.
  [[nodiscard]] std::uint32_t most_reaped() const {
    return std::max(iodepth_batch_complete_min, iodepth_batch_complete_max);
  }
  // Share of a CPU's time, relative to other processes; 1024 for nice 0.
  [[nodiscard]] std::uint32_t weight() const;
  // Neighbouring I/Os have nothing to do with each other. Those of a trace may.
  [[nodiscard]] bool random_offsets() const { return !replays() && rw.compare(0, 4, "rand") == 0; }
  // Each process does I/O on all targets of the job; else it has one of them for itself.
  [[nodiscard]] bool roams() const { return replays() || file_service_type != "own"; }

  friend bool operator==(const FioJob&, const FioJob&) = default;
};

[[nodiscard]] const ParamTable& params_of(const FioJob*);
// Of a job in a list of them: the same rows, and `targets`.
[[nodiscard]] const ParamTable& params_of_listed_job();
// Targets as a list in a text: "0-3,7".
[[nodiscard]] Wording list_of_targets();

// The job's I/Os by kind and size. Kinds of the same sizes come as one, the first of them; weights then are whole
// numbers.
struct WeightedSize {
  IoKind kind;
  std::uint64_t bytes;
  double weight;
};
[[nodiscard]] std::vector<WeightedSize> weighted_sizes(const FioJob& job);

}  // namespace vqlab
