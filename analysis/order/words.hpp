// The words that processes share: named, hashed, and watched for races.
//
// Most of them (descriptors, ring entries, what a lock protects) are ordered by other words and by locks in every
// execution: going between two accesses to such a word shows nothing new. So only *contended* words are places to
// switch at: those of which two accesses, one a store, were once seen unordered. One that is found to be contended
// stays so, and the exploration begins again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/order/processes.hpp"

namespace vqlab::order {

// A vector clock: how much of each process's past something comes after. As many and as small numbers as the machine
// compares at once.
using Clock = std::array<std::int16_t, 16>;
static_assert(kMostProcesses <= Clock().size());

using WordId = std::uint32_t;
inline constexpr WordId kNoWord = 0x0fffffff;

class Words {
 public:
  explicit Words(Processes& processes, ObjectId first_object)
      : processes_(processes), first_object_(first_object), next_object_(first_object) {}

  // --- set-up of an execution: the same regions in the same order each time

  void begin();
  void add_region(const void* begin, std::size_t bytes);

  // --- accesses, from inside a process or (then unwatched) from outside

  // Where an access goes: whoever finds the word contended waits to be chosen first.
  struct Place {
    WordId word;
    bool contended;
  };
  // kNoWord if it lies in no region.
  [[nodiscard]] WordId word_at(const void* address) const noexcept;
  // Precondition: it lies in one.
  [[nodiscard]] Place place_of(const void* address) const;
  [[nodiscard]] ObjectId object_of(WordId word) const noexcept { return objects_[word]; }
  // The region, in the order in which they were added, of the contended word that is this object; none for others.
  [[nodiscard]] std::optional<std::uint32_t> region_of(ObjectId object) const noexcept;
  void loaded(WordId word, std::uint64_t value);
  void stored(WordId word, std::uint64_t old, std::uint64_t value);
  // Both at once.
  void exchanged(WordId word, std::uint64_t old, std::uint64_t value);

  // --- locks, doorbells and interrupt lines order what processes do, too

  // The running process comes after all that was released here.
  void acquire(const Clock& from) noexcept;
  void release(Clock& to) noexcept;

  // --- looking

  // True once after a word was found to be contended: what was explored so far is void.
  [[nodiscard]] bool discovered() const noexcept { return discovered_; }
  [[nodiscard]] bool take_discovery() noexcept { return std::exchange(discovered_, false); }
  [[nodiscard]] std::vector<WordId> contended() const;
  // The same, in the order in which they were found.
  [[nodiscard]] const std::vector<WordId>& discoveries() const noexcept { return discoveries_; }
  // Of what all words hold.
  [[nodiscard]] const Digest& contents() const noexcept { return contents_; }
  // The word is contended. Nothing happens if there is no such word.
  void discover(WordId word);
  [[nodiscard]] std::string name(WordId word) const;
  // Of the word at an offset in bytes of a region.
  std::function<std::string(std::uint32_t region, std::size_t offset)> region_name;

  // What they hold is not hashed until the hash is given back.
  void restore(const Digest& contents) noexcept { contents_ = contents; }

 private:
  static constexpr std::uint16_t kQuiet = 0xffff;
  static constexpr ProcessId kNobody = kMostProcesses;
  struct Region {
    const std::byte* begin;
    std::size_t bytes;
    WordId first;
  };
  // When the word was last touched, and by whom; of this execution if the generation is.
  struct Shadow {
    std::uint32_t generation = 0;
    ProcessId writer = kNobody;
    std::int16_t written = 0;
    Clock read{};
    Clock released{};  // of a contended word
  };

  [[nodiscard]] Shadow& shadow_of(WordId word);
  void changed(WordId word, std::uint64_t old, std::uint64_t value) noexcept;
  void order_load(WordId word);
  void order_store(WordId word, bool atomic);
  [[nodiscard]] Clock& clock() noexcept { return clocks_[processes_.running()]; }

  Processes& processes_;
  std::vector<Region> regions_;
  std::vector<std::uint16_t> objects_;  // by word; kQuiet: not contended
  std::vector<Shadow> shadows_;
  std::array<Clock, kMostProcesses> clocks_{};
  std::uint32_t generation_ = 0;
  ObjectId first_object_;
  ObjectId next_object_;
  std::vector<std::uint32_t> region_of_object_;  // from first_object_
  std::vector<WordId> discoveries_;
  Digest contents_;
  bool discovered_ = false;
};

}  // namespace vqlab::order
