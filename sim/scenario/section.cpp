#include "sim/scenario/section.hpp"

#include <utility>

namespace vqlab {
namespace {

template <class T>
const ParamTable& table_of(T Testbed::*) {
  return params_of(static_cast<const T*>(nullptr));
}

template <auto member>
Section part(bool in_machine, std::string key = "") {
  const auto object = [](PointSpec& spec) -> void* { return &(spec.testbed.*member); };
  const ParamTable& table = table_of(member);
  return {key.empty() ? table.name : std::move(key), &table, object, in_machine};
}

}  // namespace

const std::vector<Section>& sections() {
  static const std::vector<Section> all{
      {"", &params_of(static_cast<const Testbed*>(nullptr)), [](PointSpec& spec) -> void* { return &spec.testbed; },
       false},
      part<&Testbed::hardware>(true),
      part<&Testbed::guest>(true),
      part<&Testbed::controller>(true),
      part<&Testbed::host>(true),
      part<&Testbed::tenant>(false),
      part<&Testbed::hotplug>(false),
      part<&Testbed::job>(false),
      part<&Testbed::other_job>(false, "other_job"),
      part<&Testbed::guest_costs>(true),
      part<&Testbed::host_costs>(true),
      part<&Testbed::mechanisms>(true),
      {"precision", &params_of(static_cast<const Precision*>(nullptr)),
       [](PointSpec& spec) -> void* { return &spec.precision; }, false},
  };
  return all;
}

double number_of(const ParamRef& param, const PointSpec& spec) {
  const ParamValue value = param.get(spec);
  const Cost* cost = std::get_if<Cost>(&value);
  return cost != nullptr ? cost->mean_ns : std::get<double>(value);
}

void set_number(const ParamRef& param, PointSpec& spec, double value) {
  ParamValue current = param.get(spec);
  if (Cost* cost = std::get_if<Cost>(&current))
    cost->mean_ns = value;
  else
    current = value;
  param.set(spec, current);
}

std::string path_of(const ParamRef& param) {
  return param.section->key.empty() ? param.row->name : param.section->key + "." + param.row->name;
}

ParamRef find_param(const std::string& path) {
  for (const Section& section : sections())
    for (const Param& row : section.table->rows)
      if (const ParamRef param{&section, &row}; path_of(param) == path) return param;
  return {nullptr, nullptr};
}

const std::vector<std::string>& param_paths() {
  static const std::vector<std::string> paths = [] {
    std::vector<std::string> all;
    for (const Section& section : sections())
      for (const Param& row : section.table->rows) all.push_back(path_of({&section, &row}));
    return all;
  }();
  return paths;
}

}  // namespace vqlab
