// How far a fit is: a line for each iteration, and a bar for its simulations on a terminal.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include "analysis/calibrate/fit_record.hpp"

namespace vqlab {

// Prints to standard error.
class FitProgress {
 public:
  explicit FitProgress(bool quiet);
  ~FitProgress() { clear(); }
  FitProgress(const FitProgress&) = delete;
  FitProgress& operator=(const FitProgress&) = delete;

  void iteration(const FitIteration& step);
  void phase(const std::string& what);
  // What is to be told how far the simulations that run now are; empty if nothing is drawn. The object outlives it.
  [[nodiscard]] std::function<void(std::size_t done, std::size_t total, double under_way)> on_simulations();
  // Removes the bar, so that something else can be printed.
  void clear();

 private:
  void simulations(std::size_t done, std::size_t total, double under_way);
  [[nodiscard]] double elapsed_s() const;

  bool quiet_;
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point batch_start_ = start_;
};

}  // namespace vqlab
