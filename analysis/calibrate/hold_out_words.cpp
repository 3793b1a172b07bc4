#include "analysis/calibrate/hold_out_words.hpp"

#include <algorithm>
#include <charconv>

namespace vqlab {
namespace {

std::vector<std::string> between_commas(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

HoldOut named_hold_out(const std::string& name, const Calibration& calibration, std::vector<Fault>& faults) {
  std::vector<std::string> names;
  for (const HoldOut& one : calibration.held_out) {
    if (one.name == name) return one;
    names.push_back(one.name);
  }
  std::string accepted = "targets=N,N, curves=NAME,NAME";
  if (!names.empty()) accepted += ", or one of the study's: " + one_of(names);
  faults.push_back(
      {FaultKind::kMeaning, "--hold-out " + name, "name", "an unknown hold-out", accepted, nearest_name(name, names)});
  return {};
}

}  // namespace

HoldOut read_hold_out(const std::vector<std::string>& words, const Calibration& calibration,
                      std::vector<Fault>& faults) {
  if (words.size() == 1 && words.front().find('=') == std::string::npos)
    return named_hold_out(words.front(), calibration, faults);
  HoldOut hold_out;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    const std::string kind = word.substr(0, equals);
    const std::string origin = "--hold-out " + word;
    if (kind == "series") {
      faults.push_back({FaultKind::kMeaning, origin, "kind", "\"series\": renamed, write \"curves\"", "", ""});
      continue;
    }
    hold_out.name += (hold_out.name.empty() ? "" : " ") + word;
    if (equals == std::string::npos || (kind != "targets" && kind != "curves")) {
      faults.push_back({FaultKind::kMeaning, origin, "kind", '"' + kind + '"', "targets=N,N or curves=NAME,NAME",
                        nearest_name(kind, {"targets", "curves"})});
      continue;
    }
    for (const std::string& part : between_commas(word.substr(equals + 1))) {
      if (kind == "curves") {
        hold_out.curves.push_back(part);
        continue;
      }
      std::uint32_t targets = 0;
      const char* end = part.data() + part.size();
      if (const auto [stop, error] = std::from_chars(part.data(), end, targets); stop != end || error != std::errc())
        faults.push_back({FaultKind::kMeaning, origin, "targets", '"' + part + '"', "numbers of targets", ""});
      hold_out.targets.push_back(targets);
    }
  }
  return hold_out;
}

}  // namespace vqlab
