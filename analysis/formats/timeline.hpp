// A timeline to look at: tracks with slices, instants and counters on them, and flows from slice to slice. It is
// written in Perfetto's format, or in Chrome's JSON, which Perfetto and others read.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "models/base/units.hpp"

namespace vqlab {

class Timeline {
 public:
  using Track = std::uint32_t;
  static constexpr Track kNoTrack = 0xffffffff;

  using Value = std::variant<std::int64_t, double, std::string>;
  struct Argument {
    std::uint32_t key;  // a name
    Value value;
  };
  struct TrackInfo {
    std::string name;
    Track parent;  // kNoTrack: it is a group
    bool counter;
  };
  enum class Type : std::uint8_t { kBegin, kEnd, kInstant, kCount };
  // Its names are numbers of names().
  struct Event {
    Instant when;
    Track track;
    Type type;
    std::uint32_t name = 0;
    std::uint32_t category = 0;
    std::int64_t count = 0;             // kCount
    std::vector<Argument> arguments{};  // none of kEnd and kCount
    std::vector<std::uint64_t> flows{};
    std::vector<std::uint64_t> ended_flows{};  // that end here
  };

  // A group of tracks; a track in a group; one of numbers.
  Track add_group(std::string name) { return add_track(std::move(name), kNoTrack, false); }
  Track add_track(std::string name, Track group) { return add_track(std::move(name), group, false); }
  Track add_counter(std::string name, Track group) { return add_track(std::move(name), group, true); }

  // A slice, of which flows and arguments may be added as long as no other one is. Slices of a track either lie apart
  // or one within the other; of equal ones the first is the outer one.
  Event& slice(Track track, Instant begin, Instant end, std::string_view name, std::string_view category);
  Event& instant(Track track, Instant when, std::string_view name, std::string_view category);
  void count(Track track, Instant when, std::int64_t value);

  // The number of a name, the same for the same name.
  std::uint32_t name(std::string_view name);

  [[nodiscard]] const std::vector<TrackInfo>& tracks() const noexcept { return tracks_; }
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
  // All of them by time, so that the slices of each track nest.
  [[nodiscard]] std::vector<Event> events() const;

 private:
  struct Slice {
    Event begin;
    Instant end;
  };
  Track add_track(std::string name, Track parent, bool counter);

  std::vector<TrackInfo> tracks_;
  std::vector<Slice> slices_;
  std::vector<Event> others_;
  std::vector<std::string> names_;
  std::map<std::string, std::uint32_t, std::less<>> numbers_;
};

// Perfetto's TrackEvent protobuf.
[[nodiscard]] std::string perfetto_trace(const Timeline& timeline);
// Chrome's trace event format.
[[nodiscard]] std::string chrome_trace(const Timeline& timeline);

}  // namespace vqlab
