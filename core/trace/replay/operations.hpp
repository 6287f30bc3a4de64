// SPDX-License-Identifier: Apache-2.0
// The operations of a benchmark in a trace of its whole run: its loop, found by the system calls that it makes, and how
// often the loop came round. docs/trace-replay.md.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/input_file.hpp"
#include "core/trace/format/reader.hpp"

namespace vtoll::core::trace {

/// A row of a benchmark.
struct Row {
    std::string name, description;
    std::string before;          ///< commands that make ready for it, before the marker
    std::string command;         ///< the program with its arguments
    u64 enough = 0;              ///< microseconds that lmbench measures at least; 0: as the guest's init has it
    u64 most = 0;                ///< instructions of the recording; 0: to the end of the program
    u32 counted = 0;             ///< number of the system call by which operations are counted
    u32 per_operation = 1;       ///< how many of it one operation makes
    u64 bytes = 0;               ///< that one operation carries; 0: it is not about data
    std::vector<u32> calls;      ///< what else the loop may call; anything when empty
    std::vector<u32> not_calls;  ///< what it does not

    /// What runs it in the guest's shell, between markers.
    std::string shell_line() const;
};

/// Throws InputError: file, key, what was expected.
std::vector<Row> parse_rows(const InputFile& file);

/// Places in a trace, as numbers of its system calls from 0.
struct Loop {
    u64 first = 0, last = 0;  ///< where the first operation begins, and where the last one is over
    u64 operations = 0;
};

/// The loop that came round most often. Leaves the reader at the start. Throws InputError when there is none.
Loop find_loop(Reader& reader, const Row& row);

/// A replay's way along a loop. Without one, nothing ever happens.
class LoopMeter {
public:
    LoopMeter() = default;
    LoopMeter(Loop loop, std::function<void()> begun) : loop_(loop), begun_(std::move(begun)) {}

    /// Before each system call. True: the loop is over.
    bool over_at_call() {
        const u64 call = calls_++;
        if (!loop_.operations) return false;
        if (call == loop_.first) begun_();
        return call == loop_.last;
    }

private:
    Loop loop_;
    std::function<void()> begun_;
    u64 calls_ = 0;
};

}  // namespace vtoll::core::trace
