#include "analysis/report/parameter_facts.hpp"

#include "analysis/scenario/section.hpp"
#include "analysis/scenario/value.hpp"

namespace vqlab {

nlohmann::ordered_json parameter_facts() {
  const PointSpec defaults;
  nlohmann::ordered_json facts = nlohmann::ordered_json::object();
  for (const Section& section : sections()) {
    if (!section.in_machine && !section.of_part) continue;
    for (const Param& row : section.table->rows) {
      const bool is_number = row.kind == ParamKind::kInteger || row.kind == ParamKind::kNumber;
      if (!is_number && row.kind != ParamKind::kCost) continue;
      const ParamRef param{&section, &row};
      nlohmann::ordered_json fact = {{"default", write_value(param.get(defaults))},
                                     {"unit", row.unit},
                                     {"help", row.help},
                                     {"source", row.source}};
      if (row.kind == ParamKind::kCost && row.unit.empty()) fact["unit"] = "ns";
      if (row.plausible != row.bounds) fact["plausible"] = {row.plausible.min, row.plausible.max};
      facts[path_of(param)] = std::move(fact);
    }
  }
  return facts;
}

}  // namespace vqlab
