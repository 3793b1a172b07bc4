// Threads that share the request queues among them.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "models/base/contract.hpp"
#include "sim/host/queue_loop.hpp"

namespace vqlab::sim {

class QueueLoops final : public HostServer {
 public:
  // Arguments as QueueLoop's.
  void add_thread(const HostSetup& setup, const QueueLoopOptions& options, const QueueLoop::MakeAio& make_aio) {
    loops_.emplace_back(setup, options, make_aio);
  }
  // Gives each queue of the machine to one of the threads that were added; else the process ends, for it is a server
  // that has chosen (models/base/contract.hpp).
  void assign(const std::vector<std::uint32_t>& thread_of_line) {
    const std::size_t lines = loops_.empty() ? 0 : loops_.front().lines();
    if (thread_of_line.empty() || thread_of_line.size() != lines)
      contract_broken("a server of this host", "it serves " + std::to_string(thread_of_line.size()) + " queues of " +
                                                   std::to_string(lines) + "; it serves each");
    for (const std::uint32_t thread : thread_of_line)
      if (thread >= loops_.size())
        contract_broken("a server of this host", "it gives a queue to thread " + std::to_string(thread) + " of " +
                                                     std::to_string(loops_.size()));
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
  [[nodiscard]] std::vector<ServingThreadCounters> threads() const override {
    std::vector<ServingThreadCounters> threads;
    for (const QueueLoop& loop : loops_) threads.push_back(loop.counters());
    return threads;
  }
  [[nodiscard]] std::vector<const Aio*> aios() const override {
    std::vector<const Aio*> aios;
    for (const QueueLoop& loop : loops_) aios.push_back(&loop.aio());
    return aios;
  }

 private:
  bool kicked(LineIndex queue) override { return by_line_[queue]->kicked(queue); }
  void added(LineIndex queue) override { by_line_[queue]->added(queue); }
  ServedKick begin_kick(LineIndex queue) override { return by_line_[queue]->begin_kick(queue); }
  bool end_kick(LineIndex queue, const ServedKick& served) override { return by_line_[queue]->end_kick(queue, served); }

  std::deque<QueueLoop> loops_;
  std::vector<QueueLoop*> by_line_;
};

}  // namespace vqlab::sim
