// What threads can do at most that slow each other down, because hardware threads of a core share it.
#pragma once

#include <cstdint>
#include <vector>

namespace vqlab {

// Threads of one kind, and what each request takes of them, in ns on a core of their own.
struct ThreadsOfBound {
  double work = 0;
  double copying = 0;  // at which a thread keeps its CPU busy, and is not slowed down
  std::uint32_t count = 1;
};

// Requests/ns that nobody can exceed. Where b of the CPUs are busy, each works at 1 / sibling_stretch((b - 1) / (CPUs -
// 1)) of its speed, as in the simulator. Give each kind of work a price, so that the prices of a request's work add up
// to 1. Then requests complete no faster than the busy CPUs earn, and they earn no more than in the best mix of threads
// that is busy. So each choice of prices gives a bound. The least one is that of a linear program, which says how long
// each mix is busy; the search for it is cut short, which leaves a bound that is a little wider.
//
// One thing is taken for granted: that a step of work takes what it would at the speeds while it lasts. The simulator
// gives it the speed at its beginning, which on average is the same unless steps begin when fewer CPUs are busy than
// later.
[[nodiscard]] double bound_on_shared_cores(const std::vector<ThreadsOfBound>& threads, std::uint32_t cpus,
                                           double sibling_speed);

}  // namespace vqlab
