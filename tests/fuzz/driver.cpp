// SPDX-License-Identifier: Apache-2.0
// Runs a fuzzer's entry point without libFuzzer: every file of its corpus as it is, then changed at random. Prints its
// seed, and how many inputs there were.
//
//   NAME_fuzz CORPUS [count [seed]]
//
// An input may take ten seconds of the processor's time and the process a gigabyte of memory: libFuzzer's -timeout and
// -rss_limit_mb.
//
// With VTOLL_FUZZ_KEEP=FILE in the environment each changed input is kept there before it is tried: the last one is the
// one that ended the fuzzer. A corpus is a folder of files; those named *.hex are hexadecimal digits, for the tree has
// no binaries.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace {

constexpr long most_kilobytes = 1 << 20;

/// From a signal's handler too.
[[noreturn]] void end(std::string_view why) {
    [[maybe_unused]] const auto told = write(STDERR_FILENO, why.data(), why.size());
    std::abort();
}

std::string from_hex(const std::string& text) {
    std::string digits, bytes;
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
                 [](unsigned char c) { return std::isxdigit(c); });
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        bytes += static_cast<char>(std::stoul(digits.substr(i, 2), nullptr, 16));
    return bytes;
}

std::vector<std::string> corpus_of(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> inputs;
    for (const auto& path : paths) {
        std::ifstream in(path, std::ios::binary);
        std::string bytes{std::istreambuf_iterator<char>(in), {}};
        inputs.push_back(path.extension() == ".hex" ? from_hex(bytes) : std::move(bytes));
    }
    return inputs;
}

/// One to eight changes: a bit, a byte, a word of a kind that bounds are tested with, a piece away, doubled, of another
/// input, or by chance.
void change(std::string& bytes, const std::vector<std::string>& corpus, std::mt19937_64& random) {
    static constexpr std::uint32_t telling[] = {0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff'ffff, 0x8000'0000, ~0u};
    for (auto n = 1 + random() % 8; n--;) {
        const std::size_t at = bytes.empty() ? 0 : random() % bytes.size(), length = 1 + random() % 16;
        switch (bytes.empty() ? 6 : random() % 8) {
        case 0: bytes[at] = static_cast<char>(bytes[at] ^ 1 << random() % 8); break;
        case 1: bytes[at] = static_cast<char>(random()); break;
        case 2: {
            const std::uint32_t word = telling[random() % std::size(telling)];
            const bool big = random() % 2;  // device trees are
            for (std::size_t i = 0; i < 4 && at + i < bytes.size(); ++i)
                bytes[at + i] = static_cast<char>(word >> 8 * (big ? 3 - i : i));
            break;
        }
        case 3: bytes.erase(at, length); break;
        case 4: bytes.insert(at, bytes.substr(at, length)); break;
        case 5: {
            const std::string& other = corpus[random() % corpus.size()];
            if (!other.empty()) bytes.insert(at, other.substr(random() % other.size(), length));
            break;
        }
        case 6: {
            std::string piece(4 * length, '\0');
            for (char& byte : piece) byte = static_cast<char>(random());
            bytes.insert(at, piece);
            break;
        }
        default: bytes.resize(at); break;
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "usage: {} CORPUS [count [seed]]\n", argv[0]);
        return 2;
    }
    const std::uint64_t count = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1000;
    const std::uint64_t seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : std::random_device{}();
    const std::string name = std::filesystem::path(argv[0]).filename().string();
    fmt::print("{}: seed {}, {} inputs\n", name, seed, count);
    std::fflush(stdout);
    const std::vector<std::string> corpus = corpus_of(argv[1]);
    if (corpus.empty()) {
        fmt::print(stderr, "{}: {} is empty\n", name, argv[1]);
        return 1;
    }
    std::signal(SIGVTALRM, [](int) { end("an input takes longer than ten seconds\n"); });
    const auto run = [](const std::string& bytes) {
        const itimerval ten_seconds{{}, {10, 0}};
        setitimer(ITIMER_VIRTUAL, &ten_seconds, nullptr);
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
        rusage use{};
        getrusage(RUSAGE_SELF, &use);
        if (use.ru_maxrss > most_kilobytes) end("an input takes more than a gigabyte of memory\n");
    };
    for (const std::string& input : corpus) run(input);
    for (std::uint64_t i = 0; i < count; ++i) {
        // Each has a seed of its own: what it is doesn't depend on how long the ones before it were.
        std::mt19937_64 random(seed + i);
        std::string bytes = corpus[random() % corpus.size()];
        change(bytes, corpus, random);
        if (std::getenv("VTOLL_FUZZ_KEEP")) std::ofstream(std::getenv("VTOLL_FUZZ_KEEP"), std::ios::binary) << bytes;
        run(bytes);
    }
    fmt::print("{}: {} inputs of the corpus and {} changed ones were refused or read\n", name, corpus.size(), count);
    return 0;
}
