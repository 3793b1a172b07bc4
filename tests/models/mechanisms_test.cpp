#include "models/testbed/mechanisms.hpp"

#include <gtest/gtest.h>
#include <regex>
#include <set>
#include <string>

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

// Names in brackets, of which every one has an underscore.
Names named_in(const std::string& help) {
  const std::string brackets = help.substr(help.rfind('('));
  const std::regex name("[a-z]+(_[a-z]+)+");
  return {std::sregex_token_iterator(brackets.begin(), brackets.end(), name), std::sregex_token_iterator()};
}

TEST(Mechanisms, EachSwitchTakesOutWhatItsHelpNames) {
  for (const Param& row : params_of(static_cast<const Mechanisms*>(nullptr)).rows) {
    Testbed testbed;
    row.set(&testbed.mechanisms, ParamValue(false));
    const Testbed without = in_effect(testbed);
    Names changed;
    add_changed(testbed.hardware, without.hardware, changed);
    add_changed(testbed.guest, without.guest, changed);
    add_changed(testbed.guest_costs, without.guest_costs, changed);
    add_changed(testbed.host_costs, without.host_costs, changed);
    EXPECT_EQ(changed, named_in(row.help)) << row.name;
    EXPECT_EQ(in_effect(without), without) << row.name;  // once is enough
  }
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
