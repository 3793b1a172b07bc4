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

  // Prints a line about the whole run.
  void say(const std::string& what);

  // Removes the bar, so that something else can be printed.
  void clear();

 private:
  void draw();

  std::size_t total_;
  std::size_t done_;
  std::size_t done_before_;
  bool quiet_;
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// The bar's text without its escape codes, at most 78 columns: "[#####     ] 5/10  2.5 points/s  2 s left".
[[nodiscard]] std::string progress_bar(std::size_t done, std::size_t total, std::size_t done_here, double elapsed_s);

}  // namespace vqlab
