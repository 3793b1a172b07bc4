// What a function writes part by part, as one text.
#pragma once

#include <string>
#include <string_view>

#include "analysis/runs/point_rows.hpp"
#include "analysis/runs/write_file.hpp"

namespace vqlab::test {

[[nodiscard]] inline std::string written_text(void (*table)(const PointRows&, const TextSink&), const PointRows& rows) {
  std::string text;
  table(rows, [&text](std::string_view part) { text += part; });
  return text;
}

}  // namespace vqlab::test
