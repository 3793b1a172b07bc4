# Warnings are errors; link vqlab_warnings PRIVATE.
add_library(vqlab_warnings INTERFACE)
target_compile_options(vqlab_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor
                       -Werror)
