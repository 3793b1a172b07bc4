// What a process may have inherited that would spoil its files.
#pragma once

namespace vqlab {

// Descriptors 0 to 2 that are closed are opened on /dev/null: a file opened later would become standard output, and
// have a table written into it. A write beyond the limit on the size of files fails like one to a full disk, and kills
// nobody. To be called first.
void settle_descriptors();

}  // namespace vqlab
