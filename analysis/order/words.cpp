#include "analysis/order/words.hpp"

#include <algorithm>
#include <limits>

namespace vqlab::order {
namespace {

constexpr std::size_t kSmallestWord = 2;  // bytes

Digest holding(WordId word, std::uint64_t value) {
  Digest digest;
  digest.absorb(word);
  digest.absorb(value);
  return digest;
}

}  // namespace

void Words::begin() {
  regions_.clear();
  ++generation_;
  contents_ = Digest{};
  clocks_ = {};
  for (ProcessId process = 0; process < kMostProcesses; ++process) clocks_[process][process] = 1;
}

void Words::add_region(const void* begin, std::size_t bytes) {
  const WordId first =
      regions_.empty() ? 0 : regions_.back().first + static_cast<WordId>(regions_.back().bytes / kSmallestWord);
  regions_.push_back({static_cast<const std::byte*>(begin), bytes, first});
  const std::size_t words = first + bytes / kSmallestWord;
  if (objects_.size() < words) {
    objects_.resize(words, kQuiet);
    shadows_.resize(words);
  }
}

WordId Words::word_at(const void* address) const noexcept {
  const auto* const at = static_cast<const std::byte*>(address);
  for (const Region& region : regions_)
    if (at >= region.begin && at < region.begin + region.bytes)
      return region.first + static_cast<WordId>(static_cast<std::size_t>(at - region.begin) / kSmallestWord);
  return kNoWord;
}

Words::Place Words::place_of(const void* address) const {
  const WordId word = word_at(address);
  ensure(word != kNoWord, "what processes share lies in a region");
  return {word, objects_[word] != kQuiet};
}

Words::Shadow& Words::shadow_of(WordId word) {
  Shadow& shadow = shadows_[word];
  if (shadow.generation != generation_) shadow = {.generation = generation_};
  return shadow;
}

std::optional<std::uint32_t> Words::region_of(ObjectId object) const noexcept {
  if (object < first_object_) return std::nullopt;
  return region_of_object_[object - first_object_];
}

void Words::loaded(WordId word, std::uint64_t value) {
  order_load(word);
  processes_.learn(value);
}

void Words::stored(WordId word, std::uint64_t old, std::uint64_t value) {
  order_store(word, false);
  changed(word, old, value);
}

void Words::exchanged(WordId word, std::uint64_t old, std::uint64_t value) {
  order_load(word);
  order_store(word, true);
  processes_.learn(old);
  changed(word, old, value);
}

void Words::changed(WordId word, std::uint64_t old, std::uint64_t value) noexcept {
  if (processes_.retracing()) return;
  contents_.toggle(holding(word, old));
  contents_.toggle(holding(word, value));
}

void Words::order_load(WordId word) {
  Shadow& shadow = shadow_of(word);
  if (objects_[word] != kQuiet) {
    acquire(shadow.released);
    return;
  }
  const ProcessId me = processes_.running();
  if (shadow.writer != kNobody && shadow.written > clock()[shadow.writer]) discover(word);
  shadow.read[me] = clock()[me];
}

void Words::order_store(WordId word, bool atomic) {
  Shadow& shadow = shadow_of(word);
  if (objects_[word] != kQuiet) {
    // A plain store does not carry on what earlier ones released; a read-modify-write does.
    if (!atomic) shadow.released = {};
    release(shadow.released);
    return;
  }
  const ProcessId me = processes_.running();
  if (shadow.writer != kNobody && shadow.written > clock()[shadow.writer]) discover(word);
  const Clock& mine = clock();
  int unordered = 0;
  for (std::size_t i = 0; i < mine.size(); ++i) unordered |= shadow.read[i] > mine[i] ? 1 : 0;
  if (unordered != 0) discover(word);
  shadow.writer = me;
  shadow.written = clock()[me];
}

void Words::discover(WordId word) {
  if (word >= objects_.size() || objects_[word] != kQuiet) return;
  ensure(next_object_ < kMostObjects, "bounds keep the number of contended words small");
  objects_[word] = static_cast<std::uint16_t>(next_object_++);
  std::uint32_t region = 0;
  while (region + 1 < regions_.size() && word >= regions_[region + 1].first) ++region;
  region_of_object_.push_back(region);
  discoveries_.push_back(word);
  discovered_ = true;
}

void Words::acquire(const Clock& from) noexcept {
  Clock& mine = clock();
  for (std::size_t i = 0; i < mine.size(); ++i) mine[i] = std::max(mine[i], from[i]);
}

void Words::release(Clock& to) noexcept {
  Clock& mine = clock();
  for (std::size_t i = 0; i < mine.size(); ++i) to[i] = std::max(to[i], mine[i]);
  ensure(mine[processes_.running()]++ < std::numeric_limits<std::int16_t>::max(), "executions are short");
}

std::string Words::name(WordId word) const {
  std::uint32_t region = 0;
  while (region + 1 < regions_.size() && word >= regions_[region + 1].first) ++region;
  return region_name(region, (word - regions_[region].first) * kSmallestWord);
}

std::vector<WordId> Words::contended() const {
  std::vector<WordId> words;
  for (WordId word = 0; word < objects_.size(); ++word)
    if (objects_[word] != kQuiet) words.push_back(word);
  return words;
}

}  // namespace vqlab::order
