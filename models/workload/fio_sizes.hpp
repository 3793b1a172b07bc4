// Sizes of a job's I/Os in fio's words: bs and bssplit, with parts for reads, writes and trims.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/base/io_kind.hpp"
#include "models/base/params.hpp"

namespace vqlab {

inline constexpr std::uint64_t kLeastIoBytes = 512;
inline constexpr std::uint64_t kMostIoBytes = std::uint64_t{1} << 30;

// Some of a direction's I/Os: their sizes are uniform over the multiples of the smaller one in the range.
struct SizeShare {
  SizeRange range;
  std::uint32_t percent = 100;

  [[nodiscard]] std::uint64_t choices() const noexcept { return range.max_bytes / range.min_bytes; }

  friend bool operator==(const SizeShare&, const SizeShare&) = default;
};

// All sizes of one direction; percentages are above 0 and add up to 100.
using SizeMix = std::vector<SizeShare>;

[[nodiscard]] double mean_bytes(const SizeMix& mix);
[[nodiscard]] std::uint64_t least_bytes(const SizeMix& mix);
[[nodiscard]] std::uint64_t most_bytes(const SizeMix& mix);

// Of reads, writes and trims: IoKind is the index.
using SizeMixes = std::array<SizeMix, 3>;

// "4k", "4k,64k" (reads; writes and trims), "4k,64k,1m", ",64k" (reads have fio's default, 4k), "4k," (only reads have
// this one). Nothing if it is no such text, or a size is not one of whole sectors from 512 bytes to 1 GiB.
[[nodiscard]] std::optional<SizeMixes> parse_bs(const std::string& text);

// "4k/70:64k/30", with parts as in bs. Sizes without a percentage share what is left. Nothing if it is no such text, or
// percentages do not add up to 100.
[[nodiscard]] std::optional<SizeMixes> parse_bssplit(const std::string& text);

}  // namespace vqlab
