// SPDX-License-Identifier: Apache-2.0
// GDB's remote serial protocol on a controlled simulation: a processor is a thread, and while GDB holds the machine all
// of them stand still. docs/gdb.md says what a user can do with it.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <string_view>

#include "core/debug/control.hpp"
#include "core/debug/gdb/gdb_connection.hpp"
#include "core/debug/gdb/gdb_registers.hpp"

namespace vtoll::core {

class GdbStub {
public:
    /// `go_on` is asked a few times a second; false ends the run.
    GdbStub(Control& control, GdbListener& listener, std::function<bool()> go_on);
    ~GdbStub();
    GdbStub(const GdbStub&) = delete;
    GdbStub& operator=(const GdbStub&) = delete;

    /// Until the run is over. The machine stands still until somebody connects and lets it go; without a connection it
    /// runs, and stands still again when the next one is made.
    void serve();

private:
    struct Point {
        char type;  ///< of the Z packet: '0' and '1' break, '2' write, '3' read, '4' access
        u32 address, size;
        auto operator<=>(const Point&) const = default;
    };

    void wait_for_something();
    void connect();
    void lost();
    void machine_stopped();
    void handle(const std::string& packet);
    std::string answer(const std::string& packet);  ///< may be "": not known here, as the protocol has it

    void resume(const Until& until);
    std::string stop_reply() const;
    std::string continue_by(std::string_view actions);
    std::string select_thread(std::string_view rest);
    std::string thread_alive(std::string_view rest) const;
    std::string query(const std::string& packet);
    std::string features(std::string_view rest) const;
    std::string read_general() const;
    std::string read_register(std::string_view rest) const;
    std::string write_register(std::string_view rest);
    std::string read_memory(std::string_view rest);
    std::string write_memory(std::string_view rest, bool binary);
    std::string point(std::string_view rest, bool insert);
    std::string monitor(std::string_view command);
    std::string monitor_catch(std::string_view mode);
    bool read(u64 address, void* bytes, std::size_t size);

    Control& control_;
    GdbListener& listener_;
    std::function<bool()> go_on_;
    GdbRegisters registers_;
    Descriptor stopped_event_;  ///< readable when the machine has come to stand still
    GdbConnection connection_{Descriptor()};
    std::deque<std::string> queue_;        ///< packets that wait for the machine to stand still
    std::map<Point, unsigned> points_;     ///< their numbers
    std::optional<isa::Privilege> level_;  ///< whose tables memory is read through; absent: those in use
    unsigned selected_ = 0;                ///< processor whose registers are meant
    bool physical_ = false;
    bool owes_stop_ = false;  ///< GDB waits to be told of the next stop
    bool knows_break_reasons_ = false;
};

}  // namespace vtoll::core
