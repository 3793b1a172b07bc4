// What a plan's fit looks at: its cells and soft targets as logarithms, answered by simulation.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/calibrate/fit_plan.hpp"
#include "analysis/calibrate/least_squares.hpp"
#include "analysis/calibrate/simulations.hpp"

namespace vqlab {

class Observations {
 public:
  // Of the cells and targets that are not held out. The plan and the simulations must outlive it.
  Observations(const FitPlan& plan, Simulations& simulations);

  [[nodiscard]] const Eigen::VectorXd& published() const { return published_; }  // ln of each
  [[nodiscard]] const Eigen::VectorXd& sigma() const { return sigma_; }

  // ln of each at each of the points, in runs of the studies' own length; a point has the value of each free parameter.
  // With several seeds, of the mean over them.
  [[nodiscard]] std::vector<Eigen::VectorXd> log_values(const std::vector<std::vector<double>>& points,
                                                        const std::vector<std::uint64_t>& seeds) const;

 private:
  struct Observation {
    const FitPlace* of;
    const FitPlace* to;  // null: no ratio
  };

  void add(const FitPlace& of, const FitPlace* to, double published, double sigma_percent);

  const FitPlan& plan_;
  Simulations& simulations_;
  std::vector<Observation> all_;
  Eigen::VectorXd published_;
  Eigen::VectorXd sigma_;
};

// The plan's seeds from the first one on.
[[nodiscard]] std::vector<std::uint64_t> fit_seeds(const FitPlan& plan, std::uint32_t count);

}  // namespace vqlab
