// SPDX-License-Identifier: Apache-2.0
#include "core/trace/tarmac/tarmac_import.hpp"

#include <fmt/format.h>
#include <tsl/robin_set.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "core/base/text_input.hpp"
#include "core/platform/memory_map.hpp"
#include "core/scenario/manifest.hpp"
#include "core/trace/tarmac/register_changes.hpp"
#include "isa/encodings/encoding.hpp"
#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::core::trace {

namespace {

using isa::Mode;

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

/// Registers as the log has them, by bank.
class Registers {
public:
    void set(const std::string& name, std::optional<u64> value, Mode mode) { values_[key(name, mode)] = value; }
    std::optional<u64> get(const std::string& name, Mode mode) const {
        const auto it = values_.find(key(name, mode));
        return it == values_.end() ? std::nullopt : it->second;
    }

private:
    /// "r13" means that of the mode, "sp" and "lr" are names of r13 and r14, letters don't matter.
    static std::string key(const std::string& as_written, Mode mode) {
        std::string name = lower(as_written);
        if (name == "sp" || name.starts_with("sp_")) name = "r13" + name.substr(2);
        if (name == "lr" || name.starts_with("lr_")) name = "r14" + name.substr(2);
        if (name.ends_with("_sys")) name = name.substr(0, name.size() - 3) + "usr";
        const bool high = name == "r8" || name == "r9" || name == "r10" || name == "r11" || name == "r12";
        if (name == "r13" || name == "r14" || name == "spsr" || (mode == Mode::fiq && high))
            name += std::string("_") + isa::mode_name(mode == Mode::sys ? Mode::usr : mode);
        if (name.ends_with("_usr") && name != "r13_usr" && name != "r14_usr") name.resize(name.size() - 4);
        return name;
    }
    std::map<std::string, std::optional<u64>> values_;
};

constexpr u32 low_status = 0xffff & ~(isa::psr::IT | isa::psr::T);

class Importer {
public:
    explicit Importer(const TarmacImport& import)
        : import_(import),
          input_(import.log),
          writer_(import.target, about(import)),
          ram_{memory_map::ram_base, import.machine.machine.ram} {
        features_.virtualization = import.machine.machine.virtualization;
    }

    ImportReport run(const std::function<void(u64)>& progress) {
        std::string text;
        while (input_.line(text)) {
            if (++report_.lines % 65536 == 0) progress(insns_);
            try {
                take(parse_tarmac(text));
            } catch (const BadLine& bad) {
                fail("expected " + bad.expected);
            }
        }
        flush({});
        settle_exception(std::nullopt);
        if (!insns_)
            throw InputError(import_.log.string() +
                             ": no instruction in it; expected lines such as "
                             "\"1 clk IT (1) 40008000 e3a00000 A svc_ns : mov r0, #0\"");
        writer_.finish(insns_, ticks());
        report_.totals = {insns_, ticks(), writer_.records()};
        report_.bytes = writer_.bytes_written();
        report_.translated = !flat_;
        report_.timed = ticks() != 0;
        return report_;
    }

private:
    struct Step {
        TarmacLine::Instruction line;
        isa::Decoding op;
        std::vector<Record> accesses;  ///< and the descriptors that they go through
        std::optional<u64> written;    ///< to a system register
        Mode mode;                     ///< in front of it
        std::optional<u32> cpsr;       ///< behind it
        u64 time = 0;
    };

    static isa::InstrSet set_of(const TarmacLine::Instruction& i) {
        using enum isa::InstrSet;
        return !i.thumb ? a32 : i.length == 2 ? t16 : t32;
    }

    /// Why a block ends: what comes next.
    struct Next {
        std::optional<u32> va;
        bool exception = false;
    };

    static std::string about(const TarmacImport& import) {
        const nlohmann::ordered_json j{{"producer", std::string("vtoll ") + tool_version() + " from a Tarmac log"},
                                       {"scenario", import.machine.name},
                                       {"config", to_toml(import.machine)},
                                       {"timing", import.machine.timing.rung},
                                       {"from", nullptr},
                                       {"to", nullptr}};
        return j.dump();
    }

    [[noreturn]] void fail(const std::string& what) const {
        throw InputError(fmt::format("{}:{}: {}", import_.log.string(), report_.lines, what));
    }

    void take(const TarmacLine& line) {
        if (!line.cpu.empty() && !is_ours(line.cpu)) return;
        if (line.time) {
            time_ = std::max(time_, *line.time);
            in_ticks_ = in_ticks_ && line.unit == "clk";
        }
        std::visit([this](const auto& what) { take(what); }, line.what);
    }

    bool is_ours(const std::string& cpu) {
        if (!import_.cpu.empty()) return cpu == import_.cpu || cpu.ends_with("." + import_.cpu);
        if (cpu_.empty()) cpu_ = cpu;
        if (cpu != cpu_)
            fail(fmt::format("a line of {} behind lines of {}; a trace is of one processor: say which with --cpu", cpu,
                             cpu_));
        return true;
    }

    void take(const TarmacLine::Nothing&) {}
    void take(const TarmacLine::Unknown& what) { ++report_.unknown_lines[what.type]; }

    void take(const TarmacLine::Register& r) {
        registers_.set(r.name, r.value, mode_);
        if (lower(r.name) != "cpsr" || !r.value) return;
        cpsr_ = static_cast<u32>(*r.value) & ~isa::psr::IT;
        if (isa::is_valid_mode(*cpsr_)) mode_ = static_cast<Mode>(*cpsr_ & isa::psr::M);
        if (!steps_.empty()) steps_.back().cpsr = cpsr_;
    }

    void take(const TarmacLine::Walk& w) {
        if (began_ ? flat_ : !says_translation()) return;
        if (!ram_.holds(w.pa)) fail(fmt::format("a translation table at {:#x}, where the machine has no memory", w.pa));
        tables_.insert(w.pa >> 10);
        Record r;
        r.kind = Kind::table;
        r.pa = w.pa;
        r.value = w.value;
        r.size = w.size;
        if (steps_.empty()) add(r);
        else steps_.back().accesses.push_back(r);
    }

    void take(const TarmacLine::Access& a) {
        if (a.aborted) ++report_.aborted;
        if (a.aborted || steps_.empty()) return;  // empty: of an instruction in front of the log's first
        for (unsigned done = 0; done < TarmacLine::Access::most;) {
            const auto together = static_cast<unsigned>(std::countr_one(a.accessed >> done));
            const u8 size = together >= 4 ? 4 : together >= 2 ? 2 : static_cast<u8>(together);
            if (size) take(a, done, size);
            done += std::max<unsigned>(size, 1);
        }
    }

    /// Bytes of an access that belong together.
    void take(const TarmacLine::Access& a, unsigned from, u8 size) {
        Record r;
        r.kind = Kind::access;
        MemoryAccess& m = r.access;
        m.write = a.write;
        m.size = size;
        m.va = a.va + from;
        m.pa = a.pa.value_or(a.va) + from;
        for (unsigned i = size; i-- > 0;) m.value = m.value << 8 | a.value[from + i];
        if (flat_) m.va = static_cast<u32>(m.pa);
        using enum MemoryAccess::Kind;
        m.kind = !ram_.holds(m.pa) ? device : m.va % m.size ? unaligned : memory;
        r.has_value = m.kind == device || (m.kind == memory && m.write && tables_.contains(m.pa >> 10));
        const u32 bytes = ((1u << size) - 1) << from;
        if (r.has_value && (a.known & bytes) != bytes) {
            ++report_.unknown_values;
            r.has_value = false;
        }
        steps_.back().accesses.push_back(r);
    }

    void take(const TarmacLine::Event& e) {
        if (lower(e.name) == "reset") {
            if (began_) fail("a reset; expected a log that begins behind it");
            return;
        }
        const bool sleeps = e.name == "WFI" || e.name == "WFE", marker = e.name == "Marker";
        if (sleeps && e.detail >> 48) fail("expected less than 2^48 ticks asleep");
        flush({e.va, !sleeps && !marker});
        Record r;
        if (sleeps) {
            r.kind = Kind::slept;
            r.for_event = e.name == "WFE";
            r.value = e.detail;
        } else if (marker) {
            r.kind = Kind::marker;
            r.index = no_index;
            r.value = e.detail & 15;
            r.at = {insns_, ticks()};
        } else {
            settle_exception(std::nullopt);
            if (!began_) return;
            r.kind = Kind::exception;
            r.exception.from = mode_;
            r.exception.preferred_return = e.va;
            r.exception.vector = static_cast<u32>(e.detail);
            exception_ = r;
            itstate_ = 0;
            return;
        }
        if (began_) add(r);
    }

    void take(const TarmacLine::Instruction& line) {
        if (line.mode == Mode::hyp || line.mode == Mode::mon)
            fail("a hypervisor runs; guest traces are of native runs");
        settle_exception(line);
        TarmacLine::Instruction i = line;
        if (!began_) begin(i);
        if (flat_ && i.pa) i.va = static_cast<u32>(*i.pa);
        if (i.mode) enter(*i.mode);
        if (!continues(i)) flush({i.va});
        if (!i.thumb) itstate_ = 0;
        cpsr_ = (*cpsr_ & ~isa::psr::T) | (i.thumb ? isa::psr::T : 0);
        if (!ram_.holds(i.pa.value_or(i.va))) ++report_.without_memory;
        Step& step = steps_.emplace_back();
        step.line = i;
        step.time = time_;
        step.mode = mode_;
        step.cpsr = cpsr_;
        if (steps_.size() == 1) {
            key_ = {i.pa.value_or(i.va), i.va,
                    itstate_ | (i.thumb ? 1u << 8 : 0) | (cpsr_.value_or(0) & isa::psr::E ? 1u << 9 : 0) |
                        static_cast<u32>(isa::privilege_of(mode_)) << 10};
        }
        const isa::DecodeContext context{i.va, isa::privilege_of(mode_), itstate_, &features_};
        isa::decode(set_of(i), i.opcode, context, step.op);
        itstate_ = isa::itstate_after(itstate_, step.op.properties);
        if (step.op.properties.sets == isa::Sets::system_register) step.written = source(step);
    }

    /// The mode behind the last instruction, whether the log has lines for the CPSR or not.
    void enter(Mode mode) {
        mode_ = mode;
        if (!cpsr_) return;
        cpsr_ = (*cpsr_ & ~isa::psr::M) | static_cast<u32>(mode);
        if (!steps_.empty()) steps_.back().cpsr = cpsr_;
    }

    /// Value that an MCR or MCRR is about to write.
    std::optional<u64> source(const Step& step) const {
        const auto of = [&](unsigned n) { return registers_.get(fmt::format("r{}", n), mode_); };
        const auto low = of(step.op.rd);
        if (!step.op.properties.sysreg->key.wide) return low;
        const auto high = of(step.op.rm);
        return low && high ? std::optional(*high << 32 | *low) : std::nullopt;
    }

    /// Does it belong to the block that is being gathered, as the engine would build it?
    bool continues(const TarmacLine::Instruction& i) const {
        if (steps_.empty()) return true;
        const Step& last = steps_.back();
        const u32 start = steps_.front().line.va;
        return !(last.op.flags & isa::op_ends_block) && steps_.size() < max_block_insns &&
               i.va == last.line.va + last.line.length && i.thumb == last.line.thumb && (i.va >> 12) == (start >> 12) &&
               ((i.va + i.length - 1) >> 12) == (start >> 12) && i.pa.value_or(i.va) == key_.pa + (i.va - start);
    }

    /// The state in front of the first instruction: what the log has said of it.
    void begin(const TarmacLine::Instruction& first) {
        began_ = true;
        begins_at_ = time_;
        if (first.mode) enter(*first.mode);
        flat_ = !says_translation();
        const auto say = [this](u32 which, u64 value) {
            Record r;
            r.kind = Kind::state;
            r.va = which;
            r.value = value;
            add(r);
        };
        if (!flat_)
            for (const bool wide : {true, false})
                for (const isa::SysReg& reg : isa::sysregs()) {
                    if (reg.key.wide != wide || (!reg.field && !reg.field64)) continue;
                    const std::string name = register_name_of(reg.name);
                    if (const auto value = registers_.get(name, mode_); value && said_.insert(lower(name)).second)
                        say(reg.key.number(), *value);
                }
        if (const auto fpexc = registers_.get("fpexc", mode_)) say(state_of::fpexc, *fpexc);
        if (!cpsr_) cpsr_ = static_cast<u32>(mode_) | isa::psr::A | isa::psr::I | isa::psr::F;
        say(state_of::cpsr, (*cpsr_ & ~isa::psr::T) | (first.thumb ? isa::psr::T : 0));
    }

    /// The exception that was taken last is known by what comes behind it.
    void settle_exception(const std::optional<TarmacLine::Instruction>& next) {
        if (!exception_) return;
        Record r = *std::exchange(exception_, std::nullopt);
        if (next) r.exception.vector = next->va;
        if (next && next->mode) enter(*next->mode);
        struct Vector {
            u32 offset;
            Mode mode;
            isa::ExceptionKind kind;
        };
        using enum isa::ExceptionKind;
        constexpr std::array<Vector, 6> vectors{{{0x04, Mode::und, undefined},
                                                 {0x08, Mode::svc, svc},
                                                 {0x0c, Mode::abt, prefetch_abort},
                                                 {0x10, Mode::abt, data_abort},
                                                 {0x18, Mode::irq, irq},
                                                 {0x1c, Mode::fiq, fiq}}};
        const auto vector = std::find_if(vectors.begin(), vectors.end(), [&](const Vector& v) {
            return v.offset == (r.exception.vector & 0x1f) && v.mode == mode_;
        });
        if (vector == vectors.end()) {  // an event of another kind
            ++report_.unknown_lines["E"];
            return;
        }
        r.exception.kind = vector->kind;
        r.exception.to = mode_;
        if (vector->kind == svc) r.value = registers_.get("r7", r.exception.from).value_or(0);
        add(r);
    }

    /// Do virtual addresses mean something? Then the log begins with the registers that translate them.
    bool says_translation() const { return registers_.get("SCTLR", mode_).has_value(); }

    /// The gathered block is complete.
    void flush(const Next& next) {
        if (steps_.empty()) return;
        std::string bytes;
        for (const Step& step : steps_) {
            const u32 word = isa::in_memory(step.line.opcode, set_of(step.line));
            for (unsigned i = 0; i < step.line.length; ++i) bytes += static_cast<char>(word >> (8 * i));
        }
        writer_.breathe(insns_, ticks());
        writer_.block(key_, static_cast<u32>(steps_.size()), bytes);
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            ++insns_;
            for (Record& r : steps_[i].accesses) {
                r.index = static_cast<u8>(i);
                add(r);
            }
            if (steps_[i].line.passed) system(steps_[i], static_cast<u8>(i), next);
        }
        steps_.clear();
    }

    /// What an instruction did to the processor's own state.
    void system(const Step& step, u8 index, const Next& next) {
        const isa::Properties& does = step.op.properties;
        Record r;
        r.index = index;
        if (does.sets == isa::Sets::system_register) {
            if (flat_) return;
            if (!step.written) {
                ++report_.unknown_values;
                return;
            }
            r.kind = Kind::register_;
            r.value = *step.written;
        } else if (does.sets == isa::Sets::cpsr) {
            if (!step.cpsr) return;
            r.kind = Kind::psr;
            r.value = *step.cpsr & low_status;
        } else if (step.op.cls == isa::CostClass::eret) {
            r.kind = Kind::returned;
            if (!next.va || !step.cpsr) return;  // the log ends here
            itstate_ = isa::psr::it_of(static_cast<u32>(registers_.get("spsr", step.mode).value_or(0)));
            r.from = step.mode;
            r.va = *next.va;
            r.value = *step.cpsr | isa::psr::it_bits(itstate_);
        } else if (does.hint == isa::Hint::marker) {
            r.kind = Kind::marker;
            r.value = step.op.imm;
            r.at = {insns_, ticks(step.time)};
        } else if (does.call != isa::Call::none) {
            if (next.exception) return;
            r.kind = Kind::called;
            r.call = does.call == isa::Call::svc ? TraceSink::Call::semihosting : TraceSink::Call::firmware;
        } else {
            return;
        }
        add(r);
    }

    void add(const Record& r) { writer_.add(r); }
    u64 ticks() const { return ticks(time_); }
    /// Since the first instruction. 0 in another unit than ticks: unknown.
    u64 ticks(u64 time) const { return in_ticks_ ? time - begins_at_ : 0; }

    const TarmacImport& import_;
    TextInput input_;
    Writer writer_;
    memory_map::Window ram_;
    isa::Features features_;
    ImportReport report_;
    Registers registers_;
    std::string cpu_;
    Mode mode_ = Mode::svc;
    std::optional<u32> cpsr_;
    u64 time_ = 0, begins_at_ = 0, insns_ = 0;
    bool in_ticks_ = true, began_ = false, flat_ = false;
    u8 itstate_ = 0;
    BlockKey key_;
    std::vector<Step> steps_;
    std::optional<Record> exception_;  ///< what is known of it
    tsl::robin_set<u64> tables_;
    tsl::robin_set<std::string> said_;
};

}  // namespace

ImportReport import_tarmac(const TarmacImport& import, const std::function<void(u64)>& progress) {
    return Importer(import).run(progress);
}

}  // namespace vtoll::core::trace
