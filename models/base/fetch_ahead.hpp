// Hints to the machine that simulates. With many requests in flight their records have left its caches; who knows what
// comes next has it fetched while something else runs. No result depends on it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vqlab {

inline constexpr std::size_t kCacheLine = 64;  // of common machines

// The object, or its first bytes, is needed soon. It need not exist.
template <class T>
[[gnu::always_inline]] inline void fetch_ahead(const T* object, std::size_t bytes = sizeof(T)) noexcept {
  const auto begin = reinterpret_cast<std::uintptr_t>(object);
  for (std::size_t at = 0; at < bytes; at += kCacheLine)
    __builtin_prefetch(reinterpret_cast<const void*>(begin + at), 1);
}

}  // namespace vqlab
