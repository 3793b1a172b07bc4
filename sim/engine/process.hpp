// Processes and the calls that they make, as C++20 coroutines.
//
// A Process is a top-level activity (a vCPU's interrupt context, a fio job, a worker thread); it begins when the
// calendar first runs it and belongs to its ProcessGroup. A Task<T> is a call that may wait: it begins at once, like
// any call, and `co_await` takes its result. Since a call that does not wait is over when it returns, a million such
// calls in a loop need no stack, whatever the compiler makes of symmetric transfer.
#pragma once

#include <coroutine>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include "models/base/contract.hpp"
#include "sim/engine/calendar.hpp"
#include "sim/engine/frame_pool.hpp"

namespace vqlab::sim {

namespace detail {

struct PooledFrame {
  static void* operator new(std::size_t bytes) { return FramePool::instance().take(bytes); }
  static void operator delete(void* frame, std::size_t bytes) noexcept {
    FramePool::instance().give_back(frame, bytes);
  }
  // The simulation throws nothing, so a plug-in did.
  [[noreturn]] static void unhandled_exception() noexcept { thrown_by_plug_in(); }
};

}  // namespace detail

class [[nodiscard]] Process {
 public:
  struct promise_type : detail::PooledFrame {
    Step step;
    Process get_return_object() noexcept { return Process(std::coroutine_handle<promise_type>::from_promise(*this)); }
    static std::suspend_always initial_suspend() noexcept { return {}; }
    static std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
  };

 private:
  friend class ProcessGroup;
  explicit Process(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

// Awaitable, at once: where the frame of the coroutine that asks lies.
struct OwnFrame {
  const void* address = nullptr;
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> process) noexcept {
    address = process.address();
    return false;
  }
  [[nodiscard]] const void* await_resume() const noexcept { return address; }
};

// Owns processes, finished or not. Destroy it before what its processes refer to.
class ProcessGroup {
 public:
  explicit ProcessGroup(Calendar& calendar) : calendar_(calendar) {}
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;
  ~ProcessGroup() {
    for (const auto process : processes_) process.destroy();
  }

  // The process begins at the current time.
  void start(Process process) {
    processes_.push_back(process.handle_);
    Step& step = process.handle_.promise().step;
    step.process = process.handle_;
    calendar_.make_ready(step);
  }

 private:
  Calendar& calendar_;
  std::vector<std::coroutine_handle<Process::promise_type>> processes_;
};

template <class T = void>
class Task;

namespace detail {

struct TaskPromiseBase : PooledFrame {
  std::coroutine_handle<> caller;

  struct BackToCaller {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> call) noexcept {
      // No caller waits yet if the call ran through without suspending.
      const std::coroutine_handle<> waiting = call.promise().caller;
      return waiting ? waiting : std::noop_coroutine();
    }
    void await_resume() const noexcept {}
  };
  static std::suspend_never initial_suspend() noexcept { return {}; }
  static BackToCaller final_suspend() noexcept { return {}; }
};

template <class T>
struct TaskPromise : TaskPromiseBase {
  T value{};
  Task<T> get_return_object() noexcept;
  void return_value(T result) noexcept { value = std::move(result); }
};

template <>
struct TaskPromise<void> : TaskPromiseBase {
  Task<void> get_return_object() noexcept;
  void return_void() noexcept {}
};

}  // namespace detail

template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::TaskPromise<T>;

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  [[nodiscard]] bool await_ready() const noexcept { return handle_.done(); }
  void await_suspend(std::coroutine_handle<> caller) noexcept { handle_.promise().caller = caller; }
  T await_resume() noexcept {
    if constexpr (!std::is_void_v<T>) return std::move(handle_.promise().value);
  }

 private:
  friend promise_type;
  explicit Task(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

template <class T>
Task<T> detail::TaskPromise<T>::get_return_object() noexcept {
  return Task<T>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

inline Task<void> detail::TaskPromise<void>::get_return_object() noexcept {
  return Task<void>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

}  // namespace vqlab::sim
