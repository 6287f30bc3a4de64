// SPDX-License-Identifier: Apache-2.0
// What the port makes of each sensitive event.
#include <fmt/format.h>

#include "core/platform/memory_map.hpp"
#include "core/trace/para/para_replay.hpp"
#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::core::trace {

using isa::Privilege;
using Event = ParaReplay::Event;

void ParaReplay::system_register(const Record& r) {
    const isa::SysReg* reg = isa::named_sysreg(*op(r));
    if (!reg) return;
    const isa::SysRegKey& k = reg->key;
    const auto value = static_cast<u32>(r.value);
    if (reg->field) native_.sys.*reg->field = (value & static_cast<u32>(reg->writable)) | static_cast<u32>(reg->ones);
    else if (reg->field64) native_.sys.*reg->field64 = r.value;
    if (k.coproc != 15) return;
    if (!k.wide && k.crn == 7 && ((k.crm == 5 && k.opc2 == 4) || (k.crm == 10 && k.opc2 >= 4))) return;  // barriers
    if (!k.wide && (k.crn == 1 || k.crn == 2)) pages_.clear();
    if (k.crn == 2 && k.crm == 0 && k.opc2 == 0) {
        space_switch(value);
    } else if (!k.wide && k.crn == 8) {
        flush();
        if (port_.tlb == Action::hypercall) call(Event::tlb, para::call_null);
    } else if (!k.wide && k.crn == 7) {
        cache(k, value);
    } else if (!k.wide && k.crn == 13 && k.opc2 == 3) {
        thread_register_ = value;
        if (port_.thread_register == Action::hypercall) set_thread_register();
    } else if (k.wide ? k.crm == 14 : k.crn == 14) {
        const bool deadline = k.wide || (k.crm >= 2 && k.opc2 == 0);
        if (deadline && port_.timer == Action::hypercall) call(Event::timer, para::call_timer, ~u32{0}, ~u32{0});
    } else if (port_.system_register == Action::hypercall) {
        call(Event::system_register, para::call_null);
    }
}

void ParaReplay::set_thread_register() {
    call(Event::system_register, para::call_set_tls, thread_register_);
    thread_register_set_ = thread_register_;
}

void ParaReplay::cache(const isa::SysRegKey& k, u32 operand) {
    if (port_.cache == Action::nothing) return;
    constexpr u32 line = 64;
    const mmu::Walk w = native_.walk(operand, Privilege::pl1, mmu::AccessType::read);
    const bool one_line = k.opc2 == 1 && w.mapped && w.pa - memory_map::ram_base < para::guest_ram;
    if (!one_line) {
        const bool instructions = (k.crm == 1 || k.crm == 5) && k.opc2 == 0;  // ICIALLUIS, ICIALLU
        call(Event::cache, instructions ? para::call_cache_sync : para::call_null);
        return;
    }
    const u32 at = static_cast<u32>(w.pa) & ~(line - 1);
    if (port_.cache == Action::hypercall) {
        call(Event::cache, para::call_cache_sync, at, line);
        return;
    }
    if (cache_to_ == cache_from_) cache_from_ = at, cache_to_ = at + line;
    else if (at == cache_to_) cache_to_ += line;
    else if (at < cache_from_ || at >= cache_to_) {
        call(Event::cache, para::call_cache_sync, cache_from_, cache_to_ - cache_from_);
        cache_from_ = at, cache_to_ = at + line;
    }
}

void ParaReplay::status(const Record& r) {
    const bool masked = r.value & isa::psr::I;
    if (masked == masked_) return;
    masked_ = masked;
    if (port_.interrupt_mask == Action::store) store_shared(op(r), para::masked, masked);
    else if (port_.interrupt_mask == Action::hypercall) call(Event::mask, para::call_null);
}

void ParaReplay::exception(const Record& r) {
    using enum isa::ExceptionKind;
    const isa::ExceptionTaken& native = r.exception;
    const bool user = native.from == isa::Mode::usr;
    const u32 at = user ? home(native.preferred_return) : entry_at_;
    leave(at);
    masked_ = true;
    Entry e;
    e.by_exception = true;
    e.exception = native;
    e.exception.preferred_return = at;
    e.fault = fault_;
    if (e.fault.kind == isa::FaultKind::none) e.fault.kind = isa::FaultKind::translation;
    switch (native.kind) {
    case svc: e.event = Event::system_call; break;
    case irq:
    case fiq: e.event = Event::interrupt; break;
    case prefetch_abort:
        e.event = Event::fault;
        e.fault.kind = isa::FaultKind::translation;
        e.fault.level = 2;
        e.fault.va = at;
        break;
    default: e.event = Event::fault; break;
    }
    if (!user && native.kind == svc)
        reader_.fail(fmt::format("chunk {}: the kernel's own SVC has no hypercall", reader_.chunk()));
    entries_.push_back(e);
}

void ParaReplay::back(const Record& r) {
    const auto psr = static_cast<u32>(r.value);
    const bool to_user = static_cast<isa::Mode>(psr & isa::psr::M) == isa::Mode::usr;
    masked_ = psr & isa::psr::I;
    if (to_user) {
        flush();
        if (thread_register_ != thread_register_set_) set_thread_register();
        shared(para::user_pc) = home(r.va);
        shared(para::user_psr) = psr;
        call(Event::return_user, para::call_return_user);
    } else if (r.from == isa::Mode::svc || r.from == isa::Mode::sys) {
        // From another mode it would be the way out of that mode's vector: no business of a microvisor's guest.
        shared(para::kernel_frame_pc) = entry_at_;
        shared(para::kernel_frame_psr) = static_cast<u32>(isa::Mode::usr) | (psr & isa::psr::I);
        call(Event::return_kernel, para::call_return_kernel);
    }
}

}  // namespace vtoll::core::trace
