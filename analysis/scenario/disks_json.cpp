#include "analysis/scenario/disks_json.hpp"

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/param_reader.hpp"
#include "models/backend/disk_table.hpp"

namespace vqlab {
namespace {

constexpr const char* kThrottlingAccepted =
    "an object such as {\"iops_total\": 500, \"bps_write\": \"20m\"}, with limits, a `group` that has them, or both";

template <class S>
const ParamTable& table_of() {
  return params_of(static_cast<const S*>(nullptr));
}

template <class S>
std::vector<std::string> keys_of_rows(std::vector<std::string> more) {
  for (const Param& row : table_of<S>().rows) more.push_back(row.name);
  return more;
}

// The rows that are there; `reader` has noted unknown keys. What would have no effect is a fault if all of it was read.
template <class S>
void read_rows(const ObjectReader& reader, ReadFigure read, S& object, FaultList& faults) {
  const std::size_t before = faults.size();
  for (const Param& row : table_of<S>().rows)
    if (const Json* json = reader.find(row.name))
      if (const auto value = read(row, *json, row.get(&object), reader.path(row.name), faults))
        row.set(&object, *value);
  if (faults.size() > before) return;
  for (const Param& row : table_of<S>().rows)
    for (const ReadIf& one : row.conditions)
      if (reader.find(row.name) != nullptr && !one.holds(&object))
        faults.add(FaultKind::kMeaning, reader.path(row.name), show(*reader.find(row.name)) + ", which has no effect",
                   row.name + " only if " + one.words);
}

Throttling read_throttling(const Json& json, const std::string& path, ReadFigure read, FaultList& faults) {
  Throttling throttling;
  if (!json.is_object() || json.empty()) {
    faults.add(FaultKind::kSchema, path, show(json), kThrottlingAccepted);
    return throttling;
  }
  const std::size_t before = faults.size();
  const std::vector<std::string> known = keys_of_rows<Throttling>({"group"});
  ObjectReader reader(json, path, known, faults, FaultKind::kSchema, tell_misplaced(json, path, known, faults));
  if (reader.find("group") != nullptr) throttling.group = reader.required_name("group");
  read_rows(reader, read, throttling, faults);
  for (const ThrottlingFault& fault : faults_of(throttling))
    faults.add(FaultKind::kMeaning, reader.path(fault.row), show(*reader.find(fault.row)), fault.accepted);
  if (faults.size() == before && !throttling.limits_some() && throttling.group.empty())
    faults.add(FaultKind::kMeaning, path, show(json), kThrottlingAccepted);
  return throttling;
}

// Disks of a throttle group share one set of limits: some of them has it, and no other one has another.
void check_groups(const Disks& disks, const std::string& path, FaultList& faults) {
  std::map<std::string, const Throttling*> limits;
  for (const DiskGroup& group : disks)
    if (group.throttling && group.throttling->limits_some())
      limits.emplace(group.throttling->group, &*group.throttling);
  for (std::size_t i = 0; i < disks.size(); ++i) {
    if (!disks[i].throttling || disks[i].throttling->group.empty()) continue;
    const Throttling& one = *disks[i].throttling;
    const std::string at = member_path(element_path(path, i), "throttling");
    const auto known = limits.find(one.group);
    if (known == limits.end())
      faults.add(FaultKind::kMeaning, member_path(at, "group"), show(Json(one.group)),
                 "a group that has limits, here or in other disks");
    else if (one.limits_some() && !(one == *known->second))
      faults.add(FaultKind::kMeaning, at, "other limits than those of group \"" + one.group + "\" before",
                 "the same limits, or the group alone");
  }
}

template <class S>
void write_rows(Json& json, const S& object, WriteFigure write) {
  const S standard;
  for (const Param& row : table_of<S>().rows)
    if (row.get(&object) != row.get(&standard)) json[row.name] = write(row.get(&object));
}

Json write_throttling(const Throttling& throttling, WriteFigure write) {
  Json json = Json::object();
  if (!throttling.group.empty()) json["group"] = throttling.group;
  write_rows(json, throttling, write);
  return json;
}

}  // namespace

std::optional<Disks> read_disks(const Json& json, const std::string& path, ReadFigure read, FaultList& faults) {
  if (!json.is_array()) {
    faults.add(FaultKind::kSchema, path, show(json), kDisksAccepted);
    return std::nullopt;
  }
  const std::size_t before = faults.size();
  bool named = true;
  Disks disks;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string at = element_path(path, i);
    const std::vector<std::string> known = keys_of_rows<DiskGroup>({"device", "throttling"});
    ObjectReader reader(json[i], at, known, faults, FaultKind::kSchema, tell_misplaced(json[i], at, known, faults));
    DiskGroup group;
    if (const Json* device = reader.find("device")) {
      group.device = read_device(*device, reader.path("device"), read, faults).value_or(DeviceChoice{});
      named = named && !device->is_null();
    }
    read_rows(reader, read, group, faults);
    if (const Json* throttling = reader.find("throttling"))
      group.throttling = read_throttling(*throttling, reader.path("throttling"), read, faults);
    disks.push_back(std::move(group));
  }
  if (faults.size() == before) check_groups(disks, path, faults);
  faults.beyond_schema(before);
  if (faults.size() > before || !named) return std::nullopt;
  return disks;
}

Json write_disks(const Disks& disks, WriteFigure write) {
  Json json = Json::array();
  for (const DiskGroup& group : disks) {
    Json one;
    one["targets"] = group.targets;
    write_rows(one, group, write);
    if (group.device) one["device"] = write_device(*group.device, write);
    if (group.throttling) one["throttling"] = write_throttling(*group.throttling, write);
    json.push_back(std::move(one));
  }
  return json;
}

std::string disks_text(const Disks& disks) {
  std::string text;
  for (const DiskGroup& group : disks) {
    text += text.empty() ? "" : "+";
    text += std::to_string(group.targets) + "*" + (group.device ? group.device->sheet().name : "host");
    if (group.shared) text += "(shared)";
    if (group.cache != "none") text += "(" + group.cache + ")";
    if (group.throttling) {
      text += "(throttling";
      const Json limits = write_throttling(*group.throttling, [](const ParamValue& value) {
        const std::string* words = std::get_if<std::string>(&value);
        return words != nullptr ? Json(*words) : Json(std::get<std::int64_t>(value));
      });
      for (const auto& [key, value] : limits.items())
        text += ' ' + key + '=' + (value.is_string() ? value.get<std::string>() : value.dump());
      text += ')';
    }
  }
  return text.empty() ? "none" : text;
}

}  // namespace vqlab
