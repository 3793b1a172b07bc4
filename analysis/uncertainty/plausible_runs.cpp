#include "analysis/uncertainty/plausible_runs.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "analysis/runs/points_csv.hpp"
#include "analysis/runs/replications.hpp"
#include "analysis/runs/result_folder.hpp"
#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

constexpr double kLength = 0.1;  // seconds: a 95 % interval of some 2 % of the bandwidth, where models differ by more

static_assert(kOwnSeedsFrom > kMostSimulations);

double length_of(const Precision& precision) {
  return std::clamp(kLength, precision.min_simulated_s, precision.max_simulated_s);
}

// All that decides what the runs give.
RunIdentity identity_of_plausible(const std::string& verb, const Study& study, const PointList& places,
                                  const MachineDraws& draws) {
  auto scenario = study.resolved;
  scenario["plausible_machines"] = machines_csv(draws);
  scenario["own_runs"] = kOwnRuns;
  scenario["places"] = nlohmann::ordered_json::array();
  for (const Point& place : places) {
    std::string name = place.curve;
    for (const AxisValue& axis : place.axes) name += " " + axis.path + "=" + axis.text;
    scenario["places"].push_back(std::move(name));
  }
  return run_identity(verb + " --uncertainty", study.name, scenario);
}

// Another number of machines is another hypercube, and begins anew. A journal that cannot be read is refused later.
Opening opening_of(const std::filesystem::path& folder, const RunIdentity& identity, const Opening& opening) {
  std::vector<Fault> unreadable;
  const std::optional<RunIdentity> before = read_identity(folder / kJournalName, unreadable);
  const bool is_another = before && !(*before == identity);
  return {.resume = opening.resume && std::filesystem::exists(folder / kJournalName) && !is_another, .force = true};
}

}  // namespace

std::optional<MachineDraws> plausible_machines(const Study& study, std::size_t count, std::size_t simulations,
                                               std::vector<Fault>& faults) {
  const std::string option = fmt::format("--uncertainty {}", count);
  if (const std::size_t all = (count + kOwnRuns) * simulations; all > kMostSimulations)
    faults.push_back({FaultKind::kMeaning, option, "machines", fmt::format("{} simulations", all),
                      fmt::format("at most {}: machines, and {} runs of the study's own, times {}", kMostSimulations,
                                  kOwnRuns, simulations),
                      ""});
  else if (uncertain_params(study).empty())
    faults.push_back({FaultKind::kMeaning, option, "machines", "no parameter that is uncertain",
                      "a study with costs that come from its machine; a resolved scenario sets all of them itself",
                      ""});
  else
    return draw_machines(study, count, study.seeds.front());
  return std::nullopt;
}

PointList places_of(const Study& study) {
  PointList places;
  for (std::size_t i = 0; i < study.points.size(); i += study.seeds.size()) places.push_back(study.points[i]);
  return places;
}

PointList on_machines(const PointList& places, const MachineDraws& draws) {
  PointList points;
  const auto add = [&](const Point& place, std::uint64_t seed, std::optional<std::size_t> machine) {
    Point point = place;
    point.index = static_cast<std::uint32_t>(points.size());
    point.seed = seed;
    point.axes.push_back({kMachineAxis, machine ? std::to_string(*machine + 1) : kOwnMachine});
    PointSpec spec{place.testbed, place.precision};
    spec.precision.results = {};
    spec.precision.min_simulated_s = spec.precision.max_simulated_s = length_of(place.precision);
    if (machine) place_on_machine(draws, *machine, spec);
    point.testbed = std::move(spec.testbed);
    point.precision = spec.precision;
    points.push_back(point);
  };
  for (std::size_t machine = 0; machine < draws.machines(); ++machine)
    for (const Point& place : places) add(place, draws.seed + machine, machine);
  for (std::size_t run = 0; run < kOwnRuns; ++run)
    for (const Point& place : places) add(place, draws.seed + kOwnSeedsFrom + run, std::nullopt);
  return points;
}

PlausibleValues::PlausibleValues(const PointRows& rows, std::size_t places, std::size_t machines,
                                 std::vector<std::string> quantities)
    : places_(places),
      quantities_(std::move(quantities)),
      runs_(quantities_.size() * places,
            {std::vector<double>(machines, kNoValue), std::vector<double>(kOwnRuns, kNoValue)}) {
  for (const PointRow& row : rows)
    for (std::size_t i = 0; i < quantities_.size(); ++i)
      if (const Quantity* const one = row.result.find(quantities_[i])) {
        ShortRuns& runs = runs_.at(i * places + row.point % places);
        const std::size_t run = row.point / places;
        (run < machines ? runs.machines.at(run) : runs.own.at(run - machines)) = one->value;
      }
}

const ShortRuns& PlausibleValues::of(std::string_view quantity, std::size_t place) const {
  const auto found = std::find(quantities_.begin(), quantities_.end(), quantity);
  ensure(found != quantities_.end(), "the quantity was asked for");
  return runs_.at(static_cast<std::size_t>(found - quantities_.begin()) * places_ + place);
}

PlausibleRuns::PlausibleRuns(const PointList& places, const MachineDraws& draws, const std::filesystem::path& result,
                             const std::string& verb, const Study& study, const Opening& opening)
    : PlausibleRuns(places, draws, result / kUncertaintyFolder, identity_of_plausible(verb, study, places, draws),
                    opening) {}

PlausibleRuns::PlausibleRuns(const PointList& places, const MachineDraws& draws, const std::filesystem::path& folder,
                             const RunIdentity& identity, const Opening& opening)
    : draws_(draws),
      places_(places.size()),
      points_(on_machines(places, draws)),
      runs_(points_, folder, identity, opening_of(folder, identity, opening)) {}

bool PlausibleRuns::run(const PointRunner& run_point, const Simulating& how) {
  const bool stopped = runs_.run(run_point, Asked::kResult, how);
  runs_.folder().write("machines.csv", machines_csv(draws_));
  const PointRows rows = runs_.rows();
  runs_.folder().write("points.csv", [&rows](const TextSink& write) { points_csv(rows, write); });
  return stopped;
}

PlausibleValues PlausibleRuns::values(std::vector<std::string> quantities) const {
  return {runs_.rows(), places_, draws_.machines(), std::move(quantities)};
}

nlohmann::ordered_json uncertainty_json(const MachineDraws& draws, const PlausibleRuns& runs) {
  nlohmann::ordered_json json;
  json["machines"] = draws.machines();
  json["seed"] = draws.seed;
  json["own_runs"] = kOwnRuns;
  json["points_total"] = (draws.machines() + kOwnRuns) * runs.places();
  json["points_finished"] = runs.runs().finished();
  for (std::size_t i = 0; i < draws.params.size(); ++i) {
    const UncertainParam& one = draws.params[i];
    nlohmann::ordered_json& param = json["parameters"][path_of(one.param)];
    param["nominal"] = one.nominal;
    param["min"] = one.range.bounds.min;
    param["max"] = one.range.bounds.max;
    param["drawn"] = draws.jointly[i] ? "posterior" : one.range.uniform ? "uniform" : "log-uniform";
  }
  return json;
}

}  // namespace vqlab
