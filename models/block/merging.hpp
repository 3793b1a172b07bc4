// Whether an I/O becomes part of a request that waits, as Linux's block layer decides it.
//
// A request here is anything with the members disk() (equal: the same request queue), kind, offset_bytes, length_bytes,
// segments, process and sealed.
#pragma once

#include <cstdint>

#include "models/base/io_kind.hpp"

namespace vqlab {

// The most that one request takes.
struct RequestLimits {
  std::uint32_t bytes = 0;
  std::uint32_t segments = 0;
};

enum class MergeSide : std::uint8_t { kBack, kFront };

// Where an I/O goes. Null: it becomes a request of its own.
template <class Request>
struct Merge {
  Request* request = nullptr;
  MergeSide side = MergeSide::kBack;

  explicit operator bool() const noexcept { return request != nullptr; }
};

// Neither flushes nor trims are merged.
template <class Request>
[[nodiscard]] bool may_merge(const Request& request, const Request& other) noexcept {
  return request.disk() == other.disk() && request.kind == other.kind && !request.sealed && !other.sealed &&
         (request.kind == IoKind::kRead || request.kind == IoKind::kWrite);
}

template <class Request>
[[nodiscard]] bool follows(const Request& request, const Request& other) noexcept {
  return request.offset_bytes + request.length_bytes == other.offset_bytes;
}

template <class Request>
[[nodiscard]] bool fits(const RequestLimits& limits, const Request& request, const Request& other) noexcept {
  return std::uint64_t{request.length_bytes} + other.length_bytes <= limits.bytes &&
         std::uint64_t{request.segments} + other.segments <= limits.segments;
}

// An I/O that lies at an end of the request. If it is too much for it, nothing is merged with that request any more.
template <class Request>
[[nodiscard]] Merge<Request> try_merge(const RequestLimits& limits, Request& request, const Request& io) noexcept {
  if (!may_merge(request, io)) return {};
  const bool behind = follows(request, io);
  if (!behind && !follows(io, request)) return {};
  if (!fits(limits, request, io)) {
    request.sealed = true;
    return {};
  }
  return {&request, behind ? MergeSide::kBack : MergeSide::kFront};
}

}  // namespace vqlab
