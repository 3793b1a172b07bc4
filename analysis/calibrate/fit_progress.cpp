#include "analysis/calibrate/fit_progress.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "analysis/app/progress.hpp"

namespace vqlab {

FitProgress::FitProgress(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {}

void FitProgress::iteration(const FitIteration& step) {
  if (quiet_) return;
  clear();
  fmt::print(stderr, "{}: MAPE {:.2f} %, objective {:.1f}, {:.0f} s\n",
             step.iteration == 0 ? "start" : fmt::format("iteration {}", step.iteration), step.mape_percent,
             step.objective, elapsed_s());
}

void FitProgress::phase(const std::string& what) {
  if (quiet_) return;
  clear();
  fmt::print(stderr, "{}, {:.0f} s\n", what, elapsed_s());
}

std::function<void(std::size_t, std::size_t, double)> FitProgress::on_simulations() {
  if (quiet_ || !terminal_) return {};
  return [this](std::size_t done, std::size_t total, double under_way) { simulations(done, total, under_way); };
}

void FitProgress::simulations(std::size_t done, std::size_t total, double under_way) {
  const auto now = std::chrono::steady_clock::now();
  if (done == 0 && under_way == 0) batch_start_ = now;
  fmt::print(stderr, "\r\033[K{}",
             progress_bar(done, total, done, std::chrono::duration<double>(now - batch_start_).count(), under_way));
  std::fflush(stderr);
  drawn_ = true;
}

void FitProgress::clear() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
  drawn_ = false;
}

double FitProgress::elapsed_s() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

}  // namespace vqlab
