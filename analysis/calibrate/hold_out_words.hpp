// Hold-outs as the command line says them.
#pragma once

#include <string>
#include <vector>

#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// "targets=4,24" and "curves=NAME,NAME", together the cells of these curves at these targets; or, alone, the name of
// one of the calibration's hold-outs. What is wrong is added to `faults`. Precondition: there is at least one word.
[[nodiscard]] HoldOut read_hold_out(const std::vector<std::string>& words, const Calibration& calibration,
                                    std::vector<Fault>& faults);

}  // namespace vqlab
