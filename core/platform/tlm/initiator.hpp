// SPDX-License-Identifier: Apache-2.0
// Who makes a transaction: the GIC's banked registers need to know.
#pragma once

#include <systemc>
#include <tlm>

#include "isa/types.hpp"

namespace vtoll::core {

struct InitiatorExtension : tlm::tlm_extension<InitiatorExtension> {
    unsigned cpu = 0;

    tlm::tlm_extension_base* clone() const override { return new InitiatorExtension(*this); }
    void copy_from(const tlm::tlm_extension_base& other) override {
        cpu = static_cast<const InitiatorExtension&>(other).cpu;
    }
    static unsigned cpu_of(const tlm::tlm_generic_payload& payload) {
        const InitiatorExtension* self = nullptr;
        payload.get_extension(self);
        return self ? self->cpu : 0;
    }
};

}  // namespace vtoll::core
