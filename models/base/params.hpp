// Parameter tables: each struct that a scenario can set is described once, row by row. Parsing, bounds, echo, JSON
// schema and the reference page all come from these rows.
//
//   const ParamTable& params_of(const FioJob*) {
//     static const ParamTable table{"job", "What each fio process does.", {
//         integer("iodepth", &FioJob::iodepth, {1, 1024}, "requests", "Requests that a job keeps in flight."),
//     }};
//     return table;
//   }
//
// The default of a row is what a default-constructed struct holds. Which resource a row loads and which mechanism it is
// part of also stand in the row, and nowhere else:
//
//   cost("kick_ns", &GuestCosts::kick_ns, {700, 4000}, ResourceId::kVcpus, "VM exit for a doorbell.", "measured")
//       .part_of("exits")
//
// So does when it is read: a value that nobody reads is refused, so that it cannot be taken for one that made no
// difference.
//
//   number("start_s", &Tenant::start_s, {0, 1e6}, "s", "When it starts.")
//       .read_if<Tenant>([](const Tenant& tenant) { return tenant.physical_cpus > 0; }, "tenant.physical_cpus is above
//       0")
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "models/base/condition_id.hpp"
#include "models/base/cost.hpp"
#include "models/base/device_sheet.hpp"
#include "models/base/iothread_vq_mapping.hpp"
#include "models/base/resource_id.hpp"

namespace vqlab {

// An inclusive range of sizes in bytes, written as fio writes it: "4k-64k".
struct SizeRange {
  std::uint64_t min_bytes = 0;
  std::uint64_t max_bytes = 0;

  friend bool operator==(const SizeRange&, const SizeRange&) = default;
};

// Values of rows of another table, by the rows' names: the members of one element of a list.
struct RowValue;
struct NamedSet {
  std::string name;
  std::vector<RowValue> values;  // each row once

  friend bool operator==(const NamedSet& a, const NamedSet& b);
};
using NamedSets = std::vector<NamedSet>;

enum class ParamKind {
  kBoolean,            // bool
  kInteger,            // std::int64_t
  kNumber,             // double
  kText,               // std::string
  kWorded,             // std::string with a grammar of its own: Wording; JSON text, or an integer if that fits
  kChoice,             // std::string, one of choices()
  kSize,               // std::int64_t bytes; JSON integer or fio's spelling "64k", "1g" (powers of 1024)
  kSizeRange,          // SizeRange; fio's spelling "4k-64k"
  kIothreadVqMapping,  // IothreadVqMapping; a list, as QEMU takes it
  kNamedSets,          // NamedSets; a list of objects, each with a name and members of another table
  kDevice,             // DeviceChoice; the name of a data sheet, or an object of its figures
  kDisks,              // Disks; a list of groups of disks
  kCost,               // Cost; JSON number (mean in ns) or {"mean_ns": 7300, "shape": "exponential"}
};

using ParamValue = std::variant<bool, std::int64_t, double, std::string, SizeRange, Cost, IothreadVqMapping, NamedSets,
                                DeviceChoice, Disks>;

struct RowValue {
  std::string row;
  ParamValue value;

  friend bool operator==(const RowValue&, const RowValue&) = default;
};
inline bool operator==(const NamedSet& a, const NamedSet& b) { return a.name == b.name && a.values == b.values; }

// The grammar of a kWorded value.
struct Wording {
  bool (*fits)(const std::string&);
  std::string accepted;               // in words
  std::string pattern;                // what each text that fits matches; if 0.5 does, numbers may have fractions
  std::vector<std::string> examples;  // that fit
};

// Inclusive bounds, in the row's unit. For a cost they bound the mean.
struct Bounds {
  double min;
  double max;

  friend bool operator==(const Bounds&, const Bounds&) = default;
};

// A choice that had another name once.
struct RenamedChoice {
  std::string former;
  std::string now;
};

// When a row is read: a condition of the whole testbed, or one of the row's own struct.
struct ReadIf {
  std::optional<ConditionId> id;
  std::function<bool(const void*)> holds;  // without id; argument: the struct
  std::string words;                       // without id; "hotplug.vcpus is above 0"
};

struct ParamTable;

struct Param {
  std::string name;                  // JSON key; quantities carry their unit as suffix
  std::vector<std::string> aliases;  // other keys for it, accepted where the name is
  ParamKind kind;
  Bounds bounds;     // numbers, sizes and costs only
  Bounds plausible;  // what a fit looks in; the bounds unless said otherwise
  std::string unit;  // "ns", "bytes", "requests"; empty where there is none
  std::string help;
  std::string source;                                 // where a measured value comes from; empty for a free choice
  std::function<std::vector<std::string>()> choices;  // kChoice only
  std::string listing;                                // of plug-ins, `vqlab list` prints the choices under this name
  Wording wording;                                    // kWorded only
  const ParamTable* (*element)() = nullptr;           // kNamedSets only: whose rows its elements may have
  std::vector<RenamedChoice> renamed;                 // whoever writes a former name is told the new one
  std::function<ParamValue(const void*)> get;         // argument: the struct
  std::function<void(void*, const ParamValue&)> set;  // precondition: the value has the row's kind, inside its bounds

  ResourceId resource = ResourceId::kNone;  // a cost or a number that is demand of it, or capacity
  bool is_capacity = false;                 // a rate, or a number of servers
  std::string mechanism;                    // the switch that takes it out; empty: none
  double without_mechanism = 0;             // the value that it has then
  std::string unmodelled;                   // of a cost: why analytic answers leave it out; empty: they know it
  std::vector<ReadIf> conditions;           // the row is read where all of them hold
  std::string switched_by;                  // and this mechanism is on; empty: none
  std::vector<ReadIf> effects;              // read or not, results depend on it where all of these hold

  // The rest of a row, behind what makes it.
  [[nodiscard]] Param renames(std::vector<RenamedChoice> choices_renamed) && {
    renamed = std::move(choices_renamed);
    return std::move(*this);
  }
  [[nodiscard]] Param also_called(std::vector<std::string> others) && {
    aliases = std::move(others);
    return std::move(*this);
  }
  [[nodiscard]] Param loads(ResourceId id) && {
    resource = id;
    return std::move(*this);
  }
  [[nodiscard]] Param serves(ResourceId id) && {
    is_capacity = true;
    return std::move(*this).loads(id);
  }
  [[nodiscard]] Param part_of(std::string_view switch_name, double value_without = 0) && {
    mechanism = switch_name;
    without_mechanism = value_without;
    return std::move(*this).read_with(switch_name);
  }
  // Read while the mechanism is on, and not replaced if it is off.
  [[nodiscard]] Param read_with(std::string_view switch_name) && {
    switched_by = switch_name;
    return std::move(*this);
  }
  [[nodiscard]] Param read_if(ConditionId id) && {
    conditions.push_back({id, {}, ""});
    return std::move(*this);
  }
  // Precondition: S is the struct of the row's table.
  template <class S>
  [[nodiscard]] Param read_if(bool (*holds)(const S&), std::string_view words) && {
    conditions.push_back({std::nullopt, [holds](const void* object) { return holds(*static_cast<const S*>(object)); },
                          std::string(words)});
    return std::move(*this);
  }
  // It describes what is simulated, and may stand anywhere, but makes a difference under this condition alone.
  [[nodiscard]] Param acts_if(ConditionId id) && {
    effects.push_back({id, {}, ""});
    return std::move(*this);
  }
  [[nodiscard]] Param not_modelled(std::string_view reason) && {
    unmodelled = reason;
    return std::move(*this);
  }
};

struct ParamTable {
  std::string name;
  std::string help;
  std::vector<Param> rows;
};

namespace detail {

// `Stored` is the alternative of ParamValue; the member may be another type that converts both ways.
template <class Stored, class S, class M>
Param make_param(std::string_view name, ParamKind kind, M S::*member, Bounds bounds, std::string_view unit,
                 std::string_view help, std::string_view source) {
  Param row;
  row.name = name;
  row.kind = kind;
  row.bounds = bounds;
  row.plausible = bounds;
  row.unit = unit;
  row.help = help;
  row.source = source;
  row.get = [member](const void* object) {
    return ParamValue(static_cast<Stored>(static_cast<const S*>(object)->*member));
  };
  row.set = [member](void* object, const ParamValue& value) {
    static_cast<S*>(object)->*member = static_cast<M>(std::get<Stored>(value));
  };
  return row;
}

}  // namespace detail

template <class S>
Param boolean(std::string_view name, bool S::*member, std::string_view help) {
  return detail::make_param<bool>(name, ParamKind::kBoolean, member, {0, 1}, "", help, "");
}

template <class S, class M>
Param integer(std::string_view name, M S::*member, Bounds bounds, std::string_view unit, std::string_view help,
              std::string_view source = "") {
  return detail::make_param<std::int64_t>(name, ParamKind::kInteger, member, bounds, unit, help, source);
}

template <class S>
Param number(std::string_view name, double S::*member, Bounds bounds, std::string_view unit, std::string_view help,
             std::string_view source = "") {
  return detail::make_param<double>(name, ParamKind::kNumber, member, bounds, unit, help, source);
}

// A number that a fit may look for within `plausible`.
template <class S>
Param number(std::string_view name, double S::*member, Bounds bounds, Bounds plausible, std::string_view unit,
             std::string_view help, std::string_view source) {
  Param row = number(name, member, bounds, unit, help, source);
  row.plausible = plausible;
  return row;
}

template <class S>
Param text(std::string_view name, std::string S::*member, std::string_view help) {
  return detail::make_param<std::string>(name, ParamKind::kText, member, {0, 0}, "", help, "");
}

template <class S>
Param choice(std::string_view name, std::string S::*member, std::vector<std::string> choices, std::string_view help) {
  Param row = detail::make_param<std::string>(name, ParamKind::kChoice, member, {0, 0}, "", help, "");
  row.choices = [choices = std::move(choices)] { return choices; };
  return row;
}

// The name of a plug-in. Which there are is known once all are registered, hence the function; nothing that is checked
// in may list them, or a new one would not be one file.
template <class S>
Param plug_in(std::string_view name, std::string S::*member, std::string_view listing,
              std::function<std::vector<std::string>()> names, std::string_view help) {
  Param row = detail::make_param<std::string>(name, ParamKind::kChoice, member, {0, 0}, "", help, "");
  row.listing = listing;
  row.choices = std::move(names);
  return row;
}

template <class S>
Param worded(std::string_view name, std::string S::*member, Wording wording, std::string_view unit,
             std::string_view help, std::string_view source = "") {
  Param row = detail::make_param<std::string>(name, ParamKind::kWorded, member, {0, 0}, unit, help, source);
  row.wording = std::move(wording);
  return row;
}

template <class S>
Param named_sets(std::string_view name, NamedSets S::*member, const ParamTable* (*element)(), std::string_view help) {
  Param row = detail::make_param<NamedSets>(name, ParamKind::kNamedSets, member, {0, 0}, "", help, "");
  row.element = element;
  return row;
}

template <class S, class M>
Param size(std::string_view name, M S::*member, Bounds bounds, std::string_view help, std::string_view source = "") {
  return detail::make_param<std::int64_t>(name, ParamKind::kSize, member, bounds, "bytes", help, source);
}

template <class S>
Param size_range(std::string_view name, SizeRange S::*member, Bounds bounds, std::string_view help) {
  return detail::make_param<SizeRange>(name, ParamKind::kSizeRange, member, bounds, "bytes", help, "");
}

template <class S>
Param iothread_vq_mapping(std::string_view name, IothreadVqMapping S::*member, std::string_view help,
                          std::string_view source = "") {
  return detail::make_param<IothreadVqMapping>(name, ParamKind::kIothreadVqMapping, member, {0, 0}, "", help, source);
}

// By what factor a cost may leave its plausible range on machines of other years and kinds. What is further away was
// meant in another unit.
inline constexpr double kOtherMachines = 20;

template <class S>
Param device(std::string_view name, DeviceChoice S::*member, std::string_view help) {
  return detail::make_param<DeviceChoice>(name, ParamKind::kDevice, member, {0, 0}, "", help, "");
}

template <class S>
Param disks(std::string_view name, Disks S::*member, std::string_view help) {
  return detail::make_param<Disks>(name, ParamKind::kDisks, member, {0, 0}, "", help, "");
}

// A cost in nanoseconds; `range` is its plausible range, `resource` what it keeps busy, `source` where value and range
// come from.
template <class S>
Param cost(std::string_view name, Cost S::*member, Bounds range, ResourceId resource, std::string_view help,
           std::string_view source) {
  Param row = detail::make_param<Cost>(name, ParamKind::kCost, member, range, "ns", help, source);
  row.bounds = {range.min / kOtherMachines, range.max * kOtherMachines};
  return std::move(row).loads(resource);
}

}  // namespace vqlab
