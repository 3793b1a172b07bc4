#include "sim/host/thread_pool.hpp"

namespace vqlab::sim {
namespace {

const AioRegistration registered{
    "threads",
    {.help = "A thread pool: each request is a job for a worker, which sleeps while a device works.",
     .in_mean_steps = true,
     .thread_pool = true},
    [](const HostSetup& setup, AioListener& listener, const std::string& owner) -> std::unique_ptr<Aio> {
      return std::make_unique<ThreadPool>(setup, listener, owner);
    }};

}  // namespace
}  // namespace vqlab::sim
