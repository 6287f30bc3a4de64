// SPDX-License-Identifier: Apache-2.0
// What is saved comes back, and what can't have been saved is refused in one line.
#include <gtest/gtest.h>

#include "core/state/archive.hpp"

namespace vtoll::core {
namespace {

struct Part {
    u16 number = 0;
    bool flag = false;

    template <class Ar>
    void serialize(Ar& ar) {
        ar(number, flag);
    }
    bool operator==(const Part&) const = default;
};

struct Whole {
    enum class Kind : u8 { one, two } kind = Kind::one;
    std::string text;
    std::array<u32, 3> words{};
    std::vector<Part> parts;
    std::deque<u8> queue;
    std::pair<u64, s32> pair;

    void serialize(Archive& ar) { ar(kind, text, words, parts, queue, pair); }
    bool operator==(const Whole&) const = default;
};

const Whole example{Whole::Kind::two, std::string("a\0b", 3), {1, 2, 0xffff'ffff}, {{7, true}, {8, false}},
                    {9, 10},          {~u64{0}, -1}};

std::string saved(Whole whole) {
    Archive ar;
    ar(whole);
    return ar.take();
}

TEST(Archive, BringsBackWhatItSaved) {
    const std::string bytes = saved(example);
    Whole whole;
    whole.parts.resize(5);
    Archive ar(bytes, "example");
    ar(whole);
    ar.finish();
    EXPECT_EQ(whole, example) << "every kind of value";
    EXPECT_EQ(saved(whole), bytes) << "and the same bytes again";
}

TEST(Archive, RefusesEveryLengthButTheRightOne) {
    const std::string bytes = saved(example);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        Whole whole;
        const auto restore = [&] {
            Archive ar(std::string_view(bytes).substr(0, size), "example");
            ar(whole);
            ar.finish();
        };
        EXPECT_THROW(restore(), InputError) << "cut to " << size << " of " << bytes.size() << " bytes";
    }
    Whole whole;
    const std::string longer = bytes + '\0';
    Archive ar(longer, "example");
    ar(whole);
    EXPECT_THROW(ar.finish(), InputError) << "a byte too many";
}

TEST(Archive, ACountBeyondTheEndAsksForNoMemory) {
    Archive writer;
    u64 count = ~u64{0} >> 8;
    writer(count);
    const std::string bytes = writer.take();
    std::vector<u64> values;
    Archive ar(bytes, "example");
    EXPECT_THROW(ar(values), InputError) << "no such number of elements";
    EXPECT_TRUE(values.empty()) << "nothing was made";
}

}  // namespace
}  // namespace vtoll::core
