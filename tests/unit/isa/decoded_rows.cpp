// SPDX-License-Identifier: Apache-2.0
// With VTOLL_DECODED=file, writes down which encoding rows each test file decodes: a line is "set word file". The
// linker puts this decode() in front of the real one (--wrap), so that tests need not say so themselves.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <tuple>

#include "isa/encodings/encoding.hpp"

namespace vtoll::isa::test {

Decoded real_decode(InstrSet set, u32 raw, const DecodeContext& ctx, Decoding& d) asm(
    "__real__ZN5vtoll3isa6decodeENS0_8InstrSetEjRKNS0_13DecodeContextERNS0_8DecodingE");
Decoded noted_decode(InstrSet set, u32 raw, const DecodeContext& ctx, Decoding& d) asm(
    "__wrap__ZN5vtoll3isa6decodeENS0_8InstrSetEjRKNS0_13DecodeContextERNS0_8DecodingE");

namespace {

class Notes : public ::testing::Environment {
public:
    void TearDown() override {
        const char* path = std::getenv("VTOLL_DECODED");
        std::FILE* out = path ? std::fopen(path, "w") : nullptr;
        if (!out) return;
        for (const auto& [row, key, file, raw] : seen_)
            std::fprintf(out, "%s %08x %s\n",
                         row->bits.size() == 16 ? "t16"
                         : thumb_.contains(row) ? "t32"
                                                : "a32",
                         raw, file.c_str());
        std::fclose(out);
    }
    void note(InstrSet set, const Decoding& d) {
        const Encoding* row = d.row;
        const ::testing::TestInfo* test = ::testing::UnitTest::GetInstance()->current_test_info();
        if (!test) return;
        if (set != InstrSet::a32) thumb_.insert(row);
        // one word of a row will do, but system registers are told apart
        const u32 key = d.properties.sysreg ? d.raw & 0x0fff'0fff : 0;
        std::string file = std::filesystem::path(test->file()).stem().string();
        if (keys_.insert({row, key, file}).second) seen_.insert({row, key, std::move(file), d.raw});
    }

private:
    std::set<std::tuple<const Encoding*, u32, std::string>> keys_;
    std::set<std::tuple<const Encoding*, u32, std::string, u32>> seen_;
    std::set<const Encoding*> thumb_;
};
Notes* const notes = static_cast<Notes*>(::testing::AddGlobalTestEnvironment(new Notes));

}  // namespace

Decoded noted_decode(InstrSet set, u32 raw, const DecodeContext& ctx, Decoding& d) {
    static const bool wanted = std::getenv("VTOLL_DECODED") != nullptr;
    const Decoded result = real_decode(set, raw, ctx, d);
    if (wanted && result == Decoded::ok) notes->note(set, d);
    return result;
}

}  // namespace vtoll::isa::test
