// Machines that are as plausible as the one that a study names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/scenario/study.hpp"
#include "analysis/scenario/uncertain_params.hpp"

namespace vqlab {

struct UncertainParam {
  ParamRef param;
  double nominal;  // the value of the study's machine
  UncertainRange range;
};

struct MachineDraws {
  std::uint64_t seed = 0;
  std::vector<UncertainParam> params;
  std::vector<bool> jointly;  // by parameter: drawn from the posterior, together with others
  // By machine, then by parameter, with six digits: what machines.csv has is what is simulated.
  std::vector<std::vector<double>> values;
  // Correlation of the logarithms that were drawn together; by parameter, the whole matrix.
  std::vector<std::vector<double>> correlation;

  [[nodiscard]] std::size_t machines() const { return values.size(); }
};

// `count` machines. Parameters of the posterior of the study's machine are drawn from it together, the others each from
// its range. Count and seed decide everything.
[[nodiscard]] MachineDraws draw_machines(const Study& study, std::size_t count, std::uint64_t seed);

// machines.csv: a row for each machine, counted from 1.
[[nodiscard]] std::string machines_csv(const MachineDraws& draws);

// The point as it is on this machine, counted from 0.
void place_on_machine(const MachineDraws& draws, std::size_t machine, PointSpec& spec);

// ln(value / nominal value), by machine.
[[nodiscard]] std::vector<double> log_ratios(const MachineDraws& draws, std::size_t param);

}  // namespace vqlab
