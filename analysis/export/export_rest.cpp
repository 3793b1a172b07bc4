#include "analysis/export/export_rest.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <utility>

#include "analysis/app/home.hpp"
#include "analysis/formats/import_setup.hpp"
#include "analysis/formats/resolved_point.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/value.hpp"
#include "models/testbed/running_jobs.hpp"

namespace vqlab {
namespace {

// Found out once more what the values change: some are read only where others are so.
constexpr int kMostRounds = 4;
constexpr std::size_t kMostLost = 20;  // differences that are told

// Members of all devices alike, and of the list's elements.
bool is_of_all_controllers(const std::string& row) {
  const ParamTable& table = params_of_listed_controller();
  return std::ranges::none_of(table.rows, [&row](const Param& one) { return one.name == row; });
}

class RestOfExport {
 public:
  RestOfExport(const ExportedWords& words, const PointSpec& spec)
      : words_(words), spec_(spec), wanted_(resolved_point(spec)) {}

  ExportRest take() {
    rest_.values["study"] = words_.study;
    if (!words_.machine.empty()) rest_.values["machine"] = words_.machine;
    for (int round = 0; round < kMostRounds; ++round) {
      rest_.lost.clear();
      const std::optional<Json> found = imported();
      if (!found || *found == wanted_) return std::move(rest_);
      const Json before = rest_.values;
      add_values(*found);
      add_jobs(*found);
      add_controllers(*found);
      if ((*found)["disks"] != wanted_["disks"]) rest_.values["disks"] = write_value(ParamValue(spec_.testbed.disks));
      if (rest_.values == before) break;
    }
    const std::optional<Json> found = imported();
    if (found && *found != wanted_) tell_lost(*found);
    return std::move(rest_);
  }

 private:
  // Nothing, and sentences, if import does not take the words.
  std::optional<Json> imported() {
    ImportSetup setup;
    setup.fio = {"job.fio", words_.job_file};
    setup.qemu = {"qemu.txt", words_.command_line};
    setup.values = {"values.json", rest_.values.dump(2)};
    setup.study = words_.study;
    setup.scenario = "imported.json";
    setup.home = home() / "scenarios";
    setup.around = {[](const std::string&) { return std::nullopt; }, [](const std::string&) { return std::nullopt; }};
    const ImportedSetup imported = import_setup(setup);
    for (const ClassedOption& one : imported.options)
      if (one.kind == OptionClass::kRefused)
        rest_.lost.push_back(fmt::format("{} {}={}: {}", one.file, one.option, one.value, one.words));
    for (const Fault& fault : imported.faults) rest_.lost.push_back(to_string(fault));
    if (!imported.good) return std::nullopt;
    const StudyOrFaults study = parse_study(imported.scenario.dump(), setup.scenario, {{}, setup.home});
    if (!study.study || study.study->points.empty()) return std::nullopt;
    const Point point = study.study->points[0];
    found_ = {point.testbed, point.precision};
    Json resolved = resolved_point(found_);
    wanted_ = resolved_point(spec_);
    drop_values_alike(found_, resolved, spec_, wanted_);
    return resolved;
  }

  // Of the point that was imported last: it does not read the value as long as others differ.
  [[nodiscard]] Json unread_value(const std::string& path) const { return write_value(find_param(path).get(found_)); }

  void set_value(const std::string& path, Json value) {
    const std::size_t dot = path.find('.');
    if (dot == std::string::npos)
      rest_.values[path] = std::move(value);
    else
      rest_.values[path.substr(0, dot)][path.substr(dot + 1)] = std::move(value);
  }

  void add_values(const Json& found) {
    const Json& got = found["values"];
    for (const auto& [path, value] : wanted_["values"].items())
      if (got.contains(path) ? got[path] != value : unread_value(path) != value) set_value(path, value);
  }

  // The element of a list of values that has this name.
  Json& element(const std::string& list, const std::string& name) {
    Json& all = rest_.values[list];
    for (Json& one : all)
      if (one["name"] == name) return one;
    return all.emplace_back(Json{{"name", name}});
  }

  void add_jobs(const Json& found) {
    for (const Json& wanted : wanted_["jobs"]) {
      const auto& name = wanted["name"].get_ref<const std::string&>();
      Json got = Json::object();
      for (const Json& one : found["jobs"])
        if (one["name"] == name) got = one;
      for (const auto& [key, value] : wanted.items()) {
        if (got.contains(key) && got[key] == value) continue;
        if (key == "sizes")
          add_sizes(name);
        else
          element("jobs", name)[key] = value;
      }
      for (const auto& [key, value] : got.items())
        if (!wanted.contains(key)) element("jobs", name)[key] = nullptr;
    }
  }

  // The words for sizes, of which each takes the place of others.
  void add_sizes(const std::string& job) {
    for (const RunningJob& running : running_jobs(spec_.testbed)) {
      if (running.name != job) continue;
      const auto word = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
      Json& one = element("jobs", job);
      one["bssplit"] = word(running.job.bssplit);
      one["bs"] = running.job.bssplit.empty() ? word(running.job.bs) : Json();
      if (running.job.bssplit.empty() && running.job.bs.empty())
        one["bsrange"] = write_value(ParamValue(running.job.bsrange));
    }
  }

  void add_controllers(const Json& found) {
    const Json& wanted = wanted_["controllers"];
    const Json& got = found["controllers"];
    for (std::size_t i = 0; i < std::min(wanted.size(), got.size()); ++i)
      for (const auto& [key, value] : wanted[i].items()) {
        if (key == "name" || key == "iothreads" || key == "targets" || (got[i].contains(key) && got[i][key] == value))
          continue;
        if (wanted.size() == 1 || is_of_all_controllers(key))
          rest_.values["controller"][key] = value;
        else
          element("controllers", wanted[i]["name"])[key] = value;
      }
  }

  void tell_lost(const Json& found) {
    const Json got = found.flatten();
    const Json wanted = wanted_.flatten();
    std::size_t more = 0;
    const auto tell = [&](const std::string& path, const std::string& here, const std::string& there) {
      if (rest_.lost.size() < kMostLost)
        rest_.lost.push_back(fmt::format("{}: {}, imported as {}", path, here, there));
      else
        ++more;
    };
    for (const auto& [path, value] : wanted.items())
      if (!got.contains(path) || got[path] != value)
        tell(path, value.dump(), got.contains(path) ? got[path].dump() : "nothing");
    for (const auto& [path, value] : got.items())
      if (!wanted.contains(path)) tell(path, "nothing", value.dump());
    if (more > 0) rest_.lost.push_back(fmt::format("and {} more", more));
  }

  const ExportedWords& words_;
  const PointSpec& spec_;
  Json wanted_;
  PointSpec found_;
  ExportRest rest_{};
};

}  // namespace

ExportRest export_rest(const ExportedWords& words, const PointSpec& spec) { return RestOfExport(words, spec).take(); }

}  // namespace vqlab
