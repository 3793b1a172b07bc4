// One vCPU or two, their interrupt contexts played by the test, to the nanosecond.
#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "sim/guest/vcpu.hpp"
#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

using sim::Command;
using sim::Count;
using sim::Task;
using sim::Vcpu;

// Waking takes 38 us and 2 us of the vCPU's own; an interrupt 4, sending an IPI 3, receiving one 5, a switch 1.
constexpr Duration kWoken = 38us + 2us;

Testbed vcpu_testbed() {
  Testbed testbed;
  testbed.targets = 2;
  testbed.guest.vcpus = 2;
  testbed.hardware.threads_per_core = 1;
  testbed.controller.num_queues = 2;
  GuestCosts& costs = testbed.guest_costs;
  const auto constant = [](double ns) { return Cost{ns, Shape::kConstant}; };
  costs.halt_latency_ns = constant(38000);
  costs.halt_cpu_ns = constant(2000);
  costs.interrupt_ns = constant(4000);
  costs.ipi_send_ns = constant(3000);
  costs.ipi_receive_ns = constant(5000);
  costs.wake_process_ns = constant(2000);
  costs.context_switch_ns = constant(1000);
  costs.cold_switch_ns = constant(8000);
  testbed.host_costs.cstate_ns = constant(0);
  testbed.host_costs.wake_thread_ns = constant(0);
  return testbed;
}

// A process that the test moves.
struct Runner final : sim::UserProcess {
  Vcpu* completed(Command&, Vcpu&) override { return nullptr; }
  [[nodiscard]] bool next_wakes(const sim::Command&) const noexcept override { return false; }
  Vcpu& place(Vcpu&) override { return *on; }
  void wake() override { on->start_process(*this); }
  void go_on() override { picked.signal(on->cpu()); }
  void moved(Vcpu& vcpu) override { on = &vcpu; }
  void push(Vcpu&) override {}

  Vcpu* on = nullptr;
  sim::CpuEvent picked{Vcpu::kProcess};
};

struct VcpuTest : testing::Test, sim::InterruptHandlers {
  using Log = std::vector<std::pair<std::string, Duration>>;

  explicit VcpuTest(Testbed its = vcpu_testbed()) : testbed(std::move(its)) {}

  Task<> handle_interrupt(Vcpu& on, sim::LineIndex queue) override {
    note("interrupt " + std::to_string(queue));
    if (raise_in_handler) on.raise_softirq(to_complete[0]);
    co_await on.spend(handler_work);
  }
  CompletionLocks completion_locks(const Command&) const override { return {nullptr, nullptr}; }
  Duration draw_completion(Vcpu&, const Command&) override { return handler_work; }
  Completion complete(Vcpu&, Command&) override {
    note("softirq");
    return {owed_by_softirq, others_wait};
  }
  Task<> hand_over(Vcpu& on, const Command&) override {
    others_wait = false;
    co_await on.spend(1us);
    note("handed over");
  }
  void note(std::string what) { log.emplace_back(std::move(what), rig.calendar.now().time_since_epoch()); }
  void run_to(Duration time) { rig.calendar.run_until(Instant{time}); }

  // A process that works in steps of 10 us.
  sim::Process work(Vcpu& on, Runner& process, int steps, const char* name) {
    process.on = &on;
    process.wake();
    co_await process.picked.wait();
    co_await on.spend(on.switch_to(process));
    for (int i = 0; i < steps; ++i) {
      co_await on.spend(10us);
      note(name);
    }
    on.stop_process();
  }
  sim::Process complete_elsewhere(Vcpu& from, Vcpu& to, Runner& process, std::size_t commands) {
    process.on = &from;
    process.wake();
    co_await process.picked.wait();
    co_await from.spend(from.switch_to(process));
    for (std::size_t i = 0; i < commands; ++i) co_await from.spend(from.send_completion(to, to_complete[i]));
    note("sent");
    from.stop_process();
  }

  Testbed testbed;
  MachineRig rig{testbed};
  GuestSteps<CostSampler> guest_steps{testbed};
  Vcpu cpu{VcpuId(0), rig.machine, *this, guest_steps, testbed, 1};
  Vcpu other{VcpuId(1), rig.machine, *this, guest_steps, testbed, 1};
  Runner a;
  Runner b;
  std::vector<Command> to_complete = std::vector<Command>(4);
  Duration handler_work{0};
  Duration owed_by_softirq{0};
  bool others_wait = false;
  bool raise_in_handler = false;
  Log log;
  sim::ProcessGroup processes{rig.calendar};
};

TEST_F(VcpuTest, AHaltedOneWakesForAnInterrupt) {
  cpu.raise_interrupt(1);
  run_to(1ms);
  EXPECT_EQ(log, (Log{{"interrupt 1", kWoken + 4us}}));
  EXPECT_EQ(cpu.busy_time(), 2us + 4us);  // the wait for the host's scheduler is not its own
  EXPECT_EQ(other.busy_time(), 0ns);
  EXPECT_EQ(rig.total(Count::kExits), 2u);  // the interrupt's completion and the halt
}

TEST_F(VcpuTest, APendingInterruptIsOneInterrupt) {
  cpu.raise_interrupt(1);
  cpu.raise_interrupt(0);
  cpu.raise_interrupt(1);
  run_to(1ms);
  EXPECT_EQ(log, (Log{{"interrupt 1", kWoken + 4us}, {"interrupt 0", kWoken + 8us}}));
}

TEST_F(VcpuTest, AnInterruptDuringItsHandlerIsAnother) {
  handler_work = 10us;
  cpu.raise_interrupt(0);
  run_to(kWoken + 5us);  // in the handler
  cpu.raise_interrupt(0);
  run_to(1ms);
  EXPECT_EQ(log, (Log{{"interrupt 0", kWoken + 4us}, {"interrupt 0", kWoken + 14us + 4us}}));
}

TEST_F(VcpuTest, HardInterruptsGoBeforeIpisBeforeSoftirqsBeforeProcesses) {
  processes.start(work(cpu, a, 2, "process"));
  run_to(kWoken + 1us + 5us);  // switched to; in its first step
  cpu.raise_interrupt(0);
  (void)other.send_completion(cpu, to_complete[1]);
  cpu.raise_softirq(to_complete[0]);
  run_to(1ms);
  // At once: 4 us of interrupt, 5 us of IPI, which adds its command to the softirq's list, both softirqs, then the
  // other half of the step.
  const Duration now = kWoken + 1us + 5us;
  EXPECT_EQ(log, (Log{{"interrupt 0", now + 4us},
                      {"softirq", now + 9us},
                      {"softirq", now + 9us},
                      {"process", now + 9us + 5us},
                      {"process", now + 9us + 15us}}));
  EXPECT_EQ(rig.total(Count::kDeliveries), 1u);
}

TEST_F(VcpuTest, AnIpiIsPaidByItsSenderAndItsReceiver) {
  processes.start(complete_elsewhere(cpu, other, a, 1));
  run_to(1ms);
  const Duration begun = kWoken + 1us;
  EXPECT_EQ(log, (Log{{"sent", begun + 3us}, {"softirq", begun + kWoken + 5us}}));
  EXPECT_EQ(other.busy_time(), 2us + 5us);
  // IPI sent, IPI completed, two halts.
  EXPECT_EQ(rig.total(Count::kExits), 4u);
}

TEST_F(VcpuTest, ItDoesNotHaltBetweenAnInterruptAndItsSoftirq) {
  raise_in_handler = true;
  cpu.raise_interrupt(0);
  run_to(1ms);
  EXPECT_EQ(log, (Log{{"interrupt 0", kWoken + 4us}, {"softirq", kWoken + 4us}}));
  EXPECT_EQ(rig.total(Count::kExits), 2u);  // one halt, not two
}

TEST_F(VcpuTest, TheSoftirqPaysWhatItOwes) {
  handler_work = 10us;
  owed_by_softirq = 3us;
  cpu.raise_softirq(to_complete[0]);
  cpu.raise_softirq(to_complete[1]);
  run_to(1ms);
  // With the next command, and after the last one.
  EXPECT_EQ(log, (Log{{"softirq", kWoken + 10us}, {"softirq", kWoken + 23us}}));
  EXPECT_EQ(cpu.busy_time(), 2us + 26us);
}

TEST_F(VcpuTest, TheSoftirqHandsOverWhatWaitedForIt) {
  others_wait = true;
  cpu.raise_softirq(to_complete[0]);
  cpu.raise_softirq(to_complete[1]);
  run_to(1ms);
  EXPECT_EQ(log, (Log{{"softirq", kWoken}, {"handed over", kWoken + 1us}, {"softirq", kWoken + 1us}}));
}

TEST_F(VcpuTest, AnIpiOnItsWayServesForMore) {
  processes.start(complete_elsewhere(cpu, other, a, 3));
  run_to(1ms);
  const Duration begun = kWoken + 1us;
  EXPECT_EQ(log, (Log{{"sent", begun + 3us},  // once, not three times
                      {"softirq", begun + kWoken + 5us},
                      {"softirq", begun + kWoken + 5us},
                      {"softirq", begun + kWoken + 5us}}));
}

TEST_F(VcpuTest, OnlyAnotherProcessIsSwitchedTo) {
  processes.start(work(cpu, a, 1, "a"));
  run_to(1ms);
  processes.start(work(cpu, a, 1, "a again"));
  run_to(2ms);
  processes.start(work(cpu, b, 1, "b"));
  run_to(3ms);
  EXPECT_EQ(log, (Log{{"a", kWoken + 11us}, {"a again", 1ms + kWoken + 10us}, {"b", 2ms + kWoken + 11us}}));
}

TEST_F(VcpuTest, AColdSwitchCostsMore) {
  testbed.guest_costs.cold_jobs_per_vcpu = 0.5 * testbed.processes() / testbed.guest.vcpus;
  guest_steps = GuestSteps<CostSampler>(testbed);
  processes.start(work(cpu, a, 1, "a"));
  run_to(1ms);
  EXPECT_EQ(log, (Log{{"a", kWoken + 1us + 4us + 10us}}));  // half of 8 us
}

TEST_F(VcpuTest, ProcessesOfOneVcpuTakeTurns) {
  processes.start(work(cpu, a, 2, "a"));
  processes.start(work(cpu, b, 1, "b"));
  run_to(1ms);
  // `a` keeps the vCPU until it sleeps.
  EXPECT_EQ(log, (Log{{"a", kWoken + 11us}, {"a", kWoken + 21us}, {"b", kWoken + 21us + 11us}}));
}

TEST_F(VcpuTest, AnIpiToAHaltedVcpuWakesItsThread) {
  rig.machine.wake_thread = CostSampler(Cost{2000, Shape::kConstant});
  processes.start(complete_elsewhere(cpu, other, a, 1));
  run_to(1ms);
  EXPECT_EQ(log.front(), (std::pair<std::string, Duration>{"sent", kWoken + 1us + 3us + 2us}));
}

TEST_F(VcpuTest, AnIpiToARunningVcpuDoesNot) {
  rig.machine.wake_thread = CostSampler(Cost{2000, Shape::kConstant});
  processes.start(work(other, b, 100, "b"));
  processes.start(complete_elsewhere(cpu, other, a, 1));
  run_to(kWoken + 5us);
  EXPECT_EQ(log, (Log{{"sent", kWoken + 1us + 3us}}));
}

// KVM polls for a halted vCPU: at first for 10 us, twice as long after each wait that it would have bridged, and not at
// all after one that it would not at its longest, here 30 us.
struct PolledVcpuTest : VcpuTest {
  PolledVcpuTest() : VcpuTest(polled_testbed()) {}

  static Testbed polled_testbed() {
    Testbed testbed = vcpu_testbed();
    testbed.host.halt_poll_ns = 30000;
    return testbed;
  }

  static constexpr Duration kPolled = 2us + 4us;  // the vCPU's own part of waking, and the interrupt
  static constexpr Duration kBlocked = kWoken + 4us;

  // The vCPU having been halted for `wait`, an interrupt: how long until it is handled.
  Duration interrupt_after(Duration wait) {
    const Duration raised = halted + wait;
    run_to(raised);
    cpu.raise_interrupt(0);
    const std::size_t handled = log.size();
    run_to(raised + kPolled);
    if (log.size() == handled) run_to(raised + kBlocked);
    halted = log.back().second;
    return halted - raised;
  }
  Duration halted{0};
};

TEST_F(PolledVcpuTest, AWakeUpInTimeIsTheVcpusOwnShareAlone) {
  EXPECT_EQ(interrupt_after(20us), kBlocked);  // for nothing yet; now for 10 us
  EXPECT_EQ(interrupt_after(10us), kPolled);
  EXPECT_EQ(interrupt_after(11us), kBlocked);  // for 20 us
  EXPECT_EQ(interrupt_after(20us), kPolled);
  EXPECT_EQ(interrupt_after(25us), kBlocked);  // for 30 us
  EXPECT_EQ(interrupt_after(30us), kPolled);
  EXPECT_EQ(interrupt_after(31us), kBlocked);  // for nothing
  EXPECT_EQ(interrupt_after(9us), kBlocked);
}

TEST_F(PolledVcpuTest, AnIpiToAPolledVcpuWakesNoThread) {
  rig.machine.wake_thread = CostSampler(Cost{2000, Shape::kConstant});
  processes.start(work(other, b, 3, "b"));  // until 31 us after kWoken
  processes.start(complete_elsewhere(other, cpu, a, 1));
  interrupt_after(20us);
  run_to(1ms);
  const Duration begun = kWoken + 31us + 1us;
  ASSERT_GT(begun, halted);
  ASSERT_LT(begun, halted + 10us);
  EXPECT_NE(std::ranges::find(log, std::pair<std::string, Duration>{"sent", begun + 3us}), log.end());
}

TEST_F(PolledVcpuTest, ItIsBlockedOnceThePollingIsOver) {
  interrupt_after(20us);
  EXPECT_TRUE(cpu.halted());
  EXPECT_FALSE(cpu.blocked());
  run_to(halted + 10us);
  EXPECT_FALSE(cpu.blocked());
  run_to(halted + 11us);
  EXPECT_TRUE(cpu.blocked());
}

}  // namespace
}  // namespace vqlab::test
