// QEMU's monitor protocol: what an operator does to the machine while it runs.
#pragma once

#include <string>

#include "analysis/ring/qemu/line_socket.hpp"

namespace vqlab::qemu {

// All calls throw Error if QEMU refuses, ends or does not answer.
class Qmp {
 public:
  // Waits for the greeting and takes up commands.
  explicit Qmp(FileHandle socket);

  // Of the QEMU that answers, such as 7.2.22.
  [[nodiscard]] const std::string& version() const noexcept { return version_; }

  // A disk appears at the controller `bus` (its id), behind a block node that no device uses.
  void plug_disk(const std::string& id, const std::string& node, const std::string& bus, std::uint32_t target);
  // It disappears; returns when the machine has let go of it.
  void unplug(const std::string& id);

  // From now on the disk serves what it already has, and delays the rest for hours.
  void hold_requests(const std::string& id) { limit(id, 1); }
  void release_requests(const std::string& id) { limit(id, 0); }

 private:
  void execute(const std::string& command, const std::string& arguments);
  void limit(const std::string& id, std::uint64_t bytes_per_s);

  LineSocket lines_;
  std::string version_;
  std::string last_deleted_;  // the device that the machine let go of last
};

}  // namespace vqlab::qemu
