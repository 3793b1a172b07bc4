#include "sim/experiment/ordering_observer.hpp"

namespace vqlab::sim {

OrderingObserver::OrderingObserver(std::uint32_t luns, std::uint32_t tags, Counters& counters)
    : commands_(tags), units_(luns), counters_(counters) {}

void OrderingObserver::called(std::uint32_t lun, std::uint64_t tag) {
  commands_[tag] = {lun, units_[lun].next_rank(), kNoRank, false};
}

void OrderingObserver::accepted(std::uint64_t tag) {
  Command& command = commands_[tag];
  Unit& unit = units_[command.lun];
  command.rank = unit.next_rank();
  unit.window.push_back(false);
  if (command.taken) unit.take(command.rank);
}

void OrderingObserver::refused(std::uint64_t tag) { ensure(!commands_[tag].taken, "a refused command is in no ring"); }

void OrderingObserver::taken(std::uint64_t tag) {
  Command& command = commands_[tag];
  Unit& unit = units_[command.lun];
  if (unit.first < command.first_free_rank) counters_.add(Count::kReorders);
  command.taken = true;
  // The device may be faster than the return of queue_command().
  if (command.rank != kNoRank) unit.take(command.rank);
}

void OrderingObserver::Unit::take(std::uint64_t rank) {
  window[rank - first] = true;
  while (!window.empty() && window.front()) {
    window.pop_front();
    ++first;
  }
}

}  // namespace vqlab::sim
