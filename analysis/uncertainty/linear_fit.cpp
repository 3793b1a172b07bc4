#include "analysis/uncertainty/linear_fit.hpp"

#include <Eigen/Core>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <unsupported/Eigen/SpecialFunctions>

#include "analysis/uncertainty/model_band.hpp"
#include "models/base/rng.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kResamples = 400;
constexpr double kSure = 0.025;  // on either side of an interval

using Vector = Eigen::VectorXd;

Eigen::Index index_of(std::size_t i) { return static_cast<Eigen::Index>(i); }

std::vector<double> to_vector(const Vector& values) { return {values.data(), values.data() + values.size()}; }

double variance_of(const std::vector<double>& values) {
  const double mean = mean_known(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size() - 1);
}

// By variable: what y changes on average with one standard deviation of it, others following as they are correlated.
std::vector<double> total_effects(const double* slopes, const std::vector<double>& sd,
                                  const std::vector<std::vector<double>>& correlation) {
  std::vector<double> effects(sd.size(), 0.0);
  for (std::size_t i = 0; i < sd.size(); ++i)
    for (std::size_t j = 0; j < sd.size(); ++j) effects[i] += correlation[i][j] * slopes[j] * sd[j];
  return effects;
}

}  // namespace

std::optional<LinearFit> fit_linear(const std::vector<std::vector<double>>& x, const std::vector<double>& y,
                                    std::uint64_t seed) {
  const std::size_t columns = x.size() + 1;
  if (y.size() < fewest_observations(x.size())) return std::nullopt;
  Eigen::MatrixXd design(index_of(y.size()), index_of(columns));
  design.col(0).setOnes();
  for (std::size_t i = 0; i < x.size(); ++i)
    design.col(index_of(i + 1)) = Eigen::Map<const Vector>(x[i].data(), index_of(y.size()));
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(design);
  if (qr.rank() < design.cols()) return std::nullopt;
  const Eigen::MatrixXd solves = qr.solve(Eigen::MatrixXd::Identity(design.rows(), design.rows()));
  const Eigen::Map<const Vector> observed(y.data(), index_of(y.size()));
  const Vector coefficients = solves * observed;
  const Vector fitted = design * coefficients;
  const Vector residuals = observed - fitted;

  LinearFit fit;
  fit.at_origin = coefficients[0];
  fit.slopes = to_vector(coefficients.tail(index_of(x.size())));
  const auto freedom = static_cast<double>(y.size() - columns);
  const double variance = variance_of(y);
  fit.r2 = variance > 0 ? 1 - residuals.squaredNorm() / freedom / variance : 0;

  // Residuals are smaller than what they are residuals of, by this much on average.
  const double scale = std::sqrt(static_cast<double>(y.size()) / freedom);
  RandomStream random(seed, "uncertainty/resampled residuals");
  for (std::size_t i = 0; i < kResamples; ++i) {
    Vector drawn = fitted;
    for (Eigen::Index k = 0; k < drawn.size(); ++k)
      drawn[k] += scale * residuals[below(static_cast<std::uint32_t>(y.size()), random.next32())];
    fit.resampled.push_back(to_vector(solves * drawn));
  }
  return fit;
}

std::vector<FirstOrderIndex> first_order_indices(const LinearFit& fit, const std::vector<std::vector<double>>& x,
                                                 const std::vector<double>& y,
                                                 const std::vector<std::vector<double>>& correlation) {
  std::vector<double> sd;
  for (const std::vector<double>& one : x) sd.push_back(std::sqrt(variance_of(one)));
  const double variance = variance_of(y);
  std::vector<FirstOrderIndex> indices(x.size());
  if (!(variance > 0)) return indices;
  const std::vector<double> effects = total_effects(fit.slopes.data(), sd, correlation);
  std::vector<std::vector<double>> drawn(x.size());
  std::vector<std::vector<double>> squares(x.size());
  for (const std::vector<double>& coefficients : fit.resampled) {
    const std::vector<double> one = total_effects(coefficients.data() + 1, sd, correlation);
    for (std::size_t i = 0; i < x.size(); ++i) {
      drawn[i].push_back(one[i]);
      squares[i].push_back(one[i] * one[i]);
    }
  }
  // The square of what is not known exactly is too large by its variance.
  for (std::size_t i = 0; i < x.size(); ++i)
    indices[i] = {std::clamp((effects[i] * effects[i] - variance_of(drawn[i])) / variance, 0.0, 1.0),
                  std::sqrt(variance_of(squares[i])) / variance};
  return indices;
}

std::optional<Crossing> crossing(const LinearFit& fit, std::size_t variable, double min, double max) {
  const double slope = fit.slopes[variable];
  const double at = -fit.at_origin / slope;
  if (!(at >= min && at <= max)) return std::nullopt;
  std::vector<double> slopes;
  std::vector<double> crossings;
  for (const std::vector<double>& coefficients : fit.resampled) {
    slopes.push_back(coefficients[variable + 1]);
    crossings.push_back(-coefficients[0] / coefficients[variable + 1]);
  }
  const double errors = -Eigen::numext::ndtri(kSure / static_cast<double>(fit.slopes.size()));
  if (std::abs(slope) < errors * std::sqrt(variance_of(slopes))) return std::nullopt;
  return Crossing{at, quantile(crossings, kSure), quantile(crossings, 1 - kSure)};
}

}  // namespace vqlab
