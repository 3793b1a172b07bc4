#include "sim/experiment/run_point.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <utility>

#include "models/testbed/guest_driver.hpp"
#include "models/testbed/running_jobs.hpp"
#include "sim/experiment/sampler.hpp"
#include "sim/experiment/time_series.hpp"
#include "sim/experiment/timed_run.hpp"
#include "sim/experiment/world.hpp"
#include "sim/metrics/stopping_rule.hpp"

namespace vqlab {
namespace {

constexpr Duration kFirstBatch = 1ms;
constexpr double kFewestRequests = 12'000;  // 120 beyond the 99 % quantile
constexpr double kFewestPeriods = 10;       // of a quota of CPU time: less would be the part of one in which all run

std::string in_seconds(Duration time) {
  constexpr std::size_t kLongest = 32;
  std::array<char, kLongest> text{};
  (void)std::snprintf(text.data(), text.size(), "%.6g", seconds(time));
  return text.data();
}

Duration from_seconds(double s) { return Duration{static_cast<std::int64_t>(s * 1e9)}; }

// A process has one point at most.
std::function<void(double)> share_report;

void check_order(const Testbed& testbed, const sim::Counters& counters) {
  const std::uint64_t reorders = counters.total(sim::Count::kReorders);
  if (order_promise(testbed) != OrderPromise::kNone && reorders > 0)
    throw OrderBroken("policy " + testbed.guest.policy + " promises order, but the device took " +
                      std::to_string(reorders) + " commands out of order");
}

// A part of the host that keeps what it has taken would give a bandwidth of 0, and latencies of nothing.
void check_that_some_came_back(sim::World& world) {
  const Testbed& testbed = world.testbed();
  if (world.counters().total(sim::Count::kCompleted) > 0) return;
  const std::vector<Duration> under_way = world.guest().under_way();
  if (std::all_of(under_way.begin(), under_way.end(), [](Duration time) { return time == Duration{0}; }))
    throw NothingMeasured("no read, write or trim was sent in the whole run: its jobs do none, or begin too late");
  throw NothingCameBack("no request came back in the whole run: driver " + testbed.guest.driver + ", server " +
                        testbed.host.server + ", aio " + testbed.host.aio + " or back end " + testbed.host.backend +
                        " keeps them, or the longest run is too short for one");
}

void check_that_some_is_measured(const BatchSeries& series, sim::World& world) {
  if (!series.batches().empty()) return;
  throw NothingMeasured("its jobs were over after " + in_seconds(world.now() - Instant{}) +
                        " s, and nothing was measured: that begins after " + in_seconds(steady_from(world.testbed())) +
                        " s of startdelay and ramp_time, and takes some ms; give the jobs more loops or size, or a "
                        "runtime");
}

std::optional<sim::TimeSeries> bins_of(sim::World& world, const Precision& precision) {
  if (precision.results.time_series_ms == 0) return std::nullopt;
  return sim::TimeSeries(world, 1ms * precision.results.time_series_ms);
}

// What there is to say of a run of a testbed whose jobs begin and end by time.
PointResult run_by_time(sim::World& world, sim::Sampler& sampler, const Precision& precision) {
  PointResult result;
  std::optional<sim::TimeSeries> bins = bins_of(world, precision);
  sim::TimedRun run(world, sampler, bins ? &*bins : nullptr, from_seconds(precision.max_simulated_s));
  world.simgrid().add_actor("run control", "host", sim::SimGridWorld::Kind::kActor,
                            [&](sim::CoarseActor& actor) { result.end_reason = run.run(actor, share_report); });
  world.simgrid().run();
  const BatchSeries series = run.all();
  check_that_some_is_measured(series, world);
  result.quantities = sampler.quantities(series);
  result.stages = sampler.stages(series);
  result.disks = sampler.disks(series);
  result.jobs = run.jobs();
  result.phases = run.phases();
  if (precision.results.asks_for_fio()) result.fio = run.fio_jobs();
  sampler.tell(series, result.tables);
  if (bins) {
    bins->finish();
    result.tables[static_cast<std::size_t>(PartTable::kTimeSeries)] = bins->rows(run.begin());
    bins->tell(result.fio);
  }
  result.simulated_s = seconds(run.length());
  return result;
}

// The same of a steady state. Jobs that begin later, or have a ramp, begin it.
PointResult run_to_precision(sim::World& world, sim::Sampler& sampler, const Precision& precision) {
  const Duration lead = steady_from(world.testbed());
  std::optional<sim::TimeSeries> bins = bins_of(world, precision);
  const double of_periods = kFewestPeriods * world.testbed().host.longest_period_s();
  BatchSeries series(kFirstBatch);
  StoppingRule rule({.half_width_percent = precision.half_width_percent,
                     .min_simulated_s = std::max(precision.min_simulated_s - seconds(lead), of_periods),
                     .max_simulated_s = std::max(precision.max_simulated_s - seconds(lead), of_periods),
                     .min_count = kFewestRequests / world.testbed().most_requests_of_io(),
                     .control = sim::Sampler::kChanceOfSizes,
                     .counted = sim::Sampler::kIos},
                    sampler.leading(),
                    [&sampler](const BatchSeries& so_far) { return sampler.not_settled(so_far).empty(); });
  PointResult result;

  // Run control is a coarse actor: SimGrid hands the calendar one batch of simulated time after the other.
  world.simgrid().add_actor("run control", "host", sim::SimGridWorld::Kind::kActor, [&](sim::CoarseActor& actor) {
    const auto pass = [&](Duration time) {
      if (!bins) return (void)actor.sleep_unless_woken(time);
      (void)bins->sleep(actor, time);
      bins->give_back();
    };
    if (lead > Duration{0}) {
      pass(lead);
      if (!world.ended()) (void)sampler.take(lead);
    }
    StopDecision decision = StopDecision::kContinue;
    while (decision == StopDecision::kContinue) {
      const Duration length = series.batch_length();
      pass(length);
      if (world.ended()) {
        result.end_reason = "every process has issued its loops";
        return;
      }
      series.add(sampler.take(length));
      decision = rule.decide(series);
      if (share_report) share_report(rule.share_done(series));
    }
    result.precise = decision == StopDecision::kPrecise;
    result.end_reason = result.precise ? "the interval is as narrow as asked" : "the longest run allowed has passed";
  });
  world.simgrid().run();
  check_that_some_is_measured(series, world);
  result.quantities = sampler.quantities(series);
  result.stages = sampler.stages(series);
  result.jobs = sampler.jobs(series);
  result.disks = sampler.disks(series);
  sampler.tell(series, result.tables);
  if (precision.results.asks_for_fio())
    for (std::size_t job = 0; job < world.guest().jobs().size(); ++job)
      result.fio.push_back(sampler.fio_job(job, series));
  if (bins) {
    bins->finish();
    result.tables[static_cast<std::size_t>(PartTable::kTimeSeries)] = bins->rows(lead + sampler.warm_up(series));
    bins->tell(result.fio);
  }
  result.not_settled = sampler.not_settled(series);
  result.simulated_s = seconds(lead + series.length());
  return result;
}

}  // namespace

void report_share_done(std::function<void(double share)> report) { share_report = std::move(report); }

PointResult run_point(const Testbed& testbed, const Precision& precision, std::uint64_t seed) {
  return run_point_in_order(testbed, precision, seed, nullptr);
}

PointResult run_point_in_order(const Testbed& testbed, const Precision& precision, std::uint64_t seed,
                               sim::StepOrder* order) {
  sim::World world(testbed, seed, order);
  if (precision.results.asks_for_fio()) world.guest().record_issues();
  sim::Sampler sampler(world, precision.results.tables);
  PointResult result = is_by_time(world.testbed()) ? run_by_time(world, sampler, precision)
                                                   : run_to_precision(world, sampler, precision);
  world.stages().check(world.now());
  check_order(testbed, world.counters());
  check_that_some_came_back(world);
  result.completed_ios = world.counters().total(sim::Count::kCompleted);
  return result;
}

}  // namespace vqlab
