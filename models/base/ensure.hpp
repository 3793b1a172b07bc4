// Checks of our own promises. Always on: a simulator that goes on after a broken invariant prints wrong numbers.
#pragma once

namespace vqlab {

// Prints file, line and message to stderr and aborts.
[[noreturn]] void ensure_failed(const char* message, const char* file, int line) noexcept;

// Aborts unless `holds`. For errors of this program only; bad input is reported through faults, "no" of a model
// through values. (The built-ins are what std::source_location stands on; clang 14 lacks the latter.)
inline void ensure(bool holds, const char* message, const char* file = __builtin_FILE(),
                   int line = __builtin_LINE()) noexcept {
  if (!holds) [[unlikely]]
    ensure_failed(message, file, line);
}

}  // namespace vqlab
