#include "analysis/runs/shard.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/runs/whole_number.hpp"

namespace vqlab {
namespace {

constexpr std::uint32_t kMostShards = 100000;

}  // namespace

std::string Shard::text() const { return fmt::format("{}/{}", number, count); }
std::string Shard::folder_name() const { return fmt::format("shard_{}_of_{}", number, count); }

std::optional<Shard> parse_shard(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto which = whole_number(text.substr(0, slash));
  const auto count = whole_number(text.substr(slash + 1));
  if (!which || !count || *which < 1 || *which > *count || *count > kMostShards) return std::nullopt;
  return Shard{.number = *which, .count = *count};
}

std::string shard_json(const ShardRecord& record) {
  nlohmann::ordered_json json{
      {"shard", record.shard.text()}, {"command", record.shard.command}, {"complete", record.complete}};
  if (!record.shard.place.empty()) json["place"] = record.shard.place;
  return json.dump(2) + "\n";
}

std::optional<ShardRecord> parse_shard_record(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const auto is = [&json](const char* key, nlohmann::json::value_t type) {
    return json.is_object() && json.contains(key) && json.at(key).type() == type;
  };
  using Type = nlohmann::json::value_t;
  if (!is("shard", Type::string) || !is("command", Type::string) || !is("complete", Type::boolean)) return std::nullopt;
  auto shard = parse_shard(json.at("shard").get<std::string>());
  if (!shard) return std::nullopt;
  shard->command = json.at("command").get<std::string>();
  if (is("place", Type::string)) shard->place = json.at("place").get<std::string>();
  return ShardRecord{*shard, json.at("complete").get<bool>()};
}

}  // namespace vqlab
