// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstring>
#include <memory>

#include "core/cli/verbs.hpp"
#include "core/scenario/image.hpp"
#include "isa/encodings/printer.hpp"

namespace vtoll::cli {

namespace {

using core::CodeRun;

struct Options {
    std::vector<std::string> words;
    bool thumb = false;
    u32 address = 0;
};

/// Prints one instruction after another, keeping the IT state that Thumb code builds up.
class Printer {
public:
    explicit Printer(const core::Symbols* symbols) : symbols_(symbols) {}

    void print(const std::string& bytes, u32 address, CodeRun::Kind kind) {
        for (std::size_t at = 0; at < bytes.size();) {
            const std::size_t size =
                kind == CodeRun::Kind::thumb ? thumb(bytes, at, address) : word(bytes, at, address, kind);
            at += size;
            address += static_cast<u32>(size);
        }
    }

private:
    template <class Unit>
    static Unit unit(const std::string& bytes, std::size_t at) {
        Unit value = 0;
        std::memcpy(&value, bytes.data() + at, std::min(sizeof value, bytes.size() - at));
        return value;
    }

    void label(u32 address) const {
        if (symbols_ == nullptr) return;
        const core::Symbol* symbol = symbols_->at(address);
        if (symbol != nullptr && symbol->address == address) fmt::print("\n{:08x} <{}>:\n", address, symbol->name);
    }

    std::string text(isa::InstrSet set, u32 raw, u32 address) {
        isa::Decoding d;
        std::string text = isa::disassemble(set, raw, {address, isa::Privilege::pl2, itstate_, &features_}, &d);
        itstate_ = isa::itstate_after(itstate_, d.properties);
        return text;
    }

    std::size_t word(const std::string& bytes, std::size_t at, u32 address, CodeRun::Kind kind) {
        label(address);
        const u32 raw = unit<u32>(bytes, at);
        const std::string what =
            kind == CodeRun::Kind::data ? fmt::format(".word {:#010x}", raw) : text(isa::InstrSet::a32, raw, address);
        fmt::print("{:8x}:  {:08x}   {}\n", address, raw, what);
        return 4;
    }

    std::size_t thumb(const std::string& bytes, std::size_t at, u32 address) {
        label(address);
        const u16 first = unit<u16>(bytes, at);
        const bool wide = isa::is_thumb32(first) && at + 4 <= bytes.size();
        const u32 raw = wide ? u32{first} << 16 | unit<u16>(bytes, at + 2) : first;
        if (wide)
            fmt::print("{:8x}:  {:04x} {:04x}  {}\n", address, first, raw & 0xffff,
                       text(isa::InstrSet::t32, raw, address));
        else fmt::print("{:8x}:  {:04x}       {}\n", address, first, text(isa::InstrSet::t16, raw, address));
        return wide ? 4 : 2;
    }

    const core::Symbols* symbols_;
    isa::Features features_;
    u8 itstate_ = 0;
};

void disassemble_file(const std::string& name, bool thumb) {
    const core::InputFile file = core::read_input(name, name);
    const core::Symbols symbols = core::read_symbols(file);
    Printer printer(&symbols);
    for (const CodeRun& run : core::read_code_runs(file, thumb ? CodeRun::Kind::thumb : CodeRun::Kind::arm))
        printer.print(file.bytes.substr(run.file_offset, run.size), run.address, run.kind);
}

/// Hexadecimal words as a listing shows them: 8 digits an ARM instruction; in Thumb, 4 digits a halfword and 8 digits
/// a 32-bit instruction with its first halfword in front.
std::string bytes_of(const std::string& word, bool thumb) {
    const std::string digits = word.starts_with("0x") ? word.substr(2) : word;
    const bool good =
        !digits.empty() && digits.size() <= 8 && digits.find_first_not_of("0123456789abcdefABCDEF") == digits.npos;
    if (!good) throw InputError(word + ": neither a file nor a hexadecimal word of up to 8 digits");
    u32 value = static_cast<u32>(std::stoul(digits, nullptr, 16));
    const bool half = thumb && digits.size() <= 4;
    if (thumb && !half) value = value >> 16 | value << 16;
    return std::string(reinterpret_cast<const char*>(&value), half ? 2 : 4);
}

int disasm(const Options& options) {
    std::string bytes;
    for (const auto& word : options.words) {
        std::error_code ignored;
        if (std::filesystem::exists(word, ignored)) disassemble_file(word, options.thumb);
        else bytes += bytes_of(word, options.thumb);
    }
    Printer(nullptr).print(bytes, options.address, options.thumb ? CodeRun::Kind::thumb : CodeRun::Kind::arm);
    return exit_ok;
}

}  // namespace

void add_disasm(CLI::App& app, int& status) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("disasm", "Disassemble an ELF file or hexadecimal instruction words");
    verb->footer(
        "Examples:\n  vtoll disasm e2811001 e160006e\n  vtoll disasm --thumb bf08 4611 f3de8f00\n"
        "  vtoll disasm image.elf");
    verb->add_option("words", options->words, "ELF files or instruction words")->required();
    verb->add_flag("--thumb", options->thumb, "Words (and code without mapping symbols) are Thumb");
    verb->add_option("--address", options->address, "Address of the first word");
    verb->callback([options, &status] { status = disasm(*options); });
}

}  // namespace vtoll::cli
