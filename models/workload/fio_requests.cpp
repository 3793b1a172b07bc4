#include "models/workload/fio_requests.hpp"

#include <algorithm>
#include <string>

#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

constexpr std::uint32_t kAll = 100;  // percent

std::string stream(std::uint32_t job_index, const char* of) { return "fio/" + std::to_string(job_index) + of; }

}  // namespace

FioRequestSequence::FioRequestSequence(const FioJob& job, std::uint64_t seed, std::uint32_t job_index,
                                       std::uint32_t disks, std::uint32_t flushes)
    : trace_(job.trace()),
      offsets_(seed, stream(job_index, "/offset")),
      directions_(seed, stream(job_index, "/direction")),
      disks_(seed, stream(job_index, "/disk")),
      passed_(disks),
      service_(job.file_service_type == "random"       ? Service::kRandom
               : job.file_service_type == "sequential" ? Service::kSequential
                                                       : Service::kInTurn),
      writes_per_flush_(job.writes_per_flush()),
      flushes_(flushes),
      sizes_(seed, stream(job_index, "/size")),
      file_bytes_(job.size_bytes / disks),
      least_left_(0),
      passing_(passed_.data()),
      only_(job.trims()                  ? IoKind::kTrim
            : job.read_percent() == kAll ? IoKind::kRead
                                         : IoKind::kWrite),
      mixes_(job.read_percent() > 0 && job.read_percent() < kAll),
      alike_(!mixes_ || job.sizes(IoKind::kRead) == job.sizes(IoKind::kWrite)),
      random_offsets_(job.random_offsets()),
      block_bytes_(job.least_io_bytes()),
      read_percent_(job.read_percent()),
      ends_(!job.goes_on()),
      loops_left_(job.loops),
      time_scale_(100.0 / job.replay_time_scale),
      offset_scale_(job.replay_scale) {
  if (job.replay_redirect >= 0) redirected_ = static_cast<std::uint32_t>(job.replay_redirect);
  ensure(!job.replays() || trace_ != nullptr, "a trace is kept before its job runs");
  if (trace_ != nullptr) return;
  for (const IoKind kind : {IoKind::kRead, IoKind::kWrite, IoKind::kTrim}) {
    Sizes& sizes = of_kind_[index_of(kind)] = sizes_of(job.sizes(kind));
    if (job.does(kind)) least_left_ = std::max<std::uint64_t>(least_left_, sizes.unit_bytes);
  }
  const auto distribution = parse_distribution(job.random_distribution);
  if (random_offsets_ && distribution && distribution->shape != OffsetShape::kUniform)
    likely_.emplace(*distribution, file_bytes_ / block_bytes_);
  ensure(least_left_ > 0 && least_left_ <= file_bytes_, "sizes are checked when the scenario is read");
}

FioRequestSequence::Sizes FioRequestSequence::sizes_of(const SizeMix& mix) {
  Sizes sizes;
  sizes.unit_bytes = static_cast<std::uint32_t>(least_bytes(mix));
  if (mix.size() == 1) {
    sizes.choices = static_cast<std::uint32_t>(mix.front().choices());
    return sizes;
  }
  std::uint32_t up_to = 0;
  for (const SizeShare& one : mix)
    sizes.shares.push_back({up_to += one.percent, static_cast<std::uint32_t>(one.range.max_bytes)});
  return sizes;
}

std::uint64_t FioRequestSequence::draw(const Sizes& sizes, std::uint32_t bits) noexcept {
  if (sizes.choices > 0) return std::uint64_t{1 + below(sizes.choices, bits)} * sizes.unit_bytes;
  const std::uint32_t percent = below(kAll, bits);
  auto share = sizes.shares.begin();
  while (percent >= share->up_to_percent) ++share;
  return share->bytes;
}

IoKind FioRequestSequence::kind_at(std::uint64_t draw) noexcept {
  if (!mixes_) return only_;
  return below(kAll, directions_.at(draw)) >= read_percent_ ? IoKind::kWrite : IoKind::kRead;
}

bool FioRequestSequence::go_on_to_disk() noexcept {
  const auto disks = static_cast<std::uint32_t>(passed_.size());
  if (disks == 1) return !is_full(*passing_);
  if (std::all_of(passed_.begin(), passed_.end(), [this](const Passed& one) { return is_full(one); })) return false;
  if (service_ == Service::kSequential) {
    while (is_full(*passing_)) ++passing_;
    return true;
  }
  auto at = static_cast<std::uint32_t>(passing_ - passed_.data());
  at = service_ == Service::kRandom ? below(disks, disks_.at(draws_)) : (draws_ == 0 ? 0 : at + 1);
  while (is_full(passed_[at % disks])) ++at;
  passing_ = &passed_[at % disks];
  return true;
}

// Only draws that begin a pass come here, so all of them may cost a little.
void FioRequestSequence::begin_pass() noexcept {
  if (loops_left_ > 0 && ends_) --loops_left_;
  std::fill(passed_.begin(), passed_.end(), Passed{});
  passing_ = passed_.data();
  draws_ = 0;
}

std::optional<Duration> FioRequestSequence::next_at() const noexcept {
  if (replayed_ == trace_->entries.size()) return ends_ ? std::nullopt : std::optional(pass_began_);
  const auto ns = static_cast<double>(trace_->entries[replayed_].at.count());
  return pass_began_ + Duration{static_cast<std::int64_t>(ns * time_scale_)};
}

bool FioRequestSequence::next_of_trace(FioRequest& request) {
  if (replayed_ == trace_->entries.size()) {
    if (ends_) return false;
    replayed_ = 0;
  }
  const TraceEntry& entry = trace_->entries[replayed_];
  const std::uint64_t offset = entry.offset_bytes / offset_scale_;
  request = {offset - offset % kLeastIoBytes, entry.length_bytes, entry.kind, redirected_.value_or(entry.file)};
  if (++replayed_ == trace_->entries.size())
    pass_began_ += Duration{static_cast<std::int64_t>(static_cast<double>(entry.at.count()) * time_scale_)};
  return true;
}

bool FioRequestSequence::next(FioRequest& request) {
  if (trace_ != nullptr) [[unlikely]]
    return next_of_trace(request);
  if (writes_per_flush_ > 0 && unflushed_ == writes_per_flush_) [[unlikely]] {
    if (++flushed_ == flushes_) unflushed_ = flushed_ = 0;
    request = {0, 0, IoKind::kFlush, static_cast<std::uint32_t>(passing_ - passed_.data())};
    return true;
  }
  // What is left of a pass below the smallest size is not issued; fio starts the next pass there.
  if (!go_on_to_disk()) {
    begin_pass();
    (void)go_on_to_disk();
  }
  if (loops_left_ == 0) return false;
  Passed& passed = *passing_;
  IoKind kind = alike_ ? only_ : kind_at(draws_ + 1);
  const Sizes& sizes = of(kind);
  std::uint64_t length = 0;
  do {
    length = draw(sizes, sizes_.at(draws_));
    ++draws_;
  } while (length > file_bytes_ - passed.issued_bytes);
  if (alike_) kind = kind_at(draws_);
  const bool reads = kind == IoKind::kRead;
  request.kind = kind;
  request.disk = static_cast<std::uint32_t>(passing_ - passed_.data());
  request.offset_bytes = reads ? passed.read_bytes : passed.issued_bytes - passed.read_bytes;
  if (likely_) {
    const std::uint64_t at = std::min(likely_->block(offsets_.at(draws_)) * block_bytes_, file_bytes_ - length);
    request.offset_bytes = at - at % sizes.unit_bytes;
  } else if (random_offsets_) {
    const std::uint64_t slots = (file_bytes_ - length) / sizes.unit_bytes + 1;
    request.offset_bytes = (std::uint64_t{offsets_.at(draws_)} * slots >> 32) * sizes.unit_bytes;
  }
  request.length_bytes = static_cast<std::uint32_t>(length);
  passed.issued_bytes += length;
  if (reads) passed.read_bytes += length;
  if (kind == IoKind::kWrite) ++unflushed_;
  return true;
}

}  // namespace vqlab
