// A program that runs beside this one and never outlives it.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

#include "analysis/ring/qemu/files.hpp"

namespace vqlab::qemu {

class ChildProcess {
 public:
  // Starts `words[0]`, looked up in PATH, with those arguments; it inherits the descriptors `inherited` under the same
  // numbers and no others, and is killed when this object or this process ends, however that happens. Throws Error if
  // there is no such program, std::system_error if no process can be made.
  ChildProcess(const std::vector<std::string>& words, const std::vector<int>& inherited);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] pid_t id() const noexcept { return pid_; }
  // What it has printed so far, to either stream.
  [[nodiscard]] std::string printed() const { return read_from(output_, 0); }

 private:
  FileHandle output_;
  pid_t pid_ = -1;
};

}  // namespace vqlab::qemu
