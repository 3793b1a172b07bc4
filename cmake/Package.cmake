# What `cmake --install` puts where, and the Debian package of it. share/vqlab is laid out as the source tree, and the
# program takes it for one (analysis/app/home.hpp).
include(GNUInstallDirs)
set(home ${CMAKE_INSTALL_DATADIR}/vqlab)

install(TARGETS vqlab)
install(DIRECTORY scenarios DESTINATION ${home})
file(GLOB_RECURSE scripts CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} analysis/*.py)
list(FILTER scripts EXCLUDE REGEX "^analysis/python/")
foreach(script ${scripts})
  get_filename_component(folder ${script} DIRECTORY)
  install(FILES ${script} DESTINATION ${home}/${folder})
endforeach()
# Pages: our scripts, and uPlot where `lab` has installed it, with its licence.
install(DIRECTORY analysis/page/web DESTINATION ${home}/analysis/page FILES_MATCHING PATTERN "*.js" PATTERN "*.css"
        PATTERN "package-lock.json" PATTERN "eslint.config.js" EXCLUDE)
file(GLOB schemas CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} analysis/*/answer_schema.json)
foreach(schema ${schemas})
  get_filename_component(folder ${schema} DIRECTORY)
  install(FILES ${schema} DESTINATION ${home}/${folder})
endforeach()
install(FILES analysis/explore/scenario.json DESTINATION ${home}/analysis/explore)
set(uplot build/page/node_modules/uplot)
install(DIRECTORY ${uplot} DESTINATION ${home}/build/page/node_modules OPTIONAL FILES_MATCHING PATTERN "package.json"
        PATTERN "LICENSE" PATTERN "uPlot.iife.min.js" PATTERN "uPlot.min.css")
# Where Debian's Python looks for modules that came as packages.
install(DIRECTORY analysis/python/vqlab DESTINATION lib/python3/dist-packages PATTERN "__pycache__" EXCLUDE)
install(DIRECTORY analysis/python/examples DESTINATION ${CMAKE_INSTALL_DOCDIR})
# What the file of a policy includes.
install(DIRECTORY models/base models/steering DESTINATION ${home}/models FILES_MATCHING PATTERN "*.hpp"
        PATTERN "policies" EXCLUDE)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR})

# Debian's form of a licence, which tools for SPDX read as well.
file(READ LICENSE license)
string(REGEX MATCH "Copyright \\(c\\) ([^\n]+)" holder "${license}")
set(holder "${CMAKE_MATCH_1}")
string(REGEX REPLACE "\n\n" "\n.\n" license "${license}")
string(REGEX REPLACE "\n(.)" "\n \\1" license "${license}")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/copyright @ONLY CONTENT
  "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: vqlab

Files: *
Copyright: @holder@
License: MIT
 @license@")
install(FILES ${CMAKE_BINARY_DIR}/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The program writes its own manual.
set(manual ${CMAKE_BINARY_DIR}/man1)
install(CODE "file(REMOVE_RECURSE \"${manual}\")")
install(CODE "execute_process(COMMAND \"$<TARGET_FILE:vqlab>\" man --all \"${manual}\" COMMAND_ERROR_IS_FATAL ANY)")
install(DIRECTORY ${manual} DESTINATION ${CMAKE_INSTALL_MANDIR})
install(FILES analysis/complete/shells/vqlab.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME vqlab)
install(FILES analysis/complete/shells/_vqlab DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES analysis/complete/shells/vqlab.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME vqlab)
set(CPACK_PACKAGE_CONTACT "the vqlab authors <vqlab@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "simulator of multiqueue virtio-scsi")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "How much bandwidth and latency a virtual machine gets from a virtio-scsi
controller with one request queue for each vCPU, and what decides it:
a lock, an interrupt, a copy, or the one thread that serves all queues.
Guest, rings, steering policies and host are simulated; a study is one
JSON file.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The program itself needs no Python: figures do, and files of policies need a compiler.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "python3, python3-matplotlib, python3-numpy, python3-pandas")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "g++, librandom123-dev, bash-completion, qemu-system-x86, fio")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
include(CPack)
