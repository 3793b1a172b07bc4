// Every parameter, of parts too: there is a scenario in which it changes the result, and where its row says that
// nothing reads it a change of it changes no byte of points.csv.
#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/runs/bounded_point.hpp"
#include "analysis/runs/point_line.hpp"
#include "analysis/runs/points_csv.hpp"
#include "analysis/runs/worker_pool.hpp"
#include "analysis/scenario/cross_checks.hpp"
#include "analysis/scenario/section.hpp"
#include "models/backend/backend.hpp"
#include "models/testbed/host_kind.hpp"

namespace vqlab {
namespace {

// The parameters whose values do not go together; empty if all do.
std::vector<std::string> refused(const PointSpec& spec) {
  for (const CrossCheck& check : cross_checks())
    if (!check.holds(spec)) return check.params;
  return {};
}

// A short run, far from precise.
PointSpec short_spec() {
  PointSpec spec;
  spec.precision = {.half_width_percent = 50, .min_simulated_s = 0.004, .max_simulated_s = 0.004};
  Testbed& testbed = spec.testbed;
  testbed.targets = 8;
  testbed.luns_per_target = 2;
  testbed.controller.num_queues = 2;
  testbed.guest.policy = "per_vcpu";
  testbed.job.rw = "randrw";
  testbed.job.iodepth = 8;
  testbed.job.numjobs = 2;
  return spec;
}

// Short of everything: CPUs, caches, commands.
PointSpec crowded() {
  PointSpec spec = short_spec();
  Testbed& testbed = spec.testbed;
  testbed.guest.policy = "target_sticky";
  testbed.controller.num_queues = 0;
  testbed.controller.virtqueue_size = 32;
  testbed.hardware.physical_cpus = 5;
  // Slices that end within a short run.
  testbed.hardware.sched_latency_ns = testbed.hardware.sched_min_granularity_ns = testbed.hardware.tick_ns = 20000;
  testbed.hardware.sched_wakeup_granularity_ns = 1000;
  testbed.guest.mempool_commands = 12;
  testbed.guest.host_busy_blocks = false;  // or hardly a target is ever idle
  testbed.guest_costs.cached_requests = 1;
  testbed.guest_costs.cold_jobs_per_vcpu = 1;
  testbed.host_costs.cached_requests = 1;
  testbed.host.slow_targets = 1;
  testbed.tenant = {.physical_cpus = 1, .start_s = 0.0002, .stop_s = 0.001};
  testbed.other_job_targets = 2;
  testbed.other_job.thinktime_us = 100;
  testbed.other_job.thinktime_blocks = 2;
  return spec;
}

// Processes that always want their vCPU, of which one returns and finds all of them on the other, and a scheduler that is
// quick enough for a short run.
PointSpec sharing() {
  PointSpec spec = short_spec();
  Testbed& testbed = spec.testbed;
  testbed.host.backend = "null";
  testbed.controller.num_queues = 1;
  testbed.targets = 5;
  testbed.other_job_targets = 2;
  for (FioJob* const job : {&testbed.job, &testbed.other_job}) {
    job->bsrange = {4096, 4096};
    job->iodepth = 16;
    job->numjobs = 1;
  }
  GuestConfig& guest = testbed.guest;
  guest.vcpus = 2;
  guest.sched_latency_ns = 200000;
  guest.sched_min_granularity_ns = 50000;
  guest.sched_wakeup_granularity_ns = 20000;
  guest.sched_migration_cost_ns = 100000;
  guest.tick_ns = 50000;
  guest.balance_interval_ns = 25000;
  testbed.hotplug = {.vcpus = 1, .offline_s = 0.0002, .online_s = 0.0006, .period_s = 0};
  return spec;
}

PointSpec paced() {
  PointSpec spec = short_spec();
  Testbed& testbed = spec.testbed;
  testbed.guest.vcpus = 4;
  testbed.hotplug = {.vcpus = 1, .offline_s = 0.0005, .online_s = 0.001, .period_s = 0.002};
  testbed.job.thinktime_us = 100;
  testbed.job.thinktime_blocks = 2;
  testbed.job.rate_iops = 20000;
  testbed.other_job_targets = 2;
  testbed.other_job.rate_iops = 20000;
  return spec;
}

PointSpec before_the_series() {
  PointSpec spec = short_spec();
  spec.testbed.guest.driver = "before";
  spec.testbed.guest.policy = "single_queue";
  spec.testbed.controller.num_queues = 1;
  spec.testbed.job.iodepth = 1;
  spec.testbed.job.numjobs = 1;
  return spec;
}

// I/Os of several requests each, from processes that share a LUN and its requests.
PointSpec split() {
  PointSpec spec = short_spec();
  Testbed& testbed = spec.testbed;
  testbed.luns_per_target = 1;
  testbed.guest.max_sectors_kb = 16;
  testbed.guest.nr_requests = 32;
  testbed.guest.rq_affinity = false;
  testbed.other_job_targets = 2;
  return spec;
}

// blk-mq with tags that run out.
PointSpec later_guest() {
  PointSpec spec = short_spec();
  Testbed& testbed = spec.testbed;
  testbed.guest.driver = "blk_mq";
  testbed.controller.virtqueue_size = 32;
  testbed.controller.can_queue = 0;
  testbed.host.server = "iothreads";
  testbed.host.aio = "native";
  testbed.host.backend = "flash";
  return spec;
}

// One request at a time, so that threads of the host wait.
PointSpec idle_host() {
  PointSpec spec = later_guest();
  spec.testbed.targets = 2;
  spec.testbed.other_job_targets = 1;
  spec.testbed.other_job.rw = "randrw";
  for (FioJob* const job : {&spec.testbed.job, &spec.testbed.other_job}) {
    job->iodepth = 2;
    job->numjobs = 1;
  }
  return spec;
}

// Jobs that come to their end.
PointSpec ending() {
  PointSpec spec = short_spec();
  Testbed& testbed = spec.testbed;
  testbed.host.backend = "null";
  testbed.targets = 2;
  testbed.other_job_targets = 1;
  for (FioJob* const job : {&testbed.job, &testbed.other_job}) {
    job->bsrange = {65536, 65536};
    job->size_bytes = 2 << 20;
    job->loops = 3;
    job->iodepth = 8;
    job->numjobs = 1;
  }
  return spec;
}

// Long enough for the stopping rule to decide.
PointSpec precise() {
  PointSpec spec = short_spec();
  spec.testbed.host.backend = "null";
  spec.testbed.job.bsrange = {4096, 4096};
  spec.precision = {.half_width_percent = 5, .min_simulated_s = 0.02, .max_simulated_s = 0.3};
  return spec;
}

// Each vCPU has its queue and its interrupts, whatever its processes do.
PointSpec own_queues() {
  PointSpec spec = crowded();
  spec.testbed.guest.policy = "per_vcpu";
  spec.testbed.hardware.physical_cpus = 8;
  return spec;
}

// And no process ever leaves its vCPU, nor waits for another.
PointSpec apart() {
  PointSpec spec = later_guest();
  Testbed& testbed = spec.testbed;
  testbed.targets = 6;
  testbed.controller.num_queues = 0;
  testbed.guest.pinned_vcpus = 3;
  testbed.job.iodepth = 1;
  testbed.job.numjobs = 1;
  return spec;
}

PointSpec one_request() {
  PointSpec spec = short_spec();
  Testbed& testbed = spec.testbed;
  testbed.targets = 1;
  testbed.controller.num_queues = 0;
  testbed.job.iodepth = 1;
  testbed.job.numjobs = 1;
  return spec;
}

struct Base {
  std::string name;
  PointSpec spec;
  std::string csv = "";
};

// Those above, and one on every host that can be composed.
std::vector<Base> bases() {
  std::vector<Base> all{{"crowded", crowded()},          {"sharing", sharing()}, {"paced", paced()},
                        {"before", before_the_series()}, {"split", split()},     {"later guest", later_guest()},
                        {"idle host", idle_host()},      {"ending", ending()},   {"precise", precise()},
                        {"own queues", own_queues()},    {"apart", apart()},     {"one request", one_request()}};
  for (const std::string& server : Registry<HostServerKind>::instance().names())
    for (const std::string& aio : Registry<AioKind>::instance().names())
      for (const std::string& backend : Registry<BackendEntry>::instance().names()) {
        PointSpec spec = short_spec();
        spec.testbed.host.server = server;
        spec.testbed.host.aio = aio;
        spec.testbed.host.backend = backend;
        spec.testbed.guest.vcpus = 2;
        // The beginning is faster than the drive for long: two batches with as many requests, and so with an interval
        // of 0, would lie beyond its bound. Longer runs have more batches.
        if (backend == "flash") spec.precision.min_simulated_s = spec.precision.max_simulated_s = 0.008;
        if (refused(spec).empty()) all.push_back({server + ' ' + aio + ' ' + backend, spec});
      }
  return all;
}

// Of one run each; what a run fails with stands in its place.
std::vector<std::string> results(const std::vector<PointSpec>& specs) {
  std::vector<std::string> all(specs.size());
  const bool interrupted = run_in_processes(
      specs.size(), 0,
      [&](std::size_t i) {
        PointRow row;
        row.result = bounded_point(specs[i].testbed, specs[i].precision, 1);
        return to_line(row);
      },
      [&](const TaskOutcome& outcome) {
        all[outcome.task] = outcome.ok ? points_csv({*point_from_line(outcome.payload)}) : "failed: " + outcome.error;
      });
  EXPECT_FALSE(interrupted);
  return all;
}

bool failed(const std::string& text) { return text.compare(0, 7, "failed:") == 0; }

std::vector<Base> run_bases() {
  std::vector<Base> all = bases();
  std::vector<PointSpec> specs;
  for (const Base& base : all) specs.push_back(base.spec);
  const std::vector<std::string> texts = results(specs);
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].csv = texts[i];
    EXPECT_FALSE(failed(texts[i])) << all[i].name << ": " << texts[i];
  }
  return all;
}

std::vector<ParamValue> others(const Param& row, const ParamValue& value) {
  std::vector<ParamValue> all;
  const auto add = [&](const ParamValue& other) {
    if (other != value && std::find(all.begin(), all.end(), other) == all.end()) all.push_back(other);
  };
  const auto clamped = [&row](double number) { return std::clamp(number, row.bounds.min, row.bounds.max); };
  switch (row.kind) {
    case ParamKind::kBoolean: add(!std::get<bool>(value)); break;
    case ParamKind::kInteger:
    case ParamKind::kSize: {
      const auto number = static_cast<double>(std::get<std::int64_t>(value));
      for (const double other :
           {2 * number, number / 2, 2 * number + 1, row.bounds.min, 100 * (number + 1), 1e5 * (number + 1)})
        add(static_cast<std::int64_t>(clamped(other)));
      break;
    }
    case ParamKind::kNumber: {
      const double number = std::get<double>(value);
      for (const double other : {2 * number, number / 2, 8 * number, row.bounds.min, (number + row.bounds.max) / 2})
        add(clamped(other));
      break;
    }
    case ParamKind::kText: add(std::get<std::string>(value) + "x"); break;
    case ParamKind::kChoice:
      for (const std::string& choice : row.choices()) add(choice);
      break;
    case ParamKind::kSizeRange: {
      const SizeRange range = std::get<SizeRange>(value);
      add(SizeRange{range.max_bytes, range.max_bytes});
      break;
    }
    case ParamKind::kIothreadVqMapping: add(IothreadVqMapping{{"a", {}}, {"b", {}}}); break;
    case ParamKind::kCost: {
      // The shape alone may decide how many draws a step takes, even of what it does not need.
      const Cost cost = std::get<Cost>(value);
      add(Cost{std::min(cost.mean_ns > 0 ? 3 * cost.mean_ns : row.plausible.max, row.bounds.max), cost.shape});
      break;
    }
  }
  return all;
}

std::vector<ParamRef> all_params() {
  std::vector<ParamRef> all;
  for (const Section& section : sections())
    for (const Param& row : section.table->rows) all.push_back({&section, &row});
  return all;
}

// The parameter's values in a base that go together with all others there, and whether some are refused because of it.
struct Trials {
  std::vector<PointSpec> specs;
  bool limits = false;
};

Trials trials_of(const ParamRef& param, const PointSpec& base) {
  Trials trials;
  for (const ParamValue& value : others(*param.row, param.get(base))) {
    PointSpec spec = base;
    param.set(spec, value);
    const std::vector<std::string> because_of = refused(spec);
    if (because_of.empty()) trials.specs.push_back(std::move(spec));
    if (std::find(because_of.begin(), because_of.end(), path_of(param)) != because_of.end()) trials.limits = true;
  }
  return trials;
}

// What has acted so far, and what is still to be tried: the `nth` value of each parameter in a base.
class Search {
 public:
  void round(const Base& base, std::size_t nth) {
    std::vector<PointSpec> specs;
    std::vector<std::string> paths;
    for (const ParamRef& param : all_params()) {
      const std::string path = path_of(param);
      if (acting_.count(path) > 0 || !no_effect_unless(param, base.spec).empty()) continue;
      Trials trials = trials_of(param, base.spec);
      if (trials.limits) limits_.insert(path);
      if (nth >= trials.specs.size()) continue;
      specs.push_back(std::move(trials.specs[nth]));
      paths.push_back(path);
    }
    const std::vector<std::string> texts = results(specs);
    for (std::size_t i = 0; i < texts.size(); ++i)
      if (texts[i] != base.csv && !failed(texts[i])) acting_.insert(paths[i]);
  }

  [[nodiscard]] std::string without_a_scenario() const {
    std::string paths;
    for (const ParamRef& param : all_params()) {
      // The one value that there is says what is modelled; a limit acts by what it refuses.
      const bool is_statement = others(*param.row, param.get(PointSpec{})).empty();
      const std::string path = path_of(param);
      if (acting_.count(path) == 0 && limits_.count(path) == 0 && !is_statement) paths += ' ' + path;
    }
    return paths;
  }

 private:
  std::set<std::string> acting_;
  std::set<std::string> limits_;
};

TEST(Parameters, EachHasAScenarioInWhichItActs) {
  const std::vector<Base> all = run_bases();
  Search search;
  constexpr std::size_t kMostValues = 6;
  for (std::size_t nth = 0; nth < kMostValues; ++nth)
    for (const Base& base : all)
      if (!search.without_a_scenario().empty()) search.round(base, nth);
  EXPECT_EQ(search.without_a_scenario(), "");
}

TEST(Parameters, WhatNothingReadsChangesNothing) {
  const bool deep = std::getenv("VQLAB_DEEP") != nullptr;
  std::set<std::pair<std::string, std::string>> tried;  // path and reason
  std::size_t runs = 0;
  for (const Base& base : run_bases()) {
    std::vector<PointSpec> specs;
    std::vector<std::string> names;
    for (const ParamRef& param : all_params()) {
      const std::string why = no_effect_unless(param, base.spec);
      if (why.empty() || (!tried.insert({path_of(param), why}).second && !deep)) continue;
      Trials trials = trials_of(param, base.spec);
      if (!deep && trials.specs.size() > 1) trials.specs.resize(1);
      for (PointSpec& spec : trials.specs) {
        specs.push_back(std::move(spec));
        names.push_back(path_of(param) + " although it is read only if " + why);
      }
    }
    const std::vector<std::string> texts = results(specs);
    for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(texts[i], base.csv) << base.name << ": " << names[i];
    runs += texts.size();
  }
  EXPECT_GT(runs, 60u);
}

}  // namespace
}  // namespace vqlab
