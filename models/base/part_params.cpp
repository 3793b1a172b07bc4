#include "models/base/part_params.hpp"

#include <algorithm>

namespace vqlab {

const Registry<PartParamsEntry>& part_params() { return Registry<PartParamsEntry>::instance(); }

std::size_t detail::register_part(PartParamsEntry entry) {
  const std::string& name = entry.table->name;
  if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") != std::string::npos)
    contract_broken("part \"" + name + '"', "its table's name has other letters than a to z, digits, _ and -");
  // Not how many there are: one that made room for another was counted, too.
  static std::size_t slots = 0;
  entry.slot = slots++;
  const std::size_t slot = entry.slot;
  Registry<PartParamsEntry>::instance().add(name, std::move(entry));
  return slot;
}

void PartParams::put(std::size_t slot, std::shared_ptr<const void> value) {
  if (slot >= changed_.size()) changed_.resize(slot + 1);
  changed_[slot] = std::move(value);
}

void PartParams::set(const PartParamsEntry& part, const Param& row, const ParamValue& value) {
  std::shared_ptr<void> changed = part.copy(object(part));
  row.set(changed.get(), value);
  put(part.slot, std::move(changed));
}

bool operator==(const PartParams& a, const PartParams& b) {
  const auto& parts = part_params().entries();
  return std::all_of(parts.begin(), parts.end(), [&](const auto& part) {
    const void* one = a.object(part.second);
    const void* other = b.object(part.second);
    return one == other || part.second.equal(one, other);
  });
}

}  // namespace vqlab
