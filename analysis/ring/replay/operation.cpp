#include "analysis/ring/replay/operation.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>

#include "analysis/scenario/fault.hpp"

namespace vqlab {
namespace {

struct Form {
  RingOp op;
  const char* name;
  const char* arguments;
};

constexpr std::array kForms = {
    Form{RingOp::kAdd, "add", "TOKEN oLEN+LEN... iLEN+LEN..."},
    Form{RingOp::kKickPrepare, "kick_prepare", ""},
    Form{RingOp::kNotify, "notify", ""},
    Form{RingOp::kKick, "kick", ""},
    Form{RingOp::kGet, "get", ""},
    Form{RingOp::kDisableCb, "disable_cb", ""},
    Form{RingOp::kEnableCb, "enable_cb", ""},
    Form{RingOp::kEnableCbDelayed, "enable_cb_delayed", ""},
    Form{RingOp::kEnableCbPrepare, "enable_cb_prepare", ""},
    Form{RingOp::kPoll, "poll", "OPAQUE"},
    Form{RingOp::kIrq, "irq", ""},
    Form{RingOp::kDetach, "detach", ""},
    Form{RingOp::kKmfail, "kmfail", "0|1"},
    Form{RingOp::kPop, "dpop", ""},
    Form{RingOp::kComplete, "dcomplete", "TOKEN LEN"},
    Form{RingOp::kNeedInterrupt, "dneed", ""},
    Form{RingOp::kNotifyOn, "dnotify_on", ""},
    Form{RingOp::kNotifyOff, "dnotify_off", ""},
    Form{RingOp::kFfwd, "ffwd", "CYCLES"},
};

constexpr std::uint32_t kAny32 = std::numeric_limits<std::uint32_t>::max();

std::string form_text(const Form& form) {
  std::string text = form.name;
  if (*form.arguments != '\0') text.append(" ").append(form.arguments);
  return text;
}

// Empty words stay, so that a second blank is seen.
std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> words;
  for (;;) {
    const std::size_t end = text.find(at);
    words.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return words;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::uint32_t> number(std::string_view text, std::uint32_t most) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool leading_zero = text.size() > 1 && text.front() == '0';
  if (error != std::errc{} || end != text.data() + text.size() || leading_zero || value > most) return std::nullopt;
  return value;
}

std::string range(const char* what, std::uint32_t most) {
  return std::string(what).append(", 0 to ").append(std::to_string(most));
}

// Reads the lists of `add`; what was expected, or nothing if all is well.
std::string read_lists(const std::vector<std::string_view>& words, Operation& operation) {
  const char* const accepted = "lists like o51 (device reads) and i108+4096 (device writes), all o before the first i";
  bool in = false;
  for (std::size_t w = 2; w < words.size(); ++w) {
    const std::string_view word = words[w];
    if (word.empty() || (word.front() != 'o' && word.front() != 'i')) return accepted;
    if (word.front() == 'o' && in) return accepted;
    in = word.front() == 'i';
    if (!in) ++operation.out_lists;
    const std::vector<std::string_view> lengths = split(word.substr(1), '+');
    for (const std::string_view text : lengths) {
      const auto length = number(text, kAny32);
      if (!length) return range("lengths in bytes", kAny32);
      if (operation.entries.size() == kMaxTraceEntries)
        return "at most " + std::to_string(kMaxTraceEntries) + " entries";
      operation.entries.push_back({trace_address(operation.token, operation.entries.size()), *length});
    }
    operation.list_sizes.push_back(lengths.size());
  }
  return operation.entries.empty() ? accepted : "";
}

std::string read_arguments(const Form& form, const std::vector<std::string_view>& words, Operation& operation) {
  const auto read_number = [&](std::size_t at, std::uint32_t most, auto& value) {
    const auto read = number(words[at], most);
    if (read) value = *read;
    return read.has_value();
  };
  const std::size_t count = words.size() - 1;
  switch (form.op) {
    case RingOp::kAdd:
      if (count < 2) return form_text(form);
      if (!read_number(1, kMaxTraceToken, operation.token)) return range("a token", kMaxTraceToken);
      return read_lists(words, operation);
    case RingOp::kComplete:
      if (count != 2) return form_text(form);
      if (!read_number(1, kMaxTraceToken, operation.token)) return range("a token", kMaxTraceToken);
      return read_number(2, kAny32, operation.number) ? "" : range("a length in bytes", kAny32);
    case RingOp::kPoll:
      if (count != 1) return form_text(form);
      return read_number(1, 0xffff, operation.number) ? "" : range("what enable_cb_prepare returned", 0xffff);
    case RingOp::kKmfail: return count == 1 && read_number(1, 1, operation.number) ? "" : form_text(form);
    case RingOp::kFfwd:
      if (count != 1) return form_text(form);
      return read_number(1, kAny32, operation.number) ? "" : range("cycles", kAny32);
    default: return count == 0 ? "" : form_text(form);
  }
}

}  // namespace

OperationOrFault parse_operation(std::string_view text) {
  OperationOrFault result;
  const std::vector<std::string_view> words = split(text, ' ');
  for (const Form& form : kForms) {
    if (words.front() != form.name) continue;
    result.operation.op = form.op;
    result.accepted = read_arguments(form, words, result.operation);
    return result;
  }
  std::vector<std::string> names;
  for (const Form& form : kForms) names.emplace_back(form.name);
  result.accepted = one_of(names);
  result.nearest = nearest_name(words.front(), names);
  return result;
}

std::vector<std::string> operation_forms() {
  std::vector<std::string> forms;
  for (const Form& form : kForms) forms.push_back(form_text(form));
  return forms;
}

}  // namespace vqlab
