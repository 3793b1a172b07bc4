// The small pipeline as S4U actors: what a SimGrid user would write.
#include "sim/engine/simgrid_api.hpp"
#include "tests/support/small_pipeline.hpp"

namespace vqlab::test {
namespace {

namespace api = simgrid_api;
namespace s4u = simgrid::s4u;

void sleep(Duration time) { s4u::this_actor::sleep_for(seconds(time)); }

class Actors {
 public:
  Actors(s4u::Host* host, const SmallPipeline& pipeline)
      : seed_(pipeline.seed), costs_(pipeline.shape), vcpus_(pipeline.vcpus), requests_(pipeline.jobs()) {
    const auto start = [host](const std::string& name, const std::function<void()>& body) {
      api::add_actor(*host, name, body)->daemonize();
    };
    for (std::uint32_t vcpu = 0; vcpu < pipeline.vcpus; ++vcpu)
      start("interrupts/" + std::to_string(vcpu), [this, vcpu] { interrupts(vcpu); });
    start("main_loop", [this] { main_loop(); });
    for (std::uint32_t worker = 0; worker < pipeline.workers; ++worker)
      start("worker/" + std::to_string(worker), [this, worker] { work(worker); });
    for (std::uint32_t job = 0; job < pipeline.jobs(); ++job) {
      requests_[job].job = job;
      requests_[job].vcpu = job % pipeline.vcpus;
      done_.push_back(s4u::Semaphore::create(0));
    }
    for (SmallRequest& request : requests_)
      start("job/" + std::to_string(request.job), [this, &request] { submit(request); });
  }

  [[nodiscard]] std::uint64_t ios() const noexcept { return ios_; }

 private:
  struct Vcpu {
    s4u::MutexPtr mutex = s4u::Mutex::create();
    s4u::SemaphorePtr raised = s4u::Semaphore::create(0);
    Fifo<SmallRequest> completed;
  };

  void submit(SmallRequest& request) {
    RandomStream random(seed_, "job/" + std::to_string(request.job));
    Vcpu& vcpu = vcpus_[request.vcpu];
    while (true) {
      vcpu.mutex->lock();
      sleep(costs_.submit.sample(random));
      queue_lock_->lock();
      sleep(costs_.add.sample(random));
      queue_lock_->unlock();
      sleep(costs_.kick.sample(random));
      vcpu.mutex->unlock();
      to_main_loop_.push_back(request);
      main_loop_work_->release();
      done_[request.job]->acquire();
      ++ios_;
    }
  }

  void main_loop() {
    RandomStream random(seed_, "main_loop");
    while (true) {
      main_loop_work_->acquire();
      SmallRequest& request = *to_main_loop_.pop_front();
      if (!request.served) {
        sleep(costs_.pop.sample(random));
        to_workers_.push_back(request);
        worker_work_->release();
      } else {
        sleep(costs_.complete.sample(random));
        request.served = false;
        Vcpu& vcpu = vcpus_[request.vcpu];
        vcpu.completed.push_back(request);
        vcpu.raised->release();
      }
    }
  }

  void work(std::uint32_t worker) {
    RandomStream random(seed_, "worker/" + std::to_string(worker));
    while (true) {
      worker_work_->acquire();
      SmallRequest& request = *to_workers_.pop_front();
      sleep(costs_.wake.sample(random));
      sleep(costs_.copy.sample(random));
      request.served = true;
      to_main_loop_.push_back(request);
      main_loop_work_->release();
    }
  }

  void interrupts(std::uint32_t index) {
    RandomStream random(seed_, "interrupts/" + std::to_string(index));
    Vcpu& vcpu = vcpus_[index];
    while (true) {
      vcpu.raised->acquire();
      SmallRequest& request = *vcpu.completed.pop_front();
      vcpu.mutex->lock();
      queue_lock_->lock();
      sleep(costs_.interrupt.sample(random));
      queue_lock_->unlock();
      vcpu.mutex->unlock();
      done_[request.job]->release();
    }
  }

  std::uint64_t seed_;
  SmallCosts costs_;
  std::vector<Vcpu> vcpus_;
  s4u::MutexPtr queue_lock_ = s4u::Mutex::create();
  Fifo<SmallRequest> to_main_loop_;
  s4u::SemaphorePtr main_loop_work_ = s4u::Semaphore::create(0);
  Fifo<SmallRequest> to_workers_;
  s4u::SemaphorePtr worker_work_ = s4u::Semaphore::create(0);
  std::vector<SmallRequest> requests_;
  std::vector<s4u::SemaphorePtr> done_;  // by job
  std::uint64_t ios_ = 0;
};

}  // namespace

SmallPipelineRun run_as_actors(const SmallPipeline& pipeline) {
  int count = 3;
  char program[] = "small_pipeline";
  std::string precision = api::kPrecisionOfTime;
  char log[] = "--log=root.threshold:error";
  char* arguments[] = {program, precision.data(), log, nullptr};
  s4u::Engine engine(&count, arguments);
  auto* zone = api::add_zone(engine, "zone");
  auto* host = api::add_host(*zone, "host", 1e9)->seal();
  zone->seal();
  // Never destroyed: actors may wait for its mutexes when the run ends, and SimGrid 4 destroys no such mutex.
  static const Actors* const kept = new Actors(host, pipeline);
  const Actors& actors = *kept;
  SmallPipelineRun run;
  api::add_actor(*host, "run control", [&] {
    sleep(pipeline.warm_up);
    const std::uint64_t ios = actors.ios();
    const double cpu_s = cpu_seconds();
    sleep(pipeline.length);
    run = {actors.ios() - ios, cpu_seconds() - cpu_s};
  });
  engine.run();
  return run;
}

}  // namespace vqlab::test
