// The life of a buffer, as models/virtqueue/split_driver.hpp shows it. tests/tidy compares the two.
#include <gtest/gtest.h>
#include <optional>

#include "models/virtqueue/split_device.hpp"
#include "models/virtqueue/split_driver.hpp"

namespace vqlab {
namespace {

TEST(SplitDriver, TheExampleOfItsHeader) {
  // clang-format off
  // example
  GuestMemory memory(/*base=*/0, /*bytes=*/1 << 16);
  const RingArea area = legacy_layout(0, /*size=*/8);
  SplitDriver driver(memory, area, {.size = 8, .indirect_desc = false}, nullptr);
  SplitDevice device(memory, area, {.size = 8, .indirect_desc = false});

  // The driver adds a buffer of two lists: the device reads the first one and writes the second one.
  const Segment question[] = {{.addr = 0x8000, .len = 16}};
  const Segment answer[] = {{.addr = 0x9000, .len = 512}};
  const AddResult started = driver.start_buf(/*token=*/7, /*nents=*/2, /*nsg=*/2);
  driver.add_sg(question, Direction::kOut);
  driver.add_sg(answer, Direction::kIn);
  const AddResult added = driver.end_buf();  // from here on the device sees it
  const bool kick = driver.kick_prepare();   // true: the driver rings the doorbell

  // The device takes the buffer, does what it asks for, and gives it back.
  Chain chain;
  const bool taken = device.pop(chain);  // chain.readable(): question, chain.writable(): answer
  device.push(chain.head(), /*len=*/512);
  const bool interrupt = device.should_interrupt();  // true: the device raises an interrupt

  // The driver takes it back.
  const std::optional<Used> used = driver.get_buf();  // token 7, len 512
  // end of example
  // clang-format on
  EXPECT_TRUE(started.ok() && added.ok() && kick && taken && interrupt);
  ASSERT_EQ(chain.readable().size(), 1U);
  EXPECT_EQ(chain.readable()[0], question[0]);
  ASSERT_EQ(chain.writable().size(), 1U);
  EXPECT_EQ(chain.writable()[0], answer[0]);
  ASSERT_TRUE(used.has_value());
  EXPECT_EQ(used->token, 7U);
  EXPECT_EQ(used->len, 512U);
  EXPECT_EQ(driver.num_free(), 8);
}

}  // namespace
}  // namespace vqlab
