#include "analysis/scenario/param_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <set>

#include "analysis/scenario/section.hpp"

namespace vqlab {
namespace {

struct ForeignWord {
  const char* key;
  const char* here;
};
constexpr ForeignWord kForeignWords[] = {
    {"queue-size", "virtqueue_size in controller"},
    {"queue_size", "virtqueue_size in controller"},
    {"packed", "\"ring\": \"packed\" in controller"},
    {"iothread", "\"server\": \"iothreads\" in host"},
    {"ioeventfd", "nothing: doorbells are ioeventfds here, and guest_costs.kick_ns is what one costs"},
};

// Parameters of former versions. A path says in which section one was if another has the same key.
constexpr ForeignWord kFormerParams[] = {
    {"wake_migration", "nothing: the guest's scheduler places a process that wakes, see guest.topology"},
    {"interrupt_vcpu_share", "nothing: processes are placed by guest.placement, and moved by load balancing"},
    {"guest_costs.balance_interval_ns",
     "balance_interval_ns in guest, how often an idle vCPU balances; it was the time after which a displaced process "
     "returned"},
};

// What stands for the key; empty if it is known nowhere.
std::string words_here(const std::string& key) {
  for (const ForeignWord& one : kForeignWords)
    if (key == one.key) return one.here;
  if (const std::string former = former_param(key); !former.empty()) return former;
  for (const std::string& path : param_paths()) {
    const std::size_t dot = path.find('.');
    if (dot != std::string::npos && path.compare(dot + 1, std::string::npos, key) == 0)
      return key + " in " + path.substr(0, dot);
  }
  return "";
}

}  // namespace

std::string former_param(const std::string& name) {
  for (const ForeignWord& one : kFormerParams)
    if (name == one.key || name.substr(name.find('.') + 1) == one.key) return one.here;
  return "";
}

std::vector<std::string> tell_misplaced(const Json& json, const std::string& path, std::vector<std::string> known,
                                        FaultList& faults) {
  if (!json.is_object()) return known;
  const std::set<std::string> here(known.begin(), known.end());
  for (const auto& [key, value] : json.items()) {
    if (faults.full()) break;
    if (here.count(key) > 0) continue;
    const std::string former = former_param(path.substr(path.rfind('.') + 1) + "." + key);
    const std::string words = former.empty() ? words_here(key) : former;
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
