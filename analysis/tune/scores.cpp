#include "analysis/tune/scores.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <utility>

#include "analysis/uncertainty/model_band.hpp"
#include "models/base/rng.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kFewestHalvedPlaces = 4;  // that are halved
constexpr double kEqualGains = 1e-12;           // rounding of a mean of logarithms

std::vector<std::size_t> shuffled_numbers(std::size_t count, RandomStream& stream) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i)
    std::swap(order[i - 1], order[below(static_cast<std::uint32_t>(i), stream.next32())]);
  return order;
}

// Of what is known.
class KnownMean {
 public:
  void add(double value) {
    if (std::isnan(value)) return;
    sum_ += value;
    ++count_;
  }
  [[nodiscard]] double value() const { return count_ == 0 ? kNoValue : sum_ / static_cast<double>(count_); }

 private:
  double sum_ = 0;
  std::size_t count_ = 0;
};

}  // namespace

Halves halves_of(const std::vector<std::size_t>& studies, std::uint64_t seed) {
  Halves halves;
  const std::size_t count = studies.empty() ? 0 : *std::max_element(studies.begin(), studies.end()) + 1;
  std::vector<bool> trains(count, false);
  if (count > 1) {
    RandomStream stream(seed, "tune/halves");
    const std::vector<std::size_t> order = shuffled_numbers(count, stream);
    for (std::size_t i = 0; i < (count + 1) / 2; ++i) trains[order[i]] = true;
    halves.how = fmt::format("{} of {} studies to choose, the others to judge", (count + 1) / 2, count);
  } else if (studies.size() >= kFewestHalvedPlaces) {
    halves.how = "every other point to choose, the others to judge";
  } else {
    halves.how = "the same points, under some seeds to choose and under others to judge";
  }
  halves.same_places = count == 1 && studies.size() < kFewestHalvedPlaces;
  for (std::size_t place = 0; place < studies.size(); ++place) {
    const bool both = halves.same_places;
    const bool training = count > 1 ? trains[studies[place]] : place % 2 == 0;
    if (training || both) halves.training.push_back(place);
    if (!training || both) halves.held_out.push_back(place);
  }
  return halves;
}

PlacesByStudy by_study(const std::vector<std::size_t>& half, const std::vector<std::size_t>& studies) {
  PlacesByStudy places;
  std::vector<std::size_t> names;
  for (std::size_t i = 0; i < half.size(); ++i) {
    const auto found = std::find(names.begin(), names.end(), studies[half[i]]);
    const auto at = static_cast<std::size_t>(found - names.begin());
    if (found == names.end()) {
      names.push_back(studies[half[i]]);
      places.emplace_back();
    }
    places[at].push_back(i);
  }
  return places;
}

double mean_log_ratio(const LogRatioTable& table, const PlacesByStudy& places) {
  KnownMean all;
  for (const std::vector<std::size_t>& study : places) {
    KnownMean of_study;
    for (const std::size_t place : study) {
      KnownMean of_place;
      for (const double value : table[place]) of_place.add(value);
      of_study.add(of_place.value());
    }
    all.add(of_study.value());
  }
  return all.value();
}

Resampling::Resampling(PlacesByStudy places, std::size_t seeds, std::uint64_t seed)
    : places_(std::move(places)), seeds_(seeds), seed_(seed) {}

std::vector<std::vector<double>> Resampling::means(const std::vector<const LogRatioTable*>& tables,
                                                   std::size_t draws) const {
  RandomStream stream(seed_, "tune/resampling");
  const auto any = [&stream](std::size_t count) { return below(static_cast<std::uint32_t>(count), stream.next32()); };
  std::vector<std::vector<double>> all;
  std::vector<std::size_t> seeds(seeds_);
  for (std::size_t draw = 0; draw < draws; ++draw) {
    std::vector<KnownMean> of_draw(tables.size());
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const std::vector<std::size_t>& study = places_[any(places_.size())];
      std::vector<KnownMean> of_study(tables.size());
      for (std::size_t j = 0; j < study.size(); ++j) {
        const std::size_t place = study[any(study.size())];
        for (std::size_t& one : seeds) one = any(seeds_);
        for (std::size_t table = 0; table < tables.size(); ++table) {
          KnownMean of_place;
          for (const std::size_t one : seeds) of_place.add((*tables[table])[place][one]);
          of_study[table].add(of_place.value());
        }
      }
      for (std::size_t table = 0; table < tables.size(); ++table) of_draw[table].add(of_study[table].value());
    }
    std::vector<double> means;
    for (const KnownMean& mean : of_draw) means.push_back(mean.value());
    all.push_back(std::move(means));
  }
  return all;
}

bool Keep::holds(double log_ratio) const {
  return at_least ? log_ratio >= std::log(ratio) : log_ratio <= std::log(ratio);
}

Range95 range95_of(const std::vector<double>& values) { return {quantile(values, 0.025), quantile(values, 0.975)}; }

std::vector<std::size_t> best_of(const std::vector<double>& gains, const std::vector<std::vector<double>>& kept,
                                 const std::vector<Keep>& keeps) {
  std::vector<std::size_t> holding;
  double highest = kNoValue;
  for (std::size_t i = 0; i < gains.size(); ++i) {
    bool holds = !std::isnan(gains[i]);
    for (std::size_t j = 0; j < keeps.size() && holds; ++j) holds = keeps[j].holds(kept[i][j]);
    if (!holds) continue;
    holding.push_back(i);
    highest = std::fmax(highest, gains[i]);
  }
  std::vector<std::size_t> best;
  for (const std::size_t i : holding)
    if (gains[i] >= highest - kEqualGains) best.push_back(i);
  return best;
}

}  // namespace vqlab
