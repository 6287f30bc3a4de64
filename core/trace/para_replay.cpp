// SPDX-License-Identifier: Apache-2.0
#include "core/trace/para_replay.hpp"

#include <fmt/format.h>

#include <cstring>

#include "core/platform/memory_map.hpp"
#include "core/trace/para_numbers.hpp"
#include "isa/exec/exception_entry.hpp"
#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::core::trace {

using isa::Op;
using isa::Privilege;
using Event = ParaReplay::Event;

namespace {

constexpr u32 user_mask = para::user_end - 1;
constexpr unsigned virtual_timer_ppi = 11;

/// Prices of the kernel's privileged instructions are those of what takes their place.
void adapt(Op& op) {
    using enum isa::CostClass;
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

const char* ParaReplay::event_name(Event event) {
    static constexpr std::array<const char*, event_count> names{"system call",
                                                                "fault",
                                                                "interrupt",
                                                                "return to user",
                                                                "return to kernel",
                                                                "interrupt mask",
                                                                "space created",
                                                                "space switch",
                                                                "map",
                                                                "unmap",
                                                                "TLB maintenance",
                                                                "cache maintenance",
                                                                "system register",
                                                                "device",
                                                                "timer",
                                                                "idle"};
    return names[static_cast<std::size_t>(event)];
}

void ParaReplay::attach(Simulation& run) {
    run_ = &run;
    driver_ = std::make_unique<Driver>(run.cpu(0));
    code_ = std::make_unique<CodeStore>(*driver_);
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
    Cpu& cpu = driver_->cpu();
    shared_pa_ = cpu.walk(para::shared_page, Privilege::pl0, mmu::AccessType::read).pa;
    native_.ram_begin = memory_map::ram_base;
    native_.ram_end = memory_map::ram_base + para::guest_ram;
    list_pa_ = cpu.walk(list_at_, Privilege::pl0, mmu::AccessType::read).pa;
    began_ = cpu.counts();
    ready_ = true;
}

/// The microvisor has returned to its guest: the entry is over.
bool ParaReplay::returned(const isa::CpuState& s) {
    if (!entered_) return false;
    const Counts now = driver_->cpu().counts();
    EventCost& cost = costs_[static_cast<std::size_t>(entered_by_.event)];
    ++cost.times;
    cost.insns += now.insns - entered_at_.insns;
    cost.ticks += now.ticks - entered_at_.ticks;
    if (entered_by_.event == Event::interrupt) run_->machine().gic().set_ppi(0, virtual_timer_ppi, false);
    const bool has_result = !entered_by_.by_exception && entered_by_.event != Event::return_user &&
                            entered_by_.event != Event::return_kernel;
    const auto result = static_cast<s32>(s.r[0]);
    if (has_result && result < 0) {
        ++refused_;
        for (const MapEntry& m : entered_by_.list)
            for (u32 page = 0; page < m.pages; ++page)
                spaces_[entered_by_.space_of].pages.erase(m.va + (page << 12));
        checked_.clear();
    } else if (entered_by_.event == Event::space_create) {
        spaces_[entered_by_.space_of].number = s.r[0];
    }
    in_user_ = entered_by_.event == Event::return_user;
    entered_ = false;
    return true;
}

void ParaReplay::enter(const Entry& e) {
    isa::CpuState& s = driver_->state();
    entered_by_ = e;
    entered_at_ = driver_->cpu().counts();
    entered_ = true;
    s.itstate = 0;
    if (e.by_exception) {
        if (e.event == Event::interrupt) {
            shared(para::masked) = 0;
            run_->machine().gic().set_ppi(0, virtual_timer_ppi, true);
        }
        driver_->exception(e.exception, &e.fault);
    } else {
        s.thumb = false;
        s.r[15] = call_at_;
        for (unsigned i = 0; i < 3; ++i) s.r[i] = e.args[i];
        s.r[12] = e.hypercall;
        if (e.event == Event::space_switch || e.event == Event::map || e.event == Event::unmap)
            s.r[0] = spaces_[e.space_of].number;
        if (!e.list.empty()) {
            std::memcpy(run_->machine().ram().at(list_pa_), e.list.data(), e.list.size() * sizeof(MapEntry));
            s.r[1] = list_at_;
            s.r[2] = static_cast<u32>(e.list.size());
        }
    }
    driver_->let_go();
}

void ParaReplay::call(Event event, u32 number, u32 a, u32 b, u32 c) {
    Entry e;
    e.event = event;
    e.hypercall = number;
    e.args = {a, b, c};
    entries_.push_back(std::move(e));
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
        if (!held_ && !reader_.next(record_)) {
            over_ = true;
            driver_->cpu().stop();
            return;
        }
        held_ = !apply(record_);
    }
}

u32& ParaReplay::shared(u32 offset) { return *reinterpret_cast<u32*>(run_->machine().ram().at(shared_pa_ + offset)); }

void ParaReplay::store_shared(const Op* op, u32 offset, u32 value) {
    driver_->access(op, {MemoryAccess::Kind::memory, true, 4, para::shared_page + offset, 0, value});
    shared(offset) = value;
}

// --- where things are

bool ParaReplay::is_user(u32 va) { return native_.user_page(va) != 0; }

/// Where the guest of the microvisor has what the recorded one had at `va`.
u32 ParaReplay::here(u32 va, u64 pa, Privilege pl) {
    if (is_user(va)) return va & user_mask;
    const Ram& ram = run_->machine().ram();
    if (pa >= ram.base() && pa < ram.base() + para::guest_ram) return static_cast<u32>(pa);
    if (pa)
        reader_.fail(fmt::format("chunk {}: memory at {:#x}; the guest of a replay has {} MiB from {:#x} on",
                                 reader_.chunk(), pa, para::guest_ram >> 20, ram.base()));
    return pl == Privilege::pl0 && va >= para::user_end ? va : va & user_mask;  // a fault, here as there
}

/// The microvisor has the user's page, as the recorded machine had it.
bool ParaReplay::present(u32 va) {
    const u64 key = u64(current_) << 32 | (va & ~u32{0xfff});
    if (checked_.contains(key)) return true;
    const u32 page = va & ~u32{0xfff}, gpa = native_.user_page(va);
    Space& space = spaces_[current_];
    if (gpa && !space.number) {
        space_switch(current_);
        return false;
    }
    const auto known = space.pages.find(page & user_mask);
    const u32 old = known == space.pages.end() ? 0 : known->second;
    if (old == gpa || (!gpa && va >= para::user_end)) {
        checked_.insert(key);
        return true;
    }
    if (!batch_.empty()) {
        flush();
        return false;
    }
    // Only the guest kernel has hypercalls: from its user the way there is a fault.
    const bool fault = in_user_ || (gpa && port_.table_write == Action::lazy);
    const bool from_user = in_user_;
    if (fault) {
        Entry e;
        e.event = Event::fault;
        e.by_exception = true;
        e.exception = {isa::ExceptionKind::data_abort, isa::Mode::usr, isa::Mode::abt, 0, 0x10, entry_at_};
        e.fault.kind = isa::FaultKind::translation;
        e.fault.level = 2;
        e.fault.va = va & user_mask;
        entries_.push_back(e);
    }
    batch_.push_back({current_, page, gpa});
    flush();
    if (fault && from_user) call(Event::return_user, para::call_return_user);
    else if (fault) call(Event::return_kernel, para::call_return_kernel);
    return false;
}

// --- changes of tables

void ParaReplay::descriptor(u64 pa) {
    checked_.clear();
    NativeTables::Owner o;
    if (!native_.owner(pa, o)) return;
    const u64 table = native_.sys.ttbr0;
    native_.sys.ttbr0 = o.table;
    const bool linked = native_.leads_to(o.va, pa);
    const u32 gpa = native_.user_page(o.va);
    native_.sys.ttbr0 = table;
    if (!linked) return;  // the memory was a table once
    const auto it = spaces_.find(o.table);
    if (it == spaces_.end() || !it->second.number) return;  // its first use will find it
    const auto known = it->second.pages.find(o.va & user_mask);
    const u32 old = known == it->second.pages.end() ? 0 : known->second;
    if (old == gpa || (port_.table_write == Action::lazy && !old)) return;
    batch_.push_back({o.table, o.va, gpa});
    if (port_.table_write == Action::hypercall) flush();
}

/// Everything collected, as few hypercalls as it takes.
void ParaReplay::flush() {
    for (std::size_t i = 0; i < batch_.size();) {
        const Change& first = batch_[i];
        Entry e;
        e.event = first.gpa ? Event::map : Event::unmap;
        e.hypercall = first.gpa ? para::call_map : para::call_unmap;
        e.space_of = first.table;
        for (; i < batch_.size() && batch_[i].table == first.table && !batch_[i].gpa == !first.gpa; ++i) {
            const Change& c = batch_[i];
            const u32 va = c.va & user_mask;
            spaces_[c.table].pages[va] = c.gpa;
            if (!e.list.empty()) {
                MapEntry& last = e.list.back();
                const u32 size = last.pages << 12;
                if (va == last.va + size && (!c.gpa || c.gpa == last.gpa + size)) {
                    ++last.pages;
                    continue;
                }
                if (e.list.size() == para::batch_most) break;
            }
            e.list.push_back({va, c.gpa, 1});
        }
        entries_.push_back(std::move(e));
    }
    batch_.clear();
    if (cache_to_ != cache_from_) call(Event::cache, para::call_cache_sync, cache_from_, cache_to_ - cache_from_);
    cache_from_ = cache_to_ = 0;
}

void ParaReplay::space_switch(u32 table) {
    flush();
    current_ = table;
    checked_.clear();
    if (!spaces_[table].number) {
        call(Event::space_create, para::call_space_create);
        entries_.back().space_of = table;
    }
    call(Event::space_switch, para::call_space_switch);
    entries_.back().space_of = table;
}

// --- records

void ParaReplay::leave(u32 to) {
    if (!left_) driver_->branch(head_, to);
    left_ = true;
}

bool ParaReplay::begin_block(const Code& code) {
    const auto pl = static_cast<Privilege>(code.key.context >> 10);
    const bool user = pl == Privilege::pl0;
    if (!present(code.key.va)) return false;
    const u32 va = here(code.key.va, code.key.pa, pl);
    if (user && !in_user_) {  // the trace begins there
        shared(para::user_pc) = va;
        shared(para::user_psr) = static_cast<u32>(isa::Mode::usr);
        call(Event::return_user, para::call_return_user);
        return false;
    }
    if (!user && in_user_) ++disagreements_;
    leave(va);
    const Driver::Translated t = driver_->fetch(va, code.key.context >> 8 & 1);
    if (!t.ok) ++disagreements_;
    running_ = code;
    running_.key = {t.ok ? t.pa : code.key.pa, va, code.key.context & 0x3ff};
    head_ = user ? code_->find(running_) : code_->find(running_, adapt);
    if (!head_ || head_->imm != code.insns)
        reader_.fail(fmt::format("chunk {}: the block at {:#x} is not the {} instructions that it says",
                                 reader_.chunk(), code.key.va, code.insns));
    driver_->begin(head_);
    pl_ = pl;
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
    if (!present(a.va)) return false;
    a.va = here(a.va, a.pa, pl_);
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

void ParaReplay::system_register(const Record& r) {
    const isa::SysReg* reg = isa::find_sysreg(isa::key_of(op(r)->raw));
    if (!reg) return;
    const isa::SysRegKey& k = reg->key;
    const auto value = static_cast<u32>(r.value);
    if (reg->field)
        native_.sys.*reg->field = (value & static_cast<u32>(reg->writable)) | static_cast<u32>(reg->ones);
    else if (reg->field64)
        native_.sys.*reg->field64 = r.value;
    if (k.coproc != 15) return;
    if (!k.wide && k.crn == 7 && ((k.crm == 5 && k.opc2 == 4) || (k.crm == 10 && k.opc2 >= 4))) return;  // barriers
    if (k.crn == 2 && k.crm == 0 && k.opc2 == 0) {
        checked_.clear();
        space_switch(value);
    } else if (!k.wide && k.crn == 8) {
        flush();
        if (port_.tlb == Action::hypercall) call(Event::tlb, para::call_null);
    } else if (!k.wide && k.crn == 7) {
        cache(k, value);
    } else if (!k.wide && k.crn == 13 && k.opc2 == 3) {
        call(Event::system_register, para::call_set_tls, value);
    } else if (k.wide ? k.crm == 14 : k.crn == 14) {
        const bool deadline = k.wide || (k.crm >= 2 && k.opc2 == 0);
        if (deadline && port_.timer == Action::hypercall) call(Event::timer, para::call_timer, ~u32{0}, ~u32{0});
    } else if (port_.system_register == Action::hypercall) {
        call(Event::system_register, para::call_null);
    }
}

void ParaReplay::cache(const isa::SysRegKey& k, u32 operand) {
    if (port_.cache == Action::nothing) return;
    constexpr u32 line = 64;
    const mmu::Walk w = native_.walk(operand, Privilege::pl1, mmu::AccessType::read);
    const bool one_line = k.opc2 == 1 && w.mapped && w.pa - memory_map::ram_base < para::guest_ram;
    if (!one_line) {
        call(Event::cache, para::call_null);
        return;
    }
    const u32 at = static_cast<u32>(w.pa) & ~(line - 1);
    if (port_.cache == Action::hypercall) {
        call(Event::cache, para::call_cache_sync, at, line);
        return;
    }
    if (cache_to_ == cache_from_)
        cache_from_ = at, cache_to_ = at + line;
    else if (at == cache_to_)
        cache_to_ += line;
    else if (at < cache_from_ || at >= cache_to_) {
        call(Event::cache, para::call_cache_sync, cache_from_, cache_to_ - cache_from_);
        cache_from_ = at, cache_to_ = at + line;
    }
}

void ParaReplay::status(const Record& r) {
    const bool masked = r.value & isa::psr::I;
    if (masked == masked_) return;
    masked_ = masked;
    if (port_.interrupt_mask == Action::store)
        store_shared(op(r), para::masked, masked);
    else if (port_.interrupt_mask == Action::hypercall)
        call(Event::mask, para::call_null);
}

void ParaReplay::exception(const Record& r) {
    using enum isa::ExceptionKind;
    const isa::ExceptionTaken& native = r.exception;
    const bool user = native.from == isa::Mode::usr;
    const u32 at = is_user(native.preferred_return) ? native.preferred_return & user_mask : entry_at_;
    leave(at);
    masked_ = true;
    if (!user) interrupted_.push_back(native.preferred_return);
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
        interrupted_.clear();
        shared(para::user_pc) = is_user(r.va) ? r.va & user_mask : r.va;
        shared(para::user_psr) = psr;
        call(Event::return_user, para::call_return_user);
    } else if (!interrupted_.empty() && interrupted_.back() == r.va) {
        interrupted_.pop_back();
        shared(para::kernel_frame_pc) = entry_at_;
        shared(para::kernel_frame_psr) = static_cast<u32>(isa::Mode::usr) | (psr & isa::psr::I);
        call(Event::return_kernel, para::call_return_kernel);
    }
}

bool ParaReplay::apply(const Record& r) {
    const bool in_block = r.kind == Kind::access || r.kind == Kind::register_ || r.kind == Kind::psr ||
                          r.kind == Kind::interrupted || r.kind == Kind::called;
    if (in_block && left_) reader_.fail(fmt::format("chunk {}: a record of a block that is over", reader_.chunk()));
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
            if (r.va == state_of::cpsr)
                masked_ = r.value & isa::psr::I;
            else
                for (const isa::SysReg& reg : isa::sysregs())
                    if (reg.key.number() == r.va) {
                        if (reg.field)
                            native_.sys.*reg.field = static_cast<u32>(r.value);
                        else if (reg.field64)
                            native_.sys.*reg.field64 = r.value;
                    }
            current_ = static_cast<u32>(native_.sys.ttbr0);
            break;
    }
    return true;
}

}  // namespace vtoll::core::trace
