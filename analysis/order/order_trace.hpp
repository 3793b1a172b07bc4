// An execution to look at: a track for each process, a slice for each step.
#pragma once

#include <string>

#include "analysis/order/bounds.hpp"
#include "analysis/order/exploration.hpp"

namespace vqlab::order {

// Writes the execution that the choices make, in Perfetto's format. Its time is logical: each step takes 1 us. Throws
// std::filesystem::filesystem_error if the file cannot be written.
void write_trace(const std::string& file, const OrderBounds& bounds, const Choices& choices);

}  // namespace vqlab::order
