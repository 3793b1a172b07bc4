#include "models/analytic/linearizer.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "models/base/ensure.hpp"

namespace vqlab::analytic {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int kRounds = 3;  // of estimating the change of the shares
constexpr int kMostIterations = 2000;
constexpr int kUndamped = 50;         // iterations, after which each takes but half a step
constexpr double kPrecision = 1e-10;  // of queue lengths, relative to all requests

// Mean number of servers, less one, that a request finds idle at a station of `servers` where `others` go round besides
// it, each of which would be there for the share `present` of its time if none had to wait. Exact where the rest of the
// network is a delay (the machine repairman's problem).
double idle_but_one(std::uint32_t servers, std::uint32_t others, double present) {
  constexpr double kAlways = 1.0 - 1e-12;  // of a station that is all there is
  const double ratio = std::min(present, kAlways) / (1.0 - std::min(present, kAlways));
  constexpr double kNothing = 1e-17;  // beside 1
  constexpr double kLarge = 1e100;
  double weight = 1.0;  // of finding `n` requests
  double all = 0.0;
  double idle = 0.0;
  for (std::uint32_t n = 0; n <= others; ++n) {
    all += weight;
    if (n + 1 < servers) idle += (servers - 1 - n) * weight;
    // From here on none is idle.
    if (n >= servers && (weight < kNothing * all || idle < kNothing * all)) break;
    weight *= (others - n) * ratio / std::min(n + 1, servers);
    if (weight > kLarge) {
      weight /= kLarge;
      all /= kLarge;
      idle /= kLarge;
    }
  }
  return idle / all;
}

class Linearizer {
 public:
  explicit Linearizer(const ClosedNetwork& network)
      : network_(network), stations_(network.demands.rows()), classes_(network.classes()), population_(classes_) {
    for (Index c = 0; c < classes_; ++c) population_[c] = network.population[static_cast<std::size_t>(c)];
    servers_.resize(stations_);
    for (Index i = 0; i < stations_; ++i) {
      const Station& station = network.stations[static_cast<std::size_t>(i)];
      servers_[i] = station.kind == StationKind::kDelay || station.servers >= population_.sum() ? 0.0 : station.servers;
    }
  }

  Solution run() {
    const MatrixXd nothing = MatrixXd::Zero(stations_, classes_);
    // Without a class's request, the change of each class's share: first there is none.
    std::vector<MatrixXd> change(static_cast<std::size_t>(classes_), nothing);
    MatrixXd changed_requests = nothing;  // by station and the class that has lost one: all classes' change
    Guess whole = first_guess();
    std::vector<Guess> less(static_cast<std::size_t>(classes_), whole);
    for (int round = 0;; ++round) {
      MatrixXd correction = changed_requests;
      for (Index c = 0; c < classes_; ++c) correction.col(c) -= change[static_cast<std::size_t>(c)].col(c);
      solve(population_, correction, whole);
      if (round + 1 == kRounds) break;
      for (Index lost = 0; lost < classes_; ++lost) {
        if (population_[lost] == 0.0) continue;
        VectorXd population = population_;
        population[lost] -= 1.0;
        MatrixXd correction_less = correction;
        for (Index c = 0; c < classes_; ++c) correction_less.col(c) -= change[static_cast<std::size_t>(c)].col(lost);
        Guess& guess = less[static_cast<std::size_t>(lost)];
        solve(population, correction_less, guess);
      }
      // A class whose only request is the lost one keeps its share.
      for (Index lost = 0; lost < classes_; ++lost) {
        MatrixXd& of_lost = change[static_cast<std::size_t>(lost)];
        if (population_[lost] == 0.0) continue;
        of_lost = less[static_cast<std::size_t>(lost)].share - whole.share;
        if (population_[lost] == 1.0) of_lost.col(lost).setZero();
        changed_requests.col(lost) = of_lost * population_;
      }
    }
    return solution_of(network_, std::move(whole.throughput), std::move(whole.residence));
  }

 private:
  struct Guess {
    MatrixXd share;  // stations x classes: of a class's requests, those that are there
    MatrixXd residence;
    VectorXd throughput;
  };

  [[nodiscard]] Guess first_guess() const {
    Guess guess{MatrixXd::Zero(stations_, classes_), network_.demands, VectorXd::Zero(classes_)};
    for (Index c = 0; c < classes_; ++c) {
      const double cycle = network_.think_time[c] + network_.demands.col(c).sum();
      if (cycle > 0.0) guess.share.col(c) = network_.demands.col(c) / cycle;
    }
    return guess;
  }

  // Improves the guess until it agrees with itself. `correction`, by station and the class of the request that looks:
  // by how much more requests it finds there than the shares say.
  void solve(const VectorXd& population, const MatrixXd& correction, Guess& guess) const {
    const double requests = population.sum();
    if (requests == 0.0) return;
    for (int iteration = 0; iteration < kMostIterations; ++iteration) {
      const VectorXd queue = guess.share * population;
      const MatrixXd idle = idle_servers(population, guess.residence);
      double moved = 0.0;
      for (Index c = 0; c < classes_; ++c) {
        if (population[c] == 0.0) continue;
        for (Index i = 0; i < stations_; ++i) {
          const double demand = network_.demands(i, c);
          if (servers_[i] == 0.0) continue;
          const double found = std::max(0.0, queue[i] - guess.share(i, c) + correction(i, c));
          guess.residence(i, c) = std::max(demand, demand / servers_[i] * (1.0 + found + idle(i, c)));
        }
        const double cycle = network_.think_time[c] + guess.residence.col(c).sum();
        guess.throughput[c] = population[c] / cycle;
        VectorXd share = guess.residence.col(c) / cycle;
        if (iteration >= kUndamped) share = 0.5 * (share + guess.share.col(c));
        moved = std::max(moved, (share - guess.share.col(c)).cwiseAbs().maxCoeff() * population[c]);
        guess.share.col(c) = share;
      }
      if (moved <= kPrecision * requests) return;
    }
  }

  // By station and the class of the request that looks: see idle_but_one(). The others count as of one class.
  [[nodiscard]] MatrixXd idle_servers(const VectorXd& population, const MatrixXd& residence) const {
    MatrixXd idle = MatrixXd::Zero(stations_, classes_);
    const double others = population.sum() - 1.0;
    for (Index i = 0; i < stations_; ++i) {
      if (servers_[i] <= 1.0 || others <= 0.0) continue;
      VectorXd present(classes_);  // share of its time that a request would be there if none had to wait
      for (Index c = 0; c < classes_; ++c) {
        const double demand = network_.demands(i, c);
        const double away = network_.think_time[c] + residence.col(c).sum() - residence(i, c);
        present[c] = demand == 0.0 ? 0.0 : demand / (demand + std::max(away, 0.0));
      }
      const double all = present.dot(population);
      for (Index c = 0; c < classes_; ++c)
        if (population[c] > 0.0 && network_.demands(i, c) > 0.0)
          idle(i, c) = idle_but_one(static_cast<std::uint32_t>(servers_[i]), static_cast<std::uint32_t>(others),
                                    (all - present[c]) / others);
    }
    return idle;
  }

  const ClosedNetwork& network_;
  Index stations_;
  Index classes_;
  VectorXd population_;
  VectorXd servers_;  // by station; 0: nobody waits
};

}  // namespace

Solution linearizer(const ClosedNetwork& network) {
  ensure(fault_of(network) == nullptr, "mean values of a network without faults");
  return Linearizer(network).run();
}

}  // namespace vqlab::analytic
