#include "analysis/formats/resolved_point.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>
#include <utility>
#include <variant>

#include "analysis/formats/number_ranges.hpp"
#include "analysis/scenario/value.hpp"
#include "models/base/size_text.hpp"
#include "models/testbed/running_jobs.hpp"
#include "models/testbed/unread.hpp"
#include "models/workload/fio_times.hpp"

namespace vqlab {
namespace {

constexpr std::array kListedElsewhere{"jobs",
                                      "other_job_targets",
                                      "controllers",
                                      "disks",
                                      "targets",
                                      "iothreads.iothread-vq-mapping",
                                      "iothreads.assigned"};
constexpr std::array kSectionsElsewhere{"job", "other_job", "controller"};

template <class Names>
bool is_resolved_name_among(const Names& names, const std::string& name) {
  return std::ranges::any_of(names, [&name](std::string_view one) { return one == name; });
}

Json values_of_point(const PointSpec& spec) {
  Json values = Json::object();
  for (const ParamRef& param : all_params()) {
    const std::string path = path_of(param);
    if (is_resolved_name_among(kSectionsElsewhere, param.section->key) ||
        is_resolved_name_among(kListedElsewhere, path) || !unread_unless(param, spec).empty())
      continue;
    values[path] = write_value(param.get(spec));
  }
  values["targets"] = spec.testbed.targets;
  return values;
}

// The rows of a table that are read, without some.
template <class Object>
void add_read_rows(const Testbed& testbed, const Object& object, const std::vector<std::string_view>& without,
                   Json& json) {
  const ParamTable& table = params_of(static_cast<const Object*>(nullptr));
  for (const Param& row : table.rows)
    if (!is_resolved_name_among(without, row.name) && unread_unless(testbed, {table, row, &object}).empty())
      json[row.name] = write_value(row.get(&object));
}

std::vector<std::uint32_t> numbers_of(const std::vector<IndexRange>& ranges) {
  std::vector<std::uint32_t> numbers;
  for (const IndexRange& range : ranges)
    for (std::uint32_t number = range.first; number < range.end; ++number) numbers.push_back(number);
  return numbers;
}

// Sizes of each kind of I/O that the job does, with their shares; the order of shares is of no matter.
Json sizes_of_kinds(const FioJob& job) {
  Json sizes = Json::object();
  for (const auto& [name, kind] :
       {std::pair("reads", IoKind::kRead), std::pair("writes", IoKind::kWrite), std::pair("trims", IoKind::kTrim)}) {
    if (!job.does(kind)) continue;
    std::vector<std::array<std::uint64_t, 3>> shares;
    for (const SizeShare& share : job.sizes(kind))
      shares.push_back({share.range.min_bytes, share.range.max_bytes, share.percent});
    std::sort(shares.begin(), shares.end());
    sizes[name] = shares;
  }
  return sizes;
}

// What may be spelled in several ways, in one of them.
void spell_alike(const FioJob& job, Json& json) {
  for (const char* const name : {"bs", "bsrange", "bssplit"}) json.erase(name);
  if (!job.replays()) json["sizes"] = sizes_of_kinds(job);
  if (json.contains("rate") && job.rate_bytes() > 0) json["rate"] = size_text(job.rate_bytes());
  for (const char* const name : {"startdelay", "ramp_time", "runtime", "thinktime_iotime"}) {
    if (!json.contains(name) || !json[name].is_string()) continue;
    const auto time = parse_time(json[name].get<std::string>());
    const std::int64_t ns = time ? time->count() : 0;
    json[name] = ns == 0          ? std::string()
                 : ns % 1000 == 0 ? fmt::format("{}us", ns / 1000)
                                  : fmt::format("{}.{:03}us", ns / 1000, ns % 1000);
  }
  if (json.contains("cpus_allowed"))
    if (const auto vcpus = parse_ranges(job.cpus_allowed)) json["cpus_allowed"] = ranges_of_numbers(numbers_of(*vcpus));
  if (json.contains("sync") && json["sync"].is_string()) {
    if (job.sync == "0") json["sync"] = "none";
    if (job.sync == "1") json["sync"] = "sync";
  }
}

Json jobs_of_point(const Testbed& testbed) {
  Json jobs = Json::array();
  for (const RunningJob& running : running_jobs(testbed)) {
    Json& job = jobs.emplace_back();
    job["name"] = running.name;
    job["targets"] = ranges_of_numbers(numbers_of(running.targets));
    job["stonewall"] = jobs.size() > 1 ? running.job.stonewall : 0;
    add_read_rows(testbed, running.job, {}, job);
    spell_alike(running.job, job);
  }
  return jobs;
}

Json controllers_of_point(const PointSpec& spec) {
  const std::vector<PlacedController> placed = placed_controllers(spec.testbed);
  std::vector<std::vector<std::string>> threads;
  if (spec.testbed.host.server == "iothreads") threads = iothreads_of_queues(spec, placed);
  Json controllers = Json::array();
  for (std::size_t i = 0; i < placed.size(); ++i) {
    Json& one = controllers.emplace_back();
    if (placed.size() > 1) one["name"] = placed[i].name;
    one["targets"] = ranges_of_numbers(placed[i].targets);
    add_read_rows(with_controller(spec.testbed, placed[i]), placed[i].values, {"devices", "targets", "iothread"}, one);
    if (!threads.empty()) one["iothreads"] = threads[i];
  }
  return controllers;
}

Json disks_of_point(const Testbed& testbed) {
  Json disks = Json::array();
  for (std::size_t i = 0; i < testbed.disks.size(); ++i) {
    DiskGroup group = testbed.disks[i];
    const std::uint32_t targets = group.targets;
    group.targets = 1;
    // All disks of a group have its limits, though one of them need say them.
    if (group.throttling && !group.throttling->group.empty() && !group.throttling->limits_some())
      for (const DiskGroup& other : testbed.disks)
        if (other.throttling && other.throttling->group == group.throttling->group && other.throttling->limits_some())
          group.throttling = other.throttling;
    Json one = write_value(ParamValue(Disks{group})).at(0);
    if (group.shared) one["shared_with_group"] = i;
    for (std::uint32_t target = 0; target < targets && disks.size() < testbed.targets; ++target) disks.push_back(one);
  }
  const Json nothing = write_value(ParamValue(Disks{DiskGroup{}})).at(0);
  while (disks.size() < testbed.targets) disks.push_back(nothing);
  return disks;
}

}  // namespace

std::vector<std::vector<std::string>> iothreads_of_queues(const PointSpec& spec,
                                                          const std::vector<PlacedController>& placed) {
  const auto mapping = std::get<IothreadVqMapping>(find_param("iothreads.iothread-vq-mapping").get(spec));
  const auto assigned = std::get<std::string>(find_param("iothreads.assigned").get(spec));
  std::vector<std::vector<std::string>> all;
  for (std::size_t device = 0; device < placed.size(); ++device) {
    const PlacedController& one = placed[device];
    std::vector<std::string>& names = all.emplace_back();
    for (std::uint32_t queue = 0; queue < one.queues; ++queue) {
      if (!one.values.iothread.empty()) {
        names.push_back(one.values.iothread);
      } else if (mapping.empty()) {
        names.emplace_back("iothread0");
      } else if (!mapping.front().vqs.empty()) {
        const auto has = [queue](const IothreadVqs& thread) { return std::ranges::count(thread.vqs, queue) > 0; };
        const auto thread = std::ranges::find_if(mapping, has);
        names.push_back(thread == mapping.end() ? "" : thread->iothread);
      } else {
        names.push_back(mapping[(assigned == "devices" ? device : one.first_queue + queue) % mapping.size()].iothread);
      }
    }
  }
  return all;
}

Json resolved_point(const PointSpec& spec) {
  return {{"values", values_of_point(spec)},
          {"jobs", jobs_of_point(spec.testbed)},
          {"controllers", controllers_of_point(spec)},
          {"disks", disks_of_point(spec.testbed)}};
}

void drop_values_alike(const PointSpec& one_spec, Json& one, const PointSpec& other_spec, Json& other) {
  const auto drop = [](Json& from, const Json& without, const PointSpec& unread) {
    Json kept = Json::object();
    for (const auto& [path, value] : from["values"].items())
      if (without["values"].contains(path) || write_value(find_param(path).get(unread)) != value) kept[path] = value;
    from["values"] = std::move(kept);
  };
  const Json before = one;
  drop(one, other, other_spec);
  drop(other, before, one_spec);
}

}  // namespace vqlab
