// The wheel against the plain tree: the same runs, step by step.
#include <deque>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <tuple>
#include <vector>

#include "sim/engine/process.hpp"
#include "sim/engine/sync.hpp"
#include "tests/support/mutex.hpp"
#include "tests/support/step_orders.hpp"
#include "tests/support/timer.hpp"

namespace vqlab::sim {
namespace {

// Processes that do at random all that a calendar can be asked for.
class Crowd {
 public:
  using Trace = std::vector<std::tuple<std::int64_t, std::uint32_t, std::uint32_t>>;  // time, process, step

  Crowd(StepOrder* order, std::uint64_t seed, std::uint32_t steps)
      : calendar_(order), mutex_(calendar_), semaphore_(calendar_), steps_(steps), group_(calendar_) {
    for (std::uint32_t name = 0; name < kProcesses; ++name) {
      timers_.emplace_back(calendar_);
      group_.start(act(name, RandomStream(seed, "process/" + std::to_string(name))));
    }
  }

  // Runs in pieces of random length, with processes added between them, as SimGrid's actors do.
  const Trace& run(std::uint64_t seed) {
    RandomStream random(seed, "horizons");
    Instant horizon{};
    for (std::uint32_t piece = 0; piece < 100; ++piece) {
      horizon += draw_delay(random);
      run_up_to(horizon);
      group_.start(visit(kProcesses + 1 + piece, draw_delay(random)));
    }
    run_up_to(horizon + 10s);
    return trace_;
  }
  [[nodiscard]] std::uint32_t ended() const noexcept { return ended_; }
  // Runs everything, whatever the order is.
  void run_all() { run_up_to(Instant{3600s}); }

  static constexpr std::uint32_t kProcesses = 40;

 private:
  // Ties, slots, words of the bitmap, the span and what lies beyond.
  static Duration draw_delay(RandomStream& random) {
    static constexpr std::uint32_t kBounds[] = {1, 4, 40, 2000, 60000, 400000};
    const std::uint32_t kind = below(8, random.next32());
    if (kind == 6) return TimingWheel::kSpan + Duration{static_cast<int>(below(40, random.next32())) - 20};
    if (kind == 7) return 1us;
    return Duration{below(kBounds[kind], random.next32())};
  }

  // Steps may interrupt.
  void run_up_to(Instant horizon) {
    while (calendar_.run_until(horizon) != horizon) note(kProcesses, 0);
  }

  void note(std::uint32_t name, std::uint32_t step) {
    trace_.emplace_back(calendar_.now().time_since_epoch().count(), name, step);
  }

  Process visit(std::uint32_t name, Duration delay) {
    note(name, 0);
    co_await calendar_.sleep(delay);
    note(name, 1);
  }

  Process act(std::uint32_t name, RandomStream random) {
    for (std::uint32_t step = 0; step < steps_; ++step) {
      note(name, step);
      switch (below(8, random.next32())) {
        case 0:
          co_await mutex_.acquire();
          co_await calendar_.sleep(draw_delay(random));
          mutex_.release();
          break;
        case 1: semaphore_.post(); break;
        case 2: (void)semaphore_.try_acquire(); break;
        case 3: {
          // Brings another one's timer forward, or puts it off.
          test::Timer& other = timers_[below(kProcesses, random.next32())];
          if (other.waited_for()) other.set(draw_delay(random));
          break;
        }
        case 4:
          if (below(50, random.next32()) == 0) calendar_.interrupt();
          break;
        case 5: {
          const Duration delay = draw_delay(random);
          const test::Timer::Wait wait = timers_[name].wait();
          timers_[name].set(delay);
          co_await wait;
          break;
        }
        default: co_await calendar_.sleep(draw_delay(random));
      }
    }
    ++ended_;
  }

  Calendar calendar_;
  test::Mutex mutex_;
  test::Semaphore semaphore_;
  std::uint32_t steps_;
  std::deque<test::Timer> timers_;
  Trace trace_;
  std::uint32_t ended_ = 0;
  ProcessGroup group_;
};

TEST(StepOrders, WheelAndTreeRunIdentically) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    test::TreeOrder tree;
    Crowd by_wheel(nullptr, seed, 300);
    Crowd by_tree(&tree, seed, 300);
    const Crowd::Trace& trace = by_wheel.run(seed);
    EXPECT_EQ(trace, by_tree.run(seed)) << seed;
    EXPECT_EQ(by_wheel.ended(), Crowd::kProcesses) << seed;
    EXPECT_GT(trace.size(), 300 * Crowd::kProcesses) << seed;
  }
}

TEST(StepOrders, AnyOrderAtAllRunsToTheEnd) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    test::AnyOrder any(RandomStream(seed, "any"));
    Crowd crowd(&any, seed, 100);
    crowd.run_all();
    EXPECT_EQ(crowd.ended(), Crowd::kProcesses) << seed;
  }
}

}  // namespace
}  // namespace vqlab::sim
