#include "sim/experiment/timed_run.hpp"

#include <algorithm>
#include <utility>

#include "sim/metrics/point_result.hpp"

namespace vqlab::sim {
namespace {

constexpr Duration kSame = 2ns;  // SimGrid's clock counts in floating point

}  // namespace

TimedRun::TimedRun(World& world, Sampler& sampler, TimeSeries* bins, Duration longest)
    : world_(world), sampler_(sampler), bins_(bins), limit_(Instant{} + longest) {
  world_.guest().tell_of_ends([&world] { world.simgrid().wake(); });
}

Instant TimedRun::next_change(Instant now) const {
  Instant next = limit_;
  for (const JobSpan& span : world_.guest().spans())
    for (const Instant time : {span.begins, span.from, span.to})
      if (time > now + kSame) next = std::min(next, time);
  return next;
}

Instant TimedRun::planned_end(Instant now) const {
  Instant end = now;
  for (const JobSpan& span : world_.guest().spans()) end = std::max(end, span.to == Instant::max() ? limit_ : span.to);
  return end;
}

bool TimedRun::over(Instant now) const {
  const std::vector<RunningJob>& jobs = world_.guest().jobs();
  bool has_limit = false;
  for (std::size_t job = 0; job < jobs.size(); ++job) {
    if (jobs[job].phase < jobs.back().phase || !jobs[job].job.is_limited()) continue;
    has_limit = true;
    if (world_.guest().spans()[job].to > now + kSame) return false;
  }
  return has_limit;
}

std::string TimedRun::run(CoarseActor& actor, const std::function<void(double)>& report) {
  Instant last = world_.now();
  while (true) {
    const Duration time = next_change(last) - last;
    if (bins_) {
      (void)bins_->sleep(actor, time);
    } else {
      (void)actor.sleep_unless_woken(time);
    }
    const Instant now = world_.now();
    if (now > last) {
      if (bins_) bins_->give_back();
      segments_.push_back({last, now, sampler_.take(now - last)});
    }
    last = now;
    if (report) report(seconds(now - Instant{}) / seconds(planned_end(now) - Instant{}));
    if (world_.ended()) return "every process has issued its loops, or its time is over";
    if (over(now)) return "the times of its jobs are over";
    if (now + kSame >= limit_) return std::string(kCutShort);
  }
}

TimedRun::State TimedRun::state(const JobSpan& span, const Segment& segment) const {
  const Instant middle = segment.begin + (segment.end - segment.begin) / 2;
  if (middle < span.begins || middle > span.to) return State::kAway;
  return middle < span.from ? State::kRamps : State::kMeasured;
}

std::vector<TimedRun::State> TimedRun::states(const Segment& segment) const {
  std::vector<State> all;
  for (const JobSpan& span : world_.guest().spans()) all.push_back(state(span, segment));
  return all;
}

bool TimedRun::is_measured(const Segment& segment) const {
  const std::vector<State> all = states(segment);
  return std::find(all.begin(), all.end(), State::kMeasured) != all.end();
}

BatchSeries TimedRun::all() const {
  const auto measured = [this](const Segment& segment) { return is_measured(segment); };
  const auto first = std::find_if(segments_.begin(), segments_.end(), measured);
  const auto end = std::find_if(segments_.rbegin(), segments_.rend(), measured).base();
  std::vector<Batch> batches;
  for (auto segment = first; segment < end; ++segment) batches.push_back(segment->batch);
  return BatchSeries::stretch(std::move(batches));
}

std::vector<JobTimes> TimedRun::jobs() const {
  std::vector<JobTimes> all;
  for (std::size_t job = 0; job < world_.guest().jobs().size(); ++job)
    for (JobTimes& times : sampler_.job(job, series_of(job))) all.push_back(std::move(times));
  return all;
}

std::vector<FioJobTimes> TimedRun::fio_jobs() const {
  std::vector<FioJobTimes> all;
  for (std::size_t job = 0; job < world_.guest().jobs().size(); ++job)
    all.push_back(sampler_.fio_job(job, series_of(job)));
  return all;
}

BatchSeries TimedRun::series_of(std::size_t job) const {
  std::vector<Batch> batches;
  for (const Segment& segment : segments_)
    if (state(world_.guest().spans()[job], segment) == State::kMeasured) batches.push_back(segment.batch);
  return BatchSeries::stretch(std::move(batches));
}

std::vector<PhaseTimes> TimedRun::phases() const {
  std::vector<PhaseTimes> all;
  std::uint32_t phase = 0;
  for (auto first = segments_.begin(); first != segments_.end();) {
    const std::vector<State> there = states(*first);
    std::vector<Batch> batches;
    auto end = first;
    for (; end != segments_.end() && states(*end) == there; ++end) batches.push_back(end->batch);
    const BatchSeries series = BatchSeries::stretch(std::move(batches));
    bool is_told = false;
    for (std::size_t job = 0; job < there.size(); ++job) {
      if (there[job] != State::kMeasured) continue;
      is_told = true;
      for (JobTimes& times : sampler_.job(job, series))
        all.push_back(
            {phase, seconds(first->begin - Instant{}), seconds((end - 1)->end - Instant{}), std::move(times)});
    }
    if (is_told) ++phase;
    first = end;
  }
  return all;
}

Duration TimedRun::begin() const {
  for (const Segment& segment : segments_)
    if (is_measured(segment)) return segment.begin - Instant{};
  return length();
}

Duration TimedRun::length() const { return segments_.empty() ? Duration{0} : segments_.back().end - Instant{}; }

}  // namespace vqlab::sim
