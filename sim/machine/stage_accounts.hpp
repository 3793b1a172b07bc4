// When each request passed from one stage to the next, and what all of them together have spent in each.
//
// Guest and host tell of a request by its tag. What they tell is kept twice: request by request, which is added up when
// the request is over, and as sums over all passings, which give the number of requests in each stage at any time.
// Little's law says that the two agree.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/base/ensure.hpp"
#include "models/base/units.hpp"
#include "sim/metrics/stage.hpp"

namespace vqlab::sim {

// Sums in ns.
struct StageSums {
  std::array<std::uint64_t, kStages> latency{};  // of requests that are over
  std::array<std::uint64_t, kStages> service{};  // of the same requests
  std::array<std::uint64_t, kStages> area{};     // integral of the number of requests in the stage
};

class StageAccounts {
 public:
  explicit StageAccounts(std::uint32_t tags) : requests_(tags) {}

  // The request's first stage begins. Precondition: the tag's request before is over.
  void begin(std::uint64_t tag, Instant now) noexcept {
    Request& request = requests_[tag];
    request.passed[0] = ns(now);
    request.service = {};
    request.ended = 0;
    ++passings_[0].count;
    passings_[0].sum += ns(now);
  }

  // What the stage takes for this request on a machine that is otherwise idle; a stage may have several parts.
  void serve(std::uint64_t tag, Stage stage, Duration work) noexcept {
    requests_[tag].service[index(stage)] += static_cast<std::uint64_t>(work.count());
  }

  // The stage ends, and with it all before it that had not: whoever takes the request further may be faster than
  // who has brought it there. Nothing if it was over.
  void end(std::uint64_t tag, Stage stage, Instant now) noexcept {
    Request& request = requests_[tag];
    while (request.ended <= index(stage)) pass(request, now);
  }
  // The same if the request is in that stage, else nothing.
  void end_if_in(std::uint64_t tag, Stage stage, Instant now) noexcept {
    Request& request = requests_[tag];
    if (request.ended == index(stage)) pass(request, now);
  }

  // The request is back in an earlier stage, as if it had never left it.
  void reopen(std::uint64_t tag, Stage stage) noexcept;

  // Its process has the request back: its last stage ends, and it is over. Returns its latency.
  Duration over(std::uint64_t tag, Instant now) noexcept;

  // Since the beginning; wrap around at 2^64.
  [[nodiscard]] StageSums sums(Instant now) const noexcept;

  // Little's law in each stage, to the nanosecond: the integral of the number of requests there is what requests have
  // spent there, those included that are on their way. Ensures it.
  void check(Instant now) const;

 private:
  static constexpr std::uint32_t kOver = kStages;

  // Of the tag's last request.
  struct alignas(256) Request {
    std::array<std::uint64_t, kStages + 1> passed{};  // when each stage began; the last one's end
    std::array<std::uint64_t, kStages> service{};
    std::uint32_t ended = kOver;  // stages that are over
  };
  // From one stage to the next, by all requests.
  struct Passings {
    std::uint64_t count = 0;
    std::uint64_t sum = 0;  // of their instants
  };

  [[nodiscard]] static std::size_t index(Stage stage) noexcept { return static_cast<std::size_t>(stage); }
  [[nodiscard]] static std::uint64_t ns(Instant now) noexcept {
    return static_cast<std::uint64_t>(now.time_since_epoch().count());
  }
  void pass(Request& request, Instant now) noexcept {
    const std::uint32_t next = ++request.ended;
    request.passed[next] = ns(now);
    ++passings_[next].count;
    passings_[next].sum += ns(now);
  }

  std::vector<Request> requests_;  // by tag
  std::array<Passings, kStages + 1> passings_{};
  std::array<std::uint64_t, kStages + 1> passed_{};  // sums over requests that are over
  std::array<std::uint64_t, kStages> service_{};
};

}  // namespace vqlab::sim
