#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/app/home.hpp"
#include "analysis/app/refused.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/runs/csv_rows.hpp"
#include "analysis/scenario/cross_checks.hpp"
#include "analysis/scenario/document.hpp"
#include "analysis/scenario/machine_files.hpp"
#include "analysis/scenario/section.hpp"
#include "analysis/scenario/value.hpp"
#include "models/backend/backend.hpp"
#include "models/command/driver_version.hpp"
#include "models/steering/policy.hpp"
#include "models/testbed/host_kind.hpp"
#include "models/testbed/unread.hpp"

namespace vqlab {
namespace {

const char* promise_text(OrderPromise promise) {
  switch (promise) {
    case OrderPromise::kNone: return "no order";
    case OrderPromise::kPerLun: return "order of each LUN's commands";
    case OrderPromise::kPerTarget: return "order of each target's commands";
  }
  return "";
}

std::string cost_text(const DecisionCost& cost) {
  std::vector<std::string> parts;
  if (cost.lock == PickLock::kTarget) parts.emplace_back("the target's lock");
  const auto lines = [](std::uint32_t count) {
    return fmt::format("{} shared cache line{}", count, count == 1 ? "" : "s");
  };
  if (cost.shared_lines > 0) parts.push_back(lines(cost.shared_lines));
  if (cost.lines_per_queue > 0) parts.push_back(lines(cost.lines_per_queue) + " for each queue");
  if (cost.lines_by_params != nullptr)
    parts.push_back(lines(cost.lines_by_params({})) + " (its parameters say how many)");
  return parts.empty() ? "nothing that is shared" : fmt::format("{}", fmt::join(parts, ", "));
}

void list_policies(bool clairvoyant) {
  for (const auto& [name, policy] : Registry<PolicyEntry>::instance().entries()) {
    if (policy.clairvoyant != clairvoyant) continue;
    fmt::print("{:<24} {}\n{:<24} promises: {}\n{:<24} a pick takes: {}\n{:<24} source: {}\n", name, policy.help, "",
               promise_text(policy.promise), "", cost_text(policy.cost), "", policy.source);
    std::vector<std::string> names;
    if (const PartParamsEntry* const part = part_params().find(name); part != nullptr) {
      for (const Param& row : part->table->rows) names.push_back(row.name);
      fmt::print("{:<24} parameters: {}; see `vqlab list parts`\n", "", fmt::join(names, ", "));
    }
    answer_more("policies", [&, &policy = policy, &name = name] {
      return AnswerJson{{"name", name},
                        {"help", policy.help},
                        {"clairvoyant", policy.clairvoyant},
                        {"promises", promise_text(policy.promise)},
                        {"a_pick_takes", cost_text(policy.cost)},
                        {"parameters", names},
                        {"source", policy.source}};
    });
  }
}

void list_policies() {
  list_policies(false);
  fmt::print("\nTo hold others against: they know what no driver can, and nobody can build them.\n\n");
  list_policies(true);
}

std::string traits_text(const DriverVersion& version) {
  std::vector<std::string> traits{
      version.most_queues == 0
          ? "any number of request queues"
          : fmt::format("at most {} request queue{}", version.most_queues, version.most_queues == 1 ? "" : "s"),
      version.buffer_api ? name_of(*version.buffer_api) : "guest.buffer_api",
      version.policy == nullptr ? "guest.policy" : fmt::format("policy {}", version.policy),
      version.host_lock ? "the host's lock" : "no host lock",
  };
  if (version.tags) traits.emplace_back("tags of blk-mq");
  if (version.batches) traits.emplace_back("one doorbell for a batch");
  traits.emplace_back(version.managed_interrupts ? "interrupts bound to vCPUs" : "affinity hints");
  return fmt::format("{}", fmt::join(traits, ", "));
}

void list_drivers() {
  for (const auto& [name, version] : Registry<DriverVersion>::instance().entries()) {
    fmt::print("{:<16} {}\n{:<16} promises: {}\n{:<16} has: {}\n{:<16} source: {}\n", name, version.help, "",
               promise_text(version.promise), "", traits_text(version), "", version.source);
    answer_more("drivers", [&version = version, &name = name] {
      return AnswerJson{{"name", name},
                        {"help", version.help},
                        {"promises", promise_text(version.promise)},
                        {"has", traits_text(version)},
                        {"source", version.source}};
    });
  }
}

// Of what has a name and a help text and nothing else to say here.
template <class Entry>
void list_plug_ins(const char* listing) {
  for (const std::string& name : Registry<Entry>::instance().names()) {
    const std::string help(Registry<Entry>::instance().find(name)->help);
    fmt::print("{:<16} {}\n", name, help);
    answer_more(listing, [&] { return AnswerJson{{"name", name}, {"help", help}}; });
  }
}
void list_servers() { list_plug_ins<HostServerKind>("servers"); }
void list_aio() { list_plug_ins<AioKind>("aio"); }
void list_backends() { list_plug_ins<BackendEntry>("backends"); }

void list_files(const char* folder) {
  const std::filesystem::path place = home() / "scenarios" / folder;
  const std::vector<MachineFile> files = machine_files(place);
  if (files.empty())
    throw Refused(fmt::format("{}: found no file; accepted: the {} that come with the program; looked in {}",
                              place.string(), folder, home_words()));
  for (const MachineFile& file : files) {
    fmt::print("{:<16} {}\n{:<16} {}\n", file.name, file.title, "", file.file.string());
    answer_more(folder, [&] {
      return AnswerJson{{"name", file.name}, {"title", file.title}, {"file", file.file.string()}};
    });
  }
}
void list_machines() { list_files("machines"); }
void list_devices() { list_files("devices"); }

void list_costs() {
  const PointSpec defaults;
  for (const Section& section : sections()) {
    for (const Param& row : section.table->rows) {
      if (row.kind != ParamKind::kCost) continue;
      const ParamRef param{&section, &row};
      const Cost cost = std::get<Cost>(param.get(defaults));
      fmt::print("{:<36} {:>6} ns  {:<12} plausible {} to {} ns\n    {}\n    source: {}\n", path_of(param),
                 bound_text(cost.mean_ns), shape_names().at(static_cast<std::size_t>(cost.shape)),
                 bound_text(row.plausible.min), bound_text(row.plausible.max), row.help, row.source);
      answer_more("costs", [&] {
        return AnswerJson{{"path", path_of(param)},
                          {"mean_ns", number_json(cost.mean_ns)},
                          {"shape", shape_names().at(static_cast<std::size_t>(cost.shape))},
                          {"plausible_min_ns", number_json(row.plausible.min)},
                          {"plausible_max_ns", number_json(row.plausible.max)},
                          {"help", row.help},
                          {"source", row.source}};
      });
    }
  }
}

void list_parts() {
  const PointSpec defaults;
  for (const Section& section : sections()) {
    if (!section.of_part) continue;
    fmt::print("{:<16} {}\n", section.key, section.table->help);
    for (const Param& row : section.table->rows) {
      const ParamRef param{&section, &row};
      fmt::print("  {} = {}\n    {}\n    accepted: {}\n", path_of(param), value_text(param.get(defaults)), row.help,
                 accepted_values(row));
      const std::string read_if = read_if_words(row);
      if (!read_if.empty()) fmt::print("    read only if: {}\n", read_if);
      if (!row.source.empty()) fmt::print("    source: {}\n", row.source);
      answer_more("parts", [&] {
        return AnswerJson{
            {"part", section.key}, {"path", path_of(param)},           {"value", value_text(param.get(defaults))},
            {"help", row.help},    {"accepted", accepted_values(row)}, {"read_only_if", read_if},
            {"source", row.source}};
      });
    }
  }
  for (const CrossCheck& check : cross_checks())
    if (check.of_part) fmt::print("{} must go together: {}\n", fmt::join(check.params, ", "), check.rule);
}

struct Listing {
  const char* name;
  const char* title;
  void (*print)();
};

constexpr Listing kListings[] = {
    {"policies", "Steering policies (guest.policy)", list_policies},
    {"drivers", "Versions of the guest's virtio-scsi driver (guest.driver)", list_drivers},
    {"servers", "Threads of the host that serve the queues (host.server)", list_servers},
    {"aio", "Ways from these threads to the back end (host.aio)", list_aio},
    {"backends", "Storage back ends (host.backend)", list_backends},
    {"parts", "Parts that have parameters, in a section of the part's name", list_parts},
    {"machines", "Machines (machine)", list_machines},
    {"devices", "Storage devices by their data sheets (host.device, disks)", list_devices},
    {"costs", "Costs, with plausible range and source", list_costs},
};

void add_list_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand(
      "list", "List policies, drivers, parts of hosts, back ends, machines and costs with their sources.");
  verb->footer("\nExample:\n  vqlab list costs");
  const auto what = std::make_shared<std::string>();
  std::vector<std::string> names;
  for (const Listing& listing : kListings) names.emplace_back(listing.name);
  verb->add_option("WHAT", *what, fmt::format("{}; all if left out.", fmt::join(names, ", ")))
      ->check(CLI::IsMember(names));
  verb->callback([what, &code] {
    for (const Listing& listing : kListings) {
      if (!what->empty() && *what != listing.name) continue;
      if (what->empty()) fmt::print("{}\n\n", listing.title);
      listing.print();
      if (what->empty()) fmt::print("\n");
    }
    code = kExitGood;
  });
}

const VerbRegistration list_verb{"list", {VerbGroup::kLookUp, add_list_verb}};

}  // namespace
}  // namespace vqlab
