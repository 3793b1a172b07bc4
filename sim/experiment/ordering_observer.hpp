// Watches the order in which the device takes commands, from outside guest and host.
//
// Order is broken when the device takes command b of a logical unit before command a although queue_command(a) had
// returned success before queue_command(b) was called. Calls that overlap are unordered.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "sim/machine/machine.hpp"

namespace vqlab::sim {

class OrderingObserver final : public CommandObserver {
 public:
  // Tags are below `tags`. Reorders are counted in `counters`, which must outlive the observer.
  OrderingObserver(std::uint32_t luns, std::uint32_t tags, Counters& counters);

  void called(std::uint32_t lun, std::uint64_t tag) override;
  void accepted(std::uint64_t tag) override;
  void refused(std::uint64_t tag) override;
  void taken(std::uint64_t tag) override;

 private:
  // A command's rank is its place in the order in which its unit's commands were accepted.
  struct Command {
    std::uint32_t lun = 0;
    std::uint64_t first_free_rank = 0;  // commands of lower rank go first
    std::uint64_t rank = kNoRank;
    bool taken = false;
  };
  struct Unit {
    std::uint64_t first = 0;  // rank of window.front(), the first command that is not taken
    std::deque<bool> window;  // taken, by rank
    [[nodiscard]] std::uint64_t next_rank() const { return first + window.size(); }
    void take(std::uint64_t rank);
  };
  static constexpr std::uint64_t kNoRank = ~std::uint64_t{0};

  std::vector<Command> commands_;
  std::vector<Unit> units_;
  Counters& counters_;
};

}  // namespace vqlab::sim
