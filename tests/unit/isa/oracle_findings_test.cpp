// SPDX-License-Identifier: Apache-2.0
// What the comparison with Unicorn (tests/differential) found, each as one directed case.
#include <gtest/gtest.h>

#include "tests/unit/isa/fake_env.hpp"

namespace vtoll::isa {

namespace {

// RFE took all of the loaded word for the new CPSR: bits 23..20, which CPSRWriteByInstr does not write (ARM DDI 0406C
// §B1.3.3), stayed set and were read back by the next MRS.
TEST(OracleFindings, exception_return_does_not_write_the_reserved_bits_of_the_cpsr) {
    test::Cpu cpu(Mode::svc);
    cpu.s.r[0] = 0x2000;
    cpu.env.set_word(0x2000, 0x9000);
    cpu.env.set_word(0x2004, 0x50ff'0000 | 0xc0 | static_cast<u32>(Mode::svc));
    cpu.a32(0xf890'0a00);  // rfeia r0
    EXPECT_EQ(cpu.s.cpsr(), 0x500f'00d3u) << "bits 23..20 read as zero";
    EXPECT_EQ(cpu.s.r[15], 0x9000u) << "the return address";
}

}  // namespace

}  // namespace vtoll::isa
