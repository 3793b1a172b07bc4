#include "analysis/uncertainty/machine_draws.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <optional>
#include <unsupported/Eigen/SpecialFunctions>
#include <utility>

#include "analysis/runs/csv.hpp"
#include "analysis/uncertainty/latin_hypercube.hpp"

namespace vqlab {
namespace {

double six_digits(double value, const Bounds& range) {
  return std::clamp(std::strtod(fmt::format("{:.6g}", value).c_str(), nullptr), range.min, range.max);
}

double in_range(const UncertainRange& range, double share) {
  const auto [min, max] = range.bounds;
  return range.uniform ? min + share * (max - min) : min * std::exp(share * std::log(max / min));
}

class MachineDrawer {
 public:
  MachineDrawer(const Study& study, std::size_t count, std::uint64_t seed) : study_(study), count_(count) {
    draws_.seed = seed;
    for (const ParamRef& param : uncertain_params(study))
      draws_.params.push_back({param, machine_value(param, study), *range_on(study, param)});
    draws_.values.assign(count, std::vector<double>(draws_.params.size()));
  }

  MachineDraws draw() {
    find_jointly_drawn();
    draw_from_ranges();
    if (std::count(draws_.jointly.begin(), draws_.jointly.end(), true) > 0) draw_from_posterior();
    add_correlation();
    return std::move(draws_);
  }

 private:
  void find_jointly_drawn() {
    for (const UncertainParam& one : draws_.params) {
      place_.push_back(place_in_posterior(study_, one.param));
      draws_.jointly.push_back(place_.back().has_value());
    }
  }

  void draw_from_ranges() {
    std::vector<std::size_t> alone;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < draws_.params.size(); ++i) {
      if (place_[i]) continue;
      alone.push_back(i);
      names.push_back(path_of(draws_.params[i].param));
    }
    const std::vector<std::vector<double>> shares = latin_hypercube(count_, names, draws_.seed);
    for (std::size_t machine = 0; machine < count_; ++machine)
      for (std::size_t k = 0; k < alone.size(); ++k)
        set(machine, alone[k], in_range(draws_.params[alone[k]].range, shares[machine][k]));
  }

  void draw_from_posterior() {
    const Posterior& posterior = *study_.posterior;
    std::vector<double> centre;
    for (const std::string& name : posterior.parameters) centre.push_back(machine_value(find_param(name), study_));
    const std::vector<std::vector<double>> shares = latin_hypercube(count_, posterior.parameters, draws_.seed);
    for (std::size_t machine = 0; machine < count_; ++machine) {
      std::vector<double> normals;
      for (const double share : shares[machine]) normals.push_back(Eigen::numext::ndtri(share));
      const std::vector<double> values = posterior_values(posterior, centre, normals);
      for (std::size_t i = 0; i < place_.size(); ++i)
        if (place_[i]) set(machine, i, values[*place_[i]]);
    }
  }

  void set(std::size_t machine, std::size_t param, double value) {
    draws_.values[machine][param] = six_digits(value, draws_.params[param].range.bounds);
  }

  void add_correlation() {
    const std::size_t count = draws_.params.size();
    draws_.correlation.assign(count, std::vector<double>(count));
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t j = 0; j < count; ++j) {
        double& one = draws_.correlation[i][j];
        if (i == j)
          one = 1;
        else if (place_[i] && place_[j])
          one = study_.posterior->correlation[std::max(*place_[i], *place_[j])][std::min(*place_[i], *place_[j])];
      }
  }

  const Study& study_;
  std::size_t count_;
  MachineDraws draws_;
  std::vector<std::optional<std::size_t>> place_;  // of each parameter in the posterior; nothing: drawn alone
};

}  // namespace

MachineDraws draw_machines(const Study& study, std::size_t count, std::uint64_t seed) {
  return MachineDrawer(study, count, seed).draw();
}

std::string machines_csv(const MachineDraws& draws) {
  std::vector<std::string> fields{"machine"};
  for (const UncertainParam& one : draws.params) fields.push_back(path_of(one.param));
  std::string text = csv_line(fields);
  for (std::size_t machine = 0; machine < draws.machines(); ++machine) {
    fields = {std::to_string(machine + 1)};
    for (const double value : draws.values[machine]) fields.push_back(csv_number(value));
    text += csv_line(fields);
  }
  return text;
}

void place_on_machine(const MachineDraws& draws, std::size_t machine, PointSpec& spec) {
  for (std::size_t i = 0; i < draws.params.size(); ++i)
    set_number(draws.params[i].param, spec, draws.values[machine][i]);
}

std::vector<double> log_ratios(const MachineDraws& draws, std::size_t param) {
  std::vector<double> ratios;
  for (const std::vector<double>& machine : draws.values)
    ratios.push_back(std::log(machine[param] / draws.params[param].nominal));
  return ratios;
}

}  // namespace vqlab
