#include "analysis/formats/timeline.hpp"

#include <algorithm>
#include <utility>

namespace vqlab {

Timeline::Track Timeline::add_track(std::string name, Track parent, bool counter) {
  tracks_.push_back({std::move(name), parent, counter});
  return static_cast<Track>(tracks_.size() - 1);
}

std::uint32_t Timeline::name(std::string_view name) {
  const auto known = numbers_.find(name);
  if (known != numbers_.end()) return known->second;
  const auto number = static_cast<std::uint32_t>(names_.size());
  names_.emplace_back(name);
  numbers_.emplace(name, number);
  return number;
}

Timeline::Event& Timeline::slice(Track track, Instant begin, Instant end, std::string_view name_of_slice,
                                 std::string_view category) {
  slices_.push_back({{begin, track, Type::kBegin, name(name_of_slice), name(category)}, end});
  return slices_.back().begin;
}

Timeline::Event& Timeline::instant(Track track, Instant when, std::string_view name_of_instant,
                                   std::string_view category) {
  others_.push_back({when, track, Type::kInstant, name(name_of_instant), name(category)});
  return others_.back();
}

void Timeline::count(Track track, Instant when, std::int64_t value) {
  others_.push_back({when, track, Type::kCount});
  others_.back().count = value;
}

std::vector<Timeline::Event> Timeline::events() const {
  std::vector<const Slice*> order;
  for (const Slice& slice : slices_) order.push_back(&slice);
  // The outer one of two that begin together first.
  std::stable_sort(order.begin(), order.end(), [](const Slice* a, const Slice* b) {
    if (a->begin.track != b->begin.track) return a->begin.track < b->begin.track;
    return a->begin.when != b->begin.when ? a->begin.when < b->begin.when : a->end > b->end;
  });
  std::vector<Event> events;
  std::vector<const Slice*> open;
  const auto close_until = [&](Track track, Instant when) {
    while (!open.empty() && (open.back()->begin.track != track || open.back()->end <= when)) {
      events.push_back({open.back()->end, open.back()->begin.track, Type::kEnd});
      open.pop_back();
    }
  };
  for (const Slice* const slice : order) {
    close_until(slice->begin.track, slice->begin.when);
    events.push_back(slice->begin);
    open.push_back(slice);
  }
  close_until(kNoTrack, Instant{});
  events.insert(events.end(), others_.begin(), others_.end());
  std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.when < b.when; });
  return events;
}

}  // namespace vqlab
