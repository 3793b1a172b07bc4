#include "models/workload/io_trace.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "models/workload/fio_sizes.hpp"

namespace vqlab {
namespace {

constexpr std::string_view kVersion2 = "fio version 2 iolog";
constexpr std::string_view kVersion3 = "fio version 3 iolog";
constexpr std::uint64_t kMostTime = 1'000'000'000'000;  // us
constexpr std::uint64_t kMostOffset = std::uint64_t{1} << 50;
constexpr const char* kActions = "read, write, trim, sync, datasync, wait (version 2), add, open or close";

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  constexpr std::string_view kBlanks = " \t\r";
  while (true) {
    const std::size_t first = line.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return words;
    line.remove_prefix(first);
    const std::size_t length = std::min(line.find_first_of(kBlanks), line.size());
    words.push_back(line.substr(0, length));
    line.remove_prefix(length);
  }
}

std::optional<std::uint64_t> number(std::string_view word, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || value > most) return std::nullopt;
  return value;
}

std::optional<IoKind> kind_named(std::string_view action) {
  if (action == "read") return IoKind::kRead;
  if (action == "write") return IoKind::kWrite;
  if (action == "trim") return IoKind::kTrim;
  if (action == "sync" || action == "datasync") return IoKind::kFlush;
  return std::nullopt;
}

bool is_file_action(std::string_view action) { return action == "add" || action == "open" || action == "close"; }

class Parser {
 public:
  explicit Parser(std::vector<TraceFault>& faults) : faults_(faults) {}

  IoTrace parse(std::string_view text) {
    for (line_ = 1; !text.empty() && faults_.size() < kMostTraceFaults; ++line_) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (line_ == 1) {
        if (!read_version(line)) return {};
      } else if (const std::vector<std::string_view> words = words_of(line); !words.empty()) {
        read_line(words);
      }
    }
    if (version_ == 0) refuse("an empty file", std::string(kVersion2) + " or " + std::string(kVersion3));
    if (faults_.empty() && trace_.entries.empty()) refuse("no I/O", "a trace with an I/O");
    begin_at_zero();
    return std::move(trace_);
  }

 private:
  void refuse(std::string_view found, std::string accepted) {
    constexpr std::size_t kLongest = 60;
    std::string shown(found.substr(0, kLongest));
    for (char& letter : shown)
      if (static_cast<unsigned char>(letter) < ' ' || static_cast<unsigned char>(letter) > '~') letter = '?';
    if (faults_.size() < kMostTraceFaults) faults_.push_back({line_, std::move(shown), std::move(accepted)});
  }

  bool read_version(std::string_view line) {
    if (line.substr(0, kVersion2.size()) == kVersion2) version_ = 2;
    if (line.substr(0, kVersion3.size()) == kVersion3) version_ = 3;
    if (version_ == 0) {
      version_ = -1;
      refuse(line, std::string(kVersion2) + " or " + std::string(kVersion3));
    }
    return version_ > 0;
  }

  void read_line(std::vector<std::string_view> words) {
    std::uint64_t time = time_us_;
    if (version_ == 3) {
      const auto timestamp = number(words.front(), kMostTime);
      if (!timestamp) return refuse(words.front(), "a timestamp in us, at most 10^12");
      if (*timestamp < time_us_) return refuse(words.front(), "a timestamp that is not before the last one");
      time = *timestamp;
      words.erase(words.begin());
    }
    if (words.size() < 2) return refuse(words.empty() ? "" : words.front(), "a file name and an action");
    const std::string_view action = words[1];
    const auto kind = kind_named(action);
    const bool waits = action == "wait" && version_ == 2;
    if (!kind && !waits && !is_file_action(action)) return refuse(action, kActions);
    if (is_file_action(action))
      return words.size() == 2 ? void() : refuse(words[2], "nothing after " + std::string(action));
    if (words.size() != 4) return refuse(action, "an action with an offset and a length");
    if (waits) {
      const auto wait = number(words[2], kMostTime - time_us_);
      if (!wait) return refuse(words[2], "a wait in us, and 10^12 us in all");
      time_us_ += *wait;
      return;
    }
    add(*kind, words);
    time_us_ = time;
    if (!trace_.entries.empty()) trace_.entries.back().at = std::chrono::microseconds(time);
  }

  void add(IoKind kind, const std::vector<std::string_view>& words) {
    if (kind == IoKind::kFlush) {
      trace_.entries.push_back({Duration{0}, file(words[0]), kind, 0, 0});
      ++trace_.kinds[index_of(kind)].ios;
      return;
    }
    const auto offset = number(words[2], kMostOffset);
    const auto length = number(words[3], kMostIoBytes);
    if (!offset || *offset % kLeastIoBytes != 0)
      return refuse(words[2], "an offset in bytes, a multiple of 512 and at most 2^50");
    if (!length || *length == 0 || *length % kLeastIoBytes != 0)
      return refuse(words[3], "a length in bytes, a multiple of 512 and at most 1 GiB");
    trace_.entries.push_back({Duration{0}, file(words[0]), kind, *offset, static_cast<std::uint32_t>(*length)});
    IoTrace::OfKind& of_kind = trace_.kinds[index_of(kind)];
    of_kind.least_bytes = of_kind.ios == 0 ? *length : std::min(of_kind.least_bytes, *length);
    of_kind.most_bytes = std::max(of_kind.most_bytes, *length);
    of_kind.bytes += *length;
    ++of_kind.ios;
  }

  std::uint32_t file(std::string_view name) {
    const auto [found, is_new] =
        numbers_.try_emplace(std::string(name), static_cast<std::uint32_t>(trace_.files.size()));
    if (is_new) trace_.files.emplace_back(name);
    return found->second;
  }

  void begin_at_zero() {
    if (trace_.entries.empty()) return;
    const Duration first = trace_.entries.front().at;
    for (TraceEntry& entry : trace_.entries) entry.at -= first;
  }

  std::vector<TraceFault>& faults_;
  IoTrace trace_;
  std::map<std::string, std::uint32_t> numbers_;  // of files
  std::size_t line_ = 0;
  int version_ = 0;
  std::uint64_t time_us_ = 0;  // of the last line
};

std::map<std::string, IoTrace>& traces() {
  static std::map<std::string, IoTrace> all;
  return all;
}

}  // namespace

IoTrace parse_iolog(std::string_view text, std::vector<TraceFault>& faults) { return Parser(faults).parse(text); }

void keep_trace(const std::string& name, IoTrace trace) { traces().insert_or_assign(name, std::move(trace)); }

const IoTrace* kept_trace(const std::string& name) {
  const auto found = traces().find(name);
  return found == traces().end() ? nullptr : &found->second;
}

}  // namespace vqlab
