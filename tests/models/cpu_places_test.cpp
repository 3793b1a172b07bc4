// Numbers and distances of physical CPUs. Expected numbers are those that lscpu shows of a server with two Xeons of 8
// cores under Linux: NUMA node0 CPU(s): 0-7,16-23; NUMA node1 CPU(s): 8-15,24-31; siblings of CPU 0: 0,16.
#include "models/base/cpu_places.hpp"

#include <gtest/gtest.h>

#include "models/testbed/testbed.hpp"
#include "models/testbed/topology.hpp"

namespace vqlab {
namespace {

TEST(CpuPlaces, AreNumberedAsLinuxNumbersThem) {
  const CpuPlaces places(2, 1, 8, 2);
  for (const std::uint32_t cpu : {0u, 7u, 8u, 15u}) {
    EXPECT_EQ(places.sibling(cpu), cpu + 16);
    EXPECT_EQ(places.sibling(cpu + 16), cpu);
    EXPECT_EQ(places.distance(cpu, cpu + 16), CpuDistance::kSameCore);
  }
  EXPECT_EQ(places.distance(0, 23), CpuDistance::kSameDie);
  EXPECT_EQ(places.distance(0, 8), CpuDistance::kOtherSocket);
  EXPECT_EQ(places.distance(24, 7), CpuDistance::kOtherSocket);
  EXPECT_EQ(places.distance(24, 15), CpuDistance::kSameDie);
}

TEST(CpuPlaces, DiesLieInTheirSocket) {
  const CpuPlaces places(2, 2, 4, 1);
  EXPECT_EQ(places.distance(0, 0), CpuDistance::kSameCpu);
  EXPECT_EQ(places.distance(0, 3), CpuDistance::kSameDie);
  EXPECT_EQ(places.distance(0, 4), CpuDistance::kSameSocket);
  EXPECT_EQ(places.distance(7, 8), CpuDistance::kOtherSocket);
  EXPECT_EQ(places.distance(12, 11), CpuDistance::kSameSocket);
}

TEST(CpuPlaces, AreUnknownUnlessTold) {
  EXPECT_FALSE(CpuPlaces().known());
  EXPECT_FALSE(cpu_places(Testbed{}).known());
}

TEST(CpuPlaces, ARequestsLinesAreItsEntryItsHeaderAndItsDescriptors) {
  EXPECT_EQ(request_lines(3), 3u);  // 3 descriptors of 16 bytes: one line of 64
  EXPECT_EQ(request_lines(4), 3u);
  EXPECT_EQ(request_lines(14), 6u);  // 12 pages: 14 descriptors, four lines
}

}  // namespace
}  // namespace vqlab
