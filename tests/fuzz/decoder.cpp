// SPDX-License-Identifier: Apache-2.0
// Words as instructions, of every set and in every context: decoded, printed, their operands asked for.
#include <cstring>

#include "isa/encodings/encoding.hpp"
#include "isa/encodings/printer.hpp"
#include "tests/fuzz/entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace vtoll;
    using namespace vtoll::isa;
    for (; size >= 8; bytes += 8, size -= 8) {
        u32 word = 0;
        std::memcpy(&word, bytes, 4);
        Features features;
        features.virtualization = features.lpae = bytes[4] & 1;
        const DecodeContext context{bytes[4] & 2u ? 0xffff'fffe : 0x4000'8000, static_cast<Privilege>(bytes[5] % 3),
                                    bytes[6], &features};
        for (const InstrSet set : {InstrSet::a32, InstrSet::t16, InstrSet::t32}) {
            const u32 raw = set == InstrSet::t16 ? word & 0xffff : word;
            Decoding decoded;
            fuzz::expect(!disassemble(set, raw, context, &decoded).empty(), "an instruction without a text");
        }
    }
    return 0;
}
