// QEMU's iothreads: one event loop that serves all queues, or several with the queues mapped to them.
#include <algorithm>
#include <set>

#include "models/base/iothread_vq_mapping.hpp"
#include "models/testbed/testbed_check.hpp"
#include "sim/host/queue_loop.hpp"
#include "sim/host/queue_loops.hpp"

namespace vqlab::sim {
namespace {

// Of QEMU's iothread objects and, the mapping, of its devices.
struct Iothreads {
  IothreadVqMapping mapping{};
  std::int64_t poll_max_ns = 32768;
  std::uint32_t poll_grow = 0;
  std::uint32_t poll_shrink = 0;
  std::uint32_t aio_max_batch = 0;

  friend bool operator==(const Iothreads&, const Iothreads&) = default;
};

constexpr std::int64_t kFirstPollNs = PollingOptions{}.first.count();

const ParamTable& params_of(const Iothreads*) {
  static const ParamTable table{
      "iothreads",
      "Server \"iothreads\", in QEMU's own words.",
      {
          iothread_vq_mapping(
              "iothread-vq-mapping", &Iothreads::mapping,
              "Which iothread serves which request queues; 0 is the first queue. It holds for each device. Without vqs "
              "the queues are assigned in turn. []: one iothread serves all queues."),
          integer("poll-max-ns", &Iothreads::poll_max_ns, {0, 1e9}, "ns",
                  "Longest time that an event loop polls before it blocks. 0: it does not poll.",
                  "QEMU's default: 32768"),
          integer("poll-grow", &Iothreads::poll_grow, {0, 1000}, "",
                  "Factor by which the polling time grows if a longer poll would have found work. 0 means 2.")
              .read_if<Iothreads>([](const Iothreads& iothreads) { return iothreads.poll_max_ns > kFirstPollNs; },
                                  "iothreads.poll-max-ns is above 4000, the first polling time"),
          integer("poll-shrink", &Iothreads::poll_shrink, {0, 1000}, "",
                  "Divisor by which the polling time shrinks if no poll would have found work. 0: it becomes 0.")
              .read_if<Iothreads>([](const Iothreads& iothreads) { return iothreads.poll_max_ns > 0; },
                                  "iothreads.poll-max-ns is above 0"),
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

std::uint32_t batch_of(const Iothreads& iothreads) {
  return iothreads.aio_max_batch == 0 ? kDefaultBatch : iothreads.aio_max_batch;
}

// A thread that polls takes requests without an iteration's look at its descriptors.
ServingLimit limit_of(const Testbed& testbed) {
  const Iothreads& iothreads = testbed.parts.get<Iothreads>();
  const std::uint32_t queues = testbed.controller.queues(testbed.guest.vcpus);
  const std::vector<std::uint32_t> threads = thread_of_queue(iothreads.mapping, queues);
  const std::set<std::uint32_t> with_queues(threads.begin(), threads.end());
  return {.threads = static_cast<std::uint32_t>(with_queues.size()),
          .batch = batch_of(iothreads),
          .iterations = iothreads.poll_max_ns == 0 ? 1.0 : 0.0};
}

std::unique_ptr<HostServer> make(const HostSetup& setup) {
  const Iothreads& iothreads = setup.testbed.parts.get<Iothreads>();
  const std::uint32_t queues = setup.testbed.controller.queues(setup.testbed.guest.vcpus);
  const auto lines = static_cast<std::uint32_t>(setup.machine.rings.size());
  const std::vector<std::uint32_t> threads = thread_of_queue(iothreads.mapping, queues);
  std::vector<std::uint32_t> thread_of_line(lines);
  std::vector<std::uint32_t> descriptors(std::max<std::size_t>(1, iothreads.mapping.size()), kDescriptorsOfLoop);
  for (LineIndex line = 0; line < lines; ++line) {
    thread_of_line[line] = threads[line % queues];
    ++descriptors[thread_of_line[line]];
  }
  auto loops = std::make_unique<QueueLoops>();
  for (std::uint32_t thread = 0; thread < descriptors.size(); ++thread) {
    const std::string owner = "/" + std::to_string(thread);
    const QueueLoopOptions options{
        .stream = "host/iothread" + owner,
        .descriptors = descriptors[thread],
        .batch_interrupts = setup.testbed.host.batch_interrupts,
        .submit_at_most = batch_of(iothreads),
        .polling = {
            .max = Duration{iothreads.poll_max_ns}, .grow = iothreads.poll_grow, .shrink = iothreads.poll_shrink}};
    loops->add_thread(setup, options, [&](AioListener& listener) { return make_aio(setup, listener, owner); });
  }
  loops->assign(thread_of_line);
  return loops;
}

const HostServerRegistration registered{"iothreads",
                                        {.help = "QEMU's iothreads, which do not hold the big lock: one for all "
                                                 "queues, or as iothreads.iothread-vq-mapping says.",
                                         .thread = "iothread",
                                         .chooses_batches = true,
                                         .polls_descriptors = true,
                                         .limit = limit_of},
                                        make};

const TestbedCheckRegistration check{
    {.params = {"iothreads.iothread-vq-mapping", "controller.num_queues", "guest.vcpus", "host.server"},
     .rule = "a mapping that names every request queue of a device once, and no other queue",
     .holds = [](const Testbed& testbed) {
       const std::uint32_t queues = testbed.controller.queues(testbed.guest.vcpus);
       return testbed.host.server != "iothreads" || maps_all(testbed.parts.get<Iothreads>().mapping, queues);
     }}};

}  // namespace
}  // namespace vqlab::sim
