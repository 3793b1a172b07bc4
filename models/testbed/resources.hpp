// What a request needs on its way: the things that work for it or make it wait, each of which may limit a testbed.
#pragma once

#include <string_view>
#include <vector>

#include "models/base/part_params.hpp"
#include "models/base/resource_id.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab {

// Each cost of guest and host belongs to one resource: to the one that is busy for as long. Costs of parts belong to
// the one that the part registers them for.
struct Resource {
  ResourceId id;
  std::string_view help;
  // A delay holds up each request by itself, whatever the others do: it is no queue, cannot be saturated, and so is no
  // bottleneck. The others serve one request after the other, or as many at a time as there are of them.
  bool delay;
  void (*halve_own)(Testbed&);  // but for what parts demand

  [[nodiscard]] std::string_view name() const { return name_of(id); }  // "main_loop"
  // Halves what each request demands of it, whatever ranges the parameters have.
  void halve(Testbed& testbed) const {
    halve_own(testbed);
    halve_costs(testbed.parts, id);
  }
};

[[nodiscard]] const std::vector<Resource>& resources();

}  // namespace vqlab
