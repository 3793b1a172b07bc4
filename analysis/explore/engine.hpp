// What answers the page of `vqlab explore`: states in, curves out, each a line of JSON. analysis/explore/serve.py is
// the only one that calls it, and stands between it and the browser.
//
// In:
//   {"state": 7, "set": {"guest.vcpus": 8}}   the scenario with these values; what ran for earlier states is given up
//   {"why": 7, "point": 12}                   the critical path of a point of that state
//   {"helps": 7, "point": 12}                 what each mechanism, cost and resource is worth at a point of that state
//   {"scenario": 7}                           the state as a scenario file
// Out, each with the number of its state:
//   {"faults": [...]}                         as `vqlab check --json` has them; the state has nothing else
//   {"study": {...}, "controls": [...]}       explored_study(), controls_of()
//   {"point": 12, "rough": true, ...}         explored_point(); again each time that it is known better
//   {"point": 12, "failed": "..."}            no simulation of it gave a result
//   {"done": "rough"}, {"done": "precise"}    all points are known so well
//   {"why": 12, "path": [...]}                explored_path(); with "failed" if there is none
//   {"help": {...}}, {"helped": 12}           one answer of "helps", and their end
//   {"scenario": {...}}
#pragma once

#include <filesystem>

namespace vqlab {

// Reads standard input to its end, and writes to standard output. Throws std::system_error. Precondition: the process
// has one thread. Returns the exit code.
[[nodiscard]] int run_explore_engine(const std::filesystem::path& scenario, unsigned jobs);

}  // namespace vqlab
