# Compiles into vqlab_analysis what build_info.hpp declares. The commit is looked up and the sources are hashed at every
# build, for a commit changes without any file of the build changing; nothing is compiled again unless they differ.
string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
set(build_info_cpp ${CMAKE_BINARY_DIR}/build_info.cpp)
add_custom_target(vqlab_build_info
  COMMAND ${CMAKE_COMMAND}
    "-DSOURCE_DIR=${CMAKE_SOURCE_DIR}"
    "-DOUTPUT=${build_info_cpp}"
    "-DVQLAB_VERSION=${PROJECT_VERSION}"
    "-DVQLAB_COMPILER_PATH=${CMAKE_CXX_COMPILER}"
    "-DVQLAB_COMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
    "-DFLAGS=${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${build_type}} ${CMAKE_SYSTEM_PROCESSOR}"
    "-DVQLAB_BUILD_TYPE=${CMAKE_BUILD_TYPE}"
    "-DVQLAB_SIMGRID_VERSION=${SimGrid_VERSION}"
    -P "${CMAKE_SOURCE_DIR}/cmake/write_build_info.cmake"
  BYPRODUCTS ${build_info_cpp}
  COMMENT "Noting the commit and the sources"
  VERBATIM)
target_sources(vqlab_analysis PRIVATE ${build_info_cpp})
set_source_files_properties(${build_info_cpp} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON SKIP_PRECOMPILE_HEADERS ON)
foreach(library vqlab_analysis vqlab_command_line)
  target_include_directories(${library} PUBLIC ${CMAKE_SOURCE_DIR}/cmake)
endforeach()
add_dependencies(vqlab_analysis vqlab_build_info)
