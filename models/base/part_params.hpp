// The parameters of plug-ins that have some of their own: each part declares them in its own file, and scenario and
// machine files have a section of the part's name.
//
//   struct Flash {
//     std::uint32_t channels = 8;
//     friend bool operator==(const Flash&, const Flash&) = default;
//   };
//   const ParamTable& params_of(const Flash*) {
//     static const ParamTable table{"flash", "A flash device.", {integer("channels", &Flash::channels, ...)}};
//     return table;
//   }
//   const PartParamsRegistration<Flash> params;
//
//   const Flash& flash = testbed.parts.get<Flash>();
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/base/ensure.hpp"
#include "models/base/params.hpp"
#include "models/base/registry.hpp"

namespace vqlab {

// A registered part, whatever its struct is.
struct PartParamsEntry {
  const ParamTable* table;
  std::size_t slot;  // its place in PartParams
  std::shared_ptr<const void> defaults;
  std::shared_ptr<void> (*copy)(const void*);
  bool (*equal)(const void*, const void*);
};

// All registered parts, ordered by name.
[[nodiscard]] const Registry<PartParamsEntry>& part_params();

namespace detail {

inline constexpr std::size_t kNoPart = static_cast<std::size_t>(-1);

// Where PartParams keeps an S; kNoPart until S is registered.
template <class S>
inline std::size_t part_slot = kNoPart;

// Returns the slot that it gives the part. Ends the process if the name is taken, or is none that a path such as
// "flash.channels" can begin with.
std::size_t register_part(PartParamsEntry entry);

}  // namespace detail

// Registers the section of the struct S, of the name that its table has.
template <class S>
struct PartParamsRegistration {
  PartParamsRegistration() {
    detail::part_slot<S> = detail::register_part(
        {&params_of(static_cast<const S*>(nullptr)), detail::kNoPart, std::make_shared<const S>(),
         [](const void* object) -> std::shared_ptr<void> {
           return std::make_shared<S>(*static_cast<const S*>(object));
         },
         [](const void* a, const void* b) { return *static_cast<const S*>(a) == *static_cast<const S*>(b); }});
  }
};

// One struct of each registered part, with value semantics; copies share what neither has changed since.
class PartParams {
 public:
  // Precondition: S is registered.
  template <class S>
  [[nodiscard]] const S& get() const {
    ensure(detail::part_slot<S> != detail::kNoPart, "the part has registered its parameters");
    const auto* changed = find(detail::part_slot<S>);
    if (changed != nullptr) return *static_cast<const S*>(changed);
    static const S defaults;
    return defaults;
  }
  template <class S>
  void set(const S& value) {
    ensure(detail::part_slot<S> != detail::kNoPart, "the part has registered its parameters");
    put(detail::part_slot<S>, std::make_shared<const S>(value));
  }

  // The part's struct, as its table's rows take it.
  [[nodiscard]] const void* object(const PartParamsEntry& part) const {
    const void* changed = find(part.slot);
    return changed != nullptr ? changed : part.defaults.get();
  }
  // Precondition: a row of the part's table, and a value that the row takes.
  void set(const PartParamsEntry& part, const Param& row, const ParamValue& value);

  friend bool operator==(const PartParams& a, const PartParams& b);

 private:
  [[nodiscard]] const void* find(std::size_t slot) const {
    return slot < changed_.size() ? changed_[slot].get() : nullptr;
  }
  void put(std::size_t slot, std::shared_ptr<const void> value);

  std::vector<std::shared_ptr<const void>> changed_;  // by slot; null, or none at all: the defaults
};

}  // namespace vqlab
