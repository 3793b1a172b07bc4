#include "analysis/scenario/fault.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cstddef>
#include <cstdint>

namespace vqlab {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

std::string lower(std::string_view text) {
  std::string all(text);
  std::transform(all.begin(), all.end(), all.begin(), [](char c) { return lower(c); });
  return all;
}

// Edit distance where swapping two neighbours is one edit; `limit` if it is that or more. `rows` are the last three of
// its table: they keep their memory from one call to the next.
std::size_t edits(std::string_view a, std::string_view b, std::size_t limit,
                  std::array<std::vector<std::size_t>, 3>& rows) {
  for (std::vector<std::size_t>& row : rows) row.resize(b.size() + 1);
  auto& [before, last, now] = rows;
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  std::size_t least_of_last = 0;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    std::size_t least = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) now[j] = std::min(now[j], before[j - 2] + 1);
      least = std::min(least, now[j]);
    }
    // A cell comes from one of the two rows above it.
    if (least >= limit && least_of_last >= limit) return limit;
    least_of_last = least;
    before.swap(last);
    last.swap(now);
  }
  return std::min(last[b.size()], limit);
}

// Which characters occur, one bit for each of 64 sorts.
std::uint64_t sorts_of(std::string_view text) {
  std::uint64_t sorts = 0;
  for (const char c : text) sorts |= std::uint64_t{1} << (static_cast<unsigned char>(lower(c)) % 64);
  return sorts;
}

// No less than this many edits: each letter that only one of them has is one, and each that one has more.
std::size_t fewest_edits(std::string_view a, std::string_view b) {
  const std::uint64_t of_a = sorts_of(a);
  const std::uint64_t of_b = sorts_of(b);
  const auto only_in = [](std::uint64_t one, std::uint64_t other) {
    return static_cast<std::size_t>(std::popcount(one & ~other));
  };
  const std::size_t longer = std::max(a.size(), b.size()) - std::min(a.size(), b.size());
  return std::max({longer, only_in(of_a, of_b), only_in(of_b, of_a)});
}

constexpr std::size_t kLongestSuspect = 100;  // what is longer is no misspelt name, and the table above grows with it

}  // namespace

std::string to_string(const Fault& fault) {
  std::string line = fault.file + ": " + fault.path + ": found " + fault.found;
  if (!fault.accepted.empty()) line += "; accepted: " + fault.accepted;
  if (!fault.nearest.empty()) line += "; did you mean \"" + fault.nearest + "\"?";
  return printable(std::move(line));
}

std::string printable(std::string text) {
  for (char& one : text)
    if ((static_cast<unsigned char>(one) < ' ' && one != '\n' && one != '\t') || one == '\x7f') one = '?';
  return text;
}

std::string_view to_string(FaultKind kind) {
  switch (kind) {
    case FaultKind::kSyntax: return "syntax";
    case FaultKind::kSchema: return "schema";
    case FaultKind::kMeaning: return "meaning";
    case FaultKind::kEffect: return "effect";
  }
  return "";
}

void FaultList::add(FaultKind kind, std::string path, std::string found, std::string accepted, std::string nearest) {
  if (full()) return;
  faults_.push_back({kind, file_, std::move(path), std::move(found), std::move(accepted), std::move(nearest)});
  if (full()) faults_.back().found += ". There may be more faults behind this one, which is the thousandth";
}

void FaultList::beyond_schema(std::size_t first) {
  for (std::size_t i = first; i < faults_.size(); ++i)
    if (faults_[i].kind == FaultKind::kSchema) faults_[i].kind = FaultKind::kMeaning;
}

void FaultList::take(FaultList& other) {
  faults_.insert(faults_.end(), other.faults_.begin(), other.faults_.end());
  other.faults_.clear();
}

std::string member_path(const std::string& parent, std::string_view key) {
  const bool identifier = !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '$';
  });
  std::string path = parent;
  if (identifier) return path.append(".").append(key);
  return path.append("[\"").append(key).append("\"]");
}

std::string element_path(const std::string& parent, std::size_t index) {
  return parent + "[" + std::to_string(index) + "]";
}

bool is_below(const std::string& path, const std::string& place) {
  if (path.compare(0, place.size(), place) != 0) return false;
  return path.size() == place.size() || path[place.size()] == '.' || path[place.size()] == '[';
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& known) {
  if (name.size() > kLongestSuspect) return "";
  const std::string meant = lower(name);
  std::array<std::vector<std::size_t>, 3> rows;
  std::string best;
  std::size_t fewest = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string& candidate : known) {
    if (fewest_edits(meant, candidate) >= fewest) continue;
    const std::size_t distance = edits(meant, lower(candidate), fewest, rows);
    if (distance >= fewest) continue;
    fewest = distance;
    best = candidate;
  }
  return best;
}

std::string one_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

}  // namespace vqlab
