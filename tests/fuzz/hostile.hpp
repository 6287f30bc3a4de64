// SPDX-License-Identifier: Apache-2.0
// What the fuzzers of a hostile guest share: an input is what the guest does, step by step, and what it saw of it is a
// number. Where the input says so the machine is saved, and a second one goes on from there: both end alike.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include "core/state/archive.hpp"
#include "gic/gic.hpp"
#include "tests/fuzz/entry.hpp"

namespace vtoll::fuzz {

/// The input from its beginning on; zeros follow it.
class Bytes {
public:
    Bytes(const u8* bytes, std::size_t size) : next_(bytes), left_(size) {}

    bool any() const { return left_ != 0; }
    template <class T>
    T take() {
        T value{};
        const std::size_t size = std::min(left_, sizeof value);
        if (size != 0) std::memcpy(&value, next_, size);
        next_ += size;
        left_ -= size;
        return value;
    }

private:
    const u8* next_;
    std::size_t left_;
};

/// FNV-1a of all that a guest could tell.
class Seen {
public:
    void operator()(u64 value) { add(&value, sizeof value); }
    void operator()(std::string_view bytes) { add(bytes.data(), bytes.size()); }
    void operator()(const gic::Lines& lines) {
        (*this)(u64{lines.irq} | lines.fiq << 1 | lines.virq << 2 | lines.vfiq << 3);
    }
    bool operator==(const Seen&) const = default;

private:
    void add(const void* bytes, std::size_t size) {
        for (std::size_t i = 0; i < size; ++i) hash_ = (hash_ ^ static_cast<const u8*>(bytes)[i]) * 0x100'0000'01b3;
    }
    u64 hash_ = 0xcbf2'9ce4'8422'2325;
};

template <class Part>
std::string saved(Part& part) {
    core::Archive ar;
    ar(part);
    return ar.take();
}
template <class Part>
void restore(Part& part, const std::string& bytes) {
    core::Archive ar(bytes, "the saved state");
    ar(part);
    ar.finish();
}
inline void restore(gic::Gic& to, const gic::Gic& from) {
    gic::State state = from.state(), again;
    restore(again, saved(state));
    to.restore(again);
}

/// `Guest` has act(Bytes&), take_over(Guest&) and seen(). Steps of `bytes` are done by one from the beginning, and from
/// step `split` on by another one too, which takes over the state that the first one saves.
template <class Guest, class Make>
void act_twice(Bytes bytes, unsigned split, Make make) {
    constexpr unsigned most_steps = 400;
    auto one = make();
    decltype(make()) other;
    for (unsigned step = 0; bytes.any() && step < most_steps; ++step) {
        if (step == split) {
            other = make();
            other->take_over(*one);
        }
        Bytes same = bytes;
        one->act(bytes);
        if (other) other->act(same);
    }
    if (other) expect(one->seen() == other->seen(), "a machine that was saved and restored does something else");
}

}  // namespace vtoll::fuzz
