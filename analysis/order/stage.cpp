#include "analysis/order/stage.hpp"

namespace vqlab::order {
namespace {

constexpr std::uint32_t kAnHourPasses = 1;

}  // namespace

void Stage::begin() {
  words.begin();
  made_policies_ = 0;
  made_locks_ = 0;
  for (Lock& lock : locks_) lock = Lock{};
  irq_off.assign(irq_off.size(), 0);
  hours_ = 0;
}

std::uint32_t Stage::make_lock() {
  if (made_locks_ == locks_.size()) locks_.emplace_back();
  return made_locks_++;
}

void Stage::acquire(std::uint32_t lock, VcpuId vcpu) {
  Lock& acquired = locks_[lock];
  (void)processes.await({.object = lock, .writes = true, .gate = {.word = &acquired.held, .set = false}});
  acquired.held = 1;
  acquired.holder = processes.running();
  ++irq_off[vcpu.index()];
  processes.touch(cpu_object(vcpu), true);
  words.acquire(acquired.released);
  processes.learn(acquired.protects);
  note([&] { return "takes " + lock_name(lock); });
}

void Stage::release(std::uint32_t lock, VcpuId vcpu) {
  Lock& released = locks_[lock];
  released.held = 0;
  --irq_off[vcpu.index()];
  processes.touch(lock, true);
  processes.touch(cpu_object(vcpu), true);
  words.release(released.released);
  if (!processes.retracing()) released.protects = protected_state(lock);
  note([&] { return "releases " + lock_name(lock); });
}

std::uint32_t Stage::hours() {
  if (processes.inside()) {
    hours_ += processes.await({.object = clock_object_, .writes = true, .others = &kAnHourPasses});
    processes.touch(clock_object_, true);  // whichever it was
    processes.learn(hours_);
    note([&] { return "looks at the clock: hour " + std::to_string(hours_); });
  }
  return hours_;
}

Stage::Knowledge Stage::knowledge() const {
  Knowledge known{.contents = words.contents(), .histories = {}, .protects = {}};
  for (ProcessId process = 0; process < processes.count(); ++process)
    known.histories[process] = processes.history(process);
  ensure(locks_.size() <= known.protects.size(), "bounds keep the number of locks small");
  for (std::size_t lock = 0; lock < locks_.size(); ++lock) known.protects[lock] = locks_[lock].protects;
  return known;
}

void Stage::restore(const Knowledge& known) {
  words.restore(known.contents);
  for (ProcessId process = 0; process < processes.count(); ++process)
    processes.restore(process, known.histories[process]);
  for (std::size_t lock = 0; lock < locks_.size(); ++lock) locks_[lock].protects = known.protects[lock];
}

Digest Stage::state() const {
  Digest digest;
  for (const Lock& lock : locks_) {
    digest.absorb(lock.held);
    digest.absorb(lock.protects);
  }
  digest.absorb(hours_);
  return digest;
}

}  // namespace vqlab::order
