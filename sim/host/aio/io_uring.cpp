#include <algorithm>

#include "models/testbed/testbed_check.hpp"
#include "sim/host/direct_io.hpp"

namespace vqlab::sim {
namespace {

struct IoUring {
  Cost enter_ns{400};
  Cost submit_ns{1200};
  Cost cached_page_ns{150};

  friend bool operator==(const IoUring&, const IoUring&) = default;
};

const ParamTable& params_of(const IoUring*) {
  static const ParamTable table{
      "io_uring",
      "aio \"io_uring\": Linux's io_uring, on a file that may be in the host's page cache.",
      {
          cost("enter_ns", &IoUring::enter_ns, {80, 4000}, ResourceId::kMainLoop,
               "One call of io_uring_enter(2), which submits all that stands in the ring, without its requests.",
               "a system call of the host, as native.submit_call_ns, less the look-up of each control block; guess"),
          cost("submit_ns", &IoUring::submit_ns, {200, 5000}, ResourceId::kMainLoop,
               "Each request of an io_uring_enter(2): the host's block layer and its driver.",
               "native.submit_ns less what io_uring saves: one core of 2019 made 1.2 M I/Os a second with it and 0.6 M "
               "with Linux AIO, both by interrupt, submission and completion together (Axboe, Efficient IO with "
               "io_uring); from memory"),
          cost("cached_page_ns", &IoUring::cached_page_ns, {50, 700}, ResourceId::kMainLoop,
               "Page-cache look-up of one page, in the thread that submits.", "as host_costs.worker_page_ns")
              .read_if(ConditionId::kCopiesInSubmitter),
      }};
  return table;
}

const PartParamsRegistration<IoUring> params;

const AioRegistration registered{
    "io_uring",
    {.help = "io_uring: as native, at a lower cost for each request. What is in the host's page cache is copied by the "
             "thread that serves the queue, while it submits.",
     .buffered = true,
     .hand_over =
         [](const Testbed& testbed) {
           const IoUring& ring = testbed.parts.get<IoUring>();
           return HandOver{ring.submit_ns.mean_ns, ring.enter_ns.mean_ns};
         }},
    [](const HostSetup& setup, AioListener& listener, const std::string& owner) -> std::unique_ptr<Aio> {
      const IoUring& ring = setup.testbed.parts.get<IoUring>();
      return std::make_unique<DirectIo>(
          setup, listener, DirectIoCosts{ring.enter_ns, ring.submit_ns, ring.cached_page_ns}, "host/io_uring" + owner);
    }};

const TestbedCheckRegistration check{
    {.params = {"host.aio", "disks"},
     .rule =
         "disks with cache \"none\" or \"directsync\" with aio \"io_uring\": a page cache before a device is modelled "
         "for \"threads\" alone, and one without a device by the back end \"page_cache\"",
     .holds = [](const Testbed& testbed) {
       return testbed.host.aio != "io_uring" ||
              std::none_of(testbed.disks.begin(), testbed.disks.end(),
                           [](const DiskGroup& group) { return group.in_page_cache(); });
     }}};

const TestbedCheckRegistration check_kicks{
    {.params = {"host.aio", "host.backend", "controller.ioeventfd"},
     .rule = "an ioeventfd that is true if aio \"io_uring\" copies: copies of a vCPU's own thread are not modelled",
     .holds = [](const Testbed& testbed) {
       const BackendEntry* const backend = Registry<BackendEntry>::instance().find(testbed.host.backend);
       return testbed.host.aio != "io_uring" || testbed.controller.ioeventfd || backend == nullptr ||
              backend->work(kPageBytes).copy_bytes == 0;
     }}};

}  // namespace
}  // namespace vqlab::sim
