#include "sim/guest/command.hpp"

namespace vqlab::sim {
namespace {

Command* parts_of(Command& command) noexcept {
  if (command.merged == nullptr) {
    command.merged = &command;
    command.merged_next = nullptr;
    command.own_bytes = command.length_bytes;
    command.own_segments = command.segments;
  }
  return command.merged;
}

Command& last_of(Command* part) noexcept {
  while (part->merged_next != nullptr) part = part->merged_next;
  return *part;
}

}  // namespace

void Command::absorb(Command& other, MergeSide side) noexcept {
  Command* const own = parts_of(*this);
  Command* const others = parts_of(other);
  if (side == MergeSide::kBack) {
    last_of(own).merged_next = others;
  } else {
    last_of(others).merged_next = own;
    merged = others;
    offset_bytes = other.offset_bytes;
  }
  length_bytes += other.length_bytes;
  segments += other.segments;
}

void Command::come_apart() noexcept {
  for (Command* part = merged; part != nullptr; part = part->merged_next) {
    part->length_bytes = part->own_bytes;
    part->segments = part->own_segments;
    part->merged = nullptr;
  }
}

}  // namespace vqlab::sim
