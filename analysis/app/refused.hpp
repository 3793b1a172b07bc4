// What was asked for cannot be begun.
#pragma once

#include <stdexcept>

namespace vqlab {

// The command line prints what() as it is, one reason in each line, and ends with kExitBadInput. Nothing that could be
// taken for a result has been written.
class Refused : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace vqlab
