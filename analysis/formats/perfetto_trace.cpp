// Field numbers are those of Perfetto's trace_packet.proto, track_event.proto, track_descriptor.proto,
// debug_annotation.proto and interned_data.proto; tests decode what is written here by definitions of their own.
#include <array>
#include <variant>
#include <vector>

#include "analysis/formats/protobuf.hpp"
#include "analysis/formats/timeline.hpp"

namespace vqlab {
namespace {

constexpr std::uint64_t kPerfettoSequence = 1;  // all packets are of one

namespace perfetto_file {
constexpr std::uint32_t kPacket = 1;
}
namespace perfetto_packet {
constexpr std::uint32_t kTimestamp = 8;  // ns
constexpr std::uint32_t kSequence = 10;
constexpr std::uint32_t kTrackEvent = 11;
constexpr std::uint32_t kInternedData = 12;
constexpr std::uint32_t kSequenceFlags = 13;
constexpr std::uint32_t kTrackDescriptor = 60;
constexpr std::uint64_t kStateCleared = 1;
constexpr std::uint64_t kNeedsState = 2;
}  // namespace perfetto_packet
namespace perfetto_track {
constexpr std::uint32_t kUuid = 1;
constexpr std::uint32_t kName = 2;
constexpr std::uint32_t kParent = 5;
constexpr std::uint32_t kCounter = 8;
constexpr std::uint32_t kOrderOfChildren = 11;
constexpr std::uint32_t kRank = 12;
constexpr std::uint64_t kByRank = 3;
}  // namespace perfetto_track
namespace perfetto_event {
constexpr std::uint32_t kCategory = 3;
constexpr std::uint32_t kAnnotation = 4;
constexpr std::uint32_t kType = 9;
constexpr std::uint32_t kName = 10;
constexpr std::uint32_t kTrack = 11;
constexpr std::uint32_t kCounterValue = 30;
constexpr std::uint32_t kFlow = 47;
constexpr std::uint32_t kEndedFlow = 48;
}  // namespace perfetto_event
namespace perfetto_annotation {
constexpr std::uint32_t kName = 1;
constexpr std::uint32_t kInt = 4;
constexpr std::uint32_t kDouble = 5;
constexpr std::uint32_t kString = 6;
}  // namespace perfetto_annotation
namespace perfetto_interned {
constexpr std::uint32_t kCategories = 1;
constexpr std::uint32_t kEventNames = 2;
constexpr std::uint32_t kAnnotationNames = 3;
constexpr std::uint32_t kIid = 1;
constexpr std::uint32_t kName = 2;
}  // namespace perfetto_interned

// A number of 0 means none.
std::uint64_t perfetto_id(std::uint32_t number) { return std::uint64_t{number} + 1; }

class PerfettoWriter {
 public:
  explicit PerfettoWriter(const Timeline& timeline) : timeline_(timeline) {
    for (auto& of_kind : told_) of_kind.assign(timeline.names().size(), false);
  }

  std::string write() {
    ProtobufMessage first;
    first.add(perfetto_packet::kSequenceFlags, perfetto_packet::kStateCleared);
    add_packet(first);
    for (Timeline::Track number = 0; number < timeline_.tracks().size(); ++number) add_track(number);
    for (const Timeline::Event& event : timeline_.events()) add_event(event);
    return text_;
  }

 private:
  void add_packet(ProtobufMessage& packet) {
    packet.add(perfetto_packet::kSequence, kPerfettoSequence);
    ProtobufMessage whole;
    whole.add(perfetto_file::kPacket, packet);
    text_ += whole.bytes();
  }

  void add_track(Timeline::Track number) {
    const Timeline::TrackInfo& info = timeline_.tracks()[number];
    ProtobufMessage descriptor;
    descriptor.add(perfetto_track::kUuid, perfetto_id(number));
    descriptor.add(perfetto_track::kName, std::string_view(info.name));
    if (info.parent == Timeline::kNoTrack) {
      descriptor.add(perfetto_track::kOrderOfChildren, perfetto_track::kByRank);
    } else {
      descriptor.add(perfetto_track::kParent, perfetto_id(info.parent));
      descriptor.add(perfetto_track::kRank, std::uint64_t{number});
    }
    if (info.counter) descriptor.add(perfetto_track::kCounter, ProtobufMessage());
    ProtobufMessage packet;
    packet.add(perfetto_packet::kTrackDescriptor, descriptor);
    add_packet(packet);
  }

  // The number of a name, which is told with its first use as this kind of name.
  std::uint64_t intern(std::uint32_t kind, std::uint32_t name) {
    if (!told_[kind][name]) {
      told_[kind][name] = true;
      ProtobufMessage entry;
      entry.add(perfetto_interned::kIid, perfetto_id(name));
      entry.add(perfetto_interned::kName, std::string_view(timeline_.names()[name]));
      new_names_.add(kind, entry);
    }
    return perfetto_id(name);
  }

  void add_arguments(const Timeline::Event& event, ProtobufMessage& message) {
    for (const Timeline::Argument& argument : event.arguments) {
      ProtobufMessage one;
      one.add(perfetto_annotation::kName, intern(perfetto_interned::kAnnotationNames, argument.key));
      if (const auto* const number = std::get_if<std::int64_t>(&argument.value))
        one.add_signed(perfetto_annotation::kInt, *number);
      else if (const auto* const real = std::get_if<double>(&argument.value))
        one.add(perfetto_annotation::kDouble, *real);
      else
        one.add(perfetto_annotation::kString, std::string_view(std::get<std::string>(argument.value)));
      message.add(perfetto_event::kAnnotation, one);
    }
  }

  void add_event(const Timeline::Event& event) {
    new_names_ = {};
    ProtobufMessage message;
    message.add(perfetto_event::kType, static_cast<std::uint64_t>(event.type) + 1);
    message.add(perfetto_event::kTrack, perfetto_id(event.track));
    if (event.type == Timeline::Type::kCount) message.add_signed(perfetto_event::kCounterValue, event.count);
    if (event.type == Timeline::Type::kBegin || event.type == Timeline::Type::kInstant) {
      message.add(perfetto_event::kCategory, intern(perfetto_interned::kCategories, event.category));
      message.add(perfetto_event::kName, intern(perfetto_interned::kEventNames, event.name));
      add_arguments(event, message);
      for (const std::uint64_t flow : event.flows) message.add_fixed64(perfetto_event::kFlow, flow);
      for (const std::uint64_t flow : event.ended_flows) message.add_fixed64(perfetto_event::kEndedFlow, flow);
    }
    ProtobufMessage packet;
    packet.add(perfetto_packet::kTimestamp, static_cast<std::uint64_t>(event.when.time_since_epoch().count()));
    packet.add(perfetto_packet::kTrackEvent, message);
    packet.add(perfetto_packet::kSequenceFlags, perfetto_packet::kNeedsState);
    if (!new_names_.empty()) packet.add(perfetto_packet::kInternedData, new_names_);
    add_packet(packet);
  }

  const Timeline& timeline_;
  std::string text_;
  std::array<std::vector<bool>, 4> told_;  // by kind of name, then by name
  ProtobufMessage new_names_;
};

}  // namespace

std::string perfetto_trace(const Timeline& timeline) { return PerfettoWriter(timeline).write(); }

}  // namespace vqlab
