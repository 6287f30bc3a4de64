// SPDX-License-Identifier: Apache-2.0
// Numbers as bytes: seven bits in each, least significant first, the top bit says that more follow (LEB128). Signed
// ones have their sign in bit 0.
#pragma once

#include <string>
#include <string_view>

#include "isa/types.hpp"

namespace vtoll::core::trace {

/// A trace that can't be understood: the reader adds file and place.
struct Malformed {
    std::string what;
};

constexpr u64 zigzag(s64 v) { return (static_cast<u64>(v) << 1) ^ static_cast<u64>(v >> 63); }
constexpr s64 unzigzag(u64 v) { return static_cast<s64>(v >> 1) ^ -static_cast<s64>(v & 1); }

class Bytes {
public:
    void byte(unsigned v) { out_.push_back(static_cast<char>(v)); }
    void number(u64 v) {
        for (; v >= 0x80; v >>= 7) byte(static_cast<unsigned>(v & 0x7f) | 0x80);
        byte(static_cast<unsigned>(v));
    }
    void delta(s64 v) { number(zigzag(v)); }
    void text(std::string_view v) { out_ += v; }
    const std::string& data() const { return out_; }
    void clear() { out_.clear(); }

private:
    std::string out_;
};

class ByteReader {
public:
    explicit ByteReader(std::string_view in = {}) : in_(in) {}
    bool done() const { return at_ == in_.size(); }
    std::size_t at() const { return at_; }

    u8 byte() {
        if (done()) throw Malformed{"ends inside a record"};
        return static_cast<u8>(in_[at_++]);
    }
    u64 number() {
        u64 v = 0;
        for (unsigned shift = 0;; shift += 7) {
            const u8 b = byte();
            if (shift > 63 || (shift == 63 && b > 1)) throw Malformed{"a number of more than 64 bits"};
            v |= u64(b & 0x7f) << shift;
            if (!(b & 0x80)) return v;
        }
    }
    u64 number_to(u64 most, const char* of) {
        const u64 v = number();
        if (v > most) throw Malformed{std::string(of) + " out of range"};
        return v;
    }
    u32 word(const char* of) { return static_cast<u32>(number_to(~u32{0}, of)); }
    s64 delta() { return unzigzag(number()); }
    std::string_view text(std::size_t size) {
        if (size > in_.size() - at_) throw Malformed{"ends inside a record"};
        const std::string_view v = in_.substr(at_, size);
        at_ += size;
        return v;
    }

private:
    std::string_view in_;
    std::size_t at_ = 0;
};

}  // namespace vtoll::core::trace
