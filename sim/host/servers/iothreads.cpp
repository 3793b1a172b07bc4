// QEMU's iothreads: one event loop that serves all queues, or several with the queues mapped to them.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "models/base/iothread_vq_mapping.hpp"
#include "models/testbed/controllers.hpp"
#include "models/testbed/testbed_check.hpp"
#include "sim/host/queue_loop.hpp"
#include "sim/host/queue_loops.hpp"

namespace vqlab::sim {
namespace {

// Of QEMU's iothread objects and, the mapping, of its devices.
struct Iothreads {
  IothreadVqMapping mapping{};
  std::string assigned = "queues";
  std::string fdmon = "epoll";
  Cost event_ns{100};
  std::int64_t poll_max_ns = 32768;
  std::uint32_t poll_grow = 0;
  std::uint32_t poll_shrink = 0;
  std::string polling_time = "loop";
  std::uint32_t poll_weight = 0;
  Cost poll_handler_ns{10};
  std::uint32_t aio_max_batch = 0;

  [[nodiscard]] bool polls() const { return poll_max_ns > 0; }
  [[nodiscard]] bool weighs() const { return polls() && polling_time == "weighted"; }

  friend bool operator==(const Iothreads&, const Iothreads&) = default;
};

constexpr std::int64_t kFirstPollNs = PollingOptions{}.first.count();

const ParamTable& params_of(const Iothreads*) {
  static const ParamTable table{
      "iothreads",
      "Server \"iothreads\", in QEMU's own words.",
      {
          iothread_vq_mapping("iothread-vq-mapping", &Iothreads::mapping,
                              "Which iothread serves which request queues; 0 is the first queue. Queues that are named "
                              "are those of each device. Without vqs all queues of all devices are assigned in turn. "
                              "[]: one iothread serves all queues."),
          choice("assigned", &Iothreads::assigned, {"queues", "devices"},
                 "What a mapping without vqs assigns in turn. devices: all queues of a device have one iothread, as "
                 "QEMU's property iothread of a device says.")
              .read_if<Iothreads>([](const Iothreads& one) { return one.mapping.size() > 1; },
                                  "iothreads.iothread-vq-mapping has several iothreads")
              .read_if<Iothreads>(
                  [](const Iothreads& one) { return one.mapping.empty() || one.mapping[0].vqs.empty(); },
                  "iothreads.iothread-vq-mapping names no vqs"),
          choice("fdmon", &Iothreads::fdmon, {"poll", "epoll", "io_uring"},
                 "How a loop waits for file descriptors. poll: each costs in each iteration, as in QEMU up to 2.4, and "
                 "later in its main loop up to 10.1. epoll: as poll with fewer than 64 descriptors; with more, those "
                 "that are ready cost. io_uring: those that are ready cost, and a loop that polls looks at queues that "
                 "have been kicked once, as since QEMU 10.2."),
          cost("event_ns", &Iothreads::event_ns, {50, 600}, ResourceId::kMainLoop,
               "Each ready descriptor of an iteration with epoll or io_uring.",
               "with io_uring it is asked for anew each time; guess")
              .read_if(ConditionId::kPaysForEvents),
          integer("poll-max-ns", &Iothreads::poll_max_ns, {0, 1e9}, "ns",
                  "Longest time that an event loop polls before it blocks. 0: it does not poll.",
                  "QEMU's default: 32768")
              .read_if(ConditionId::kIoeventfd),
          integer("poll-grow", &Iothreads::poll_grow, {0, 1000}, "",
                  "Factor by which the polling time grows if a longer poll would have found work. 0 means 2.")
              .read_if<Iothreads>([](const Iothreads& one) { return one.poll_max_ns > kFirstPollNs || one.weighs(); },
                                  "iothreads.poll-max-ns is above 4000, the first polling time")
              .read_if(ConditionId::kIoeventfd),
          integer("poll-shrink", &Iothreads::poll_shrink, {0, 1000}, "",
                  "Divisor by which the polling time shrinks if no poll would have found work. 0: it becomes 0, and "
                  "with polling-time \"weighted\" half.")
              .read_if<Iothreads>([](const Iothreads& one) { return one.polls(); }, "iothreads.poll-max-ns is above 0")
              .read_if(ConditionId::kIoeventfd),
          choice(
              "polling-time", &Iothreads::polling_time, {"loop", "handler", "weighted"},
              "What has a polling time that adapts. loop: each event loop, as in QEMU up to 9.2. handler: each queue, "
              "and the completions of the back end, and a loop polls for the longest, as since QEMU 10.0. weighted: "
              "each event loop, by an average for each handler (poll-weight).")
              .read_if<Iothreads>([](const Iothreads& one) { return one.polls(); }, "iothreads.poll-max-ns is above 0")
              .read_if(ConditionId::kIoeventfd),
          integer("poll-weight", &Iothreads::poll_weight, {0, 62}, "",
                  "The last wait for a handler counts as 1 / 2^poll-weight in its average. 0 means 3.",
                  "proposed for QEMU in 2026, with this default")
              .read_if<Iothreads>([](const Iothreads& one) { return one.weighs(); },
                                  "iothreads.polling-time is \"weighted\" and iothreads.poll-max-ns above 0")
              .read_if(ConditionId::kIoeventfd),
          cost(
              "poll_handler_ns", &Iothreads::poll_handler_ns, {4, 60}, ResourceId::kMainLoop,
              "One look of a loop that polls, at one ring: reading its index. A pass looks at all of the loop's queues "
              "and at two of its own, and what comes meanwhile is seen when the next one is over.",
              "QEMU commit 3aa221b3: one pass in each iteration over 3,200 queues made 10 of 60 thousand requests a "
              "second, so 26 ns for each queue and request, which takes two or three iterations")
              .read_if<Iothreads>([](const Iothreads& one) { return one.polls(); }, "iothreads.poll-max-ns is above 0")
              .read_if(ConditionId::kIoeventfd),
          integer("aio-max-batch", &Iothreads::aio_max_batch, {0, 65536}, "requests",
                  "Most requests that go to the back end in one call. 0 means 32.",
                  "QEMU's default: 0, which means 32"),
      }};
  return table;
}

const PartParamsRegistration<Iothreads> params;

// Of the process itself: its notifier, and that of aio.
constexpr std::uint32_t kDescriptorsOfLoop = 2;
constexpr std::uint32_t kDefaultBatch = 32;
// Requests of a drain that QEMU collects before it submits them (virtio-blk; it merges among them).
constexpr std::uint32_t kTakenAtOnce = 32;
// From so many descriptors on, epoll takes the place of ppoll.
constexpr std::uint32_t kEpollThreshold = 64;
constexpr std::uint32_t kDefaultWeight = 3;

std::uint32_t batch_of(const Iothreads& iothreads) {
  return iothreads.aio_max_batch == 0 ? kDefaultBatch : iothreads.aio_max_batch;
}

// What a device of the list says of its iothreads; empty: nothing.
IothreadVqMapping own_mapping(const PlacedController& one) {
  return one.values.iothread.empty() ? one.values.iothread_vq_mapping : IothreadVqMapping{{one.values.iothread, {}}};
}

// Of devices that name their iothreads: the names, each once. Empty: none does.
std::vector<std::string> named_iothreads(const std::vector<PlacedController>& controllers) {
  std::vector<std::string> names;
  for (const PlacedController& one : controllers)
    for (const IothreadVqs& thread : own_mapping(one))
      if (std::find(names.begin(), names.end(), thread.iothread) == names.end()) names.push_back(thread.iothread);
  return names;
}

std::size_t thread_count(const Testbed& testbed) {
  return std::max({std::size_t{1}, named_iothreads(placed_controllers(testbed)).size(),
                   testbed.parts.get<Iothreads>().mapping.size()});
}

// By queue of the machine, where devices name their iothreads.
std::vector<std::uint32_t> threads_named(const std::vector<PlacedController>& controllers,
                                         const std::vector<std::string>& names) {
  std::vector<std::uint32_t> threads;
  for (const PlacedController& one : controllers) {
    const IothreadVqMapping mapping = own_mapping(one);
    for (const std::uint32_t place : thread_of_queue(mapping, one.queues)) {
      // A device that names none is a fault, which is said elsewhere.
      const std::string& wanted = mapping.empty() ? names.front() : mapping[place].iothread;
      const auto name = std::find(names.begin(), names.end(), wanted);
      threads.push_back(static_cast<std::uint32_t>(name - names.begin()));
    }
  }
  return threads;
}

// By queue of the machine.
std::vector<std::uint32_t> threads_of(const Testbed& testbed) {
  const Iothreads& iothreads = testbed.parts.get<Iothreads>();
  const auto& mapping = iothreads.mapping;
  const std::vector<PlacedController> controllers = placed_controllers(testbed);
  if (const std::vector<std::string> names = named_iothreads(controllers); !names.empty())
    return threads_named(controllers, names);
  const bool deals_out = mapping.empty() || mapping.front().vqs.empty();
  if (deals_out && iothreads.assigned == "queues") return thread_of_queue(mapping, testbed.request_queues());
  const std::vector<std::uint32_t> of_device =
      deals_out ? thread_of_queue(mapping, testbed.controller_count()) : std::vector<std::uint32_t>{};
  std::vector<std::uint32_t> threads;
  for (std::size_t device = 0; device < controllers.size(); ++device) {
    const std::uint32_t queues = controllers[device].queues;
    if (deals_out)
      threads.insert(threads.end(), queues, of_device[device]);
    else
      for (const std::uint32_t thread : thread_of_queue(mapping, queues)) threads.push_back(thread);
  }
  return threads;
}

// Of each thread.
std::vector<std::uint32_t> descriptors_of(const Testbed& testbed) {
  std::vector<std::uint32_t> descriptors(thread_count(testbed), kDescriptorsOfLoop);
  if (testbed.controller.ioeventfd)
    for (const std::uint32_t thread : threads_of(testbed)) ++descriptors[thread];
  return descriptors;
}

bool pays_for_ready(const Iothreads& iothreads, std::uint32_t descriptors) {
  return iothreads.fdmon == "io_uring" || (iothreads.fdmon == "epoll" && descriptors >= kEpollThreshold);
}

bool some_loop_pays(const Testbed& testbed, bool for_ready) {
  const Iothreads& iothreads = testbed.parts.get<Iothreads>();
  if (iothreads.fdmon != "epoll") return for_ready == (iothreads.fdmon == "io_uring");
  const std::vector<std::uint32_t> descriptors = descriptors_of(testbed);
  return std::any_of(descriptors.begin(), descriptors.end(),
                     [&](std::uint32_t one) { return pays_for_ready(iothreads, one) == for_ready; });
}

// Without ioeventfd the loop is QEMU's main loop, which does not poll.
LoopPollingOptions polling_of(const Testbed& testbed) {
  const Iothreads& iothreads = testbed.parts.get<Iothreads>();
  return {.times = {.max = Duration{testbed.controller.ioeventfd ? iothreads.poll_max_ns : 0},
                    .grow = iothreads.poll_grow,
                    .shrink = iothreads.poll_shrink},
          .rule = iothreads.polling_time == "loop"      ? PollRule::kLoop
                  : iothreads.polling_time == "handler" ? PollRule::kHandler
                                                        : PollRule::kWeighted,
          .weight = iothreads.poll_weight == 0 ? kDefaultWeight : iothreads.poll_weight};
}

// A thread that polls takes requests without an iteration's look at its descriptors.
ServingLimit limit_of(const Testbed& testbed) {
  const Iothreads& iothreads = testbed.parts.get<Iothreads>();
  const std::vector<std::uint32_t> threads = threads_of(testbed);
  const std::set<std::uint32_t> with_queues(threads.begin(), threads.end());
  return {.threads = static_cast<std::uint32_t>(with_queues.size()),
          .takes = testbed.controller.ioeventfd,
          .batch = batch_of(iothreads),
          .iterations = iothreads.poll_max_ns == 0 ? 1.0 : 0.0};
}

std::unique_ptr<HostServer> make(const HostSetup& setup) {
  const Iothreads& iothreads = setup.testbed.parts.get<Iothreads>();
  const std::vector<std::uint32_t> descriptors = descriptors_of(setup.testbed);
  auto loops = std::make_unique<QueueLoops>();
  for (std::uint32_t thread = 0; thread < descriptors.size(); ++thread) {
    const std::string owner = "/" + std::to_string(thread);
    const QueueLoopOptions options{.number = thread,
                                   .stream = "host/iothread" + owner,
                                   .descriptors = descriptors[thread],
                                   .pays_for_ready = pays_for_ready(iothreads, descriptors[thread]),
                                   .event = iothreads.event_ns,
                                   .batch_interrupts = setup.testbed.host.batch_interrupts,
                                   .take_at_most = std::max(kTakenAtOnce, batch_of(iothreads)),
                                   .submit_at_most = batch_of(iothreads),
                                   .polling = polling_of(setup.testbed),
                                   .handler = iothreads.poll_handler_ns,
                                   .polls_active_only = iothreads.fdmon == "io_uring"};
    loops->add_thread(setup, options, [&](AioListener& listener) { return make_aio(setup, listener, owner); });
  }
  loops->assign(threads_of(setup.testbed));
  return loops;
}

const HostServerRegistration registered{
    "iothreads",
    {.help = "QEMU's iothreads, which do not hold the big lock: one for all "
             "queues, or as iothreads.iothread-vq-mapping says.",
     .thread = "iothread",
     .iothreads = true,
     .chooses_batches = true,
     .polls_descriptors = [](const Testbed& testbed) { return some_loop_pays(testbed, false); },
     .pays_for_events = [](const Testbed& testbed) { return some_loop_pays(testbed, true); },
     .limit = limit_of},
    make};

// The mapping of each device, its own or that of all.
bool maps_all_of_each(const Testbed& testbed) {
  return !of_some_controller(testbed, [](const Testbed& one) {
    const std::uint32_t queues = one.controller.queues(one.guest.vcpus);
    return !maps_all(one.parts.get<Iothreads>().mapping, queues) ||
           !maps_all(one.controller.iothread_vq_mapping, queues);
  });
}

const TestbedCheckRegistration check{
    {.params = {"iothreads.iothread-vq-mapping", "controller.num_queues", "controllers", "guest.vcpus", "host.server"},
     .rule = "a mapping that names every request queue of a device once, and no other queue",
     .holds = [](const Testbed& testbed) { return testbed.host.server != "iothreads" || maps_all_of_each(testbed); }}};

const TestbedCheckRegistration named{
    {.params = {"controllers", "iothreads.iothread-vq-mapping", "host.server"},
     .rule = "devices that all have an iothread or an iothread-vq-mapping, not both, or none of them, with server "
             "\"iothreads\" and without iothreads.iothread-vq-mapping",
     .holds = [](const Testbed& testbed) {
       std::size_t with_name = 0;
       if (testbed.controllers.empty()) return true;
       for (const PlacedController& one : placed_controllers(testbed)) {
         if (!one.values.iothread.empty() && !one.values.iothread_vq_mapping.empty()) return false;
         with_name += own_mapping(one).empty() ? 0 : 1;
       }
       if (with_name == 0) return true;
       return testbed.host.server == "iothreads" && with_name == testbed.controllers.size() &&
              testbed.parts.get<Iothreads>().mapping.empty();
     }}};

const TestbedCheckRegistration kicks{
    {.params = {"controller.ioeventfd", "host.server", "iothreads.iothread-vq-mapping"},
     .rule = "true, or server \"iothreads\" without iothread-vq-mapping: QEMU's main loop since 2.9; iothreads and "
             "vhost need ioeventfds",
     .holds = [](const Testbed& testbed) {
       return testbed.controller.ioeventfd ||
              (testbed.host.server == "iothreads" && testbed.parts.get<Iothreads>().mapping.empty() &&
               named_iothreads(placed_controllers(testbed)).empty());
     }}};

const TestbedCheckRegistration each_serves{
    {.params = {"iothreads.iothread-vq-mapping", "iothreads.assigned", "controllers", "controller.devices",
                "controller.num_queues", "guest.vcpus", "host.server"},
     .rule = "no iothread that has nothing to serve: at most one for each request queue, or for each device if "
             "iothreads.assigned is \"devices\"",
     .holds = [](const Testbed& testbed) {
       if (testbed.host.server != "iothreads" || thread_count(testbed) <= 1 || !maps_all_of_each(testbed)) return true;
       const std::vector<std::uint32_t> threads = threads_of(testbed);
       return std::set<std::uint32_t>(threads.begin(), threads.end()).size() >= thread_count(testbed);
     }}};

}  // namespace
}  // namespace vqlab::sim
