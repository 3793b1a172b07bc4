// Version of the result files' layout.
#pragma once

namespace vqlab {

// Grows when a column or key is renamed, removed or given another unit or meaning; new ones do not count.
inline constexpr int kResultSchemaVersion = 1;

}  // namespace vqlab
