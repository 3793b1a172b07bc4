// What a request needs on its way: the things that work for it or make it wait, each of which may limit a testbed.
#pragma once

#include <string_view>
#include <vector>

#include "models/base/resource_id.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab {

// Each cost belongs to one resource: to the one that is busy for as long. Its row says which.
struct Resource {
  ResourceId id;
  std::string_view words;  // for people: "queue lock"
  std::string_view help;
  // A delay holds up each request by itself, whatever the others do: it is no queue, cannot be saturated, and so is no
  // bottleneck. The others serve one request after the other, or as many at a time as there are of them.
  bool delay;

  // As CSV files and `--only` spell it: "main_loop", whoever serves the queues.
  [[nodiscard]] std::string_view name() const { return name_of(id); }
  // For people who look at this testbed: "iothread" where iothreads serve the queues.
  [[nodiscard]] std::string_view words_for(const Testbed& testbed) const;
  // Halves what each request demands of it, whatever ranges the parameters have: the costs and numbers whose rows load
  // it; what serves with it doubles.
  void halve(Testbed& testbed) const;
};

[[nodiscard]] const std::vector<Resource>& resources();

}  // namespace vqlab
