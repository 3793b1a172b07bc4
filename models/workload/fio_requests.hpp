// The sequence of I/Os of one fio process.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/base/fetch_ahead.hpp"
#include "models/base/rng.hpp"
#include "models/workload/fio_job.hpp"
#include "models/workload/fio_offsets.hpp"

namespace vqlab {

struct FioRequest {
  std::uint64_t offset_bytes = 0;
  std::uint32_t length_bytes = 0;  // of a flush 0
  IoKind kind = IoKind::kRead;
  std::uint32_t disk = 0;  // of the process's

  friend bool operator==(const FioRequest&, const FioRequest&) = default;
};

// fio re-seeds its generator at each loop, so every pass over the file issues the same sizes; a size that would pass
// the end of the file is redrawn. Reads and writes of a mixed job each go through the file by themselves. Requests
// depend on (seed, job name, position in the pass) alone, so two configurations under one seed see the same requests.
// A pass over several disks goes through an equal part of the job's size on each.
class FioRequestSequence {
 public:
  // Precondition: disks > 0, and a disk's part of the size holds the largest I/O; a trace has no more files than that.
  // `flushes`: as many as are sent where the job flushes.
  FioRequestSequence(const FioJob& job, std::uint64_t seed, std::uint32_t job_index, std::uint32_t disks = 1,
                     std::uint32_t flushes = 1);

  // False once all loops have been issued.
  [[nodiscard]] bool next(FioRequest& request);

  // Of a job that replays a trace at its times: when the next I/O is due, from the beginning of the job. Nothing if
  // there is none.
  [[nodiscard]] std::optional<Duration> next_at() const noexcept;

  // next() is called soon: a hint.
  void fetch_ahead() const noexcept {
    vqlab::fetch_ahead(&sizes_);
    vqlab::fetch_ahead(&file_bytes_, kCacheLine);
  }

 private:
  enum class Service : std::uint8_t { kInTurn, kRandom, kSequential };

  // How sizes of one direction are drawn.
  struct Sizes {
    std::uint32_t unit_bytes = 0;  // the smallest; offsets are multiples of it
    std::uint32_t choices = 0;     // multiples of it, equally likely; 0: shares
    struct Share {
      std::uint32_t up_to_percent;
      std::uint32_t bytes;
    };
    std::vector<Share> shares;
  };
  // How far this pass is on one disk.
  struct Passed {
    std::uint64_t issued_bytes = 0;
    std::uint64_t read_bytes = 0;
  };

  [[nodiscard]] static Sizes sizes_of(const SizeMix& mix);
  [[nodiscard]] static std::uint64_t draw(const Sizes& sizes, std::uint32_t bits) noexcept;
  [[nodiscard]] const Sizes& of(IoKind kind) const noexcept { return of_kind_[index_of(kind)]; }
  [[nodiscard]] IoKind kind_at(std::uint64_t draw) noexcept;
  [[nodiscard]] bool is_full(const Passed& passed) const noexcept {
    return file_bytes_ - passed.issued_bytes < least_left_;
  }
  [[nodiscard]] bool next_of_trace(FioRequest& request);
  // To the disk of the next I/O. False: this pass is over on all of them.
  [[nodiscard]] bool go_on_to_disk() noexcept;
  void begin_pass() noexcept;

  const IoTrace* trace_;  // null: it draws
  RandomStream offsets_;
  RandomStream directions_;
  RandomStream disks_;
  std::vector<Passed> passed_;  // by disk
  Service service_;
  std::uint32_t writes_per_flush_;
  std::uint32_t unflushed_ = 0;  // writes
  std::uint32_t flushes_;
  std::uint32_t flushed_ = 0;  // of them
  // What every request needs lies together.
  RandomStream sizes_;
  std::uint64_t file_bytes_;  // of one disk
  std::uint64_t least_left_;  // with less than this the pass over a disk is over
  Passed* passing_;
  Sizes of_kind_[3];
  IoKind only_;  // if it does one kind alone
  bool mixes_;
  bool alike_;  // all kinds have the same sizes
  bool random_offsets_;
  std::uint64_t block_bytes_;            // the smallest size of all kinds
  std::optional<OffsetSampler> likely_;  // if some blocks are likelier than others
  std::uint32_t read_percent_;
  bool ends_;  // with its loops
  std::uint32_t loops_left_;
  std::uint64_t draws_ = 0;  // of this pass
  // Of a trace.
  double time_scale_;
  std::uint32_t offset_scale_;
  std::optional<std::uint32_t> redirected_;  // to this disk
  std::size_t replayed_ = 0;                 // entries
  Duration pass_began_{0};
};

}  // namespace vqlab
