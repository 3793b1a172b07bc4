// The parameters of a policy that a search may set, each on a scale from 0 to 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/scenario/policy_choice.hpp"

namespace vqlab {

// A number or an integer of the policy's own. A range that spans a factor of 20 or more is on a logarithmic scale. One
// that begins at 0 and reaches 20 or more is, too: 0 is its lower end, and the rest begins at 1, or for numbers that
// are not whole at a millionth of the upper end if that is less.
class TunedParam {
 public:
  TunedParam(const ParamRef& param, double usual);

  [[nodiscard]] const ParamRef& ref() const noexcept { return param_; }
  [[nodiscard]] double usual() const noexcept { return usual_; }  // the value that is not chosen
  [[nodiscard]] bool logarithmic() const noexcept { return logarithmic_; }
  [[nodiscard]] double lowest() const noexcept { return low_; }
  [[nodiscard]] double highest() const noexcept { return high_; }

  // The value at this place of the scale, as it is simulated: whole, or with three digits. Precondition: 0 <= at <= 1.
  [[nodiscard]] double value(double at) const;
  // The place of a value; the nearest end for one outside.
  [[nodiscard]] double place(double value) const;
  [[nodiscard]] ParamValue as_param(double value) const;

 private:
  ParamRef param_;
  double usual_;
  bool whole_;
  bool logarithmic_ = false;
  double low_;
  double high_;
  double first_;  // the lowest value above 0 of a logarithmic scale
};

// Values of the parameters, in their order.
using Setting = std::vector<double>;

// Those of the policy that are numbers and that the choice does not set itself.
[[nodiscard]] std::vector<TunedParam> tuned_params(const PolicyChoice& policy);

// Registered policies that have such parameters.
[[nodiscard]] std::vector<std::string> policies_with_params();

// The policy with these values: what a command line would say.
[[nodiscard]] PolicyChoice with_setting(const PolicyChoice& policy, const std::vector<TunedParam>& params,
                                        const Setting& setting);

// A Latin hypercube of the scales; settings that are the same are there once.
[[nodiscard]] std::vector<Setting> spread_settings(const std::vector<TunedParam>& params, std::size_t count,
                                                   std::uint64_t seed);

// Around this setting, `step` of each scale to either side: for each parameter the lower, then the upper one. An entry
// is the setting itself where there is no further value.
[[nodiscard]] std::vector<Setting> neighbours(const std::vector<TunedParam>& params, const Setting& setting,
                                              double step);

// Where the parabola through each parameter's three values is highest: `scores` are of the setting, then of its
// neighbours. A parameter whose parabola has no top within `step` stays, or takes its better neighbour.
[[nodiscard]] Setting top_of_parabolas(const std::vector<TunedParam>& params, const Setting& setting,
                                       const std::vector<Setting>& around, const std::vector<double>& scores);

}  // namespace vqlab
