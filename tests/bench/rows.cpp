#include "tests/bench/rows.hpp"

#include <cstdio>
#include <map>
#include <string>

#include "tests/bench/engine_rows.hpp"
#include "tests/bench/policy_rows.hpp"
#include "tests/bench/ring_rows.hpp"

namespace vqlab::bench {
namespace {

void print(const Measured& row) {
  std::printf("%s = %.*f %s\n", row.name.c_str(), row.decimals, row.value, row.unit.c_str());
}

}  // namespace

std::vector<RowGroup> row_groups() { return {engine_rows(), instruction_rows(), policy_rows(), ring_rows()}; }

void print_rows(const RowGroup& group) {
  std::vector<Measured> rows;
  std::map<std::string, std::vector<double>> values;
  for (int turn = 0; turn < group.turns; ++turn) {
    rows = group.turn();
    for (const Measured& row : rows) values[row.name].push_back(row.value);
  }
  if (group.turns == 1)
    std::printf("\n%s\n", group.title.c_str());
  else
    std::printf("\nMedians of %d turns, %s\n", group.turns, group.title.c_str());
  for (Measured& row : rows) {
    row.value = median(values[row.name]);
    print(row);
  }
  std::fflush(stdout);
}

void print_turn(const RowGroup& group) {
  for (const Measured& row : group.turn()) print(row);
}

}  // namespace vqlab::bench
