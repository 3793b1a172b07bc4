#include "analysis/order/order_trace.hpp"

#include <fmt/format.h>
#include <map>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/formats/timeline.hpp"
#include "analysis/order/explored_driver.hpp"
#include "analysis/order/explorer.hpp"
#include "analysis/runs/write_file.hpp"

namespace vqlab::order {

void write_trace(const std::string& file, const OrderBounds& bounds, const Choices& choices) {
  const std::vector<LogLine> log = replay(bounds, guest_driver, choices).log;
  Timeline timeline;
  const Timeline::Track group = timeline.add_group("Processes; each step takes 1 us");
  std::map<std::string, Timeline::Track> tracks;
  for (const LogLine& line : log) tracks.emplace(line.who, Timeline::kNoTrack);
  for (auto& [who, track] : tracks) track = timeline.add_track(who, group);
  Instant when{};
  for (const LogLine& line : log) {
    timeline.slice(tracks.at(line.who), when, when + 1us, line.what, "step");
    when += 1us;
  }
  write_atomically(file, perfetto_trace(timeline));
  answer_file(file);
  fmt::print("{}: {} steps, to be opened at https://ui.perfetto.dev\n", file, log.size());
}

}  // namespace vqlab::order
