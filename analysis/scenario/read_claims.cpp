#include "analysis/scenario/read_claims.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "analysis/scenario/param_reader.hpp"
#include "analysis/scenario/value.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {
namespace {

constexpr const char* kUsualQuantity = "iops";

class ClaimsReader {
 public:
  ClaimsReader(const Scenario& scenario, FaultList& faults) : scenario_(scenario), faults_(faults) {
    for (const CurveSpec& spec : scenario.curves) curves_.push_back(spec.curve.name);
    for (const AxisSpec& axis : scenario.sweep) swept_.push_back(path_of(axis.param));
    place_keys_ = {"curve", "quantity"};
    place_keys_.insert(place_keys_.end(), param_paths().begin(), param_paths().end());
  }

  std::vector<Claim> read(const Json& json, const std::string& path) {
    std::vector<Claim> claims;
    if (!json.is_array() || json.empty()) {
      faults_.add(FaultKind::kSchema, path, show(json), "a list of at least one claim");
      return claims;
    }
    std::set<std::string> ids;
    for (std::size_t i = 0; i < json.size(); ++i) {
      claims.push_back(read_claim(json[i], element_path(path, i)));
      const std::string& id = claims.back().id;
      if (!id.empty() && !ids.insert(id).second)
        faults_.add(FaultKind::kMeaning, member_path(element_path(path, i), "id"), show(id) + " a second time",
                    "an id that no other claim has");
    }
    return claims;
  }

 private:
  Claim read_claim(const Json& json, const std::string& path) {
    std::vector<std::string> keys{"id", "published", "quantity", "fails", "fitted"};
    keys.insert(keys.end(), judgement_names().begin(), judgement_names().end());
    ObjectReader reader(json, path, keys, faults_);
    Claim claim;
    claim.id = reader.required_name("id");
    claim.published = reader.required_words("published");
    claim.fails = reader.words("fails");
    claim.fitted = reader.words("fitted");
    quantity_ = read_quantity(reader, kUsualQuantity);
    std::size_t judgements = 0;
    for (std::size_t i = 0; i < judgement_names().size(); ++i) {
      const std::string& name = judgement_names()[i];
      const Json* judgement = reader.find(name);
      if (judgement == nullptr) continue;
      ++judgements;
      claim.judgement = static_cast<Judgement>(i);
      read_judgement(*judgement, reader.path(name), claim);
    }
    if (reader.is_object() && judgements != 1)
      faults_.add(FaultKind::kSchema, path, judgements == 0 ? "no judgement" : "several judgements",
                  "exactly one of " + one_of(judgement_names()));
    return claim;
  }

  void read_judgement(const Json& json, const std::string& path, Claim& claim) {
    claim.places.clear();
    switch (claim.judgement) {
      case Judgement::kRatio: return read_ratio(json, path, claim);
      case Judgement::kDirection: return read_direction(json, path, claim);
      case Judgement::kOrdering: return read_ordering(json, path, claim);
    }
  }

  void read_ratio(const Json& json, const std::string& path, Claim& claim) {
    ObjectReader reader(json, path, {"of", "to", "published", "range"}, faults_);
    read_two_places(reader, "of", "to", claim);
    if (const Json* published = reader.require("published", "a number above 0"))
      claim.ratio = positive(*published, reader.path("published"));
    if (const Json* range = reader.require("range", kRangeAccepted)) read_range(*range, reader.path("range"), claim);
    if (claim.ratio > 0 && claim.min > 0 && (claim.ratio < claim.min || claim.ratio > claim.max))
      faults_.add(FaultKind::kMeaning, reader.path("published"), show(*reader.find("published")),
                  "a value inside the range, " + show(*reader.find("range")));
  }

  void read_range(const Json& json, const std::string& path, Claim& claim) {
    if (!json.is_array() || json.size() != 2) {
      faults_.add(FaultKind::kSchema, path, show(json), kRangeAccepted);
      return;
    }
    const double min = positive(json[0], element_path(path, 0));
    const double max = positive(json[1], element_path(path, 1));
    if (min == 0 || max == 0) return;
    if (min >= max) {
      faults_.add(FaultKind::kMeaning, path, show(json) + ", an empty range", kRangeAccepted);
      return;
    }
    claim.min = min;
    claim.max = max;
  }

  // 0 if it is none, which is noted.
  double positive(const Json& json, const std::string& path) {
    const double value = json.is_number() ? json.get<double>() : 0;
    if (value > 0) return value;
    faults_.add(FaultKind::kSchema, path, show(json), "a number above 0");
    return 0;
  }

  void read_direction(const Json& json, const std::string& path, Claim& claim) {
    const std::vector<std::string> ways{"rises", "falls"};
    ObjectReader reader(json, path, {"from", "to", "is"}, faults_);
    read_two_places(reader, "from", "to", claim);
    const Json* is = reader.require("is", one_of(ways));
    if (is == nullptr) return;
    const std::string way = is->is_string() ? is->get<std::string>() : "";
    if (std::find(ways.begin(), ways.end(), way) == ways.end())
      faults_.add(FaultKind::kSchema, reader.path("is"), show(*is), one_of(ways), nearest_name(way, ways));
    claim.rises = way == "rises";
  }

  void read_ordering(const Json& json, const std::string& path, Claim& claim) {
    constexpr const char* kAccepted = "a list of at least two places, from the highest to the lowest";
    ObjectReader reader(json, path, {"places"}, faults_);
    const Json* places = reader.require("places", kAccepted);
    if (places == nullptr) return;
    const std::string at = reader.path("places");
    if (!places->is_array() || places->size() < 2) {
      faults_.add(FaultKind::kSchema, at, show(*places), kAccepted);
      return;
    }
    for (std::size_t i = 0; i < places->size(); ++i) add_place((*places)[i], element_path(at, i), claim);
  }

  void read_two_places(ObjectReader& reader, const char* first, const char* second, Claim& claim) {
    for (const char* key : {first, second})
      if (const Json* place = reader.require(key, "a place: a curve and values of swept parameters"))
        add_place(*place, reader.path(key), claim);
  }

  void add_place(const Json& json, const std::string& path, Claim& claim) {
    ObjectReader reader = param_reader(json, path, place_keys_, faults_);
    ClaimPlace place;
    place.curve = reader.required_text("curve");
    if (!place.curve.empty() && std::find(curves_.begin(), curves_.end(), place.curve) == curves_.end())
      faults_.add(FaultKind::kMeaning, reader.path("curve"), "an unknown curve", one_of(curves_),
                  nearest_name(place.curve, curves_));
    place.quantity = read_quantity(reader, quantity_);
    for (const std::string& param : param_paths())
      if (const Json* value = reader.find(param)) read_axis(param, *value, reader.path(param), place);
    if (std::find(claim.places.begin(), claim.places.end(), place) != claim.places.end())
      faults_.add(FaultKind::kMeaning, path, "the same place a second time", "each place once");
    claim.places.push_back(std::move(place));
  }

  void read_axis(const std::string& param, const Json& value, const std::string& path, ClaimPlace& place) {
    const ParamRef ref = find_param(param);
    const std::size_t before = faults_.size();
    const bool good = read_value(*ref.row, value, ref.get(PointSpec{}), path, faults_).has_value();
    if (ref.section->of_part) faults_.beyond_schema(before);
    if (!good) return;
    const auto axis = std::find_if(scenario_.sweep.begin(), scenario_.sweep.end(),
                                   [&param](const AxisSpec& one) { return path_of(one.param) == param; });
    if (axis == scenario_.sweep.end()) {
      faults_.add(FaultKind::kMeaning, path, "a parameter that the sweep does not set",
                  swept_.empty() ? "the curve alone, because there is no sweep" : one_of(swept_),
                  nearest_name(param, swept_));
      return;
    }
    std::vector<std::string> texts;
    for (const Json& one : axis->values) texts.push_back(axis_text(*axis, one));
    place.axes.push_back({param, axis_text(*axis, value)});
    if (!scenario_.leniency.excuses(path) &&
        std::find(texts.begin(), texts.end(), place.axes.back().text) == texts.end())
      faults_.add(FaultKind::kMeaning, path, show(value) + ", which the sweep does not visit", one_of(texts));
  }

  std::string read_quantity(ObjectReader& reader, const std::string& usual) {
    if (reader.find("quantity") == nullptr) return usual;
    std::string name = reader.required_name("quantity");
    if (!name.empty() && !is_quantity_name(name))
      faults_.add(FaultKind::kMeaning, reader.path("quantity"), show(name),
                  "a quantity of points.csv: " + one_of(known_), nearest_name(name, known_));
    return name;
  }

  static constexpr const char* kRangeAccepted = "two numbers above 0, the least and the greatest accepted ratio";
  const Scenario& scenario_;
  FaultList& faults_;
  const std::vector<std::string> known_ = quantity_names();
  std::vector<std::string> curves_;
  std::vector<std::string> swept_;
  std::vector<std::string> place_keys_;
  std::string quantity_;  // of the claim's places, unless they say otherwise
};

// Whether the scenario itself sets the parameter, or meant to; what a machine's file sets is the machine's.
bool sets_itself(const Scenario& scenario, const std::string& path, const std::string& file) {
  if (scenario.values.unread.count(path) > 0) return true;
  const auto origin = scenario.values.origins.find(path);
  if (origin != scenario.values.origins.end() && origin->second.file == file) return true;
  for (const AxisSpec& axis : scenario.sweep)
    if (path_of(axis.param) == path) return true;
  for (const CurveSpec& spec : scenario.curves)
    for (const Assignment& assignment : spec.set)
      if (path_of(assignment.param) == path) return true;
  return false;
}

}  // namespace

std::vector<Claim> read_claims(const Json& json, const std::string& path, const Scenario& scenario, FaultList& faults) {
  return ClaimsReader(scenario, faults).read(json, path);
}

std::vector<FreeParameter> read_free_parameters(const Json& json, const std::string& path, const Scenario& scenario,
                                                const std::string& file, FaultList& faults) {
  ObjectReader reader = param_reader(json, path, param_paths(), faults);
  std::vector<FreeParameter> free;
  for (const std::string& param : param_paths()) {
    if (reader.find(param) == nullptr) continue;
    free.push_back({param, reader.words(param)});
    if (!sets_itself(scenario, param, file))
      faults.add(FaultKind::kMeaning, reader.path(param), "a parameter that the study does not set",
                 "a parameter that the study's own sections, curves or sweep set");
  }
  return free;
}

}  // namespace vqlab
