// The ring between two real threads, through atomic accesses.
#include "models/base/atomic_access.hpp"

#include <barrier>
#include <gtest/gtest.h>
#include <semaphore>
#include <thread>
#include <vector>

#include "tests/support/ring_fixture.hpp"

namespace vqlab {
namespace {

using test::options;

// Each side stores to its own word, then looks at the other's. With a real barrier in between at least one of the two
// sees the other's store; without it x86 lets both loads overtake the stores, about once in a thousand rounds.
TEST(AtomicAccess, FullBarrierKeepsALoadBehindAStore) {
  constexpr int kRounds = 8000;
  struct alignas(64) Word {
    std::uint16_t value = 0;
  };
  Word words[2];
  std::uint16_t seen[2] = {0, 0};
  int both_blind = 0;
  std::barrier round_begins(2);
  std::barrier round_ends(2, [&]() noexcept {
    if (seen[0] == 0 && seen[1] == 0) ++both_blind;
    words[0].value = words[1].value = 0;
  });
  const auto side = [&](int own) {
    AtomicAccess access;
    for (int round = 0; round < kRounds; ++round) {
      round_begins.arrive_and_wait();
      access.store(words[own].value, std::uint16_t{1});
      access.full_barrier();
      seen[own] = access.load(words[1 - own].value);
      round_ends.arrive_and_wait();
    }
  };
  std::thread other(side, 1);
  side(0);
  other.join();
  EXPECT_EQ(both_blind, 0);
}

// The driver keeps the ring full of numbered buffers, the device answers each with its number plus one. Both sleep
// unless notified, so a lost wake-up hangs the test and a word that is seen too late breaks its numbers.
template <class Format>
void exchange(bool indirect, bool event_idx) {
  using Ring = test::Ring<AtomicAccess, Format>;
  constexpr std::uint64_t kBuffers = 70000;  // more than the indices have values
  Ring ring(options(8, indirect, event_idx));
  std::counting_semaphore<> doorbell(0);
  std::counting_semaphore<> interrupt(0);

  std::thread device_side([&] {
    Chain chain;
    for (std::uint64_t done = 0; done < kBuffers;) {
      while (ring.device.pop(chain)) {
        const std::uint64_t in = chain.readable()[0].addr;
        const std::uint64_t out = chain.writable()[0].addr;
        std::uint64_t number = 0;
        EXPECT_TRUE(ring.memory.load(in, number) && ring.memory.store(out, number + 1));
        ring.device.push(chain.head(), 8);
        if (ring.device.should_interrupt()) interrupt.release();
        ++done;
      }
      ASSERT_FALSE(ring.device.broken());
      if (done < kBuffers && ring.device.enable_notifications()) doorbell.acquire();
    }
  });

  std::uint64_t added = 0;
  std::uint64_t returned = 0;
  std::uint64_t wrong = 0;
  std::vector<std::uint64_t> free_slots{0, 1, 2, 3, 4, 5, 6, 7};
  const auto address = [](std::uint64_t slot) { return Ring::kData + slot * 64; };
  while (returned < kBuffers) {
    while (added < kBuffers && !free_slots.empty()) {
      const std::uint64_t slot = free_slots.back();
      const Segment buffer[] = {{address(slot), 8}, {address(slot) + 8, 8}};
      EXPECT_TRUE(ring.memory.store(buffer[0].addr, added));
      if (!ring.driver.add_buf(buffer, 1, 1, slot << 32 | added).ok()) break;
      free_slots.pop_back();
      ++added;
    }
    if (ring.driver.kick_prepare()) doorbell.release();
    if (ring.driver.enable_cb()) interrupt.acquire();
    while (const auto used = ring.driver.get_buf()) {
      const std::uint64_t slot = used->token >> 32;
      std::uint64_t number = 0;
      EXPECT_TRUE(ring.memory.load(address(slot) + 8, number));
      if (number != (used->token & 0xffffffff) + 1 || used->len != 8) ++wrong;
      free_slots.push_back(slot);
      ++returned;
    }
    if (ring.driver.broken()) break;
  }
  device_side.join();
  EXPECT_FALSE(ring.driver.broken()) << describe(ring.driver.fault());
  EXPECT_EQ(wrong, 0U);
}

template <class Format>
struct TwoThreads : testing::Test {};
using Formats = testing::Types<test::Split, test::Packed>;
TYPED_TEST_SUITE(TwoThreads, Formats);

TYPED_TEST(TwoThreads, ExchangeDirectBuffersWithFlags) { exchange<TypeParam>(false, false); }
TYPED_TEST(TwoThreads, ExchangeDirectBuffersWithEventIndex) { exchange<TypeParam>(false, true); }
TYPED_TEST(TwoThreads, ExchangeIndirectBuffersWithFlags) { exchange<TypeParam>(true, false); }
TYPED_TEST(TwoThreads, ExchangeIndirectBuffersWithEventIndex) { exchange<TypeParam>(true, true); }

}  // namespace
}  // namespace vqlab
