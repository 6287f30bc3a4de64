// SPDX-License-Identifier: Apache-2.0
// Reads traces that were changed at random: each must be refused by an InputError or read to its end. Built with the
// sanitizers of the compiler; prints its seed.
//
//   trace_fuzz [count [seed]]
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "core/trace/format/bytes.hpp"
#include "core/trace/format/chunk.hpp"
#include "core/trace/format/codec.hpp"
#include "core/trace/format/dump.hpp"
#include "core/trace/format/reader.hpp"
#include "core/trace/format/writer.hpp"

namespace {

using namespace vtoll;
using namespace vtoll::core;
using namespace vtoll::core::trace;

/// A record of every kind, many times over.
template <class Sink>
void example(Sink& sink, std::mt19937& random) {
    const std::string add = {'\x01', '\x10', '\x81', '\xe2'}, four = add + add + add + add;
    for (unsigned i = 0; i < 40; ++i) {
        const auto at = static_cast<u32>(16 * (random() % 8));
        sink.block({0x4000'0000ull + at, 0x8000 + at, 1u << 10}, 4, four);
        for (u8 kind = static_cast<u8>(Kind::access); kind <= last_kind; ++kind) {
            Record r;
            r.kind = static_cast<Kind>(kind);
            r.index = static_cast<u8>(random() % 4);
            r.va = static_cast<u32>(random());
            r.value = kind == static_cast<u8>(Kind::marker) ? random() % 16 : random();
            if (r.kind == Kind::returned) r.value = 0x10, r.from = isa::Mode::svc;
            if (r.kind == Kind::exception) {
                r.exception = {isa::ExceptionKind::svc, isa::Mode::usr, isa::Mode::svc, 0, 8, 16};
                r.value = 0;
            }
            r.size = 4;
            r.pa = 0x4000'0000 + 4 * (random() % 256);
            r.access = {MemoryAccess::Kind::memory, true, 4, static_cast<u32>(random()), 0x4100'0000, 7};
            r.has_value = random() % 2;
            sink.add(r);
        }
    }
}

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void change(std::string& bytes, std::mt19937& random) {
    for (unsigned n = 1 + random() % 4; n-- && !bytes.empty();) {
        const std::size_t at = random() % bytes.size();
        switch (random() % 5) {
        case 0: bytes[at] ^= static_cast<char>(1u << random() % 8); break;
        case 1: bytes[at] = static_cast<char>(random()); break;
        case 2: bytes.resize(at); break;
        case 3: bytes.insert(at, 1 + random() % 4, static_cast<char>(random())); break;
        case 4: bytes.erase(at, 1 + random() % 4); break;
        }
    }
}

struct Tally {
    u64 refused = 0, read = 0;
};

/// The file as a whole: checksums stop most changes.
void file(std::string bytes, std::mt19937& random, Tally& tally) {
    change(bytes, random);
    try {
        Reader reader("fuzzed", std::move(bytes));
        dump(reader, 0, ~u64{0}, [](const std::string&) {});
        ++tally.read;
    } catch (const InputError&) {
        ++tally.refused;
    }
}

/// The records behind the checksums.
void records(std::string bytes, std::mt19937& random, Tally& tally) {
    change(bytes, random);
    try {
        Decoder decoder(bytes);
        Record r;
        while (decoder.next(r)) {
        }
        ++tally.read;
    } catch (const Malformed&) {
        ++tally.refused;
    }
}

}  // namespace

int main(int argc, char** argv) {
    const u64 count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 2000;
    const u32 seed = argc > 2 ? static_cast<u32>(std::strtoull(argv[2], nullptr, 10)) : std::random_device{}();
    fmt::print("trace_fuzz: seed {}, {} traces\n", seed, count);
    std::mt19937 random(seed);

    const std::filesystem::path path = std::filesystem::temp_directory_path() / fmt::format("trace_fuzz.{}", seed);
    {
        Writer writer(path, R"({"producer":"trace_fuzz","config":""})");
        example(writer, random);
        writer.finish(6400, 12800);
    }
    const std::string whole = bytes_of(path);
    std::filesystem::remove(path);
    Encoder encoder;
    example(encoder, random);

    Tally files, contents, untouched;
    try {
        Reader reader("untouched", whole);
        Record r;
        while (reader.next(r)) ++untouched.read;
    } catch (const InputError& error) {
        fmt::print(stderr, "trace_fuzz: seed {}: the trace that was not changed is refused: {}\n", seed, error.what());
        return 1;
    }
    for (u64 i = 0; i < count; ++i) {
        if (i % 2) file(whole, random, files);
        else records(encoder.data(), random, contents);
    }
    fmt::print("files: {} refused, {} read; records: {} refused, {} read; {} records in the example\n", files.refused,
               files.read, contents.refused, contents.read, untouched.read);
    const bool both = contents.refused && contents.read && files.refused;
    if (!both)
        fmt::print(stderr, "trace_fuzz: seed {}: the changes were all of one kind: the test says nothing\n", seed);
    return both ? 0 : 1;
}
