// The sections of a scenario that parameter tables describe. A new one is one line in section.cpp, or none if a
// plug-in registers it; a new row of a table is none.
#pragma once

#include <functional>
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
  std::function<const void*(const PointSpec&)> object;
  std::function<void(PointSpec&, const Param&, const ParamValue&)> set;  // a row of that object
  bool in_machine;                                                       // whether a machine file may set it
  bool of_part;  // registered by a plug-in: nothing that is checked in may list it, or a new one would not be one file
};

// Those of the testbed, then those of registered parts, by name. No part may register itself after the first call.
[[nodiscard]] const std::vector<Section>& sections();

// Whether the path is one that a part's parameter may have, "flash.channels": no section of the testbed itself is in
// front. A schema accepts them all (the pattern), since it knows of no part.
[[nodiscard]] bool may_be_of_part(const std::string& path);
[[nodiscard]] std::string part_path_pattern();

// A row together with its section: what a path such as "guest.vcpus" names.
struct ParamRef {
  const Section* section;
  const Param* row;

  [[nodiscard]] ParamValue get(const PointSpec& spec) const { return row->get(section->object(spec)); }
  void set(PointSpec& spec, const ParamValue& value) const { section->set(spec, *row, value); }
};

// Empty if the point reads the parameter, else what would have to be so; the same for whether its results depend on it.
[[nodiscard]] std::string unread_unless(const ParamRef& param, const PointSpec& spec);
[[nodiscard]] std::string no_effect_unless(const ParamRef& param, const PointSpec& spec);

// The number that a parameter is, or the mean of a cost. Precondition: its kind is kNumber or kCost.
[[nodiscard]] double number_of(const ParamRef& param, const PointSpec& spec);
void set_number(const ParamRef& param, PointSpec& spec, double value);

// "guest.vcpus", "targets".
[[nodiscard]] std::string path_of(const ParamRef& param);

// Null pointers inside if there is no such parameter.
[[nodiscard]] ParamRef find_param(const std::string& path);

// All parameters, and their paths, in the order of the tables.
[[nodiscard]] const std::vector<ParamRef>& all_params();
[[nodiscard]] const std::vector<std::string>& param_paths();

}  // namespace vqlab
