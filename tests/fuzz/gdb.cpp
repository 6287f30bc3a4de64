// SPDX-License-Identifier: Apache-2.0
// What comes through the socket of GDB's remote serial protocol. In pieces, as a network delivers it.
#include <sys/socket.h>

#include "core/debug/gdb/gdb_connection.hpp"
#include "tests/fuzz/entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace vtoll;
    using namespace vtoll::core;
    int ends[2];
    fuzz::expect(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "no pair of sockets");
    const Descriptor theirs(ends[1]);
    GdbConnection connection{Descriptor(ends[0])};
    u64 taken = 0;
    for (std::size_t at = 0; at < size && connection.open();) {
        const std::size_t piece = std::min<std::size_t>(size - at, 1 + bytes[at] % 64);
        fuzz::expect(::send(theirs.get(), bytes + at, piece, MSG_NOSIGNAL) == static_cast<ssize_t>(piece), "not sent");
        at += piece;
        connection.receive();
        while (const auto packet = connection.next()) {
            taken += packet->size();
            connection.send(*packet);
            if (*packet == "QStartNoAckMode") connection.stop_acknowledging();
        }
        char answer[4096];
        while (::recv(theirs.get(), answer, sizeof answer, MSG_DONTWAIT) > 0) {
        }
    }
    fuzz::expect(taken <= size, "more came out than went in");
    return 0;
}
