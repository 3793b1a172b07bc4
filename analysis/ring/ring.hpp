// What the verb `ring` can do, one file each.
#pragma once

#include <CLI/CLI.hpp>

namespace vqlab {

// Each adds its verb to `ring`; where it is called, its result goes to `code`, which must outlive `ring`.
void add_ring_replay(CLI::App& ring, int& code);
void add_ring_qemu(CLI::App& ring, int& code);

}  // namespace vqlab
