#include "analysis/trace/request_text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "analysis/app/aligned_table.hpp"
#include "analysis/trace/timeline_of.hpp"

namespace vqlab::trace {
namespace {

using Doing = Recording::Doing;
using Thread = Recording::Thread;

double us(Duration time) { return static_cast<double>(time.count()) / 1000; }

// What is less is not worth a line.
constexpr Duration kWorthTelling = 50ns;
constexpr std::size_t kMostReasons = 3;

class RequestTeller {
 public:
  RequestTeller(const Recording& recording, std::size_t number)
      : recording_(recording), whole_(whole_requests(recording)), request_(*whole_[number - 1]), number_(number) {
    for (std::size_t i = 0; i < whole_.size(); ++i) numbers_[whole_[i]] = i + 1;
  }

  std::string tell() {
    std::string text = fmt::format("request {}: {} at offset {} of LUN {} of target {}, by process fio/{}{}\n", number_,
                                   words_of(request_), request_.offset_bytes, request_.lun % recording_.luns_per_target,
                                   request_.lun / recording_.luns_per_target, request_.process, through());
    text += fmt::format("submitted at {:.3f} us, reaped {:.3f} us later\n", us(request_.marks[0] - Instant{}),
                        us(request_.latency()));
    if (request_.refused > 0) text += fmt::format("refused by the driver {} times\n", request_.refused);
    text += "\n";
    std::vector<std::vector<std::string>> numbers{{"stage", "at us", "us", "service", "queueing"}};
    std::vector<std::vector<std::string>> words{{"where it ended; whom it waited for"}};
    for (std::size_t stage = 0; stage < kStages; ++stage) add_stage(stage, numbers, words);
    return text + side_by_side(aligned_table(numbers), words);
  }

 private:
  // Behind each line of the table its words, of which further ones stand below.
  [[nodiscard]] static std::string side_by_side(const std::string& table,
                                                const std::vector<std::vector<std::string>>& words) {
    std::string text;
    std::size_t at = 0;
    for (const std::vector<std::string>& of_line : words) {
      const std::size_t end = table.find('\n', at);
      text += table.substr(at, end - at);
      for (std::size_t i = 0; i < of_line.size(); ++i)
        text += (i == 0 ? "  " : std::string(end - at + 4, ' ')) + of_line[i] + "\n";
      at = end + 1;
    }
    return text;
  }

  [[nodiscard]] std::string through() const {
    return request_.queue == Recording::kNone ? "" : ", through " + recording_.queues[request_.queue];
  }

  void add_stage(std::size_t stage, std::vector<std::vector<std::string>>& numbers,
                 std::vector<std::vector<std::string>>& words) const {
    const Instant begin = request_.marks[stage];
    const Instant end = request_.marks[stage + 1];
    if (end == begin) return;
    const Duration service = std::min(request_.service[stage], end - begin);
    const Duration queueing = end - begin - service;
    const Thread thread = request_.threads[stage];
    numbers.push_back({std::string(kStageNames[stage]), fmt::format("{:.3f}", us(begin - request_.marks[0])),
                       fmt::format("{:.3f}", us(end - begin)), fmt::format("{:.3f}", us(service)),
                       fmt::format("{:.3f}", us(queueing))});
    words.push_back({thread == sim::TraceSink::kNobody ? "no thread" : recording_.thread(thread).name});
    if (queueing < kWorthTelling) return;
    for (const std::string& reason : waited_for(static_cast<Stage>(stage), thread, begin, end))
      words.back().push_back(reason);
  }

  struct Reason {
    Duration time{0};
    std::set<std::size_t> requests{};  // 0: of others than the whole ones
  };

  // What the thread that has ended the stage did meanwhile, for others; the longest first. Of a lock, who had it.
  [[nodiscard]] std::vector<std::string> waited_for(Stage stage, Thread thread, Instant begin, Instant end) const {
    std::map<std::string, Reason> reasons;
    const auto add = [&](const std::string& what, Instant from, Instant to, std::uint32_t request) {
      const Duration time = std::min(to, end) - std::max(from, begin);
      if (time <= Duration{0}) return;
      Reason& reason = reasons[what];
      reason.time += time;
      if (request == Recording::kNone) return;
      const auto number = numbers_.find(&recording_.requests[request]);
      if (number != numbers_.end()) reason.requests.insert(number->second);
    };
    for (const Recording::Slice& slice : recording_.slices) {
      if (slice.thread != thread || slice.end <= begin || slice.begin >= end) continue;
      if (slice.doing == Doing::kContext) continue;
      const bool own = slice.request != Recording::kNone && &recording_.requests[slice.request] == &request_;
      if (own || (slice.doing == Doing::kWork && slice.work() == Work::kSpin)) continue;
      add(what(slice), slice.begin, slice.end, slice.request);
    }
    if (thread != sim::TraceSink::kNobody)
      for (const Recording::Held& spun : recording_.locks_spun_for)
        if (spun.thread == thread) add_holders(spun, add);
    if (stage == Stage::kPoolLock) reasons["the pool's mutex"].time += end - begin;
    return sentences(reasons);
  }

  template <class Add>
  void add_holders(const Recording::Held& spun, const Add& add) const {
    for (const Recording::Held& held : recording_.locks_held) {
      if (held.what != spun.what || held.thread == spun.thread) continue;
      add(fmt::format("{}, which {} had", recording_.locks[spun.what], recording_.thread(held.thread).name),
          std::max(held.begin, spun.begin), std::min(held.end, spun.end), Recording::kNone);
    }
  }

  [[nodiscard]] std::string what(const Recording::Slice& slice) const {
    const std::string& name = recording_.thread(slice.thread).name;
    if (slice.doing == Doing::kSleep)
      return recording_.thread(slice.thread).kind == sim::TraceSink::Kind::kVcpu ? name + " was halted"
                                                                                 : name + " slept";
    if (slice.doing == Doing::kSteal) return name + " had no physical CPU";
    return name + ": " + work_name(recording_, slice);
  }

  [[nodiscard]] static std::vector<std::string> sentences(const std::map<std::string, Reason>& reasons) {
    std::vector<std::pair<std::string, Reason>> order(reasons.begin(), reasons.end());
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.second.time > b.second.time; });
    std::vector<std::string> words;
    for (const auto& [what, reason] : order) {
      if (words.size() == kMostReasons || reason.time < kWorthTelling) break;
      std::string text = fmt::format("{} ({:.3f} us", what, us(reason.time));
      if (!reason.requests.empty())
        text += fmt::format("; request{} {}", reason.requests.size() == 1 ? "" : "s", fmt::join(reason.requests, ", "));
      words.push_back(text + ")");
    }
    return words;
  }

  const Recording& recording_;
  std::vector<const Recording::Request*> whole_;
  const Recording::Request& request_;
  std::size_t number_;
  std::map<const Recording::Request*, std::size_t> numbers_;
};

}  // namespace

std::string request_text(const Recording& recording, std::size_t number) {
  return RequestTeller(recording, number).tell();
}

}  // namespace vqlab::trace
