#include "analysis/explain/halving.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "analysis/runs/paired.hpp"
#include "analysis/runs/replications.hpp"
#include "models/testbed/in_effect.hpp"
#include "models/testbed/resources.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {
namespace {

// Less of the path, and less of the time, has nothing that limits a point.
constexpr double kLeastPath = 0.05;
constexpr double kLeastBusy = 0.3;

// A pair of simulations of this precision differs by a few percent through chance alone. What lies further apart than
// kClearlyPercent under both seeds of the first round is so; six seeds tell of the rest.
constexpr double kHalfWidthPercent = 2.5;
constexpr std::array<std::size_t, 2> kSeedsOfRound{2, 4};
constexpr double kClearlyPercent = 10;
constexpr const char* kHalvedAxis = "variant";
constexpr const char* kNotHalved = "base";

const Resource* resource_of(const std::string& name) {
  const auto found = std::find_if(resources().begin(), resources().end(),
                                  [&name](const Resource& resource) { return resource.name() == name; });
  return found == resources().end() ? nullptr : &*found;
}

bool surely_positive(const Estimate& estimate) { return estimate.value > estimate.half_width; }

// Whether all of them, seed by seed, are more than chance.
bool clear(const std::vector<double>& percent) {
  return std::all_of(percent.begin(), percent.end(), [](double one) { return one > kClearlyPercent; }) &&
         !percent.empty();
}

bool is_lock(ResourceId id) {
  return id == ResourceId::kQueueLock || id == ResourceId::kTargetLock || id == ResourceId::kHostLock ||
         id == ResourceId::kLunLock;
}

}  // namespace

std::vector<std::string> candidates(const ExplainedPoint& point, const Testbed& testbed) {
  std::vector<std::string> names;
  bool locks = false;
  const auto add = [&](const Resource& resource) {
    Testbed halved = testbed;
    resource.halve(halved);
    if (!same_in_effect(testbed, halved)) names.emplace_back(resource.name());
  };
  for (const ExplainedResource& explained : point.resources) {
    const Resource* const resource = resource_of(explained.name);
    if (resource == nullptr) continue;
    if (!(explained.path.value >= kLeastPath || explained.utilization.value >= kLeastBusy)) continue;
    locks |= is_lock(resource->id);
    add(*resource);
  }
  if (locks) add(*resource_of(std::string(name_of(ResourceId::kCacheLines))));
  return names;
}

Halving::Halving(std::vector<HalvingPlace> places, const std::vector<double>& longest_s) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    Place& place = places_.emplace_back();
    place.number = places[i].number;
    place.point = std::move(places[i].point);
    Precision& precision = place.point.precision;
    precision.half_width_percent = std::max(precision.half_width_percent, kHalfWidthPercent);
    precision.max_simulated_s = std::max(precision.min_simulated_s, std::min(precision.max_simulated_s, longest_s[i]));
    for (std::string& name : places[i].resources) place.candidates.push_back({std::move(name), true, {}});
  }
}

PointList Halving::next_round() {
  PointList points;
  asked_.clear();
  if (round_ == kSeedsOfRound.size()) return points;
  std::vector<std::uint64_t> seeds;
  std::uint64_t first_seed = 1;
  for (std::size_t before = 0; before < round_; ++before) first_seed += kSeedsOfRound[before];
  for (std::size_t i = 0; i < kSeedsOfRound[round_]; ++i) seeds.push_back(first_seed + i);
  seeds_ = seeds.size();
  ++round_;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const Place& place = places_[i];
    // Room for every resource: a shard does not know what is asked of places that are not its own.
    Asked asked{i, {}, place.number * (1 + resources().size()) * seeds_};
    for (std::size_t candidate = 0; candidate < place.candidates.size(); ++candidate)
      if (place.candidates[candidate].left) asked.candidates.push_back(candidate);
    if (asked.candidates.empty()) continue;
    if (asked.candidates.size() == 1 && clear(place.candidates[asked.candidates.front()].gains)) continue;
    std::size_t index = asked.first;
    const auto add = [&](const std::string& variant, const Resource* halved) {
      Point point = place.point;
      if (halved != nullptr) halved->halve(point.testbed);
      point.axes.push_back({kHalvedAxis, variant});
      for (const std::uint64_t seed : seeds) {
        point.index = static_cast<std::uint32_t>(index++);
        point.seed = seed;
        points.push_back(point);
      }
    };
    add(kNotHalved, nullptr);
    for (const std::size_t candidate : asked.candidates) {
      const std::string& name = place.candidates[candidate].resource;
      add(name, resource_of(name));
    }
    asked_.push_back(std::move(asked));
  }
  return points;
}

void Halving::take(const PointRows& rows) {
  std::size_t points = 0;
  for (const Asked& asked : asked_) points = asked.first + seeds_ * (1 + asked.candidates.size());
  const std::vector<double> values = values_by_point(rows, points, name_of(Measure::kBandwidth));
  for (const Asked& asked : asked_) {
    for (std::size_t i = 0; i < asked.candidates.size(); ++i) {
      Candidate& candidate = places_[asked.place].candidates[asked.candidates[i]];
      for (std::size_t seed = 0; seed < seeds_; ++seed)
        candidate.gains.push_back(
            difference_percent(values[asked.first + (1 + i) * seeds_ + seed], values[asked.first + seed]));
    }
  }
  drop_what_is_behind();
}

const Halving::Candidate* Halving::leader(const Place& place) {
  const Candidate* first = nullptr;
  double most = 0;
  for (const Candidate& candidate : place.candidates) {
    const double gain = mean_of_replications(candidate.gains).value;
    if (!candidate.left || std::isnan(gain) || (first != nullptr && gain <= most)) continue;
    first = &candidate;
    most = gain;
  }
  return first;
}

std::vector<double> Halving::leads(const Candidate& leader, const Candidate& other) {
  std::vector<double> leads;
  for (std::size_t i = 0; i < std::min(leader.gains.size(), other.gains.size()); ++i)
    leads.push_back(leader.gains[i] - other.gains[i]);
  return leads;
}

void Halving::drop_what_is_behind() {
  for (Place& place : places_) {
    const Candidate* const first = leader(place);
    if (first == nullptr) continue;
    for (Candidate& candidate : place.candidates)
      if (&candidate != first && clear(leads(*first, candidate))) candidate.left = false;
  }
}

void Halving::tell(std::vector<ExplainedPoint*> points) const {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const Place& place = places_[i];
    const Candidate* const first = leader(place);
    const bool any = first != nullptr && (clear(first->gains) || surely_positive(mean_of_replications(first->gains)));
    for (const Candidate& candidate : place.candidates) {
      for (ExplainedResource& resource : points[i]->resources) {
        if (resource.name != candidate.resource) continue;
        resource.gain_percent = mean_of_replications(candidate.gains);
        if (any && candidate.left)
          resource.limits = &candidate == first || !surely_positive(mean_of_replications(leads(*first, candidate)));
      }
    }
    points[i]->rank();
  }
}

}  // namespace vqlab
