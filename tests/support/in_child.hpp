// Runs something in a process of its own: SimGrid allows one engine in each.
#pragma once

#include <cstddef>
#include <cstdio>
#include <sys/wait.h>
#include <type_traits>
#include <unistd.h>

#include "models/base/ensure.hpp"

namespace vqlab::test {

// What `work()` returns in a forked child. Precondition: this process has not touched SimGrid; the result can be copied
// byte by byte. Aborts if the child does not end well.
template <class Work>
[[nodiscard]] auto in_child(const Work& work) {
  using Result = std::invoke_result_t<Work>;
  static_assert(std::is_trivially_copyable_v<Result>);
  std::fflush(nullptr);  // or the child prints it again
  int ends[2] = {-1, -1};
  ensure(pipe(ends) == 0, "a pipe can be made");
  const pid_t child = fork();
  ensure(child >= 0, "a process can be made");
  if (child == 0) {
    close(ends[0]);
    const Result result = work();
    const auto* const bytes = reinterpret_cast<const std::byte*>(&result);
    std::size_t done = 0;
    while (done < sizeof result) {
      const ssize_t count = write(ends[1], bytes + done, sizeof result - done);
      if (count <= 0) _exit(1);
      done += static_cast<std::size_t>(count);
    }
    _exit(0);
  }
  close(ends[1]);
  Result result{};
  auto* const bytes = reinterpret_cast<std::byte*>(&result);
  std::size_t done = 0;
  while (done < sizeof result) {
    const ssize_t count = read(ends[0], bytes + done, sizeof result - done);
    if (count <= 0) break;
    done += static_cast<std::size_t>(count);
  }
  close(ends[0]);
  int status = 0;
  ensure(waitpid(child, &status, 0) == child && status == 0 && done == sizeof result, "the child ends well");
  return result;
}

}  // namespace vqlab::test
