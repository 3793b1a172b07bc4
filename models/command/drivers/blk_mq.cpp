// The later driver, on blk-mq: a command's queue is that of the submitting vCPU, nothing is kept of a target, and the
// doorbell is rung once for a batch.
#include "models/command/driver_version.hpp"

namespace vqlab {
namespace {

const DriverRegistration registered{
    "blk_mq",
    {.help = "The driver on blk-mq: each vCPU's queue, tags, batches, interrupts bound to the queue's vCPU.",
     .source = "Linux 5.4 to 6.1",
     .promise = OrderPromise::kNone,
     .buffer_api = BufferApi::kAddSgs,
     .policy = "per_vcpu",
     .most_queues = 0,
     .host_lock = false,
     .tags = true,
     .managed_interrupts = true,
     .batches = true}};

}  // namespace
}  // namespace vqlab
