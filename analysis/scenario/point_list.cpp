#include "analysis/scenario/point_list.hpp"

#include <algorithm>

namespace vqlab {
namespace {

// A testbed that differs in more is kept whole.
constexpr std::size_t kMostChanges = 16;

}  // namespace

void PointList::push_back(const Point& point) {
  const PointSpec spec{point.testbed, point.precision};
  if (variants_.empty() || !(spec == last_)) add_variant(spec);
  if (curves_.empty() || curves_.back() != point.curve) curves_.push_back(point.curve);
  std::vector<std::uint32_t> places;
  for (const AxisValue& axis : point.axes) {
    const auto [place, is_new] =
        axis_value_places_.try_emplace({axis.path, axis.text}, static_cast<std::uint32_t>(axis_values_.size()));
    if (is_new) axis_values_.push_back(axis);
    places.push_back(place->second);
  }
  if (axes_.empty() || axes_.back() != places) axes_.push_back(std::move(places));
  entries_.push_back({point.seed, point.index, static_cast<std::uint32_t>(curves_.size() - 1),
                      static_cast<std::uint32_t>(variants_.size() - 1), static_cast<std::uint32_t>(axes_.size() - 1)});
}

void PointList::add_variant(const PointSpec& spec) {
  last_ = spec;
  const auto first = static_cast<std::uint32_t>(changes_.size());
  if (!bases_.empty()) {
    const std::vector<ParamRef>& params = all_params();
    std::size_t changes = 0;
    for (std::size_t i = 0; i < params.size() && changes <= kMostChanges; ++i) {
      ParamValue value = params[i].get(spec);
      if (value == params[i].get(bases_.back())) continue;
      changes_.push_back({static_cast<std::uint32_t>(i), std::move(value)});
      ++changes;
    }
    variants_.push_back({static_cast<std::uint32_t>(bases_.size() - 1), first});
    // Whatever no parameter tells of is kept, too.
    if (changes <= kMostChanges && spec_of(variants_.size() - 1) == spec) return;
    variants_.pop_back();
    changes_.resize(first);
  }
  bases_.push_back(spec);
  variants_.push_back({static_cast<std::uint32_t>(bases_.size() - 1), first});
}

PointSpec PointList::spec_of(std::size_t variant) const {
  PointSpec spec = bases_[variants_[variant].base];
  const std::size_t end = variant + 1 < variants_.size() ? variants_[variant + 1].first : changes_.size();
  for (std::size_t i = variants_[variant].first; i < end; ++i)
    all_params()[changes_[i].param].set(spec, changes_[i].value);
  return spec;
}

PointSpec PointList::spec(std::size_t i) const { return spec_of(entries_[i].variant); }

Point PointList::operator[](std::size_t i) const {
  const Entry& entry = entries_[i];
  PointSpec spec = spec_of(entry.variant);
  Point point{entry.index, curves_[entry.curve], {}, std::move(spec.testbed), spec.precision, entry.seed};
  for (const std::uint32_t place : axes_[entry.axes]) point.axes.push_back(axis_values_[place]);
  return point;
}

}  // namespace vqlab
