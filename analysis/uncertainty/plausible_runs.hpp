// A study's places, each simulated once on every machine that was drawn, and again and again on the study's own: short
// runs of one length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/runs/point_runs.hpp"
#include "analysis/scenario/fault.hpp"
#include "analysis/uncertainty/machine_draws.hpp"
#include "analysis/uncertainty/short_runs.hpp"

namespace vqlab {

// The seeds of the runs of the study's own machine are so far from those of the draws that no machine has them.
inline constexpr std::uint64_t kOwnSeedsFrom = 1'000'000;

// At least so many machines make a band.
inline constexpr std::size_t kFewestMachines = 8;

// So many machines for a study of `simulations` points on each; nothing, and a fault, if none of its parameters is
// uncertain, or if that is too much to simulate.
[[nodiscard]] std::optional<MachineDraws> plausible_machines(const Study& study, std::size_t count,
                                                             std::size_t simulations, std::vector<Fault>& faults);

// The first point of each place of the study: its places, as the machines run them.
[[nodiscard]] PointList places_of(const Study& study);

// What a row of such runs has beside the axes of the study: the number of its machine, from 1, or the study's own.
inline constexpr const char* kMachineAxis = "machine";
inline constexpr const char* kOwnMachine = "own";

// The places on the machines, machine by machine, then kOwnRuns times on the study's own, each point with the axis
// above. Places have the seed of their machine: the first has that of the draws, the others those after it, and each
// run of the study's own machine has one of its own, so that the chance of one says nothing of that of another and can
// be taken out of what differs between machines. A run is 0.1 s long, or as the precision of its place demands: not
// shorter than its shortest run, not longer than its longest.
[[nodiscard]] PointList on_machines(const PointList& places, const MachineDraws& draws);

// Runs of some quantities by place.
class PlausibleValues {
 public:
  // `rows`: of points of on_machines(), `places` for each machine.
  PlausibleValues(const PointRows& rows, std::size_t places, std::size_t machines, std::vector<std::string> quantities);

  // Precondition: it is one of the quantities.
  [[nodiscard]] const ShortRuns& of(std::string_view quantity, std::size_t place) const;
  [[nodiscard]] std::size_t places() const { return places_; }

 private:
  std::size_t places_;
  std::vector<std::string> quantities_;
  std::vector<ShortRuns> runs_;  // quantity by quantity, by place
};

class PlausibleRuns {
 public:
  // In a folder of its own below the results of the nominal machine; it goes on there if they do. `places` and `draws`
  // outlive the object. Throws as PointRuns does.
  PlausibleRuns(const PointList& places, const MachineDraws& draws, const std::filesystem::path& result,
                const std::string& verb, const Study& study, const Opening& opening);

  // True if it was interrupted, or ended before all were to be simulated. Writes machines.csv and points.csv.
  [[nodiscard]] bool run(const PointRunner& run_point, const Simulating& how);
  [[nodiscard]] PlausibleValues values(std::vector<std::string> quantities) const;

  [[nodiscard]] std::size_t places() const noexcept { return places_; }
  [[nodiscard]] PointRuns& runs() noexcept { return runs_; }
  [[nodiscard]] const PointRuns& runs() const noexcept { return runs_; }

 private:
  PlausibleRuns(const PointList& places, const MachineDraws& draws, const std::filesystem::path& folder,
                const RunIdentity& identity, const Opening& opening);

  const MachineDraws& draws_;
  std::size_t places_;
  PointList points_;
  PointRuns runs_;
};

// What the record of the verb says of it.
[[nodiscard]] nlohmann::ordered_json uncertainty_json(const MachineDraws& draws, const PlausibleRuns& runs);

}  // namespace vqlab
