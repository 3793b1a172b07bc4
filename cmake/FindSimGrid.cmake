# Debian ships SimGrid with a pkg-config file alone.
find_package(PkgConfig REQUIRED)
pkg_check_modules(SimGrid QUIET IMPORTED_TARGET GLOBAL simgrid)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SimGrid REQUIRED_VARS SimGrid_LINK_LIBRARIES VERSION_VAR SimGrid_VERSION)
if(SimGrid_FOUND AND NOT TARGET SimGrid::SimGrid)
  add_library(SimGrid::SimGrid ALIAS PkgConfig::SimGrid)
endif()
