#include "models/bounds/shared_cores.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/base/cost.hpp"

namespace vqlab {
namespace {

constexpr int kSteps = 400;
constexpr double kFirstStep = 1.0;

// A kind of work: how much of it a request takes, which threads do it, and whether it is slowed down.
struct Kind {
  double demand;
  std::size_t threads;
  bool slowed;
};

class PricedCpus {
 public:
  PricedCpus(const std::vector<ThreadsOfBound>& threads, std::uint32_t cpus, double sibling_speed)
      : threads_(threads), speeds_(1, 1.0) {
    for (std::size_t i = 0; i < threads.size(); ++i) {
      if (threads[i].work > 0) kinds_.push_back({threads[i].work, i, true});
      if (threads[i].copying > 0) kinds_.push_back({threads[i].copying, i, false});
    }
    for (std::uint32_t busy = 1; busy <= cpus; ++busy) {
      const double shared = cpus == 1 ? 0 : static_cast<double>(busy - 1) / (cpus - 1);
      speeds_.push_back(1 / sibling_stretch(shared, sibling_speed));
    }
  }

  [[nodiscard]] const std::vector<Kind>& kinds() const noexcept { return kinds_; }

  // What the best mix of busy CPUs earns, and how much of each kind of work it does.
  double most(const std::vector<double>& prices, std::vector<double>& done) const {
    double most = 0;
    std::vector<double> does(kinds_.size());
    for (std::uint32_t busy = 1; busy < speeds_.size(); ++busy) {
      const double earned = earn(prices, busy, does);
      if (earned <= most) continue;
      most = earned;
      done = does;
    }
    return most;
  }

 private:
  [[nodiscard]] double rate(const Kind& kind, std::uint32_t busy) const { return kind.slowed ? speeds_[busy] : 1; }

  // With so many busy CPUs, or fewer: those threads that earn most, on each CPU what earns most there.
  double earn(const std::vector<double>& prices, std::uint32_t busy, std::vector<double>& does) const {
    std::fill(does.begin(), does.end(), 0.0);
    std::vector<std::size_t> order(kinds_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return prices[a] * rate(kinds_[a], busy) > prices[b] * rate(kinds_[b], busy);
    });
    std::vector<std::uint32_t> left;
    for (const ThreadsOfBound& one : threads_) left.push_back(one.count);
    std::uint32_t cpus = busy;
    double earned = 0;
    for (const std::size_t kind : order) {
      std::uint32_t& of_threads = left[kinds_[kind].threads];
      const std::uint32_t on = std::min(cpus, of_threads);
      of_threads -= on;
      cpus -= on;
      does[kind] = on * rate(kinds_[kind], busy);
      earned += prices[kind] * does[kind];
    }
    return earned;
  }

  const std::vector<ThreadsOfBound>& threads_;
  std::vector<double> speeds_;  // by number of busy CPUs
  std::vector<Kind> kinds_;
};

}  // namespace

double bound_on_shared_cores(const std::vector<ThreadsOfBound>& threads, std::uint32_t cpus, double sibling_speed) {
  const PricedCpus priced(threads, cpus, sibling_speed);
  const std::vector<Kind>& kinds = priced.kinds();
  // Shares of a request's price, by kind: weights that are made larger where too little is done for the requests that
  // would be, as a market would.
  std::vector<double> shares(kinds.size(), 1.0 / static_cast<double>(kinds.size()));
  std::vector<double> prices(kinds.size());
  std::vector<double> done(kinds.size());
  double least = std::numeric_limits<double>::infinity();
  for (int step = 1; step <= kSteps; ++step) {
    for (std::size_t i = 0; i < kinds.size(); ++i) prices[i] = shares[i] / kinds[i].demand;
    const double bound = priced.most(prices, done);
    least = std::min(least, bound);
    double all = 0;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      shares[i] *= std::exp(kFirstStep / std::sqrt(step) * (1 - done[i] / kinds[i].demand / bound));
      all += shares[i];
    }
    for (double& share : shares) share /= all;
  }
  return least;
}

}  // namespace vqlab
