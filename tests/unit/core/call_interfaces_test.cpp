// SPDX-License-Identifier: Apache-2.0
// Calls files, and what they make of exits.
#include "core/ledger/names/call_interfaces.hpp"

#include <filesystem>
#include <set>

#include "core/base/profile_path.hpp"
#include "core/ledger/store/exits.hpp"
#include "tests/unit/core/book_driver.hpp"

namespace vtoll::core {
namespace {

std::string error_of(const std::string& text) {
    try {
        parse_calls(text, "c.toml");
    } catch (const InputError& e) {
        return e.what();
    }
    return "no error";
}

const char* const head = "name = \"mine\"\ninstructions = [\"hvc\"]\n";

TEST(CallsFile, BadOnesAreOneClearLine) {
    const auto with = [](const char* more) { return error_of(std::string(head) + more); };
    EXPECT_NE(error_of("").find("name"), std::string::npos) << error_of("");
    EXPECT_EQ(error_of("name = \"x\"\n"), "c.toml: instructions: expected a list of hvc, smc, svc, as in [\"hvc\"]");
    EXPECT_EQ(error_of("name = \"x\"\ninstructions = [\"bl\"]\n"),
              "c.toml:2: instructions: expected a list of hvc, smc, svc, as in [\"hvc\"]");
    EXPECT_NE(with("number = 3\n").find("c.toml:3: unknown key 'number', expected one of: name"), std::string::npos)
        << with("number = 3\n");
    EXPECT_NE(with("immediate = 0x10000\n").find("c.toml:3"), std::string::npos) << "16 bits";
    EXPECT_NE(with("register = 13\n").find("c.toml:3"), std::string::npos) << "SP is another mode's";
    EXPECT_NE(with("value = 1\n").find("expected no bit that `mask` has not"), std::string::npos)
        << with("value = 1\n");
    EXPECT_EQ(with("[numbers]\nx = \"a\"\n"),
              "c.toml:4: numbers.x: expected a number for a key, as in 29 or 0x84000008");
    EXPECT_EQ(with("[numbers]\n1 = 2\n"), "c.toml:4: numbers.1: expected a name in quotes");
    EXPECT_NE(with("[numbers]\n1 = \"a\"\n0x1 = \"b\"\n").find("this number has a name already"), std::string::npos)
        << "two ways to write it";
    EXPECT_NE(with("[devices]\n0x1001 = \"a\"\n").find("expected the address of a page"), std::string::npos)
        << with("[devices]\n0x1001 = \"a\"\n");
    EXPECT_NE(error_of("name = \"x\"\ninstructions = [\"smc\"]\nregister = 1\n").find("c.toml:3: register"),
              std::string::npos)
        << "SMCCC";
}

/// What an exit with this HVC is called in a run that knows these interfaces beside the usual ones.
std::string name_of_hvc(u32 immediate, u32 number, const std::vector<std::string>& interfaces = {}) {
    RunRecord run;
    EpisodeKind kind;
    kind.cause = Cause::hypercall;
    kind.syndrome = hsr(ec_hvc, immediate);
    kind.detail = number;
    run.cpus.emplace_back().episodes.push_back({kind, 1, 0, 0, {}});
    CallInterfaces known;
    for (const std::string& text : interfaces) known.add(parse_calls(text, "c.toml"));
    const CallInterfaces usual = usual_calls();
    for (const CallInterface& each : usual.all()) known.add(each);
    run.number_registers = {{0xea1, 12}};
    if (const std::string not_kept = name_calls(run, known); !not_kept.empty()) return not_kept;
    return exit_rows(run, {}).at(0).exit;
}

TEST(Calls, TheImmediateIsPartOfTheName) {
    EXPECT_EQ(name_of_hvc(0x1001, 7), "hypercall #0x1001") << "r0 is an argument";
    EXPECT_EQ(name_of_hvc(0x1005, 0x8400'0000), "hypercall #0x1005") << "SMCCC has immediate 0 only";
    EXPECT_EQ(name_of_hvc(0, 7), "hypercall #0") << "a number of nobody's";
    EXPECT_EQ(name_of_hvc(0, 0x8400'0008), "HVC SYSTEM_OFF") << "firmware's";
    EXPECT_EQ(name_of_hvc(0, 0x8400'0099), "HVC 0x84000099") << "in firmware's manner, without a name";
    EXPECT_EQ(name_of_hvc(0, 0xc010'1230), "hypercall #0") << "an address is not in firmware's manner";
    EXPECT_EQ(name_of_hvc(0xea1, 29), "hypercall sched_op") << "Xen's tag";
    EXPECT_EQ(name_of_hvc(0xea1, 777), "hypercall 777") << "a number without a name";
    EXPECT_EQ(name_of_hvc(0xea1, many_details), "hypercall, further numbers") << "beyond what was kept apart";
}

TEST(Calls, AnInterfaceOfOnesOwn) {
    const std::string mine = std::string(head) + "immediate = 0\n[numbers]\n3 = \"yield\"\n";
    EXPECT_EQ(name_of_hvc(0, 3, {mine}), "hypercall yield") << "by name";
    EXPECT_EQ(name_of_hvc(0, 4, {mine}), "hypercall 4") << "by number";
    EXPECT_EQ(name_of_hvc(1, 3, {mine}), "hypercall #0x1") << "another immediate";
    EXPECT_EQ(name_of_hvc(0, 0x8400'0008, {mine}), "HVC SYSTEM_OFF") << "what firmware has a name for stays its";
    EXPECT_EQ(name_of_hvc(0, many_details, {mine}), "hypercall, further numbers");
    EXPECT_EQ(name_of_hvc(9, 3, {std::string(head) + "[numbers]\n3 = \"yield\"\n"}), "hypercall yield")
        << "without an immediate: any";
}

TEST(Calls, ARegisterThatWasNotKept) {
    EXPECT_EQ(name_of_hvc(5, 3, {std::string(head) + "immediate = 5\nregister = 4\n"}),
              "c.toml: it numbers hvc by r4, and the run kept r0; vtoll run --calls c.toml keeps it");
}

TEST(Calls, TheRegisterOfAnImmediate) {
    CallInterfaces known;
    known.add(parse_calls(std::string(head) + "register = 4\n", "any.toml"));
    known.add(parse_calls(std::string(head) + "immediate = 5\nregister = 6\n", "five.toml"));
    EXPECT_EQ(known.register_of(CallInstruction::hvc, 5), 6u) << "of its own interface";
    EXPECT_EQ(known.register_of(CallInstruction::hvc, 7), 4u) << "any other";
    EXPECT_EQ(known.register_of(CallInstruction::smc, 0), 0u) << "nobody's";
    EXPECT_EQ(known.of({CallInstruction::hvc, 5, 1})->file, "five.toml") << "and so is the name";
}

TEST(Calls, XensDevicesAreThereWhereXensCallsAre) {
    EpisodeKind device, sched;
    device.cause = Cause::device_syndrome;
    device.syndrome = hsr(ec_data_abort, iss_valid);
    device.detail = 0x2200'0000 >> 12;
    sched.cause = Cause::hypercall;
    sched.syndrome = hsr(ec_hvc, 0xea1);
    sched.detail = 29;
    const auto name = [&](const std::vector<EpisodeKind>& kinds) {
        RunRecord run;
        run.number_registers = {{0xea1, 12}};
        run.cpus.emplace_back();
        for (const EpisodeKind& kind : kinds) run.cpus[0].episodes.push_back({kind, 1, 0, 0, {}});
        name_calls(run, usual_calls());
        return exit_names(run).of(device);
    };
    EXPECT_EQ(name({sched, device}), "load from pl011") << "Xen's guests have their devices elsewhere";
    EXPECT_EQ(name({device}), "load from 0x22000000") << "another hypervisor's address";
}

TEST(Calls, ShippedFilesAreGood) {
    const std::vector<std::string> shipped = shipped_calls();
    for (const char* name : {"jailhouse", "kvm", "sel4", "smccc", "xen", "xvisor"})
        EXPECT_NE(std::find(shipped.begin(), shipped.end(), name), shipped.end()) << name;
    std::set<std::string> there;
    for (const auto& entry : std::filesystem::directory_iterator(data_directory() / "reports/calls"))
        there.insert(entry.path().stem().string());
    EXPECT_EQ(there, (std::set<std::string>{shipped.begin(), shipped.end()})) << "the list is what the folder has";
    for (const std::string& name : shipped) {
        const InputFile file = shipped_calls_file(name).value();
        const CallInterface calls = parse_calls(file.bytes, file.name);
        EXPECT_FALSE(calls.numbers.empty()) << name;
    }
    const auto system_call = [](const char* name, u32 number) {
        const InputFile file = shipped_calls_file(name).value();
        return parse_calls(file.bytes, file.name).exit_name({CallInstruction::svc, 0, number});
    };
    EXPECT_EQ(system_call("sel4", ~u32{1}), "system call ReplyRecv") << "numbers below 0";
    EXPECT_FALSE(shipped_calls_file("nobody")) << "no such file";
}

TEST(CallsFile, NamesListsAndNumbersAreWhatTheyShouldBe) {
    const auto with = [](const char* more) { return error_of(std::string(head) + more); };
    EXPECT_EQ(with("numbers = 3\n"), "c.toml:3: numbers: expected a table of names, as in 29 = \"sched_op\"");
    EXPECT_EQ(with("[numbers]\n1 = \"\"\n"), "c.toml:4: numbers.1: expected a name in quotes");
    EXPECT_EQ(with("[numbers]\n0x7fffffff = \"a\"\n"),
              "c.toml:4: numbers.0x7fffffff: expected another number than 0x7fffffff, which stands for further ones");
    for (const char* list : {"3", "[]"})
        EXPECT_EQ(error_of(std::string("name = \"x\"\ninstructions = ") + list + "\n"),
                  "c.toml:2: instructions: expected a list of hvc, smc, svc, as in [\"hvc\"]")
            << list;
}

TEST(Calls, AreOfThreeInstructions) {
    EXPECT_EQ(call_of(isa::Syndrome(hsr(ec_hvc, 5)), 7), (Call{CallInstruction::hvc, 5, 7})) << "HVC";
    EXPECT_EQ(call_of(isa::Syndrome(hsr(0x11, 5)), 7), (Call{CallInstruction::svc, 5, 7})) << "SVC";
    EXPECT_EQ(call_of(isa::Syndrome(hsr(0x13)), 7), (Call{CallInstruction::smc, 0, 7})) << "SMC";
    EXPECT_EQ(call_of(isa::Syndrome(hsr(0x01)), 7), std::nullopt) << "WFI is no call";
}

CallInterface interface(const std::string& more, const char* instructions = "[\"hvc\"]") {
    return parse_calls(std::string("name = \"mine\"\ninstructions = ") + instructions + "\n" + more, "c.toml");
}

TEST(Calls, SmcHasNoImmediate) {
    const CallInterface both = interface("immediate = 5\n", "[\"hvc\", \"smc\"]");
    EXPECT_TRUE(both.covers(CallInstruction::smc, 0)) << "what HVC says of its own is nothing to it";
    EXPECT_FALSE(both.covers(CallInstruction::hvc, 0)) << "HVC says it";
}

TEST(Calls, NumbersAreDecimalWhileTheyAreSmall) {
    const auto name = [](const CallInterface& calls, u32 number) {
        return calls.exit_name({CallInstruction::hvc, 0, number});
    };
    EXPECT_EQ(name(interface(""), 0xffff), "hypercall 65535") << "sixteen bits";
    EXPECT_EQ(name(interface(""), 0x10000), "hypercall 0x00010000") << "more";
    EXPECT_EQ(name(interface("mask = 0xff00\nvalue = 0\n"), 3), "hypercall 0x00000003") << "numbers with a pattern";
}

TEST(Calls, TheInterfaceThatFitsBestNamesACall) {
    const std::string any = "", named = "[numbers]\n3 = \"a\"\n", masked = "mask = 0xff00\nvalue = 0\n",
                      immediate = "immediate = 5\n";
    const auto best = [](const std::vector<std::string>& interfaces) {
        CallInterfaces known;
        for (const std::string& each : interfaces) known.add(interface(each));
        const CallInterface* found = known.of({CallInstruction::hvc, 5, 3});
        for (std::size_t i = 0; i < known.all().size(); ++i)
            if (found == &known.all()[i]) return interfaces[i];
        return std::string("none");
    };
    const std::vector<std::string> weakest_first{any, masked, named, immediate};
    for (std::size_t weak = 0; weak < weakest_first.size(); ++weak)
        for (std::size_t strong = weak + 1; strong < weakest_first.size(); ++strong) {
            const std::string &a = weakest_first[weak], &b = weakest_first[strong];
            EXPECT_EQ(best({a, b}), b) << "behind: " << a;
            EXPECT_EQ(best({b, a}), b) << "in front: " << a;
        }
    EXPECT_EQ(best({masked + named, immediate}), immediate) << "an immediate is more than a pattern and a name";
    EXPECT_EQ(best({immediate, masked + named}), immediate) << "an immediate is more than a pattern and a name";
    EXPECT_EQ(best({immediate, immediate + masked}), immediate + masked) << "and a pattern with it more than it alone";
    CallInterfaces twice;
    for (int i = 0; i < 2; ++i) twice.add(interface(any));
    EXPECT_EQ(twice.of({CallInstruction::hvc, 5, 3}), &twice.all()[0]) << "of two that fit alike the first";
}

TEST(Calls, HaveNamesOrNot) {
    CallInterfaces known;
    known.add(interface("immediate = 5\n[numbers]\n3 = \"a\"\n"));
    EXPECT_TRUE(known.names({CallInstruction::hvc, 5, 3})) << "a name";
    EXPECT_FALSE(known.names({CallInstruction::hvc, 5, 4})) << "a number without one";
    EXPECT_FALSE(known.names({CallInstruction::hvc, 6, 3})) << "nobody's immediate";
}

TEST(Calls, TheRegisterIsThatOfTheFirstOrOfTheImmediate) {
    const std::string four = "register = 4\n", six = "immediate = 5\nregister = 6\n",
                      eight = "immediate = 5\nregister = 8\n";
    const auto reg = [](const std::vector<std::string>& interfaces) {
        CallInterfaces known;
        for (const std::string& each : interfaces) known.add(interface(each));
        return known.register_of(CallInstruction::hvc, 5);
    };
    EXPECT_EQ(reg({six, four}), 6u) << "the immediate's, in front";
    EXPECT_EQ(reg({four, six}), 6u) << "the immediate's, behind";
    EXPECT_EQ(reg({six, eight}), 6u) << "of two with the immediate the first";
    EXPECT_EQ(reg({four, "register = 2\n"}), 4u) << "of two without one the first";
}

}  // namespace
}  // namespace vtoll::core
