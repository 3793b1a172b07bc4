// Published figures and sentences that a study holds its results against, as data.
#pragma once

#include <string>
#include <vector>

#include "analysis/scenario/axis_value.hpp"

namespace vqlab {

// What a claim speaks of: a quantity of the results in one curve. An axis of the sweep that is left out takes all its
// values, one after the other and the same ones in all places of the claim; ratios are then averaged.
struct ClaimPlace {
  std::string curve;
  std::vector<AxisValue> axes;
  std::string quantity;  // a column of points.csv

  friend bool operator==(const ClaimPlace&, const ClaimPlace&) = default;
};

enum class Judgement {
  kRatio,      // the first place over the second lies in a range
  kDirection,  // the second place over the first is above 1 (or below)
  kOrdering,   // each place over the next one is above 1
};

// "ratio", "direction", "ordering": keys of a claim.
[[nodiscard]] const std::vector<std::string>& judgement_names();
[[nodiscard]] const std::string& to_string(Judgement judgement);

struct Claim {
  std::string id;
  std::string published;  // the figure or sentence
  Judgement judgement = Judgement::kRatio;
  std::vector<ClaimPlace> places;  // two; of an ordering at least two
  double ratio = 0;                // kRatio: as published
  double min = 0;                  // kRatio: what is accepted, 0 < min <= ratio <= max
  double max = 0;
  bool rises = true;   // kDirection
  std::string fails;   // why the claim is known not to hold; empty: it is held to hold
  std::string fitted;  // what was fitted to it, so that it does not count; empty: nothing was
};

// A parameter that a study with claims sets although the machine's description does not give it.
struct FreeParameter {
  std::string path;
  std::string why;  // from what the value was set
};

}  // namespace vqlab
