// SPDX-License-Identifier: Apache-2.0
// A recorder that does nothing with what it hears: for those that look at a part of it.
#pragma once

#include "core/seam/trace_sink.hpp"

namespace vtoll::core::test {

struct QuietSink : TraceSink {
    void marker(const isa::CpuState&, const isa::Op*, unsigned, Counts) override {}
    void switched(const isa::CpuState&, bool, Counts) override {}
    void block(const isa::CpuState&, const BlockKey&, std::span<const isa::Op>, Counts) override {}
    void access(const isa::CpuState&, const isa::Op*, const MemoryAccess&) override {}
    void system(const isa::CpuState&, const isa::Op*) override {}
    void interrupted(const isa::Op*, bool) override {}
    void exception(const isa::CpuState&, const isa::ExceptionTaken&) override {}
    void returned(const isa::CpuState&, isa::Mode) override {}
    void called(const isa::CpuState&, const isa::Op*, Call) override {}
    void slept(const isa::CpuState&, bool, u64) override {}
};

}  // namespace vtoll::core::test
