// How a virtio-scsi driver puts a command into a request queue: which segments, in which lists, through which calls.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "models/command/buffer_api.hpp"
#include "models/scsi/virtio_scsi.hpp"
#include "models/virtqueue/ring_options.hpp"
#include "models/virtqueue/segment.hpp"

namespace vqlab {

inline constexpr std::uint32_t kHeaderSegments = 2;  // of a command: the headers of request and response

// Where a command's parts lie. Guest-physical addresses.
template <class Data>
struct BasicCommandBuffers {
  std::uint64_t request_addr = 0;   // of the request header's 51 bytes
  std::uint64_t response_addr = 0;  // of the response header's 108 bytes
  Data data;                        // may be empty
  bool write = false;               // data goes to the medium

  [[nodiscard]] Segment request() const noexcept { return {request_addr, scsi::kRequestBytes}; }
  [[nodiscard]] Segment response() const noexcept { return {response_addr, scsi::kResponseBytes}; }
  [[nodiscard]] std::uint32_t descriptors() const noexcept {
    return kHeaderSegments + static_cast<std::uint32_t>(data.size());
  }
};

using CommandBuffers = BasicCommandBuffers<std::span<const Segment>>;

// Copies the command's segments into `table`, in ring order: what add_linearised then adds.
inline void linearise(const CommandBuffers& command, std::vector<Segment>& table) {
  table.clear();
  table.push_back(command.request());
  if (command.write) table.insert(table.end(), command.data.begin(), command.data.end());
  table.push_back(command.response());
  if (!command.write) table.insert(table.end(), command.data.begin(), command.data.end());
}

// Adds a linearised command by add_buf. `write_segments`: data segments that go to the medium.
template <class Ring>
[[nodiscard]] AddResult add_linearised(Ring& ring, std::span<const Segment> table, std::uint32_t write_segments,
                                       Token token) {
  const auto out = static_cast<std::uint16_t>(1 + write_segments);
  return ring.add_buf(table, out, static_cast<std::uint16_t>(table.size() - out), token);
}

// Inlined, since the simulated driver calls it for every command.
template <class Ring, class Data>
[[nodiscard, gnu::always_inline]] inline AddResult add_piecewise(Ring& ring, const BasicCommandBuffers<Data>& command,
                                                                 Token token) {
  const std::array<Segment, 1> request{command.request()};
  const std::array<Segment, 1> response{command.response()};
  const std::uint32_t nents = command.descriptors();
  const AddResult started = ring.start_buf(token, nents, std::min(nents, 3U));
  if (!started.ok()) return started;
  ring.add_list(request, Direction::kOut);
  if (command.write) ring.add_list(command.data, Direction::kOut);
  ring.add_list(response, Direction::kIn);
  if (!command.write) ring.add_list(command.data, Direction::kIn);
  return ring.end_buf();
}

template <class Ring>
[[nodiscard]] AddResult add_lists(Ring& ring, const CommandBuffers& command, Token token) {
  const std::array<Segment, 1> request{command.request()};
  const std::array<Segment, 1> response{command.response()};
  std::array<std::span<const Segment>, 3> lists{request, response, command.data};
  if (command.write) std::swap(lists[1], lists[2]);
  const std::size_t out_lists = command.write ? 2 : 1;
  return ring.add_sgs(lists, out_lists, lists.size() - out_lists, token);
}

// Adds the command through `api`; `table` is linearised into if the API is add_buf.
template <class Ring>
[[nodiscard]] AddResult add_command(Ring& ring, BufferApi api, const CommandBuffers& command,
                                    std::vector<Segment>& table, Token token) {
  switch (api) {
    case BufferApi::kPiecewise: return add_piecewise(ring, command, token);
    case BufferApi::kAddSgs: return add_lists(ring, command, token);
    case BufferApi::kAddBuf: break;
  }
  linearise(command, table);
  return add_linearised(ring, table, command.write ? static_cast<std::uint32_t>(command.data.size()) : 0, token);
}

}  // namespace vqlab
