#include "analysis/scenario/fault_json.hpp"

#include "analysis/app/answer.hpp"

namespace vqlab {

Json fault_json(const std::vector<Fault>& faults) {
  Json list = Json::array();
  for (const Fault& fault : faults)
    list.push_back(
        fault_json(to_string(fault.kind), fault.file, fault.path, fault.found, fault.accepted, fault.nearest));
  return list;
}

}  // namespace vqlab
