#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "analysis/app/aligned_table.hpp"
#include "analysis/app/percent_text.hpp"
#include "analysis/app/wrapped_text.hpp"
#include "analysis/claims/claims_report.hpp"
#include "analysis/claims/claims_score.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kClaimsColumns = 100;
constexpr std::size_t kClaimsIndent = 4;

std::string accepted_text(const Claim& claim) {
  switch (claim.judgement) {
    case Judgement::kRatio: return fmt::format("{} to {}", claim.min, claim.max);
    case Judgement::kDirection: return claim.rises ? "> 1" : "< 1";
    case Judgement::kOrdering: break;
  }
  return "each > 1";
}

// As many decimals as the half-width's first digit has, at least three.
std::string ratio_text(double value, double half_width) {
  const int decimals = half_width > 0 && half_width < 0.0005 ? 5 : 3;
  return fmt::format("{:.{}f}", value, decimals);
}

std::vector<std::string> line_of(const JudgedClaim& judged) {
  const Claim& claim = judged.claim;
  const Estimate& reached = judged.reached;
  std::vector<std::string> line{claim.id};
  line.push_back(claim.judgement == Judgement::kOrdering ? "in order" : published_text(claim));
  line.push_back(accepted_text(claim));
  const bool known = !std::isnan(reached.value);
  line.push_back(known ? ratio_text(reached.value, reached.half_width) + std::string(mark_of(judged.state))
                       : "unknown");
  line.push_back(std::isnan(reached.half_width) ? "" : "+-" + ratio_text(reached.half_width, reached.half_width));
  const double off = judged.deviation_percent();
  line.push_back(std::isnan(off) ? "" : fmt::format("{:+.1f}", off));
  line.emplace_back(judged.holds ? "holds" : "FAILS");
  return line;
}

// What stands below a claim that fails, that holds although it is marked as failing, or that does not count.
std::string remark(const JudgedClaim& judged) {
  const Claim& claim = judged.claim;
  const std::string blanks(kClaimsIndent, ' ');
  const auto indented = [&blanks](const std::string& words) {
    return blanks + wrapped_text(words, kClaimsColumns - kClaimsIndent, kClaimsIndent);
  };
  const std::string fitted = judged.counts() ? "" : indented("does not count: " + claim.fitted);
  if (judged.holds && judged.as_marked()) return fitted;
  std::string text = claim.fails;
  if (judged.holds)
    text = "marked as failing, but it holds: " + text;
  else if (judged.as_marked())
    text = "marked as failing: " + text;
  else
    text = "not marked as failing: \"" + claim.published + "\"";
  return indented(text) + fitted;
}

std::string digits(double value) { return std::isnan(value) ? "-" : fmt::format("{:.3f}", value); }

// Empty if the study did not run on any.
std::string plausible_claims_table(const JudgedStudy& study) {
  std::size_t machines = 0;
  std::vector<std::vector<std::string>> lines{{"claim", "published", "here", "90 % of the model", "holds in", ""}};
  for (const JudgedClaim& judged : study.claims) {
    if (!judged.plausible) continue;
    const PlausibleClaim& one = *judged.plausible;
    machines = std::max(machines, one.machines);
    const bool ordering = judged.claim.judgement == Judgement::kOrdering;
    lines.push_back({judged.claim.id, ordering ? "in order" : published_text(judged.claim),
                     digits(judged.reached.value), digits(one.band.low) + " to " + digits(one.band.high),
                     fmt::format("{} of {}", one.hold, one.machines),
                     !one.inside     ? "outside the model band"
                     : !judged.holds ? "fails, within the model band"
                                     : ""});
  }
  if (lines.size() == 1) return "";
  return fmt::format("on {} plausible machines, which differ in {} parameters\n\n", machines,
                     study.uncertain_parameters) +
         aligned_table(lines) + '\n';
}

}  // namespace

std::string claims_table(const JudgedStudy& study) {
  std::vector<std::vector<std::string>> lines{{"claim", "published", "accepted", "reached", "95 %", "off %", ""}};
  for (const JudgedClaim& claim : study.claims) lines.push_back(line_of(claim));
  const std::string table = aligned_table(lines);
  std::string text = fmt::format("{}: {}\nratios of means, paired by seed; {} seeds\n\n", study.record.study,
                                 study.title, study.record.seeds.size());
  std::size_t begin = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t end = table.find('\n', begin) + 1;
    text += table.substr(begin, end - begin);
    if (i > 0) text += remark(study.claims[i - 1]);
    begin = end;
  }
  text += '\n' + plausible_claims_table(study);
  std::vector<PointState> states;
  for (const JudgedClaim& claim : study.claims) states.push_back(claim.state);
  text += marks_text(states) + score_line(score_of({&study, 1}));
  if (study.free_parameters.empty()) return text + "no free parameters\n";
  text +=
      fmt::format("{} free parameter{}\n", study.free_parameters.size(), study.free_parameters.size() == 1 ? "" : "s");
  for (const FreeParameter& free : study.free_parameters)
    text += "  " + wrapped_text(free.path + ": " + free.why, kClaimsColumns, kClaimsIndent);
  return text;
}

}  // namespace vqlab
