// Checks of our own promises. Always on: a simulator that goes on after a broken invariant prints wrong numbers.
#pragma once

#include <source_location>

namespace vqlab {

// Prints file, line and message to stderr and aborts.
[[noreturn]] void ensure_failed(const char* message, std::source_location where) noexcept;

// Aborts unless `holds`. For errors of this program only; bad input is reported through faults, "no" of a model
// through values.
inline void ensure(bool holds, const char* message,
                   std::source_location where = std::source_location::current()) noexcept {
  if (!holds) [[unlikely]]
    ensure_failed(message, where);
}

}  // namespace vqlab
