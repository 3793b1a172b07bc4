#include "models/base/cpu_list.hpp"

#include <gmock/gmock.h>

namespace vqlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

TEST(CpuList, IsReadAsLinuxWritesIt) {
  EXPECT_THAT(cpu_list("", 4), Optional(IsEmpty()));
  EXPECT_THAT(cpu_list("3", 4), Optional(ElementsAre(3)));
  EXPECT_THAT(cpu_list("0,2-3", 4), Optional(ElementsAre(0, 2, 3)));
  for (const char* wrong :
       {"4", "0-4", "3-2", "2-3,0", "1,1", "-1", "1-", "1,", ",1", "1 2", "x", "1;2", "99999999999"})
    EXPECT_FALSE(cpu_list(wrong, 4)) << wrong;
}

TEST(CpuList, ThreadsArePinnedInTurn) {
  EXPECT_FALSE(pinned_cpu("", 7));
  EXPECT_EQ(pinned_cpu("4-5,9", 0), 4u);
  EXPECT_EQ(pinned_cpu("4-5,9", 2), 9u);
  EXPECT_EQ(pinned_cpu("4-5,9", 4), 5u);
}

}  // namespace
}  // namespace vqlab
