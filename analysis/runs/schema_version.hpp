// Version of the result files' layout.
#pragma once

namespace vqlab {

// Grows when a column or key is renamed, removed or given another unit or meaning; new ones do not count.
//
// 2: the stage copy is five stages, the resource storage is four; before, resources.csv had no gain_percent.
inline constexpr int kResultSchemaVersion = 2;

}  // namespace vqlab
