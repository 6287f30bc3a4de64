// SPDX-License-Identifier: Apache-2.0
// A library to load in front of the others (LD_PRELOAD). It counts what a process and its children ask of the host, and
// lets chosen calls fail:
//   VTOLL_FAULT_COUNTS=FILE             numbers of calls, a u64 for each kind, shared by all the processes
//   VTOLL_FAULTS=write:3:28,rename:0:5  the kind, which of its calls (from 0), the errno it fails with; "kill" in its
//                                       place ends the whole process group by SIGKILL
// What goes to standard error is let through: there the program says what failed.
#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

/// In the order of the counts, which test_faults.py has as well.
enum Kind : unsigned {
    kind_write,
    kind_open,
    kind_sync,
    kind_rename,
    kind_mkdir,
    kind_map,
    kind_process,
    kind_malloc,
    kinds
};
constexpr const char* names[kinds] = {"write", "open", "sync", "rename", "mkdir", "map", "process", "malloc"};

using Counts = std::atomic<std::uint64_t>[kinds];

/// By the system calls themselves: the functions are those below.
Counts* map_counts() {
    const char* path = std::getenv("VTOLL_FAULT_COUNTS");
    if (!path) return nullptr;
    const long file = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || syscall(SYS_ftruncate, file, sizeof(Counts)) != 0) _exit(99);
    const long at = syscall(SYS_mmap, nullptr, sizeof(Counts), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    syscall(SYS_close, file);
    if (at == -1) _exit(99);
    return reinterpret_cast<Counts*>(at);
}

bool in_main = false;  ///< before it nobody can be told that memory ran out

/// Whether this call fails; errno is set then.
bool fails(Kind kind) {
    static Counts* const counts = map_counts();
    if (!counts) return false;
    const std::uint64_t number = (*counts)[kind].fetch_add(1);
    const std::size_t length = std::strlen(names[kind]);
    for (const char* fault = std::getenv("VTOLL_FAULTS"); fault && *fault;) {
        char* end = nullptr;
        if (std::strncmp(fault, names[kind], length) == 0 && fault[length] == ':' &&
            std::strtoull(fault + length + 1, &end, 10) == number && *end == ':') {
            if (std::strncmp(end + 1, "kill", 4) == 0) kill(0, SIGKILL);
            errno = std::atoi(end + 1);
            return true;
        }
        fault = std::strchr(fault, ',');
        if (fault) ++fault;
    }
    return false;
}

constexpr std::size_t least_mapping = 4u << 20;  ///< a machine's memory; smaller ones are Python's own

bool write_fails(int file) { return file != STDERR_FILENO && fails(kind_write); }
bool open_fails(int flags) { return (flags & O_ACCMODE) != O_RDONLY && fails(kind_open); }

/// The stream remembers it, as if its own write() had failed.
bool stream_fails(FILE* stream) {
    if (!stream || stream == stderr || !fails(kind_write)) return false;
    stream->_flags |= 0x20;  // _IO_ERR_SEEN
    return true;
}

mode_t mode_of(int flags, va_list more) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; }

}  // namespace

#define NEXT(function) static const auto next = reinterpret_cast<decltype(&function)>(dlsym(RTLD_NEXT, #function))
#define FAILING(result, function, parameters, values, condition, failure) \
    result function parameters {                                          \
        NEXT(function);                                                   \
        return (condition) ? failure : next values;                       \
    }
#define OPENING(function)                                        \
    int function(const char* path, int flags, ...) {             \
        va_list more;                                            \
        va_start(more, flags);                                   \
        const mode_t mode = mode_of(flags, more);                \
        va_end(more);                                            \
        NEXT(function);                                          \
        return open_fails(flags) ? -1 : next(path, flags, mode); \
    }
#define OPENING_AT(function)                                             \
    int function(int folder, const char* path, int flags, ...) {         \
        va_list more;                                                    \
        va_start(more, flags);                                           \
        const mode_t mode = mode_of(flags, more);                        \
        va_end(more);                                                    \
        NEXT(function);                                                  \
        return open_fails(flags) ? -1 : next(folder, path, flags, mode); \
    }

extern "C" {

OPENING(open)
OPENING(open64)
OPENING_AT(openat)
OPENING_AT(openat64)
FAILING(FILE*, fopen, (const char* path, const char* how), (path, how), *how != 'r' && fails(kind_open), nullptr)
FAILING(FILE*, fopen64, (const char* path, const char* how), (path, how), *how != 'r' && fails(kind_open), nullptr)
FAILING(FILE*, tmpfile, (), (), fails(kind_open), nullptr)
FAILING(FILE*, tmpfile64, (), (), fails(kind_open), nullptr)

FAILING(ssize_t, write, (int file, const void* bytes, size_t size), (file, bytes, size), write_fails(file), -1)
FAILING(ssize_t, writev, (int file, const iovec* parts, int count), (file, parts, count), write_fails(file), -1)
FAILING(ssize_t, pwrite, (int file, const void* bytes, size_t size, off_t at), (file, bytes, size, at),
        write_fails(file), -1)
FAILING(ssize_t, pwrite64, (int file, const void* bytes, size_t size, off64_t at), (file, bytes, size, at),
        write_fails(file), -1)
FAILING(size_t, fwrite, (const void* bytes, size_t size, size_t count, FILE* stream), (bytes, size, count, stream),
        stream_fails(stream), 0)
FAILING(int, fflush, (FILE * stream), (stream), stream_fails(stream), EOF)
FAILING(int, ftruncate, (int file, off_t size), (file, size), write_fails(file), -1)
FAILING(int, ftruncate64, (int file, off64_t size), (file, size), write_fails(file), -1)

FAILING(int, fsync, (int file), (file), fails(kind_sync), -1)
FAILING(int, fdatasync, (int file), (file), fails(kind_sync), -1)
FAILING(int, rename, (const char* from, const char* to), (from, to), fails(kind_rename), -1)
FAILING(int, renameat, (int a, const char* from, int b, const char* to), (a, from, b, to), fails(kind_rename), -1)
FAILING(int, renameat2, (int a, const char* from, int b, const char* to, unsigned how), (a, from, b, to, how),
        fails(kind_rename), -1)
FAILING(int, mkdir, (const char* path, mode_t mode), (path, mode), fails(kind_mkdir), -1)
FAILING(char*, mkdtemp, (char* path), (path), fails(kind_mkdir), nullptr)

FAILING(void*, mmap, (void* at, size_t size, int may, int how, int file, off_t from), (at, size, may, how, file, from),
        size >= least_mapping && fails(kind_map), MAP_FAILED)
FAILING(void*, mmap64, (void* at, size_t size, int may, int how, int file, off64_t from),
        (at, size, may, how, file, from), size >= least_mapping && fails(kind_map), MAP_FAILED)

FAILING(pid_t, fork, (), (), fails(kind_process), -1)
pid_t vfork() { return fork(); }  // a function between it and its caller would leave the caller no stack
int posix_spawn(pid_t* pid, const char* path, const posix_spawn_file_actions_t* files, const posix_spawnattr_t* how,
                char* const words[], char* const environment[]) {
    NEXT(posix_spawn);
    return fails(kind_process) ? errno : next(pid, path, files, how, words, environment);
}
FAILING(int, execve, (const char* path, char* const words[], char* const environment[]), (path, words, environment),
        fails(kind_process), -1)
FAILING(int, execv, (const char* path, char* const words[]), (path, words), fails(kind_process), -1)

/// SystemC's own calls do not look at the answer (sc_allocator::allocate): they are left alone.
bool no_memory(const void* caller) {
    if (!in_main) return false;
    Dl_info of{};
    if (dladdr(caller, &of) && of.dli_fname && std::strstr(of.dli_fname, "/libsystemc")) return false;
    return fails(kind_malloc);
}

int (*real_main)(int, char**, char**);
int counted_main(int words, char** word, char** environment) {
    in_main = true;
    const int status = real_main(words, word, environment);
    in_main = false;
    return status;
}
int __libc_start_main(int (*main)(int, char**, char**), int words, char** word, void (*init)(), void (*fini)(),
                      void (*loader)(), void* stack) {
    using Start = int (*)(decltype(main), int, char**, void (*)(), void (*)(), void (*)(), void*);
    static const auto next = reinterpret_cast<Start>(dlsym(RTLD_NEXT, "__libc_start_main"));
    real_main = main;
    return next(counted_main, words, word, init, fini, loader, stack);
}

// dlsym() itself may ask for memory: these ask the C library directly.
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* malloc(size_t size) { return no_memory(__builtin_return_address(0)) ? nullptr : __libc_malloc(size); }
void* calloc(size_t count, size_t size) {
    return no_memory(__builtin_return_address(0)) ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* old, size_t size) {
    return no_memory(__builtin_return_address(0)) ? nullptr : __libc_realloc(old, size);
}

}  // extern "C"
