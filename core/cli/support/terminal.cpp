// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <vector>

#include "core/report/screen/words.hpp"

namespace vtoll::cli {

constexpr std::size_t least_columns = 40;  // no table is folded for less

bool colour_wanted(int descriptor) {
    const char* no_colour = std::getenv("NO_COLOR");
    return isatty(descriptor) && (no_colour == nullptr || *no_colour == '\0');
}

core::Screen screen_of(std::FILE* stream) {
    const int descriptor = fileno(stream);
    core::Screen screen{.colour = colour_wanted(descriptor)};
    winsize size{};
    if (isatty(descriptor) && ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        screen.columns = screen.most = std::max<std::size_t>(size.ws_col, least_columns);
    return screen;
}

void show(const core::Report& report) { fmt::print("{}", core::to_text(report, screen_of(stdout))); }

std::string fitted(const std::string& text, std::FILE* stream) {
    if (!isatty(fileno(stream))) return text;
    const std::size_t columns = screen_of(stream).columns;
    std::string out;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        // What stands in front of the sentence: blanks, or a name and two blanks at least.
        std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
        if (const std::size_t gap = line.find("  ", begin); gap != std::string::npos && gap < columns / 2)
            if (const std::size_t behind = line.find_first_not_of(' ', gap); behind < columns / 2) begin = behind;
        const std::vector<std::string> parts = core::width_of(line) <= columns
                                                   ? std::vector{line.substr(begin)}
                                                   : core::folded(line.substr(begin), columns - begin);
        for (std::size_t i = 0; i < parts.size(); ++i)
            out += (i ? std::string(begin, ' ') : line.substr(0, begin)) + parts[i] + "\n";
    }
    return out;
}

namespace {

/// Bytes of the character that `text` begins with; 0 when they are none. RFC 3629 §4.
std::size_t character(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < size) return 0;
    const unsigned least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const unsigned most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (byte(1) < least || byte(1) > most) return 0;
    for (std::size_t i = 2; i < size; ++i)
        if (byte(i) < 0x80 || byte(i) > 0xbf) return 0;
    return size;
}

/// What a file or a command line had in it may be anything: it neither breaks the line nor commands the terminal.
std::string in_one_line(const std::string& text) {
    std::string line;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t size = character(rest);
        const auto byte = static_cast<unsigned char>(rest[0]);
        if (byte == '\n') line += "\\n";
        else if (byte < 0x20 || byte == 0x7f || size == 0) line += fmt::format("\\x{:02x}", byte);
        else line += rest.substr(0, size);
        rest.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return line;
}

}  // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t size = character(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

void complain(const std::string& what) {
    std::fflush(stdout);
    const bool colour = colour_wanted(STDERR_FILENO);
    fmt::print(stderr, "{}vtoll:{} {}\n", colour ? "\033[1;31m" : "", colour ? "\033[0m" : "", in_one_line(what));
}

void note(const std::string& what) {
    std::fflush(stdout);
    fmt::print(stderr, "vtoll: {}\n", in_one_line(what));
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
