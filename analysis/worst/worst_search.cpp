#include "analysis/worst/worst_search.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numeric>
#include <utility>

#include "sim/metrics/quantity.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kWorstElite = 8;      // scenarios that have children, and run again in each round
constexpr std::size_t kWorstChildren = 24;  // of a round
constexpr int kWorstTries = 200;            // at a scenario that is new and good
constexpr double kWorstStartShare = 0.35;   // of the evaluations: random scenarios
constexpr std::uint32_t kWorstCrossedPercent = 30;

class WorstEvolution {
 public:
  WorstEvolution(const WorkloadSpace& space, std::uint64_t seed, std::size_t evaluations, const AskLosses& ask)
      : space_(space), stream_(seed, "worst"), left_(evaluations), ask_(ask) {}

  std::vector<TriedScenario> run() {
    const auto start =
        std::max<std::size_t>(1, static_cast<std::size_t>(kWorstStartShare * static_cast<double>(left_)));
    std::vector<LossQuestion> questions;
    while (questions.size() < start) {
      auto genome = fresh([this] { return space_.random(stream_); });
      if (!genome) break;
      questions.push_back({std::move(*genome), 0});
    }
    take(questions, "random scenarios");
    for (int round = 1; left_ > 0 && !tried_.empty(); ++round) {
      sort();
      questions.clear();
      const std::size_t parents = std::min(kWorstElite, tried_.size());
      for (std::size_t i = 0; i < parents && questions.size() < left_; ++i)
        questions.push_back({tried_[i].genome, tried_[i].losses.size()});
      for (std::size_t child = 0; child < kWorstChildren && questions.size() < left_; ++child) {
        auto genome = fresh([this, parents] { return bred(parents); });
        if (!genome) break;
        questions.push_back({std::move(*genome), 0});
      }
      take(questions, fmt::format("round {}", round));
    }
    sort();
    std::stable_partition(tried_.begin(), tried_.end(), [](const TriedScenario& one) { return one.losses.size() > 1; });
    return std::move(tried_);
  }

 private:
  template <class Make>
  std::optional<Genome> fresh(const Make& make) {
    for (int i = 0; i < kWorstTries; ++i) {
      auto genome = space_.settled(make());
      if (genome && seen_.emplace(*genome, seen_.size()).second) return genome;
    }
    return std::nullopt;
  }

  Genome bred(std::size_t parents) {
    // Of two that are drawn, the better one.
    const auto pick = [this, parents] {
      const auto count = static_cast<std::uint32_t>(parents);
      const std::uint32_t one = below(count, stream_.next32());
      return std::min(one, below(count, stream_.next32()));
    };
    Genome child = tried_[pick()].genome;
    if (below(100, stream_.next32()) < kWorstCrossedPercent)
      child = WorkloadSpace::crossed(child, tried_[pick()].genome, stream_);
    return space_.mutated(std::move(child), stream_);
  }

  void take(const std::vector<LossQuestion>& questions, const std::string& what) {
    const std::vector<std::optional<double>> losses = ask_(questions, what + leading());
    for (std::size_t i = 0; i < questions.size(); ++i) {
      if (!losses[i] || std::isnan(*losses[i])) continue;
      const auto known = std::find_if(tried_.begin(), tried_.end(),
                                      [&](const TriedScenario& one) { return one.genome == questions[i].genome; });
      if (known != tried_.end())
        known->losses.push_back(*losses[i]);
      else
        tried_.push_back({questions[i].genome, {*losses[i]}});
    }
    left_ -= std::min(left_, questions.empty() ? left_ : questions.size());
  }

  [[nodiscard]] std::string leading() const {
    if (tried_.empty()) return "";
    return fmt::format(", leader now {:.0f} % behind", 100 * (1 - std::exp(-tried_.front().sure())));
  }

  void sort() {
    std::stable_sort(tried_.begin(), tried_.end(),
                     [](const TriedScenario& a, const TriedScenario& b) { return a.sure() > b.sure(); });
  }

  const WorkloadSpace& space_;
  RandomStream stream_;
  std::size_t left_;
  const AskLosses& ask_;
  std::vector<TriedScenario> tried_;
  std::map<Genome, std::size_t> seen_;
};

}  // namespace

double sure_loss(const std::vector<double>& losses) {
  if (losses.empty()) return kNoValue;
  const auto n = static_cast<double>(losses.size());
  const double mean = std::accumulate(losses.begin(), losses.end(), 0.0) / n;
  if (losses.size() < 2) return mean;
  double squares = 0;
  for (const double loss : losses) squares += (loss - mean) * (loss - mean);
  return mean - 2 * std::sqrt(squares / (n - 1) / n);
}

double TriedScenario::mean() const {
  if (losses.empty()) return kNoValue;
  if (losses.size() == 1) return losses.front();
  return std::accumulate(losses.begin() + 1, losses.end(), 0.0) / static_cast<double>(losses.size() - 1);
}

// Of two runs the first one may tell how far they are apart, but not where.
double TriedScenario::sure() const {
  if (losses.size() < 2) return mean();
  if (losses.size() == 2) return losses[1] - std::abs(losses[1] - losses[0]);
  return sure_loss({losses.begin() + 1, losses.end()});
}

std::vector<TriedScenario> search_worst(const WorkloadSpace& space, std::uint64_t seed, std::size_t evaluations,
                                        const AskLosses& ask) {
  return WorstEvolution(space, seed, evaluations, ask).run();
}

std::vector<double> sure_losses(const std::vector<Genome>& genomes, std::size_t count, const AskLosses& ask,
                                const std::string& what) {
  std::vector<LossQuestion> questions;
  for (const Genome& genome : genomes)
    for (std::size_t i = 0; i < count; ++i) questions.push_back({genome, i});
  const std::vector<std::optional<double>> losses = ask(questions, what);
  std::vector<double> sure;
  for (std::size_t i = 0; i < genomes.size(); ++i) {
    std::vector<double> own;
    for (std::size_t j = 0; j < count; ++j) own.push_back(losses[i * count + j].value_or(kNoValue));
    sure.push_back(sure_loss(own));
  }
  return sure;
}

std::vector<WithoutMember> without_each_member(const WorkloadSpace& space, const Genome& genome) {
  std::vector<WithoutMember> all;
  for (std::size_t i = 0; i < space.members().size(); ++i) {
    if (genome[i] == 0) continue;
    Genome fewer = genome;
    fewer[i] = 0;
    all.push_back({i, space.settled(std::move(fewer))});
  }
  return all;
}

Genome without_idle_members(const WorkloadSpace& space, Genome genome, double kept,
                            const std::function<std::vector<double>(const std::vector<Genome>&)>& loss_of) {
  const double whole = loss_of({genome}).front();
  while (true) {
    std::vector<Genome> fewer;
    for (WithoutMember& one : without_each_member(space, genome))
      if (one.genome) fewer.push_back(std::move(*one.genome));
    if (fewer.empty()) return genome;
    const std::vector<double> losses = loss_of(fewer);
    std::size_t best = fewer.size();
    for (std::size_t i = 0; i < fewer.size(); ++i)
      if (!std::isnan(losses[i]) && (best == fewer.size() || losses[i] > losses[best])) best = i;
    if (best == fewer.size() || losses[best] < kept * whole) return genome;
    genome = std::move(fewer[best]);
  }
}

}  // namespace vqlab
