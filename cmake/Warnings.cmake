# Warnings are errors; link vqlab_warnings PRIVATE. Each compiler is spared what it gets wrong: g++ 12 sees overlaps and
# overflows that are not there where strings are joined (GCC bugs 105651 and 105329) and uninitialised storage in
# Eigen's matrices, and takes a source of a unity build for a header; clang 14 takes `co_await event.wait()` for a
# result thrown away.
add_library(vqlab_warnings INTERFACE)
target_compile_options(vqlab_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Werror
  "$<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-stringop-overflow;-Wno-maybe-uninitialized;-Wno-subobject-linkage>"
  "$<$<CXX_COMPILER_ID:Clang>:-Wno-unused-result>")
