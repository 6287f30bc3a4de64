// SPDX-License-Identifier: Apache-2.0
// Words in places of some width.
#pragma once

#include <string>
#include <vector>

namespace vtoll::core {

/// Characters of UTF-8: bytes but those that go on with one.
std::size_t width_of(const std::string& text);

std::string padded(const std::string& text, std::size_t width, bool right);

std::string without_end(std::string line);

/// Of the words between spaces, the widest.
std::size_t longest_word(const std::string& text);

/// Lines of at most `width`, broken between words, and within one only where it is wider than a line. What `text` is
/// indented by, all lines are; those behind the first by `hanging` more.
std::vector<std::string> folded(const std::string& text, std::size_t width, std::size_t hanging = 0);

}  // namespace vtoll::core
