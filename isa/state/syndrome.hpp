// SPDX-License-Identifier: Apache-2.0
// HSR, the Hyp Syndrome Register, ARM DDI 0406C §B3.13.6: what makes one and what reads one use these fields.
#pragma once

#include "isa/types.hpp"

namespace vtoll::isa {

/// HSR.EC, exception classes: ARM DDI 0406C table B3-25.
enum class Ec : u8 {
    unknown = 0x00,
    wfx = 0x01,
    cp15_32 = 0x03,
    cp15_64 = 0x04,
    cp14_32 = 0x05,
    cp14_ldc = 0x06,
    hcptr = 0x07,
    vmrs = 0x08,
    jazelle = 0x09,
    bxj = 0x0a,
    cp14_64 = 0x0c,
    svc = 0x11,
    hvc = 0x12,
    smc = 0x13,
    prefetch_abort = 0x20,
    prefetch_abort_hyp = 0x21,
    data_abort = 0x24,
    data_abort_hyp = 0x25,
};

struct SyndromeField {
    u8 at, bits;
    constexpr u32 mask() const { return ((1u << bits) - 1) << at; }
};

/// Fields of HSR.ISS, by exception class.
namespace iss {
// EC 0x01 to 0x0f, a trapped instruction
inline constexpr SyndromeField cv{24, 1}, cond{20, 4};
// WFI, WFE
inline constexpr SyndromeField is_wfe{0, 1};
// MCR, MRC, VMRS; CRm and Direction are also those of MCRR and MRRC
inline constexpr SyndromeField opc2{17, 3}, opc1{14, 3}, crn{10, 4}, rt{5, 4}, crm{1, 4}, is_read{0, 1};
// MCRR, MRRC
inline constexpr SyndromeField wide_opc1{16, 4}, rt2{10, 4};
// LDC, STC of CP14
inline constexpr SyndromeField imm8{12, 8}, ldc_rn{5, 4}, adds_offset{4, 1}, addressing{1, 3};
// HCPTR: TA, coproc
inline constexpr SyndromeField advsimd{5, 1}, coproc{0, 4};
// BXJ
inline constexpr SyndromeField rm{0, 4};
// SVC, HVC
inline constexpr SyndromeField imm16{0, 16};
// Prefetch and Data Aborts: IFSC or DFSC (its lowest two bits the level of an MMU fault), EA, S1PTW
inline constexpr SyndromeField status{0, 6}, status_level{0, 2}, status_kind{2, 4}, external{9, 1}, s1ptw{7, 1};
// Data Aborts: CM, WnR; with ISV the access: SAS, SSE, SRT
inline constexpr SyndromeField cache_maintenance{8, 1}, is_write{6, 1}, isv{24, 1}, sas{22, 2}, sse{21, 1}, srt{16, 4};
}  // namespace iss

class Syndrome {
public:
    static constexpr SyndromeField class_field{26, 6}, il_field{25, 1};

    constexpr Syndrome() = default;
    constexpr explicit Syndrome(u32 hsr) : hsr_(hsr) {}

    constexpr u32 hsr() const { return hsr_; }
    constexpr Ec ec() const { return static_cast<Ec>((*this)[class_field]); }
    constexpr u32 operator[](SyndromeField field) const { return (hsr_ & field.mask()) >> field.at; }
    constexpr Syndrome with(SyndromeField field, u32 value) const {
        return Syndrome((hsr_ & ~field.mask()) | (value << field.at & field.mask()));
    }
    template <class... Fields>
    constexpr Syndrome without(Fields... fields) const {
        return Syndrome(hsr_ & ~(fields.mask() | ...));
    }

private:
    u32 hsr_ = 0;
};

}  // namespace vtoll::isa
