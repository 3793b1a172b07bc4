// Cross-checks of jobs against the length of the run, and against the room on their disks.
#pragma once

#include <vector>

#include "analysis/scenario/cross_check.hpp"

namespace vqlab {

void add_checks_of_runs(std::vector<CrossCheck>& all);

}  // namespace vqlab
