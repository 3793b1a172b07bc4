#include "analysis/claims/claims_score.hpp"

#include <cmath>
#include <fmt/format.h>

namespace vqlab {
namespace {

class Mean {
 public:
  void add(double value) {
    sum_ += value;
    ++count_;
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] double value() const { return count_ == 0 ? kNoValue : sum_ / static_cast<double>(count_); }

 private:
  double sum_ = 0;
  std::size_t count_ = 0;
};

}  // namespace

LogErrors log_errors(const JudgedClaim& judged) {
  const double reached = judged.reached.value;
  if (judged.claim.judgement != Judgement::kRatio || !(reached > 0)) return {};
  const auto error = [&judged](double answer) { return std::abs(std::log(answer / judged.claim.ratio)); };
  return {error(reached), error(1), error(judged.bound)};
}

ClaimsScore score_of(std::span<const JudgedStudy> studies) {
  Mean here, no_change, bound, here_if_bounded;
  for (const JudgedStudy& study : studies) {
    for (const JudgedClaim& judged : study.claims) {
      const LogErrors errors = log_errors(judged);
      if (std::isnan(errors.here) || !judged.counts()) continue;
      here.add(errors.here);
      no_change.add(errors.no_change);
      if (std::isnan(errors.bound)) continue;
      bound.add(errors.bound);
      here_if_bounded.add(errors.here);
    }
  }
  return {here.count(), here.value(), no_change.value(), bound.count(), bound.value(), here_if_bounded.value()};
}

std::string score_line(const ClaimsScore& score) {
  if (score.ratios == 0) return "";
  std::string text =
      fmt::format("mean log error of {} ratio{}: {:.3f}", score.ratios, score.ratios == 1 ? "" : "s", score.here);
  if (score.no_change > 0) text += fmt::format(", {:.0f} % of that of", 100 * score.here / score.no_change);
  text += fmt::format("{} no change ({:.3f})", score.no_change > 0 ? "" : ";", score.no_change);
  if (score.bounded > 0) text += fmt::format("; bottleneck bound {:.3f}", score.bound);
  if (score.bounded > 0 && score.bounded < score.ratios)
    text += fmt::format(" over {} of them (here {:.3f})", score.bounded, score.here_if_bounded);
  return text + '\n';
}

}  // namespace vqlab
