// The finished simulations of a run in the order of their points, however many there are: where they stand in a
// journal, each is read when it is asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "analysis/runs/point_row.hpp"

namespace vqlab {

// Reads the row that stands at this place.
using RowReader = std::function<PointRow(std::uint64_t place)>;

// Where a row stands, and what is known of it without reading it.
struct RowPlace {
  std::uint64_t place = 0;
  std::uint32_t point = 0;
  bool judged = false;           // what has not settled is said here, and not in the row
  std::uint8_t not_settled = 0;  // a bit for each of kHeadlines
};

// Rows come by value.
class PointRows {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = PointRow;
    using difference_type = std::ptrdiff_t;
    using pointer = const PointRow*;
    using reference = PointRow;

    Iterator(const PointRows& rows, std::size_t at) : rows_(&rows), at_(at) {}
    [[nodiscard]] PointRow operator*() const { return (*rows_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

   private:
    const PointRows* rows_;
    std::size_t at_;
  };

  PointRows() = default;
  // Of rows that are in memory. Rows of one point come in the order of their seeds.
  PointRows(std::vector<PointRow> rows);  // NOLINT(google-explicit-constructor): a vector of rows is such rows
  PointRows(std::shared_ptr<const RowReader> reader, std::vector<RowPlace> places);

  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
  [[nodiscard]] bool empty() const noexcept { return places_.empty(); }
  // Precondition: i < size(). Throws std::runtime_error where the row can no longer be read.
  [[nodiscard]] PointRow operator[](std::size_t i) const;
  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, size()}; }

  // The same rows, of which each says that these of kHeadlines have not settled; by position.
  [[nodiscard]] PointRows with_not_settled(const std::vector<std::uint8_t>& bits) const;

 private:
  std::shared_ptr<const RowReader> reader_;
  std::vector<RowPlace> places_;
};

// A bit for each of kHeadlines that is among the names, and back.
[[nodiscard]] std::uint8_t headline_bits(const std::vector<std::string>& names);
[[nodiscard]] std::vector<std::string> headline_names(std::uint8_t bits);

}  // namespace vqlab
