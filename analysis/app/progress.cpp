#include "analysis/app/progress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace vqlab {
namespace {

constexpr std::size_t kBarColumns = 30;
constexpr std::size_t kFewPoints = 1000;  // of which parts of a percent are some
constexpr double kSlowest = 0.1;          // in points/s, that is worth a number
constexpr double kRounding = 1e-9;        // of a sum of parts
constexpr double kFewestPoints = 0.01;    // that a rate is told from

std::string time_text(double time_s) {
  const auto whole = static_cast<long>(std::ceil(time_s));
  if (whole < 100) return fmt::format("{} s", whole);
  if (whole < 6000) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

}  // namespace

std::string progress_bar(std::size_t done, std::size_t total, std::size_t done_here, double elapsed_s,
                         double under_way) {
  const double left = std::max(0.0, static_cast<double>(total) - static_cast<double>(done) - under_way);
  const double share = total == 0 ? 1 : 1 - left / static_cast<double>(total);
  const auto full = static_cast<std::size_t>(std::floor(kBarColumns * share + kRounding));
  std::string text =
      fmt::format("[{}{}] {}/{}", std::string(full, '#'), std::string(kBarColumns - full, ' '), done, total);
  if (under_way > 0 && total < kFewPoints) text += fmt::format("  {:.0f} %", std::floor(100 * share + kRounding));
  const double points = static_cast<double>(done_here) + under_way;
  if (points < kFewestPoints || elapsed_s <= 0) return text;  // no rate yet
  const double rate = points / elapsed_s;
  if (rate >= kSlowest) text += fmt::format("  {:.{}f} points/s", rate, rate < 10 ? 1 : 0);
  if (done < total) text += "  " + time_text(left / rate) + " left";
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

void Progress::advance() {
  ++done_;
  if (draws()) draw();
}

void Progress::say(const std::string& what) {
  if (quiet_) return;
  clear();
  fmt::print(stderr, "{}\n", what);
}

void Progress::draw() {
  const double elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  fmt::print(stderr, "\r\033[K{}", progress_bar(done_, total_, done_ - done_before_, elapsed_s, under_way_));
  std::fflush(stderr);
  drawn_ = true;
}

void Progress::clear() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
  drawn_ = false;
}

}  // namespace vqlab
