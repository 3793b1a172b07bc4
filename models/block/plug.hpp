// The requests that a process holds back while it submits, so that its next I/Os may become part of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/block/merging.hpp"

namespace vqlab {

// As a version of Linux has them.
struct PlugRules {
  // An io_submit or io_uring_enter holds back from so many I/Os on. A split I/O is held back in any case.
  std::uint32_t least_ios;
  // The plug is flushed before a request goes into it if it holds so many requests: of the same disk, or with
  // `newest_alone` of all disks, of which several may have twice as many.
  std::uint32_t most_requests;
  std::uint32_t flush_bytes;  // or if its newest request has so many bytes; 0: however large it is
  bool newest_alone;          // an I/O is compared with the newest request of its disk; else with all of them
  bool sorts;                 // requests are tried for merging in the order of their addresses
};

template <class Request>
class Plug {
 public:
  // `merges`: false with guest.nomerges of 2.
  Plug(const PlugRules& rules, const RequestLimits& limits, bool merges)
      : rules_(rules), limits_(limits), merges_(merges) {}

  [[nodiscard]] bool empty() const noexcept { return requests_.empty(); }

  // The request that the I/O becomes part of.
  [[nodiscard]] Merge<Request> merge_for(const Request& io) noexcept {
    if (!merges_) return {};
    for (auto one = requests_.rbegin(); one != requests_.rend(); ++one) {
      Request& request = **one;
      const bool same = request.disk() == io.disk();
      if (same) {
        if (const Merge<Request> merge = try_merge(limits_, request, io)) return merge;
        if (rules_.newest_alone) return {};
      }
    }
    return {};
  }

  // Whether it is to be flushed before this request goes into it.
  [[nodiscard]] bool is_full_for(const Request& request) const noexcept {
    if (requests_.empty()) return false;
    const Request& newest = *requests_.back();
    if (rules_.flush_bytes > 0 && merges_ && newest.length_bytes >= rules_.flush_bytes) return true;
    if (rules_.newest_alone) return requests_.size() >= rules_.most_requests * (several_disks_ ? 2 : 1);
    const auto of_disk = std::count_if(requests_.begin(), requests_.end(),
                                       [&request](const Request* one) { return one->disk() == request.disk(); });
    return of_disk >= std::ptrdiff_t{rules_.most_requests};
  }

  void add(Request& request) {
    if (!requests_.empty() && requests_.back()->disk() != request.disk()) several_disks_ = true;
    requests_.push_back(&request);
  }

  // All of them, in the order in which they came. The plug is empty then.
  [[nodiscard]] std::vector<Request*>& flush() noexcept {
    flushed_.swap(requests_);
    requests_.clear();
    several_disks_ = false;
    return flushed_;
  }

 private:
  PlugRules rules_;
  RequestLimits limits_;
  bool merges_;
  bool several_disks_ = false;
  std::vector<Request*> requests_;  // the newest last
  std::vector<Request*> flushed_;
};

}  // namespace vqlab
