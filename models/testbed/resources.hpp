// What a request needs on its way: the things that work for it or make it wait, each of which may limit a testbed.
#pragma once

#include <string_view>
#include <vector>

#include "models/testbed/testbed.hpp"

namespace vqlab {

// Each cost of guest and host belongs to one resource: to the one that is busy for as long.
struct Resource {
  std::string_view name;  // "main_loop"
  std::string_view help;
  // A delay holds up each request by itself, whatever the others do: it is no queue, cannot be saturated, and so is no
  // bottleneck. The others serve one request after the other, or as many at a time as there are of them.
  bool delay;
  void (*halve)(Testbed&);  // halves what each request demands of it, whatever ranges the parameters have
};

[[nodiscard]] const std::vector<Resource>& resources();

}  // namespace vqlab
