// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/bench.hpp"

#include <fmt/format.h>

#include <cstring>

namespace vtoll::differential {

namespace {

constexpr unsigned step_limit = 64;

/// Differences that no oracle can settle.
bool nobody_can_tell(const MachineState& ours, bool same_abort) {
    // Code that was not made to be run, or that does not end.
    if (ours.ending == Ending::step_limit || ours.ending == Ending::lost) return true;
    // Oracles check the alignment of exclusive accesses at most; LDM, LDRD, VLDR, an STREX that is going to fail, ...
    // go on where ARMv7 faults (ARM DDI 0406C §A3.2.1).
    return ours.alignment_fault && !same_abort;
}

}  // namespace

Bench::Bench(const OracleKind& kind, u64 seed_of_memory)
    : code_(map::code_size), image_(map::data_size), ours_(map::data_size), theirs_(map::data_size) {
    isa::Rng rng(seed_of_memory);
    for (u8& b : code_) b = static_cast<u8>(rng());
    for (u8& b : image_) b = static_cast<u8>(rng());
    for (u32 at = map::nops - map::code_base; at < map::code_size; at += 2) code_[at] = 0x00, code_[at + 1] = 0xbf;
    filler_ = std::vector<u8>(code_.begin(), code_.end());
    ours_ = theirs_ = image_;
    vtoll_ = std::make_unique<VtollSide>(code_, ours_, kind.runner ? kind.runner() : nullptr);
    oracle_ = kind.open(code_, theirs_);
    used_.resize(map::slots);
    needed_.resize(oracle_->tolerances().size());
}

void Bench::renew_oracle() {
    oracle_->renew();
    used_.assign(map::slots, false);
}

std::vector<std::string_view> Bench::idle_tolerances() const {
    std::vector<std::string_view> out;
    for (std::size_t n = 0; n < needed_.size(); ++n)
        if (!needed_[n]) out.push_back(oracle_->tolerances()[n].reason);
    return out;
}

Bench::Outcome Bench::run(const Program& p) {
    std::memcpy(&code_[p.begin - map::code_base], p.bytes.data(), p.bytes.size());
    for (auto [va, word] : p.data)
        if (map::in_data(va, 4))
            for (DataImage* d : {&ours_, &theirs_}) std::memcpy(&(*d)[va - map::data_base], &word, 4);
    Outcome o;
    o.ours = vtoll_->run(p, step_limit);
    const u32 slot_used = (p.begin - map::code_base) / map::slot_size;
    if (used_[slot_used]) renew_oracle();
    used_[slot_used] = true;
    o.theirs = oracle_->run(p, step_limit);
    for (std::size_t n = 0; n < needed_.size(); ++n) {
        const MachineState before = o.theirs;
        oracle_->tolerances()[n].apply(o.ours, o.theirs);
        if (!same(before, o.theirs)) needed_[n] = true;
    }
    const bool same_data = std::memcmp(ours_.data(), theirs_.data(), map::data_size) == 0;
    // What registers hold after an abort in mid-instruction is the instruction's affair (ARM DDI 0406C §B1.9.8:
    // UNKNOWN for those being loaded); address and memory must agree.
    const bool aborted = o.ours.ending == Ending::data_abort && o.theirs.ending == Ending::data_abort;
    const bool same_place = o.ours.r[15] == o.theirs.r[15];
    const bool same_state = aborted ? same_place : same(o.ours, o.theirs);
    o.agree = same_state && same_data;
    o.not_compared =
        !o.agree && (nobody_can_tell(o.ours, aborted && same_place) || oracle_->cannot_tell(o.ours, o.theirs));
    if (o.not_compared) o.agree = true;
    o.unknown = !o.agree && (o.theirs.ending == Ending::undefined || o.theirs.ending == Ending::unpredictable);
    if (!o.agree)
        o.report = listing(p) +
                   fmt::format("    L0 table: {}\n",
                               p.l0_granule ? fmt::format("entries of {} bytes", 1u << p.l0_granule) : "empty") +
                   side_by_side(p.initial, o.ours, o.theirs) +
                   data_differences(image_.data(), ours_.data(), theirs_.data());
    std::memcpy(ours_.data(), image_.data(), map::data_size);
    std::memcpy(theirs_.data(), image_.data(), map::data_size);
    std::memcpy(&code_[p.begin - map::code_base], &filler_[p.begin - map::code_base], map::slot_size);
    return o;
}

}  // namespace vtoll::differential
