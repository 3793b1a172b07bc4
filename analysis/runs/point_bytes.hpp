// A point as bytes: all parameters' values, in the order of all_params(). Programs of one build alone understand them:
// another one may have other parameters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/scenario/section.hpp"

namespace vqlab {

// Values one behind the other. What has no fixed length has its length in front, so that no two lists of values read
// the same.
class ByteWriter {
 public:
  void add(std::uint64_t number);
  void add_text(std::string_view text);
  void add(const ParamValue& value);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

// What one simulation takes.
struct PointTask {
  PointSpec spec;
  std::uint64_t seed = 0;
};

// Of the first what differs from a default one, of the others what differs from the first.
class PointTaskWriter {
 public:
  // Throws std::runtime_error where no parameter tells of something in the point.
  void add(const PointTask& task);
  [[nodiscard]] const std::string& text() const noexcept { return bytes_.text(); }

 private:
  PointSpec base_;
  bool first_ = true;
  ByteWriter bytes_;
};

// Nothing if the bytes are not all there.
[[nodiscard]] std::optional<std::vector<PointTask>> read_point_tasks(std::string_view bytes);

}  // namespace vqlab
