// SPDX-License-Identifier: Apache-2.0
#include "core/platform/semihosting.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string>

namespace vtoll::core {

namespace {

enum Operation : u32 {
    sys_open = 0x01,
    sys_close = 0x02,
    sys_writec = 0x03,
    sys_write0 = 0x04,
    sys_write = 0x05,
    sys_read = 0x06,
    sys_readc = 0x07,
    sys_iserror = 0x08,
    sys_istty = 0x09,
    sys_seek = 0x0a,
    sys_flen = 0x0c,
    sys_tmpnam = 0x0d,
    sys_remove = 0x0e,
    sys_rename = 0x0f,
    sys_clock = 0x10,
    sys_time = 0x11,
    sys_system = 0x12,
    sys_errno = 0x13,
    sys_get_cmdline = 0x15,
    sys_heapinfo = 0x16,
    sys_exit = 0x18,
    sys_exit_extended = 0x20,
    sys_elapsed = 0x30,
    sys_tickfreq = 0x31,
};

constexpr u32 application_exit = 0x20026;  // ADP_Stopped_ApplicationExit: the one reason that means success
constexpr u32 minus_one = 0xffff'ffff;

template <std::size_t n>
bool read_words(Semihosting::Memory& memory, u32 va, std::array<u32, n>& words) {
    return memory.read(va, words.data(), sizeof words);
}

/// A text of at most a kilobyte; nothing when its bytes aren't there.
std::optional<std::string> read_name(Semihosting::Memory& memory, u32 va, u32 size) {
    std::string name(std::min<u32>(size, 1024), '\0');
    if (size > name.size() || !memory.read(va, name.data(), name.size())) return std::nullopt;
    return name;
}

constexpr u32 chunk_size = 4096;

}  // namespace

u32 Semihosting::fail(int error_number) {
    errno_ = error_number;
    return minus_one;
}

u32 Semihosting::result(s64 value) { return value < 0 ? fail(static_cast<int>(-value)) : static_cast<u32>(value); }

u32 Semihosting::open(Memory& memory, u32 block) {
    std::array<u32, 3> args{};  // name, mode, length of the name
    if (!read_words(memory, block, args)) return fail(EFAULT);
    const auto name = read_name(memory, args[0], args[2]);
    if (!name) return fail(EFAULT);
    if (args[1] >= 12) return fail(EINVAL);
    if (*name == ":tt") return args[1] < 4 ? handle_in : args[1] < 8 ? handle_out : handle_error;
    const s64 slot = files_.open(*name, args[1]);
    return result(slot < 0 ? slot : slot + handle_first_file);
}

u32 Semihosting::close(Memory& memory, u32 block) {
    std::array<u32, 1> handle{};
    if (!read_words(memory, block, handle)) return fail(EFAULT);
    if (handle[0] >= handle_in && handle[0] <= handle_error) return 0;
    return result(files_.close(handle[0] - handle_first_file));
}

u32 Semihosting::seek(Memory& memory, u32 block) {
    std::array<u32, 2> args{};  // handle, position
    if (!read_words(memory, block, args)) return fail(EFAULT);
    if (args[0] >= handle_in && args[0] <= handle_error) return fail(ESPIPE);
    return result(files_.seek(args[0] - handle_first_file, args[1]));
}

u32 Semihosting::length(Memory& memory, u32 block) {
    std::array<u32, 1> handle{};
    if (!read_words(memory, block, handle)) return fail(EFAULT);
    if (handle[0] >= handle_in && handle[0] <= handle_error) return 0;  // the console has no length
    return result(files_.length(handle[0] - handle_first_file));
}

u32 Semihosting::is_console(Memory& memory, u32 block) {
    std::array<u32, 1> handle{};
    if (!read_words(memory, block, handle)) return fail(EFAULT);
    if (handle[0] >= handle_in && handle[0] <= handle_error) return 1;
    return files_.is_open(handle[0] - handle_first_file) ? 0 : fail(EBADF);
}

/// The result is an error number here, not -1.
u32 Semihosting::remove(Memory& memory, u32 block) {
    std::array<u32, 2> args{};  // name, its length
    const auto name = read_words(memory, block, args) ? read_name(memory, args[0], args[1]) : std::nullopt;
    const int error = name ? -files_.remove(*name) : EFAULT;
    if (error) fail(error);
    return static_cast<u32>(error);
}

u32 Semihosting::rename(Memory& memory, u32 block) {
    std::array<u32, 4> args{};  // name, its length, new name, its length
    if (!read_words(memory, block, args)) return fail(EFAULT), EFAULT;
    const auto from = read_name(memory, args[0], args[1]), to = read_name(memory, args[2], args[3]);
    const int error = from && to ? -files_.rename(*from, *to) : EFAULT;
    if (error) fail(error);
    return static_cast<u32>(error);
}

/// The same number, the same name: nothing random.
u32 Semihosting::temporary_name(Memory& memory, u32 block) {
    std::array<u32, 3> args{};  // buffer, number 0..255, size of the buffer
    if (!read_words(memory, block, args)) return fail(EFAULT);
    const std::string name = "semihosting-" + std::to_string(args[1] & 0xff) + ".tmp";
    if (args[2] < name.size() + 1) return fail(E2BIG);
    return memory.write(args[0], name.c_str(), name.size() + 1) ? 0 : fail(EFAULT);
}

u32 Semihosting::write_text(Memory& memory, u32 va) {
    // Memory may have no zero: the console's limit ends it.
    for (u8 byte = 0; memory.read(va, &byte, 1) && byte != 0 && console_.put(byte);) ++va;
    return 0;
}

/// Result: the number of bytes that were NOT written.
u32 Semihosting::write(Memory& memory, u32 block) {
    std::array<u32, 3> args{};  // handle, bytes, count
    if (!read_words(memory, block, args)) return fail(EFAULT);
    const u32 count = args[2];
    const bool console = args[0] == handle_out || args[0] == handle_error;
    if (!console && !files_.is_open(args[0] - handle_first_file)) return fail(EBADF), count;
    for (u32 done = 0; done < count;) {
        std::string chunk(std::min(count - done, chunk_size), '\0');
        if (!memory.read(args[1] + done, chunk.data(), chunk.size())) return fail(EFAULT), count - done;
        s64 n = 0;
        if (!console) n = files_.write(args[0] - handle_first_file, chunk);
        else if (!console_.put(chunk)) n = -ENOSPC;
        if (n < 0) return result(n), count - done;
        done += static_cast<u32>(chunk.size());
    }
    return 0;
}

/// Result: the number of bytes that were NOT read; the whole count at the end of the input.
u32 Semihosting::read(Memory& memory, u32 block) {
    std::array<u32, 3> args{};  // handle, buffer, count
    if (!read_words(memory, block, args)) return fail(EFAULT);
    const u32 count = args[2];
    u32 done = 0;
    if (args[0] == handle_in) {
        for (; done < count; ++done) {
            const auto byte = console_.get();
            if (!byte) break;
            if (!memory.write(args[1] + done, &*byte, 1)) return fail(EFAULT), count - done;
        }
        return count - done;
    }
    while (done < count) {
        std::string chunk(std::min(count - done, chunk_size), '\0');
        const s64 n = files_.read(args[0] - handle_first_file, chunk);
        if (n < 0) return result(n), count - done;
        if (n == 0) break;
        if (!memory.write(args[1] + done, chunk.data(), chunk.size())) return fail(EFAULT), count - done;
        done += static_cast<u32>(chunk.size());
    }
    return count - done;
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
    case sys_close: return close(memory, parameter);
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
    case sys_istty: return is_console(memory, parameter);
    case sys_seek: return seek(memory, parameter);
    case sys_flen: return length(memory, parameter);
    case sys_tmpnam: return temporary_name(memory, parameter);
    case sys_remove: return remove(memory, parameter);
    case sys_rename: return rename(memory, parameter);
    case sys_system: return fail(EPERM);  // commands of the host stay out of reach
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
