// Chrome's trace event format: groups are processes, tracks are threads.
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "analysis/formats/timeline.hpp"

namespace vqlab {
namespace {

std::string chrome_quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// In us, exactly.
std::string chrome_time(Instant when) {
  const auto ns = when.time_since_epoch().count();
  return fmt::format("{}.{:03}", ns / 1000, ns % 1000);
}

class ChromeWriter {
 public:
  explicit ChromeWriter(const Timeline& timeline) : timeline_(timeline) {}

  std::string write() {
    for (Timeline::Track track = 0; track < timeline_.tracks().size(); ++track) name_track(track);
    const std::vector<Timeline::Event> events = timeline_.events();
    for (const Timeline::Event& event : events)
      for (const auto* const flows : {&event.flows, &event.ended_flows})
        for (const std::uint64_t flow : *flows) ++left_of_flow_[flow];
    for (const Timeline::Event& event : events) add_event(event);
    return "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n" + text_ + "\n]}\n";
  }

 private:
  void add(const std::string& event) {
    if (!text_.empty()) text_ += ",\n";
    text_ += "{" + event + "}";
  }

  [[nodiscard]] std::string place(Timeline::Track track) const {
    const Timeline::Track parent = timeline_.tracks()[track].parent;
    return fmt::format("\"pid\":{},\"tid\":{}", (parent == Timeline::kNoTrack ? track : parent) + 1, track + 1);
  }

  void name_track(Timeline::Track track) {
    const Timeline::TrackInfo& info = timeline_.tracks()[track];
    if (info.counter) return;  // its events have its name
    const char* const what = info.parent == Timeline::kNoTrack ? "process" : "thread";
    add(fmt::format("\"ph\":\"M\",\"name\":\"{}_name\",{},\"args\":{{\"name\":{}}}", what, place(track),
                    chrome_quoted(info.name)));
    add(fmt::format("\"ph\":\"M\",\"name\":\"{}_sort_index\",{},\"args\":{{\"sort_index\":{}}}", what, place(track),
                    track));
  }

  [[nodiscard]] std::string arguments(const Timeline::Event& event) const {
    std::string text;
    for (const Timeline::Argument& argument : event.arguments) {
      if (!text.empty()) text += ",";
      text += chrome_quoted(timeline_.names()[argument.key]) + ":";
      if (const auto* const number = std::get_if<std::int64_t>(&argument.value))
        text += std::to_string(*number);
      else if (const auto* const real = std::get_if<double>(&argument.value))
        text += nlohmann::json(*real).dump();
      else
        text += chrome_quoted(std::get<std::string>(argument.value));
    }
    return text;
  }

  void add_event(const Timeline::Event& event) {
    const std::string at = fmt::format("{},\"ts\":{}", place(event.track), chrome_time(event.when));
    switch (event.type) {
      case Timeline::Type::kEnd: add("\"ph\":\"E\"," + at); return;
      case Timeline::Type::kCount:
        add(fmt::format("\"ph\":\"C\",\"name\":{},{},\"args\":{{\"value\":{}}}",
                        chrome_quoted(timeline_.tracks()[event.track].name), at, event.count));
        return;
      case Timeline::Type::kBegin:
      case Timeline::Type::kInstant: break;
    }
    const bool begins = event.type == Timeline::Type::kBegin;
    add(fmt::format("\"ph\":\"{}\",{}\"name\":{},\"cat\":{},{},\"args\":{{{}}}", begins ? "B" : "i",
                    begins ? "" : "\"s\":\"t\",", chrome_quoted(timeline_.names()[event.name]),
                    chrome_quoted(timeline_.names()[event.category]), at, arguments(event)));
    for (const auto* const flows : {&event.flows, &event.ended_flows})
      for (const std::uint64_t flow : *flows) add_flow(flow, at);
  }

  // A flow starts, goes on or finishes in the slice that has just begun.
  void add_flow(std::uint64_t flow, const std::string& at) {
    const bool is_last = --left_of_flow_[flow] == 0;
    const char* const phase = started_.emplace(flow, true).second ? "s" : is_last ? "f\",\"bp\":\"e" : "t";
    add(fmt::format("\"ph\":\"{}\",\"name\":\"request\",\"cat\":\"request\",\"id\":{},{}", phase, flow, at));
  }

  const Timeline& timeline_;
  std::string text_;
  std::map<std::uint64_t, std::uint32_t> left_of_flow_;
  std::map<std::uint64_t, bool> started_;
};

}  // namespace

std::string chrome_trace(const Timeline& timeline) { return ChromeWriter(timeline).write(); }

}  // namespace vqlab
