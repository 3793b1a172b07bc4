// The members of a scenario or a machine that parameter tables describe, read.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/section.hpp"

namespace vqlab {

// Where a value was written.
struct Origin {
  std::string file;
  std::string path;  // JSON path
};

// The values of a scenario, before curves and sweep.
struct Values {
  PointSpec spec;
  std::map<std::string, Origin> origins;  // by parameter path; one that is not here has its default
  // Values that others of the same file take the place of, by parameter path: those of a machine that stands in it.
  std::vector<std::pair<std::string, Origin>> superseded;
  // Parameters whose value was meant to be another one but could not be read: what depends on them is not judged.
  std::set<std::string> unread;
};

// The members of `json` that parameter tables describe (all, or those that a machine may set), into `values`.
void read_sections(const Json& json, const std::string& path, bool machine_only, const std::string& file,
                   Values& values, FaultList& faults);

}  // namespace vqlab
