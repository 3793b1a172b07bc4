# Warnings are errors; link vqlab_warnings PRIVATE. -Wrestrict is off: g++ 12 sees overlaps in "a" + std::string that
# are not there (GCC bug 105651).
add_library(vqlab_warnings INTERFACE)
target_compile_options(vqlab_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor
                       -Werror $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
