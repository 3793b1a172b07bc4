#include "analysis/scenario/device_json.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "analysis/scenario/object_reader.hpp"
#include "models/backend/derive.hpp"
#include "models/backend/sheet_table.hpp"

namespace vqlab {
namespace {

constexpr std::uint32_t kMostTargets = 16384;
constexpr const char* kKind = "kind";  // what no source is needed for

const std::vector<Param>& figures() { return params_of(static_cast<const DeviceSheet*>(nullptr)).rows; }

// The figures that are read, and no others; `reader` has noted unknown keys.
void read_figures(const ObjectReader& reader, ReadFigure read, DeviceSheet& sheet, FaultList& faults) {
  for (const Param& row : figures())
    if (const Json* json = reader.find(row.name))
      if (const auto value = read(row, *json, row.get(&sheet), reader.path(row.name), faults)) row.set(&sheet, *value);
  for (const Param& row : figures())
    for (const ReadIf& one : row.conditions)
      if (reader.find(row.name) != nullptr && !one.holds(&sheet))
        faults.add(FaultKind::kMeaning, reader.path(row.name),
                   "a figure that a device of kind \"" + sheet.kind + "\" does not have",
                   "this figure only if " + one.words);
}

void read_sources(const ObjectReader& device, bool in_file, FaultList& faults) {
  const Json* sources = device.find("sources");
  if (sources == nullptr && !in_file) return;
  std::vector<std::string> known;
  for (const Param& row : figures()) known.push_back(row.name);
  const Json none = Json::object();
  ObjectReader reader(sources == nullptr ? none : *sources, device.path("sources"), known, faults);
  for (const std::string& figure : known) {
    const bool given = device.find(figure) != nullptr;
    if (reader.find(figure) != nullptr) (void)reader.words(figure);
    if (reader.find(figure) != nullptr && !given)
      faults.add(FaultKind::kMeaning, reader.path(figure), "a figure that the sheet does not give",
                 "the name of one that it gives");
    if (in_file && given && figure != kKind && reader.find(figure) == nullptr)
      faults.add(FaultKind::kMeaning, reader.path(figure), "nothing, but each figure has a source",
                 "where " + figure + " comes from");
  }
}

}  // namespace

std::optional<DeviceChoice> read_device(const Json& json, const std::string& path, ReadFigure read, FaultList& faults,
                                        bool in_file) {
  if (json.is_null()) return std::nullopt;
  if (!json.is_object()) {
    faults.add(FaultKind::kSchema, path, show(json), kDeviceAccepted);
    return std::nullopt;
  }
  const std::size_t before = faults.size();
  std::vector<std::string> known{"$schema", "name", "title", "description", "sources"};
  for (const Param& row : figures()) known.push_back(row.name);
  ObjectReader reader(json, path, known, faults);
  DeviceSheet sheet;
  sheet.name = reader.required_name("name");
  for (const char* key : {"$schema", "title", "description"}) (void)reader.text(key);
  read_figures(reader, read, sheet, faults);
  read_sources(reader, in_file, faults);
  if (faults.size() == before)
    for (const SheetFault& fault : faults_of(sheet)) {
      const Json* json_of_figure = reader.find(fault.figure);
      faults.add(FaultKind::kMeaning, reader.path(fault.figure),
                 json_of_figure == nullptr ? "nothing" : show(*json_of_figure), fault.accepted);
    }
  faults.beyond_schema(before);
  if (faults.size() > before) return std::nullopt;
  return DeviceChoice(sheet);
}

std::optional<Disks> read_disks(const Json& json, const std::string& path, ReadFigure read, FaultList& faults) {
  if (!json.is_array()) {
    faults.add(FaultKind::kSchema, path, show(json), kDisksAccepted);
    return std::nullopt;
  }
  const std::size_t before = faults.size();
  bool named = true;
  Disks disks;
  for (std::size_t i = 0; i < json.size(); ++i) {
    ObjectReader reader(json[i], element_path(path, i), {"targets", "device", "shared"}, faults);
    DiskGroup group;
    if (const Json* targets = reader.find("targets")) {
      if (targets->is_number_integer() && *targets >= 1 && *targets <= kMostTargets)
        group.targets = targets->get<std::uint32_t>();
      else
        faults.add(FaultKind::kSchema, reader.path("targets"), show(*targets), "an integer from 1 to 16384 targets");
    }
    if (const Json* shared = reader.find("shared")) {
      if (shared->is_boolean())
        group.shared = shared->get<bool>();
      else
        faults.add(FaultKind::kSchema, reader.path("shared"), show(*shared), "true or false");
    }
    if (const Json* device = reader.require("device", kDeviceAccepted)) {
      const auto choice = read_device(*device, reader.path("device"), read, faults);
      if (choice) group.device = *choice;
      named = named && choice;
    }
    disks.push_back(std::move(group));
  }
  faults.beyond_schema(before);
  if (faults.size() > before || !named) return std::nullopt;
  return disks;
}

Json write_device(const DeviceChoice& device, WriteFigure write) {
  const DeviceSheet& sheet = device.sheet();
  const DeviceSheet standard;
  Json json;
  json["name"] = sheet.name;
  for (const Param& row : figures())
    if (row.name == kKind || row.get(&sheet) != row.get(&standard)) json[row.name] = write(row.get(&sheet));
  return json;
}

Json write_disks(const Disks& disks, WriteFigure write) {
  Json json = Json::array();
  for (const DiskGroup& group : disks) {
    Json one;
    one["targets"] = group.targets;
    one["device"] = write_device(group.device, write);
    if (group.shared) one["shared"] = true;
    json.push_back(std::move(one));
  }
  return json;
}

std::string disks_text(const Disks& disks) {
  std::string text;
  for (const DiskGroup& group : disks) {
    text += text.empty() ? "" : "+";
    text += std::to_string(group.targets) + "*" + group.device.sheet().name + (group.shared ? "(shared)" : "");
  }
  return text.empty() ? "none" : text;
}

}  // namespace vqlab
