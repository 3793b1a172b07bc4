#include "analysis/run/fio_files.hpp"

#include <map>

#include "analysis/formats/fio_output.hpp"
#include "analysis/runs/point_stem.hpp"

namespace vqlab {

std::size_t write_fio_files(const Study& study, const PointRows& rows, RunFolder& folder) {
  std::map<std::uint32_t, std::size_t> positions;
  for (std::size_t i = 0; i < study.points.size(); ++i) positions.emplace(study.points.index(i), i);
  std::size_t files = 0;
  for (const PointRow& row : rows) {
    if (row.result.fio.empty()) continue;
    const PointSpec spec = study.points.spec(positions.at(row.point));
    const std::string name = std::string(kFioFolder) + "/" + point_stem(row);
    folder.write(name + ".json", fio_json(spec.testbed, row.seed, row.result.simulated_s, row.result.fio,
                                          spec.precision.results.output_format == "json+"));
    ++files;
    for (const auto& [end, text] : fio_logs(row.result.fio)) {
      folder.write(name + end, text);
      ++files;
    }
  }
  return files;
}

}  // namespace vqlab
