// What a virtqueue is, without the ring: buffers are taken in the order in which they were added, and come back in the
// order in which they were handed back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "models/virtqueue/ring_options.hpp"

namespace vqlab::test {

class ReferenceQueue {
 public:
  explicit ReferenceQueue(std::uint32_t size) : free_(size) {}

  void add(Token token, std::uint32_t descriptors) {
    free_ -= descriptors;
    descriptors_[token] = descriptors;
    available_.push_back(token);
  }
  std::optional<Token> pop() { return move_front(available_, taken_); }
  // Hands back any of those taken.
  std::optional<Token> push(std::size_t which) {
    if (!taken_.empty()) std::swap(taken_.front(), taken_[which % taken_.size()]);
    return move_front(taken_, used_);
  }
  std::optional<Token> get() {
    std::deque<Token> gone;
    const auto token = move_front(used_, gone);
    if (!token) return token;
    free_ += descriptors_.at(*token);
    descriptors_.erase(*token);
    return token;
  }

  [[nodiscard]] std::uint32_t free() const { return free_; }
  [[nodiscard]] std::size_t in_flight() const { return descriptors_.size(); }
  [[nodiscard]] std::size_t taken() const { return taken_.size(); }
  [[nodiscard]] bool available() const { return !available_.empty(); }

 private:
  static std::optional<Token> move_front(std::deque<Token>& from, std::deque<Token>& to) {
    if (from.empty()) return std::nullopt;
    to.push_back(from.front());
    from.pop_front();
    return to.back();
  }

  std::uint32_t free_;
  std::map<Token, std::uint32_t> descriptors_;
  std::deque<Token> available_, taken_, used_;
};

}  // namespace vqlab::test
