// A value that nothing reads is refused, wherever a person wrote it, and nothing else is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "analysis/scenario/load_study.hpp"
#include "tests/support/read_study.hpp"

namespace vqlab {
namespace {

using test::read;
using test::read_with;
using test::texts;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

auto no_effect(const std::string& path, const std::string& because) {
  return AllOf(HasSubstr(path), HasSubstr("has no effect here, because"), HasSubstr(because));
}

const std::string later_driver = R"("guest": {"driver": "blk_mq", "policy": "per_vcpu", )";

TEST(Effects, WhatNothingReadsIsRefusedWithTheReason) {
  const struct {
    std::string members;
    const char* path;
    const char* because;
  } cases[] = {
      {later_driver + R"("buffer_api": "add_sgs"})", "$.guest.buffer_api", "guest.driver has no buffer API of its own"},
      {later_driver + R"("affinity_hints": false})", "$.guest.affinity_hints", "guest.driver hints"},
      {R"("host": {"aio": "native", "backend": "null", "worker_threads_max": 8})", "$.host.worker_threads_max",
       "thread pool"},
      {R"("host": {"aio": "native", "backend": "null", "slow_targets": 1})", "$.host.slow_targets", "thread pool"},
      {R"("host": {"slow_target_ns": 5000})", "$.host.slow_target_ns", "host.slow_targets is above 0"},
      {R"("flash": {"channels": 4})", "$.flash.channels", "host.backend is \"flash\""},
      {R"("iothreads": {"poll-max-ns": 0})", "$.iothreads[\"poll-max-ns\"]", "host.server is \"iothreads\""},
      {R"("vhost_scsi": {"submit_ns": 900})", "$.vhost_scsi.submit_ns", "host.server is \"vhost_scsi\""},
      {R"("host": {"server": "vhost_scsi", "aio": "native", "backend": "null"}, "native": {"submit_ns": 900})",
       "$.native.submit_ns", "host.aio is \"native\", and host.server uses it"},
      {R"("host": {"server": "vhost_scsi", "aio": "native", "backend": "null", "batch_interrupts": true})",
       "$.host.batch_interrupts", "host.server leaves it open"},
      {R"("hotplug": {"offline_s": 1})", "$.hotplug.offline_s", "hotplug.vcpus is above 0"},
      {R"("tenant": {"stop_s": 1})", "$.tenant.stop_s", "tenant.physical_cpus is above 0"},
      {R"("other_job": {"iodepth": 1})", "$.other_job.iodepth", "other_job_targets is above 0"},
      {R"("other_job_targets": 1, "job": {"iodepth": 1})", "$.job.iodepth", "other_job_targets is below targets"},
      {R"("job": {"rwmixread": 10})", "$.job.rwmixread", "rw is \"rw\" or \"randrw\""},
      {R"("luns_per_target": 4)", "$.luns_per_target", "a target has several processes"},
      {R"("guest_costs": {"linearise_segment_ns": 50})", "$.guest_costs.linearise_segment_ns", "add_buf"},
      {R"("guest": {"vcpus": 1}, "guest_costs": {"ipi_send_ns": 2000})", "$.guest_costs.ipi_send_ns",
       "a vCPU can interrupt another: there are several"},
      {R"("guest": {"policy": "per_vcpu", "rq_affinity": false})", "$.guest.rq_affinity", "an interrupt can reach"},
      {R"("guest": {"policy": "per_vcpu"}, "mechanisms": {"remote_interrupts": false})",
       "$.mechanisms.remote_interrupts", "guest_costs.interrupt_remote_ns"},
      {R"("guest": {"policy": "per_vcpu"}, "guest_costs": {"queue_lines": 3})", "$.guest_costs.queue_lines",
       "a queue's lock is taken by several vCPUs"},
      {later_driver + R"("vcpus": 2}, "guest_costs": {"line_transfer_ns": 300})", "$.guest_costs.line_transfer_ns",
       "several vCPUs work, and share"},
      {R"("guest": {"policy": "per_vcpu", "pinned_vcpus": 1}, "guest_costs": {"host_lines": 3})",
       "$.guest_costs.host_lines", "several vCPUs work"},
      {R"("guest": {"policy": "per_vcpu", "pinned_vcpus": 4}, "targets": 4, "job": {"iodepth": 1},
          "guest_costs": {"ipi_send_ns": 2000})",
       "$.guest_costs.ipi_send_ns", "a vCPU can interrupt another"},
      {R"("job": {"iodepth": 1, "iodepth_batch": 2})", "$.job.iodepth_batch", "an iodepth above 1"},
      {R"("job": {"iodepth": 1}, "controller": {"cmd_per_lun": 2})", "$.controller.cmd_per_lun",
       "several requests are in flight"},
      {R"("job": {"iodepth": 1}, "host": {"batch_interrupts": true})", "$.host.batch_interrupts",
       "several requests are in flight"},
      {R"("mechanisms": {"cstates": false}, "host_costs": {"cstate_ns": 9000})", "$.host_costs.cstate_ns",
       "mechanisms.cstates is true"},
      {R"("controller": {"vectors": 7}, "guest_costs": {"empty_look_ns": 100})", "$.guest_costs.empty_look_ns",
       "the virtqueues of a device share a vector"},
      {R"("controller": {"vectors": 6}, "guest": {"affinity_hints": false})", "$.guest.affinity_hints",
       "a request queue, with a vector"},
      {R"("guest": {"vcpus": 1, "isolated_vcpus": 0})", "$.guest.isolated_vcpus", "guest.vcpus is above 1"},
      {R"("mechanisms": {"linearising": false})", "$.mechanisms.linearising", "guest_costs.linearise_segment_ns"},
      {R"("machine": {"hardware": {"threads_per_core": 1, "sibling_speed": 0.6}})", "$.machine.hardware.sibling_speed",
       "hardware.threads_per_core is 2"},
  };
  for (const auto& one : cases)
    EXPECT_THAT(texts(read_with(one.members)), ElementsAre(no_effect(one.path, one.because))) << one.members;
}

// Each undoes the reason for which the first case of its line above is refused.
TEST(Effects, WhatSomeInterruptOrProcessCanMakeADifferenceToIsRead) {
  for (const std::string guest : {R"("policy": "per_vcpu", "affinity_hints": false)", R"("policy": "single_queue")",
                                  R"("policy": "round_robin")", R"("policy": "target_sticky")"})
    EXPECT_THAT(
        texts(read_with(R"("guest_costs": {"queue_lines": 3}, "guest": {"rq_affinity": false, )" + guest + "}")),
        IsEmpty())
        << guest;
  const std::string per_vcpu = R"("guest": {"policy": "per_vcpu", "rq_affinity": false})";
  EXPECT_THAT(texts(read_with(per_vcpu + R"(, "controller": {"num_queues": 2})")), IsEmpty());
  EXPECT_THAT(texts(read_with(per_vcpu + R"(, "controller": {"num_queues": 8})")), IsEmpty());
  EXPECT_THAT(texts(read_with(per_vcpu + R"(, "hotplug": {"vcpus": 1})")), IsEmpty());
  EXPECT_THAT(texts(read_with(per_vcpu + R"(, "sweep": {"controller.num_queues": [0, 2]})")), IsEmpty());
  EXPECT_THAT(texts(read_with(R"("guest": {"policy": "per_vcpu"}, "targets": 4, "job": {"iodepth": 1},
                                 "guest_costs": {"ipi_send_ns": 2000})")),
              IsEmpty());
  EXPECT_THAT(texts(read_with(R"("guest": {"policy": "per_vcpu", "pinned_vcpus": 4}, "targets": 4,
                                 "controller": {"cmd_per_lun": 2}, "guest_costs": {"ipi_send_ns": 2000})")),
              IsEmpty());
  EXPECT_THAT(
      texts(read_with(R"("guest": {"pinned_vcpus": 1, "affinity_hints": false}, "guest_costs": {"host_lines": 3})")),
      IsEmpty());
  // The tags of a queue run out, which a batch does not notice.
  EXPECT_THAT(texts(read_with(later_driver + R"("vcpus": 1}, "targets": 4, "controller": {"can_queue": 2},
                                 "job": {"iodepth": 1, "iodepth_batch": 2})")),
              IsEmpty());
}

TEST(Effects, PoliciesThatAreComparedDecideWhatIsRead) {
  const auto read_under = [](const std::string& text, const std::vector<std::string>& overrides,
                             const std::vector<std::string>& policies) {
    return texts(parse_study(text, "test.json", {overrides, {}, false, policies}));
  };
  const std::string own = R"({"study": "s", "guest": {"policy": "per_vcpu"}})";
  const std::string letters = R"({"study": "s"})";
  // One of them reads it; none does; nobody compares, and the study's own does.
  EXPECT_THAT(read_under(own, {"guest.rq_affinity=false"}, {"per_vcpu", "target_sticky"}), IsEmpty());
  EXPECT_THAT(read_under(letters, {"guest.rq_affinity=false"}, {"per_vcpu"}),
              ElementsAre(no_effect("$.guest.rq_affinity", "an interrupt can reach")));
  EXPECT_THAT(read_under(letters, {"guest.rq_affinity=false"}, {}), IsEmpty());
  // What the file's own policy reads is no mistake of the file.
  const std::string reads = R"({"study": "s", "guest": {"rq_affinity": false}})";
  EXPECT_THAT(read_under(reads, {}, {"per_vcpu"}), IsEmpty());
  const std::string reads_not = R"({"study": "s", "guest": {"policy": "per_vcpu", "rq_affinity": false}})";
  EXPECT_THAT(read_under(reads_not, {}, {"per_vcpu"}), ElementsAre(no_effect("$.guest.rq_affinity", "")));
  EXPECT_THAT(read_under(reads_not, {}, {"target_sticky"}), IsEmpty());
}

TEST(Effects, OnePointThatReadsItIsEnough) {
  EXPECT_THAT(texts(read_with(R"("hotplug": {"offline_s": 0.02}, "sweep": {"hotplug.vcpus": [0, 1]})")), IsEmpty());
  EXPECT_THAT(texts(read_with(R"("flash": {"channels": 4},
                                 "curves": [{"name": "a"}, {"name": "b", "set": {"host.backend": "flash"}}])")),
              IsEmpty());
}

TEST(Effects, ACurveIsJudgedByItsOwnPoints) {
  EXPECT_THAT(texts(read_with(R"("curves": [{"name": "a", "set": {"flash.channels": 4}},
                                    {"name": "b", "set": {"host.backend": "flash", "flash.channels": 4}}])")),
              ElementsAre(no_effect("$.curves[0].set[\"flash.channels\"]", "host.backend is \"flash\"")));
}

TEST(Effects, SweepAndOverridesAreJudgedAlike) {
  EXPECT_THAT(texts(read_with(R"("sweep": {"host.slow_target_ns": [5000, 6000]})")),
              ElementsAre(no_effect("$.sweep[\"host.slow_target_ns\"]", "host.slow_targets is above 0")));
  EXPECT_THAT(texts(read_with(R"("targets": 2)", {"host.slow_target_ns=5000"})),
              ElementsAre(AllOf(HasSubstr("--set host.slow_target_ns=5000: "),
                                no_effect("$.host.slow_target_ns", "host.slow_targets is above 0"))));
  EXPECT_THAT(texts(read_with(R"("targets": 2)", {"host.slow_target_ns=5000", "host.slow_targets=1"})), IsEmpty());
}

TEST(Effects, WhatOnlyAnOverrideLeavesUnreadIsNoMistakeOfTheFile) {
  const std::string hotplug = R"("hotplug": {"offline_s": 0.02}, "sweep": {"hotplug.vcpus": [0, 1]})";
  EXPECT_THAT(texts(read_with(hotplug, {"sweep.hotplug.vcpus=[0]"})), IsEmpty());
  EXPECT_THAT(texts(read_with(R"("machine": {"guest": {"vcpus": 2}})", {"guest.vcpus=8"})), IsEmpty());
  EXPECT_THAT(texts(read_with(R"("hotplug": {"offline_s": 0.02})", {"targets=2"})),
              ElementsAre(no_effect("test.json: $.hotplug.offline_s", "hotplug.vcpus is above 0")));
}

TEST(Effects, AValueThatIsSetAgainInEveryPointIsRefused) {
  EXPECT_THAT(texts(read_with(R"("targets": 4, "sweep": {"targets": [1, 2]})")),
              ElementsAre(no_effect("$.targets", "the sweep sets it in every point")));
  EXPECT_THAT(texts(read_with(R"("guest": {"vcpus": 4}, "curves": [{"name": "a", "set": {"guest.vcpus": 2}}])")),
              ElementsAre(no_effect("$.guest.vcpus", "every curve sets it")));
  EXPECT_THAT(texts(read_with(R"("machine": {"guest": {"vcpus": 2}}, "guest": {"vcpus": 4})")),
              ElementsAre(no_effect("$.machine.guest.vcpus", "$.guest.vcpus sets it as well")));
  // A part of a cost leaves the other part.
  EXPECT_THAT(texts(read_with(R"("guest_costs": {"kick_ns": 2000},
                                 "curves": [{"name": "a", "set": {"guest_costs.kick_ns": {"shape": "constant"}}}])")),
              IsEmpty());
}

TEST(Effects, WhatDependsOnAnotherMistakeIsNotJudged) {
  EXPECT_THAT(texts(read_with(R"("host": {"backend": "falsh"}, "flash": {"channels": 4})")),
              ElementsAre(HasSubstr("did you mean \"flash\"?")));
}

TEST(Effects, AResolvedScenarioHasEverythingAndIsJudgedByItsOverrides) {
  const StudyOrFaults study = read_with(R"("targets": 2)");
  ASSERT_TRUE(study.study);
  const std::string resolved = study.study->resolved.dump();
  EXPECT_THAT(texts(read(resolved)), IsEmpty());
  EXPECT_THAT(texts(read(resolved, {"guest.vcpus=2"})), IsEmpty());
  EXPECT_THAT(texts(read(resolved, {"hotplug.offline_s=1"})),
              ElementsAre(AllOf(HasSubstr("--set hotplug.offline_s=1"), HasSubstr("has no effect here"))));
  EXPECT_THAT(texts(read_with(R"("resolved": 1)")), ElementsAre(HasSubstr("$.resolved")));
}

TEST(Effects, TheRecordOfARunIsAScenario) {
  const StudyOrFaults study = read_with(R"("targets": 2, "seeds": [4])");
  ASSERT_TRUE(study.study);
  const std::string begin = R"({"schema_version": 1, "study": "s", "commit": "x", "scenario": )";
  const StudyOrFaults again = read(begin + study.study->resolved.dump() + "}");
  ASSERT_THAT(texts(again), IsEmpty());
  EXPECT_EQ(again.study->resolved, study.study->resolved);
  EXPECT_EQ(again.study->points.size(), 1u);
  EXPECT_EQ(again.study->points[0].seed, 4u);
  EXPECT_THAT(texts(read(begin + R"({"study": "s", "targets": 0}})")), ElementsAre(HasSubstr("$.scenario.targets")));
  EXPECT_THAT(texts(read(begin + "3}")), ElementsAre(HasSubstr("$.scenario: found 3")));
}

TEST(Effects, WhatDescribesAWorkloadWithoutADifferenceIsSaid) {
  const auto notes = [](const StudyOrFaults& result) {
    return result.study ? result.study->notes : std::vector<std::string>{"faults"};
  };
  // The page cache serves reads and writes, here and there, alike.
  EXPECT_THAT(notes(read_with(R"("curves": [{"name": "a", "set": {"job.rw": "read"}},
                                            {"name": "b", "set": {"job.rw": "randread"}}])")),
              ElementsAre(AllOf(HasSubstr("job.rw"), HasSubstr("makes no difference here"),
                                HasSubstr("host.backend has a device"))));
  EXPECT_THAT(notes(read_with(R"("job": {"rw": "randread"}, "host": {"backend": "flash"})")), IsEmpty());
  EXPECT_THAT(notes(read_with(R"("job": {"rw": "read"})")), IsEmpty());  // the default
  EXPECT_THAT(notes(read_with(R"("controller": {"num_queues": 1}, "guest": {"policy": "per_vcpu"})")),
              ElementsAre(HasSubstr("a device has several request queues")));
}

TEST(Effects, OverridesOfSeveralStudiesMayBeMeantForAnother) {
  const StudyOrFaults result =
      parse_study(R"({"study": "s"})", "s.json", {{"flash.channels=4", "targets=2"}, {}, true});
  EXPECT_THAT(texts(result), IsEmpty());
  ASSERT_TRUE(result.study);
  EXPECT_EQ(result.study->points[0].testbed.targets, 2u);
  ASSERT_EQ(result.idle_overrides.size(), 1u);
  EXPECT_EQ(result.idle_overrides[0].file, "--set flash.channels=4");
}

TEST(Effects, ABaselineIsAnotherCurve) {
  const std::string curves = R"("curves": [{"name": "a"}, {"name": "b", "set": {"guest.vcpus": 8}}], )";
  const StudyOrFaults good = read_with(curves + R"("baseline": "b")");
  ASSERT_THAT(texts(good), IsEmpty());
  EXPECT_EQ(good.study->resolved["baseline"], "b");
  EXPECT_THAT(texts(read_with(curves + R"("baseline": "c")")), ElementsAre(HasSubstr("$.baseline")));
  EXPECT_THAT(texts(read_with(R"("baseline": "default")")), ElementsAre(HasSubstr("$.baseline: found the only curve")));
}

TEST(Effects, FiguresAreOfColumnsAndSweptAxes) {
  const std::string sweep = R"("sweep": {"targets": [1, 2], "guest.vcpus": [2, 4]}, )";
  const StudyOrFaults good = read_with(sweep + R"("figures": {"metrics": ["iops"], "over": ["guest.vcpus"]})");
  ASSERT_THAT(texts(good), IsEmpty());
  EXPECT_EQ(good.study->resolved["figures"]["metrics"][0], "iops");
  EXPECT_EQ(good.study->resolved["figures"]["over"][0], "guest.vcpus");
  EXPECT_FALSE(read_with(sweep + R"("seeds": [1])").study->resolved.contains("figures"));
  EXPECT_THAT(
      texts(read_with(sweep + R"("figures": {"metrics": ["iopps", 3, "iops", "iops"], "over": ["vcpus"]})")),
      ElementsAre(AllOf(HasSubstr("$.figures.metrics[0]: found \"iopps\""), HasSubstr("did you mean \"iops\"?")),
                  HasSubstr("$.figures.metrics[1]: found 3"),
                  HasSubstr("$.figures.metrics[3]: found \"iops\" a second time"),
                  HasSubstr("$.figures.over[0]: found \"vcpus\"; accepted: targets or guest.vcpus")));
  EXPECT_THAT(texts(read_with(sweep + R"("figures": {"over": ["targets"]})")),
              ElementsAre(HasSubstr("$.figures.metrics")));
}

TEST(Effects, AReferenceIsOfAColumn) {
  const std::string reference =
      R"("sweep": {"targets": [1, 2]}, "reference": {"metric": "NAME", "axis": "targets", "source": "a paper",
         "values": {"default": {"1": 5}}})";
  const auto of = [&reference](const std::string& metric) {
    std::string text = reference;
    return texts(read_with(text.replace(text.find("NAME"), 4, metric)));
  };
  EXPECT_THAT(of("iops"), IsEmpty());
  EXPECT_THAT(of("iopps"), ElementsAre(AllOf(HasSubstr("$.reference.metric"), HasSubstr("did you mean \"iops\"?"))));
}

}  // namespace
}  // namespace vqlab
