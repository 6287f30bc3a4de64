// SPDX-License-Identifier: Apache-2.0
#include "core/trace/record/recorder.hpp"

#include <nlohmann/json.hpp>

#include "isa/encodings/encoding.hpp"
#include "isa/exec/system/psr.hpp"
#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::core::trace {

using isa::CpuState;
using isa::Op;

namespace {

/// The header: what the recording is of, and what a replay needs to build the same machine.
std::string about(const Simulation& run, const RecordingRange& range) {
    const auto place = [](const std::optional<MarkerPlace>& m) {
        return m ? nlohmann::json{{"marker", m->option}, {"nth", m->nth}} : nlohmann::json();
    };
    nlohmann::ordered_json j{{"producer", std::string("vtoll ") + tool_version()},
                             {"scenario", run.scenario().name},
                             {"config", to_toml(run.scenario())},
                             {"timing", run.scenario().timing.rung},
                             {"from", place(range.from)},
                             {"to", place(range.to)}};
    for (const InputFile& file : run.inputs()) j["inputs"].push_back({{"name", file.name}, {"sha256", file.sha256}});
    return j.dump();
}

isa::InstrSet set_of(const CpuState& s, const Op& op) {
    return !s.thumb ? isa::InstrSet::a32 : op.len == 2 ? isa::InstrSet::t16 : isa::InstrSet::t32;
}

Record of(Kind kind, const Op* op = nullptr) {
    Record r;
    r.kind = kind;
    r.index = op ? op->idx : no_index;
    return r;
}

}  // namespace

void Recorder::attach(Simulation& run) {
    if (run.machine().config().cpus != 1)
        throw InputError(run.scenario().name + ": machine.cpus: traces are of one processor; expected 1");
    cpu_ = &run.cpu(0);
    writer_ = std::make_unique<Writer>(target_, about(run, range_));
    cpu_->set_trace_sink(this);
    if (!range_.from) cpu_->record(true);
}

void Recorder::finish(Simulation& run) {
    cpu_->set_trace_sink(nullptr);
    if (on_) last_ = cpu_->counts();
    if (hyp_seen_)
        throw InputError(run.scenario().name +
                         ": a hypervisor ran in what was to be recorded; guest traces are of native runs");
    if (last_.insns == first_.insns)
        throw InputError(run.scenario().name + ": nothing was recorded: the run did not reach the marker of --from");
    const Totals t = totals();
    writer_->finish(t.insns, t.ticks);
}

void Recorder::switched(const CpuState& s, bool on, Counts at) {
    on_ = on;
    last_ = at;
    if (!on) {
        cpu_->stop();
        return;
    }
    first_ = at;
    const auto say = [&](u32 number, u64 value) {
        Record r = of(Kind::state);
        r.va = number;
        r.value = value;
        writer_->add(r);
    };
    for (const isa::SysReg& reg : isa::sysregs())
        if (reg.field || reg.field64) say(reg.key.number(), isa::raw_sysreg(s, reg));
    say(state_of::fpexc, s.fpexc);
    say(state_of::cpsr, s.cpsr());
}

void Recorder::marker(const CpuState&, const Op* op, unsigned option, Counts at) {
    if (on_) {
        Record r = of(Kind::marker, op);
        r.value = option;
        r.at = {at.insns - first_.insns, at.ticks - first_.ticks};
        writer_->add(r);
    }
    const auto hits = [&](const std::optional<MarkerPlace>& place, unsigned& seen) {
        return place && option == place->option && ++seen == place->nth;
    };
    if (on_ ? hits(range_.to, seen_to_) : hits(range_.from, seen_from_)) cpu_->record(!on_);
}

void Recorder::look(const CpuState& s, u32 va, isa::Privilege pl) {
    tables_.look(*cpu_, s, va, pl, [this](const mmu::Descriptor& d) {
        Record r = of(Kind::table);
        r.pa = d.address;
        r.size = d.size;
        r.value = d.value;
        writer_->add(r);
    });
}

void Recorder::block(const CpuState& s, const BlockKey& key, std::span<const Op> instructions, Counts before) {
    const u64 insns = before.insns - first_.insns;
    if (insns >= range_.most) return cpu_->stop();  // the block will not run
    writer_->breathe(insns, before.ticks - first_.ticks);
    hyp_seen_ |= s.is_hyp();
    look(s, key.va, s.privilege());
    char bytes[4 * max_block_insns];
    unsigned size = 0;
    for (const Op& op : instructions) {
        const u32 word = isa::in_memory(op.raw, set_of(s, op));
        for (unsigned i = 0; i < op.len; ++i) bytes[size++] = static_cast<char>(word >> (8 * i));
    }
    writer_->block(key, static_cast<u32>(instructions.size()), {bytes, size});
}

void Recorder::access(const CpuState& s, const Op* op, const MemoryAccess& a) {
    using enum MemoryAccess::Kind;
    look(s, a.va, op->flags & isa::op_unpriv ? isa::Privilege::pl0 : s.privilege());
    const bool to_table = a.write && (a.kind == memory || a.kind == unaligned) && tables_.holds(a.pa);
    Record r = of(Kind::access, op);
    r.access = a;
    r.has_value = a.kind == device || (to_table && a.kind == memory);
    writer_->add(r);
    if (to_table) tables_.written(a);
}

void Recorder::system(const CpuState& s, const Op* op) {
    const isa::DecodeContext context{op->pc, s.privilege(), op->itstate, &s.features};
    isa::Decoding again;
    isa::decode(set_of(s, *op), op->raw, context, again);
    Record r = of(Kind::register_, op);
    if (again.properties.sets == isa::Sets::system_register) {
        const isa::SysReg& reg = *again.properties.sysreg;
        r.value = reg.key.wide ? u64(s.r[again.rm]) << 32 | s.r[again.rd] : s.r[again.rd];
        // Maintenance of a data line by address walks the tables, and may be the first to: DCIMVAC, DCCMVAC, ...
        if (reg.data_line) look(s, static_cast<u32>(r.value), s.privilege());
    } else if (again.properties.sets == isa::Sets::cpsr) {
        r.kind = Kind::psr;
        r.value = isa::status_written(s, again);
    } else {
        return;
    }
    writer_->add(r);
}

void Recorder::interrupted(const Op* op, bool completed) {
    Record r = of(Kind::interrupted, op);
    r.completed = completed;
    writer_->add(r);
}

void Recorder::exception(const CpuState& s, const isa::ExceptionTaken& e) {
    if (e.kind == isa::ExceptionKind::prefetch_abort)
        tables_.look_again(), look(s, e.preferred_return, isa::privilege_of(e.from));
    Record r = of(Kind::exception);
    r.exception = e;
    if (e.kind == isa::ExceptionKind::svc) r.value = s.r[7];  // unbanked in every mode that SVC enters
    writer_->add(r);
}

void Recorder::returned(const CpuState& s, isa::Mode from) {
    Record r = of(Kind::returned);
    r.from = from;
    r.va = s.r[15];
    r.value = s.cpsr();
    writer_->add(r);
}

void Recorder::called(const CpuState&, const Op* op, Call call) {
    Record r = of(Kind::called, op);
    r.call = call;
    writer_->add(r);
}

void Recorder::slept(const CpuState&, bool for_event, u64 ticks) {
    Record r = of(Kind::slept);
    r.for_event = for_event;
    r.value = ticks;
    writer_->add(r);
}

}  // namespace vtoll::core::trace
