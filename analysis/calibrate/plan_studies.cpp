#include "analysis/calibrate/plan_studies.hpp"

#include <algorithm>
#include <memory>

#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/value.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostCombinations = 1000;  // of a study's settings: each is loaded

std::string value_in(const Study& study, const ParamRef& param) {
  return value_text(param.get({study.points.front().testbed, study.points.front().precision}));
}

}  // namespace

PlanStudies::PlanStudies(const CalibrationPlan& plan, fs::path scenarios_home)
    : plan_(plan), scenarios_home_(std::move(scenarios_home)) {}

SettingChoice PlanStudies::load(std::vector<Fault>& faults) {
  for (std::size_t i = 0; i < plan_.studies.size(); ++i)
    if (auto one = load_one(i, nullptr, faults)) as_written_.push_back(std::move(*one));
  if (as_written_.size() < plan_.studies.size() || as_written_.empty()) return {};
  for (std::size_t i = 0; i < as_written_.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (as_written_[i].study->name == as_written_[j].study->name)
        faults.push_back({FaultKind::kMeaning, plan_.file, member_path(plan_.studies[i].path, "study"),
                          '"' + as_written_[i].study->name + "\" a second time", "each study once", ""});
  SettingChoice choice;
  for (std::size_t i = 0; i < as_written_.size(); ++i) choice.push_back(positions_of(i, as_written_[i], faults));
  check_same(faults);
  for (std::size_t i = 0; i < as_written_.size(); ++i) loaded_.emplace(std::pair(i, choice[i]), as_written_[i]);
  if (!faults.empty()) return choice;
  for (std::size_t i = 0; i < as_written_.size(); ++i) {
    std::size_t combinations = 1;
    for (const Unpublished& setting : plan_.studies[i].unpublished) combinations *= setting.values.size();
    if (combinations > kMostCombinations)
      faults.push_back({FaultKind::kMeaning, plan_.file, member_path(plan_.studies[i].path, "unpublished"),
                        std::to_string(combinations) + " combinations", "at most " + std::to_string(kMostCombinations),
                        ""});
    else
      for (const SettingChoice& one : choices_of(plan_, i, choice)) (void)loaded(i, one[i], faults);
  }
  return choice;
}

const FitStudy* PlanStudies::loaded(std::size_t index, const std::vector<std::size_t>& positions,
                                    std::vector<Fault>& faults) {
  const auto key = std::pair(index, positions);
  if (const auto found = loaded_.find(key); found != loaded_.end()) return &found->second;
  auto one = load_one(index, &positions, faults);
  return one ? &loaded_.emplace(key, std::move(*one)).first->second : nullptr;
}

std::optional<FitStudy> PlanStudies::load_one(std::size_t index, const std::vector<std::size_t>* positions,
                                              std::vector<Fault>& faults) const {
  const PlannedStudy& planned = plan_.studies[index];
  const std::string file = (fs::path(plan_.file).parent_path() / planned.file).lexically_normal().string();
  StudyOptions options{{}, scenarios_home_};
  if (!planned.machine.empty()) options.overrides.push_back("machine=" + Json(planned.machine).dump());
  FitStudy one;
  std::string with;
  for (std::size_t i = 0; positions != nullptr && i < positions->size(); ++i) {
    const Unpublished& setting = planned.unpublished[i];
    one.settings.push_back({setting.param, setting.texts[(*positions)[i]]});
    options.overrides.push_back(setting.param + "=" + setting.values[(*positions)[i]].dump());
    with += (with.empty() ? " with " : ", ") + options.overrides.back();
  }
  StudyOrFaults result = load_study(file, options);
  for (Fault& fault : result.faults) {
    fault.file = plan_.file + ": " + member_path(planned.path, "study") + ": " + fault.file + with;
    faults.push_back(std::move(fault));
  }
  if (!result.study) return std::nullopt;
  if (!result.study->reference) {
    if (positions == nullptr)
      faults.push_back({FaultKind::kMeaning, plan_.file, member_path(planned.path, "study"),
                        '"' + planned.file + "\", which has no published values", "a study with a reference", ""});
    return std::nullopt;
  }
  auto& sources = result.study->machine_document["sources"];
  for (const AxisValue& setting : one.settings)
    if (sources.contains(setting.path)) sources[setting.path] = "not published; chosen by the fit";
  one.table = *result.study->reference;
  one.file = file;
  one.sigma_percent = planned.sigma_percent.value_or(plan_.settings.sigma_percent);
  one.simulated_s = planned.simulated_s.value_or(plan_.settings.simulated_s);
  one.writes = planned.writes;
  one.study = std::make_shared<const Study>(std::move(*result.study));
  return one;
}

std::vector<std::size_t> PlanStudies::positions_of(std::size_t index, const FitStudy& one,
                                                   std::vector<Fault>& faults) const {
  std::vector<std::size_t> positions;
  for (const Unpublished& setting : plan_.studies[index].unpublished) {
    const ParamRef param = find_param(setting.param);
    const std::string value = value_in(*one.study, param);
    const auto found = std::find(setting.texts.begin(), setting.texts.end(), value);
    const bool differs = std::any_of(one.study->points.begin(), one.study->points.end(), [&](const Point& point) {
      return value_text(param.get({point.testbed, point.precision})) != value;
    });
    if (differs)
      faults.push_back({FaultKind::kMeaning, plan_.file, setting.path, "a setting in which the study's points differ",
                        "one that they share", ""});
    else if (found == setting.texts.end())
      faults.push_back({FaultKind::kMeaning, plan_.file, setting.path, "a list without " + value,
                        "a list with the value that the study has", ""});
    positions.push_back(found == setting.texts.end() ? 0 : static_cast<std::size_t>(found - setting.texts.begin()));
  }
  return positions;
}

std::optional<std::size_t> PlanStudies::named(const std::string& name, const std::string& path,
                                              std::vector<Fault>& faults) const {
  std::vector<std::string> names;
  for (const FitStudy& one : as_written_) names.push_back(one.study->name);
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  faults.push_back({FaultKind::kMeaning, plan_.file, path, '"' + name + '"', "a study of the plan: " + one_of(names),
                    nearest_name(name, names)});
  return std::nullopt;
}

void PlanStudies::check_same(std::vector<Fault>& faults) const {
  const Study& first = *as_written_.front().study;
  for (const auto& [key, path] : plan_.same)
    for (const Section& section : sections())
      if (section.key == key)
        for (const Param& row : section.table->rows)
          for (const FitStudy& other : as_written_) {
            const ParamRef param{&section, &row};
            if (value_in(*other.study, param) == value_in(first, param)) continue;
            faults.push_back({FaultKind::kMeaning, plan_.file, path,
                              path_of(param) + ", which is " + value_in(first, param) + " in " + first.name + " and " +
                                  value_in(*other.study, param) + " in " + other.study->name,
                              "one value in all studies", ""});
          }
}

FitPlan PlanStudies::fit_plan(const SettingChoice& choice, std::vector<Fault>& faults) {
  FitRequest request{plan_.name, {}, {}, {}, plan_.settings, plan_.file, "$"};
  for (const auto& [key, path] : plan_.same) request.same.push_back(key);
  for (std::size_t i = 0; i < choice.size(); ++i) {
    const FitStudy* one = loaded(i, choice[i], faults);
    if (one == nullptr) return {};
    request.studies.push_back(*one);
    request.studies.back().settings.clear();
    for (std::size_t j = 0; j < choice[i].size(); ++j) {
      const Unpublished& setting = plan_.studies[i].unpublished[j];
      request.studies.back().settings.push_back({setting.param, setting.texts[choice[i][j]]});
    }
    for (std::size_t j = 0; j < plan_.studies[i].soft_targets.size(); ++j) {
      const PlannedTarget& target = plan_.studies[i].soft_targets[j];
      request.targets.push_back({target.name, i, target.of, target.to, target.published,
                                 target.sigma_percent.value_or(one->sigma_percent), plan_.file});
    }
  }
  for (const PlannedParam& param : plan_.free) {
    AskedParam asked{param.name, {}, param.range, plan_.file, member_path(param.path, "param")};
    for (std::size_t i = 0; i < param.studies.size(); ++i)
      if (const auto index = named(param.studies[i], element_path(member_path(param.path, "studies"), i), faults))
        asked.studies.push_back(*index);
    for (std::size_t i = 0; param.studies.empty() && i < choice.size(); ++i) asked.studies.push_back(i);
    for (const AskedParam& other : request.free)
      if (other.name == asked.name && std::any_of(asked.studies.begin(), asked.studies.end(), [&](std::size_t one) {
            return std::find(other.studies.begin(), other.studies.end(), one) != other.studies.end();
          }))
        faults.push_back({FaultKind::kMeaning, plan_.file, asked.path, '"' + asked.name + "\" a second time",
                          "each parameter once in each study", ""});
    if (!asked.studies.empty()) request.free.push_back(std::move(asked));
  }
  return vqlab::plan_fit(request, faults);
}

void PlanStudies::hold(FitPlan& plan, const HeldFit& held, std::vector<Fault>& faults) const {
  std::vector<std::string> names;
  for (const FreeParam& free : plan.free) names.push_back(path_of(free.param));
  for (const auto& [name, value] : held.values) {
    const std::string at = member_path(member_path(held.path, "values"), name);
    if (std::find(names.begin(), names.end(), name) == names.end())
      faults.push_back({FaultKind::kMeaning, plan_.file, at, '"' + name + '"', "a free parameter: " + one_of(names),
                        nearest_name(name, names)});
    for (FreeParam& free : plan.free) {
      if (path_of(free.param) != name) continue;
      const Bounds& bounds = free.param.row->bounds;
      if (value < bounds.min || value > bounds.max)
        faults.push_back(
            {FaultKind::kMeaning, plan_.file, at, bound_text(value), accepted_values(*free.param.row), ""});
      free.held = value;
    }
  }
  if (!plan.free.empty() &&
      std::all_of(plan.free.begin(), plan.free.end(), [](const FreeParam& free) { return free.held.has_value(); }))
    faults.push_back({FaultKind::kMeaning, plan_.file, member_path(held.path, "values"), "every free parameter",
                      "some of them", ""});
}

void PlanStudies::hold_out(FitPlan& plan, const PlannedHoldOut& held, std::vector<Fault>& faults) const {
  HeldCells cells{held.name, std::nullopt, held.curves, held.positions};
  cells.study = named(held.study, member_path(held.path, "study"), faults);
  if (cells.study) hold_out_cells(plan, cells, plan_.file + ": " + held.path, faults);
}

std::vector<SettingChoice> choices_of(const CalibrationPlan& plan, std::size_t study, const SettingChoice& others) {
  std::vector<SettingChoice> all{others};
  for (std::size_t i = 0; i < others[study].size(); ++i) {
    std::vector<SettingChoice> longer;
    for (const SettingChoice& one : all)
      for (std::size_t value = 0; value < plan.studies[study].unpublished[i].values.size(); ++value) {
        longer.push_back(one);
        longer.back()[study][i] = value;
      }
    all = std::move(longer);
  }
  return all;
}

}  // namespace vqlab
