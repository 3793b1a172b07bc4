// One end of a conversation in lines of text.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "analysis/ring/qemu/files.hpp"

namespace vqlab::qemu {

// How long QEMU may take for anything that is asked of it.
inline constexpr std::chrono::seconds kPatience{20};

class LineSocket {
 public:
  // `peer` names the other side in errors.
  LineSocket(FileHandle socket, std::string peer) : socket_(std::move(socket)), peer_(std::move(peer)) {}

  // Sends the line and a newline. Throws Error if the other side is gone.
  void send(std::string_view line);
  // The next line, without its newline. Throws Error if the other side is gone, or silent for kPatience.
  [[nodiscard]] std::string receive();

 private:
  FileHandle socket_;
  std::string peer_;
  std::string received_;    // and not yet handed out
  std::size_t looked_ = 0;  // part of it that holds no newline
};

}  // namespace vqlab::qemu
