// SPDX-License-Identifier: Apache-2.0
#include "core/report/published.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/input_file.hpp"
#include "core/base/profile_path.hpp"
#include "core/report/table_kinds.hpp"

namespace vtoll::core {
namespace {

constexpr const char* csv = "# from a talk\nrow,a,b\nfirst,1,\nsecond,20,x\n";

template <class Action>
std::string error_of(Action action) {
    try {
        action();
    } catch (const InputError& e) {
        return e.what();
    }
    return "no error";
}

TEST(Published, FieldsByName) {
    const PublishedTable t(csv, "t.csv");
    EXPECT_EQ(t.number("second", "a"), 20u) << "a number";
    EXPECT_EQ(t.number("first", "b"), std::nullopt) << "not published";
    EXPECT_EQ(t.rows(), (std::vector<std::string>{"first", "second"})) << "rows in order";
}

TEST(Published, ErrorsNameFileAndPlace) {
    const PublishedTable t(csv, "t.csv");
    EXPECT_EQ(error_of([&] { t.number("third", "a"); }), "t.csv: no row 'third'");
    EXPECT_EQ(error_of([&] { t.number("first", "c"); }), "t.csv: no column 'c'");
    EXPECT_EQ(error_of([&] { t.number("second", "b"); }), "t.csv: second, b: expected a whole number, found 'x'");
    EXPECT_EQ(error_of([] { PublishedTable("a,b\n1\n", "t.csv"); }), "t.csv:2: expected 2 fields, found 1");
    EXPECT_EQ(error_of([] { PublishedTable("a,b\nx,1\nx,2\n", "t.csv").field("x", "b"); }),
              "t.csv: more than one row 'x'");
    EXPECT_EQ(error_of([] { PublishedTable("# only\n", "t.csv"); }),
              "t.csv: expected a line of column names and at least one row");
}

// The values as they were published, so that a slip of an editor shows.
TEST(Published, OverheadsAreThoseOfTheTable) {
    const PublishedTable t = load_published("overheads-estimated.csv");
    struct Row {
        const char* operation;
        u64 instructions, cycles;
    };
    const Row rows[] = {
        {"guest system call", 0, 0},     {"hypervisor entry + exit", 120, 650},
        {"irq entry + exit", 270, 900},  {"page fault", 356, 1500},
        {"device emulation", 249, 1040}, {"device emulation (accelerated)", 176, 740},
        {"world switch", 2824, 7555},
    };
    EXPECT_EQ(t.rows().size(), std::size(rows)) << "rows";
    for (const Row& row : rows) {
        EXPECT_EQ(t.number(row.operation, "pure_instructions"), row.instructions) << row.operation;
        EXPECT_EQ(t.number(row.operation, "pure_cycles"), row.cycles) << row.operation;
    }
}

TEST(Published, EveryFileHasACitation) {
    for (const char* name : {"overheads-estimated.csv", "hypervisor-size.csv", "lmbench-okl4.csv", "netperf-okl4.csv",
                             "switches-per-syscall.csv"}) {
        EXPECT_FALSE(load_published(name).rows().empty()) << name;
        const InputFile file = read_input(data_directory() / "reports/published" / name, name);
        EXPECT_NE(file.bytes.find("Gernot Heiser"), std::string::npos) << name << " says where it is from";
    }
}

TEST(TableDefinition, OverheadsMeasuresEveryPublishedRow) {
    const TableDefinition table = load_table<TableDefinition>("overheads");
    const PublishedTable published = load_published(table.published);
    check_against(table, published);
    std::vector<std::string> operations;
    for (const RowDefinition& row : table.rows) {
        operations.push_back(row.operation);
        EXPECT_TRUE(std::filesystem::exists(data_directory() / "workloads/scenarios" / (row.scenario + ".toml")))
            << row.operation << " runs '" << row.scenario << "'";
    }
    EXPECT_EQ(operations, published.rows()) << "all rows, in the published order";
}

std::string table_with_row(const std::string& row) {
    return "name = \"t\"\nkind = \"comparison\"\ntitle = \"T\"\npublished = \"t.csv\"\ninstructions = \"a\"\ncycles = "
           "\"a\"\ncitation = "
           "\"c\"\nnote = \"n\"\n"
           "[[row]]\noperation = \"first\"\nscenario = \"s\"\nabout = \"x\"\n" +
           row;
}

TEST(TableDefinition, ErrorsSayWhatIsExpected) {
    const auto error = [](const std::string& row) {
        return error_of([&] { parse_table<TableDefinition>(table_with_row(row), "t.toml"); });
    };
    EXPECT_EQ(error("measure = \"episode\"\ncause = \"hypercall\"\n"), "no error");
    EXPECT_NE(error("measure = \"episode\"\n").find("cause: expected this key"), std::string::npos);
    EXPECT_NE(error("measure = \"episode\"\ncause = \"magic\"\n")
                  .find("t.toml:14: row[0].cause: expected one of none, syscall"),
              std::string::npos)
        << error("measure = \"episode\"\ncause = \"magic\"\n");
    EXPECT_NE(error("measure = \"guess\"\n").find("expected one of episode, sample; found 'guess'"), std::string::npos);
    EXPECT_NE(error("measure = \"sample\"\ncause = \"irq\"\n").find("a sample has no cause"), std::string::npos);
    EXPECT_NE(error("measure = \"sample\"\nvalue = 0\n").find("unknown key"), std::string::npos);
    EXPECT_NE(error_of([] {
                  parse_table<TableDefinition>("name = \"t\"\nkind = \"comparison\"\n", "t.toml");
              }).find("title: expected this key"),
              std::string::npos);
}

TEST(TableDefinition, RowsMustBePublished) {
    const PublishedTable published(csv, "t.csv");
    TableDefinition table = parse_table<TableDefinition>(table_with_row("measure = \"sample\"\n"), "t.toml");
    check_against(table, published);
    table.rows[0].operation = "tenth";
    EXPECT_EQ(error_of([&] { check_against(table, published); }), "t.csv: no row 'tenth'");
}

}  // namespace
}  // namespace vtoll::core
