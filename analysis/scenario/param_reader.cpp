#include "analysis/scenario/param_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <set>

#include "analysis/scenario/fio_words.hpp"
#include "analysis/scenario/foreign_words.hpp"
#include "analysis/scenario/section.hpp"

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

// Whether both are one word, spelt with dashes or underscores.
bool same_word(const std::string& a, const std::string& b) {
  const auto same = [](char one, char other) {
    return one == other || ((one == '-' || one == '_') && (other == '-' || other == '_'));
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

// What stands for the key; empty if it is known nowhere.
std::string words_here(const std::string& key, bool of_job) {
  if (const std::string instead = of_job ? instead_of_fio_word(key) : ""; !instead.empty()) return instead;
  for (const std::string& path : param_paths()) {
    const std::size_t dot = path.find('.');
    if (dot == std::string::npos) continue;
    const std::string name = path.substr(dot + 1);
    if (same_word(name, key)) return name + " in " + path.substr(0, dot);
  }
  if (const std::string former = former_param(key); !former.empty()) return former;
  return foreign_word(key);
}

}  // namespace

std::string former_param(const std::string& name) {
  for (const FormerParam& one : kFormerParams)
    if (name == one.key || name.substr(name.find('.') + 1) == one.key) return one.here;
  return "";
}

std::vector<std::string> tell_misplaced(const Json& json, const std::string& path, std::vector<std::string> known,
                                        FaultList& faults) {
  if (!json.is_object()) return known;
  const std::set<std::string> here(known.begin(), known.end());
  const bool of_job = here.count("iodepth") > 0;
  for (const auto& [key, value] : json.items()) {
    if (faults.full()) break;
    if (here.count(key) > 0) continue;
    const std::string former = former_param(path.substr(path.rfind('.') + 1) + "." + key);
    const std::string words = former.empty() ? words_here(key, of_job) : former;
    if (words.empty()) continue;
    faults.add(value.is_object() ? FaultKind::kMeaning : FaultKind::kSchema, member_path(path, key), "an unknown key",
               words);
    known.push_back(key);
  }
  return known;
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
