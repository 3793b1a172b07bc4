#include "analysis/scenario/device_files.hpp"

#include <map>
#include <set>
#include <utility>

#include "analysis/scenario/device_json.hpp"
#include "analysis/scenario/machine_files.hpp"
#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/value.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

// Members whose own members are named by parameters, but are texts.
bool has_words_by_path(const std::string& key) { return key == "sources" || key == "free_parameters"; }

class Sheets {
 public:
  Sheets(const ScenarioPlace& place, FaultList& faults) : folders_(folders_near(place, "devices")), faults_(faults) {}

  void put(Json& json, const std::string& path) {
    if (json.is_array())
      for (std::size_t i = 0; i < json.size() && !faults_.full(); ++i)
        if (json[i].is_structured()) put(json[i], element_path(path, i));
    if (!json.is_object()) return;
    for (auto& [key, value] : json.items()) {
      const std::string at = member_path(path, key);
      if (key == "device" || key == "host.device")
        put_sheet(value, at);
      else if (value.is_structured() && !has_words_by_path(key))
        put(value, at);
    }
  }

 private:
  // A sweep has a list of them.
  void put_sheet(Json& json, const std::string& path) {
    if (json.is_array())
      for (std::size_t i = 0; i < json.size() && !faults_.full(); ++i) put_sheet(json[i], element_path(path, i));
    else if (json.is_string())
      json = sheet_of(json.get<std::string>(), path);
    else if (!json.is_object())
      json = refuse(json, path);
  }

  Json sheet_of(const std::string& name, const std::string& path) {
    if (const auto known = read_.find(name); known != read_.end()) return known->second;
    std::error_code error;
    if (is_name(name))
      for (const fs::path& folder : folders_)
        if (const fs::path file = folder / (name + ".json"); fs::is_regular_file(file, error))
          return read_[name] = read(file.lexically_normal());
    return refuse(name, path);
  }

  Json read(const fs::path& file) {
    FaultList own(file.string());
    Json sheet;
    const auto content = read_input(file, "a device file", own);
    if (const auto document = content ? parse_document(*content, own) : std::nullopt) {
      const auto device = read_device(*document, "$", read_value, own, true);
      if (device && device->sheet().name != file.stem())
        own.add(FaultKind::kMeaning, "$.name", show(device->sheet().name), "the file's name, " + file.stem().string());
      if (document->is_null()) own.add(FaultKind::kMeaning, "$", "null", kDeviceAccepted);
      if (own.empty()) sheet = write_device(*device, write_value);
    }
    faults_.take(own);
    return sheet;
  }

  Json refuse(const Json& json, const std::string& path) {
    std::set<std::string> names;
    for (const fs::path& folder : folders_)
      for (const MachineFile& device : machine_files(folder)) names.insert(device.name);
    const std::vector<std::string> all(names.begin(), names.end());
    std::string accepted = "the figures of a data sheet";
    if (!all.empty()) accepted += ", or a device: " + one_of(all);
    if (json.is_string()) accepted += "; " + looked_in(folders_);
    faults_.add(FaultKind::kMeaning, path, show(json), accepted,
                json.is_string() ? nearest_name(json.get<std::string>(), all) : "");
    return {};
  }

  std::vector<fs::path> folders_;
  FaultList& faults_;
  std::map<std::string, Json> read_;
};

}  // namespace

Json with_device_sheets(const Json& document, const std::string& path, const ScenarioPlace& place, FaultList& faults) {
  Json copy = document;
  Sheets(place, faults).put(copy, path);
  return copy;
}

}  // namespace vqlab
