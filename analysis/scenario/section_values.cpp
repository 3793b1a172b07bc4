#include "analysis/scenario/section_values.hpp"

#include <algorithm>
#include <cstddef>

#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/param_keys.hpp"
#include "analysis/scenario/param_reader.hpp"
#include "analysis/scenario/value.hpp"

namespace vqlab {

void read_sections(const Json& json, const std::string& path, bool machine_only, const std::string& file,
                   Values& values, FaultList& faults) {
  if (!json.is_object()) return;
  const auto read_row = [&](const ParamRef& param, const Json& value, const std::string& at) {
    if (const auto read = read_value(*param.row, value, param.get(values.spec), at, faults)) {
      param.set(values.spec, *read);
      Origin& origin = values.origins[path_of(param)];
      if (origin.file == file && !is_part_of_value(value)) values.superseded.emplace_back(path_of(param), origin);
      origin = {file, at};
    } else {
      values.unread.insert(path_of(param));
    }
  };
  for (const Section& section : sections()) {
    if (machine_only && !section.in_machine) continue;
    const bool top = section.key.empty();
    const auto member = top ? json.end() : json.find(section.key);
    if (!top && member == json.end()) continue;
    const Json& object = top ? json : *member;
    const std::size_t before = faults.size();
    const std::string at = top ? path : member_path(path, section.key);
    if (!top) {
      const std::vector<std::string> known = keys_of(*section.table);
      const ObjectReader check(object, at, known, faults, FaultKind::kSchema,  // notes unknown keys
                               tell_misplaced(object, at, known, faults));
      if (!check.is_object()) {  // which a schema knows of any section
        for (const std::string& name : known) values.unread.insert(section.key + "." + name);
        continue;
      }
      for (const auto& [key, value] : object.items())
        if (!faults.full() && std::find(known.begin(), known.end(), key) == known.end())
          values.unread.insert(section.key + "." + nearest_name(key, known));
    }
    for (const Param& row : section.table->rows)
      if (const std::string key = written_key(object, row, at, faults); !key.empty())
        read_row({&section, &row}, object.at(key), member_path(at, key));
    if (section.of_part) faults.beyond_schema(before);
  }
}

}  // namespace vqlab
