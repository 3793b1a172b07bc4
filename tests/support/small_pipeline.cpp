#include "tests/support/small_pipeline.hpp"

#include <deque>
#include <time.h>

#include "sim/engine/process.hpp"
#include "sim/engine/simgrid_world.hpp"
#include "sim/engine/sync.hpp"
#include "tests/support/mutex.hpp"

namespace vqlab::test {
namespace {

class Coroutines {
 public:
  Coroutines(sim::Calendar& calendar, const SmallPipeline& pipeline)
      : calendar_(calendar),
        seed_(pipeline.seed),
        costs_(pipeline.shape),
        queue_lock_(calendar),
        main_loop_work_(calendar),
        worker_work_(calendar),
        requests_(pipeline.jobs()),
        processes_(calendar) {
    for (std::uint32_t vcpu = 0; vcpu < pipeline.vcpus; ++vcpu) {
      vcpus_.emplace_back(calendar);
      processes_.start(interrupts(vcpu));
    }
    processes_.start(main_loop());
    for (std::uint32_t worker = 0; worker < pipeline.workers; ++worker) processes_.start(work(worker));
    for (std::uint32_t job = 0; job < pipeline.jobs(); ++job) {
      requests_[job].job = job;
      requests_[job].vcpu = job % pipeline.vcpus;
      done_.emplace_back(calendar);
    }
    for (SmallRequest& request : requests_) processes_.start(submit(request));
  }

  [[nodiscard]] std::uint64_t ios() const noexcept { return ios_; }

 private:
  struct Vcpu {
    explicit Vcpu(sim::Calendar& calendar) : mutex(calendar), raised(calendar) {}
    Mutex mutex;
    Semaphore raised;
    Fifo<SmallRequest> completed;
  };

  sim::Process submit(SmallRequest& request) {
    RandomStream random(seed_, "job/" + std::to_string(request.job));
    Vcpu& vcpu = vcpus_[request.vcpu];
    while (true) {
      co_await vcpu.mutex.acquire();
      co_await calendar_.sleep(costs_.submit.sample(random));
      co_await queue_lock_.acquire();
      co_await calendar_.sleep(costs_.add.sample(random));
      queue_lock_.release();
      co_await calendar_.sleep(costs_.kick.sample(random));
      vcpu.mutex.release();
      to_main_loop_.push_back(request);
      main_loop_work_.post();
      co_await done_[request.job].acquire();
      ++ios_;
    }
  }

  sim::Process main_loop() {
    RandomStream random(seed_, "main_loop");
    while (true) {
      co_await main_loop_work_.acquire();
      SmallRequest& request = *to_main_loop_.pop_front();
      if (!request.served) {
        co_await calendar_.sleep(costs_.pop.sample(random));
        to_workers_.push_back(request);
        worker_work_.post();
      } else {
        co_await calendar_.sleep(costs_.complete.sample(random));
        request.served = false;
        Vcpu& vcpu = vcpus_[request.vcpu];
        vcpu.completed.push_back(request);
        vcpu.raised.post();
      }
    }
  }

  sim::Process work(std::uint32_t worker) {
    RandomStream random(seed_, "worker/" + std::to_string(worker));
    while (true) {
      co_await worker_work_.acquire();
      SmallRequest& request = *to_workers_.pop_front();
      co_await calendar_.sleep(costs_.wake.sample(random));
      co_await calendar_.sleep(costs_.copy.sample(random));
      request.served = true;
      to_main_loop_.push_back(request);
      main_loop_work_.post();
    }
  }

  sim::Process interrupts(std::uint32_t index) {
    RandomStream random(seed_, "interrupts/" + std::to_string(index));
    Vcpu& vcpu = vcpus_[index];
    while (true) {
      co_await vcpu.raised.acquire();
      SmallRequest& request = *vcpu.completed.pop_front();
      co_await vcpu.mutex.acquire();
      co_await queue_lock_.acquire();
      co_await calendar_.sleep(costs_.interrupt.sample(random));
      queue_lock_.release();
      vcpu.mutex.release();
      done_[request.job].post();
    }
  }

  sim::Calendar& calendar_;
  std::uint64_t seed_;
  SmallCosts costs_;
  std::deque<Vcpu> vcpus_;
  Mutex queue_lock_;
  Fifo<SmallRequest> to_main_loop_;
  Semaphore main_loop_work_;
  Fifo<SmallRequest> to_workers_;
  Semaphore worker_work_;
  std::vector<SmallRequest> requests_;
  std::deque<Semaphore> done_;  // by job
  std::uint64_t ios_ = 0;
  sim::ProcessGroup processes_;
};

}  // namespace

SmallPipelineRun run_as_coroutines(const SmallPipeline& pipeline) {
  sim::SimGridWorld world({{"host", 1, 1e9, 0}});
  Coroutines coroutines(world.calendar(), pipeline);
  SmallPipelineRun run;
  world.add_actor("run control", "host", sim::SimGridWorld::Kind::kActor, [&](sim::CoarseActor& actor) {
    actor.sleep(pipeline.warm_up);
    const std::uint64_t ios = coroutines.ios();
    const double cpu_s = cpu_seconds();
    actor.sleep(pipeline.length);
    run = {coroutines.ios() - ios, cpu_seconds() - cpu_s};
  });
  world.run();
  return run;
}

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace vqlab::test
