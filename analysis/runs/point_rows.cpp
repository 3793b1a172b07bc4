#include "analysis/runs/point_rows.hpp"

#include <algorithm>
#include <utility>

#include "sim/metrics/columns.hpp"

namespace vqlab {

PointRows::PointRows(std::vector<PointRow> rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const PointRow& a, const PointRow& b) {
    return std::pair(a.point, a.seed) < std::pair(b.point, b.seed);
  });
  for (std::size_t i = 0; i < rows.size(); ++i) places_.push_back({.place = i, .point = rows[i].point});
  reader_ = std::make_shared<const RowReader>(
      [kept = std::move(rows)](std::uint64_t place) { return kept[static_cast<std::size_t>(place)]; });
}

PointRows::PointRows(std::shared_ptr<const RowReader> reader, std::vector<RowPlace> places)
    : reader_(std::move(reader)), places_(std::move(places)) {
  std::stable_sort(places_.begin(), places_.end(),
                   [](const RowPlace& a, const RowPlace& b) { return a.point < b.point; });
}

PointRow PointRows::operator[](std::size_t i) const {
  PointRow row = (*reader_)(places_[i].place);
  if (places_[i].judged) row.result.not_settled = headline_names(places_[i].not_settled);
  return row;
}

PointRows PointRows::with_not_settled(const std::vector<std::uint8_t>& bits) const {
  PointRows rows = *this;
  for (std::size_t i = 0; i < rows.places_.size(); ++i) {
    rows.places_[i].judged = true;
    rows.places_[i].not_settled = bits[i];
  }
  return rows;
}

std::uint8_t headline_bits(const std::vector<std::string>& names) {
  static_assert(kHeadlines.size() <= 8);
  unsigned bits = 0;
  for (std::size_t i = 0; i < kHeadlines.size(); ++i)
    if (std::find(names.begin(), names.end(), name_of(kHeadlines[i])) != names.end()) bits |= 1u << i;
  return static_cast<std::uint8_t>(bits);
}

std::vector<std::string> headline_names(std::uint8_t bits) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kHeadlines.size(); ++i)
    if ((bits >> i & 1) != 0) names.emplace_back(name_of(kHeadlines[i]));
  return names;
}

}  // namespace vqlab
