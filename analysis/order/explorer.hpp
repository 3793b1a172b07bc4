// Explores every interleaving within bounds, up to the order of steps that do not touch the same things.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/order/exploration.hpp"

namespace vqlab::order {

// "1026.1044/abb1": the words; then a letter for each step's process, with a digit if it does not do what is first.
[[nodiscard]] std::string to_string(const Choices& choices);
[[nodiscard]] std::optional<Choices> choices_from(const std::string& text);

[[nodiscard]] ExplorationResult explore(const OrderBounds& bounds, const MakeDriver& make_driver,
                                        const ExplorationOptions& options = {});

// What happens in the execution that makes these choices.
struct Replay {
  std::vector<LogLine> log;
  std::optional<Reordering> reordering;
  std::optional<std::string> stuck;    // if no step is left
  std::optional<std::string> refused;  // why, and then the rest is not shown
  std::uint32_t impossible_at = 0;     // the first step that cannot be made, from 1; 0: all can
};
[[nodiscard]] Replay replay(const OrderBounds& bounds, const MakeDriver& make_driver, const Choices& choices);

}  // namespace vqlab::order
