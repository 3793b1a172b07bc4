#include "analysis/complete/named_things.hpp"

#include <vector>

#include "analysis/app/home.hpp"
#include "analysis/scenario/machine_files.hpp"
#include "analysis/scenario/section.hpp"
#include "analysis/scenario/value.hpp"
#include "models/base/registry.hpp"
#include "models/command/driver_version.hpp"
#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

using Paths = Candidates::Paths;
using Words = std::vector<Candidate>;

void add_files(const char* folder, Words& words) {
  for (const MachineFile& file : machine_files(home() / "scenarios" / folder)) words.push_back({file.name, file.title});
}

template <class Entry>
Words registered() {
  Words words;
  for (const auto& [name, entry] : Registry<Entry>::instance().entries()) words.push_back({name, entry.help});
  return words;
}

Words scenarios() {
  Words words;
  add_files("studies", words);
  add_files("tutorial", words);
  return words;
}

Words files_of(const char* folder) {
  Words words;
  add_files(folder, words);
  return words;
}

Words machines() { return files_of("machines"); }

Words params() {
  Words words;
  for (const ParamRef& param : all_params()) words.push_back({path_of(param), param.row->help});
  return words;
}

// What a parameter may be set to, as far as that has names. Nothing if there is no such parameter.
Words values_of(const std::string& path) {
  if (path == "machine") return machines();
  const ParamRef param = find_param(path.rfind("sweep.", 0) == 0 ? path.substr(6) : path);
  if (param.row == nullptr) return {};
  Words words;
  switch (param.row->kind) {
    case ParamKind::kBoolean: return {{"true", ""}, {"false", ""}};
    case ParamKind::kDevice: return files_of("devices");
    case ParamKind::kChoice:
      for (const std::string& choice : param.row->choices()) words.push_back({choice, ""});
      return words;
    default: return {};
  }
}

// path=value, or the path until there is an equals sign.
Words assignments(const std::string& word) {
  Words words;
  if (const std::size_t equals = word.find('='); equals != std::string::npos) {
    const std::string path = word.substr(0, equals);
    for (const Candidate& value : values_of(path)) words.push_back({path + "=" + value.word, value.help});
    return words;
  }
  words = params();
  words.push_back({"machine", "Name of a machine, or a path to its file."});
  words.push_back({"seeds", "Seeds, [1,2,3]."});
  for (Candidate& one : words) one.word += '=';
  return words;
}

struct Rule {
  const char* help_begins;
  Words (*words)();
  Paths paths;
};

Words none() { return {}; }

constexpr Rule kRules[] = {
    {"Scenario file", scenarios, Paths::kFiles},
    {"Result director", none, Paths::kFolders},
    {"The one that is held against it", none, Paths::kFolders},
    {"Folder", none, Paths::kFolders},
    {"Directory", none, Paths::kFolders},
    {"Polic", registered<PolicyEntry>, Paths::kFiles},
    {"Two policies", registered<PolicyEntry>, Paths::kFiles},
    {"Steering policy", registered<PolicyEntry>, Paths::kFiles},
    {"File of a policy", registered<PolicyEntry>, Paths::kFiles},
    {"Version of the driver", registered<DriverVersion>, Paths::kNone},
    {"Machine whose", machines, Paths::kFiles},
    {"Machine that", machines, Paths::kFiles},
    {"Parameters to fit", params, Paths::kNone},
};

}  // namespace

Candidates named_things(const std::string& help, const std::string& word) {
  if (help.rfind("Override a value", 0) == 0) return {assignments(word), Paths::kNone};
  for (const Rule& rule : kRules)
    if (help.rfind(rule.help_begins, 0) == 0) return {rule.words(), rule.paths};
  return {{}, Paths::kFiles};
}

}  // namespace vqlab
