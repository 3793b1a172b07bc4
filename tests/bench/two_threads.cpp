#include "tests/bench/two_threads.hpp"

#include <chrono>
#include <thread>

#include "models/base/atomic_access.hpp"
#include "models/base/ensure.hpp"
#include "tests/support/ring_fixture.hpp"

namespace vqlab::bench {

double exchange_rate(std::uint64_t buffers) {
  test::Ring<AtomicAccess> ring({.size = 256, .indirect_desc = false});
  const auto begin = std::chrono::steady_clock::now();
  std::thread device([&] {
    Chain chain;
    for (std::uint64_t served = 0; served < buffers;) {
      if (!ring.device.pop(chain)) {
        std::this_thread::yield();  // there may be fewer cores than threads
        continue;
      }
      ring.device.push(chain.head(), 0);
      (void)ring.device.should_interrupt();
      ++served;
    }
  });
  const Segment segments[] = {{ring.kData, 64}, {ring.kData + 64, 64}};
  std::uint64_t added = 0;
  for (std::uint64_t taken = 0; taken < buffers;) {
    bool moved = false;
    if (added < buffers && ring.driver.add_buf(segments, 1, 1, added).ok()) {
      (void)ring.driver.kick_prepare();
      ++added;
      moved = true;
    }
    if (ring.driver.get_buf()) {
      ++taken;
      moved = true;
    }
    if (!moved) std::this_thread::yield();
  }
  device.join();
  ensure(!ring.driver.broken() && !ring.device.broken(), "both sides behave");
  return static_cast<double>(buffers) / std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace vqlab::bench
