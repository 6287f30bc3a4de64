# SPDX-License-Identifier: Apache-2.0
# Programs that run inside the machine, built by the bare-metal cross compiler beside the host's own build.
# Outputs go to ${CMAKE_BINARY_DIR}/guest. The same sources and compiler give the same bytes wherever the tree lies.
include_guard(DIRECTORY)

find_program(GUEST_CC arm-none-eabi-gcc REQUIRED)
find_program(GUEST_OBJCOPY arm-none-eabi-objcopy REQUIRED)

set(GUEST_DIR ${CMAKE_BINARY_DIR}/guest)
set(GUEST_ROOT ${CMAKE_CURRENT_LIST_DIR}/..)
get_filename_component(GUEST_ROOT ${GUEST_ROOT} ABSOLUTE)
file(MAKE_DIRECTORY ${GUEST_DIR})

set(GUEST_FLAGS
    -march=armv7ve -marm -mfloat-abi=soft -mgeneral-regs-only -mno-unaligned-access
    -ffreestanding -std=gnu11 -O2 -g -fno-common -fno-strict-aliasing -fno-tree-loop-distribute-patterns
    -ffunction-sections -fdata-sections
    -Wall -Wextra -Werror -Wmissing-prototypes -Wno-override-init
    -ffile-prefix-map=${GUEST_ROOT}=. -Wa,--debug-prefix-map=${GUEST_ROOT}=.
    -I${GUEST_ROOT}/hypervisor-model/lib)
set(GUEST_LINK_FLAGS -nostdlib -Wl,--gc-sections -Wl,--build-id=none -Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments)

if(NOT TARGET guests)
    add_custom_target(guests)
endif()

# guest_objects(OUT directory FLAGS ... SOURCES ...): compile each source, list the objects in OUT. The compiler and
# the assembler run in the tree's root and write every path relative to it.
function(guest_objects out directory)
    cmake_parse_arguments(ARG "" "" "FLAGS;SOURCES;DEPENDS" ${ARGN})
    set(objects)
    file(MAKE_DIRECTORY ${GUEST_DIR}/obj/${directory})
    foreach(source ${ARG_SOURCES})
        get_filename_component(source ${source} ABSOLUTE)
        get_filename_component(name ${source} NAME)
        set(object ${GUEST_DIR}/obj/${directory}/${name}.o)
        add_custom_command(
            OUTPUT ${object}
            COMMAND ${GUEST_CC} ${GUEST_FLAGS} ${ARG_FLAGS} -MMD -MF ${object}.d -MT ${object} -c ${source} -o ${object}
            WORKING_DIRECTORY ${GUEST_ROOT}
            DEPENDS ${source} ${ARG_DEPENDS}
            DEPFILE ${object}.d
            COMMENT "guest ${directory}/${name}"
            VERBATIM)
        list(APPEND objects ${object})
    endforeach()
    set(${out} ${objects} PARENT_SCOPE)
endfunction()

# guest_elf(name SCRIPT file OBJECTS ...): link guest/<name>.elf and add it to the target `guests`.
function(guest_elf name)
    cmake_parse_arguments(ARG "" "SCRIPT" "OBJECTS" ${ARGN})
    get_filename_component(script ${ARG_SCRIPT} ABSOLUTE)
    set(elf ${GUEST_DIR}/${name}.elf)
    add_custom_command(
        OUTPUT ${elf}
        COMMAND ${GUEST_CC} -march=armv7ve -marm ${GUEST_LINK_FLAGS} -T ${script} -o ${elf} ${ARG_OBJECTS}
        DEPENDS ${ARG_OBJECTS} ${script}
        COMMENT "guest ${name}.elf"
        VERBATIM)
    string(REPLACE "/" "-" target guest-${name})
    add_custom_target(${target} DEPENDS ${elf})
    add_dependencies(guests ${target})
endfunction()

# guest_binary(output elf): the loadable bytes of an ELF file.
function(guest_binary output elf)
    add_custom_command(
        OUTPUT ${GUEST_DIR}/${output}
        COMMAND ${GUEST_OBJCOPY} -O binary ${GUEST_DIR}/${elf} ${GUEST_DIR}/${output}
        DEPENDS ${GUEST_DIR}/${elf}
        COMMENT "guest ${output}"
        VERBATIM)
endfunction()
