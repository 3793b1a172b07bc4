// What the driver makes of a device that errs: it stops, says why, and touches nothing that is not its own.
#include <gtest/gtest.h>

#include "tests/support/ring_fixture.hpp"

namespace vqlab {
namespace {

using test::options;
using Ring = test::Ring<>;

class BrokenDevice : public ::testing::Test {
 protected:
  BrokenDevice() : ring(options(8, true, true)) {
    ring.add(1, 1, 0);
    ring.add(1, 1, 1);
  }
  // The device writes an entry of its own making.
  void push(std::uint32_t id, std::uint32_t len) {
    ring.words.used_ring[ring.words.used->idx & 7] = {id, len};
    ++ring.words.used->idx;
  }
  void expect_fault(RingFault fault) {
    EXPECT_FALSE(ring.driver.get_buf());
    EXPECT_EQ(ring.driver.fault(), fault) << describe(ring.driver.fault());
    EXPECT_TRUE(ring.driver.broken());
    EXPECT_EQ(ring.driver.last_used_idx(), 0);
    // From now on nothing happens.
    EXPECT_EQ(ring.add(1, 0, 2).status, AddStatus::kBroken);
    EXPECT_EQ(ring.driver.start_buf(2, 1, 1).status, AddStatus::kBroken);
    EXPECT_FALSE(ring.driver.kick_prepare());
    EXPECT_FALSE(ring.driver.on_interrupt());
    EXPECT_FALSE(ring.driver.get_buf());
  }
  Ring ring;
};

TEST_F(BrokenDevice, IdOutsideTheRing) {
  push(8, 0);
  expect_fault(RingFault::kUsedId);
}
TEST_F(BrokenDevice, HugeId) {
  push(0xffffffff, 0);
  expect_fault(RingFault::kUsedId);
}
TEST_F(BrokenDevice, IdOfAFreeDescriptor) {
  push(2, 0);
  expect_fault(RingFault::kUsedNoHead);
}
TEST_F(BrokenDevice, LengthBeyondTheWritablePart) {
  push(0, 18);  // segments of 16 readable and 17 writable bytes
  expect_fault(RingFault::kUsedLength);
}
TEST_F(BrokenDevice, MoreUsedThanInFlight) {
  push(0, 0);
  push(1, 0);
  push(0, 0);
  expect_fault(RingFault::kUsedIndex);
}
TEST_F(BrokenDevice, TheSameBufferTwice) {
  push(0, 0);
  push(0, 0);
  ASSERT_TRUE(ring.driver.get_buf());
  EXPECT_FALSE(ring.driver.get_buf());
  EXPECT_EQ(ring.driver.fault(), RingFault::kUsedNoHead);
}
TEST_F(BrokenDevice, FullLengthIsFine) {
  push(1, 17);
  EXPECT_EQ(ring.driver.get_buf()->len, 17U);
  EXPECT_FALSE(ring.driver.broken());
}
TEST_F(BrokenDevice, ScribblingOverDescriptorsDoesNotMisleadTheDriver) {
  for (int i = 0; i < 8; ++i) ring.words.desc[i] = {~0ULL, ~0U, ~0U};
  push(0, 0);
  ASSERT_TRUE(ring.driver.get_buf());
  EXPECT_EQ(ring.driver.num_free(), 7);
  EXPECT_TRUE(ring.add(1, 1, 3).ok());
  EXPECT_EQ(ring.words.avail_ring[2], 0);  // head 0 again
}
TEST(SplitDriver, LinuxLetsAWrongLengthPass) {
  RingOptions linux_rule = options(8, true, true);
  linux_rule.check_used = false;
  Ring ring(linux_rule);
  ring.add(1, 0, 5);
  ASSERT_TRUE(ring.device.pop(ring.chain));
  ring.device.push(0, 4096);
  EXPECT_EQ(ring.driver.get_buf()->len, 4096U);
}
// Of two used buffers the second one's was taken back before: the first still comes, the second is no head any more.
TEST(SplitDriver, LinuxTakesWhatItCanOfAWrongIndex) {
  RingOptions linux_rule = options(8, true, true);
  linux_rule.check_used = false;
  Ring ring(linux_rule);
  for (const Token token : {5U, 6U}) {
    ASSERT_TRUE(ring.add(1, 0, token).ok());
    ASSERT_TRUE(ring.device.pop(ring.chain));
  }
  ring.device.push(1, 0);
  ring.device.push(0, 0);
  EXPECT_EQ(ring.driver.detach_unused(), 5U);  // head 0
  EXPECT_EQ(ring.driver.get_buf()->token, 6U);
  EXPECT_FALSE(ring.driver.get_buf());
  EXPECT_EQ(ring.driver.fault(), RingFault::kUsedNoHead);
}

}  // namespace
}  // namespace vqlab
