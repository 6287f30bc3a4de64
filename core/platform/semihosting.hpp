// SPDX-License-Identifier: Apache-2.0
// Semihosting ("Semihosting for AArch32 and AArch64", ARM DUI 0203 and its successor): the console, the exit code, the
// command line, the clock, and the files of one folder when the user names one. docs/semihosting.md has every call.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "core/platform/console.hpp"
#include "core/platform/host_files.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

class Semihosting {
public:
    struct Memory {
        virtual ~Memory() = default;
        virtual bool read(u32 va, void* bytes, std::size_t size) = 0;
        virtual bool write(u32 va, const void* bytes, std::size_t size) = 0;
    };
    /// SYS_HEAPINFO's answer.
    struct Heap {
        u32 base = 0, limit = 0, stack_base = 0, stack_limit = 0;
    };

    explicit Semihosting(Console& console) : console_(console) {}

    void set_command_line(std::string text) { command_line_ = std::move(text); }
    void set_heap(const Heap& heap) { heap_ = heap; }
    HostFiles& files() { return files_; }
    /// Called with the guest's exit code.
    void on_exit(std::function<void(int)> exit) { exit_ = std::move(exit); }

    /// One call: `operation` from r0, `parameter` from r1. The result goes to r0. `nanoseconds`: virtual time now.
    u32 call(Memory& memory, u32 operation, u32 parameter, u64 nanoseconds);

    template <class Ar>
    void serialize(Ar& ar) {
        ar(command_line_, errno_, files_);
        ar.plain(heap_);
    }

private:
    enum Handle : u32 { handle_in = 1, handle_out = 2, handle_error = 3, handle_first_file = 4 };

    u32 fail(int error_number);
    u32 result(s64 value);  ///< below zero: -errno
    u32 open(Memory& memory, u32 block);
    u32 close(Memory& memory, u32 block);
    u32 seek(Memory& memory, u32 block);
    u32 length(Memory& memory, u32 block);
    u32 is_console(Memory& memory, u32 block);
    u32 remove(Memory& memory, u32 block);
    u32 rename(Memory& memory, u32 block);
    u32 temporary_name(Memory& memory, u32 block);
    u32 write(Memory& memory, u32 block);
    u32 read(Memory& memory, u32 block);
    u32 command_line(Memory& memory, u32 block);
    u32 heap_info(Memory& memory, u32 parameter);
    u32 write_text(Memory& memory, u32 va);

    Console& console_;
    std::string command_line_;
    Heap heap_;
    HostFiles files_;
    std::function<void(int)> exit_;
    int errno_ = 0;
};

}  // namespace vtoll::core
