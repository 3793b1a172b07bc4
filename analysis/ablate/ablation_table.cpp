#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

#include "analysis/ablate/ablation.hpp"
#include "analysis/app/aligned_table.hpp"
#include "analysis/app/percent_text.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kAblationColumns = 100;
constexpr std::size_t kMostVariants = 15;  // of a kind
constexpr std::size_t kMostLeaders = 60;

constexpr std::array<const char*, kAblationKinds> kAblationHeadings{
    "Mechanisms, each switched off", "Costs, each halved", "Resources, what a request demands of each halved"};

std::string change_text(const AblationCell& cell) {
  if (std::isnan(cell.change_percent.value)) return "unknown";
  const std::string half = half_width_text(cell.change_percent);
  return percent_text(cell.change_percent) + (half.empty() ? "" : " " + half) + (cell.sure() ? "" : "~") +
         std::string(mark_of(cell.state));
}

// One variant over all places.
struct Influence {
  std::size_t variant;
  double mean_size = 0;  // mean of the changes' absolute values over the points that have one
  const AblationCell* largest = nullptr;

  // Whether every run gave the very same bandwidth.
  [[nodiscard]] bool none() const { return largest != nullptr && largest->change_percent.value == 0; }
};

Influence influence_of(const Ablation& ablation, std::size_t variant) {
  Influence influence{variant};
  std::size_t known = 0;
  for (std::size_t place = 0; place < ablation.places.size(); ++place) {
    const AblationCell& cell = ablation.cell(variant, place);
    const double size = std::abs(cell.change_percent.value);
    if (std::isnan(size)) continue;
    ++known;
    influence.mean_size += size;
    if (influence.largest == nullptr || size > std::abs(influence.largest->change_percent.value))
      influence.largest = &cell;
  }
  if (known > 0) influence.mean_size /= static_cast<double>(known);
  return influence;
}

// "no effect at any point: a, b, c", broken between names.
std::string named(const std::string& begin, const std::vector<std::string>& names) {
  if (names.empty()) return "";
  std::string text;
  std::string line = begin;
  for (const std::string& name : names) {
    const std::string one = " " + name + (&name == &names.back() ? "" : ",");
    if (line.size() + one.size() > kAblationColumns) {
      text += line + '\n';
      line = "   ";
    }
    line += one;
  }
  return text + line + '\n';
}

// Under its heading a mechanism needs no section.
std::string variant_text(const AblationVariant& variant) {
  const std::string section = "mechanisms.";
  const std::string words = variant.words_over_all();
  return words.compare(0, section.size(), section) == 0 ? words.substr(section.size()) : words;
}

std::string kind_table(const Ablation& ablation, const std::vector<std::string>& places, AblationKind kind) {
  std::vector<Influence> influences;
  std::vector<std::string> without;
  for (std::size_t variant = 0; variant < ablation.variants.size(); ++variant) {
    if (ablation.variants[variant].kind != kind) continue;
    const Influence influence = influence_of(ablation, variant);
    if (influence.none())
      without.push_back(variant_text(ablation.variants[variant]));
    else
      influences.push_back(influence);
  }
  if (influences.empty() && without.empty()) return "";
  std::stable_sort(influences.begin(), influences.end(),
                   [](const Influence& a, const Influence& b) { return a.mean_size > b.mean_size; });
  std::vector<std::vector<std::string>> lines{{"", "mean", "size", "largest", "at"}};
  for (std::size_t i = 0; i < std::min(influences.size(), kMostVariants); ++i) {
    const Influence& one = influences[i];
    const bool known = one.largest != nullptr;
    lines.push_back({variant_text(ablation.variants[one.variant]), change_text(ablation.overall(one.variant)),
                     known ? fmt::format("{:.2f}", one.mean_size) : "-", known ? change_text(*one.largest) : "-",
                     known ? places[*one.largest->place] : "-"});
  }
  std::string text = fmt::format("\n{}\n\n{}", kAblationHeadings[static_cast<std::size_t>(kind)], aligned_table(lines));
  if (influences.size() > kMostVariants)
    text += fmt::format("and {} with a smaller effect: see ablation.csv\n", influences.size() - kMostVariants);
  return text + named("no effect at any point:", without);
}

std::string leaders_table(const Ablation& ablation, const std::vector<std::string>& places) {
  if (ablation.leaders.empty()) return "";
  std::vector<std::vector<std::string>> lines{{"", "first", "%", "second", "%"}};
  for (std::size_t i = 0; i < std::min(ablation.leaders.size(), kMostLeaders); ++i) {
    const AblationLeader& leader = ablation.leaders[i];
    lines.push_back({places[leader.place], ablation.variants[leader.first].words_at(leader.place),
                     change_text(ablation.cell(leader.first, leader.place)),
                     (leader.sure() ? "" : "=") + ablation.variants[leader.second].words_at(leader.place),
                     change_text(ablation.cell(leader.second, leader.place))});
  }
  std::string text =
      "\nThe resources that move each point most; = a tie, the interval of their difference contains 0\n\n" +
      aligned_table(lines);
  if (ablation.leaders.size() > kMostLeaders)
    text += fmt::format("and {} more: see ablation.json\n", ablation.leaders.size() - kMostLeaders);
  return text;
}

}  // namespace

std::string ablation_table(const Ablation& ablation) {
  const std::vector<std::string> places = short_place_names(ablation.places);
  std::string text = ablation.title + '\n';
  text += fmt::format("{} variants at {} point{}, {} seeds\n", ablation.variants.size(), ablation.places.size(),
                      ablation.places.size() == 1 ? "" : "s", ablation.seeds);
  if (ablation.left_out > 0)
    text += fmt::format("{} point{} left out: the reference does not count them; --all includes them\n",
                        ablation.left_out, ablation.left_out == 1 ? "" : "s");
  text += fmt::format(
      "change of {} in %, paired by seed, with 95 % interval; ~ the interval contains 0\n"
      "mean over all points; size: the mean of the changes without their signs\n",
      kAblationMetric);
  for (const AblationKind kind : {AblationKind::kResource, AblationKind::kMechanism, AblationKind::kCost})
    text += kind_table(ablation, places, kind);
  if (!ablation.idle.empty()) text += '\n' + named("off or 0 already at every point:", ablation.idle);
  std::vector<PointState> states;
  for (const AblationCell& cell : ablation.cells) states.push_back(cell.state);
  return text + leaders_table(ablation, places) + marks_text(states);
}

}  // namespace vqlab
