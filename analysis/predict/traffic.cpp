#include "analysis/predict/traffic.hpp"

#include <memory>
#include <optional>
#include <string>

#include "models/steering/plain_memory.hpp"
#include "models/steering/policy.hpp"
#include "models/testbed/guest_driver.hpp"
#include "models/testbed/interrupt_routing.hpp"

namespace vqlab {
namespace {

// Rounds in which every process takes a turn on average; the first half is for the policy to settle.
constexpr std::uint32_t kSettlingRounds = 64;

// Its clock says how many commands there were, in microseconds.
class SettledMemory final : public PlainMemory {
 public:
  using PlainMemory::PlainMemory;
  Instant now() override { return now_; }
  void tick() { now_ += 1us; }

 private:
  Instant now_{};
};

// One device's policy and the processes of its targets.
class SettlingDevice {
 public:
  SettlingDevice(const Testbed& testbed, std::uint32_t queues)
      : vcpus_(testbed.guest.vcpus),
        queues_(queues),
        name_(steering_policy_name(testbed)),
        policy_(make_steering(testbed, words_)),
        memory_(name_, RandomStream(0, "predict/policy"), vcpus_, words_),
        random_(0, "predict/order") {}

  void add_process(std::uint32_t target, std::uint32_t lun, std::uint32_t vcpu, std::uint32_t iodepth) {
    processes_.push_back({TargetId(target), LunId(lun), VcpuId(vcpu), iodepth, {}});
    if (targets_.size() <= target) targets_.resize(target + 1);
  }

  // Requests in flight by queue and vCPU, over the rounds after the first half.
  [[nodiscard]] std::vector<std::vector<double>> settle() {
    std::vector<std::vector<double>> sum(queues_, std::vector<double>(vcpus_));
    for (std::uint32_t round = 0; round < kSettlingRounds; ++round) {
      for (std::size_t turn = 0; turn < processes_.size(); ++turn)
        take_turn(processes_[below(static_cast<std::uint32_t>(processes_.size()), random_.next32())]);
      if (round < kSettlingRounds / 2) continue;
      for (const Process& process : processes_)
        for (const QueueId queue : process.in_flight) sum[queue.index()][process.vcpu.index()] += 1;
    }
    return sum;
  }

 private:
  struct Process {
    TargetId target;
    LunId lun;
    VcpuId vcpu;
    std::uint32_t iodepth;
    std::vector<QueueId> in_flight;  // the oldest first
  };
  struct Target {
    std::uint32_t in_flight = 0;
    QueueId queue{};
  };

  void take_turn(Process& process) {
    if (process.in_flight.size() == process.iodepth) complete(process);
    while (process.in_flight.size() < process.iodepth && submit(process)) {
    }
  }

  QueueId pick(const Process& process, const Target& target) {
    if (policy_ == nullptr) return QueueId(0);
    return checked_pick(*policy_,
                        {.submitter = process.vcpu,
                         .vcpus_online = vcpus_,
                         .queues = queues_,
                         .target = process.target,
                         .lun = process.lun,
                         .target_in_flight = target.in_flight,
                         .target_queue = target.queue,
                         .memory = memory_},
                        name_);
  }

  bool submit(Process& process) {
    Target& target = targets_[process.target.index()];
    memory_.tick();
    const QueueId picked = pick(process, target);
    if (picked == kHold) return false;
    ++target.in_flight;
    target.queue = picked;
    process.in_flight.push_back(picked);
    if (policy_ != nullptr) policy_->submitted({process.target, process.lun, picked, memory_});
    return true;
  }

  void complete(Process& process) {
    if (policy_ != nullptr) policy_->completed({process.target, process.lun, process.in_flight.front(), memory_});
    process.in_flight.erase(process.in_flight.begin());
    --targets_[process.target.index()].in_flight;
  }

  std::uint32_t vcpus_;
  std::uint32_t queues_;
  std::string name_;  // of the policy
  PolicyWords words_;
  std::unique_ptr<SteeringPolicy> policy_;  // null: there is one queue
  SettledMemory memory_;
  RandomStream random_;
  std::vector<Process> processes_;
  std::vector<Target> targets_;
};

}  // namespace

Traffic traffic_of(const Testbed& testbed) {
  const std::uint32_t vcpus = testbed.guest.vcpus;
  const std::uint32_t queues = testbed.controller.queues(vcpus);
  const std::uint32_t devices = testbed.controller.devices;
  InterruptRouting routing(testbed);
  const std::uint32_t homes = testbed.guest.homes();
  Traffic traffic;
  traffic.processes_of_vcpu.resize(vcpus);
  for (std::uint32_t process = 0; process < testbed.processes(); ++process)
    ++traffic.processes_of_vcpu[process % homes];

  const FioJob& job = testbed.job;
  for (std::uint32_t device = 0; device < devices; ++device) {
    SettlingDevice asked(testbed, queues);
    double in_flight = 0;
    for (std::uint32_t target = device; target < testbed.targets; target += devices)
      for (std::uint32_t clone = 0; clone < job.numjobs; ++clone) {
        asked.add_process(target / devices, clone % testbed.luns_per_target, (target * job.numjobs + clone) % homes,
                          job.iodepth);
        in_flight += job.iodepth;
      }
    if (in_flight == 0) continue;
    const std::vector<std::vector<double>> counted = asked.settle();
    double all = 0;
    for (const std::vector<double>& row : counted)
      for (const double count : row) all += count;
    for (std::uint32_t queue = 0; queue < queues; ++queue) {
      QueueTraffic found{routing.route(QueueId(queue)).value, counted[queue], 0};
      for (double& count : found.requests_of_vcpu) {
        count *= in_flight / all;
        found.requests += count;
      }
      if (found.requests > 0) traffic.queues.push_back(std::move(found));
    }
  }
  return traffic;
}

}  // namespace vqlab
