// The jobs of a job file's sections: what fio would refuse in their lines, and what each job takes from global
// sections.
#pragma once

#include <vector>

#include "analysis/formats/imported_job.hpp"

namespace vqlab {

// The jobs in their order. `lines` gets all lines and what is wrong with them, and outlives the result.
[[nodiscard]] std::vector<ImportedJob> read_fio_sections(const std::vector<FioSection>& sections, ImportedLines& lines);

}  // namespace vqlab
