# SPDX-License-Identifier: Apache-2.0
# How tests are added: each has the label TIER/FOLDER (docs/testing.md). One label, since gtest_discover_tests() loses others.

# vtoll_test(NAME [TIER tier] [TIMEOUT seconds] [ENVIRONMENT NAME=VALUE...] COMMAND WORD...)
# TIER: quick, full or nightly; by default that of the folder, the variable TIER.
function(vtoll_test name)
  cmake_parse_arguments(ARG "" "TIER;TIMEOUT" "ENVIRONMENT;COMMAND" ${ARGN})
  if(NOT ARG_TIER)
    set(ARG_TIER ${TIER})
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 600)
  endif()
  get_filename_component(folder ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  add_test(NAME ${name} COMMAND ${ARG_COMMAND})
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_TIER}/${folder} TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT "${ARG_ENVIRONMENT}")
endfunction()

# vtoll_pytest(NAME FILE [as vtoll_test, but for COMMAND])
function(vtoll_pytest name file)
  vtoll_test(${name} ${ARGN} COMMAND /usr/bin/python3 -B -m pytest -q -rs -p no:cacheprovider ${CMAKE_CURRENT_SOURCE_DIR}/${file})
endfunction()

# vtoll_gtest(TARGET [as gtest_discover_tests]): each TEST by itself.
function(vtoll_gtest target)
  get_filename_component(folder ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  gtest_discover_tests(${target} ${ARGN} PROPERTIES LABELS ${TIER}/${folder})
endfunction()
