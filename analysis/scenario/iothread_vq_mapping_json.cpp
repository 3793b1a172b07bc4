#include "analysis/scenario/iothread_vq_mapping_json.hpp"

#include <cmath>
#include <cstddef>
#include <set>

#include "analysis/scenario/object_reader.hpp"

namespace vqlab {
namespace {

constexpr double kMostVqs = 1024;  // VIRTIO_QUEUE_MAX of QEMU

class MappingReader {
 public:
  explicit MappingReader(FaultList& faults) : faults_(faults) {}

  IothreadVqMapping read(const Json& json, const std::string& path) {
    IothreadVqMapping mapping;
    for (std::size_t i = 0; i < json.size(); ++i) {
      ObjectReader reader(json[i], element_path(path, i), {"iothread", "vqs"}, faults_);
      IothreadVqs thread{reader.required_name("iothread"), {}};
      if (!thread.iothread.empty() && !names_.insert(thread.iothread).second)
        refuse(reader.path("iothread"), show(thread.iothread) + " a second time", "each iothread once");
      const Json* vqs = reader.find("vqs");
      if (reader.is_object() && (vqs != nullptr) != (json[0].is_object() && json[0].contains("vqs")))
        refuse(reader.path("vqs"),
               vqs != nullptr ? "vqs, but the first iothread has none" : "nothing, but the first iothread has vqs",
               "vqs for all iothreads or for none");
      if (vqs != nullptr) thread.vqs = read_vqs(*vqs, reader.path("vqs"));
      mapping.push_back(std::move(thread));
    }
    return mapping;
  }

 private:
  void refuse(const std::string& path, const std::string& found, const std::string& accepted) {
    faults_.add(FaultKind::kSchema, path, found, accepted);
  }

  std::vector<std::uint32_t> read_vqs(const Json& json, const std::string& path) {
    std::vector<std::uint32_t> vqs;
    if (!json.is_array() || json.empty()) {
      refuse(path, show(json), "a list of at least one queue, counted from 0");
      return vqs;
    }
    for (std::size_t i = 0; i < json.size(); ++i) {
      const double value = json[i].is_number() ? json[i].get<double>() : -1;
      if (value != std::floor(value) || value < 0 || value >= kMostVqs)
        refuse(element_path(path, i), show(json[i]), "a queue, an integer from 0 to 1023");
      else if (!vqs_.insert(vqs.emplace_back(static_cast<std::uint32_t>(value))).second)
        refuse(element_path(path, i), show(json[i]) + " a second time", "each queue once");
    }
    return vqs;
  }

  FaultList& faults_;
  std::set<std::string> names_;
  std::set<std::uint32_t> vqs_;
};

}  // namespace

std::optional<IothreadVqMapping> read_iothread_vq_mapping(const Json& json, const std::string& path,
                                                          FaultList& faults) {
  if (!json.is_array()) {
    faults.add(FaultKind::kSchema, path, show(json), kIothreadVqMappingAccepted);
    return std::nullopt;
  }
  const std::size_t before = faults.size();
  IothreadVqMapping mapping = MappingReader(faults).read(json, path);
  faults.beyond_schema(before);
  if (faults.size() > before) return std::nullopt;
  return mapping;
}

Json write_iothread_vq_mapping(const IothreadVqMapping& mapping) {
  Json json = Json::array();
  for (const IothreadVqs& thread : mapping) {
    Json one;
    one["iothread"] = thread.iothread;
    if (!thread.vqs.empty()) one["vqs"] = thread.vqs;
    json.push_back(std::move(one));
  }
  return json;
}

}  // namespace vqlab
