// The workload of one process, in fio's own words.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "models/base/fetch_ahead.hpp"
#include "models/base/params.hpp"
#include "models/base/rng.hpp"

namespace vqlab {

struct FioJob {
  std::string rw = "read";
  SizeRange bsrange{4096, 65536};
  std::string ioengine = "libaio";
  std::uint32_t iodepth = 4;
  std::uint32_t iodepth_batch = 1;
  std::uint32_t iodepth_batch_complete_min = 1;
  std::uint32_t iodepth_batch_complete_max = 0;
  std::uint32_t loops = 20;
  std::uint32_t direct = 1;
  std::uint64_t size_bytes = std::uint64_t{1} << 30;
  std::uint32_t numjobs = 1;
  std::int32_t nice = 0;
  std::uint32_t rwmixread = 50;
  std::uint32_t thinktime_us = 0;
  std::uint32_t thinktime_blocks = 1;
  std::uint32_t rate_iops = 0;
  std::string rate_process = "linear";

  // Mean request size in bytes: sizes are uniform over the multiples of `bsrange.min_bytes` in the range.
  [[nodiscard]] double mean_request_bytes() const;
  // The most requests that one io_getevents takes.
  [[nodiscard]] std::uint32_t most_reaped() const {
    return std::max(iodepth_batch_complete_min, iodepth_batch_complete_max);
  }
  // Share of reads among its requests, in percent.
  [[nodiscard]] std::uint32_t read_percent() const;
  // Share of a CPU's time, relative to other processes; 1024 for nice 0.
  [[nodiscard]] std::uint32_t weight() const;
  [[nodiscard]] bool random_offsets() const { return rw == "randread" || rw == "randwrite" || rw == "randrw"; }

  friend bool operator==(const FioJob&, const FioJob&) = default;
};

[[nodiscard]] const ParamTable& params_of(const FioJob*);

struct FioRequest {
  std::uint64_t offset_bytes;
  std::uint32_t length_bytes;
  bool write;
};

// The request sequence of one job. fio re-seeds its generator at each loop, so every pass over the file issues the
// same sizes; a size that would pass the end of the file is redrawn. Reads and writes of a mixed job each go through
// the file by themselves. Requests depend on (seed, job name, position in the pass) alone, so two configurations under
// one seed see the same requests.
class FioRequestSequence {
 public:
  FioRequestSequence(const FioJob& job, std::uint64_t seed, std::uint32_t job_index);

  // False once all loops have been issued.
  [[nodiscard]] bool next(FioRequest& request);

  // next() is called soon: a hint.
  void fetch_ahead() const noexcept {
    vqlab::fetch_ahead(&sizes_);
    vqlab::fetch_ahead(&file_bytes_, kCacheLine);
  }

 private:
  RandomStream offsets_;
  RandomStream directions_;
  // What every request needs lies together.
  RandomStream sizes_;
  std::uint64_t file_bytes_;
  std::uint32_t unit_bytes_;
  std::uint32_t choices_;
  bool random_offsets_;
  std::uint32_t read_percent_;
  std::uint32_t loops_left_;
  // Of this pass:
  std::uint64_t issued_bytes_ = 0;
  std::uint64_t read_bytes_ = 0;
  std::uint64_t draws_ = 0;
};

}  // namespace vqlab
