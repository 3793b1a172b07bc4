#include "models/testbed/guest_driver.hpp"

#include <algorithm>

#include "models/command/command_buffers.hpp"
#include "models/testbed/running_jobs.hpp"

namespace vqlab {
namespace {

// blk-mq has chosen the queue before the driver is called.
class QueueOfVcpu final : public SteeringPolicy {
 public:
  explicit QueueOfVcpu(const QueueMap& map) : map_(map) {}
  QueueId pick(const SteeringView& view) const override { return map_.queue_of(view.submitter); }

 private:
  QueueMap map_;
};

TargetLock target_lock(const DriverVersion& version, BufferApi api, PickLock lock, std::uint32_t queues) {
  if (version.single_lock) return TargetLock::kNone;
  if (api == BufferApi::kAddBuf) return TargetLock::kUntilAdded;
  // A device with one queue has an entry point of its own: requests are counted, no lock is taken.
  return queues > 1 && lock == PickLock::kTarget ? TargetLock::kToPick : TargetLock::kNone;
}

}  // namespace

const DriverVersion& driver_version(const Testbed& testbed) {
  const DriverVersion* const version = Registry<DriverVersion>::instance().find(testbed.guest.driver);
  ensure(version != nullptr, "the parameter table admits registered drivers alone");
  if (const char* const contradiction = contradiction_in(*version))
    contract_broken("driver " + testbed.guest.driver, contradiction);
  return *version;
}

std::string steering_policy_name(const Testbed& testbed) {
  const char* const built_in = driver_version(testbed).policy;
  return built_in == nullptr ? testbed.guest.policy : built_in;
}

const PolicyEntry& steering_policy(const Testbed& testbed) {
  const PolicyEntry* const policy = Registry<PolicyEntry>::instance().find(steering_policy_name(testbed));
  ensure(policy != nullptr, "the parameter table admits registered policies alone");
  return *policy;
}

bool is_clairvoyant(const std::string& policy) { return Registry<PolicyEntry>::instance().find(policy)->clairvoyant; }

OrderPromise order_promise(const Testbed& testbed) {
  return std::min(driver_version(testbed).promise, steering_policy(testbed).promise);
}

bool request_list_can_fill(const Testbed& testbed) {
  if (driver_version(testbed).tags) return false;
  // Jobs that have targets in common may share a LUN.
  std::uint64_t together = 0;
  std::uint64_t most = 0;
  for (const RunningJob& one : running_jobs(testbed)) {
    const std::uint64_t processes = (one.job.numjobs + testbed.luns_per_target - 1) / testbed.luns_per_target;
    const std::uint64_t wanted = processes * one.job.depth() * testbed.most_requests_of_io();
    together += wanted;
    most = std::max(most, wanted);
  }
  return (testbed.jobs.empty() ? most : together) > testbed.guest.nr_requests;
}

std::uint32_t queues_in_use(const Testbed& testbed) {
  const GuestConfig& guest = testbed.guest;
  const std::uint32_t queues = testbed.controller.queues(guest.vcpus);
  const bool limited = guest.isolated_vcpus > 0 || driver_version(testbed).tags;
  return limited ? std::min(queues, guest.housekeeping()) : queues;
}

bool shares_vector(const Testbed& testbed) {
  const std::int64_t vectors = testbed.controller.vectors;
  return vectors >= 0 && vectors < std::int64_t{queues_in_use(testbed)} + kOtherVirtqueues + 1;
}

QueueMap queue_map(const Testbed& testbed) {
  // A vector that is shared has no affinity that the block layer could follow.
  return {testbed.controller.queues(testbed.guest.vcpus), testbed.guest.housekeeping(),
          shares_vector(testbed) ? QueueMap::Dealing::kInTurn : QueueMap::Dealing::kNeighbours};
}

std::uint32_t most_descriptors(const Testbed& testbed) {
  const std::uint32_t buffer = kHeaderSegments + testbed.most_request_pages();
  if (!testbed.controller.indirect_desc) return buffer;
  return std::min(buffer, direct_up_to(submission_rules(testbed).buffer_api));
}

bool adds_can_fail(const Testbed& testbed) {
  const double in_flight = std::min<double>(testbed.requests_in_flight(), testbed.commands_at_once());
  const std::uint32_t mempool = testbed.guest.mempool_commands;
  return (mempool > 0 && mempool < in_flight) ||
         in_flight * most_descriptors(testbed) > testbed.controller.virtqueue_size;
}

bool commands_can_wait(const Testbed& testbed) {
  const std::uint32_t at_once = std::min(testbed.controller.cmd_per_lun, testbed.controller.hba_depth());
  return testbed.requests_in_flight() > at_once || adds_can_fail(testbed);
}

bool own_interrupts(const Testbed& testbed) {
  const std::uint32_t vcpus = testbed.guest.vcpus;
  const std::uint32_t queues = testbed.controller.queues(vcpus);
  if (vcpus == 1) return true;
  if (testbed.hotplug.vcpus > 0 || testbed.guest.isolated_vcpus > 0 || shares_vector(testbed)) return false;
  if (driver_version(testbed).managed_interrupts) return queues >= vcpus;
  return testbed.guest.affinity_hints && queues == vcpus && steering_policy(testbed).own_queue;
}

SubmissionRules submission_rules(const Testbed& testbed) {
  const DriverVersion& version = driver_version(testbed);
  const std::uint32_t queues = queues_in_use(testbed);
  const DecisionCost& cost = steering_policy(testbed).cost;
  const BufferApi api = version.buffer_api ? *version.buffer_api : *buffer_api_named(testbed.guest.buffer_api);
  // With one queue nothing is decided; with one vCPU no line ever leaves it.
  const bool shares_lines = queues > 1 && testbed.guest.vcpus > 1;
  return {.buffer_api = api,
          .target_lock = target_lock(version, api, cost.lock, queues),
          .counts_requests = version.steers(),
          .decision_lines = shares_lines ? cost.lines(queues, testbed.parts) : 0,
          .single_lock = version.single_lock,
          .notifies_in_lock = version.single_lock || testbed.guest.notify == "inside_lock"};
}

std::unique_ptr<SteeringPolicy> make_steering(const Testbed& testbed, PolicyWords& words) {
  const std::uint32_t queues = queues_in_use(testbed);
  if (queues == 1) return nullptr;
  const PolicySetup setup{
      .queues = queues,
      .vcpus = testbed.guest.vcpus,
      .targets = (testbed.targets + testbed.controller.devices - 1) / testbed.controller.devices,
      .luns_per_target = testbed.luns_per_target,
      .commands_per_queue = std::max(1u, testbed.controller.virtqueue_size / most_descriptors(testbed)),
      .params = testbed.parts,
      .words = words};
  if (driver_version(testbed).tags) return std::make_unique<QueueOfVcpu>(queue_map(testbed));
  std::unique_ptr<SteeringPolicy> policy = steering_policy(testbed).make(setup);
  if (policy == nullptr) contract_broken("policy " + steering_policy_name(testbed), "its factory has made no policy");
  return policy;
}

std::uint32_t flushes_behind_write(const Testbed& testbed, const FioJob& job) {
  return job.writes_synchronously() && job.waits_in_calls() && driver_version(testbed).tags ? 2 : 1;
}

}  // namespace vqlab
