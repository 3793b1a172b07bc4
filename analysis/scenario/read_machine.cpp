#include "analysis/scenario/read_machine.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/scenario/device_files.hpp"
#include "analysis/scenario/machine_files.hpp"
#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/param_reader.hpp"
#include "analysis/scenario/value.hpp"
#include "models/base/ensure.hpp"
#include "models/testbed/compositions.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string>& machine_keys() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> all{"$schema", "name", "title", "description", "sources", "uncertainty", "posterior"};
    for (const Section& section : sections())
      if (section.in_machine) all.push_back(section.key);
    ensure(std::set<std::string>(all.begin(), all.end()).size() == all.size(), "no part has the name of another key");
    return all;
  }();
  return keys;
}

std::vector<std::string> machine_names(const std::vector<fs::path>& folders) {
  std::set<std::string> names;
  for (const fs::path& folder : folders)
    for (const MachineFile& machine : machine_files(folder)) names.insert(machine.name);
  return {names.begin(), names.end()};
}

// Empty if there is none.
fs::path find_machine(const std::string& text, const fs::path& file, const std::vector<fs::path>& folders) {
  std::error_code error;
  if (text.find('/') != std::string::npos || fs::path(text).extension() == ".json") {
    const fs::path path = file.parent_path() / text;
    return fs::is_regular_file(path, error) ? path : fs::path();
  }
  for (const fs::path& folder : folders)
    if (const fs::path path = folder / (text + ".json"); fs::is_regular_file(path, error))
      return path.lexically_normal();
  return {};
}

// Where values come from: texts that no simulation sees.
void check_sources(const Json& sources, const std::string& path, const Json& machine, FaultList& faults) {
  std::vector<std::string> known;
  for (const std::string& param : param_paths())
    if (find_param(param).section->in_machine) known.push_back(param);
  ObjectReader reader = param_reader(sources, path, known, faults);
  for (const std::string& param : known) {
    if (reader.find(param) == nullptr) continue;
    (void)reader.words(param);
    const ParamRef ref = find_param(param);
    const auto section = machine.find(ref.section->key);
    if (section == machine.end() || !section->is_object() || !section->contains(ref.row->name))
      faults.add(FaultKind::kMeaning, reader.path(param), "a parameter that the machine does not set",
                 "the path of one that it sets");
  }
}

// What the machine sets, and nothing that runs on it reads.
void refuse_unreadable(const Values& values, FaultList& faults) {
  struct Unread {
    ParamRef param;
    std::string path;
    std::string why;  // as the first guest has it
  };
  std::vector<Unread> unread;
  for (const auto& [path, origin] : values.origins) unread.push_back({find_param(path), origin.path, ""});
  const auto says = [&values](const std::string& path) { return values.origins.count(path) > 0; };
  bool any = false;
  visit_compositions(values.spec.testbed, says, [&](const Testbed& testbed) {
    const PointSpec spec{testbed, {}};
    const auto is_read = [&](Unread& one) {
      std::string why = unread_unless(one.param, spec);
      if (one.why.empty()) one.why = why;
      return why.empty();
    };
    unread.erase(std::remove_if(unread.begin(), unread.end(), is_read), unread.end());
    any = true;
    return unread.empty();
  });
  if (!any) return;  // its host's parts do not go together, as each of its studies says
  for (const Unread& one : unread)
    faults.add(FaultKind::kEffect, one.path,
               show(brief_value(one.param.get(values.spec), one.param.get(PointSpec{}))) +
                   ", which has no effect on any guest of this machine, because it is read only if " + one.why,
               "what some guest on this host reads");
}

MachineDocument read_machine_object(const Json& json, const std::string& path, const ScenarioPlace& place,
                                    Values& values, FaultList& faults) {
  ObjectReader reader(json, path, machine_keys(), faults, FaultKind::kMeaning);
  (void)reader.text("$schema");
  (void)reader.text("title");
  (void)reader.text("description");
  read_sections(with_device_sheets(json, path, place, faults), path, true, place.file.string(), values, faults);
  if (const Json* sources = reader.find("sources")) check_sources(*sources, reader.path("sources"), json, faults);
  MachineDocument machine;
  if (const Json* uncertainty = reader.find("uncertainty"))
    machine.uncertainty = read_uncertainty(*uncertainty, reader.path("uncertainty"), values.spec, faults);
  if (const Json* posterior = reader.find("posterior"))
    machine.posterior = read_posterior(*posterior, reader.path("posterior"), values.spec, faults);
  if (reader.find("name") != nullptr) machine.name = reader.required_name("name");
  machine.document = json;
  return machine;
}

}  // namespace

MachineDocument read_machine(const Json& json, const std::string& path, const ScenarioPlace& place, Values& values,
                             FaultList& faults) {
  if (json.is_object()) return read_machine_object(json, path, place, values, faults);
  if (!json.is_string()) {
    faults.add(FaultKind::kSchema, path, show(json), "the name of a machine, a path to its file, or an object");
    return {};
  }
  const auto text = json.get<std::string>();
  const std::vector<fs::path> folders = folders_near(place, "machines");
  const fs::path found = find_machine(text, place.file, folders);
  if (found.empty()) {
    const std::vector<std::string> names = machine_names(folders);
    const std::string named = names.empty() ? "" : ", or a machine: " + one_of(names);
    faults.add(FaultKind::kMeaning, path, show(json),
               "a path relative to this file" + named + "; " + looked_in(folders), nearest_name(text, names));
    values.unread.insert(param_paths().begin(), param_paths().end());
    return {};
  }
  FaultList own(found.string());
  MachineDocument machine;
  const auto content = read_input(found, "a machine file", own);
  if (auto document = content ? parse_document(*content, own) : std::nullopt) {
    machine = read_machine_object(*document, "$", {found, place.scenarios_home}, values, own);
    if (!machine.name.empty() && machine.name != found.stem())
      own.add(FaultKind::kMeaning, "$.name", show(machine.name), "the file's name, " + found.stem().string());
    if (own.empty()) refuse_unreadable(values, own);
  }
  machine.name = found.stem().string();
  faults.take(own);
  return machine;
}

}  // namespace vqlab
