# Run at build time with cmake -P: fills in build_info.cpp.in, and leaves the file alone if nothing has changed.
set(VQLAB_COMMIT "unknown")
find_program(GIT git)
if(GIT AND EXISTS "${SOURCE_DIR}/.git")
  # The folder may belong to someone else (a container, sudo): reading is fine. Writing the index is not ours to do.
  set(git ${CMAKE_COMMAND} -E env GIT_OPTIONAL_LOCKS=0 ${GIT} -c "safe.directory=*" -C ${SOURCE_DIR})
  execute_process(COMMAND ${git} rev-parse HEAD RESULT_VARIABLE failed OUTPUT_VARIABLE commit ERROR_QUIET
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT failed)
    set(VQLAB_COMMIT "${commit}")
    execute_process(COMMAND ${git} status --porcelain --untracked-files=no
                    RESULT_VARIABLE failed OUTPUT_VARIABLE changes ERROR_QUIET)
    # Sources are found by their names, so one that git does not know is in the program all the same.
    execute_process(COMMAND ${git} ls-files --others --exclude-standard -- models/*.[ch]pp sim/*.[ch]pp
                    analysis/*.[ch]pp OUTPUT_VARIABLE new_sources ERROR_QUIET)
    if(failed)
      string(APPEND VQLAB_COMMIT "-unverified")
    elseif(changes OR new_sources)
      string(APPEND VQLAB_COMMIT "-dirty")
    endif()
  endif()
elseif(EXISTS "${SOURCE_DIR}/.git/HEAD")
  # A clone on a machine without git, which alone can tell whether files were changed.
  file(READ "${SOURCE_DIR}/.git/HEAD" head)
  string(STRIP "${head}" head)
  if(head MATCHES "^ref: (.+)$" AND EXISTS "${SOURCE_DIR}/.git/${CMAKE_MATCH_1}")
    file(READ "${SOURCE_DIR}/.git/${CMAKE_MATCH_1}" head)
    string(STRIP "${head}" head)
  endif()
  if(head MATCHES "^[0-9a-f]+$")
    set(VQLAB_COMMIT "${head}-unverified")
  endif()
endif()
# Every source, not only those that decide results: a file too many costs a run that begins anew, a file too few puts
# numbers of two programs into one table.
file(GLOB_RECURSE sources RELATIVE "${SOURCE_DIR}" LIST_DIRECTORIES false
  "${SOURCE_DIR}/models/*.[ch]pp" "${SOURCE_DIR}/sim/*.[ch]pp" "${SOURCE_DIR}/analysis/*.[ch]pp")
list(SORT sources)
set(all "${VQLAB_COMPILER}\n${FLAGS}\n${VQLAB_BUILD_TYPE}\nSimGrid ${VQLAB_SIMGRID_VERSION}\n")
foreach(source CMakeLists.txt ${sources})
  file(SHA256 "${SOURCE_DIR}/${source}" hash)
  string(APPEND all "${hash}  ${source}\n")
endforeach()
string(SHA256 VQLAB_PROGRAM_SHA256 "${all}")
# What the file of a policy sees of the program: one that is compiled later has to see the same.
file(GLOB policy_headers RELATIVE "${SOURCE_DIR}"
  "${SOURCE_DIR}/models/base/*.hpp" "${SOURCE_DIR}/models/steering/*.hpp")
list(SORT policy_headers)
set(all "")
foreach(header ${policy_headers})
  file(SHA256 "${SOURCE_DIR}/${header}" hash)
  string(APPEND all "${hash}  ${header}\n")
endforeach()
string(SHA256 VQLAB_POLICY_HEADERS_SHA256 "${all}")
configure_file("${SOURCE_DIR}/cmake/build_info.cpp.in" "${OUTPUT}" @ONLY)
