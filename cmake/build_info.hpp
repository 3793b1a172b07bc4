// What this program was built from and with. The definitions are generated at build time (BuildInfo.cmake).
#pragma once

#include <string_view>

namespace vqlab {

// The project's version, "1.0.0".
[[nodiscard]] std::string_view build_version();

// Git's, then "-dirty" if files were changed, "-unverified" if nothing could tell; "unknown" where there is no clone.
[[nodiscard]] std::string_view build_commit();

// SHA-256 of all C++ sources of the program, CMakeLists.txt, the compiler, its flags and SimGrid's version: programs in
// which it is the same give the same results.
[[nodiscard]] std::string_view build_program_sha256();

// SHA-256 of `sha256sum models/base/*.hpp models/steering/*.hpp` in the source tree, sorted by name: what the file of a
// policy is compiled against.
[[nodiscard]] std::string_view build_policy_headers_sha256();

// Where the compiler was, "/usr/bin/c++".
[[nodiscard]] std::string_view build_compiler_path();

// Compiler and its version, "GNU 12.2.0".
[[nodiscard]] std::string_view build_compiler();

// CMake's build type, "Release".
[[nodiscard]] std::string_view build_type();

// The version of SimGrid's headers that were compiled against, "3.32".
[[nodiscard]] std::string_view build_simgrid_version();

// The root of the source tree, where scenarios/ and analysis/ are.
[[nodiscard]] std::string_view build_source_dir();

}  // namespace vqlab
