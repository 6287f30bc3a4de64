// SPDX-License-Identifier: Apache-2.0
// Tarmac logs become traces. What is accepted can be read as a trace.
#include "core/trace/format/reader.hpp"
#include "core/trace/tarmac/tarmac_import.hpp"
#include "tests/fuzz/entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace vtoll;
    using namespace vtoll::core;
    static const fuzz::Folder folder;
    const std::filesystem::path target = folder.path() / "x.trace";
    const fuzz::File log(fuzz::text_of(bytes, size));
    fuzz::attempt([&] {
        trace::TarmacImport import{log.path(), target, "", {}};
        import.machine.machine.virtualization = false;
        const trace::ImportReport report = trace::import_tarmac(import, [](u64) {});
        trace::Reader reader(target);
        trace::Record r;
        u64 records = 0;
        while (reader.next(r)) ++records;
        fuzz::expect(records == report.totals.records, "the trace has other records than were written");
    });
    return 0;
}
