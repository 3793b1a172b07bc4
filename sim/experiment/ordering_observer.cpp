#include "sim/experiment/ordering_observer.hpp"

#include "models/testbed/guest_driver.hpp"

namespace vqlab::sim {

std::uint32_t luns_per_ordered_unit(const Testbed& testbed) {
  return order_promise(testbed) == OrderPromise::kPerTarget ? testbed.luns_per_target : 1;
}

OrderingObserver::OrderingObserver(std::uint32_t luns, std::uint32_t tags, Counters& counters,
                                   std::uint32_t luns_per_unit)
    : commands_(tags), units_(luns / luns_per_unit), luns_per_unit_(luns_per_unit), counters_(counters) {}

void OrderingObserver::called(std::uint32_t lun, std::uint64_t tag) {
  Command& command = commands_[tag];
  command.unit = lun / luns_per_unit_;
  command.accepted = false;
  command.taken = false;
  command.first_free_rank = units_[command.unit].next_rank;
}

void OrderingObserver::accepted(std::uint64_t tag) {
  Command& command = commands_[tag];
  Unit& unit = units_[command.unit];
  command.accepted = true;
  command.rank = unit.next_rank++;
  // The device may be faster than the return of queue_command().
  if (!command.taken) unit.append(command);
}

void OrderingObserver::refused(std::uint64_t tag) { ensure(!commands_[tag].taken, "a refused command is in no ring"); }

void OrderingObserver::taken(std::uint64_t tag) {
  Command& command = commands_[tag];
  Unit& unit = units_[command.unit];
  if (unit.first != nullptr && static_cast<std::int32_t>(unit.first->rank - command.first_free_rank) < 0)
    counters_.add(Count::kReorders);
  command.taken = true;
  if (command.accepted) unit.remove(command);
}

void OrderingObserver::Unit::append(Command& command) noexcept {
  command.previous = last;
  command.next = nullptr;
  (last == nullptr ? first : last->next) = &command;
  last = &command;
}

void OrderingObserver::Unit::remove(Command& command) noexcept {
  (command.previous == nullptr ? first : command.previous->next) = command.next;
  (command.next == nullptr ? last : command.next->previous) = command.previous;
}

}  // namespace vqlab::sim
