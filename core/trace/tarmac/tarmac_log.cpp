// SPDX-License-Identifier: Apache-2.0
#include "core/trace/tarmac/tarmac_log.hpp"

#include <utility>
#include <variant>

#include "core/base/text_input.hpp"
#include "core/trace/tarmac/tarmac_line.hpp"
#include "isa/encodings/printer.hpp"
#include "isa/exec/exec.hpp"

namespace vtoll::core {

using isa::CpuState;
using isa::Op;

namespace {

const char* exception_name(isa::ExceptionKind kind) {
    using enum isa::ExceptionKind;
    switch (kind) {
    case reset: return "Reset";
    case undefined: return "Undefined";
    case svc: return "SVC";
    case smc: return "SMC";
    case hvc: return "HVC";
    case hyp_trap: return "HypTrap";
    case prefetch_abort: return "PrefetchAbort";
    case data_abort: return "DataAbort";
    case virtual_abort: return "VirtualAbort";
    case irq: return "IRQ";
    case virtual_irq: return "VirtualIRQ";
    case fiq: return "FIQ";
    case virtual_fiq: return "VirtualFIQ";
    }
    return "?";
}

}  // namespace

/// One processor's part. A line is written when its instruction is known to have completed: at the next one, in front
/// of an exception, or when the log ends.
class TarmacLog::Processor final : public TraceSink {
public:
    Processor(TarmacLog& log, unsigned index)
        : log_(log),
          cpu_(log.run_->cpu(index)),
          prefix_(log.run_->machine().config().cpus > 1 ? fmt::format(" clk cpu{} ", index) : " clk "),
          registers_(cpu_.config().features) {
        cpu_.set_trace_sink(this);
    }
    ~Processor() override { cpu_.set_trace_sink(nullptr); }

    void finish() {
        if (started_) settle(cpu_.state());
        started_ = false;
    }

private:
    bool every_instruction() const override { return true; }

    void instruction(const CpuState& s, const BlockKey& key, const Op* op, Counts at) override {
        settle(s);
        if (!log_.open_) {
            started_ = false;
            return;
        }
        const u64 begins = at.ticks - op->cost;
        if (!started_) start(s, begins);
        time_ = begins;
        op_ = op;
        completed_ = true;
        look(s, op->pc, s.privilege());
        out_ += std::exchange(body_, {});
        describe(s, key, *op, at.insns);
    }

    void access(const CpuState& s, const Op* op, const MemoryAccess& a) override {
        using enum MemoryAccess::Kind;
        if (!op_) return;
        look(s, a.va, op->flags & isa::op_unpriv ? isa::Privilege::pl0 : s.privilege());
        if (a.write && (a.kind == memory || a.kind == unaligned) && log_.tables_.holds(a.pa)) log_.tables_.written(a);
        if (!log_.options_.memory || a.kind == probe) return;
        line(body_, "M{}{} {:08x}", a.write ? 'W' : 'R', a.size, a.va);
        if (a.kind == fault) {
            append(body_, " (ABORTED)");
        } else {
            physical(body_, a.va, a.pa);
            append(body_, " {:0{}x}", a.size == 4 ? a.value : a.value & ((1u << (8 * a.size)) - 1), a.size * 2);
        }
        body_ += '\n';
        to_device_ = a.kind == device;
    }

    void interrupted(const Op*, bool completed) override {
        completed_ = completed;
        settle(cpu_.state());
    }

    void leaving(const CpuState& s) override { settle(s); }

    void exception(const CpuState& s, const isa::ExceptionTaken& e) override {
        if (!started_) return;
        time_ = cpu_.counts().ticks;
        line(out_, "E {:08x} {:08x} CoreEvent_{}\n", e.preferred_return, e.vector, exception_name(e.kind));
        say_registers(s);
    }

    void slept(const CpuState& s, bool for_event, u64 ticks) override {
        settle(s);
        if (!started_) return;
        time_ = cpu_.counts().ticks;
        line(out_, "E {:08x} {:08x} CoreEvent_{}\n", s.r[15], ticks, for_event ? "WFE" : "WFI");
        write();
    }

    void marker(const CpuState& s, const Op* op, unsigned option, Counts at) override {
        if (op || !started_) return;  // DBG is an instruction
        settle(s);
        time_ = at.ticks;
        line(out_, "E {:08x} {:08x} CoreEvent_Marker\n", s.r[15], option);
        write();
    }

    void switched(const CpuState& s, bool on, Counts) override {
        if (on) return;
        settle(s);
        started_ = false;
    }

    void block(const CpuState&, const BlockKey&, std::span<const Op>, Counts) override {}
    void system(const CpuState&, const Op*) override {}
    void returned(const CpuState&, isa::Mode) override {}
    void called(const CpuState&, const Op*, Call) override {}

    template <class... Values>
    static void append(std::string& to, fmt::format_string<Values...> format, Values&&... values) {
        fmt::format_to(std::back_inserter(to), format, std::forward<Values>(values)...);
    }
    template <class... Values>
    void line(std::string& to, fmt::format_string<Values...> format, Values&&... values) {
        append(to, "{}{}", time_, prefix_);
        append(to, format, std::forward<Values>(values)...);
    }
    static void physical(std::string& to, u32 va, u64 pa) {
        if (pa != va) append(to, ":{:012x}", pa);
    }
    void write() {
        log_.out_.write(out_);
        out_.clear();
    }

    /// The registers as they are where the log begins.
    void start(const CpuState& s, u64 ticks) {
        started_ = true;
        log_.empty_ = false;
        time_ = ticks;
        registers_.begin(s, [this](const RegisterChanges::Register& r, u64 value) { say(r, value); });
    }

    void say(const RegisterChanges::Register& r, u64 value) {
        if (log_.options_.registers) line(out_, "R {} {:0{}x}\n", r.name, value, r.digits);
    }

    void say_registers(const CpuState& s) {
        registers_.look(s, [this](const RegisterChanges::Register& r, u64 value) { say(r, value); });
        write();
    }

    /// What the last instruction did is complete: its lines can be written.
    void settle(const CpuState& s) {
        if (!started_) return;
        if (op_ && completed_) out_ += instruction_;
        if (op_ && !completed_ && to_device_) {  // nothing there answered
            body_.resize(body_.rfind(' ') + 1);
            body_ += "(ABORTED)\n";
        }
        if (op_) out_ += body_;
        op_ = nullptr;
        to_device_ = false;
        instruction_.clear();
        body_.clear();
        say_registers(s);
    }

    void look(const CpuState& s, u32 va, isa::Privilege pl) {
        if (!log_.options_.tables) return;
        log_.tables_.look(cpu_, s, va, pl, [this](const mmu::Descriptor& d) {
            line(body_, "TTW {} {}:{} {:012x} : {:0{}x}\n", d.size == 8 ? "LPAE" : "SHORT", d.stage, d.level, d.address,
                 d.value, d.size * 2);
        });
    }

    void describe(const CpuState& s, const BlockKey& key, const Op& op, u64 count) {
        const bool passes = op.cond >= 14 || isa::ConditionPassed(s, op.cond);
        line(instruction_, "I{} ({}) {:08x}", passes ? 'T' : 'S', count, op.pc);
        physical(instruction_, op.pc, key.pa + (op.pc - key.va));
        append(instruction_, " {:0{}x} {} {}_ns : {}\n", op.raw, op.len * 2, s.thumb ? 'T' : 'A',
               isa::mode_name(s.mode()), text(s, op));
    }

    /// Disassembly and place, kept: programs repeat themselves.
    const std::string& text(const CpuState& s, const Op& op) {
        constexpr std::size_t most = 1u << 18;
        if (texts_.size() > most) texts_.clear();
        const TextKey key{op.pc, op.raw, static_cast<u32>(op.itstate | s.thumb << 8 | s.is_hyp() << 9)};
        auto [it, fresh] = texts_.try_emplace(key);
        if (!fresh) return it->second;
        using enum isa::InstrSet;
        const isa::InstrSet set = !s.thumb ? a32 : op.len == 2 ? t16 : t32;
        std::string text = isa::disassemble(set, op.raw, {op.pc, s.privilege(), op.itstate, &s.features});
        if (const std::string place = log_.run_->describe(op.pc, s.is_hyp()); !place.empty()) text += " ; " + place;
        it.value() = std::move(text);
        return it->second;
    }

    struct TextKey {
        u32 pc, raw, context;
        bool operator==(const TextKey&) const = default;
    };
    struct TextHash {
        std::size_t operator()(const TextKey& k) const {
            return ((u64(k.pc) << 32 | k.raw) ^ u64(k.context) << 20) * 0x9e37'79b9'7f4a'7c15ull >> 16;
        }
    };

    TarmacLog& log_;
    core::Processor& cpu_;
    std::string prefix_;
    RegisterChanges registers_;
    bool started_ = false;
    u64 time_ = 0;
    // The instruction that was last told of, until it is settled.
    const Op* op_ = nullptr;
    bool completed_ = true, to_device_ = false;
    std::string instruction_, body_, out_;
    tsl::robin_map<TextKey, std::string, TextHash> texts_;
};

namespace {

bool is_log(const std::filesystem::path& file) {
    try {
        trace::TextInput in(file);
        std::string line;
        if (!in.line(line)) return true;  // nothing was executed
        using Line = trace::TarmacLine;
        const Line first = trace::parse_tarmac(line);
        return first.time && !std::holds_alternative<Line::Nothing>(first.what) &&
               !std::holds_alternative<Line::Unknown>(first.what);
    } catch (const trace::BadLine&) {
        return false;
    } catch (const InputError&) {
        return false;
    }
}

}  // namespace

const FileKind log_kind{"a log of vtoll run --log", is_log};

TarmacLog::TarmacLog(TarmacLogOptions options) : options_(std::move(options)), out_(options_.file, "--log", log_kind) {}
TarmacLog::~TarmacLog() = default;

void TarmacLog::attach(Simulation& run) {
    run_ = &run;
    for (unsigned i = 0; i < run.machine().config().cpus; ++i)
        processors_.push_back(std::make_unique<Processor>(*this, i));
    if (options_.from || options_.to) watch_ = std::make_unique<PointWatch>(run);
    if (options_.from) watch_->wait_for(*options_.from, [this] { open(); });
    else open();
}

void TarmacLog::open() {
    opened_ = true;
    if (options_.to && options_.to->kind == StopPoint::Kind::instructions &&
        options_.to->number <= run_->machine().instructions())
        return;  // has gone by: it will not be reached any more
    open_ = true;
    for (unsigned i = 0; i < processors_.size(); ++i) run_->cpu(i).record_instructions();
    if (options_.to) watch_->wait_for(*options_.to, [this] { close(); });
}

/// The instruction that is being executed still belongs to the log.
void TarmacLog::close() {
    open_ = false;
    for (unsigned i = 0; i < processors_.size(); ++i) run_->cpu(i).record(false);
}

void TarmacLog::finish(Simulation&) {
    for (const auto& processor : processors_) processor->finish();
    watch_.reset();
    processors_.clear();
    out_.finish();
}

}  // namespace vtoll::core
