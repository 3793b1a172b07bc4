// The experiment behind "limited by": what each request demands of a resource is halved, and short simulations under
// the same seeds say what that does to the bandwidth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/explain/explanation.hpp"
#include "analysis/runs/point_rows.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// What is asked of one place: its point, and the resources that may limit it.
struct HalvingPlace {
  std::size_t number;  // among the places of the result
  Point point;
  std::vector<std::string> resources;
};

// The resources whose halving is worth a simulation: those with a share of the path, or a share of the time busy, that
// a limit has; cache lines, of which neither tells, where a lock is among them. Only what changes the testbed.
[[nodiscard]] std::vector<std::string> candidates(const ExplainedPoint& point, const Testbed& testbed);

// Simulations of all places in two rounds. The first takes every candidate under few seeds. The second takes under more
// seeds those that the first has not found clearly behind, unless one is left whose gain is clear.
class Halving {
 public:
  // `longest_s`, by place: what a simulation may take at most, unless the study asks for more from each.
  Halving(std::vector<HalvingPlace> places, const std::vector<double>& longest_s);

  // What the next round simulates; indices grow, and those of a place depend on no other place. Empty: there is nothing
  // more to ask.
  [[nodiscard]] PointList next_round();
  // Precondition: the rows are those of the last round.
  void take(const PointRows& rows);

  // Tells the explanation's points, which are those of the places: the gain of each candidate, and what limits the
  // point.
  void tell(std::vector<ExplainedPoint*> points) const;

 private:
  struct Candidate {
    std::string resource;
    bool left = true;           // not clearly behind
    std::vector<double> gains;  // in percent, by seed; NaN: a simulation has failed
  };
  struct Place {
    std::size_t number;
    Point point;  // as it is simulated
    std::vector<Candidate> candidates;
  };
  // Of the last round: where its simulations lie, by place. `runs` of a seed: the point as it is, then its candidates.
  struct Asked {
    std::size_t place;
    std::vector<std::size_t> candidates;
    std::size_t first;  // index of a simulation
  };

  [[nodiscard]] static const Candidate* leader(const Place& place);
  // What the leader gains more, seed by seed.
  [[nodiscard]] static std::vector<double> leads(const Candidate& leader, const Candidate& other);
  void drop_what_is_behind();

  std::vector<Place> places_;
  std::vector<Asked> asked_;
  std::size_t round_ = 0;
  std::size_t seeds_ = 0;  // of the last round
};

}  // namespace vqlab
