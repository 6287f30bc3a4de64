// SPDX-License-Identifier: Apache-2.0
#include "core/report/screen/words.hpp"

#include <algorithm>

namespace vtoll::core {

namespace {

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

/// Bytes of the first `characters`.
std::size_t bytes_of(const std::string& text, std::size_t characters) {
    std::size_t at = 0;
    for (; at < text.size(); ++at)
        if (begins_character(text[at]) && characters-- == 0) break;
    return at;
}

}  // namespace

std::size_t width_of(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string padded(const std::string& text, std::size_t width, bool right) {
    const std::string space(width - std::min(width, width_of(text)), ' ');
    return right ? space + text : text + space;
}

std::string without_end(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

std::size_t longest_word(const std::string& text) {
    std::size_t longest = 0, now = 0;
    for (const char c : text) {
        now = c == ' ' ? 0 : now + begins_character(c);
        longest = std::max(longest, now);
    }
    return longest;
}

std::vector<std::string> folded(const std::string& text, std::size_t width, std::size_t hanging) {
    if (width_of(text) <= width) return {text};
    const std::string indent(std::min(text.find_first_not_of(' '), text.size()), ' ');
    std::vector<std::string> lines;
    std::string line = indent, before = indent;
    std::size_t at = indent.size();
    /// The next word, and how many blanks are in front of it.
    const auto next_word = [&](std::string& word) {
        const std::size_t begin = std::min(text.find_first_not_of(' ', at), text.size()), gap = begin - at;
        std::size_t end = std::min(text.find(' ', begin), text.size());
        while (text.compare(end, 2, " %") == 0) end = std::min(text.find(' ', end + 1), text.size());  // "12 %" is one
        word = text.substr(begin, end - begin);
        at = end;
        return gap;
    };
    const auto next_line = [&] {
        lines.push_back(line);
        before = indent + std::string(hanging, ' ');
        line = before;
    };
    std::string word;
    for (std::size_t gap = next_word(word); !word.empty(); gap = next_word(word)) {
        const bool first = line == before;
        if (!first && width_of(line) + gap + width_of(word) > width) next_line();
        else if (!first) line.append(gap, ' ');
        while (width_of(line) + width_of(word) > width && width_of(line) < width) {
            const std::size_t fits = bytes_of(word, width - width_of(line));
            line += word.substr(0, fits);
            word.erase(0, fits);
            next_line();
        }
        line += word;
    }
    lines.push_back(line);
    return lines;
}

}  // namespace vtoll::core
