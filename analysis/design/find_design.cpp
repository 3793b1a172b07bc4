#include "analysis/design/find_design.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "analysis/design/counters.hpp"
#include "analysis/runs/power.hpp"

namespace vqlab {
namespace {

constexpr double kDirectLevel = 0.05;
constexpr double kDirectPower = 0.95;

class DesignFinder {
 public:
  DesignFinder(const DesignPlan& plan, const std::vector<Estimate>& nominal, const PlausibleValues& values,
               std::size_t machines, std::string metric)
      : plan_(plan), nominal_(nominal), values_(values), machines_(machines), metric_(std::move(metric)) {}

  std::optional<DesignReport> find(const MeasurementErrors& errors, std::size_t most_cells, std::uint64_t seed) {
    choose_machines_and_pairs();
    if (pairs_.empty() || kept_.size() < kFewestMachines) return std::nullopt;
    find_verdict();
    read_cells();
    add_units();
    const JointNormal normal(verdict_.machines, readings_, errors);
    DesignReport report;
    report.metric = metric_;
    report.plan = plan_;
    report.pairs = pairs_.size();
    report.machines = kept_.size();
    report.errors = errors;
    report.units = units_;
    report.nominal_percent = nominal_percent();
    report.mean = mean_known(verdict_.machines);
    const double chance = chance_variance(verdict_);
    report.chance_share = chance / std::max(normal.variance(), chance);
    report.sd = std::sqrt(std::max(0.0, normal.variance()));
    std::vector<double> percent = without_chance(verdict_).logs;
    for (double& value : percent) value = 100 * std::expm1(value);
    report.band_percent = band_of(percent);
    report.steps = choose_measurements(normal, units_, most_cells);
    report.checks = check_design(verdict_.machines, readings_, errors, units_, most_cells, report.steps.size(), seed);
    add_direct(errors, report);
    return report;
  }

 private:
  [[nodiscard]] const std::vector<double>& runs(std::string_view quantity, std::size_t cell) const {
    return values_.of(quantity, cell).machines;
  }
  [[nodiscard]] std::size_t known(std::string_view quantity, std::size_t cell) const {
    const std::vector<double>& all = runs(quantity, cell);
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](double value) { return value > 0; }));
  }
  // Pairs that have values on most machines, and the machines that have values of all these.
  void choose_machines_and_pairs() {
    for (const DesignPair& pair : plan_.pairs)
      if (pair.counts && 2 * std::min(known(metric_, pair.first), known(metric_, pair.second)) > machines_)
        pairs_.push_back(static_cast<std::size_t>(&pair - plan_.pairs.data()));
    for (std::size_t machine = 0; machine < machines_; ++machine) {
      const auto has = [&](std::size_t pair) {
        return runs(metric_, plan_.pairs[pair].first)[machine] > 0 &&
               runs(metric_, plan_.pairs[pair].second)[machine] > 0;
      };
      if (std::all_of(pairs_.begin(), pairs_.end(), has)) kept_.push_back(machine);
    }
  }

  [[nodiscard]] std::vector<double> logs(std::string_view quantity, std::size_t cell) const {
    std::vector<double> values;
    for (const std::size_t machine : kept_) values.push_back(std::log(runs(quantity, cell)[machine]));
    return values;
  }
  // Set on the nominal machine, which is left out where its ratio is unknown.
  [[nodiscard]] ShortRuns log_ratios(const std::vector<std::size_t>& pairs) const {
    std::vector<ShortRuns> ratios;
    for (const std::size_t pair : pairs) {
      const auto& [first, second, counts] = plan_.pairs[pair];
      ratios.push_back(log_ratios_of(values_.of(metric_, first), values_.of(metric_, second)));
    }
    ShortRuns all = set_on(mean_of(ratios), nominal_log_ratio(pairs));
    std::vector<double> kept;
    for (const std::size_t machine : kept_) kept.push_back(all.machines[machine]);
    all.machines = std::move(kept);
    return all;
  }

  // The mean over the pairs; intervals as if they knew nothing of each other.
  [[nodiscard]] Estimate nominal_log_ratio(const std::vector<std::size_t>& pairs) const {
    const auto count = static_cast<double>(pairs.size());
    Estimate mean{0, 0};
    for (const std::size_t pair : pairs) {
      const Estimate first = log_of(nominal_[plan_.pairs[pair].first]);
      const Estimate second = log_of(nominal_[plan_.pairs[pair].second]);
      mean.value += (first.value - second.value) / count;
      mean.half_width = std::hypot(mean.half_width, first.half_width / count, second.half_width / count);
    }
    return mean;
  }

  void find_verdict() { verdict_ = log_ratios(pairs_); }

  // Readings that are above 0 on all machines. What the model misses is the same for all cells at one position.
  void read_cells() {
    std::map<std::pair<std::string, std::size_t>, std::size_t> groups;
    for (std::size_t cell = 0; cell < plan_.cells.size(); ++cell)
      for (std::size_t counter = 0; counter < kRealCounters.size(); ++counter) {
        const std::string_view name = name_of(kRealCounters[counter].measure);
        std::vector<double> values = logs(name, cell);
        if (!std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); })) continue;
        const std::size_t group =
            groups.try_emplace({plan_.cells[cell].position, counter}, groups.size()).first->second;
        places_[{cell, counter}] = readings_.size();
        readings_.push_back({std::move(values), group});
      }
  }

  void add_units() {
    for (std::size_t cell = 0; cell < plan_.cells.size(); ++cell) add_unit({cell});
    for (const DesignPair& pair : plan_.pairs) add_unit({pair.first, pair.second});
  }
  void add_unit(const std::vector<std::size_t>& cells) {
    DesignUnit unit{cells, {}};
    for (std::size_t counter = 0; counter < kRealCounters.size(); ++counter) {
      unit.counters.emplace_back();
      for (const std::size_t cell : cells)
        if (const auto found = places_.find({cell, counter}); found != places_.end())
          unit.counters.back().push_back(found->second);
      if (unit.counters.back().size() < cells.size()) unit.counters.back().clear();
    }
    units_.push_back(std::move(unit));
  }

  [[nodiscard]] Estimate nominal_percent() const {
    const Estimate log = nominal_log_ratio(pairs_);
    return {100 * std::expm1(log.value), 100 * std::exp(log.value) * log.half_width};
  }

  void add_direct(const MeasurementErrors& errors, DesignReport& report) const {
    report.direct.push_back(direct(verdict_, pairs_.size(), errors));
    if (pairs_.size() < 2) return;
    DirectMeasurement best;
    for (const std::size_t pair : pairs_) {
      DirectMeasurement one = direct(log_ratios({pair}), 1, errors);
      one.pair = pair;
      if (!best.pair || std::abs(one.median_percent) > std::abs(best.median_percent)) best = one;
    }
    report.direct.push_back(best);
  }

  [[nodiscard]] static DirectMeasurement direct(const ShortRuns& ratios, std::size_t pairs,
                                                const MeasurementErrors& errors) {
    const double deviation = errors.repetition * std::sqrt(2 / static_cast<double>(pairs));
    std::vector<double> sizes;
    const std::vector<double> sharp = without_chance(ratios).logs;
    for (const double ratio : sharp) sizes.push_back(std::abs(ratio));
    const auto needed = [deviation](double size) {
      return pairs_needed(size / deviation, kDirectLevel, kDirectPower, kMostRepetitions);
    };
    DirectMeasurement one;
    one.median_percent = 100 * std::expm1(quantile(sharp, 0.5));
    one.repetitions = needed(std::abs(quantile(sharp, 0.5)));
    one.for_most = needed(quantile(sizes, 0.1));
    if (one.repetitions > 0)
      one.left_percent =
          100 * student_t_975(one.repetitions - 1) * deviation / std::sqrt(static_cast<double>(one.repetitions));
    return one;
  }

  const DesignPlan& plan_;
  const std::vector<Estimate>& nominal_;  // by cell
  const PlausibleValues& values_;
  std::size_t machines_;
  std::string metric_;
  std::vector<std::size_t> pairs_;  // of the plan, that count and are known
  std::vector<std::size_t> kept_;   // machines
  ShortRuns verdict_;               // machines: those that are kept
  std::vector<Reading> readings_;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> places_;  // in readings_, of a cell and a counter
  std::vector<DesignUnit> units_;
};

}  // namespace

std::vector<std::string> design_quantities(const std::string& metric) {
  std::vector<std::string> quantities{metric};
  for (const RealCounter& counter : kRealCounters)
    if (name_of(counter.measure) != metric) quantities.emplace_back(name_of(counter.measure));
  return quantities;
}

std::optional<DesignReport> find_design(const DesignPlan& plan, const std::vector<Estimate>& nominal,
                                        const PlausibleValues& values, std::size_t machines, const std::string& metric,
                                        const MeasurementErrors& errors, std::size_t most_cells, std::uint64_t seed) {
  return DesignFinder(plan, nominal, values, machines, metric).find(errors, most_cells, seed);
}

}  // namespace vqlab
