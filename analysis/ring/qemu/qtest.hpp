// QEMU's qtest protocol: port and memory accesses of a machine whose processor stands still.
#pragma once

#include <cstdint>

#include "analysis/ring/qemu/line_socket.hpp"

namespace vqlab::qemu {

enum class Width : std::uint8_t { kByte, kWord, kLong };  // 8, 16, 32 bits

// Each call is one access, done when the call returns. All throw Error if QEMU refuses it or does not answer.
class Qtest {
 public:
  explicit Qtest(FileHandle socket) : lines_(std::move(socket), "QEMU's qtest") {}

  // To and from I/O ports, 32 bits wide.
  void out_long(std::uint16_t port, std::uint32_t value);
  [[nodiscard]] std::uint32_t in_long(std::uint16_t port);

  // To and from guest-physical addresses.
  void write(Width width, std::uint64_t address, std::uint64_t value);
  [[nodiscard]] std::uint32_t read(Width width, std::uint64_t address);

 private:
  std::uint64_t ask(const std::string& command);

  LineSocket lines_;
};

}  // namespace vqlab::qemu
