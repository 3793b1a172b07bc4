#include "analysis/scenario/device_json.hpp"

#include <cstddef>
#include <vector>

#include "analysis/scenario/object_reader.hpp"
#include "models/backend/derive.hpp"
#include "models/backend/sheet_table.hpp"

namespace vqlab {
namespace {

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

Json write_device(const DeviceChoice& device, WriteFigure write) {
  const DeviceSheet& sheet = device.sheet();
  const DeviceSheet standard;
  Json json;
  json["name"] = sheet.name;
  for (const Param& row : figures())
    if (row.name == kKind || row.get(&sheet) != row.get(&standard)) json[row.name] = write(row.get(&sheet));
  return json;
}

}  // namespace vqlab
