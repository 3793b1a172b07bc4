#include "analysis/scenario/calibration_plan.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/param_reader.hpp"
#include "analysis/scenario/section.hpp"
#include "analysis/scenario/value.hpp"

namespace vqlab {
namespace {

constexpr const char* kPlan = "plan";

class PlanReader {
 public:
  PlanReader(const std::filesystem::path& file, FaultList& faults) : faults_(faults) { plan_.file = file.string(); }

  CalibrationPlan read(const Json& json) {
    std::vector<std::string> keys{"$schema", kPlan,  "title", "description", "studies",
                                  "same",    "free", "held",  "held_out"};
    const std::vector<Param>& rows = params_of(static_cast<const FitSettings*>(nullptr)).rows;
    for (const Param& row : rows) keys.push_back(row.name);
    ObjectReader reader(json, "$", keys, faults_);
    (void)reader.short_text("title", kLongestTitle);
    (void)reader.text("description");
    (void)reader.text("$schema");
    plan_.name = reader.required_name(kPlan);
    each(reader, "studies", "a list of at least two studies", 2, &PlanReader::read_study);
    each(reader, "free", "a list of at least one parameter", 1, &PlanReader::read_param);
    if (reader.find("same") != nullptr) each(reader, "same", "a list of sections", 1, &PlanReader::read_same);
    if (reader.find("held") != nullptr) each(reader, "held", "a list of at least one fit", 1, &PlanReader::read_held);
    if (reader.find("held_out") != nullptr)
      each(reader, "held_out", "a list of at least one hold-out", 1, &PlanReader::read_hold_out);
    for (const Param& row : rows)
      if (const Json* value = reader.find(row.name))
        if (const auto read = read_value(row, *value, row.get(&plan_.settings), reader.path(row.name), faults_))
          row.set(&plan_.settings, *read);
    unique("writes", plan_.studies, [](const PlannedStudy& one) { return std::pair(one.writes, one.path); });
    unique("name", plan_.held, [](const HeldFit& one) { return std::pair(one.name, one.path); });
    unique("name", plan_.held_out, [](const PlannedHoldOut& one) { return std::pair(one.name, one.path); });
    return std::move(plan_);
  }

 private:
  void fault(const std::string& path, const std::string& found, const std::string& accepted,
             const std::string& nearest = "") {
    faults_.add(FaultKind::kMeaning, path, found, accepted, nearest);
  }

  void each(ObjectReader& reader, const char* key, const char* accepted, std::size_t least,
            void (PlanReader::*read_one)(const Json&, const std::string&)) {
    const Json* list = reader.require(key, accepted);
    if (list == nullptr) return;
    if (!list->is_array() || list->size() < least) {
      faults_.add(FaultKind::kSchema, reader.path(key), show(*list), accepted);
      return;
    }
    for (std::size_t i = 0; i < list->size(); ++i) (this->*read_one)((*list)[i], element_path(reader.path(key), i));
  }

  template <class T, class Named>
  void unique(const char* key, const std::vector<T>& all, Named named) {
    std::set<std::string> names;
    for (const T& one : all) {
      const auto [name, path] = named(one);
      if (!name.empty() && !names.insert(name).second)
        fault(member_path(path, key), '"' + name + "\" a second time", "each name once");
    }
  }

  void read_study(const Json& json, const std::string& path) {
    ObjectReader reader(json, path,
                        {"study", "machine", "writes", "sigma_percent", "simulated_s", "unpublished", "soft_targets"},
                        faults_);
    PlannedStudy study;
    study.path = path;
    study.file = reader.required_words("study");
    study.machine = reader.text("machine");
    if (reader.find("writes") != nullptr) study.writes = reader.required_name("writes");
    study.sigma_percent = setting(reader, "sigma_percent");
    study.simulated_s = setting(reader, "simulated_s");
    if (const Json* unpublished = reader.find("unpublished"))
      read_unpublished(*unpublished, reader.path("unpublished"), study);
    if (const Json* targets = reader.find("soft_targets")) {
      if (!targets->is_array() || targets->empty())
        faults_.add(FaultKind::kSchema, reader.path("soft_targets"), show(*targets), "a list of at least one target");
      else
        for (std::size_t i = 0; i < targets->size(); ++i)
          study.soft_targets.push_back(read_target((*targets)[i], element_path(reader.path("soft_targets"), i)));
    }
    unique("name", study.soft_targets,
           [&study](const PlannedTarget& one) { return std::pair(one.name, member_path(study.path, "soft_targets")); });
    plan_.studies.push_back(std::move(study));
  }

  // A row of the settings that may differ for an object of the plan.
  std::optional<double> setting(ObjectReader& reader, const std::string& name) {
    const Json* json = reader.find(name);
    if (json == nullptr) return std::nullopt;
    for (const Param& row : params_of(static_cast<const FitSettings*>(nullptr)).rows)
      if (row.name == name)
        if (const auto value = read_value(row, *json, row.get(&plan_.settings), reader.path(name), faults_))
          return std::get<double>(*value);
    return std::nullopt;
  }

  void read_unpublished(const Json& json, const std::string& path, PlannedStudy& study) {
    ObjectReader reader = param_reader(json, path, param_paths(), faults_);
    for (const std::string& name : param_paths()) {
      const Json* values = reader.find(name);
      if (values == nullptr) continue;
      Unpublished one{name, {}, {}, reader.path(name)};
      const ParamRef param = find_param(name);
      if (!values->is_array() || values->size() < 2) {
        faults_.add(FaultKind::kSchema, one.path, show(*values), "a list of at least two values");
        continue;
      }
      for (std::size_t i = 0; i < values->size(); ++i) {
        const auto value =
            read_value(*param.row, (*values)[i], param.get(PointSpec{}), element_path(one.path, i), faults_);
        if (!value) continue;
        one.values.push_back((*values)[i]);
        one.texts.push_back(value_text(*value));
        if (std::count(one.texts.begin(), one.texts.end(), one.texts.back()) > 1)
          fault(element_path(one.path, i), show((*values)[i]) + " a second time", "each value once");
      }
      study.unpublished.push_back(std::move(one));
    }
  }

  PlannedTarget read_target(const Json& json, const std::string& path) {
    ObjectReader reader(json, path, {"name", "of", "to", "published", "sigma_percent", "source"}, faults_);
    PlannedTarget target;
    target.name = reader.required_name("name");
    (void)reader.required_words("source");
    if (const Json* of = reader.require("of", "a place: a curve and values of swept parameters"))
      target.of = read_place(*of, reader.path("of"));
    if (const Json* to = reader.find("to")) target.to = read_place(*to, reader.path("to"));
    if (const Json* published = reader.require("published", "a number above 0"))
      target.published = positive(*published, reader.path("published"));
    target.sigma_percent = setting(reader, "sigma_percent");
    return target;
  }

  PlannedPlace read_place(const Json& json, const std::string& path) {
    std::vector<std::string> keys{"curve"};
    keys.insert(keys.end(), param_paths().begin(), param_paths().end());
    ObjectReader reader = param_reader(json, path, keys, faults_);
    PlannedPlace place{reader.required_text("curve"), {}, path};
    for (const std::string& name : param_paths())
      if (const Json* json_value = reader.find(name)) {
        const ParamRef param = find_param(name);
        if (const auto value = read_value(*param.row, *json_value, param.get(PointSpec{}), reader.path(name), faults_))
          place.axes.push_back({name, value_text(*value)});
      }
    return place;
  }

  // 0 if it is none, which is noted.
  double positive(const Json& json, const std::string& path) {
    const double value = json.is_number() ? json.get<double>() : 0;
    if (value > 0) return value;
    faults_.add(FaultKind::kSchema, path, show(json), "a number above 0");
    return 0;
  }

  void read_param(const Json& json, const std::string& path) {
    ObjectReader reader(json, path, {"param", "studies", "range"}, faults_);
    PlannedParam param;
    param.path = path;
    param.name = reader.required_words("param");
    if (const Json* studies = reader.find("studies")) param.studies = read_words(*studies, reader.path("studies"));
    const auto& fittable = fittable_params();
    const bool known = std::find(fittable.begin(), fittable.end(), param.name) != fittable.end();
    if (!known && !param.name.empty())
      fault(reader.path("param"), '"' + param.name + '"',
            "a cost or a number that a machine may set and whose range lies above 0, since its logarithm is fitted",
            nearest_name(param.name, fittable));
    if (const Json* range = reader.find("range"); range != nullptr && known)
      param.range = read_range(*range, reader.path("range"), *find_param(param.name).row);
    if (known) plan_.free.push_back(std::move(param));
  }

  std::optional<Bounds> read_range(const Json& json, const std::string& path, const Param& row) {
    const std::string accepted = "two numbers, the least and the greatest value, from " + bound_text(row.bounds.min) +
                                 " to " + bound_text(row.bounds.max);
    const bool two = json.is_array() && json.size() == 2 && json[0].is_number() && json[1].is_number();
    const Bounds range = two ? Bounds{json[0].get<double>(), json[1].get<double>()} : Bounds{0, 0};
    if (!two)
      faults_.add(FaultKind::kSchema, path, show(json), accepted);
    else if (range.min <= 0 || range.min >= range.max || range.min < row.bounds.min || range.max > row.bounds.max)
      fault(path, show(json), accepted + ", above 0");
    else
      return range;
    return std::nullopt;
  }

  std::vector<std::string> read_words(const Json& json, const std::string& path) {
    std::vector<std::string> words;
    if (!json.is_array() || json.empty()) {
      faults_.add(FaultKind::kSchema, path, show(json), "a list of at least one name");
      return words;
    }
    for (std::size_t i = 0; i < json.size(); ++i) {
      if (json[i].is_string())
        words.push_back(json[i].get<std::string>());
      else
        faults_.add(FaultKind::kSchema, element_path(path, i), show(json[i]), "a name");
    }
    return words;
  }

  void read_same(const Json& json, const std::string& path) {
    std::vector<std::string> known;
    for (const Section& section : sections())
      if (section.in_machine) known.push_back(section.key);
    const std::string name = json.is_string() ? json.get<std::string>() : "";
    if (std::find(known.begin(), known.end(), name) == known.end())
      fault(path, show(json), "a section of machines: " + one_of(known), nearest_name(name, known));
    else
      plan_.same.emplace_back(name, path);
  }

  void read_held(const Json& json, const std::string& path) {
    ObjectReader reader(json, path, {"name", "values"}, faults_);
    HeldFit held{reader.required_name("name"), {}, path};
    constexpr const char* kAccepted = "an object with the values of free parameters, by path";
    const Json* values = reader.require("values", kAccepted);
    if (values == nullptr) return;
    if (!values->is_object() || values->empty()) {
      faults_.add(FaultKind::kSchema, reader.path("values"), show(*values), kAccepted);
      return;
    }
    for (const auto& [name, value] : values->items()) {
      const std::string at = member_path(reader.path("values"), name);
      if (const double number = positive(value, at); number > 0) held.values.emplace_back(name, number);
    }
    plan_.held.push_back(std::move(held));
  }

  void read_hold_out(const Json& json, const std::string& path) {
    ObjectReader reader(json, path, {"name", "study", "targets", "curves"}, faults_);
    PlannedHoldOut one;
    one.path = path;
    one.name = reader.required_name("name");
    one.study = reader.required_text("study");
    if (const Json* curves = reader.find("curves")) one.curves = read_words(*curves, reader.path("curves"));
    if (const Json* targets = reader.find("targets")) {
      const ParamRef param = find_param("targets");
      const std::string at = reader.path("targets");
      if (!targets->is_array() || targets->empty())
        faults_.add(FaultKind::kSchema, at, show(*targets), "a list of at least one number of targets");
      else
        for (std::size_t i = 0; i < targets->size(); ++i)
          if (const auto value =
                  read_value(*param.row, (*targets)[i], param.get(PointSpec{}), element_path(at, i), faults_))
            one.positions.push_back(value_text(*value));
    }
    plan_.held_out.push_back(std::move(one));
  }

  FaultList& faults_;
  CalibrationPlan plan_;
};

}  // namespace

bool is_calibration_plan(const std::filesystem::path& file) {
  FaultList ignored(file.string());
  const auto text = read_input(file, "a scenario or a plan", ignored);
  const auto json = text ? parse_document(*text, ignored) : std::nullopt;
  return json && json->is_object() && json->contains(kPlan);
}

CalibrationPlan read_calibration_plan(const std::filesystem::path& file, std::vector<Fault>& faults) {
  FaultList list(file.string());
  CalibrationPlan plan;
  if (const auto text = read_input(file, "a calibration plan", list))
    if (const auto json = parse_document(*text, list)) plan = PlanReader(file, list).read(*json);
  faults.insert(faults.end(), list.faults().begin(), list.faults().end());
  return plan;
}

}  // namespace vqlab
