// An ablation: by how much the bandwidth of each point changes when one thing is switched off or halved.
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/runs/place.hpp"
#include "analysis/runs/point_state.hpp"
#include "analysis/runs/run_json.hpp"
#include "sim/metrics/columns.hpp"
#include "sim/metrics/interval.hpp"

namespace vqlab {

inline constexpr std::string_view kAblationMetric = name_of(Measure::kBandwidth);

enum class AblationKind {
  kMechanism,  // switched off
  kCost,       // halved
  kResource,   // what each request demands of it halved
};
inline constexpr std::size_t kAblationKinds = 3;

// "mechanism", "cost" or "resource".
[[nodiscard]] std::string_view to_string(AblationKind kind);

// Whether the 95 % interval excludes 0.
[[nodiscard]] inline bool excludes_zero(const Estimate& estimate) {
  return std::abs(estimate.value) > estimate.half_width;
}

struct AblationVariant {
  AblationKind kind = AblationKind::kMechanism;
  std::string name;                  // path of the switch or the cost; name of the resource
  std::vector<std::string> words{};  // of a resource, by place: what people call it there

  // For people: at one place, or at all of them, "main loop / iothread" if they differ.
  [[nodiscard]] std::string words_at(std::size_t place) const { return words.empty() ? name : words[place]; }
  [[nodiscard]] std::string words_over_all() const;
};

// What one variant does at one place, or on average over those of a curve or over all.
struct AblationCell {
  std::size_t variant = 0;                  // of Ablation::variants
  std::optional<std::size_t> place{};       // of Ablation::places; none: an average
  std::string curve{};                      // empty: the average over all places
  std::size_t points = 0;                   // places that count: those where both have a value under every seed
  std::size_t pairs = 0;                    // seeds under which both have a value
  Estimate base{};                          // MiB/s as the study is; unknown for an average
  Estimate changed{};                       // MiB/s under the variant; unknown for an average
  Estimate change_percent{};                // seed by seed
  PointState state = PointState::kPrecise;  // of all runs that it is made from

  [[nodiscard]] bool sure() const { return excludes_zero(change_percent); }
};

// The resources that move a place most.
struct AblationLeader {
  std::size_t place = 0;
  std::size_t first = 0;   // of Ablation::variants
  std::size_t second = 0;  // the runner-up
  Estimate lead_percent;   // difference of their changes, seed by seed

  [[nodiscard]] bool sure() const { return excludes_zero(lead_percent); }
};

struct Ablation {
  std::string title;
  std::size_t seeds = 0;
  std::vector<std::string> curves;  // of the places
  std::vector<Place> places;
  std::size_t left_out = 0;  // points of the study that its reference does not count
  std::vector<AblationVariant> variants;
  std::vector<std::string> idle;  // further variants, which change no value that any place uses
  // Variant by variant: over all places, curve by curve, place by place.
  std::vector<AblationCell> cells;
  std::vector<AblationLeader> leaders;  // where two resources or more have a change

  [[nodiscard]] const AblationCell& overall(std::size_t variant) const { return cells[variant * stride()]; }
  [[nodiscard]] const AblationCell& cell(std::size_t variant, std::size_t place) const {
    return cells[variant * stride() + 1 + curves.size() + place];
  }

 private:
  [[nodiscard]] std::size_t stride() const { return 1 + curves.size() + places.size(); }
};

// ablation.csv: one row for each cell, in their order; 6 digits, NaN blank.
[[nodiscard]] std::string ablation_csv(const Ablation& ablation);

// ablation.json: the layout of run.json, and what was changed.
[[nodiscard]] std::string ablation_json(const RunRecord& record, const Ablation& ablation);

// For a terminal of 100 columns: what moves the study most, by kind, and the resource that moves each point most.
[[nodiscard]] std::string ablation_table(const Ablation& ablation);

}  // namespace vqlab
