#include "models/block/elevator.hpp"

namespace vqlab {

ElevatorRules elevator_rules(std::string_view scheduler) {
  if (scheduler == "noop") return {.merges = true};
  if (scheduler == "cfq") return {.merges = true, .fronts = true, .own_process = true, .sorted = true};
  if (scheduler == "deadline" || scheduler == "mq-deadline") return {.merges = true, .fronts = true, .sorted = true};
  return {};
}

}  // namespace vqlab
