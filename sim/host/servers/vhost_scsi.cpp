// vhost-scsi: a thread of the host's kernel takes commands from the rings and gives them to the kernel's SCSI target.
#include <algorithm>

#include "models/testbed/controllers.hpp"
#include "models/testbed/testbed_check.hpp"
#include "sim/host/direct_io.hpp"
#include "sim/host/queue_loop.hpp"
#include "sim/host/queue_loops.hpp"

namespace vqlab::sim {
namespace {

struct VhostScsi {
  bool worker_per_virtqueue = false;
  std::uint32_t workers = 1;
  Cost switch_ns{3000};
  Cost submit_ns{1000};

  friend bool operator==(const VhostScsi&, const VhostScsi&) = default;
};

const ParamTable& params_of(const VhostScsi*) {
  static const ParamTable table{
      "vhost_scsi",
      "Server \"vhost_scsi\". Steps that it has in common with QEMU's threads have their costs in host_costs.",
      {
          boolean("worker_per_virtqueue", &VhostScsi::worker_per_virtqueue,
                  "true: each request queue has its own worker, as with QEMU's property of this name. false: each "
                  "device has vhost_scsi.workers."),
          integer("workers", &VhostScsi::workers, {1, 1022}, "workers",
                  "Workers of each device, to which its request queues are assigned in turn.",
                  "Linux makes one, and since 6.5 more if asked (VHOST_NEW_WORKER, VHOST_ATTACH_VRING_WORKER)")
              .read_if<VhostScsi>([](const VhostScsi& vhost) { return !vhost.worker_per_virtqueue; },
                                  "vhost_scsi.worker_per_virtqueue is false"),
          cost("switch_ns", &VhostScsi::switch_ns, {500, 10000}, ResourceId::kMainLoop,
               "Handing the commands that were taken from a ring to the workqueue, independent of their number: a "
               "switch to the kernel worker on the same CPU and back.",
               "two context switches of 1.3 to 1.6 us each, from memory"),
          cost("submit_ns", &VhostScsi::submit_ns, {200, 6000}, ResourceId::kMainLoop,
               "Each command that is handed to the workqueue: the target core, the host's block layer and its driver.",
               "less than with aio \"native\", which also passes a file system and a system call; guess"),
      }};
  return table;
}

const PartParamsRegistration<VhostScsi> params;

// Commands that a worker takes from a ring before others have their turn.
constexpr std::uint32_t kWeight = 256;

std::uint32_t workers_of(const Testbed& testbed, const PlacedController& device) {
  const VhostScsi& vhost = testbed.parts.get<VhostScsi>();
  return vhost.worker_per_virtqueue ? device.queues : vhost.workers;
}

ServingLimit limit_of(const Testbed& testbed) {
  const VhostScsi& vhost = testbed.parts.get<VhostScsi>();
  std::uint32_t threads = 0;
  for (const PlacedController& device : placed_controllers(testbed))
    if (!device.targets.empty()) threads += workers_of(testbed, device);
  return {.threads = threads,
          .batch = kWeight,
          .iterations = 1,
          .hand_over = HandOver{vhost.submit_ns.mean_ns, vhost.switch_ns.mean_ns}};
}

std::unique_ptr<HostServer> make(const HostSetup& setup) {
  const VhostScsi& vhost = setup.testbed.parts.get<VhostScsi>();
  const std::vector<PlacedController> devices = placed_controllers(setup.testbed);
  std::vector<std::uint32_t> thread_of_line;
  std::uint32_t threads = 0;
  for (const PlacedController& device : devices) {
    const std::uint32_t workers = workers_of(setup.testbed, device);
    for (std::uint32_t queue = 0; queue < device.queues; ++queue) thread_of_line.push_back(threads + queue % workers);
    threads += workers;
  }
  auto loops = std::make_unique<QueueLoops>();
  for (std::uint32_t worker = 0; worker < threads; ++worker) {
    const std::string owner = "/" + std::to_string(worker);
    // The worker signals a queue once for all that it completes in a go.
    const QueueLoopOptions options{.number = worker,
                                   .stream = "host/vhost" + owner,
                                   .batch_interrupts = true,
                                   .take_at_most = kWeight,
                                   .submit_at_most = kWeight};
    loops->add_thread(setup, options, [&](AioListener& listener) {
      return std::make_unique<DirectIo>(setup, listener, DirectIoCosts{vhost.switch_ns, vhost.submit_ns},
                                        "host/vhost_submit" + owner);
    });
  }
  loops->assign(thread_of_line);
  return loops;
}

const HostServerRegistration registered{
    "vhost_scsi",
    {.help = "vhost-scsi: a worker in the host's kernel for each device, or for each request queue "
             "(vhost_scsi.worker_per_virtqueue). It hands commands to the kernel's SCSI target.",
     .thread = "vhost worker",
     .uses_aio = false,
     .limit = limit_of},
    make};

const TestbedCheckRegistration each_serves{
    {.params = {"vhost_scsi.workers", "controller.num_queues", "controllers", "guest.vcpus", "host.server"},
     .rule = "at most one worker for each request queue of a device",
     .holds = [](const Testbed& testbed) {
       if (testbed.host.server != "vhost_scsi") return true;
       const std::vector<PlacedController> devices = placed_controllers(testbed);
       return std::all_of(devices.begin(), devices.end(), [&testbed](const PlacedController& device) {
         return workers_of(testbed, device) <= device.queues;
       });
     }}};

const TestbedCheckRegistration check{
    {.params = {"host.server", "host.aio"},
     .rule = "aio \"native\" with server \"vhost_scsi\", because it has no thread pool of QEMU",
     .holds = [](const Testbed& testbed) {
       return testbed.host.server != "vhost_scsi" || testbed.host.aio == "native";
     }}};

}  // namespace
}  // namespace vqlab::sim
