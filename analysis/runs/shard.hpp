// A part of a run: one of so many shards, each simulated by itself, on any machine. `vqlab merge` puts them together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vqlab {

struct Shard {
  std::uint32_t number = 1;  // from 1
  std::uint32_t count = 1;
  std::string command{};  // of the whole run: "vqlab run study.json --seeds 1,2"
  std::string place{};    // where alone the whole may lie, and the command goes on by itself; empty: anywhere

  // Points of one place go to one shard, and neighbours, which take about as long, to different ones.
  [[nodiscard]] bool has(std::size_t variant) const noexcept { return variant % count == number - 1; }
  [[nodiscard]] std::string text() const;         // "3/10"
  [[nodiscard]] std::string folder_name() const;  // "shard_3_of_10"

  friend bool operator==(const Shard&, const Shard&) = default;
};

// "3/10"; nothing if it is none.
[[nodiscard]] std::optional<Shard> parse_shard(std::string_view text);

// What stands beside the journal of a shard.
inline constexpr const char* kShardRecord = "shard.json";

struct ShardRecord {
  Shard shard;
  bool complete = false;  // nothing was interrupted; failed points are no part of the journal
};

[[nodiscard]] std::string shard_json(const ShardRecord& record);
// Nothing if the text is no such record.
[[nodiscard]] std::optional<ShardRecord> parse_shard_record(std::string_view text);

}  // namespace vqlab
