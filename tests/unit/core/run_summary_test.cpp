// SPDX-License-Identifier: Apache-2.0
#include "core/report/exits/run_summary.hpp"

#include "core/report/screen/text.hpp"
#include "tests/unit/core/record_example.hpp"

namespace vtoll::core {
namespace {

TEST(Summary, SaysHowLongWhereAndWhy) {
    const std::string text = to_text(run_summary(example_run()));
    for (const char* word :
         {"'weights'", "MHz", "hypervisor: hypercall", "stage2-fault", "device-syndrome", "median", "idle"})
        EXPECT_NE(text.find(word), std::string::npos) << "no '" << word << "' in:\n" << text;
    EXPECT_EQ(text.find("add up"), std::string::npos) << "nothing to complain of";
}

TEST(Summary, MachinesWithoutExitsHaveNoExitTable) {
    BookDriver d(isa::Mode::svc);
    d.run(10, 10);
    RunRecord run;
    run.clock_hz = 1'000'000;
    run.cpus.push_back(d.close());
    EXPECT_EQ(to_text(run_summary(run)).find("samples"), std::string::npos) << "no exits";
}

TEST(Summary, BooksThatDoNotAddUpAreSaid) {
    RunRecord run = example_run();
    run.cpus[0].machine.insns += 2;
    EXPECT_NE(to_text(run_summary(run)).find("don't add up: 2 instructions and 0 ticks"), std::string::npos)
        << to_text(run_summary(run));
}

}  // namespace
}  // namespace vtoll::core
