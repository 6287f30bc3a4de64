// SPDX-License-Identifier: Apache-2.0
// A processor whose memory answers every load with a value of its address alone and writes down every store: what one
// instruction makes of a state can be had again from a state that differs in one place.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "isa/encodings/generator.hpp"
#include "tests/unit/isa/fake_env.hpp"

namespace vtoll::isa::test {

/// A place that an instruction may read or write: a core register (15: the instruction's own address), one of `flag`,
/// or a doubleword register.
struct Place {
    enum Kind : u8 { core, flags, extension } kind;
    unsigned n;  ///< of flags: the number of the bit
};
constexpr unsigned all_places = 16 + flag::count + 32;
constexpr Place place(unsigned i) {
    if (i < 16) return {Place::core, i};
    if (i < 16 + flag::count) return {Place::flags, i - 16};
    return {Place::extension, i - 16 - flag::count};
}
std::string place_name(unsigned i);
bool is_read(const Roles& r, unsigned i);
bool is_written(const Roles& r, unsigned i);

struct StoreMade {
    u32 va;
    unsigned size;
    u64 value;
    friend bool operator==(const StoreMade&, const StoreMade&) = default;
};

/// All that an instruction may change. Registers r8 to r14 are those of the mode that it began in.
struct Outcome {
    std::array<u64, all_places> places{};
    std::vector<StoreMade> stores;
    bool exception = false;
    // what roles do not speak of
    std::array<u32, 40> other_banks{};
    u32 mode_and_masks = 0, fpexc = 0;
    bool thumb = false;
    SysRegs sys;

    /// The same, places apart.
    bool same_besides(const Outcome& b) const;
};

class RolesMachine {
public:
    static constexpr u32 pc = 0x8000;

    RolesMachine();
    ~RolesMachine();

    /// Contents so chosen that operations have something to carry, saturate and round; the condition of `d` passes.
    void shuffle(Rng& rng, const Decoding& d, Mode mode);
    /// Another value in a place (not in core register 15).
    void disturb(Rng& rng, unsigned i);
    /// Back to what shuffle() made.
    void restore();
    /// Runs the instruction from the present state.
    Outcome run(InstrSet set, const Decoding& d);
    Outcome now() const;

    const CpuState& state() const { return *s_; }

private:
    struct Memory;
    std::unique_ptr<Memory> env_;
    std::unique_ptr<CpuState> s_, kept_;
    Mode mode_ = Mode::svc;
};

}  // namespace vtoll::isa::test
