# SPDX-License-Identifier: Apache-2.0
# A translator that names a field which its row lacks does not compile, and the compiler says why.
foreach(where "" -DIN_A_HELPER)
  foreach(letter d i n S)
    execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only -I${ROOT} -DLETTER='${letter}' ${where}
                            ${ROOT}/tests/unit/isa/field_letters.cpp
                    RESULT_VARIABLE failed ERROR_VARIABLE said)
    if(letter MATCHES "^[di]$")
      if(failed)
        message(FATAL_ERROR "MOVW has the field ${letter}, but this does not compile:\n${said}")
      endif()
    elseif(NOT failed)
      message(FATAL_ERROR "MOVW has no field ${letter}, but a translator that names it compiles")
    elseif(NOT said MATCHES "the row's bit string has no field of this letter")
      message(FATAL_ERROR "field ${letter}: the compiler does not say that the row lacks it:\n${said}")
    endif()
  endforeach()
endforeach()
