#include "analysis/scenario/fault_json.hpp"

namespace vqlab {

Json fault_json(const std::vector<Fault>& faults) {
  Json list = Json::array();
  for (const Fault& fault : faults) {
    Json& one = list.emplace_back();
    one["kind"] = to_string(fault.kind);
    one["file"] = fault.file;
    one["path"] = fault.path;
    one["found"] = fault.found;
    one["accepted"] = fault.accepted;
    if (!fault.nearest.empty()) one["nearest"] = fault.nearest;
  }
  return list;
}

}  // namespace vqlab
