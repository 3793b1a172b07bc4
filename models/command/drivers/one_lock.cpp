// The driver before its locking was split: one lock for table, ring and doorbell.
#include "models/command/driver_version.hpp"

namespace vqlab {
namespace {

const DriverRegistration registered{
    "one_lock",
    {.help = "The driver of mid-2012: one request queue, and one lock held from the scatterlist to the doorbell.",
     .source = "Linux 3.4 and 3.5",
     .promise = OrderPromise::kPerTarget,
     .buffer_api = BufferApi::kAddBuf,
     .policy = "single_queue",
     .most_queues = 1,
     .host_lock = true,
     .single_lock = true,
     .tags = false,
     .managed_interrupts = false,
     .batches = false}};

}  // namespace
}  // namespace vqlab
