// What ends an examination early: QEMU does not start, does not answer, or answers what cannot be gone on from.
#pragma once

#include <stdexcept>

namespace vqlab::qemu {

class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace vqlab::qemu
