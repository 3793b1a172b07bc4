// Which requests go on where others ended: a device's notion of what is sequential.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "models/backend/device.hpp"

namespace vqlab {

// Remembers where the last requests of as many streams ended; the one that was used longest ago makes room.
class StreamTable {
 public:
  // Whether the request begins where one of its logical unit and direction ended, or so near that what several queues
  // have brought out of order still counts. The table then knows it.
  [[nodiscard]] bool continues(const DeviceRequest& request) noexcept {
    const std::uint64_t end = request.offset_bytes + request.bytes;
    for (Stream& stream : streams_) {
      if (stream.end == 0 || stream.unit != request.unit || stream.write != request.write) continue;
      const std::uint64_t apart =
          request.offset_bytes < stream.end ? stream.end - request.offset_bytes : request.offset_bytes - stream.end;
      if (apart > kWindowBytes) continue;
      if (end > stream.end) stream.end = end;
      stream.used = ++uses_;
      return true;
    }
    Stream* oldest = streams_.data();
    for (Stream& stream : streams_)
      if (stream.used < oldest->used) oldest = &stream;
    *oldest = {end, ++uses_, request.unit, request.write};
    return false;
  }

 private:
  static constexpr std::size_t kStreams = 32;
  static constexpr std::uint64_t kWindowBytes = 128 * 1024;  // Linux reads ahead as much
  struct Stream {
    std::uint64_t end = 0;  // 0: none
    std::uint64_t used = 0;
    std::uint32_t unit = 0;
    bool write = false;
  };
  std::array<Stream, kStreams> streams_{};
  std::uint64_t uses_ = 0;
};

}  // namespace vqlab
