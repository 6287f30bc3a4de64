// SPDX-License-Identifier: Apache-2.0
// What a para-virtualized kernel does in place of each kind of sensitive instruction: data, from a file.
#pragma once

#include <string>

#include "core/base/input_file.hpp"
#include "isa/types.hpp"

namespace vtoll::core::trace {

/// In place of one event.
enum class Action : u8 {
    nothing,    ///< the instruction is gone
    store,      ///< a store to the shared page
    hypercall,  ///< at once
    batch,      ///< collected: one hypercall before anyone could notice
    lazy,       ///< not before it is needed: a page used, a user's register seen by the user
};

struct Port {
    std::string name, description;
    Action interrupt_mask, space_switch, table_write, tlb, cache, system_register, thread_register, device, timer, idle;
};

/// Throws InputError: file, key, what was expected.
Port parse_port(const InputFile& file);

}  // namespace vtoll::core::trace
