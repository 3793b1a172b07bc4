// The driver before the series: one request queue. Each command is copied into its target's scatterlist, under the
// target's lock.
#include "models/command/driver_version.hpp"

namespace vqlab {
namespace {

const DriverRegistration registered{
    "before",
    {.help = "The driver before the series of December 2012: one request queue, add_buf.",
     .source = "Linux 3.6",
     .promise = OrderPromise::kPerTarget,
     .buffer_api = BufferApi::kAddBuf,
     .policy = "single_queue",
     .most_queues = 1,
     .host_lock = true,
     .tags = false,
     .managed_interrupts = false,
     .batches = false}};

}  // namespace
}  // namespace vqlab
