// SPDX-License-Identifier: Apache-2.0
#include "core/trace/format/dump.hpp"

#include <fmt/format.h>

#include <tsl/robin_set.h>
#include <cstring>

#include "isa/encodings/printer.hpp"
#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::core::trace {

namespace {

const char* exception_name(isa::ExceptionKind kind) {
    using enum isa::ExceptionKind;
    switch (kind) {
    case reset: return "reset";
    case undefined: return "undefined instruction";
    case svc: return "system call";
    case smc: return "SMC";
    case hvc: return "HVC";
    case hyp_trap: return "trap to Hyp";
    case prefetch_abort: return "prefetch abort";
    case data_abort: return "data abort";
    case virtual_abort: return "virtual abort";
    case irq: return "IRQ";
    case virtual_irq: return "virtual IRQ";
    case fiq: return "FIQ";
    case virtual_fiq: return "virtual FIQ";
    }
    return "?";
}

const char* access_name(MemoryAccess::Kind kind) {
    using enum MemoryAccess::Kind;
    switch (kind) {
    case memory: return "";
    case unaligned: return " unaligned";
    case device: return " device";
    case probe: return " translated only";
    case fault: return " fault";
    case preload: return " hint";
    case preload_code: return " code hint";
    }
    return "?";
}

std::string register_name(u32 number) {
    if (number == state_of::cpsr) return "CPSR";
    if (number == state_of::fpexc) return "FPEXC";
    for (const isa::SysReg& reg : isa::sysregs())
        if (reg.key.number() == number) return std::string(reg.name);
    return fmt::format("register {:#x}", number);
}

/// Walks through a block's instructions.
template <class Visit>
void instructions(const Code& code, Visit&& visit) {
    static const isa::Features features;
    const bool thumb = code.key.thumb();
    isa::DecodeContext context{code.key.va, code.key.privilege(), code.key.itstate(), &features};
    unsigned index = 0;
    for (std::size_t at = 0; at + 2 <= code.bytes.size(); ++index) {
        const auto half = [&](std::size_t i) {
            u16 v = 0;
            if (i + 2 <= code.bytes.size()) std::memcpy(&v, code.bytes.data() + i, 2);
            return v;
        };
        const bool wide = !thumb || isa::is_thumb32(half(at));
        const u32 raw = !thumb ? half(at) | u32(half(at + 2)) << 16
                        : wide ? u32(half(at)) << 16 | half(at + 2)
                               : half(at);
        const isa::InstrSet set = !thumb ? isa::InstrSet::a32 : wide ? isa::InstrSet::t32 : isa::InstrSet::t16;
        isa::Decoding decoded;
        const std::string assembly = isa::disassemble(set, raw, context, &decoded);
        visit(index, decoded, assembly);
        context.itstate = isa::itstate_after(context.itstate, decoded.properties);
        at += wide ? 4 : 2;
        context.pc += wide ? 4 : 2;
    }
}

/// The register that the instruction names; nullptr: none, or none that is known.
const isa::SysReg* register_at(const Code& code, unsigned index) {
    const isa::SysReg* found = nullptr;
    instructions(code, [&](unsigned i, const isa::Decoding& d, const std::string&) {
        if (i == index) found = d.properties.sysreg;
    });
    return found;
}

std::string text(const Record& r, const Code* code) {
    switch (r.kind) {
    case Kind::code: return "";
    case Kind::block:
        return fmt::format("block {:08x} at {:#x}, PL{}, {} instructions", r.code->key.va, r.code->key.pa,
                           static_cast<u32>(r.code->key.privilege()), r.code->insns);
    case Kind::access:
        return fmt::format("  [{}] {}{} {:08x}{}{}{}", r.index, r.access.write ? "write" : "read", 8 * r.access.size,
                           r.access.va,
                           r.access.kind == MemoryAccess::Kind::fault ? "" : fmt::format(" at {:#x}", r.access.pa),
                           access_name(r.access.kind), r.has_value ? fmt::format(" = {:#x}", r.access.value) : "");
    case Kind::register_: {
        const isa::SysReg* reg = code ? register_at(*code, r.index) : nullptr;
        return fmt::format("  [{}] {} = {:#x}", r.index, reg ? reg->name : "register", r.value);
    }
    case Kind::psr: return fmt::format("  [{}] CPSR[15:0] = {:#x}", r.index, r.value);
    case Kind::interrupted: return fmt::format("  [{}] ends the block{}", r.index, r.completed ? ", completed" : "");
    case Kind::exception:
        return fmt::format("exception: {}{}, {} to {}, returns to {:08x}", exception_name(r.exception.kind),
                           is_system_call(r) ? fmt::format(" {}", r.value) : "", isa::mode_name(r.exception.from),
                           isa::mode_name(r.exception.to), r.exception.preferred_return);
    case Kind::returned:
        return fmt::format("return: {} to {} at {:08x}", isa::mode_name(r.from),
                           isa::mode_name(static_cast<isa::Mode>(r.value & 0x1f)), r.va);
    case Kind::called:
        return fmt::format("  [{}] {} call", r.index, r.call == TraceSink::Call::firmware ? "firmware" : "semihosting");
    case Kind::slept: return fmt::format("{}: {} ticks asleep", r.for_event ? "WFE" : "WFI", r.value);
    case Kind::marker: return fmt::format("marker {} at {} instructions, {} ticks", r.value, r.at.insns, r.at.ticks);
    case Kind::table: return fmt::format("table: {:#x} holds {:#x}", r.pa, r.value);
    case Kind::state: return fmt::format("state: {} = {:#x}", register_name(r.va), r.value);
    }
    return "";
}

}  // namespace

void dump(Reader& reader, u64 from, u64 count, const std::function<void(const std::string&)>& line) {
    if (!reader.chunks()) return;
    const std::size_t first = reader.chunk_of(from);
    reader.seek(first);
    u64 insns = reader.before_chunk(first).insns;
    const u64 end = from + count < from ? ~u64{0} : from + count;
    tsl::robin_set<u64> shown;
    std::size_t chunk = first;
    Record r;
    std::string code_bytes;
    Code running;
    bool wanted = from == insns;
    while (reader.next(r)) {
        if (reader.chunk() != chunk) shown.clear();
        chunk = reader.chunk();
        if (r.kind == Kind::block) {
            if (insns >= end) return;
            wanted = insns + r.code->insns > from;
            running = *r.code;
        }
        if (wanted) line(fmt::format("{:>12}  {}", insns, text(r, &running)));
        if (r.kind == Kind::block) {
            if (wanted && shown.insert(u64(running.key.va) << 16 | (running.key.context & 0xffff)).second)
                instructions(running, [&](unsigned i, const isa::Decoding& d, const std::string& assembly) {
                    line(fmt::format("{:>12}      {:2} {:08x}: {:08x} {}", "", i, d.pc, d.raw, assembly));
                });
            insns += running.insns;
        } else if (r.kind == Kind::interrupted) {
            insns -= running.insns - r.index - (r.completed ? 1 : 0);
        }
    }
}

}  // namespace vtoll::core::trace
