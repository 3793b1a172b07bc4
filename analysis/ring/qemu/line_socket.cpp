#include "analysis/ring/qemu/line_socket.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>

#include "analysis/ring/qemu/error.hpp"

namespace vqlab::qemu {

void LineSocket::send(std::string_view line) {
  std::string text(line);
  text += '\n';
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = ::send(socket_.get(), text.data() + done, text.size() - done, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Error(peer_ + " no longer listens: " + std::strerror(errno));
    done += static_cast<std::size_t>(count);
  }
}

std::string LineSocket::receive() {
  for (;;) {
    const std::size_t end = received_.find('\n', looked_);
    if (end != std::string::npos) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      looked_ = 0;
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    looked_ = received_.size();
    pollfd ready = {socket_.get(), POLLIN, 0};
    const int found = poll(&ready, 1, static_cast<int>(std::chrono::milliseconds(kPatience).count()));
    if (found < 0 && errno == EINTR) continue;
    if (found == 0) throw Error(peer_ + " has not answered for " + std::to_string(kPatience.count()) + " s");
    std::array<char, 4096> block{};
    const ssize_t count = recv(socket_.get(), block.data(), block.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Error(peer_ + " cannot be heard: " + std::strerror(errno));
    if (count == 0) throw Error(peer_ + " has ended the conversation");
    received_.append(block.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace vqlab::qemu
