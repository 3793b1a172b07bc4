// Threads that share the request queues among them.
#pragma once

#include <deque>
#include <vector>

#include "sim/host/queue_loop.hpp"

namespace vqlab::sim {

class QueueLoops final : public HostServer {
 public:
  // Arguments as QueueLoop's.
  void add_thread(const HostSetup& setup, const QueueLoopOptions& options, const QueueLoop::MakeAio& make_aio) {
    loops_.emplace_back(setup, options, make_aio);
  }
  // Gives each queue to a thread. Precondition: each number is that of a thread that was added.
  void assign(const std::vector<std::uint32_t>& thread_of_line) {
    for (LineIndex line = 0; line < thread_of_line.size(); ++line) {
      QueueLoop& loop = loops_[thread_of_line[line]];
      loop.add(line);
      by_line_.push_back(&loop);
    }
  }

  [[nodiscard]] std::vector<Duration> busy_times() const override {
    std::vector<Duration> times;
    for (const QueueLoop& loop : loops_) times.push_back(loop.busy_time());
    return times;
  }
  [[nodiscard]] Duration workers_busy_time() const override {
    Duration busy{0};
    for (const QueueLoop& loop : loops_) busy += loop.aio().busy_time();
    return busy;
  }
  [[nodiscard]] std::uint32_t workers_max() const override {
    std::uint32_t threads = 0;
    for (const QueueLoop& loop : loops_) threads += loop.aio().threads_max();
    return threads;
  }

 private:
  bool kicked(LineIndex queue) override { return by_line_[queue]->kicked(queue); }
  void added(LineIndex queue) override { by_line_[queue]->added(queue); }

  std::deque<QueueLoop> loops_;
  std::vector<QueueLoop*> by_line_;
};

}  // namespace vqlab::sim
