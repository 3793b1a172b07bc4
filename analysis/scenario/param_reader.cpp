#include "analysis/scenario/param_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <set>

#include "analysis/scenario/param_keys.hpp"
#include "analysis/scenario/section.hpp"
#include "analysis/words/foreign_words.hpp"
#include "models/workload/fio_job.hpp"

namespace vqlab {
namespace {

struct FormerParam {
  const char* key;
  const char* here;
};

// Parameters of former versions. A path says in which section one was if another has the same key.
constexpr FormerParam kFormerParams[] = {
    {"wake_migration", "nothing: the guest's scheduler places a process that wakes, see guest.topology"},
    {"interrupt_vcpu_share", "nothing: processes are placed by guest.placement, and moved by load balancing"},
    {"guest_costs.balance_interval_ns",
     "balance_interval_ns in guest, how often an idle vCPU balances; it was the time after which a displaced process "
     "returned"},
};

// Whether the row may be called so, spelt with dashes or underscores.
bool is_spelt(const Param& row, const std::string& word) {
  const auto same = [&word](const std::string& name) { return with_underscores(name) == word; };
  return same(row.name) || std::any_of(row.aliases.begin(), row.aliases.end(), same);
}

// Where a parameter of this name stands; empty if there is none.
std::string section_of(const std::string& key) {
  const std::string word = with_underscores(key);
  for (const ParamRef& param : all_params())
    if (is_spelt(*param.row, word))
      return param.section->key.empty() ? param.row->name + ", at the top level"
                                        : param.row->name + " in " + param.section->key;
  for (const Param& row : params_of_listed_job().rows)
    if (is_spelt(row, word)) return row.name + " in jobs";
  for (const Section& section : sections())
    if (section.key == word) return "the section " + word + ", at the top level";
  return "";
}

std::string first_of(std::initializer_list<std::function<std::string(const std::string&)>> ways,
                     const std::string& key) {
  for (const auto& way : ways)
    if (const std::string words = way(key); !words.empty()) return words;
  return "";
}

}  // namespace

std::string place_of_word(const std::string& key, bool of_job) {
  return of_job ? first_of({fio_word, section_of, former_param, qemu_word}, key)
                : first_of({section_of, former_param, qemu_word, fio_word}, key);
}

std::string former_param(const std::string& name) {
  for (const FormerParam& one : kFormerParams)
    if (name == one.key || name.substr(name.find('.') + 1) == one.key) return one.here;
  return "";
}

std::vector<std::string> tell_misplaced(const Json& json, const std::string& path,
                                        const std::vector<std::string>& known, FaultList& faults) {
  std::vector<std::string> told;
  if (!json.is_object()) return told;
  const std::set<std::string> here(known.begin(), known.end());
  const bool of_job = here.count("iodepth") > 0;
  for (const auto& [key, value] : json.items()) {
    if (faults.full()) break;
    if (here.count(key) > 0) continue;
    const std::string former = former_param(path.substr(path.rfind('.') + 1) + "." + key);
    const std::string words = former.empty() ? place_of_word(key, of_job) : former;
    if (words.empty()) continue;
    // A word of theirs that means nothing here may be one of ours, misspelt.
    const bool means_nothing = words.compare(0, 7, "nothing") == 0;
    faults.add(value.is_object() ? FaultKind::kMeaning : FaultKind::kSchema, member_path(path, key), "an unknown key",
               words, means_nothing ? nearest_name(key, known) : "");
    told.push_back(key);
  }
  return told;
}

ObjectReader param_reader(const Json& json, const std::string& path, std::vector<std::string> known,
                          FaultList& faults) {
  if (json.is_object()) {
    const std::vector<std::string> params = known;
    for (const auto& [key, value] : json.items()) {
      if (faults.full()) break;
      if (!may_be_of_part(key) || std::find(params.begin(), params.end(), key) != params.end()) continue;
      faults.add(FaultKind::kMeaning, member_path(path, key), "an unknown parameter",
                 "the path of a parameter, such as \"guest.vcpus\"", nearest_name(key, params));
      known.push_back(key);
    }
  }
  return {json, path, known, faults};
}

}  // namespace vqlab
