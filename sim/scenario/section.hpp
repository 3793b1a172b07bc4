// The parts of a scenario that parameter tables describe. A new part is one line here; a new row of a table is none.
#pragma once

#include <string>
#include <vector>

#include "models/testbed/testbed.hpp"

namespace vqlab {

// What one point is made of.
struct PointSpec {
  Testbed testbed;
  Precision precision;

  friend bool operator==(const PointSpec&, const PointSpec&) = default;
};

struct Section {
  std::string key;          // of the scenario's object; empty for the rows at the top level
  const ParamTable* table;  // describes what `object` points to
  void* (*object)(PointSpec&);
  bool in_machine;  // whether a machine file may set it
};

[[nodiscard]] const std::vector<Section>& sections();

// The struct that the section describes.
[[nodiscard]] inline const void* object_of(const Section& section, const PointSpec& spec) {
  return section.object(const_cast<PointSpec&>(spec));  // the pointer leaves as const again
}

// A row together with its section: what a path such as "guest.vcpus" names.
struct ParamRef {
  const Section* section;
  const Param* row;

  [[nodiscard]] ParamValue get(const PointSpec& spec) const { return row->get(object_of(*section, spec)); }
  void set(PointSpec& spec, const ParamValue& value) const { row->set(section->object(spec), value); }
};

// The number that a parameter is, or the mean of a cost. Precondition: its kind is kNumber or kCost.
[[nodiscard]] double number_of(const ParamRef& param, const PointSpec& spec);
void set_number(const ParamRef& param, PointSpec& spec, double value);

// "guest.vcpus", "targets".
[[nodiscard]] std::string path_of(const ParamRef& param);

// Null pointers inside if there is no such parameter.
[[nodiscard]] ParamRef find_param(const std::string& path);

// All paths, in the order of the tables.
[[nodiscard]] const std::vector<std::string>& param_paths();

}  // namespace vqlab
