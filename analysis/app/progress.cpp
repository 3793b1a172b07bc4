#include "analysis/app/progress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace vqlab {
namespace {

constexpr std::size_t kBarColumns = 30;

std::string time_text(double time_s) {
  const auto whole = static_cast<long>(std::ceil(time_s));
  if (whole < 100) return fmt::format("{} s", whole);
  if (whole < 6000) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

}  // namespace

std::string progress_bar(std::size_t done, std::size_t total, std::size_t done_here, double elapsed_s) {
  const std::size_t full = total == 0 ? kBarColumns : kBarColumns * std::min(done, total) / total;
  std::string text =
      fmt::format("[{}{}] {}/{}", std::string(full, '#'), std::string(kBarColumns - full, ' '), done, total);
  if (done_here == 0 || elapsed_s <= 0) return text;  // no rate yet
  const double rate = static_cast<double>(done_here) / elapsed_s;
  text += fmt::format("  {:.{}f} points/s", rate, rate < 10 ? 1 : 0);
  if (done < total) text += "  " + time_text(static_cast<double>(total - done) / rate) + " left";
  return text;
}

Progress::Progress(std::size_t total, std::size_t done, bool quiet)
    : total_(total), done_(done), done_before_(done), quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {
  if (terminal_ && !quiet_) draw();
}

void Progress::finished(const std::string& what) {
  ++done_;
  if (quiet_) return;
  if (terminal_)
    draw();
  else
    fmt::print(stderr, "[{}/{}] {}\n", done_, total_, what);
}

void Progress::say(const std::string& what) {
  if (quiet_) return;
  clear();
  fmt::print(stderr, "{}\n", what);
}

void Progress::draw() {
  const double elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  fmt::print(stderr, "\r\033[K{}", progress_bar(done_, total_, done_ - done_before_, elapsed_s));
  std::fflush(stderr);
  drawn_ = true;
}

void Progress::clear() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
  drawn_ = false;
}

}  // namespace vqlab
