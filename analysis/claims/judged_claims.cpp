#include "analysis/claims/judged_claims.hpp"

#include <fmt/format.h>

#include "analysis/runs/place.hpp"

namespace vqlab {
namespace {

std::string name_of(const ClaimPlace& place) {
  Place named{place.curve, {}};
  for (const AxisValue& axis : place.axes) named.axes.emplace_back(axis.path, axis.text);
  return place_name(named);
}

}  // namespace

double JudgedClaim::deviation_percent() const {
  return claim.judgement == Judgement::kRatio ? 100 * (reached.value / claim.ratio - 1) : kNoValue;
}

std::string published_text(const Claim& claim) {
  switch (claim.judgement) {
    case Judgement::kRatio: return fmt::format("{}", claim.ratio);
    case Judgement::kDirection: return claim.rises ? "rises" : "falls";
    case Judgement::kOrdering: break;
  }
  std::string text;
  for (const ClaimPlace& place : claim.places) text += (text.empty() ? "" : " > ") + name_of(place);
  return text;
}

}  // namespace vqlab
