// A driver's headers in guest memory: written and read there, whoever the device is.
#pragma once

#include <cstdint>
#include <span>

#include "models/base/ensure.hpp"
#include "models/scsi/virtio_scsi.hpp"
#include "models/virtqueue/guest_memory.hpp"

namespace vqlab {

// [address, address + Bytes), which must lie in `memory`.
template <std::size_t Bytes>
[[nodiscard]] std::span<std::byte, Bytes> header_at(const GuestMemory& memory, std::uint64_t address) {
  std::byte* const bytes = memory.at(address, Bytes);
  ensure(bytes != nullptr, "headers lie in guest memory");
  return std::span<std::byte, Bytes>(bytes, Bytes);
}

inline void write_request(const GuestMemory& memory, std::uint64_t address, const scsi::Request& request) {
  scsi::encode(request, header_at<scsi::kRequestBytes>(memory, address));
}

// Means something once the ring has handed the buffer back.
[[nodiscard]] inline scsi::CommandResponse read_response(const GuestMemory& memory, std::uint64_t address) {
  return scsi::decode_response(header_at<scsi::kResponseBytes>(memory, address));
}

}  // namespace vqlab
