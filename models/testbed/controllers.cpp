#include "models/testbed/controllers.hpp"

#include <algorithm>
#include <utility>

#include "models/base/index_ranges.hpp"

namespace vqlab {

namespace {

// Targets that no device names are those of the devices that name none, in turn.
void deal_out(std::uint32_t targets, std::vector<PlacedController>& all) {
  std::vector<bool> named(targets, false);
  std::vector<PlacedController*> open;
  for (PlacedController& one : all) {
    if (one.values.targets.empty()) open.push_back(&one);
    for (const std::uint32_t target : one.targets) named[target] = true;
  }
  std::size_t turn = 0;
  for (std::uint32_t target = 0; target < targets && !open.empty(); ++target)
    if (!named[target]) open[turn++ % open.size()]->targets.push_back(target);
}

}  // namespace

const ParamTable& params_of_listed_controller() {
  static const ParamTable table = [] {
    ParamTable listed = params_of(static_cast<const Controller*>(nullptr));
    // What a request is split by, and how QEMU hears of it, is the same for all.
    const auto is_of_all = [](const Param& row) {
      return row.name == "devices" || row.name == "ioeventfd" || row.name == "seg_max" || row.name == "max_sectors";
    };
    listed.rows.erase(std::remove_if(listed.rows.begin(), listed.rows.end(), is_of_all), listed.rows.end());
    listed.rows.push_back(worded("targets", &Controller::targets, list_of_targets(), "",
                                 "Targets that are on it. With nothing it has its share of those that no other one "
                                 "names, which are dealt out in turn."));
    listed.rows.push_back(text("iothread", &Controller::iothread,
                               "Name of the iothread that serves its queues; those of one name share it."));
    listed.rows.push_back(iothread_vq_mapping(
        "iothread-vq-mapping", &Controller::iothread_vq_mapping,
        "In place of iothread: which iothread serves which of its request queues; 0 is its first one. Without vqs they "
        "are assigned in turn."));
    return listed;
  }();
  return table;
}

Controller with_values(Controller controller, const NamedSet& element) {
  for (const Param& row : params_of_listed_controller().rows)
    for (const RowValue& value : element.values)
      if (value.row == row.name) row.set(&controller, value.value);
  return controller;
}

std::vector<PlacedController> placed_controllers(const Testbed& testbed) {
  std::vector<PlacedController> all;
  const auto add = [&](const std::string& name, Controller values) -> PlacedController& {
    const std::uint32_t first = all.empty() ? 0 : all.back().first_queue + all.back().queues;
    const std::uint32_t queues = values.queues(testbed.guest.vcpus);
    return all.emplace_back(PlacedController{name, std::move(values), queues, first, {}});
  };
  for (const NamedSet& element : testbed.controllers) {
    PlacedController& one = add(element.name, with_values(testbed.controller, element));
    one.values.devices = 1;
    for (const IndexRange& range : parse_ranges(one.values.targets).value_or(std::vector<IndexRange>{}))
      for (std::uint32_t target = range.first; target < std::min(range.end, testbed.targets); ++target)
        one.targets.push_back(target);
  }
  if (testbed.controllers.empty())
    for (std::uint32_t device = 0; device < testbed.controller.devices; ++device)
      add("scsi" + std::to_string(device), testbed.controller);
  deal_out(testbed.targets, all);
  return all;
}

Testbed with_controller(const Testbed& testbed, const PlacedController& one) {
  Testbed alone = testbed;
  alone.controllers.clear();
  alone.controller = one.values;
  return alone;
}

std::uint32_t Testbed::controller_count() const {
  return controllers.empty() ? controller.devices : static_cast<std::uint32_t>(controllers.size());
}

std::uint32_t Testbed::request_queues() const {
  if (controllers.empty()) return controller.devices * controller.queues(guest.vcpus);
  std::uint32_t queues = 0;
  for (const NamedSet& element : controllers) queues += with_values(controller, element).queues(guest.vcpus);
  return queues;
}

bool of_some_controller(const Testbed& testbed, bool (*holds)(const Testbed& one)) {
  if (testbed.controllers.empty()) return holds(testbed);  // all are equal
  const std::vector<PlacedController> all = placed_controllers(testbed);
  return std::any_of(all.begin(), all.end(),
                     [&](const PlacedController& one) { return holds(with_controller(testbed, one)); });
}

bool has_several_queues(const Testbed& testbed) {
  return of_some_controller(testbed, [](const Testbed& one) { return one.controller.queues(one.guest.vcpus) > 1; });
}

}  // namespace vqlab
