// A run whose jobs begin and end by time: no steady state, but stretches between the times at which something changes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/experiment/sampler.hpp"
#include "sim/experiment/time_series.hpp"
#include "sim/experiment/world.hpp"

namespace vqlab::sim {

class TimedRun {
 public:
  // It lasts `longest` at most. Null or bins of time to be filled. References must outlive it.
  TimedRun(World& world, Sampler& sampler, TimeSeries* bins, Duration longest);

  // Runs until the last job that has a runtime or a trace is over, or if the last phase has none, until its last job
  // has ended. Called in the body of an actor, once. `report` as report_share_done(); it may be empty. Why it ended, in
  // words.
  [[nodiscard]] std::string run(CoarseActor& actor, const std::function<void(double)>& report);

  // From when the first job was measured to when the last one was.
  [[nodiscard]] BatchSeries all() const;
  // Each job in the time for which it was measured.
  [[nodiscard]] std::vector<JobTimes> jobs() const;
  [[nodiscard]] std::vector<FioJobTimes> fio_jobs() const;
  // And in each part of it: a phase lasts as long as the same jobs are there.
  [[nodiscard]] std::vector<PhaseTimes> phases() const;
  [[nodiscard]] Duration length() const;
  // From the start of the world until a job was measured.
  [[nodiscard]] Duration begin() const;

 private:
  struct Segment {
    Instant begin;
    Instant end;
    Batch batch;
  };

  // Of a job, in a segment.
  enum class State : std::uint8_t { kAway, kRamps, kMeasured };
  [[nodiscard]] State state(const JobSpan& span, const Segment& segment) const;
  [[nodiscard]] std::vector<State> states(const Segment& segment) const;
  // Of the time in which the job was measured.
  [[nodiscard]] BatchSeries series_of(std::size_t job) const;
  [[nodiscard]] bool is_measured(const Segment& segment) const;
  // The next time, after this, at which something is planned.
  [[nodiscard]] Instant next_change(Instant now) const;
  [[nodiscard]] bool over(Instant now) const;
  // Not before this, as far as can be seen.
  [[nodiscard]] Instant planned_end(Instant now) const;

  World& world_;
  Sampler& sampler_;
  TimeSeries* bins_;
  Instant limit_;
  std::vector<Segment> segments_;
};

}  // namespace vqlab::sim
