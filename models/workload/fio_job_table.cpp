// The words of a job, and what each accepts.
#include "models/base/index_ranges.hpp"
#include "models/base/size_text.hpp"
#include "models/workload/fio_job.hpp"
#include "models/workload/fio_offsets.hpp"
#include "models/workload/fio_times.hpp"

namespace vqlab {
namespace {

constexpr std::uint64_t kMostRate = 1'000'000'000'000;  // bytes/s

bool is_bs(const std::string& text) { return text.empty() || parse_bs(text).has_value(); }
bool is_bssplit(const std::string& text) { return text.empty() || parse_bssplit(text).has_value(); }

bool is_rate(const std::string& text) {
  const auto bytes = parse_size(text);
  return text.empty() || (bytes && *bytes > 0 && *bytes <= kMostRate);
}

bool is_time(const std::string& text) { return text.empty() || parse_time(text).has_value(); }

bool has_one_size_range(const FioJob& job) { return job.bs.empty() && job.bssplit.empty(); }

bool thinks(const FioJob& job) { return job.thinktime_us > 0; }
constexpr const char* kThinks = "thinktime is above 0";

bool draws_requests(const FioJob& job) { return !job.replays(); }
constexpr const char* kNoTrace = "there is no read_iolog";

constexpr const char* kSizeOfIo = "[0-9]+[kKmMgG]?";

Wording sizes_of_directions() {
  const std::string size = kSizeOfIo;
  return {is_bs,
          "sizes from 512 bytes to 1g, as \"4k\", or \"4k,64k\" for reads and writes",
          "^((" + size + ")?(,(" + size + ")?){0,3})$",
          {"4k", "4k,64k"}};
}

Wording shares_of_sizes() {
  const std::string share = std::string(kSizeOfIo) + "(/[0-9]{0,3})?";
  const std::string part = "(" + share + "(:" + share + ")*)?";
  return {is_bssplit,
          "sizes from 512 bytes to 1g with percentages that add up to 100, as \"4k/70:64k/30\", or "
          "\"4k/70:64k/30,8k\" for reads and writes",
          "^(" + part + "(," + part + "){0,3})$",
          {"4k/70:64k/30", "4k,4k/50:64k/50"}};
}

bool is_distribution(const std::string& text) { return parse_distribution(text).has_value(); }

Wording shapes_of_offsets() {
  return {is_distribution,
          "\"random\", or as \"zipf:1.1\" (0.05 to 10, not 1), \"pareto:0.2\" (0.01 to 0.99) or \"normal:20\" (0.1 to "
          "100)",
          "^(random|(zipf|pareto|normal):[0-9]+([.][0-9]+)?)$",
          {"zipf:1.1", "pareto:0.2", "normal:20"}};
}

Wording bytes_per_second() {
  return {is_rate, "bytes in a second from 1 to 10^12, as \"100m\"", "^([0-9]+[kKmMgGtT]?)?$", {"100m"}};
}

Wording time_of_job() {
  return {is_time,
          "a time up to 10^6 s, as 30 or \"30\" (seconds), \"500ms\", \"100us\" or \"0.2s\"",
          "^([0-9]+([.][0-9]+)?(us|ms|s|m|h)?)?$",
          {"1ms", "200us"}};
}

bool is_sync(const std::string& text) {
  return text == "none" || text == "sync" || text == "dsync" || text == "0" || text == "1";
}

Wording synchronous_writes() {
  return {is_sync, "none or 0, sync or 1, dsync", "^(none|sync|dsync|0|1)$", {"sync", "1"}};
}

Wording list_of_vcpus() {
  return {is_ranges_or_empty,
          "vCPUs from 0 on, each once and in ascending order, as \"0-3,7\"",
          kRangesPattern,
          {"0", "0-1"}};
}

}  // namespace

Wording list_of_targets() {
  return {is_ranges_or_empty,
          "targets from 0 on, each once and in ascending order, as \"0-3,7\"",
          kRangesPattern,
          {"0", "0-1"}};
}

const ParamTable& params_of(const FioJob*) {
  static const ParamTable table{
      "job",
      "What each fio process does; the keys are fio's own.",
      {
          choice("rw", &FioJob::rw, {"read", "write", "trim", "randread", "randwrite", "randtrim", "rw", "randrw"},
                 "Direction and pattern of the I/O; \"rw\" and \"randrw\" mix reads and writes. Trims are UNMAP "
                 "commands.")
              .also_called({"readwrite"})
              .read_if<FioJob>(draws_requests, kNoTrace)
              .acts_if(ConditionId::kTellsKindsApart),
          worded("bs", &FioJob::bs, sizes_of_directions(), "bytes",
                 "Size of the I/Os; with a comma that of reads, then that of writes, then that of trims. It takes the "
                 "place of bsrange. A part that is left out is 4k.")
              .also_called({"blocksize"})
              .read_if<FioJob>(draws_requests, kNoTrace)
              .read_if<FioJob>([](const FioJob& job) { return job.bssplit.empty(); }, "there is no bssplit"),
          size_range("bsrange", &FioJob::bsrange, {512, 1 << 30},
                     "Sizes of the I/Os: uniform over the multiples of the smaller size up to the larger one.")
              .also_called({"blocksize_range"})
              .read_if<FioJob>(draws_requests, kNoTrace)
              .read_if<FioJob>(has_one_size_range, "there is neither bs nor bssplit"),
          worded("bssplit", &FioJob::bssplit, shares_of_sizes(), "bytes",
                 "Sizes of the I/Os and the percentage of each; with a comma those of reads, then of writes, then of "
                 "trims. It takes the place of bs and bsrange. Sizes without a percentage share what is left.")
              .read_if<FioJob>(draws_requests, kNoTrace),
          choice("ioengine", &FioJob::ioengine, {"libaio", "io_uring", "psync", "pvsync", "pvsync2", "sync"},
                 "How the job submits I/O. libaio: io_submit and io_getevents. io_uring: the same, but what has "
                 "completed is taken from the ring without a system call. psync: pread and pwrite, one at a time; "
                 "pvsync and pvsync2 do the same with preadv and pwritev. sync: read and write, with an lseek before "
                 "each."),
          integer("iodepth", &FioJob::iodepth, {1, 4096}, "requests", "Requests that the job keeps in flight.")
              .read_if<FioJob>([](const FioJob& job) { return !job.waits_in_calls(); },
                               "the ioengine is libaio or io_uring; with the others one request is in flight"),
          integer("iodepth_low", &FioJob::iodepth_low, {0, 4096}, "requests",
                  "Once the job has iodepth requests in flight it submits no other before it has only so many. 0: it "
                  "submits as soon as one has come back.")
              .read_if<FioJob>([](const FioJob& job) { return job.depth() > 1; }, "the iodepth is above 1"),
          integer("iodepth_batch", &FioJob::iodepth_batch, {1, 4096}, "requests",
                  "Most requests that one io_submit hands to the block layer. The block layer gives them to the driver "
                  "as one batch.")
              .also_called({"iodepth_batch_submit"})
              .read_if(ConditionId::kBatches),
          integer("iodepth_batch_complete_min", &FioJob::iodepth_batch_complete_min, {1, 4096}, "requests",
                  "Requests that the job waits for before it submits others. It never waits for more than it has in "
                  "flight.")
              .also_called({"iodepth_batch_complete"})
              .read_if<FioJob>([](const FioJob& job) { return job.depth() > 1; }, "the iodepth is above 1"),
          integer(
              "iodepth_batch_complete_max", &FioJob::iodepth_batch_complete_max, {0, 4096}, "requests",
              "Most requests that one io_getevents takes back before the job submits others. It is never less than "
              "iodepth_batch_complete_min, which is also the default (0) and was the only choice in 2012.",
              "fio 2.0 of 2012: io_getevents with iodepth_batch_complete as minimum and maximum; a maximum of its own "
              "since 2015")
              .read_if<FioJob>([](const FioJob& job) { return job.depth() > 1; }, "the iodepth is above 1"),
          integer("loops", &FioJob::loops, {1, 1000000}, "passes", "Passes over the file before the job ends.")
              .read_if<FioJob>(draws_requests, kNoTrace)
              .read_if<FioJob>([](const FioJob& job) { return !job.goes_on(); },
                               "time_based is 0, or there is no runtime"),
          integer("direct", &FioJob::direct, {1, 1}, "",
                  "1: O_DIRECT, past the guest's page cache. Buffered I/O is not modelled."),
          size("size", &FioJob::size_bytes, {1 << 20, 1e15}, "Bytes of one pass over the file.")
              .read_if<FioJob>(draws_requests, kNoTrace),
          integer("numjobs", &FioJob::numjobs, {1, 4096}, "processes", "Processes of this job on each target."),
          integer(
              "nice", &FioJob::nice, {-20, 19}, "",
              "Niceness of the job's processes. Each step is a factor of 1.25 in the share of a vCPU that a process "
              "gets while others want it too.")
              .read_with("time_slices")
              .read_if(ConditionId::kTimeSlices)
              .read_if(ConditionId::kSeveralProcesses),
          integer("rwmixread", &FioJob::rwmixread, {0, 100}, "percent", "Share of reads in a mix, request by request.")
              .read_if<FioJob>(draws_requests, kNoTrace)
              .read_if<FioJob>([](const FioJob& job) { return job.mixes(); }, "rw is \"rw\" or \"randrw\"")
              .acts_if(ConditionId::kTellsRequestsApart),
          worded("random_distribution", &FioJob::random_distribution, shapes_of_offsets(), "",
                 "Which blocks random I/Os are for. zipf, pareto, normal: some are likelier than others, by fio's "
                 "theta, h, or standard deviation in percent of the disk; where they lie is hashed.")
              .read_if<FioJob>(draws_requests, kNoTrace)
              .read_if<FioJob>([](const FioJob& job) { return job.random_offsets(); }, "rw has random offsets")
              .acts_if(ConditionId::kTellsRequestsApart),
          integer("fsync", &FioJob::fsync, {0, 1e6}, "writes",
                  "After so many writes the job flushes the disk's cache: a SYNCHRONIZE CACHE command. With io_uring "
                  "it goes on meanwhile, with the other engines it waits. 0: it does not flush.")
              .read_if<FioJob>(draws_requests, kNoTrace)
              .read_if<FioJob>([](const FioJob& job) { return job.does(IoKind::kWrite); }, "the job writes")
              .read_if<FioJob>([](const FioJob& job) { return !job.writes_synchronously(); }, "sync is none"),
          integer("fdatasync", &FioJob::fdatasync, {0, 1e6}, "writes",
                  "As fsync: on a disk without a file system both do the same. The smaller of the two counts.")
              .read_if<FioJob>(draws_requests, kNoTrace)
              .read_if<FioJob>([](const FioJob& job) { return job.does(IoKind::kWrite); }, "the job writes")
              .read_if<FioJob>([](const FioJob& job) { return !job.writes_synchronously(); }, "sync is none"),
          worded(
              "sync", &FioJob::sync, synchronous_writes(), "",
              "O_SYNC or O_DSYNC, which are the same on a disk without a file system: behind each write goes a flush "
              "of the disk's cache, two with a driver on blk-mq and an ioengine that waits. They are counted as "
              "flushes, and fsync is of no matter.",
              "Linux 6.1: a write with FUA is followed by a flush, since QEMU's disks have no FUA (dpofua is off); "
              "write(2) sends another one (generic_write_sync)")
              .read_if<FioJob>(draws_requests, kNoTrace)
              .read_if<FioJob>([](const FioJob& job) { return job.does(IoKind::kWrite); }, "the job writes"),
          integer("thinktime", &FioJob::thinktime_us, {0, 1e9}, "us",
                  "After thinktime_blocks requests the job waits for all that it has in flight, then for this time. 0: "
                  "there is no think time.")
              .loads(ResourceId::kPace)
              .read_if<FioJob>(draws_requests, kNoTrace),
          integer("thinktime_blocks", &FioJob::thinktime_blocks, {1, 1e6}, "requests",
                  "Requests from one think time to the next: the length of a burst.")
              .read_if<FioJob>(thinks, kThinks)
              .read_if<FioJob>([](const FioJob& job) { return job.iotime() == Duration{0}; }, "thinktime_iotime is 0"),
          choice("thinktime_blocks_type", &FioJob::thinktime_blocks_type, {"issue", "complete"},
                 "Whether thinktime_blocks counts requests when they are issued, or when they come back: then as many "
                 "more "
                 "as are in flight belong to a burst, which is fio's default.")
              .read_if<FioJob>(thinks, kThinks)
              .read_if<FioJob>([](const FioJob& job) { return job.iotime() == Duration{0}; }, "thinktime_iotime is 0")
              .read_if<FioJob>([](const FioJob& job) { return job.depth() > 1; }, "the iodepth is above 1"),
          integer("thinktime_spin", &FioJob::thinktime_spin_us, {0, 1e9}, "us",
                  "So much of each think time the process is busy on its vCPU. It is at most thinktime.")
              .read_if<FioJob>(thinks, kThinks),
          worded("thinktime_iotime", &FioJob::thinktime_iotime, time_of_job(), "",
                 "Time from the end of one think time to the beginning of the next, in place of thinktime_blocks. 0 or "
                 "nothing: bursts are counted in requests.")
              .read_if<FioJob>(thinks, kThinks),
          worded("rate", &FioJob::rate, bytes_per_second(), "bytes/s",
                 "Most bytes per second of a process, as rate_iops. With nothing there is no limit.")
              .read_if<FioJob>(draws_requests, kNoTrace)
              .read_if<FioJob>([](const FioJob& job) { return job.rate_iops == 0; }, "rate_iops is 0"),
          integer("rate_iops", &FioJob::rate_iops, {0, 1e6}, "requests/s",
                  "Most requests per second of a process. Before a process waits for the time of its next request, it "
                  "waits for all requests that it has in flight. A process that is late submits without a wait until "
                  "it has caught up. 0: no limit.")
              .serves(ResourceId::kPace)
              .read_if<FioJob>(draws_requests, kNoTrace),
          choice("rate_process", &FioJob::rate_process, {"linear", "poisson"},
                 "Times at which the rate allows requests: evenly spaced, or those of a Poisson process.")
              .read_if<FioJob>([](const FioJob& job) { return job.rate_iops > 0 || !job.rate.empty(); },
                               "there is a rate or rate_iops"),
          worded("startdelay", &FioJob::startdelay, time_of_job(), "",
                 "The job begins so long after the run. If no job has a runtime, the point is measured from when the "
                 "last one has begun, and its ramp_time is over.")
              .also_called({"start_delay"}),
          worded("ramp_time", &FioJob::ramp_time, time_of_job(), "",
                 "The job runs for so long before it is measured, in addition to its runtime."),
          worded("runtime", &FioJob::runtime, time_of_job(), "",
                 "The job ends after so long, counted from the end of ramp_time, or with its loops if these are over "
                 "before. The point then is a stretch of time, without intervals, that ends with the last such job. 0 "
                 "or nothing: no limit."),
          integer("time_based", &FioJob::time_based, {0, 1}, "",
                  "1: the job goes over its file again and again until its runtime is over, whatever loops says.")
              .read_if<FioJob>([](const FioJob& job) { return job.time_limit().has_value(); }, "there is a runtime"),
          worded("cpus_allowed", &FioJob::cpus_allowed, list_of_vcpus(), "",
                 "vCPUs on which the job's processes may run. Nothing: on all."),
          choice("cpus_allowed_policy", &FioJob::cpus_allowed_policy, {"shared", "split"},
                 "shared: each process may run on all of cpus_allowed. split: each has one of them, in turn.")
              .read_if<FioJob>([](const FioJob& job) { return !job.cpus_allowed.empty(); }, "there is cpus_allowed"),
          text("read_iolog", &FioJob::read_iolog,
               "A trace that the job replays in place of requests of its own: fio's iolog, version 2 or 3, a path "
               "relative to the scenario. Its files are the job's targets, the first one named the first target. The "
               "job has numjobs processes in all, each of which replays the whole trace once, or with time_based again "
               "and again, and ends with it."),
          integer(
              "replay_no_stall", &FioJob::replay_no_stall, {0, 1}, "",
              "0: each I/O is submitted at its time in the trace, or as soon after it as iodepth lets it. 1: as soon "
              "as iodepth lets it.")
              .read_if<FioJob>([](const FioJob& job) { return job.replays(); }, "there is a read_iolog"),
          integer("replay_time_scale", &FioJob::replay_time_scale, {1, 100000}, "percent",
                  "Speed of the replay: with 200 the times from one I/O to the next are half as long.")
              .read_if<FioJob>([](const FioJob& job) { return job.replays() && job.replay_no_stall == 0; },
                               "there is a read_iolog, and replay_no_stall is 0"),
          integer("replay_scale", &FioJob::replay_scale, {1, 1e6}, "",
                  "Offsets of the trace are divided by this number, down to whole sectors.")
              .read_if<FioJob>([](const FioJob& job) { return job.replays(); }, "there is a read_iolog")
              .acts_if(ConditionId::kTellsRequestsApart),
          integer("replay_redirect", &FioJob::replay_redirect, {-1, 16383}, "",
                  "All I/O of the trace goes to this one of the job's targets, counted from 0, whatever its file. -1: "
                  "each file has its target.")
              .read_if<FioJob>([](const FioJob& job) { return job.replays(); }, "there is a read_iolog"),
          choice("file_service_type", &FioJob::file_service_type, {"own", "roundrobin", "random", "sequential"},
                 "own: each target has numjobs processes of this job for itself. Else the job has numjobs processes in "
                 "all, and each does I/O on all targets of the job: on one after the other, on a random one, or first "
                 "all on the first; each target has an equal part of the size.")
              .read_if<FioJob>(draws_requests, kNoTrace)
              .read_if(ConditionId::kJobsShareDisks),
      }};
  return table;
}

const ParamTable& params_of_listed_job() {
  static const ParamTable table = [] {
    ParamTable rows = params_of(static_cast<const FioJob*>(nullptr));
    rows.rows.push_back(integer("stonewall", &FioJob::stonewall, {0, 1}, "",
                                "1: the job begins when all jobs before it in the list have ended, and a startdelay "
                                "of its own is over.")
                            .also_called({"wait_for_previous"}));
    rows.rows.push_back(worded("targets", &FioJob::targets, list_of_targets(), "",
                               "Targets on which the job runs. With nothing it runs on all."));
    return rows;
  }();
  return table;
}

}  // namespace vqlab
