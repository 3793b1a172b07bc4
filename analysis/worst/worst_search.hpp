// The search for the scenario in which a policy loses most: a random start, then variations of the worst so far.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/worst/workload_space.hpp"

namespace vqlab {

// A scenario, and which of its runs is meant: each has a seed of its own. Those after the first one are longer.
struct LossQuestion {
  Genome genome;
  std::size_t replication = 0;
};

// ln(other policy / policy) of a metric of which more is better, else the reverse: above 0, the policy loses. By
// question; nothing where it is unknown. `what` says which round it is.
using AskLosses = std::function<std::vector<std::optional<double>>(const std::vector<LossQuestion>& questions,
                                                                   const std::string& what)>;

struct TriedScenario {
  Genome genome;
  std::vector<double> losses;  // by replication

  // Of the runs after the first one, if there are any: the first has chosen the scenario, luck included. NaN without
  // any run.
  [[nodiscard]] double mean() const;
  // The same, less what it may be off by: a scenario that loses surely goes before one that loses now and then.
  [[nodiscard]] double sure() const;
};

// Asks for about `evaluations` losses and gives the scenarios that it tried, the worst for the policy first, and those
// that ran once alone last. Those that lead run again under a further seed in each round, so that luck alone does not
// keep one ahead. `seed` and the answers decide everything.
[[nodiscard]] std::vector<TriedScenario> search_worst(const WorkloadSpace& space, std::uint64_t seed,
                                                      std::size_t evaluations, const AskLosses& ask);

// The mean less twice its standard error; of one value that value, of none NaN.
[[nodiscard]] double sure_loss(const std::vector<double>& losses);

// sure_loss() of each scenario over so many replications; NaN where one of them is unknown.
[[nodiscard]] std::vector<double> sure_losses(const std::vector<Genome>& genomes, std::size_t count,
                                              const AskLosses& ask, const std::string& what);

// The scenario without members that do not matter: one after the other gets back its first level, that first which
// takes least with it, as long as at least `kept` of the whole loss stays. `loss_of`: of scenarios.
[[nodiscard]] Genome without_idle_members(
    const WorkloadSpace& space, Genome genome, double kept,
    const std::function<std::vector<double>(const std::vector<Genome>&)>& loss_of);

// For each member that the scenario has, what it is without it; nothing where that is no scenario.
struct WithoutMember {
  std::size_t member;
  std::optional<Genome> genome;
};
[[nodiscard]] std::vector<WithoutMember> without_each_member(const WorkloadSpace& space, const Genome& genome);

}  // namespace vqlab
