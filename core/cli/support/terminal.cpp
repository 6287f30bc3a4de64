// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace vtoll::cli {

bool colour_wanted(int descriptor) {
    const char* no_colour = std::getenv("NO_COLOR");
    return isatty(descriptor) && (no_colour == nullptr || *no_colour == '\0');
}

namespace {

/// What a file or a command line had in it may be anything: it neither breaks the line nor commands the terminal.
std::string in_one_line(const std::string& text) {
    std::string line;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n') line += "\\n";
        else if (byte < 0x20 || byte == 0x7f) line += fmt::format("\\x{:02x}", byte);
        else line += c;
    }
    return line;
}

}  // namespace

void complain(const std::string& what) {
    std::fflush(stdout);
    const bool colour = colour_wanted(STDERR_FILENO);
    fmt::print(stderr, "{}vtoll:{} {}\n", colour ? "\033[1;31m" : "", colour ? "\033[0m" : "", in_one_line(what));
}

Progress::Progress(bool rewrite) : rewrite_(rewrite && isatty(STDERR_FILENO)) {}

Progress::~Progress() {
    if (shown_ && rewrite_) std::fputs("\r\033[K", stderr);
}

void Progress::update(u64 instructions, double machine_seconds) {
    const auto now = Time::now();
    if (now < next_) return;
    const double seconds = std::chrono::duration<double>(now - last_).count();
    const double mips = static_cast<double>(instructions - last_instructions_) / seconds / 1e6;
    const std::string of_machine =
        machine_seconds > 0 ? fmt::format(", {:.3f} s of the machine's time", machine_seconds) : "";
    const std::string line = fmt::format("vtoll: {:.0f} s, {:.0f} M instructions{}, {:.0f} MIPS",
                                         std::chrono::duration<double>(now - start_).count(),
                                         static_cast<double>(instructions) / 1e6, of_machine, mips);
    if (rewrite_) fmt::print(stderr, "\r\033[K{}", line);
    else fmt::print(stderr, "{}\n", line);
    std::fflush(stderr);
    last_ = now;
    last_instructions_ = instructions;
    next_ = now + (rewrite_ ? std::chrono::milliseconds(500) : std::chrono::seconds(10));
    shown_ = true;
}

}  // namespace vtoll::cli
