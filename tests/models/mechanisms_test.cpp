#include <gtest/gtest.h>
#include <set>
#include <string>

#include "models/testbed/in_effect.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab {
namespace {

TEST(Mechanisms, AllAreOnByDefaultAndChangeNothing) {
  const Testbed testbed;
  EXPECT_EQ(in_effect(testbed), testbed);
}

using Names = std::set<std::string>;

// Rows of the table in which the two structs differ.
template <class S>
void add_changed(const S& a, const S& b, Names& names) {
  for (const Param& row : params_of(&a).rows)
    if (row.get(&a) != row.get(&b)) names.insert(row.name);
}

template <class S>
void add_rows_of(const std::string& mechanism, const S& part, Names& names) {
  for (const Param& row : params_of(&part).rows)
    if (row.mechanism == mechanism) names.insert(row.name);
}

TEST(Mechanisms, EachSwitchTakesOutTheRowsThatArePartOfIt) {
  for (const Param& row : params_of(static_cast<const Mechanisms*>(nullptr)).rows) {
    Testbed testbed;
    row.set(&testbed.mechanisms, ParamValue(false));
    const Testbed without = in_effect(testbed);
    Names changed;
    Names rows;
    const auto look_at = [&](const auto& before, const auto& after) {
      add_changed(before, after, changed);
      add_rows_of(row.name, before, rows);
    };
    look_at(testbed.hardware, without.hardware);
    look_at(testbed.guest, without.guest);
    look_at(testbed.guest_costs, without.guest_costs);
    look_at(testbed.host_costs, without.host_costs);
    EXPECT_EQ(changed, rows) << row.name;
    EXPECT_FALSE(rows.empty()) << row.name << " has no effect";
    for (const std::string& name : rows) EXPECT_NE(row.help.find("." + name), std::string::npos) << row.help;
    EXPECT_EQ(in_effect(without), without) << row.name;  // once is enough
  }
}

TEST(Mechanisms, EachRowIsPartOfOneThatThereIs) {
  Names switches;
  for (const Param& row : params_of(static_cast<const Mechanisms*>(nullptr)).rows) switches.insert(row.name);
  const auto look_at = [&](const ParamTable& table) {
    for (const Param& row : table.rows)
      EXPECT_TRUE(row.mechanism.empty() || switches.count(row.mechanism) == 1) << table.name << "." << row.name;
  };
  const Testbed testbed;
  look_at(params_of(&testbed.hardware));
  look_at(params_of(&testbed.guest));
  look_at(params_of(&testbed.controller));
  look_at(params_of(&testbed.host));
  look_at(params_of(&testbed.guest_costs));
  look_at(params_of(&testbed.host_costs));
}

TEST(Mechanisms, WhatAnotherSwitchTakesOutStays) {
  Testbed testbed;
  testbed.mechanisms.cstates = false;
  const Testbed without = in_effect(testbed);
  EXPECT_EQ(without.host_costs.cstate_ns.mean_ns, 0);
  EXPECT_EQ(without.guest_costs, testbed.guest_costs);
  EXPECT_EQ(without.hardware, testbed.hardware);
}

}  // namespace
}  // namespace vqlab
