// Watches the order in which the device takes commands, from outside guest and host.
//
// Order is broken when the device takes command b of a unit before command a of the same although queue_command(a) had
// returned success before queue_command(b) was called. Calls that overlap are unordered. A unit is a LUN, or all LUNs
// of a target.
#pragma once

#include <cstdint>
#include <vector>

#include "models/testbed/testbed.hpp"
#include "sim/machine/machine.hpp"

namespace vqlab::sim {

// The unit that the testbed's driver and policy promise the order of: a target's LUNs together, or, without such a
// promise, each.
[[nodiscard]] std::uint32_t luns_per_ordered_unit(const Testbed& testbed);

class OrderingObserver final : public CommandObserver {
 public:
  // Tags are below `tags`. Reorders are counted in `counters`, which must outlive the observer. LUNs of one unit have
  // neighbouring numbers.
  OrderingObserver(std::uint32_t luns, std::uint32_t tags, Counters& counters, std::uint32_t luns_per_unit = 1);

  void called(std::uint32_t lun, std::uint64_t tag) override;
  void accepted(std::uint64_t tag) override;
  void refused(std::uint64_t tag) override;
  void taken(std::uint64_t tag) override;

 private:
  // A command's rank is its place in the order in which its unit's commands were accepted.
  // Ranks wrap around; those of commands that are compared are less than 2^31 apart.
  struct alignas(32) Command {
    std::uint32_t unit = 0;
    std::uint32_t first_free_rank = 0;  // commands of lower rank go first
    std::uint32_t rank = 0;             // once accepted
    bool accepted = false;
    bool taken = false;
    Command* previous = nullptr;  // in the unit's list
    Command* next = nullptr;
  };
  // The commands that are accepted and not yet taken, by rank.
  struct Unit {
    Command* first = nullptr;
    Command* last = nullptr;
    std::uint32_t next_rank = 0;
    void append(Command& command) noexcept;
    void remove(Command& command) noexcept;
  };

 public:
  static constexpr std::size_t kBytesPerRequest = sizeof(Command);
  static constexpr std::size_t kBytesPerUnit = sizeof(Unit);

 private:
  std::vector<Command> commands_;
  std::vector<Unit> units_;
  std::uint32_t luns_per_unit_;
  Counters& counters_;
};

}  // namespace vqlab::sim
