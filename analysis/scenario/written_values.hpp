// Whether anything reads what a person wrote.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/scenario/scenario.hpp"
#include "models/testbed/idle_member.hpp"

namespace vqlab {

// The values that a scenario file and overrides write down, in sections, curves and sweep. What a machine's own file
// says is not among them: other studies may read it. Of a resolved scenario only what overrides wrote is: the rest
// stands there because everything does.
class WrittenValues {
 public:
  // The scenario outlives the object; `file` is its own.
  WrittenValues(const Scenario& scenario, const std::string& file);

  // Takes note of what a point of this curve reads.
  void look_at(const PointSpec& spec, const CurveSpec& curve);

  // After all points: a fault for each value that none of them has read.
  void refuse_unread(std::vector<Fault>& faults) const;
  // A line for each parameter that some point has read, without a difference to any result.
  [[nodiscard]] std::vector<std::string> without_effect() const;

 private:
  struct Written {
    ParamRef param;
    std::string path;           // JSON path
    std::string value;          // as it is shown
    const CurveSpec* curve;     // the curve that sets it; null: a section or the sweep
    bool of_section;            // so curves and sweep go before it
    std::string why_unreached;  // of a section's value: who sets it in every point, if that is so
    std::string unread_unless;  // in the first point that did not read it
    std::string no_effect_unless;
    bool is_read = false;
    bool acts = false;
    bool is_default = false;
    std::optional<std::vector<IdleMember>> idle{};  // of a list: in every point that was looked at
  };

  void add_section_values();
  static void look_at_members(Written& list, const Testbed& testbed);
  [[nodiscard]] std::string who_sets(const ParamRef& param) const;

  const Scenario& scenario_;
  std::string file_;
  std::vector<Written> values_;
};

}  // namespace vqlab
