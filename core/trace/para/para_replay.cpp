// SPDX-License-Identifier: Apache-2.0
#include "core/trace/para/para_replay.hpp"

#include <fmt/format.h>

#include "core/platform/memory_map.hpp"
#include "core/trace/para/para_numbers.hpp"
#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::core::trace {

using isa::Op;
using isa::Privilege;
using Event = ParaReplay::Event;

namespace {

/// Prices of the kernel's privileged instructions are those of what takes their place.
void adapt(isa::Decoding& op, bool current_in_register) {
    using enum isa::CostClass;
    static const isa::SysReg* const tpidruro = isa::find_sysreg(isa::cp15(13, 0, 0, 3));
    const bool reads_it = op.cls == sysreg_read && op.properties.sysreg == tpidruro;
    if (current_in_register && reads_it) return;  // User mode may read it
    if (op.cls != barrier) op.properties.system = isa::SystemCost::none;
    switch (op.cls) {
    case psr:
    case psr_banked:
    case sysreg_write:
    case tlb_op:
    case cache_op:
    case eret:
    case undefined: op.cls = alu; break;
    case sysreg_read: op.cls = load; break;  // from the shared page
    case srs: op.cls = store; break;
    case wait: op.cls = nop; break;
    default: break;
    }
}

}  // namespace

void ParaReplay::attach(Simulation& run) {
    run_ = &run;
    driver_ = std::make_unique<Driver>(run.cpu(0));
    code_ = std::make_unique<CodeStore>(*driver_);
    adapt_ = [in_register = port_.thread_register == Action::hypercall](isa::Decoding& op) { adapt(op, in_register); };
    const auto symbol = [&](const char* name) {
        for (const LoadedSymbols& loaded : run.symbols())
            if (const Symbol* found = loaded.symbols.named(name)) return found->address;
        throw InputError(run.scenario().name + ": no symbol '" + name + "'; expected the guest of a replayed trace");
    };
    call_at_ = symbol("port_call");
    entry_at_ = symbol("port_entry");
    list_at_ = symbol("port_list");
    run.cpu(0).set_stand_in(this);
    run.cpu(0).add_stop(symbol("port_ready"));
}

void ParaReplay::finish(Simulation&) {
    if (error_) std::rethrow_exception(error_);
    if (!ready_) throw InputError(run_->scenario().name + ": the microvisor did not start the guest of the trace");
    if (!over_) throw InputError(run_->scenario().name + ": the run ended before the trace");
}

void ParaReplay::reached(const isa::CpuState&) {
    Processor& cpu = driver_->cpu();
    shared_pa_ = cpu.walk(para::shared_page, Privilege::pl0, mmu::AccessType::read).pa;
    native_.ram_begin = memory_map::ram_base;
    native_.ram_end = memory_map::ram_base + para::guest_ram;
    list_pa_ = cpu.walk(list_at_, Privilege::pl0, mmu::AccessType::read).pa;
    began_ = cpu.counts();
    ready_ = true;
}

void ParaReplay::play() {
    try {
        play_on();
    } catch (const InputError&) {
        error_ = std::current_exception();
        driver_->cpu().stop();
    }
}

void ParaReplay::play_on() {
    while (driver_->time_left() && !error_ && !over_) {
        if (!entries_.empty()) {
            const Entry e = std::move(entries_.front());
            entries_.pop_front();
            enter(e);
            return;
        }
        if (!held_ && (!reader_.next(record_) || (is_system_call(record_) && meter_.over_at_call()))) {
            over_ = true;
            driver_->cpu().stop();
            return;
        }
        held_ = !apply(record_);
    }
}

// --- records

void ParaReplay::leave(u32 to) {
    if (!left_) {
        driver_->run_to(*block_, block_->insns());
        driver_->branch(*block_, to);
    }
    left_ = true;
}

bool ParaReplay::begin_block(const Code& code) {
    const bool user = code.key.privilege() == Privilege::pl0;
    if (!present(code.key.va)) return false;
    const u32 va = here(code.key.va, code.key.pa);
    if (user && !in_user_) {  // the trace begins there
        shared(para::user_pc) = va;
        shared(para::user_psr) = static_cast<u32>(isa::Mode::usr);
        call(Event::return_user, para::call_return_user);
        return false;
    }
    if (!user && in_user_) ++disagreements_;
    leave(va);
    const Driver::Translated t = driver_->fetch(va, code.key.thumb());
    if (!t.ok) ++disagreements_;
    running_ = code;
    running_.key = {t.ok ? t.pa : code.key.pa, va, code.key.context & ((1u << BlockKey::privilege_shift) - 1)};
    block_ = user ? code_->find(running_) : code_->find(running_, adapt_);
    if (!block_ || block_->insns() != code.insns)
        reader_.fail(fmt::format("chunk {}: the block at {:#x} is not the {} instructions that it says",
                                 reader_.chunk(), code.key.va, code.insns));
    driver_->begin(*block_);
    left_ = false;
    return true;
}

bool ParaReplay::access(const Record& r) {
    MemoryAccess a = r.access;
    const bool faulted = a.kind == MemoryAccess::Kind::fault;
    if (a.kind == MemoryAccess::Kind::device) {
        if (port_.device == Action::hypercall) call(Event::device, para::call_null);
        return true;
    }
    if (a.is_hint() && !user_page(a.va).present) return true;  // nobody is asked to make it so
    const bool ready = present(a.va);
    if (ready == wound_back_) {  // what the block has not done yet is no part of the time before an entry
        if (ready) driver_->go_on(op(r));
        else driver_->unwind(op(r), false);
        wound_back_ = !ready;
    }
    if (!ready) return false;
    a.va = here(a.va, a.pa);
    const Driver::Translated t = driver_->access(op(r), a);
    if (t.ok == faulted) ++disagreements_;
    fault_ = t.fault;
    if (faulted && t.ok) {
        fault_.kind = isa::FaultKind::translation;
        fault_.level = 2;
        fault_.va = a.va;
    }
    fault_.write = a.write;
    if (r.has_value && a.size == 4) {
        native_.set(a.pa, a.value);
        descriptor(a.pa);
    }
    return true;
}

bool ParaReplay::apply(const Record& r) {
    const bool in_block = r.kind == Kind::access || r.kind == Kind::register_ || r.kind == Kind::psr ||
                          r.kind == Kind::interrupted || r.kind == Kind::called;
    if (in_block && left_) reader_.fail(fmt::format("chunk {}: a record of a block that is over", reader_.chunk()));
    if (in_block) driver_->run_to(*block_, r.index);
    switch (r.kind) {
    case Kind::code: break;
    case Kind::block: return begin_block(*r.code);
    case Kind::access: return access(r);
    case Kind::register_: system_register(r); break;
    case Kind::psr: status(r); break;
    case Kind::interrupted:
        driver_->unwind(op(r), r.completed);
        left_ = true;
        break;
    case Kind::exception: exception(r); break;
    case Kind::returned:
        back(r);
        left_ = true;
        break;
    case Kind::called: break;
    case Kind::slept:
        driver_->sleep(r.value);
        if (port_.idle == Action::hypercall) call(Event::idle, para::call_yield);
        break;
    case Kind::marker: {
        const bool inside = r.index != no_index && !left_;
        markers_.push_back({static_cast<unsigned>(r.value), r.at,
                            driver_->marker(inside ? op(r) : nullptr, static_cast<unsigned>(r.value))});
        break;
    }
    case Kind::table:
        if (r.size == 8) reader_.fail("long descriptors; the microvisor's guests have short ones");
        native_.set(r.pa, static_cast<u32>(r.value));
        descriptor(r.pa);
        break;
    case Kind::state:
        if (r.va == state_of::cpsr) masked_ = r.value & isa::psr::I;
        else
            for (const isa::SysReg& reg : isa::sysregs())
                if (reg.key.number() == r.va) {
                    if (reg.field) native_.sys.*reg.field = static_cast<u32>(r.value);
                    else if (reg.field64) native_.sys.*reg.field64 = r.value;
                }
        current_ = static_cast<u32>(native_.sys.ttbr0);
        break;
    }
    return true;
}

}  // namespace vtoll::core::trace
