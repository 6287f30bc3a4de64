// SPDX-License-Identifier: Apache-2.0
// The far end of the serial line and of semihosting: keeps what the guest wrote, echoes it, supplies what it reads.
#pragma once

#include <algorithm>
#include <cstdio>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isa/types.hpp"

namespace vtoll::core {

/// Text that is typed when the console has shown something: what a person would wait for.
struct Typing {
    std::string after, text;

    template <class Ar>
    void serialize(Ar& ar) {
        ar(after, text);
    }
    bool operator==(const Typing&) const = default;
};

class Console {
public:
    /// What is put behind the first `most` bytes is lost, and `on_full` is told.
    void limit(u64 most, std::function<void()> on_full) {
        most_ = most;
        on_full_ = std::move(on_full);
    }

    /// False: it was lost.
    bool put(u8 byte) {
        if (log_.size() >= most_) {
            if (on_full_) on_full_();
            return false;
        }
        log_.push_back(static_cast<char>(byte));
        if (!typing_.empty()) type();
        if (!awaited_.empty()) tell();
        if (echo_ == nullptr) return true;
        std::fputc(byte, echo_);
        if (byte == '\n') std::fflush(echo_);
        return true;
    }
    bool put(std::string_view text) {
        return std::all_of(text.begin(), text.end(), [this](char c) { return put(static_cast<u8>(c)); });
    }

    bool has_input() const { return next_ != input_.size(); }
    std::optional<u8> get() {
        if (!has_input()) return std::nullopt;
        return static_cast<u8>(input_[next_++]);
    }

    void set_input(std::string text) {
        input_ = std::move(text);
        next_ = 0;
    }
    /// Reads `text` after what is still waiting to be read.
    void add_input(const std::string& text) { input_ += text; }
    const std::string& input() const { return input_; }
    /// Calls `on_shown` once, when `text` has been written from now on, unless `who` forgets it before.
    void await(const void* who, std::string text, std::function<void()> on_shown) {
        awaited_.push_back({who, std::move(text), std::move(on_shown)});
    }
    void forget_awaited(const void* who) {
        std::erase_if(awaited_, [who](const Awaited& a) { return a.who == who; });
    }
    /// In order: each is waited for from where the one before it was found.
    void set_typing(const std::vector<Typing>& typing) {
        typing_.assign(typing.begin(), typing.end());
        typed_at_ = log_.size();
    }
    void set_echo(std::FILE* stream) { echo_ = stream; }
    const std::string& log() const { return log_; }

    template <class Ar>
    void serialize(Ar& ar) {
        ar(log_, input_, next_, typing_, typed_at_);
    }

private:
    struct Awaited {
        const void* who;
        std::string text;
        std::function<void()> on_shown;
    };

    void tell() {
        for (std::size_t i = 0; i < awaited_.size();) {
            if (!log_.ends_with(awaited_[i].text)) {
                ++i;
                continue;
            }
            const auto on_shown = std::move(awaited_[i].on_shown);
            awaited_.erase(awaited_.begin() + static_cast<std::ptrdiff_t>(i));
            on_shown();
        }
    }
    void type() {
        const Typing& next = typing_.front();
        const std::string_view shown = std::string_view(log_).substr(typed_at_);
        if (!shown.ends_with(next.after)) return;
        input_ += next.text;
        typed_at_ = log_.size();
        typing_.pop_front();
    }

    std::string log_, input_;
    std::vector<Awaited> awaited_;
    std::deque<Typing> typing_;
    u64 typed_at_ = 0;  ///< what was shown before has been answered
    u64 next_ = 0;
    u64 most_ = ~u64{0};
    std::function<void()> on_full_;
    std::FILE* echo_ = nullptr;
};

}  // namespace vtoll::core
