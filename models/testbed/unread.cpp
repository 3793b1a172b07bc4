#include "models/testbed/unread.hpp"

#include <algorithm>
#include <variant>

#include "models/backend/backend.hpp"
#include "models/steering/policy.hpp"
#include "models/testbed/conditions.hpp"
#include "models/testbed/controllers.hpp"
#include "models/testbed/guest_driver.hpp"
#include "models/testbed/host_kind.hpp"
#include "models/testbed/running_jobs.hpp"

namespace vqlab {
namespace {

std::string is_named(const char* key, const std::string& name) { return std::string(key) + " is \"" + name + '"'; }

bool is_on(const Mechanisms& mechanisms, const std::string& name) {
  for (const Param& row : params_of(&mechanisms).rows)
    if (row.name == name) return std::get<bool>(row.get(&mechanisms));
  return true;
}

void turn_on(Mechanisms& mechanisms, const std::string& name) {
  for (const Param& row : params_of(&mechanisms).rows)
    if (row.name == name) row.set(&mechanisms, true);
}

bool fulfilled(const Testbed& testbed, const ReadIf& one, const void* object) {
  if (!one.id) return one.holds(object);
  const Condition& asked = condition(*one.id);
  return asked.holds(testbed) || (!testbed.controllers.empty() && of_some_controller(testbed, asked.holds));
}

std::string policy_unread_unless(const Testbed& testbed, const std::string& policy) {
  if (steering_policy_name(testbed) != policy) return is_named("guest.policy", policy);
  const Condition& steers = condition(ConditionId::kPicksAmongQueues);
  return steers.holds(testbed) ? "" : steers.words;
}

// A part's section has the name of the plug-in that reads it.
std::string part_unread_unless(const Testbed& testbed, const std::string& part) {
  if (Registry<PolicyEntry>::instance().find(part) != nullptr) return policy_unread_unless(testbed, part);
  const HostProcess& host = testbed.host;
  const bool is_server = Registry<HostServerKind>::instance().find(part) != nullptr;
  const bool is_aio = Registry<AioKind>::instance().find(part) != nullptr;
  const bool is_backend = Registry<BackendEntry>::instance().find(part) != nullptr;
  if (!is_server && !is_aio && !is_backend) return "";
  const bool uses_aio = Registry<HostServerKind>::instance().find(host.server)->uses_aio;
  if ((is_server && host.server == part) || (is_aio && uses_aio && host.aio == part) ||
      (is_backend && host.backend == part))
    return "";
  if (is_server) return is_named("host.server", part);
  return is_aio ? is_named("host.aio", part) + ", and host.server uses it" : is_named("host.backend", part);
}

std::string section_unread_unless(const Testbed& testbed, const RowOf& param) {
  if (param.of_part) return part_unread_unless(testbed, param.table.name);
  if (param.object == &testbed.other_job && !testbed.jobs.empty()) return "jobs lists no jobs";
  if (param.object == &testbed.other_job && testbed.other_job_targets == 0) return "other_job_targets is above 0";
  if (param.object == &testbed.job && testbed.jobs.empty() && testbed.other_job_targets == testbed.targets)
    return "other_job_targets is below targets";
  return "";
}

std::string conditions_unless(const Testbed& testbed, const std::vector<ReadIf>& conditions, const void* object) {
  for (const ReadIf& one : conditions)
    if (!fulfilled(testbed, one, object)) return words_of(one);
  return "";
}

// Of a row of `job`, which jobs of the list have where they do not set it themselves.
std::string standard_unread_unless(const Testbed& testbed, const Param& row) {
  std::string why = "some job of jobs does not set it itself";
  for (const NamedSet& element : testbed.jobs) {
    const auto sets = [&row](const RowValue& one) { return one.row == row.name; };
    if (std::any_of(element.values.begin(), element.values.end(), sets)) continue;
    const FioJob job = with_values(testbed.job, element);
    why = conditions_unless(testbed, row.conditions, &job);
    if (why.empty()) return "";
  }
  return why;
}

bool sets_itself(const NamedSets& list, const std::string& name, const std::string& row) {
  return std::any_of(list.begin(), list.end(), [&](const NamedSet& element) {
    return element.name == name && std::any_of(element.values.begin(), element.values.end(),
                                               [&row](const RowValue& one) { return one.row == row; });
  });
}

// Of a row of `controller`, which devices of the list have where they do not set it themselves.
std::string standard_of_controllers_unread_unless(const Testbed& testbed, const Param& row) {
  if (row.name == "devices") return "controllers lists no devices";
  std::string why = "some device of controllers does not set it itself";
  for (const PlacedController& one : placed_controllers(testbed)) {
    if (!sets_itself(testbed.controllers, one.name, row.name)) {
      const Testbed alone = with_controller(testbed, one);
      why = conditions_unless(alone, row.conditions, &alone.controller);
      if (why.empty()) return "";
    }
  }
  return why;
}

// The values of one element of a list, which `object` has beside all others.
void add_idle(const Testbed& testbed, const NamedSets& list, const NamedSet& element, const ParamTable& table,
              const void* object, std::vector<IdleMember>& idle) {
  for (const RowValue& value : element.values)
    for (const Param& row : table.rows)
      if (value.row == row.name)
        if (const std::string why = conditions_unless(testbed, row.conditions, object); !why.empty())
          idle.push_back({'[' + std::to_string(&element - list.data()) + "]." + row.name, why});
}

std::vector<IdleMember> idle_values_of_controllers(const Testbed& testbed) {
  std::vector<IdleMember> idle;
  for (const PlacedController& one : placed_controllers(testbed)) {
    const Testbed alone = with_controller(testbed, one);
    for (const NamedSet& element : testbed.controllers)
      if (element.name == one.name)
        add_idle(alone, testbed.controllers, element, params_of_listed_controller(), &alone.controller, idle);
  }
  return idle;
}

std::vector<IdleMember> idle_values_of_jobs(const Testbed& testbed) {
  std::vector<IdleMember> idle;
  for (const NamedSet& element : testbed.jobs) {
    const FioJob job = with_values(testbed.job, element);
    add_idle(testbed, testbed.jobs, element, params_of_listed_job(), &job, idle);
  }
  return idle;
}

std::string replaced_value(const Param& row) {
  if (row.kind == ParamKind::kBoolean) return row.without_mechanism == 0 ? "false" : "true";
  return row.without_mechanism == 0 ? "0" : "1";
}

bool is_replaced_value(const Param& row, const ParamValue& value) {
  if (const bool* const is_on = std::get_if<bool>(&value)) return *is_on == (row.without_mechanism != 0);
  const Cost* cost = std::get_if<Cost>(&value);
  return (cost != nullptr ? cost->mean_ns : std::get<double>(value)) == row.without_mechanism;
}

// A switch is read where it takes something out.
std::string switch_unread_unless(Testbed testbed, const std::string& name) {
  turn_on(testbed.mechanisms, name);
  std::string rows;
  bool takes_out = false;
  const auto look_at = [&](const ParamTable& table, const void* object, bool of_part) {
    for (const Param& row : table.rows) {
      if (row.mechanism != name) continue;
      rows += (rows.empty() ? "" : " or ") + table.name + "." + row.name;
      const bool idle = is_replaced_value(row, row.get(object));
      takes_out = takes_out || (!idle && unread_unless(testbed, {table, row, object, of_part}).empty());
      if (idle) rows += " (here " + replaced_value(row) + ")";
    }
  };
  look_at(params_of(&testbed.hardware), &testbed.hardware, false);
  look_at(params_of(&testbed.guest), &testbed.guest, false);
  look_at(params_of(&testbed.guest_costs), &testbed.guest_costs, false);
  look_at(params_of(&testbed.host_costs), &testbed.host_costs, false);
  for (const auto& [part, entry] : part_params().entries()) look_at(*entry.table, testbed.parts.object(entry), true);
  return takes_out ? "" : "there is something to take out: " + rows;
}

}  // namespace

std::string unread_unless(const Testbed& testbed, const RowOf& param) {
  if (std::string why = section_unread_unless(testbed, param); !why.empty()) return why;
  if (param.object == &testbed.mechanisms) return switch_unread_unless(testbed, param.row.name);
  if (!param.row.switched_by.empty() && !is_on(testbed.mechanisms, param.row.switched_by))
    return "mechanisms." + param.row.switched_by + " is true";
  if (param.object == &testbed.job && !testbed.jobs.empty()) return standard_unread_unless(testbed, param.row);
  if (param.row.kind == ParamKind::kNamedSets) {
    const std::vector<IdleMember> idle = idle_members(testbed, param.row);
    return idle.empty() ? "" : param.row.name + idle.front().member + ": " + idle.front().unless;
  }
  if (param.object == &testbed.controller && !testbed.controllers.empty())
    return standard_of_controllers_unread_unless(testbed, param.row);
  return conditions_unless(testbed, param.row.conditions, param.object);
}

std::vector<IdleMember> idle_members(const Testbed& testbed, const Param& row) {
  return row.name == "jobs" ? idle_values_of_jobs(testbed) : idle_values_of_controllers(testbed);
}

std::string no_effect_unless(const Testbed& testbed, const RowOf& param) {
  if (std::string why = unread_unless(testbed, param); !why.empty()) return why;
  return conditions_unless(testbed, param.row.effects, param.object);
}

std::string read_if_words(const Param& row) {
  std::string words;
  const auto add = [&words](const std::string& one) { words += (words.empty() ? "" : "; ") + one; };
  if (!row.switched_by.empty()) add("mechanisms." + row.switched_by + " is true");
  for (const ReadIf& one : row.conditions) add(words_of(one));
  for (const ReadIf& one : row.effects) add("changes results if " + words_of(one));
  return words;
}

}  // namespace vqlab
