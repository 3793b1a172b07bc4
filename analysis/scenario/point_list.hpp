// The points of a study, as many as there may be: each is kept as what tells it from others, and made when it is asked
// for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analysis/scenario/axis_value.hpp"
#include "analysis/scenario/section.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab {

// One simulation.
struct Point {
  std::uint32_t index = 0;  // position in Study::points
  std::string curve;
  std::vector<AxisValue> axes;  // in the order of Study::sweep
  Testbed testbed;
  Precision precision;
  std::uint64_t seed = 1;
};

// A vector of points that gives them by value. A testbed takes 2 KB; here a point takes about 40 bytes, and 40 more for
// each parameter in which its testbed differs from one that is kept whole.
class PointList {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Point;
    using difference_type = std::ptrdiff_t;
    using pointer = const Point*;
    using reference = Point;

    Iterator(const PointList& list, std::size_t at) : list_(&list), at_(at) {}
    [[nodiscard]] Point operator*() const { return (*list_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

   private:
    const PointList* list_;
    std::size_t at_;
  };

  PointList() = default;
  PointList(std::initializer_list<Point> points) {
    for (const Point& point : points) push_back(point);
  }

  void push_back(const Point& point);

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  // Precondition: i < size().
  [[nodiscard]] Point operator[](std::size_t i) const;
  [[nodiscard]] Point front() const { return (*this)[0]; }
  [[nodiscard]] Point back() const { return (*this)[size() - 1]; }
  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, size()}; }

  // Parts of a point, without making the rest of it.
  [[nodiscard]] std::uint32_t index(std::size_t i) const noexcept { return entries_[i].index; }
  [[nodiscard]] std::uint64_t seed(std::size_t i) const noexcept { return entries_[i].seed; }
  [[nodiscard]] const std::string& curve(std::size_t i) const noexcept { return curves_[entries_[i].curve]; }
  // Testbed and precision. Points of equal ones, one behind the other, have the same number.
  [[nodiscard]] std::size_t variant(std::size_t i) const noexcept { return entries_[i].variant; }
  [[nodiscard]] PointSpec spec(std::size_t i) const;

 private:
  struct Entry {
    std::uint64_t seed;
    std::uint32_t index;
    std::uint32_t curve;    // in curves_
    std::uint32_t variant;  // in variants_
    std::uint32_t axes;     // in axes_
  };
  // A whole spec, with some values in place of its own.
  struct Variant {
    std::uint32_t base;   // in bases_
    std::uint32_t first;  // in changes_, up to the first of the next variant
  };
  struct Change {
    std::uint32_t param;  // in all_params()
    ParamValue value;
  };

  void add_variant(const PointSpec& spec);
  [[nodiscard]] PointSpec spec_of(std::size_t variant) const;

  std::vector<Entry> entries_;
  std::vector<std::string> curves_;
  std::vector<std::vector<std::uint32_t>> axes_;  // each a position of the sweep: places in axis_values_
  std::vector<AxisValue> axis_values_;
  std::map<std::pair<std::string, std::string>, std::uint32_t> axis_value_places_;
  std::vector<PointSpec> bases_;
  std::vector<Variant> variants_;
  std::vector<Change> changes_;
  PointSpec last_;  // the last variant's
};

}  // namespace vqlab
