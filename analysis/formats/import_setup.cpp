#include "analysis/formats/import_setup.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

#include "analysis/formats/fio_import.hpp"
#include "analysis/formats/libvirt_import.hpp"
#include "analysis/formats/qemu_import.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/object_reader.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kMostStudyName = 64;
constexpr int kMostPasses = 50;  // each takes away what nothing reads; what is left may be read no more

// "$.jobs[0].bs" as the library spells it: "/jobs/0/bs".
Json::json_pointer pointer_of(const std::string& path) {
  Json::json_pointer pointer;
  std::size_t at = path.compare(0, 1, "$") == 0 ? 1 : 0;
  while (at < path.size()) {
    if (path[at] == '.') {
      const std::size_t end = std::min(path.find_first_of(".[", at + 1), path.size());
      pointer.push_back(path.substr(at + 1, end - at - 1));
      at = end;
    } else {
      const std::size_t end = std::min(path.find(']', at), path.size() - 1);
      std::string inside = path.substr(at + 1, end - at - 1);
      if (inside.size() >= 2 && inside.front() == '"') inside = inside.substr(1, inside.size() - 2);
      pointer.push_back(inside);
      at = end + 1;
    }
  }
  return pointer;
}

// Without the value, and without what holds nothing then. False if there is none.
bool remove_value(Json& scenario, const std::string& path) {
  Json::json_pointer pointer = pointer_of(path);
  while (!pointer.empty()) {
    const Json::json_pointer parent = pointer.parent_pointer();
    if (!scenario.contains(pointer) || !scenario.at(parent).is_object()) return false;
    scenario.at(parent).erase(pointer.back());
    if (!scenario.at(parent).empty() || parent.empty()) return true;
    pointer = parent;
  }
  return true;
}

class SetupImport {
 public:
  explicit SetupImport(const ImportSetup& setup) : setup_(setup) {}

  ImportedSetup run() {
    if (setup_.values) read_values();
    result_.scenario["study"] = values_.contains("study") ? values_["study"] : Json(setup_.study);
    if (!setup_.machine.empty())
      result_.scenario["machine"] = setup_.machine;
    else if (values_.contains("machine"))
      result_.scenario["machine"] = values_["machine"];
    import_machine_part();
    if (setup_.fio) take_jobs();
    for (const auto& [key, value] : values_.items())
      if (key != "study" && key != "machine") merge_member(result_.scenario, key, value);
    if (result_.faults.empty() && !is_refused()) check();
    std::stable_sort(result_.options.begin(), result_.options.end(), [this](const auto& a, const auto& b) {
      return std::pair(position(a.file), a.line) < std::pair(position(b.file), b.line);
    });
    refuse_faulty();
    if (setup_.strict) refuse_approximated();
    result_.good = result_.faults.empty() && !is_refused();
    return std::move(result_);
  }

 private:
  void import_machine_part() {
    if (setup_.qemu) take(import_qemu(setup_.qemu->text, setup_.qemu->file));
    if (setup_.libvirt) take(import_libvirt(setup_.libvirt->text, setup_.libvirt->file));
  }

  void read_values() {
    FaultList faults(setup_.values->file);
    auto document = parse_document(setup_.values->text, faults);
    if (document && !document->is_object())
      faults.add(FaultKind::kSchema, "$", show(*document), "an object with members of a scenario");
    for (Fault& fault : faults.faults()) result_.faults.push_back(std::move(fault));
    if (!document || !document->is_object()) return;
    values_ = std::move(*document);
    for (const auto& [key, value] : values_.items()) {
      const std::size_t at = setup_.values->text.find("\n  " + Json(key).dump());
      const auto line = 1 + std::count(setup_.values->text.begin(),
                                       setup_.values->text.begin() +
                                           static_cast<std::ptrdiff_t>(at == std::string::npos ? 0 : at + 1),
                                       '\n');
      origins_.emplace(member_path("$", key), result_.options.size());
      result_.options.push_back({setup_.values->file, static_cast<int>(line), "", key,
                                 value.dump(-1, ' ', false, Json::error_handler_t::replace), OptionClass::kModelled,
                                 "as it stands"});
    }
  }

  [[nodiscard]] static std::uint32_t count_of(const Json& json, const char* key, std::uint32_t most) {
    const auto count = json.find(key);
    if (count == json.end() || !count->is_number_unsigned()) return 0;
    const auto value = count->get<std::uint64_t>();
    return value > most ? 0 : static_cast<std::uint32_t>(value);
  }

  // Targets of a vhost-scsi device are the kernel's: only a job file names them.
  [[nodiscard]] bool targets_are_open() const {
    return result_.scenario.value("/host/server"_json_pointer, "") == "vhost_scsi";
  }

  [[nodiscard]] FioMachine disks() const {
    constexpr std::uint32_t kMostTargets = 16384;
    constexpr std::uint32_t kMostLuns = 256;
    FioMachine machine{count_of(values_, "targets", kMostTargets), 1, false};
    for (const Json* const json : {&values_, &result_.scenario})
      if (machine.luns_per_target == 1)
        machine.luns_per_target = std::max(1U, count_of(*json, "luns_per_target", kMostLuns));
    if (machine.targets > 0) return machine;
    if (targets_are_open())
      machine.by_letter = true;
    else
      machine.targets = count_of(result_.scenario, "targets", kMostTargets);
    return machine;
  }

  void take_jobs() {
    FioSurroundings around = setup_.around;
    for (const Json* const json : {&result_.scenario, &values_})
      if (const Json vcpus = json->value("/guest/vcpus"_json_pointer, Json()); vcpus.is_number_integer())
        around.vcpus = vcpus.get<std::int64_t>();
    ImportedPart part = import_fio(setup_.fio->text, setup_.fio->file, {around, setup_.directory, disks()});
    const std::uint32_t named = part.scenario.value("targets", 0U);
    if (targets_are_open() && named > result_.scenario.value("targets", 0U)) {
      result_.scenario["targets"] = named;
      // They are dealt out to the devices in turn.
      if (result_.scenario.contains("controllers"))
        for (Json& controller : result_.scenario["controllers"]) controller.erase("targets");
    }
    take(std::move(part));
  }

  // Objects and elements of one name are merged; null takes a value away.
  static void merge_member(Json& scenario, const std::string& key, const Json& value) {
    if (value.is_null()) {
      scenario.erase(key);
      return;
    }
    Json& member = scenario[key];
    const bool lists = member.is_array() && value.is_array();
    if (lists && std::all_of(value.begin(), value.end(),
                             [](const Json& one) { return one.is_object() && one.contains("name"); })) {
      for (const Json& one : value) {
        const auto same = std::find_if(member.begin(), member.end(), [&one](const Json& other) {
          return other.is_object() && other.value("name", Json()) == one["name"];
        });
        if (same == member.end()) {
          member.push_back(one);
          continue;
        }
        for (const auto& [inner, what] : one.items()) merge_member(*same, inner, what);
      }
    } else if (member.is_object() && value.is_object()) {
      for (const auto& [inner, what] : value.items()) merge_member(member, inner, what);
    } else {
      member = value;
    }
  }

  void take(ImportedPart part) {
    for (auto& [path, option] : part.origins) origins_.emplace(std::move(path), option + result_.options.size());
    result_.options.insert(result_.options.end(), part.options.begin(), part.options.end());
    result_.faults.insert(result_.faults.end(), part.faults.begin(), part.faults.end());
    for (auto& [key, value] : part.scenario.items()) {
      Json& member = result_.scenario[key];
      if (member.is_object() && value.is_object())
        member.update(value);
      else if (member.is_null())
        member = value;
    }
  }

  [[nodiscard]] std::size_t position(const std::string& file) {
    const auto at = std::find(files_.begin(), files_.end(), file);
    if (at != files_.end()) return static_cast<std::size_t>(at - files_.begin());
    files_.push_back(file);
    return files_.size() - 1;
  }

  [[nodiscard]] bool is_refused() const {
    return std::any_of(result_.options.begin(), result_.options.end(), [this](const ClassedOption& one) {
      return one.kind == OptionClass::kRefused || (setup_.strict && one.kind == OptionClass::kApproximated);
    });
  }

  void refuse_approximated() {
    for (ClassedOption& one : result_.options) {
      if (one.kind != OptionClass::kApproximated) continue;
      one.kind = OptionClass::kRefused;
      one.words = "approximated, which --strict refuses: " + one.words;
    }
  }

  // The line that a value came from; null if no line said it.
  ClassedOption* origin_of(const std::string& path) {
    ClassedOption* nearest = nullptr;
    std::size_t longest = 0;
    for (const auto& [from, option] : origins_) {
      if (!is_below(path, from) || from.size() < longest) continue;
      longest = from.size();
      nearest = &result_.options.at(option);
    }
    return nearest;
  }

  // A value that nothing reads is left out, and its line said to be harmless.
  bool drop_idle(const Fault& fault) {
    if (fault.kind != FaultKind::kEffect) return false;
    if (!remove_value(result_.scenario, fault.path)) return false;
    const std::size_t because = fault.found.find("because ");
    const std::string why = "no effect here" + (because == std::string::npos ? "" : ", " + fault.found.substr(because));
    if (ClassedOption* const option = origin_of(fault.path)) {
      option->kind = OptionClass::kHarmless;
      option->words = why;
    }
    return true;
  }

  // The first line of what a path holds: of a job its section. Null if no line said it.
  const ClassedOption* first_below(const std::string& path) {
    const ClassedOption* first = nullptr;
    for (const auto& [from, option] : origins_) {
      const ClassedOption& one = result_.options.at(option);
      if (is_below(from, path) && (first == nullptr || one.line < first->line)) first = &one;
    }
    return first;
  }

  // In the words of the user's file where one of its lines is to blame.
  void add_fault(const Fault& fault) {
    Fault told = fault;
    if (ClassedOption* const option = origin_of(fault.path)) {
      told.file = option->file;
      told.path = "line " + std::to_string(option->line) + " " + option->where + " " + option->option;
      if (told.found != show(Json(option->value))) told.found = option->value + ", here " + told.found;
      option->kind = OptionClass::kRefused;
      option->words = "see below";
    } else if (const ClassedOption* const first = first_below(fault.path)) {
      told.file = first->file;
      told.path = "line " + std::to_string(first->line) + " " + first->where;
      told.found = "here " + told.found;
    } else if (const ClassedOption* const trace = line_of_trace(fault.file)) {
      told.file = trace->file;
      told.path = "line " + std::to_string(trace->line) + " " + trace->where + " " + trace->option + ", " + fault.path +
                  " of " + fault.file;
    } else if (told.file == setup_.scenario.string()) {
      told.file = setup_.machine.empty() ? "the scenario of these files, on the machine that it has without --machine"
                                         : "the scenario of these files";
    }
    result_.faults.push_back(std::move(told));
  }

  // A trace is a file of its own: the line that names it comes first.
  const ClassedOption* line_of_trace(const std::string& file) const {
    for (const ClassedOption& one : result_.options)
      if (one.option == "read_iolog" && !one.value.empty() && file.size() >= one.value.size() &&
          file.compare(file.size() - one.value.size(), std::string::npos, one.value) == 0)
        return &one;
    return nullptr;
  }

  // An option that its program does not take has no other class.
  void refuse_faulty() {
    for (const Fault& fault : result_.faults)
      for (ClassedOption& one : result_.options) {
        if (one.file != fault.file || one.kind == OptionClass::kRefused) continue;
        const std::string line = "line " + std::to_string(one.line);
        const bool same_line = fault.path.compare(0, line.size(), line) == 0 &&
                               (fault.path.size() == line.size() || std::isdigit(fault.path[line.size()]) == 0);
        const std::string name = ' ' + one.option;
        const bool ends_so = fault.path.size() > name.size() &&
                             fault.path.compare(fault.path.size() - name.size(), std::string::npos, name) == 0;
        // A line of QEMU may have several options of one name.
        const bool says_so = fault.found.find(one.value.substr(0, 40)) != std::string::npos;
        if (!same_line || !ends_so || !says_so) continue;
        one.kind = OptionClass::kRefused;
        one.words = "see below";
      }
  }

  void check() {
    for (int pass = 0; pass < kMostPasses; ++pass) {
      const StudyOrFaults study = parse_study(result_.scenario.dump(-1, ' ', false, Json::error_handler_t::replace),
                                              setup_.scenario, {{}, setup_.home});
      bool dropped = false;
      for (const Fault& fault : study.faults) dropped = drop_idle(fault) || dropped;
      if (dropped) continue;
      for (const Fault& fault : study.faults) add_fault(fault);
      return;
    }
  }

  const ImportSetup& setup_;
  ImportedSetup result_{};
  std::map<std::string, std::size_t> origins_;  // lines of values, by path
  std::vector<std::string> files_;
  Json values_ = Json::object();
};

}  // namespace

ImportedSetup import_setup(const ImportSetup& setup) { return SetupImport(setup).run(); }

std::string study_name_of(const std::filesystem::path& file) {
  std::string name;
  for (const char c : file.stem().string().substr(0, kMostStudyName))
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' ? c : '_';
  while (!name.empty() && !is_name(name)) name.erase(0, 1);
  return name.empty() ? "imported" : name;
}

}  // namespace vqlab
