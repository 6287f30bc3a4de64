// SPDX-License-Identifier: Apache-2.0
#include "core/platform/semihosting.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

namespace vtoll::core {

namespace {

enum Operation : u32 {
    sys_open = 0x01, sys_close = 0x02, sys_writec = 0x03, sys_write0 = 0x04, sys_write = 0x05, sys_read = 0x06,
    sys_readc = 0x07, sys_iserror = 0x08, sys_istty = 0x09, sys_seek = 0x0a, sys_flen = 0x0c, sys_clock = 0x10,
    sys_time = 0x11, sys_errno = 0x13, sys_get_cmdline = 0x15, sys_heapinfo = 0x16, sys_exit = 0x18,
    sys_exit_extended = 0x20, sys_elapsed = 0x30, sys_tickfreq = 0x31,
};

constexpr u32 application_exit = 0x20026;  // ADP_Stopped_ApplicationExit: the one reason that means success
constexpr u32 minus_one = 0xffff'ffff;

template <std::size_t n>
bool read_words(Semihosting::Memory& memory, u32 va, std::array<u32, n>& words) {
    return memory.read(va, words.data(), sizeof words);
}

}  // namespace

u32 Semihosting::fail(int error_number) {
    errno_ = error_number;
    return minus_one;
}

u32 Semihosting::open(Memory& memory, u32 block) {
    std::array<u32, 3> args{};  // name, mode, length of the name
    if (!read_words(memory, block, args)) return fail(EFAULT);
    if (args[2] != 3) return fail(EACCES);
    std::array<char, 3> name{};
    if (!memory.read(args[0], name.data(), name.size())) return fail(EFAULT);
    if (std::string_view(name.data(), name.size()) != ":tt") return fail(EACCES);
    if (args[1] >= 12) return fail(EINVAL);
    return args[1] < 4 ? handle_in : args[1] < 8 ? handle_out : handle_error;
}

u32 Semihosting::write_text(Memory& memory, u32 va) {
    for (u8 byte = 0; memory.read(va, &byte, 1) && byte != 0; ++va) console_.put(byte);
    return 0;
}

/// Result: the number of bytes that were NOT written.
u32 Semihosting::write(Memory& memory, u32 block) {
    std::array<u32, 3> args{};  // handle, bytes, count
    if (!read_words(memory, block, args)) return fail(EFAULT);
    const u32 count = args[2];
    if (args[0] != handle_out && args[0] != handle_error) return fail(EBADF), count;
    u8 chunk[256];
    for (u32 done = 0; done < count;) {
        const u32 n = std::min<u32>(count - done, sizeof chunk);
        if (!memory.read(args[1] + done, chunk, n)) return fail(EFAULT), count - done;
        console_.put(std::string_view(reinterpret_cast<const char*>(chunk), n));
        done += n;
    }
    return 0;
}

/// Result: the number of bytes that were NOT read; the whole count at the end of the input.
u32 Semihosting::read(Memory& memory, u32 block) {
    std::array<u32, 3> args{};
    if (!read_words(memory, block, args)) return fail(EFAULT);
    if (args[0] != handle_in) return fail(EBADF), args[2];
    u32 done = 0;
    for (; done < args[2]; ++done) {
        const auto byte = console_.get();
        if (!byte) break;
        if (!memory.write(args[1] + done, &*byte, 1)) return fail(EFAULT), args[2] - done;
    }
    return args[2] - done;
}

u32 Semihosting::command_line(Memory& memory, u32 block) {
    std::array<u32, 2> args{};  // buffer, its size
    if (!read_words(memory, block, args)) return fail(EFAULT);
    const u32 length = static_cast<u32>(command_line_.size());
    if (args[1] < length + 1) return fail(E2BIG);
    if (!memory.write(args[0], command_line_.c_str(), length + 1)) return fail(EFAULT);
    return memory.write(block + 4, &length, sizeof length) ? 0 : fail(EFAULT);
}

u32 Semihosting::heap_info(Memory& memory, u32 parameter) {
    u32 block = 0;
    if (!memory.read(parameter, &block, sizeof block)) return fail(EFAULT);
    const std::array<u32, 4> values{heap_.base, heap_.limit, heap_.stack_base, heap_.stack_limit};
    return memory.write(block, values.data(), sizeof values) ? 0 : fail(EFAULT);
}

u32 Semihosting::call(Memory& memory, u32 operation, u32 parameter, u64 nanoseconds) {
    switch (operation) {
    case sys_open: return open(memory, parameter);
    case sys_close: return 0;
    case sys_writec: {
        u8 byte = 0;
        if (memory.read(parameter, &byte, 1)) console_.put(byte);
        return 0;
    }
    case sys_write0: return write_text(memory, parameter);
    case sys_write: return write(memory, parameter);
    case sys_read: return read(memory, parameter);
    case sys_readc: return console_.get().value_or(static_cast<u8>(minus_one));
    case sys_iserror: {
        std::array<u32, 1> status{};
        return read_words(memory, parameter, status) && static_cast<s32>(status[0]) >= 0 ? 0 : 1;
    }
    case sys_istty: {
        std::array<u32, 1> handle{};
        return read_words(memory, parameter, handle) && handle[0] >= handle_in && handle[0] <= handle_error ? 1 : 0;
    }
    case sys_seek: return fail(ESPIPE);
    case sys_flen: return 0;  // the console has no length
    case sys_clock: return static_cast<u32>(nanoseconds / 10'000'000);
    case sys_time: return static_cast<u32>(nanoseconds / 1'000'000'000);  // the machine's epoch is its start
    case sys_errno: return static_cast<u32>(errno_);
    case sys_get_cmdline: return command_line(memory, parameter);
    case sys_heapinfo: return heap_info(memory, parameter);
    case sys_exit:
        if (exit_) exit_(parameter == application_exit ? 0 : 1);
        return 0;
    case sys_exit_extended: {
        std::array<u32, 2> args{};  // reason, subcode
        const bool known = read_words(memory, parameter, args) && args[0] == application_exit;
        if (exit_) exit_(known ? static_cast<int>(args[1]) : 1);
        return 0;
    }
    case sys_elapsed: return memory.write(parameter, &nanoseconds, sizeof nanoseconds) ? 0 : fail(EFAULT);
    case sys_tickfreq: return 1'000'000'000;
    default: return fail(ENOSYS);
    }
}

}  // namespace vtoll::core
