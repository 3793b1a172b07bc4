// Each cost of guest and host moves the analytic answer somewhere, or its row says why it does not.
#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

#include "analysis/predict/not_modelled.hpp"
#include "analysis/predict/predict_point.hpp"

namespace vqlab {
namespace {

// Among them each cost is paid: by one vCPU and by several, with interrupts here and elsewhere, by either API.
std::vector<Testbed> various_testbeds() {
  Testbed alone;
  alone.guest.vcpus = 1;
  Testbed crowded;  // more processes on a vCPU and more requests than caches hold
  crowded.targets = 64;
  crowded.controller.virtqueue_size = 1024;
  Testbed one_queue = crowded;
  one_queue.controller.num_queues = 1;
  Testbed linearised = one_queue;
  linearised.guest.buffer_api = "add_buf";
  return {alone, crowded, one_queue, linearised};
}

ParamValue doubled(const ParamValue& value) {
  if (const Cost* cost = std::get_if<Cost>(&value)) return *cost * 2;
  return std::get<double>(value) * 2;
}

template <class S>
void expect_each_row_predicted_or_not_modelled(S Testbed::*part) {
  const std::vector<Testbed> testbeds = various_testbeds();
  for (const Param& row : params_of(static_cast<const S*>(nullptr)).rows) {
    const bool moves = std::any_of(testbeds.begin(), testbeds.end(), [&](const Testbed& testbed) {
      Testbed dearer = testbed;
      row.set(&(dearer.*part), doubled(row.get(&(testbed.*part))));
      return predict(dearer).iops != predict(testbed).iops;
    });
    if (moves)
      EXPECT_EQ(row.unmodelled, "") << row.name << " moves a prediction, and its row says that it does not";
    else
      EXPECT_NE(row.unmodelled, "") << row.name << " moves no prediction: model it (models/bounds/mean_steps.cpp), or "
                                    << "say why not in its row: .not_modelled(\"...\")";
  }
}

TEST(PredictedCosts, EachIsUsedOrItsRowSaysWhyNot) {
  expect_each_row_predicted_or_not_modelled(&Testbed::guest_costs);
  expect_each_row_predicted_or_not_modelled(&Testbed::host_costs);
}

// Predict refuses every testbed that has one of these at work.
TEST(PredictedCosts, ThoseOfHostAndPartsAreLeftOut) {
  const Testbed testbed;
  const double iops = predict(testbed).iops;
  Testbed dearer = testbed;
  for (const Param& row : params_of(&testbed.host).rows) {
    if (row.kind != ParamKind::kCost) continue;
    row.set(&dearer.host, doubled(row.get(&testbed.host)));
    EXPECT_NE(row.unmodelled, "") << row.name;
  }
  for (const auto& [name, part] : part_params().entries())
    for (const Param& row : part.table->rows)
      if (row.kind == ParamKind::kCost) dearer.parts.set(part, row, doubled(row.get(testbed.parts.object(part))));
  EXPECT_NE(dearer, testbed);
  EXPECT_EQ(predict(dearer).iops, iops);
}

TEST(PredictedCosts, AreAskedOfTestbedsThatPredictAccepts) {
  Study study;
  for (const Testbed& testbed : various_testbeds()) {
    Point point;
    point.testbed = testbed;
    study.points.push_back(point);
  }
  EXPECT_TRUE(not_modelled(study, "").empty());
}

}  // namespace
}  // namespace vqlab
