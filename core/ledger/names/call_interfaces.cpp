// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/names/call_interfaces.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/base/input_file.hpp"
#include "core/base/number_text.hpp"
#include "core/base/profile_path.hpp"
#include "core/base/toml_table.hpp"
#include "core/ledger/book/episode.hpp"

namespace vtoll::core {

using isa::Ec;

namespace {

#define VTOLL_NAME(enumerator, name) name,
constexpr std::string_view instruction_names[] = {VTOLL_CALL_INSTRUCTIONS(VTOLL_NAME)};
#undef VTOLL_NAME

constexpr std::string_view keys[] = {"name", "always", "instructions", "immediate", "register",
                                     "mask", "value",  "numbers",      "devices"};
constexpr u32 page_size = 0x1000;
/// r13 and r14 are another mode's by the time that the exit is seen.
constexpr u64 last_register = 12;

[[noreturn]] void bad(const std::string& file, const toml::node& where, const std::string& what) {
    throw InputError(fmt::format("{}:{}: {}", file, where.source().begin.line, what));
}

/// "-1" is how seL4 numbers its calls.
std::optional<u32> key_number(std::string_view text) {
    const bool negative = text.starts_with("-");
    if (negative) text.remove_prefix(1);
    const auto number = number_in(text, 0xffff'ffff);
    if (!number) return std::nullopt;
    return negative ? static_cast<u32>(-static_cast<s64>(*number)) : static_cast<u32>(*number);
}

/// A table of names under numbers.
std::map<u32, std::string> read_names(const std::string& file, const toml::table& root, const char* key) {
    std::map<u32, std::string> names;
    const toml::node* node = root.get(key);
    if (!node) return names;
    const toml::table* table = node->as_table();
    if (!table) bad(file, *node, fmt::format("{}: expected a table of names, as in 29 = \"sched_op\"", key));
    for (const auto& [text, value] : *table) {
        const auto number = key_number(text.str());
        const auto name = value.value<std::string>();
        if (!number)
            bad(file, value,
                fmt::format("{}.{}: expected a number for a key, as in 29 or 0x84000008", key, text.str()));
        if (!name || name->empty()) bad(file, value, fmt::format("{}.{}: expected a name in quotes", key, text.str()));
        if (*number == many_details)
            bad(file, value,
                fmt::format("{}.{}: expected another number than {:#x}, which stands for further ones", key, text.str(),
                            many_details));
        if (!names.emplace(*number, *name).second)
            bad(file, value, fmt::format("{}.{}: this number has a name already", key, text.str()));
    }
    return names;
}

std::vector<CallInstruction> read_instructions(const std::string& file, const toml::table& root) {
    const std::string expected =
        fmt::format("instructions: expected a list of {}, as in [\"hvc\"]", fmt::join(instruction_names, ", "));
    const toml::node* node = root.get("instructions");
    if (!node) throw InputError(file + ": " + expected);
    const toml::array* list = node->as_array();
    if (!list || list->empty()) bad(file, *node, expected);
    std::vector<CallInstruction> instructions;
    for (const toml::node& each : *list) {
        const auto instruction = call_instruction_from_name(each.value_or(std::string()));
        if (!instruction) bad(file, each, expected);
        instructions.push_back(*instruction);
    }
    return instructions;
}

/// reports/calls, whose names are known without looking there: every run and every --help asks for them.
constexpr std::string_view shipped[] = {"jailhouse", "kvm", "sel4", "sel4-mcs", "smccc", "xen", "xvisor"};

}  // namespace

std::string_view name_of(CallInstruction instruction) {
    return instruction_names[static_cast<std::size_t>(instruction)];
}

std::optional<CallInstruction> call_instruction_from_name(std::string_view name) {
    const auto* found = std::find(std::begin(instruction_names), std::end(instruction_names), name);
    if (found == std::end(instruction_names)) return std::nullopt;
    return static_cast<CallInstruction>(found - std::begin(instruction_names));
}

std::optional<Call> call_of(isa::Syndrome syndrome, u32 number) {
    switch (syndrome.ec()) {
    case Ec::hvc: return Call{CallInstruction::hvc, syndrome[isa::iss::imm16], number};
    case Ec::svc: return Call{CallInstruction::svc, syndrome[isa::iss::imm16], number};
    case Ec::smc: return Call{CallInstruction::smc, 0, number};
    default: return std::nullopt;
    }
}

bool CallInterface::covers(CallInstruction instruction, u32 of_immediate) const {
    return std::find(instructions.begin(), instructions.end(), instruction) != instructions.end() &&
           (instruction == CallInstruction::smc || !immediate || *immediate == of_immediate);
}

bool CallInterface::has(const Call& call) const {
    return covers(call.instruction, call.immediate) && (call.number & mask) == value;
}

std::string CallInterface::exit_name(const Call& call) const {
    static constexpr std::string_view words[] = {"hypercall", "SMC", "system call"}, several[] = {"HVC", "SMC", "SVC"};
    const std::string_view word =
        (instructions.size() > 1 ? several : words)[static_cast<std::size_t>(call.instruction)];
    if (call.number == many_details) return fmt::format("{}, further numbers", word);
    if (const auto name = numbers.find(call.number); name != numbers.end())
        return fmt::format("{} {}", word, name->second);
    return mask || call.number > 0xffff ? fmt::format("{} {:#010x}", word, call.number)
                                        : fmt::format("{} {}", word, call.number);
}

CallInterface parse_calls(const std::string& text, const std::string& file) {
    const toml::table root = parse_toml(text, file);
    for (const auto& [key, node] : root)
        if (std::find(std::begin(keys), std::end(keys), key.str()) == std::end(keys))
            bad(file, node, fmt::format("unknown key '{}', expected one of: {}", key.str(), fmt::join(keys, ", ")));
    TomlTable top(root, file, "");
    CallInterface calls;
    calls.file = file;
    calls.name = top.needed_text("name");
    calls.always = top.flag("always").value_or(false);
    calls.instructions = read_instructions(file, root);
    if (const auto immediate = top.number("immediate", 0, 0xffff)) calls.immediate = static_cast<u32>(*immediate);
    calls.number_register = static_cast<u8>(top.number("register", 0, last_register).value_or(0));
    calls.mask = static_cast<u32>(top.number("mask", 0, 0xffff'ffff).value_or(0));
    calls.value = static_cast<u32>(top.number("value", 0, 0xffff'ffff).value_or(0));
    if (calls.value & ~calls.mask) top.refuse("value", "expected no bit that `mask` has not");
    if (calls.covers(CallInstruction::smc, 0) && calls.number_register)
        top.refuse("register", "expected 0 for an interface with SMC (ARM DEN 0028 §2.7)");
    calls.numbers = read_names(file, root, "numbers");
    for (const auto& [address, name] : read_names(file, root, "devices")) {
        if (address % page_size)
            throw InputError(fmt::format("{}: devices.{:#x}: expected the address of a page", file, address));
        calls.devices.emplace(address / page_size, name);
    }
    return calls;
}

const CallInterface* CallInterfaces::of(const Call& call) const {
    const CallInterface* best = nullptr;
    const auto fit = [&](const CallInterface& each) {  // the register is that of an interface with an immediate
        return 4 * each.immediate.has_value() + 2 * int(each.numbers.count(call.number)) + (each.mask != 0);
    };
    for (const CallInterface& each : all_)
        if (each.has(call) && (!best || fit(each) > fit(*best))) best = &each;
    return best;
}

bool CallInterfaces::names(const Call& call) const {
    const CallInterface* interface = of(call);
    return interface && interface->numbers.count(call.number);
}

u8 CallInterfaces::register_of(CallInstruction instruction, u32 immediate) const {
    const CallInterface* best = nullptr;
    for (const CallInterface& each : all_)
        if (each.covers(instruction, immediate) && (!best || (each.immediate && !best->immediate))) best = &each;
    return best ? best->number_register : u8{0};
}

std::vector<std::string> shipped_calls() { return {std::begin(shipped), std::end(shipped)}; }

std::optional<InputFile> shipped_calls_file(const std::string& what) {
    if (std::find(std::begin(shipped), std::end(shipped), what) == std::end(shipped)) return std::nullopt;
    const std::string file = what + ".toml";
    return read_input(data_directory() / "reports/calls" / file, file);
}

CallInterfaces usual_calls() {
    CallInterfaces usual;
    for (const std::string& name : shipped_calls()) {
        const InputFile file = shipped_calls_file(name).value();
        if (CallInterface calls = parse_calls(file.bytes, file.name); calls.always) usual.add(std::move(calls));
    }
    return usual;
}

}  // namespace vtoll::core
