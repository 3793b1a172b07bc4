#include "analysis/scenario/param_keys.hpp"

#include <algorithm>

namespace vqlab {

std::vector<std::string> keys_of(const ParamTable& table) {
  std::vector<std::string> keys;
  for (const Param& row : table.rows) keys.push_back(row.name);
  // Behind the names: where one is meant that is misspelt, a name is nearer.
  for (const Param& row : table.rows) keys.insert(keys.end(), row.aliases.begin(), row.aliases.end());
  return keys;
}

bool is_called(const Param& row, const std::string& key) {
  return row.name == key || std::find(row.aliases.begin(), row.aliases.end(), key) != row.aliases.end();
}

std::string written_key(const Json& object, const Param& row, const std::string& path, FaultList& faults) {
  std::string found = object.is_object() && object.contains(row.name) ? row.name : "";
  for (const std::string& alias : row.aliases) {
    if (!object.is_object() || !object.contains(alias)) continue;
    if (found.empty())
      found = alias;
    else
      faults.add(FaultKind::kMeaning, member_path(path, alias), "another name for " + found + ", which stands here too",
                 "one of the two");
  }
  return found;
}

}  // namespace vqlab
