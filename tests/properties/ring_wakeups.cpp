// No wake-up is lost: driver and device sleep until they are told, and still everything completes, wherever one of them
// is interrupted by the other, even between two accesses to the ring.
#include <condition_variable>
#include <functional>
#include <gtest/gtest.h>
#include <mutex>
#include <optional>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <thread>
#include <tuple>
#include <vector>

#include "tests/support/ring_fixture.hpp"

namespace vqlab {
namespace {

// Calls a hook before each access, in which the other side may run.
struct HookedAccess {
  std::function<void()>* hook = nullptr;

  void touch() {
    if (hook != nullptr && *hook) (*hook)();
  }
  template <class T>
  T load(const T& word) {
    touch();
    return word;
  }
  template <class T>
  void store(T& word, T value) {
    touch();
    word = value;
  }
  void full_barrier() { touch(); }
  void read_barrier() {}
  void write_barrier() {}
};

using test::Kind;

enum class Sleeper : std::uint8_t { kQemu, kVringh };  // how the device asks for notifications

using Setting = std::tuple<bool, Kind, Sleeper>;  // event index, ring, device

// Lets one of two threads run at a time, and the other one when it is told to.
class Baton {
 public:
  // The caller waits until somebody passes the baton to it.
  void wait(int side) {
    std::unique_lock lock(mutex_);
    passed_.wait(lock, [&] { return holder_ == side; });
  }
  void pass(int side) {
    {
      const std::lock_guard lock(mutex_);
      holder_ = side;
    }
    passed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable passed_;
  int holder_ = 0;
};

// Both sides as state machines whose steps are single calls.
template <class Format>
class RingSides {
 public:
  RingSides(const Setting& setting, std::uint32_t start)
      : sleeper_(std::get<2>(setting)),
        size_(std::get<1>(setting) == Kind::kPacked ? 5 : 4),
        ring_(test::options(size_, true, std::get<0>(setting), std::get<1>(setting)), 64, HookedAccess{&driver_hook_},
              HookedAccess{&device_hook_}) {
    ring_.fast_forward(start);
    if (start != 0) (void)ring_.driver.enable_cb();
  }

  // Steps of one side at a time; during a step the other side may do whole steps of its own, before any access.
  // `preempt` says at each access how many.
  void run(int requests, const std::function<bool()>& driver_next, const std::function<int()>& preempt) {
    to_submit_ = requests;
    const auto nest = [&](void (RingSides::*other)()) {
      if (nested_) return;  // the accesses of an excursion do not call back: a call is never entered twice
      nested_ = true;
      for (int n = preempt(); n > 0; --n) (this->*other)();
      nested_ = false;
    };
    driver_hook_ = [&] { nest(&RingSides::step_device); };
    device_hook_ = [&] { nest(&RingSides::step_driver); };
    for (int steps = 0; driver_can_step() || device_can_step(); ++steps) {
      RC_ASSERT(steps < 10000);  // a dozen calls for each request are enough
      if (driver_next())
        driver_can_step() ? step_driver() : step_device();
      else
        device_can_step() ? step_device() : step_driver();
    }
    check_end(requests);
  }

  // Both sides in the middle of a call at once: before any access of either, `other_next` says whether the other one
  // goes on from where it was.
  void run_interleaved(int requests, const std::function<bool()>& other_next) {
    to_submit_ = requests;
    Baton baton;
    bool ended = false;  // both sleep, whether they should or not
    const auto change = [&](int side) {
      baton.pass(1 - side);
      baton.wait(side);
    };
    driver_hook_ = [&] {
      if (!ended && other_next()) change(0);
    };
    device_hook_ = [&] {
      if (!ended && other_next()) change(1);
    };
    const auto can_step = [&](int side) { return side == 0 ? driver_can_step() : device_can_step(); };
    bool inside[2] = {false, false};  // a call
    const auto run_side = [&](int side) {
      baton.wait(side);
      for (int steps = 0; !ended && steps < 10000; ++steps) {
        if (can_step(side)) {
          inside[side] = true;
          side == 0 ? step_driver() : step_device();
          inside[side] = false;
        } else if (can_step(1 - side) || inside[1 - side]) {
          change(side);
        } else {
          ended = true;
        }
      }
      ended = true;
      baton.pass(1 - side);
    };
    std::thread device([&] { run_side(1); });
    run_side(0);
    device.join();
    check_end(requests);
  }

 private:
  void check_end(int requests) {
    driver_hook_ = nullptr;
    device_hook_ = nullptr;
    RC_ASSERT(to_submit_ == 0);
    RC_ASSERT(completed_ == requests);
    RC_ASSERT(ring_.driver.num_free() == size_);
  }

  enum class Driver : std::uint8_t { kSubmit, kFull, kKick, kDisable, kGet, kEnable };
  enum class Device : std::uint8_t { kAsleep, kPop, kArm, kComplete, kSignal, kRearm };

  bool driver_can_step() const {
    switch (driver_) {
      case Driver::kSubmit: return to_submit_ > 0 || interrupt_;
      case Driver::kFull: return interrupt_;
      default: return true;
    }
  }
  bool device_can_step() const { return device_ != Device::kAsleep || notified_; }

  void step_driver() {
    if (!driver_can_step()) return;
    if (interrupt_ && (driver_ == Driver::kSubmit || driver_ == Driver::kFull)) {
      interrupt_ = false;
      driver_ = Driver::kDisable;
    }
    switch (driver_) {
      case Driver::kSubmit: {
        const AddResult result = ring_.add(1, 1, static_cast<Token>(to_submit_), test::AddApi::kPiecewise);
        if (result.ok()) --to_submit_;
        driver_ = result.ok() ? Driver::kKick : Driver::kFull;
        break;
      }
      case Driver::kFull: break;
      case Driver::kKick:
        if (ring_.driver.kick_prepare()) notified_ = true;
        driver_ = Driver::kSubmit;
        break;
      case Driver::kDisable:
        ring_.driver.disable_cb();
        driver_ = Driver::kGet;
        break;
      case Driver::kGet:
        if (ring_.driver.get_buf())
          ++completed_;
        else
          driver_ = Driver::kEnable;
        break;
      case Driver::kEnable: driver_ = ring_.driver.enable_cb() ? Driver::kSubmit : Driver::kDisable; break;
    }
  }

  void step_device() {
    if (!device_can_step()) return;
    switch (device_) {
      case Device::kAsleep:
        notified_ = false;
        if (sleeper_ == Sleeper::kVringh) ring_.device.suppress_notifications();
        device_ = Device::kPop;
        break;
      case Device::kPop:
        if (ring_.device.pop(ring_.chain)) {
          taken_.push_back(ring_.chain.head());
          device_ = sleeper_ == Sleeper::kQemu ? Device::kArm : Device::kPop;
        } else if (!taken_.empty()) {
          device_ = Device::kComplete;
        } else {
          device_ = sleeper_ == Sleeper::kQemu ? Device::kAsleep : Device::kRearm;
        }
        break;
      case Device::kArm:
        ring_.device.arm_notifications();
        device_ = Device::kPop;
        break;
      case Device::kComplete:
        ring_.device.push(taken_.back(), 0);
        taken_.pop_back();
        device_ = Device::kSignal;
        break;
      case Device::kSignal:
        if (ring_.device.should_interrupt()) interrupt_ = true;
        device_ = Device::kPop;
        break;
      case Device::kRearm: device_ = ring_.device.enable_notifications() ? Device::kAsleep : Device::kPop; break;
    }
  }

  Sleeper sleeper_;
  std::uint16_t size_;
  std::function<void()> driver_hook_;  // before an access of the driver's
  std::function<void()> device_hook_;
  bool nested_ = false;
  test::Ring<HookedAccess, Format> ring_;
  Driver driver_ = Driver::kSubmit;
  Device device_ = Device::kAsleep;
  bool notified_ = false;
  bool interrupt_ = false;
  int to_submit_ = 0;
  int completed_ = 0;
  std::vector<std::uint16_t> taken_;
};

class RingWakeups : public ::testing::TestWithParam<Setting> {};

TEST_P(RingWakeups, NoneIsLostUnderAnyInterleaving) {
  const bool ok = rc::check("everything completes", [] {
    const auto start = *rc::gen::weightedElement<std::uint32_t>({{24, 0U}, {1, 65533U}});
    const auto script = *rc::gen::container<std::vector<std::uint8_t>>(40, rc::gen::arbitrary<std::uint8_t>());
    const auto requests = *rc::gen::inRange(1, 12);
    std::size_t at = 0;
    const auto draw = [&] { return script[at++ % script.size()]; };
    test::with_format(std::get<1>(GetParam()), [&](auto format) {
      RingSides<decltype(format)> sides(GetParam(), start);
      sides.run(
          requests, [&] { return draw() % 2 == 0; }, [&] { return draw() % 4 == 0 ? 1 + draw() % 3 : 0; });
    });
  });
  EXPECT_TRUE(ok);
}

// Calls of both sides may be under way at once.
TEST_P(RingWakeups, NoneIsLostWithBothInTheMiddleOfACall) {
  const bool ok = rc::check("everything completes", [] {
    const auto script = *rc::gen::container<std::vector<std::uint8_t>>(40, rc::gen::arbitrary<std::uint8_t>());
    const auto requests = *rc::gen::inRange(1, 8);
    std::size_t at = 0;
    test::with_format(std::get<1>(GetParam()), [&](auto format) {
      RingSides<decltype(format)> sides(GetParam(), 0);
      sides.run_interleaved(requests, [&] { return script[at++ % script.size()] % 3 == 0; });
    });
  });
  EXPECT_TRUE(ok);
}

// Every place for one excursion to the other side, of every length up to six steps.
TEST_P(RingWakeups, SlowNoneIsLostWithOneExcursionAnywhere) {
  test::with_format(std::get<1>(GetParam()), [](auto format) {
    for (const bool driver_first : {false, true}) {
      for (int length = 1; length <= 6; ++length) {
        for (int place = 0; place < 400; ++place) {
          RingSides<decltype(format)> sides(GetParam(), 0);
          int access = 0;
          bool taken = false;
          sides.run(
              5, [&] { return driver_first; },
              [&] {
                if (access++ != place) return 0;
                taken = true;
                return length;
              });
          if (!taken) break;
        }
      }
    }
  });
}

std::string name(const ::testing::TestParamInfo<Setting>& info) {
  const auto [event_idx, kind, sleeper] = info.param;
  return test::name(kind) + std::string(event_idx ? "EventIdx" : "Flags") +
         (sleeper == Sleeper::kQemu ? "Qemu" : "Vringh");
}

INSTANTIATE_TEST_SUITE_P(All, RingWakeups,
                         ::testing::Combine(::testing::Bool(),
                                            ::testing::Values(Kind::kSplit36, Kind::kSplit61, Kind::kPacked),
                                            ::testing::Values(Sleeper::kQemu, Sleeper::kVringh)),
                         name);

}  // namespace
}  // namespace vqlab
