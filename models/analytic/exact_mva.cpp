#include "models/analytic/exact_mva.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "models/base/ensure.hpp"

namespace vqlab::analytic {
namespace {

using Index = Eigen::Index;

// A station where requests may wait.
struct Queue {
  Index station;
  std::uint32_t servers;
  std::size_t first_share;  // of its probabilities of holding 0 .. servers - 2 requests, in a Found
  std::size_t multi;        // among the stations of several servers; not one of them: kSingle
};
constexpr std::size_t kSingle = ~std::size_t{0};

struct Queues {
  explicit Queues(const ClosedNetwork& network) {
    const std::uint32_t requests = network.requests();
    for (std::size_t i = 0; i < network.stations.size(); ++i) {
      const Station& station = network.stations[i];
      const auto row = static_cast<Index>(i);
      const bool waits = station.kind == StationKind::kQueueing && station.servers < requests;
      if (waits && network.demands.row(row).sum() > 0.0) all.push_back({row, station.servers, 0, kSingle});
    }
    width = all.size();
    for (Queue& queue : all) {
      if (queue.servers == 1) continue;
      queue.multi = multis++;
      queue.first_share = width;
      width += queue.servers - 1;
    }
  }
  // Sets of stations that may be taken out of the network: those of several servers, as bits.
  [[nodiscard]] std::size_t subsets() const noexcept { return std::size_t{1} << multis; }

  std::vector<Queue> all;
  std::size_t multis = 0;
  std::size_t width = 0;  // values for one population: the queue lengths, then all probabilities
};

class Recursion {
 public:
  explicit Recursion(const ClosedNetwork& network) : network_(network), queues_(network) {
    for (Index c = 0; c < network.classes(); ++c)
      if (population(c) > 0) classes_.push_back(c);
    // The class with most requests moves slowest: what is remembered spans one of its steps.
    std::stable_sort(classes_.begin(), classes_.end(),
                     [this](Index a, Index b) { return population(a) < population(b); });
    std::size_t points = 1;
    for (const Index c : classes_) {
      strides_.push_back(points);
      points *= population(c) + 1;
    }
    points_ = points;
    remembered_ = strides_.back() + 1;
    values_.resize(remembered_ * queues_.subsets() * queues_.width);
    throughputs_.resize(queues_.subsets() * classes_.size());
    impossible_.resize(queues_.subsets());
    residence_.resize(classes_.size() * queues_.all.size());
    cycles_.resize(queues_.subsets() * classes_.size());
    for (std::size_t removed = 0; removed < queues_.subsets(); ++removed)
      for (std::size_t c = 0; c < classes_.size(); ++c) cycles_[removed * classes_.size() + c] = cycle_of(c, removed);
  }

  Solution run() {
    for (std::size_t removed = 0; removed < queues_.subsets(); ++removed) start(values(0, removed));
    std::vector<std::uint32_t> n(classes_.size());
    for (std::size_t point = 1; point < points_; ++point) {
      for (std::size_t c = 0; ++n[c] > population(classes_[c]); ++c) n[c] = 0;
      // Networks with less come first: the probabilities need their throughputs.
      for (std::size_t removed = queues_.subsets(); removed-- > 0;) step(point, n, removed);
    }
    Eigen::VectorXd throughput = Eigen::VectorXd::Zero(network_.classes());
    Eigen::MatrixXd residence = Eigen::MatrixXd::Zero(network_.demands.rows(), network_.classes());
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      throughput[classes_[c]] = throughputs_[c];
      residence.col(classes_[c]) = network_.demands.col(classes_[c]);
      for (std::size_t q = 0; q < queues_.all.size(); ++q)
        residence(queues_.all[q].station, classes_[c]) = residence_[c * queues_.all.size() + q];
    }
    return solution_of(network_, std::move(throughput), std::move(residence));
  }

 private:
  [[nodiscard]] std::uint32_t population(Index c) const { return network_.population[static_cast<std::size_t>(c)]; }
  [[nodiscard]] double* values(std::size_t point, std::size_t removed) {
    return values_.data() + (point % remembered_ * queues_.subsets() + removed) * queues_.width;
  }
  [[nodiscard]] static bool is_out(const Queue& queue, std::size_t removed) noexcept {
    return queue.multi != kSingle && ((removed >> queue.multi) & 1) != 0;
  }

  // Of a request: what passes where nobody waits, and whether any time passes at all.
  struct Cycle {
    double without_waiting;
    bool passes;
  };
  [[nodiscard]] Cycle cycle_of(std::size_t c, std::size_t removed) const {
    Cycle cycle{network_.think_time[classes_[c]], false};
    auto queue = queues_.all.begin();
    for (Index i = 0; i < network_.demands.rows(); ++i) {
      const double demand = network_.demands(i, classes_[c]);
      if (queue == queues_.all.end() || queue->station != i) {
        cycle.without_waiting += demand;
      } else if (!is_out(*queue++, removed)) {
        cycle.passes = cycle.passes || demand > 0.0;
      }
    }
    cycle.passes = cycle.passes || cycle.without_waiting > 0.0;
    return cycle;
  }

  void start(double* found) {
    std::fill(found, found + queues_.width, 0.0);
    for (const Queue& queue : queues_.all)
      if (queue.multi != kSingle) found[queue.first_share] = 1.0;
  }

  // Time that a request of class `c` spends at the station, which it finds like this.
  [[nodiscard]] double residence(const Queue& queue, std::size_t q, std::size_t c, const double* found) const {
    const double demand = network_.demands(queue.station, classes_[c]);
    double share = 1.0 + found[q];
    for (std::uint32_t busy = 0; busy + 1 < queue.servers; ++busy)
      share += (queue.servers - 1 - busy) * found[queue.first_share + busy];
    return demand / queue.servers * share;
  }

  void step(std::size_t point, const std::vector<std::uint32_t>& n, std::size_t removed) {
    const std::size_t classes = classes_.size();
    double* const throughput = &throughputs_[removed * classes];
    impossible_[removed] = false;
    for (std::size_t c = 0; c < classes; ++c)
      if (n[c] > 0 && !cycles_[removed * classes + c].passes) impossible_[removed] = true;
    if (impossible_[removed]) return;

    double* const found = values(point, removed);
    std::fill(found, found + queues_.width, 0.0);
    for (std::size_t c = 0; c < classes; ++c) {
      throughput[c] = 0.0;
      if (n[c] == 0) continue;
      const double* const before = values(point - strides_[c], removed);
      double cycle = cycles_[removed * classes + c].without_waiting;
      double* const residences = residence_.data() + c * queues_.all.size();
      for (std::size_t q = 0; q < queues_.all.size(); ++q) {
        const Queue& queue = queues_.all[q];
        residences[q] = is_out(queue, removed) ? 0.0 : residence(queue, q, c, before);
        cycle += residences[q];
      }
      throughput[c] = n[c] / cycle;
      for (std::size_t q = 0; q < queues_.all.size(); ++q) found[q] += throughput[c] * residences[q];
    }
    for (const Queue& queue : queues_.all)
      if (queue.multi != kSingle && !is_out(queue, removed)) find_shares(queue, point, n, removed);
  }

  void find_shares(const Queue& queue, std::size_t point, const std::vector<std::uint32_t>& n, std::size_t removed) {
    const std::size_t classes = classes_.size();
    const double* const throughput = &throughputs_[removed * classes];
    double* const shares = values(point, removed) + queue.first_share;
    const std::size_t without = removed | std::size_t{1} << queue.multi;
    for (std::size_t c = 0; c < classes; ++c) {
      if (n[c] == 0) continue;
      const double* const before = values(point - strides_[c], removed) + queue.first_share;
      // With any class; the others would say the same.
      shares[0] = impossible_[without] ? 0.0 : before[0] * throughput[c] / throughputs_[without * classes + c];
      const double load = network_.demands(queue.station, classes_[c]) * throughput[c];
      for (std::uint32_t busy = 1; busy + 1 < queue.servers; ++busy) shares[busy] += load / busy * before[busy - 1];
    }
  }

  const ClosedNetwork& network_;
  Queues queues_;
  std::vector<Index> classes_;  // that have requests
  std::vector<std::size_t> strides_;
  std::size_t points_;      // populations up to the network's
  std::size_t remembered_;  // of them, the last ones
  std::vector<double> values_;
  // Of the population and set of removed stations that are worked at:
  std::vector<double> throughputs_;  // by set, then by class
  std::vector<char> impossible_;     // by set: requests would go round in no time
  std::vector<double> residence_;    // by class, then by queue
  std::vector<Cycle> cycles_;        // by set, then by class
};

}  // namespace

double exact_mva_values(const ClosedNetwork& network) {
  ensure(fault_of(network) == nullptr, "mean values of a network without faults");
  const Queues queues(network);
  double values =
      std::ldexp(static_cast<double>(std::max<std::size_t>(queues.width, 1)), static_cast<int>(queues.multis));
  for (const std::uint32_t requests : network.population) values *= requests + 1.0;
  return values;
}

Solution exact_mva(const ClosedNetwork& network) {
  ensure(exact_mva_values(network) <= kMostExactValues, "a network that is small enough for exact analysis");
  return Recursion(network).run();
}

}  // namespace vqlab::analytic
