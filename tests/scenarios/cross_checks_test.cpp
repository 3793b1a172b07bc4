// Values that do not go together: each rule is met once at its border and once broken.
#include "analysis/scenario/cross_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <string>

#include "analysis/scenario/load_study.hpp"
#include "tests/support/read_study.hpp"

namespace vqlab {
namespace {

struct Case {
  const char* good;
  const char* broken;
  const char* path;  // where the broken one is blamed
};

const Case kCases[] = {
    {R"("job": {"bsrange": "4k-64k"})", R"("job": {"bsrange": "64k-4k"})", "$.job.bsrange"},
    {R"("job": {"bsrange": "4k-12k"})", R"("job": {"bsrange": "8k-12k"})", "$.job.bsrange"},
    {R"("job": {"bsrange": "1024-2048"})", R"("job": {"bsrange": "1000-2000"})", "$.job.bsrange"},
    {R"("controller": {"virtqueue_size": 256})", R"("controller": {"virtqueue_size": 257})",
     "$.controller.virtqueue_size"},
    {R"("controller": {"virtqueue_size": 100, "ring": "packed"})", R"("controller": {"virtqueue_size": 100})",
     "$.controller.virtqueue_size"},
    // 56 KiB are 14 pages: with request and response headers 16 descriptors, exactly a ring of 16.
    {R"("controller": {"virtqueue_size": 16}, "job": {"bsrange": "4k-56k"})",
     R"("controller": {"virtqueue_size": 16}, "job": {"bsrange": "4k-60k"})", "$.controller.virtqueue_size"},
    // A request of 14 segments fits a ring of 16, whatever the I/O is.
    {R"("controller": {"virtqueue_size": 16, "seg_max": 14})", R"("controller": {"virtqueue_size": 16, "seg_max": 15})",
     "$.controller.virtqueue_size"},
    {R"("controller": {"max_sectors": 8})", R"("controller": {"max_sectors": 7})", "$.controller.max_sectors"},
    {R"("controller": {"max_sectors": 4}, "job": {"bsrange": "1k-2k"})",
     R"("controller": {"max_sectors": 3}, "job": {"bsrange": "1k-2k"})", "$.controller.max_sectors"},
    {R"("targets": 512, "controller": {"devices": 2})", R"("targets": 513, "controller": {"devices": 2})", "$.targets"},
    {R"("guest": {"driver": "before", "policy": "single_queue"}, "controller": {"num_queues": 1})",
     R"("guest": {"driver": "before", "policy": "single_queue"}, "controller": {"num_queues": 2})", "$.guest.driver"},
    // 0 queues means one for each vCPU.
    {R"("guest": {"driver": "before", "policy": "single_queue", "vcpus": 1}, "controller": {"num_queues": 0})",
     R"("guest": {"driver": "before", "policy": "single_queue", "vcpus": 2}, "controller": {"num_queues": 0})",
     "$.guest.driver"},
    {R"("guest": {"driver": "before", "policy": "single_queue"}, "controller": {"num_queues": 1})",
     R"("guest": {"driver": "before", "policy": "per_vcpu"}, "controller": {"num_queues": 1})", "$.guest.driver"},
    {R"("guest": {"driver": "blk_mq", "policy": "per_vcpu"})", R"("guest": {"driver": "blk_mq"})", "$.guest.driver"},
    {R"("tenant": {"physical_cpus": 1, "start_s": 1, "stop_s": 2})",
     R"("tenant": {"physical_cpus": 1, "start_s": 2, "stop_s": 2})", "$.tenant.start_s"},
    {R"("tenant": {"physical_cpus": 3}, "hardware": {"physical_cpus": 4})",
     R"("tenant": {"physical_cpus": 4}, "hardware": {"physical_cpus": 4})", "$.tenant.physical_cpus"},
    {R"("targets": 4, "other_job_targets": 4)", R"("targets": 4, "other_job_targets": 5)", "$.other_job_targets"},
    {R"("other_job_targets": 1, "other_job": {"bsrange": "4k-64k"})",
     R"("other_job_targets": 1, "other_job": {"bsrange": "4k-6k"})", "$.other_job.bsrange"},
    {R"("targets": 2, "jobs": [{"name": "a", "targets": "0-1"}])",
     R"("targets": 2, "jobs": [{"name": "a", "targets": "0-2"}])", "$.jobs"},
    {R"("targets": 2, "jobs": [{"name": "a", "size": "2m", "bs": "1m", "file_service_type": "random"}])",
     R"("targets": 4, "jobs": [{"name": "a", "size": "2m", "bs": "1m", "file_service_type": "random"}])", "$.jobs"},
    {R"("targets": 2, "job": {"size": "2m", "bs": "1m", "file_service_type": "random"})",
     R"("targets": 3, "job": {"size": "2m", "bs": "1m", "file_service_type": "random"})", "$.job.size"},
    {R"("targets": 3, "other_job_targets": 2,
        "other_job": {"size": "2m", "bs": "1m", "file_service_type": "random"})",
     R"("targets": 4, "other_job_targets": 3,
        "other_job": {"size": "2m", "bs": "1m", "file_service_type": "random"})",
     "$.other_job.size"},
    {R"("job": {"rate": "100m", "rw": "write"})", R"("job": {"rate": "100m", "rw": "randrw"})", "$.job.rate"},
    {R"("guest": {"pinned_vcpus": 3}, "hotplug": {"vcpus": 1})",
     R"("guest": {"pinned_vcpus": 3}, "hotplug": {"vcpus": 2})", "$.guest.pinned_vcpus"},
    {R"("guest": {"pinned_vcpus": 0, "migration_interval_ns": 1e6})",
     R"("guest": {"pinned_vcpus": 1, "migration_interval_ns": 1e6})", "$.guest.pinned_vcpus"},
    {R"("guest": {"isolated_vcpus": 3})", R"("guest": {"isolated_vcpus": 4})", "$.guest.isolated_vcpus"},
    {R"("guest": {"isolated_vcpus": 1, "placement": "isolated"})", R"("guest": {"placement": "isolated"})",
     "$.guest.placement"},
    {R"("guest": {"isolated_vcpus": 2, "placement": "isolated"})",
     R"("guest": {"isolated_vcpus": 2, "placement": "isolated"}, "hotplug": {"vcpus": 1})", "$.guest.placement"},
    {R"("guest": {"isolated_vcpus": 2, "migration_interval_ns": 1e6})",
     R"("guest": {"isolated_vcpus": 2, "placement": "isolated", "migration_interval_ns": 1e6})", "$.guest.placement"},
    {R"("controller": {"vectors": 2})", R"("controller": {"vectors": 1})", "$.controller.vectors"},
    {R"("controller": {"vectors": -1})", R"("controller": {"vectors": 0})", "$.controller.vectors"},
    {R"("hotplug": {"vcpus": 3})", R"("hotplug": {"vcpus": 4})", "$.hotplug.vcpus"},
    {R"("hotplug": {"vcpus": 1, "offline_s": 1, "online_s": 2})",
     R"("hotplug": {"vcpus": 1, "offline_s": 2, "online_s": 2})", "$.hotplug.offline_s"},
    {R"("hotplug": {"vcpus": 1, "offline_s": 1, "online_s": 2, "period_s": 1.5})",
     R"("hotplug": {"vcpus": 1, "offline_s": 1, "online_s": 2, "period_s": 1})", "$.hotplug.period_s"},
    {R"("targets": 2, "host": {"slow_targets": 2})", R"("targets": 2, "host": {"slow_targets": 3})",
     "$.host.slow_targets"},
    {R"("targets": 3, "host": {"backend": "device"},
        "disks": [{"device": {"name": "a"}}, {"targets": 2, "device": {"name": "b"}}])",
     R"("targets": 2, "host": {"backend": "device"},
        "disks": [{"device": {"name": "a"}}, {"targets": 2, "device": {"name": "b"}}])",
     "$.disks"},
    {R"("targets": 3, "controllers": [{"name": "a", "targets": "0,2"}, {"name": "b"}])",
     R"("targets": 3, "controllers": [{"name": "a", "targets": "0-2"}, {"name": "b"}])", "$.controllers"},
    {R"("host": {"server": "iothreads"}, "disks": [{"throttling": {"iops_total": 9}}])",
     R"("host": {"server": "iothreads"}, "disks": [{"throttling": {"iops_total": 9}}],
        "controller": {"ioeventfd": false})",
     "$.disks"},
    {R"("host": {"aio": "native", "backend": "device"}, "disks": [{"cache": "directsync"}])",
     R"("host": {"aio": "native", "backend": "device"}, "disks": [{"cache": "writeback"}])", "$.disks"},
    {R"("precision": {"min_simulated_s": 1, "max_simulated_s": 1})",
     R"("precision": {"min_simulated_s": 2, "max_simulated_s": 1})", "$.precision.min_simulated_s"},
    {R"("host": {"aio": "native", "backend": "null"})", R"("host": {"aio": "native", "backend": "page_cache"})",
     "$.host.aio"},
    {R"("host": {"server": "vhost_scsi", "aio": "native", "backend": "null"})",
     R"("host": {"server": "vhost_scsi", "aio": "threads", "backend": "null"})", "$.host.server"},
    {R"("host": {"server": "iothreads"}, "controller": {"num_queues": 2},
        "iothreads": {"iothread-vq-mapping": [{"iothread": "a", "vqs": [1]}, {"iothread": "b", "vqs": [0]}]})",
     R"("host": {"server": "iothreads"}, "controller": {"num_queues": 2},
        "iothreads": {"iothread-vq-mapping": [{"iothread": "a", "vqs": [1]}, {"iothread": "b", "vqs": [2]}]})",
     "$.iothreads[\"iothread-vq-mapping\"]"},
    {R"("host": {"server": "iothreads"}, "controller": {"num_queues": 1, "devices": 2}, "targets": 2,
        "iothreads": {"iothread-vq-mapping": [{"iothread": "a"}, {"iothread": "b"}]})",
     R"("host": {"server": "iothreads"}, "controller": {"num_queues": 1, "devices": 2}, "targets": 2,
        "iothreads": {"iothread-vq-mapping": [{"iothread": "a"}, {"iothread": "b"}, {"iothread": "c"}]})",
     "$.iothreads[\"iothread-vq-mapping\"]"},
    {R"("host": {"server": "iothreads"}, "controller": {"ioeventfd": false})",
     R"("host": {"server": "main_loop"}, "controller": {"ioeventfd": false})", "$.controller.ioeventfd"},
    {R"("host": {"server": "vhost_scsi", "aio": "native", "backend": "null"}, "controller": {"num_queues": 3},
        "vhost_scsi": {"workers": 3})",
     R"("host": {"server": "vhost_scsi", "aio": "native", "backend": "null"}, "controller": {"num_queues": 3},
        "vhost_scsi": {"workers": 4})",
     "$.vhost_scsi.workers"},
    {R"("hardware": {"physical_cpus": 4}, "host": {"vcpu_cpus": "0-3"})",
     R"("hardware": {"physical_cpus": 4}, "host": {"vcpu_cpus": "0-4"})", "$.host.vcpu_cpus"},
    {R"("hardware": {"physical_cpus": 4}, "host": {"server_cpus": "3"})",
     R"("hardware": {"physical_cpus": 4}, "host": {"server_cpus": "4"})", "$.host.server_cpus"},
    {R"("hardware": {"physical_cpus": 4}, "host": {"worker_cpus": "1,3"})",
     R"("hardware": {"physical_cpus": 4}, "host": {"worker_cpus": "1,4"})", "$.host.worker_cpus"},
    {R"("hardware": {"sched_latency_ns": 1000000}, "host": {"vcpu_cpus": "0"})",
     R"("hardware": {"sched_latency_ns": 0}, "host": {"vcpu_cpus": "0"})", "$.host.vcpu_cpus"},
    {R"("host": {"cfs_quota_us": 1000})", R"("host": {"cfs_quota_us": 1000}, "tenant": {"physical_cpus": 1})",
     "$.host.cfs_quota_us"},
    {R"("host": {"vcpu_quota_us": 1000, "emulator_quota_us": 1000})",
     R"("host": {"vcpu_quota_us": 1000, "cfs_quota_us": 1000})", "$.host.cfs_quota_us"},
    {R"("guest": {"driver": "blk_mq", "policy": "per_vcpu", "scheduler": "mq-deadline"}, "job": {"iodepth_batch": 4})",
     R"("guest": {"driver": "blk_mq", "policy": "per_vcpu", "scheduler": "deadline"}, "job": {"iodepth_batch": 4})",
     "$.guest.scheduler"},
    {R"("job": {"runtime": "59.9s", "ramp_time": "50ms"})", R"("job": {"runtime": "59.9s", "ramp_time": "100ms"})",
     "$.job.ramp_time"},
    // One phase after the other.
    {R"("jobs": [{"name": "a", "runtime": 30}, {"name": "b", "stonewall": 1, "runtime": 29}])",
     R"("jobs": [{"name": "a", "runtime": 30}, {"name": "b", "stonewall": 1, "runtime": 30}])", "$.jobs"},
    {R"("guest": {"driver": "blk_mq", "policy": "per_vcpu"}, "job": {"rw": "write", "sync": 1, "iodepth": 1})",
     R"("guest": {"driver": "blk_mq", "policy": "per_vcpu"}, "job": {"rw": "write", "sync": 1, "iodepth": 2})",
     "$.job.sync"},
    {R"("results": {"time_series_ms": 60000})", R"("results": {"time_series_ms": 60001})", "$.results.time_series_ms"},
    {R"("jobs": [{"name": "a"}, {"name": "b", "stonewall": 1}])", R"("jobs": [{"name": "a", "stonewall": 1}])",
     "$.jobs"},
    {R"("guest": {"vcpus": 4}, "job": {"cpus_allowed": "0,3"})",
     R"("guest": {"vcpus": 3}, "job": {"cpus_allowed": "0,3"})", "$.job.cpus_allowed"},
    {R"("guest": {"migration_interval_ns": 1e6}, "job": {"cpus_allowed": ""})",
     R"("guest": {"migration_interval_ns": 1e6}, "job": {"cpus_allowed": "0"})", "$.job.cpus_allowed"},
    {R"("job": {"thinktime": 20, "thinktime_spin": 20})", R"("job": {"thinktime": 20, "thinktime_spin": 21})",
     "$.job.thinktime_spin"},
};

TEST(CrossChecks, HoldAtTheBorderAndBreakBehindIt) {
  std::set<std::string> broken_rules;
  for (const Case& one : kCases) {
    const StudyOrFaults good = test::read_with(one.good);
    EXPECT_TRUE(good.study) << one.good << (good.faults.empty() ? "" : to_string(good.faults[0]));
    const StudyOrFaults broken = test::read_with(one.broken);
    ASSERT_EQ(broken.faults.size(), 1u) << one.broken;
    EXPECT_EQ(broken.faults[0].path, one.path);
    EXPECT_EQ(broken.faults[0].kind, FaultKind::kMeaning);
    broken_rules.insert(broken.faults[0].accepted);
  }
  // Every cost has to be 0 for it: tests/scenarios/test_devices.py.
  broken_rules.insert(
      "something that takes time: a cost of guest or host above 0, or for each disk a device of another kind than "
      "\"null\"");
  // It takes a trace: tests/scenarios/traces_test.cpp.
  broken_rules.insert("a target of the job for each file of its trace, or for replay_redirect");
  // It takes a device: below.
  broken_rules.insert(
      "jobs whose size, or trace, has room on their disks: a device's capacity_gb is divided among the logical units "
      "on it");
  broken_rules.insert("a ramp_time that is over before the trace is, or nothing is measured");
  for (const CrossCheck& check : cross_checks())
    EXPECT_EQ(check.of_part ? 1u : broken_rules.count(check.rule), 1u) << "no case here breaks: " << check.rule;
}

// 1 GB for two disks is 500 MB for each; a disk that shares its device with nobody has all of it.
TEST(CrossChecks, AJobHasRoomOnItsDisks) {
  const std::string disk =
      R"({"name": "d", "kind": "hard_disk", "random_read_iops": 180, "random_read_depth": 32, "rpm": 7200,
          "sequential_read_mb_per_s": 175, "sequential_depth": 32, "capacity_gb": 1, "seek_read_ms": 8.5,
          "seek_write_ms": 9.5, "track_to_track_ms": 0.7})";
  const auto faults = [](const std::string& host, const std::string& size, const std::string& more) {
    return test::texts(test::read_with(R"("targets": 2, "host": {"backend": "device")" + host +
                                       R"(}, "job": {"size": )" + size + "}" + more));
  };
  EXPECT_THAT(faults(R"(, "device": )" + disk, "500000000", ""), testing::IsEmpty());
  EXPECT_THAT(faults(R"(, "device": )" + disk, "500000512", ""),
              testing::ElementsAre(testing::HasSubstr("has room on their disks")));
  const std::string apart = R"(, "disks": [{"device": )" + disk + R"(}, {"device": )" + disk + "}]";
  EXPECT_THAT(faults("", "1000000000", apart), testing::IsEmpty());
  EXPECT_EQ(faults("", "1000000512", apart).size(), 1u);
}

TEST(CrossChecks, BlameThePlaceThatDecides) {
  const StudyOrFaults swept = test::read_with(R"("sweep": {"targets": [1, 256, 257]})");
  ASSERT_EQ(swept.faults.size(), 1u);
  EXPECT_EQ(swept.faults[0].path, "$.sweep.targets[2]");
  const StudyOrFaults curve = test::read_with(
      R"("guest": {"policy": "single_queue"}, "curves": [{"name": "a", "set": {"guest.driver": "before"}}])");
  ASSERT_EQ(curve.faults.size(), 1u);
  EXPECT_EQ(curve.faults[0].path, "$.curves[0].set[\"guest.driver\"]");
}

TEST(CrossChecks, TellEachFaultOnce) {
  EXPECT_EQ(
      test::read_with(R"("controller": {"virtqueue_size": 100}, "seeds": [1, 2], "sweep": {"targets": [1, 2, 3]})")
          .faults.size(),
      1u);
}

TEST(CrossChecks, DoNotJudgeWhatCouldNotBeRead) {
  // With num_queues read there would be nothing wrong with the driver.
  const StudyOrFaults result =
      test::read_with(R"("guest": {"driver": "before", "policy": "single_queue"}, "controller": {"num_queue": 1})");
  ASSERT_EQ(result.faults.size(), 1u);
  EXPECT_EQ(result.faults[0].path, "$.controller.num_queue");
}

TEST(CrossChecks, TooManyPointsAreAFaultNotAWait) {
  std::string values = "1";
  for (int i = 2; i <= 64; ++i) values.append(",").append(std::to_string(i));
  const std::string list = "[" + values + "]";
  const StudyOrFaults result = test::read_with(R"("sweep": {"targets": )" + list + R"(, "guest.vcpus": )" + list +
                                               R"(, "job.iodepth": )" + list + R"(, "job.numjobs": )" + list + "}");
  ASSERT_EQ(result.faults.size(), 1u);
  EXPECT_EQ(result.faults[0].path, "$.sweep");
}

}  // namespace
}  // namespace vqlab
