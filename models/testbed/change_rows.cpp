#include "models/testbed/change_rows.hpp"

namespace vqlab {

void change_rows(Testbed& testbed, const std::function<bool(const Param&)>& concerned,
                 const std::function<ParamValue(const Param&, const ParamValue&)>& changed) {
  const auto change = [&](auto& part) {
    for (const Param& row : params_of(&part).rows)
      if (concerned(row)) row.set(&part, changed(row, row.get(&part)));
  };
  change(testbed.hardware);
  change(testbed.guest);
  change(testbed.controller);
  change(testbed.host);
  change(testbed.guest_costs);
  change(testbed.host_costs);
  change(testbed.job);
  change(testbed.other_job);
  for (NamedSet& element : testbed.jobs)
    for (RowValue& one : element.values)
      for (const Param& row : params_of(&testbed.job).rows)
        if (row.name == one.row && concerned(row)) one.value = changed(row, one.value);
  for (NamedSet& element : testbed.controllers)
    for (RowValue& one : element.values)
      for (const Param& row : params_of(&testbed.controller).rows)
        if (row.name == one.row && concerned(row)) one.value = changed(row, one.value);
  for (const auto& [name, part] : part_params().entries())
    for (const Param& row : part.table->rows)
      if (concerned(row)) testbed.parts.set(part, row, changed(row, row.get(testbed.parts.object(part))));
}

}  // namespace vqlab
