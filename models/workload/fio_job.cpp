#include "models/workload/fio_job.hpp"

#include <string>

#include "models/base/ensure.hpp"

namespace vqlab {

double FioJob::mean_request_bytes() const {
  const std::uint64_t most = bsrange.max_bytes / bsrange.min_bytes;
  return static_cast<double>(bsrange.min_bytes) * static_cast<double>(1 + most) / 2.0;
}

const ParamTable& params_of(const FioJob*) {
  static const ParamTable table{
      "job",
      "What each fio process does; the keys are fio's own.",
      {
          choice("rw", &FioJob::rw, {"read", "write", "randread", "randwrite", "rw", "randrw"},
                 "Direction and pattern of the I/O; \"rw\" and \"randrw\" mix reads and writes.")
              .acts_if(ConditionId::kTellsRequestsApart),
          size_range("bsrange", &FioJob::bsrange, {512, 1 << 30},
                     "Sizes of the I/Os: uniform over the multiples of the smaller size up to the larger one."),
          choice("ioengine", &FioJob::ioengine, {"libaio"}, "How the job submits I/O."),
          integer("iodepth", &FioJob::iodepth, {1, 4096}, "requests", "Requests that the job keeps in flight."),
          integer("iodepth_batch", &FioJob::iodepth_batch, {1, 4096}, "requests",
                  "Most requests that one io_submit hands to the block layer. The block layer gives them to the driver "
                  "as one batch. fio also calls it iodepth_batch_submit.")
              .read_if(ConditionId::kBatches),
          integer("iodepth_batch_complete_min", &FioJob::iodepth_batch_complete_min, {1, 4096}, "requests",
                  "Requests that the job waits for before it submits others. It never waits for more than it has in "
                  "flight. fio also calls it iodepth_batch_complete, its only name in 2012.")
              .read_if<FioJob>([](const FioJob& job) { return job.iodepth > 1; }, "the iodepth is above 1"),
          integer(
              "iodepth_batch_complete_max", &FioJob::iodepth_batch_complete_max, {0, 4096}, "requests",
              "Most requests that one io_getevents takes back before the job submits others. It is never less than "
              "iodepth_batch_complete_min, which is also the default (0) and was the only choice in 2012.",
              "fio 2.0 of 2012: io_getevents with iodepth_batch_complete as minimum and maximum; a maximum of its own "
              "since 2015")
              .read_if<FioJob>([](const FioJob& job) { return job.iodepth > 1; }, "the iodepth is above 1"),
          integer("loops", &FioJob::loops, {1, 1000000}, "passes", "Passes over the file before the job ends."),
          integer("direct", &FioJob::direct, {1, 1}, "",
                  "1: O_DIRECT, past the guest's page cache. Buffered I/O is not modelled."),
          size("size", &FioJob::size_bytes, {1 << 20, 1e15}, "Bytes of one pass over the file."),
          integer("numjobs", &FioJob::numjobs, {1, 4096}, "processes", "Processes of this job on each target."),
          integer(
              "nice", &FioJob::nice, {-20, 19}, "",
              "Niceness of the job's processes. Each step is a factor of 1.25 in the share of a vCPU that a process "
              "gets while others want it too.")
              .read_with("time_slices")
              .read_if(ConditionId::kTimeSlices)
              .read_if(ConditionId::kSeveralProcesses),
          integer("rwmixread", &FioJob::rwmixread, {0, 100}, "percent", "Share of reads in a mix, request by request.")
              .read_if<FioJob>([](const FioJob& job) { return job.rw == "rw" || job.rw == "randrw"; },
                               "rw is \"rw\" or \"randrw\"")
              .acts_if(ConditionId::kTellsRequestsApart),
          integer("thinktime", &FioJob::thinktime_us, {0, 1e9}, "us",
                  "After thinktime_blocks requests the job waits for all that it has in flight, then for this time. 0: "
                  "there is no think time.")
              .loads(ResourceId::kPace),
          integer("thinktime_blocks", &FioJob::thinktime_blocks, {1, 1e6}, "requests",
                  "Requests from one think time to the next: the length of a burst.")
              .read_if<FioJob>([](const FioJob& job) { return job.thinktime_us > 0; }, "thinktime is above 0"),
          integer("rate_iops", &FioJob::rate_iops, {0, 1e6}, "requests/s",
                  "Most requests per second of a process. Before a process waits for the time of its next request, it "
                  "waits for all requests that it has in flight. A process that is late submits without a wait until "
                  "it has caught up. 0: no limit.")
              .serves(ResourceId::kPace),
          choice("rate_process", &FioJob::rate_process, {"linear", "poisson"},
                 "Times at which rate_iops allows requests: evenly spaced, or those of a Poisson process.")
              .read_if<FioJob>([](const FioJob& job) { return job.rate_iops > 0; }, "rate_iops is above 0"),
      }};
  return table;
}

std::uint32_t FioJob::weight() const {
  double weight = 1024;
  for (std::int32_t step = 0; step < nice; ++step) weight /= 1.25;
  for (std::int32_t step = 0; step > nice; --step) weight *= 1.25;
  return static_cast<std::uint32_t>(weight + 0.5);
}

std::uint32_t FioJob::read_percent() const {
  if (rw == "rw" || rw == "randrw") return rwmixread;
  return rw == "read" || rw == "randread" ? 100 : 0;
}

FioRequestSequence::FioRequestSequence(const FioJob& job, std::uint64_t seed, std::uint32_t job_index)
    : offsets_(seed, "fio/" + std::to_string(job_index) + "/offset"),
      directions_(seed, "fio/" + std::to_string(job_index) + "/direction"),
      sizes_(seed, "fio/" + std::to_string(job_index) + "/size"),
      file_bytes_(job.size_bytes),
      unit_bytes_(static_cast<std::uint32_t>(job.bsrange.min_bytes)),
      choices_(static_cast<std::uint32_t>(job.bsrange.max_bytes / job.bsrange.min_bytes)),
      random_offsets_(job.random_offsets()),
      read_percent_(job.read_percent()),
      loops_left_(job.loops) {
  ensure(choices_ > 0, "bsrange is checked when the scenario is read");
}

bool FioRequestSequence::next(FioRequest& request) {
  // What is left of a pass below the smallest size is not issued; fio starts the next pass there.
  if (file_bytes_ - issued_bytes_ < unit_bytes_) {
    if (loops_left_ > 0) --loops_left_;
    issued_bytes_ = 0;
    read_bytes_ = 0;
    draws_ = 0;
  }
  if (loops_left_ == 0) return false;
  std::uint64_t length = 0;
  do {
    length = std::uint64_t{1 + below(choices_, sizes_.at(draws_))} * unit_bytes_;
    ++draws_;
  } while (length > file_bytes_ - issued_bytes_);
  request.write = read_percent_ == 0 || (read_percent_ < 100 && below(100, directions_.at(draws_)) >= read_percent_);
  request.offset_bytes = request.write ? issued_bytes_ - read_bytes_ : read_bytes_;
  if (random_offsets_) {
    const std::uint64_t slots = (file_bytes_ - length) / unit_bytes_ + 1;
    request.offset_bytes = (std::uint64_t{offsets_.at(draws_)} * slots >> 32) * unit_bytes_;
  }
  request.length_bytes = static_cast<std::uint32_t>(length);
  issued_bytes_ += length;
  if (!request.write) read_bytes_ += length;
  return true;
}

}  // namespace vqlab
