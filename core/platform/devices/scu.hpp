// SPDX-License-Identifier: Apache-2.0
// Snoop control unit of a cluster of Cortex-A9s (ARM DDI 0407 chapter 2). Software looks there for how many processors
// there are; the model keeps caches coherent with or without it, and filters and refuses nothing.
#pragma once

#include "core/platform/register_bank.hpp"

namespace vtoll::core {

class Scu {
public:
    explicit Scu(unsigned cpus);

    static const RegisterBank<Scu>& registers();

    template <class Ar>
    void serialize(Ar& ar) {
        ar(control_, power_, filter_start_, filter_end_, access_, non_secure_access_);
    }

private:
    u32 configuration() { return configuration_; }
    void invalidate(u32) {}

    const u32 configuration_;
    u32 control_, power_, filter_start_, filter_end_, access_, non_secure_access_;  // as registers() resets them
};

}  // namespace vtoll::core
