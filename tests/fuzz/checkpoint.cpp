// SPDX-License-Identifier: Apache-2.0
// Checkpoints: the file as a whole, whose digest stops most changes, and the state of what it holds behind the digest.
// The first byte of an input says which; the others change what this version saves, three by three: where, and what it
// becomes.
#include "core/platform/console.hpp"
#include "core/scenario/checkpoint_file.hpp"
#include "core/state/archive.hpp"
#include "gic/gic.hpp"
#include "gic/timers.hpp"
#include "tests/fuzz/entry.hpp"

namespace {

using namespace vtoll;
using namespace vtoll::core;

std::string changed(std::string saved, const std::string& edits) {
    for (std::size_t i = 0; i + 2 < edits.size() && !saved.empty(); i += 3) {
        const auto at = static_cast<std::size_t>(static_cast<u8>(edits[i]) << 8 | static_cast<u8>(edits[i + 1]));
        saved[at % saved.size()] = edits[i + 2];
    }
    if (edits.size() % 3 == 1) saved.resize(saved.size() * static_cast<u8>(edits.back()) / 256);
    return saved;
}

template <class Part>
std::string saved(Part part) {
    Archive ar;
    ar(part);
    return ar.take();
}

const std::string& written() {
    static const std::string bytes = [] {
        const fuzz::Folder folder;
        CheckpointWriter writer;
        writer.add("one", std::string(1000, 'x'));
        writer.add("two", "y");
        CheckpointHead head;
        head.scenario = "name = 'x'";
        head.inputs.push_back({"a.elf", std::string(64, '0')});
        writer.write(head, folder.path() / "x");
        return read_input(folder.path() / "x", "x").bytes;
    }();
    return bytes;
}

void whole(const std::string& bytes) {
    const fuzz::File file(bytes);
    const CheckpointFile checkpoint(file.path(), "x");
    for (const CheckpointFile::Section& section : checkpoint.sections())
        fuzz::expect(checkpoint.unpack(section).size() == section.bytes, "a section of another size than it says");
}

/// What an interrupt controller was restored to, software can read and write.
void controller(const std::string& edits) {
    gic::Gic controller(gic::Config{.cpus = 2});
    const std::string bytes = changed(saved(controller.state()), edits);
    gic::State state;
    Archive ar(bytes, "x");
    ar(state);
    ar.finish();
    controller.restore(state);
    for (const gic::Frame frame : {gic::Frame::gicd, gic::Frame::gicc, gic::Frame::gich, gic::Frame::gicv})
        for (unsigned cpu = 0; cpu < 2; ++cpu)
            for (u32 offset = 0; offset < 0x1000; offset += 4)
                controller.write(frame, offset, controller.read(frame, offset, 4, cpu), 4, cpu);
}

void timers(const std::string& edits) {
    gic::Gic controller(gic::Config{.cpus = 2});
    gic::Timers timers(controller);
    const std::string bytes = changed(saved(timers), edits);
    Archive ar(bytes, "x");
    ar(timers);
    ar.finish();
    for (unsigned cpu = 0; cpu < 2; ++cpu) timers.next_deadline(cpu, 1000);
}

void console(const std::string& edits) {
    Console console;
    console.set_input("some input");
    const std::string bytes = changed(saved(console), edits);
    Archive ar(bytes, "x");
    ar(console);
    ar.finish();
    fuzz::expect(saved(console) == bytes, "what was restored is not what is saved");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) return 0;
    const std::string rest = fuzz::text_of(bytes + 1, size - 1);
    fuzz::attempt([&] {
        switch (bytes[0] & 3) {
        case 0: whole(changed(written(), rest)); break;
        case 1: controller(rest); break;
        case 2: timers(rest); break;
        default: console(rest);
        }
    });
    return 0;
}
