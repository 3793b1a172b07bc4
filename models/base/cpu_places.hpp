// Where each physical CPU of a host lies: socket, die, core.
//
// CPUs are numbered as Linux numbers them on servers of Intel and AMD: the first hardware thread of each core, die by
// die and socket by socket, then the second one of each core in the same order. With 2 sockets of 8 cores CPU 3 and CPU
// 19 share a core of the first socket.
#pragma once

#include <cstdint>

namespace vqlab {

// Between two CPUs; farther ones come later.
enum class CpuDistance : std::uint8_t { kSameCpu, kSameCore, kSameDie, kSameSocket, kOtherSocket };

class CpuPlaces {
 public:
  // Nothing is known.
  CpuPlaces() = default;
  // `dies` of each socket have a last-level cache each, and so many cores. Precondition: all are above 0; threads <= 2.
  CpuPlaces(std::uint32_t sockets, std::uint32_t dies, std::uint32_t cores, std::uint32_t threads) noexcept
      : dies_(dies), cores_(cores), threads_(threads), all_cores_(sockets * dies * cores) {}

  [[nodiscard]] bool known() const noexcept { return cores_ > 0; }
  [[nodiscard]] bool has_siblings() const noexcept { return threads_ == 2; }

  // Of what follows the preconditions are: known(); CPUs of the host.

  // The other CPU of its core. Precondition: has_siblings().
  [[nodiscard]] std::uint32_t sibling(std::uint32_t cpu) const noexcept {
    return cpu < all_cores_ ? cpu + all_cores_ : cpu - all_cores_;
  }
  [[nodiscard]] CpuDistance distance(std::uint32_t a, std::uint32_t b) const noexcept {
    if (a == b) return CpuDistance::kSameCpu;
    if (core(a) == core(b)) return CpuDistance::kSameCore;
    if (core(a) / cores_ == core(b) / cores_) return CpuDistance::kSameDie;
    const std::uint32_t of_socket = cores_ * dies_;
    return core(a) / of_socket == core(b) / of_socket ? CpuDistance::kSameSocket : CpuDistance::kOtherSocket;
  }

 private:
  [[nodiscard]] std::uint32_t core(std::uint32_t cpu) const noexcept { return cpu % all_cores_; }

  std::uint32_t dies_ = 1;
  std::uint32_t cores_ = 0;  // of a die
  std::uint32_t threads_ = 1;
  std::uint32_t all_cores_ = 1;
};

}  // namespace vqlab
