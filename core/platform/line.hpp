// SPDX-License-Identifier: Apache-2.0
// An interrupt output: tells whoever is wired to it, once per change.
#pragma once

#include <functional>

namespace vtoll::core {

class Line {
public:
    void connect(std::function<void(bool level)> sink) { sink_ = std::move(sink); }
    void set(bool level) {
        if (level == level_) return;
        level_ = level;
        if (sink_) sink_(level);
    }
    bool level() const { return level_; }

    template <class Ar>
    void serialize(Ar& ar) {
        ar(level_);
    }

private:
    std::function<void(bool level)> sink_;
    bool level_ = false;
};

}  // namespace vtoll::core
