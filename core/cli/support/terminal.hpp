// SPDX-License-Identifier: Apache-2.0
// What goes to a terminal: text as wide as it is, complaints, and a progress line for work that takes a while.
#pragma once

#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>

#include "core/report/screen/text.hpp"
#include "isa/types.hpp"

namespace vtoll::cli {

/// True when `descriptor` is a terminal that may be coloured (NO_COLOR isn't set).
bool colour_wanted(int descriptor);

/// What `stream` is read on: a terminal of some width, or anything.
core::Screen screen_of(std::FILE* stream);

/// To standard output.
void show(const core::Report& report);

/// Lines of sentences as they are; for a terminal that is narrower folded, under where they begin.
std::string fitted(const std::string& text, std::FILE* stream);

bool is_utf8(std::string_view text);

/// One line: "vtoll: <what>".
void complain(const std::string& what);

/// The same of something that is no fault.
void note(const std::string& what);

/// Silent for the first two seconds. On a terminal a line that rewrites itself, elsewhere a line every ten seconds.
class Progress {
public:
    /// `rewrite` false: something else writes to the same terminal.
    explicit Progress(bool rewrite);
    ~Progress();
    void update(u64 instructions, double machine_seconds);

private:
    using Time = std::chrono::steady_clock;
    Time::time_point start_ = Time::now(), next_ = start_ + std::chrono::seconds(2), last_ = start_;
    u64 last_instructions_ = 0;
    bool rewrite_;
    bool shown_ = false;
};

}  // namespace vtoll::cli
