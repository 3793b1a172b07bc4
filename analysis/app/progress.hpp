// How far a run is: a bar on a terminal, lines elsewhere.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace vqlab {

// Prints to standard error.
class Progress {
 public:
  // `done` points of `total` are finished already. Quiet: prints nothing.
  Progress(std::size_t total, std::size_t done, bool quiet);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // One more point is over; `what` says which, and what came out.
  void finished(const std::string& what);
  // The same for one of thousands: outside a terminal nothing is printed of it.
  void advance();

  // Whether there is a bar, which has to be drawn again while points run.
  [[nodiscard]] bool draws() const noexcept { return terminal_ && !quiet_; }
  // What is done of the points that run, in points; the bar shows it when it is drawn next.
  void under_way(double points) noexcept { under_way_ = points; }
  // Precondition: draws().
  void draw();

  // Prints a line about the whole run.
  void say(const std::string& what);

  // Removes the bar, so that something else can be printed.
  void clear();

 private:
  std::size_t total_;
  std::size_t done_;
  std::size_t done_before_;
  double under_way_ = 0;
  bool quiet_;
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// The bar's text without its escape codes, at most 78 columns: "[#####     ] 5/10  57 %  2.5 points/s  2 s left". Of
// `done` points `done_here` were finished within that time; of those that run now, `under_way` points are done.
[[nodiscard]] std::string progress_bar(std::size_t done, std::size_t total, std::size_t done_here, double elapsed_s,
                                       double under_way = 0);

}  // namespace vqlab
