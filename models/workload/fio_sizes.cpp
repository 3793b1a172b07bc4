#include "models/workload/fio_sizes.hpp"

#include <algorithm>
#include <string_view>

#include "models/base/size_text.hpp"

namespace vqlab {
namespace {

constexpr std::uint64_t kDefaultBytes = 4096;  // fio's
constexpr std::uint32_t kWhole = 100;
constexpr std::size_t kMostShares = 64;  // of a direction, as in fio

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::optional<SizeRange> io_size(std::string_view text) {
  const auto bytes = parse_size(text);
  if (!bytes || *bytes < kLeastIoBytes || *bytes > kMostIoBytes || *bytes % kLeastIoBytes != 0) return std::nullopt;
  return SizeRange{*bytes, *bytes};
}

std::optional<SizeMix> one_size(std::string_view text) {
  const auto size = io_size(text);
  if (!size) return std::nullopt;
  return SizeMix{{*size, kWhole}};
}

std::optional<std::uint32_t> percentage(std::string_view text) {
  const auto number = parse_size(text);
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  if (!digits || !number || *number > kWhole) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::optional<SizeMix> several_sizes(std::string_view text) {
  const std::vector<std::string_view> entries = split(text, ':');
  if (entries.size() > kMostShares) return std::nullopt;
  SizeMix mix;
  std::vector<std::size_t> open;  // entries without a percentage
  std::uint32_t said = 0;
  for (const std::string_view entry : entries) {
    const std::size_t slash = entry.find('/');
    const auto size = io_size(entry.substr(0, slash));
    if (!size) return std::nullopt;
    mix.push_back({*size, 0});
    if (slash == std::string_view::npos || slash + 1 == entry.size()) {
      open.push_back(mix.size() - 1);
      continue;
    }
    const auto percent = percentage(entry.substr(slash + 1));
    if (!percent) return std::nullopt;
    mix.back().percent = *percent;
    said += *percent;
  }
  if (said > kWhole || (said < kWhole && open.empty())) return std::nullopt;
  std::uint32_t left = kWhole - said;
  for (std::size_t i = 0; i < open.size(); ++i) {
    const auto share = static_cast<std::uint32_t>(left / (open.size() - i));
    mix[open[i]].percent = share;
    left -= share;
  }
  mix.erase(std::remove_if(mix.begin(), mix.end(), [](const SizeShare& one) { return one.percent == 0; }), mix.end());
  return mix;
}

// A part that is left out has the default if a comma says so, else that of the part before it.
template <class ReadPart>
std::optional<SizeMixes> by_direction(const std::string& text, const ReadPart& read_part) {
  const std::vector<std::string_view> parts = split(text, ',');
  SizeMixes mixes;
  if (text.empty() || parts.size() > mixes.size() + 1) return std::nullopt;
  const SizeMix standard{{{kDefaultBytes, kDefaultBytes}, kWhole}};
  for (std::size_t i = 0; i < mixes.size(); ++i) {
    if (i >= parts.size()) {
      mixes[i] = parts.back().empty() ? standard : mixes[i - 1];
    } else if (parts[i].empty()) {
      mixes[i] = standard;
    } else {
      const auto mix = read_part(parts[i]);
      if (!mix) return std::nullopt;
      mixes[i] = *mix;
    }
  }
  if (parts.size() > mixes.size() && !parts.back().empty()) return std::nullopt;
  return mixes;
}

}  // namespace

double mean_bytes(const SizeMix& mix) {
  double mean = 0;
  for (const SizeShare& one : mix) {
    const double of_range = static_cast<double>(one.range.min_bytes) * static_cast<double>(1 + one.choices()) / 2.0;
    mean += one.percent == kWhole ? of_range : of_range * one.percent / kWhole;
  }
  return mean;
}

std::uint64_t least_bytes(const SizeMix& mix) {
  std::uint64_t least = kMostIoBytes;
  for (const SizeShare& one : mix) least = std::min(least, one.range.min_bytes);
  return least;
}

std::uint64_t most_bytes(const SizeMix& mix) {
  std::uint64_t most = 0;
  for (const SizeShare& one : mix) most = std::max(most, one.range.max_bytes);
  return most;
}

std::optional<SizeMixes> parse_bs(const std::string& text) { return by_direction(text, one_size); }

std::optional<SizeMixes> parse_bssplit(const std::string& text) { return by_direction(text, several_sizes); }

}  // namespace vqlab
