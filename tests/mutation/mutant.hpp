// SPDX-License-Identifier: Apache-2.0
// Which mutant is alive, asked wherever tests/mutation/rewrite.py changed a source: VTOLL_MUTANT=N; without it, none,
// and the program is what its sources say. VTOLL_MUTANTS_REACHED=FILE gets the numbers of those that were asked about.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>

namespace vtoll::mutation {

inline constexpr unsigned most = 1u << 14;

class Chosen {
public:
    bool is(unsigned mutant) {
        reached_[mutant] = true;
        return alive_ == mutant;
    }
    ~Chosen() {
        std::FILE* out = reached_file_ ? std::fopen(reached_file_, "a") : nullptr;
        for (unsigned n = 0; out && n < most; ++n)
            if (reached_[n]) std::fprintf(out, "%u\n", n);
        if (out) std::fclose(out);
    }

private:
    static unsigned from_environment() {
        const char* text = std::getenv("VTOLL_MUTANT");
        return text ? static_cast<unsigned>(std::strtoul(text, nullptr, 10)) : 0;
    }
    const unsigned alive_ = from_environment();
    const char* const reached_file_ = std::getenv("VTOLL_MUTANTS_REACHED");
    std::array<bool, most> reached_{};
};

inline Chosen chosen;
inline bool is(unsigned mutant) { return chosen.is(mutant); }

/// What a `switch` looks at. Mutants `first`, `first` + 1, ... each take one of `labels` away: its value meets none.
template <class Value, class... Labels>
Value without_case(Value value, unsigned first, Labels... labels) {
    bool lost = false;
    ((lost |= value == static_cast<Value>(labels) && is(first), ++first), ...);
    return lost ? static_cast<Value>(0x7e) : value;
}

}  // namespace vtoll::mutation
