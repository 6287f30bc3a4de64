// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/unicorn_side.hpp"

#include <stdexcept>
#include <string>

namespace vtoll::differential {

namespace {

void check(uc_err e, const char* what) {
    if (e != UC_ERR_OK) throw std::runtime_error(std::string("unicorn: ") + what + ": " + uc_strerror(e));
}

// Unicorn's exception numbers are QEMU's (target/arm/cpu.h, EXCP_*).
Ending ending_of_exception(int number) {
    switch (number) {
    case 1: return Ending::undefined;
    case 2: return Ending::svc;
    case 4: return Ending::data_abort;
    case 7: return Ending::breakpoint;
    case 11: return Ending::hvc;
    case 13: return Ending::smc;
    }
    return Ending::other;
}

Ending ending_of_error(uc_err e) {
    switch (e) {
    case UC_ERR_OK:
    case UC_ERR_FETCH_UNMAPPED:  // a branch to nowhere: both sides stop in front of it
    case UC_ERR_FETCH_PROT: return Ending::ran;
    case UC_ERR_INSN_INVALID: return Ending::undefined;
    case UC_ERR_READ_UNMAPPED:
    case UC_ERR_WRITE_UNMAPPED:
    case UC_ERR_READ_PROT:
    case UC_ERR_WRITE_PROT:
    case UC_ERR_READ_UNALIGNED:
    case UC_ERR_WRITE_UNALIGNED: return Ending::data_abort;
    default: return Ending::other;
    }
}

/// The registers that travel, in one batch each way.
struct Batch {
    static constexpr int count = 15 + 3 + 32;
    int id[count];
    void* at[count];

    explicit Batch(MachineState& s) {
        int n = 0;
        const auto add = [&](int reg, void* where) { id[n] = reg, at[n++] = where; };
        add(UC_ARM_REG_CPSR, &s.cpsr);  // first: it selects the bank that r13 and r14 are written to
        for (int r = 0; r < 13; ++r) add(UC_ARM_REG_R0 + r, &s.r[r]);
        add(UC_ARM_REG_SP, &s.r[13]);
        add(UC_ARM_REG_LR, &s.r[14]);
        add(UC_ARM_REG_FPSCR, &s.fpscr);
        add(UC_ARM_REG_FPEXC, &s.fpexc);
        for (int d = 0; d < 32; ++d) add(UC_ARM_REG_D0 + d, &s.d[d]);
    }
};

}  // namespace

UnicornSide::UnicornSide(const std::vector<u8>& code, DataImage& data) : code_(code), data_(data) { open(); }
UnicornSide::~UnicornSide() { uc_close(uc_); }

void UnicornSide::open() {
    check(uc_open(UC_ARCH_ARM, UC_MODE_ARM, &uc_), "open");
    check(uc_ctl_set_cpu_model(uc_, UC_CPU_ARM_CORTEX_A15), "CPU model");
    check(
        uc_mem_map_ptr(uc_, map::code_base, map::code_size, UC_PROT_READ | UC_PROT_EXEC, const_cast<u8*>(code_.data())),
        "map the code");
    check(uc_mem_map_ptr(uc_, map::data_base, map::data_size, UC_PROT_READ | UC_PROT_WRITE, data_.data()),
          "map the data");
    uc_hook hook;
    check(uc_hook_add(uc_, &hook, UC_HOOK_CODE, reinterpret_cast<void*>(&on_instruction), this, 1, 0), "code hook");
    check(uc_hook_add(uc_, &hook, UC_HOOK_INTR, reinterpret_cast<void*>(&on_exception), this, 1, 0), "exception hook");
    write(UC_ARM_REG_C1_C0_2, 0x00f0'0000);  // CPACR: full access to CP10 and CP11
    uc_arm_cp_reg scr{.cp = 15, .is64 = 0, .sec = 0, .crn = 1, .crm = 1, .opc1 = 0, .opc2 = 0, .val = 0x101};
    check(uc_reg_write(uc_, UC_ARM_REG_CP_REG, &scr), "SCR");  // NS, HCE: HVC is not UNDEFINED
}

void UnicornSide::write(int reg, u32 value) { check(uc_reg_write(uc_, reg, &value), "write a register"); }
u32 UnicornSide::read(int reg) const {
    u32 value = 0;
    check(uc_reg_read(uc_, reg, &value), "read a register");
    return value;
}

template <class Visit>
void UnicornSide::each_bank(Visit visit) {
    u32 mode = 0;
    for (std::size_t n = 0; n < banked_count; ++n) {
        const BankedRegister& b = banked_registers[n];
        if (b.mode != mode) write(UC_ARM_REG_CPSR, 0x1c0 | (mode = b.mode));
        visit(b.n == 16   ? UC_ARM_REG_SPSR
              : b.n == 14 ? UC_ARM_REG_LR
              : b.n == 13 ? UC_ARM_REG_SP
                          : UC_ARM_REG_R0 + static_cast<int>(b.n),
              n);
    }
}

void UnicornSide::on_instruction(uc_engine* uc, u64 pc, u32, void* opaque) {
    auto& self = *static_cast<UnicornSide*>(opaque);
    const u32 at = static_cast<u32>(pc);
    if (at < self.begin_ || at >= self.end_ || self.steps_ >= self.step_limit_) {
        if (!self.has_landed_) self.landed_ = at;
        self.has_landed_ = true;
        uc_emu_stop(uc);
        return;
    }
    if (!self.thumb_ && (at & 3)) self.misplaced_ = true;
    self.last_pc_ = at;
    ++self.steps_;
}

void UnicornSide::on_exception(uc_engine* uc, u32 number, void* opaque) {
    static_cast<UnicornSide*>(opaque)->exception_ = static_cast<int>(number);
    uc_emu_stop(uc);
}

// Unicorn 2.0.1 generates no checks for a stop request inside an IT block, and goes on generating none in A32 code
// until it has translated a Thumb instruction outside of one. Make it do that.
void UnicornSide::forget_it_block() {
    uc_ctl_remove_cache(uc_, map::nops, map::nops + 4);
    begin_ = map::nops;
    end_ = map::nops + 4;
    uc_emu_start(uc_, map::nops | 1, map::nops + 2, 0, 0);
}

void UnicornSide::renew() {
    uc_close(uc_);
    open();
}

MachineState UnicornSide::run(const Program& program, unsigned step_limit) {
    const MachineState& initial = program.initial;
    const u32 begin = program.begin, end = program.end();
    begin_ = begin;
    end_ = end;
    step_limit_ = step_limit;
    steps_ = 0;
    has_landed_ = misplaced_ = false;
    thumb_ = initial.cpsr & 0x20;
    exception_ = -1;

    MachineState s = initial;
    Batch batch(s);
    each_bank([&](int reg, std::size_t n) { write(reg, initial.banked[n]); });
    check(uc_reg_write_batch(uc_, batch.id, batch.at, Batch::count), "write registers");
    const bool thumb = initial.cpsr & 0x20;
    const uc_err e = uc_emu_start(uc_, begin | (thumb ? 1 : 0), end, 0, 0);
    check(uc_reg_read_batch(uc_, batch.id, batch.at, Batch::count), "read registers");
    s.r[15] = read(UC_ARM_REG_PC);

    each_bank([&](int reg, std::size_t n) { s.banked[n] = read(reg); });

    // Code outside the slot that a branch looked at is translated now; its slot will hold another program later.
    if (has_landed_) uc_ctl_remove_cache(uc_, landed_, landed_ + 4);

    s.ending = exception_ >= 0 ? ending_of_exception(exception_) : ending_of_error(e);
    if (s.ending == Ending::ran && steps_ >= step_limit_) s.ending = Ending::step_limit;
    // In A32 code at an address that is not a multiple of 4: the branch there was UNPREDICTABLE.
    if (misplaced_) s.ending = Ending::ran_on;
    if (has_landed_ && (s.r[15] != landed_ || s.ending != Ending::ran) && steps_ < step_limit_)
        s.ending = Ending::ran_on;
    // Exceptions are compared by the address of the instruction: Unicorn's PC may already be behind it.
    if (s.ending != Ending::ran && s.ending != Ending::step_limit) s.r[15] = last_pc_;
    if (!thumb && (s.cpsr & 0x20)) forget_it_block();
    return s;
}

std::span<const Tolerance> UnicornSide::tolerances() const {
    using State = MachineState;
    static const Tolerance list[] = {
        {"BXWritePC in A32 with target<1:0> = '10' (ARM DDI 0406C §A2.3.1): we ignore bit 1, Unicorn keeps it",
         [](const State& ours, State& theirs) {
             if (ours.ending == Ending::ran && !(theirs.cpsr & isa::psr::T)) theirs.r[15] &= ~2u;
         }},
        {"bits 23..20 of the CPSR are reserved and not written (§B1.3.3), in Unicorn they are",
         [](const State&, State& theirs) { theirs.cpsr &= ~isa::psr::reserved; }},
        {"a PSR loaded with IT or J bits set and T clear, or with a mode that does not exist, is UNPREDICTABLE",
         [](const State& ours, State& theirs) {
             if (!(ours.cpsr & isa::psr::T)) theirs.cpsr &= ~isa::psr::IT;
             theirs.cpsr &= ~isa::psr::J;
         }},
        {"Unicorn has moved ITSTATE on when it reports a call",
         [](const State& ours, State& theirs) {
             if (ours.ending == theirs.ending &&
                 (ours.ending == Ending::svc || ours.ending == Ending::hvc || ours.ending == Ending::smc))
                 theirs.cpsr = (theirs.cpsr & ~isa::psr::IT) | (ours.cpsr & isa::psr::IT);
         }},
    };
    return list;
}

bool UnicornSide::cannot_tell(const MachineState& ours, const MachineState& theirs) const {
    if (theirs.ending == Ending::ran_on) return true;
    // VFP arithmetic under FPSCR.Stride other than 0 but Len 0: UNDEFINED in QEMU, scalar here
    // (isa/exec/vfp/vfp_arithmetic.hpp).
    if (theirs.ending == Ending::undefined && bits(theirs.fpscr, 21, 20) && !bits(theirs.fpscr, 18, 16)) return true;
    // It does not stop inside an IT block, for an abort or otherwise.
    if (isa::psr::it_of(ours.cpsr)) return true;
    // In System mode LDM ^, SRS and the like are UNPREDICTABLE: UNDEFINED here (a block may have entered it by
    // CPS).
    return ours.ending == Ending::undefined && (ours.cpsr & isa::psr::M) == static_cast<u32>(isa::Mode::sys);
}

std::unique_ptr<Oracle> open_unicorn(const std::vector<u8>& code, DataImage& data) {
    return std::make_unique<UnicornSide>(code, data);
}

}  // namespace vtoll::differential
