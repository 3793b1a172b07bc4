// What is known of a parameter before a fit: its documented range.
//
// The range is read as two standard deviations on either side of its geometric middle, so that ln p has a normal prior.
// The default and the value in the machine file do not count: many of them come from fits to the same numbers.
//
// A fit moves z = (ln p - middle) / sd. Up to 1.6 that is exactly so; beyond, z is bent so that the value never leaves
// its range, however far z goes.
#pragma once

namespace vqlab {

class Prior {
 public:
  // Precondition: 0 < min < max.
  Prior(double min, double max);

  [[nodiscard]] double log_min() const { return middle_ - kEdge * sd_; }
  [[nodiscard]] double log_max() const { return middle_ + kEdge * sd_; }
  [[nodiscard]] double sd() const { return sd_; }  // of ln p

  [[nodiscard]] double log_value(double z) const;  // strictly inside the range
  [[nodiscard]] double slope(double z) const;      // d ln p / d z, above 0
  // The z of a value; one at the edge of the range or beyond counts as just inside.
  [[nodiscard]] double z_of(double log_value) const;

 private:
  static constexpr double kEdge = 2.0;      // standard deviations from the middle to the end of the range
  static constexpr double kStraight = 1.6;  // z is not bent up to here

  double middle_;
  double sd_;
};

}  // namespace vqlab
