# SPDX-License-Identifier: Apache-2.0
# Run at every build: writes OUTPUT, when it changes, with the version and the commit of the source tree SOURCE.
find_package(Git QUIET)
set(commit "unknown")
if(GIT_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} -C ${SOURCE} describe --always --dirty --tags --abbrev=12
    OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(commit "${described}")
  endif()
endif()
set(text "// SPDX-License-Identifier: Apache-2.0
#include \"core/scenario/manifest.hpp\"
namespace vtoll::core {
const char* tool_version() { return \"${VERSION}\"; }
const char* tool_commit() { return \"${commit}\"; }
}  // namespace vtoll::core
")
set(old "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} old)
endif()
if(NOT old STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
