#include "analysis/runs/huge_pages.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

namespace vqlab {
namespace {

constexpr std::uint64_t kMib = std::uint64_t{1} << 20;

// What /proc/self/smaps says of the mapping that an address lies in, "VmFlags" alone. proc(5): `hg` is what was
// advised.
std::string flags_at(const void* where) {
  const auto address = reinterpret_cast<std::uintptr_t>(where);
  std::ifstream smaps("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(smaps, line);) {
    std::istringstream words(line);
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    if (words >> std::hex >> begin >> dash >> end && dash == '-') inside = begin <= address && address < end;
    if (inside && line.starts_with("VmFlags:")) return line + " ";
  }
  return "";
}

bool kernel_has_them() { return std::ifstream("/sys/kernel/mm/transparent_hugepage/enabled").good(); }

// Slow: the sanitizers allocate themselves.
TEST(HugePagesSlow, AreAskedForWhereALargeStateLies) {
  if (!kernel_has_them()) GTEST_SKIP() << "the kernel has no transparent huge pages";
  ask_for_huge_pages(64 * kMib);
  // Many small ones, and one that malloc would map on its own.
  const std::vector<std::vector<char>> small(10'000, std::vector<char>(1000));
  const std::vector<char> large(40 * kMib);
  EXPECT_NE(flags_at(small[5'000].data()).find(" hg "), std::string::npos);
  EXPECT_NE(flags_at(small.back().data()).find(" hg "), std::string::npos);
  EXPECT_NE(flags_at(large.data() + 20 * kMib).find(" hg "), std::string::npos);
}

TEST(HugePagesSlow, AreNotAskedForWhereTheStateIsSmall) {
  ask_for_huge_pages(kMib);
  const std::vector<std::vector<char>> small(10'000, std::vector<char>(1000));
  EXPECT_EQ(flags_at(small[5'000].data()).find(" hg "), std::string::npos);
}

}  // namespace
}  // namespace vqlab
