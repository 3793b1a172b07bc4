#include "tests/support/bench_rows.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <sstream>

namespace vqlab::bench {
namespace {

using Values = std::map<std::string, std::vector<double>>;

Values values_of(const Turns& turns) {
  Values values;
  for (const std::vector<Measured>& turn : turns)
    for (const Measured& row : turn) values[row.name].push_back(row.value);
  return values;
}

// Each row once, in the order of this revision, then those of the other alone.
std::vector<Measured> all_rows(const Turns& here, const Turns& there) {
  std::vector<Measured> rows;
  for (const Turns* const turns : {&here, &there})
    for (const std::vector<Measured>& turn : *turns)
      for (const Measured& row : turn)
        if (std::none_of(rows.begin(), rows.end(), [&row](const Measured& one) { return one.name == row.name; }))
          rows.push_back(row);
  return rows;
}

std::string ratio_text(const std::vector<double>& here, const std::vector<double>& there) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(here.size(), there.size()); ++i) ratios.push_back(here[i] / there[i]);
  if (ratios.size() == 1) return fmt::format("{:.3f}x", ratios.front());
  std::sort(ratios.begin(), ratios.end());
  const std::string middle = fmt::format("{:.3f}x", median(ratios));
  // Of nine values in order, the median of all lies between the second and the eighth, but for 10 of 256 cases.
  static_assert(kTurns == 9);
  if (ratios.size() != kTurns) return middle;
  return middle + fmt::format(", {:.3f} to {:.3f}", ratios[1], ratios[7]);
}

}  // namespace

std::vector<Measured> rows_of(const std::string& text) {
  std::vector<Measured> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find(" = ");
    if (equals == std::string::npos || line.find(' ') != equals) continue;
    const std::string number = line.substr(equals + 3, line.find(' ', equals + 3) - equals - 3);
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    if (end == number.c_str() || *end != 0) continue;
    const std::size_t point = number.find('.');
    rows.push_back({line.substr(0, equals), value,
                    point == std::string::npos ? 0 : static_cast<int>(number.size() - point - 1),
                    line.substr(std::min(line.size(), equals + 4 + number.size()))});
  }
  return rows;
}

std::string pairs_table(const Turns& here, const Turns& there) {
  const Values ours = values_of(here);
  const Values theirs = values_of(there);
  std::string text;
  for (const Measured& row : all_rows(here, there)) {
    const auto mine = ours.find(row.name);
    const auto other = theirs.find(row.name);
    const auto number = [&row](const Values& values, Values::const_iterator at) {
      return at == values.end() ? std::string("-") : fmt::format("{:.{}f}", median(at->second), row.decimals);
    };
    std::string ratio;
    if (mine == ours.end())
      ratio = "only the other has this row";
    else if (other == theirs.end())
      ratio = "the other does not have this row";
    else
      ratio = ratio_text(mine->second, other->second);
    text += fmt::format("{:<28} {:>12} {:>12}   {} ({})\n", row.name, number(ours, mine), number(theirs, other), ratio,
                        row.unit);
  }
  return text;
}

}  // namespace vqlab::bench
