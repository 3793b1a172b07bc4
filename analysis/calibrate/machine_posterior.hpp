// What the published values leave open of fitted machines: of the parameters that were fitted and of all other
// uncertain ones.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analysis/calibrate/fit_plan.hpp"
#include "analysis/calibrate/simulations.hpp"
#include "analysis/scenario/posterior.hpp"

namespace vqlab {

struct PosteriorOrder {
  const FitPlan& plan;
  std::vector<double> values = {};                        // of the plan's free parameters, as its machines have them
  std::function<void(const std::string&)> on_phase = {};  // what begins now, in words; may be empty
};

struct PosteriorParam {
  std::string path;
  double value = 0;
  Bounds range{};
  double prior_sd = 0;      // of ln p
  double posterior_sd = 0;  // of ln p, where the range does not bend it
  bool fitted = false;
  std::vector<std::size_t> studies;  // positions in the plan of those that share it
};

// The mean of the observations over plausible machines beside those of the machine itself, in ln: what is linear in z
// has none. Root mean squares over the observations.
struct MeanShift {
  double before = 0;  // around the machine's values
  double after = 0;   // around the shifted ones
};

struct PlanPosterior {
  MeanShift shift;
  std::vector<PosteriorParam> params;  // the fitted ones first
  std::size_t observations = 0;
  double chi_squared = 0;           // with the plan's sigmas, at the values
  double scale = 1;                 // of sigma, so that chi^2 is what it should be
  double effective = 0;             // parameters that the observations decide among the fitted ones
  std::size_t decided = 0;          // directions that they decide more than the ranges do
  std::vector<Posterior> by_study;  // what its machine is to say; no parameters if it has none that are uncertain
};

// The plan with all other uncertain parameters of its studies behind its free ones. A parameter is one and the same in
// studies whose machines agree in its section (FitPlan::same) or are the same machine.
[[nodiscard]] FitPlan with_uncertain_params(const FitPlan& plan);

// Derivatives at the values by all of them, with several seeds. Throws as Simulations::answer().
[[nodiscard]] PlanPosterior machine_posterior(const PosteriorOrder& order, Simulations& simulations);

// For a terminal.
[[nodiscard]] std::string posterior_report(const FitPlan& plan, const PlanPosterior& posterior);

}  // namespace vqlab
