// SPDX-License-Identifier: Apache-2.0
#include "core/trace/replay/native_replay.hpp"

#include <fmt/format.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "core/platform/memory_map.hpp"

namespace vtoll::core::trace {

using isa::Op;

void NativeReplay::attach(Simulation& run) {
    run_ = &run;
    driver_ = std::make_unique<Driver>(run.cpu(0));
    code_ = std::make_unique<CodeStore>(*driver_);
    run.cpu(0).set_stand_in(this);
}

void NativeReplay::finish(Simulation&) {
    if (error_) std::rethrow_exception(error_);
}

/// What is wrong with the trace is kept until the simulation's kernel is out of the way.
void NativeReplay::play() {
    try {
        play_on();
    } catch (const InputError&) {
        error_ = std::current_exception();
        over_ = true;
        driver_->cpu().stop();
    }
}

void NativeReplay::play_on() {
    Record r;
    while (driver_->time_left()) {
        if (!reader_.next(r) || (is_system_call(r) && meter_.over_at_call())) {
            over_ = true;
            driver_->cpu().stop();
            return;
        }
        apply(r);
    }
}

void NativeReplay::leave(u32 to) {
    if (!left_) {
        driver_->run_to(*block_, block_->insns());
        driver_->branch(*block_, to);
    }
    left_ = true;
}

void NativeReplay::begin_block(const Code& code) {
    leave(code.key.va);
    if (driver_->state().privilege() != code.key.privilege()) ++disagreements_.privileges;
    const Driver::Translated t = driver_->fetch(code.key);
    if (!t.ok || t.pa != code.key.pa) ++disagreements_.translations;
    block_ = code_->find(code);
    if (!block_ || block_->insns() != code.insns)
        reader_.fail(fmt::format("chunk {}: the block at {:#x} is not the {} instructions that it says",
                                 reader_.chunk(), code.key.va, code.insns));
    driver_->begin(*block_);
    left_ = false;
}

void NativeReplay::write(u64 pa, u64 value, unsigned size) {
    Ram& ram = run_->machine().ram();
    if (!ram.holds(pa, size))
        reader_.fail(fmt::format("chunk {}: a translation table at {:#x}, where the machine has no memory",
                                 reader_.chunk(), pa));
    std::memcpy(ram.at(pa), &value, size);
}

void NativeReplay::access(const Record& r) {
    const MemoryAccess& a = r.access;
    const Driver::Translated t = driver_->access(op(r), a);
    const bool expected = a.kind != MemoryAccess::Kind::fault;
    if (t.ok != expected || (t.ok && t.pa != a.pa)) ++disagreements_.translations;
    if (r.has_value && a.kind == MemoryAccess::Kind::memory) write(a.pa, a.value, a.size);
}

void NativeReplay::state(const Record& r) {
    if (r.va == state_of::fpexc) {
        fpexc_ = static_cast<u32>(r.value);
    } else if (r.va == state_of::cpsr) {
        driver_->settle(static_cast<u32>(r.value), fpexc_);
    } else {
        for (const isa::SysReg& reg : isa::sysregs())
            if (reg.key.number() == r.va) driver_->set_register(reg, r.value);
    }
}

void NativeReplay::apply(const Record& r) {
    const bool in_block = r.kind == Kind::access || r.kind == Kind::register_ || r.kind == Kind::psr ||
                          r.kind == Kind::interrupted || r.kind == Kind::called;
    if (in_block && left_) reader_.fail(fmt::format("chunk {}: a record of a block that is over", reader_.chunk()));
    if (in_block) driver_->run_to(*block_, r.index);
    switch (r.kind) {
    case Kind::code: break;
    case Kind::block: begin_block(*r.code); break;
    case Kind::access: access(r); break;
    case Kind::register_:
        if (const isa::SysReg* reg = isa::named_sysreg(*op(r))) driver_->system_register(op(r), *reg, r.value);
        break;
    case Kind::psr: driver_->program_status(static_cast<u32>(r.value)); break;
    case Kind::interrupted:
        driver_->unwind(op(r), r.completed);
        left_ = true;
        break;
    case Kind::exception:
        leave(r.exception.preferred_return);
        if (r.exception.kind == isa::ExceptionKind::prefetch_abort)
            if (driver_->fetch(r.exception.preferred_return, driver_->state().thumb).ok) ++disagreements_.translations;
        driver_->exception(r.exception);
        break;
    case Kind::returned:
        driver_->exception_return(r.va, static_cast<u32>(r.value));
        leave(r.va);
        break;
    case Kind::called: break;  // the machine around is the recording's
    case Kind::slept: driver_->sleep(r.value); break;
    case Kind::marker: {
        const bool inside = r.index != no_index && !left_;
        markers_.push_back({static_cast<unsigned>(r.value), r.at,
                            driver_->marker(inside ? op(r) : nullptr, static_cast<unsigned>(r.value))});
        break;
    }
    case Kind::table: write(r.pa, r.value, r.size); break;
    case Kind::state: state(r); break;
    }
}

Scenario scenario_of(const Reader& reader, const std::vector<std::string>& overrides) {
    std::string config;
    try {
        config = nlohmann::json::parse(reader.about()).at("config").get<std::string>();
    } catch (const nlohmann::json::exception&) {
        reader.fail("the header does not say what machine the trace was recorded on; expected \"config\"");
    }
    Scenario s = parse_scenario(config, reader.name() + " (config)", overrides);
    s.name = "replay-" + s.name;
    s.images.clear();
    s.domains.clear();
    s.symbols.clear();
    s.triggers.clear();
    s.expect = {};
    s.console = {};
    s.boot = {};
    s.machine.dtb.clear();
    s.machine.bootargs.clear();
    s.machine.entry = memory_map::ram_base;
    return s;
}

}  // namespace vtoll::core::trace
