#include "models/testbed/resources.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>
#include <string>

#include "models/testbed/host_kind.hpp"

namespace vqlab {
namespace {

void expect_a_resource_for_each_cost(const ParamTable& table) {
  for (const Param& row : table.rows) {
    if (row.kind != ParamKind::kCost) continue;
    EXPECT_EQ(std::count_if(resources().begin(), resources().end(),
                            [&row](const Resource& resource) { return resource.id == row.resource; }),
              1)
        << table.name << "." << row.name;
    EXPECT_FALSE(row.is_capacity) << table.name << "." << row.name;
  }
}

TEST(Resources, EachCostLoadsOne) {
  const Testbed testbed;
  expect_a_resource_for_each_cost(params_of(&testbed.guest_costs));
  expect_a_resource_for_each_cost(params_of(&testbed.host_costs));
  expect_a_resource_for_each_cost(params_of(&testbed.host));
  for (const auto& [name, part] : part_params().entries()) expect_a_resource_for_each_cost(*part.table);
}

// Of one resource and no other, the shape stays, and no other row of the struct changes.
template <class S>
void expect_halved_where_loaded(S Testbed::*part) {
  for (const Param& row : params_of(static_cast<const S*>(nullptr)).rows) {
    if (row.kind != ParamKind::kCost) continue;
    Testbed testbed;
    row.set(&(testbed.*part), Cost{1000, Shape::kUniform});
    for (const Resource& resource : resources()) {
      Testbed faster = testbed;
      resource.halve(faster);
      const double mean_ns = resource.id == row.resource ? 500 : 1000;
      EXPECT_EQ(row.get(&(faster.*part)), ParamValue(Cost{mean_ns, Shape::kUniform}))
          << resource.name() << " " << row.name;
    }
  }
}

TEST(Resources, AreHalvedByTheirCosts) {
  expect_halved_where_loaded(&Testbed::guest_costs);
  expect_halved_where_loaded(&Testbed::host_costs);
  expect_halved_where_loaded(&Testbed::host);
}

TEST(Resources, EachHasItsNameAndChangesSomethingOnly) {
  std::set<std::string_view> names;
  Testbed paced;
  paced.job.thinktime_us = 10;
  paced.job.rate_iops = 100;
  Throttling& throttling = paced.disks.emplace_back().throttling.emplace();
  throttling.limits[0] = {100, 200, 1};
  for (const Resource& resource : resources()) {
    EXPECT_TRUE(names.insert(resource.name()).second) << resource.name();
    Testbed testbed = paced;
    resource.halve(testbed);
    EXPECT_NE(testbed, paced) << resource.name();
    EXPECT_EQ(testbed.job == paced.job, resource.id != ResourceId::kPace) << resource.name();
    EXPECT_EQ(testbed.disks == paced.disks, resource.id != ResourceId::kThrottle) << resource.name();
    GuestConfig guest;
    if (resource.id == ResourceId::kCommandSlots) guest.nr_requests *= 2;
    EXPECT_EQ(testbed.guest, guest) << resource.name();
  }
}

TEST(Resources, APaceIsHalvedByItsTimes) {
  Testbed testbed;
  testbed.job.thinktime_us = 10;
  testbed.other_job.rate_iops = 100;
  for (const Resource& resource : resources()) resource.halve(testbed);
  EXPECT_EQ(testbed.job.thinktime_us, 5);
  EXPECT_EQ(testbed.other_job.rate_iops, 200);
  EXPECT_EQ(testbed.job.rate_iops, 0);  // there is none
}

TEST(Resources, LimitsOfDisksAreDoubledWithTheirBursts) {
  Testbed testbed;
  testbed.disks.emplace_back().throttling.emplace().limits[0] = {100, 200, 3};
  for (const Resource& resource : resources()) resource.halve(testbed);
  EXPECT_EQ(testbed.disks[0].throttling->limits[0], (ThrottleLimit{200, 400, 3}));
  EXPECT_EQ(testbed.disks[0].throttling->limits[1], ThrottleLimit{});
}

TEST(Resources, RatesAndNumbersOfServersAreDoubled) {
  Testbed testbed;
  for (const Resource& resource : resources()) resource.halve(testbed);
  const Hardware before;
  EXPECT_EQ(testbed.hardware.memory_gb_per_s, 2 * before.memory_gb_per_s);
  EXPECT_EQ(testbed.hardware.copy_gb_per_s, 2 * before.copy_gb_per_s);
  EXPECT_EQ(testbed.controller.virtqueue_size, 2 * Controller{}.virtqueue_size);
  EXPECT_EQ(testbed.controller.cmd_per_lun, 2 * Controller{}.cmd_per_lun);
  EXPECT_EQ(testbed.controller.can_queue, 2 * Controller{}.can_queue);
  EXPECT_EQ(testbed.controller.seg_max, Controller{}.seg_max);
  EXPECT_EQ(testbed.host.worker_threads_max, 2 * HostProcess{}.worker_threads_max);
  EXPECT_EQ(testbed.hardware.physical_cpus, 2 * before.physical_cpus);
  EXPECT_EQ(testbed.hardware.sibling_speed, before.sibling_speed);
  EXPECT_EQ(testbed.guest_costs.queue_lines, GuestCosts{}.queue_lines / 2);
  EXPECT_EQ(testbed.guest_costs.cached_requests, GuestCosts{}.cached_requests);
}

// Servers are registered by sim/host, which is not part of this program.
const Registration<HostServerKind> server{"a_server", {.help = "for this test", .thread = "reactor"}};

TEST(Resources, ServingThreadsAreCalledWhatTheServerCallsThem) {
  Testbed testbed;
  testbed.host.server = "a_server";
  const auto words = [&testbed](ResourceId id) {
    return std::find_if(resources().begin(), resources().end(), [id](const Resource& r) { return r.id == id; })
        ->words_for(testbed);
  };
  EXPECT_EQ(words(ResourceId::kMainLoop), "reactor");
  EXPECT_EQ(words(ResourceId::kQueueLock), "queue lock");
  testbed.host.server = "nobody";
  EXPECT_EQ(words(ResourceId::kMainLoop), "serving thread");
}

}  // namespace
}  // namespace vqlab
