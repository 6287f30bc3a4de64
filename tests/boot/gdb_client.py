# SPDX-License-Identifier: Apache-2.0
"""A debugger in a few lines: GDB's remote serial protocol, as its manual describes it."""
import contextlib
import re
import socket
import subprocess
import xml.etree.ElementTree

import runs


class Client:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.arrived = b""
        self.acknowledge = True
        self.registers = {}

    def close(self):
        self.socket.close()

    def send(self, text):
        body = text if isinstance(text, bytes) else text.encode("latin-1")
        self.socket.sendall(b"$" + body + b"#%02x" % (sum(body) % 256))
        if self.acknowledge:
            assert self.byte() == b"+", f"{text}: the stub acknowledges"

    def byte(self):
        while not self.arrived:
            more = self.socket.recv(65536)
            if not more:
                raise EOFError
            self.arrived += more
        first, self.arrived = self.arrived[:1], self.arrived[1:]
        return first

    def receive(self):
        assert self.byte() == b"$", "a packet begins with $"
        raw = b""
        while (byte := self.byte()) != b"#":
            raw += byte
        expected = int(self.byte() + self.byte(), 16)
        assert sum(raw) % 256 == expected, f"checksum of {raw}"
        body = re.sub(b"}(.)", lambda match: bytes([match[1][0] ^ 0x20]), raw, flags=re.DOTALL)
        if self.acknowledge:
            self.socket.sendall(b"+")
        return body.decode("latin-1")

    def ask(self, text):
        self.send(text)
        return self.receive()

    def start(self):
        """What GDB does first."""
        assert "qXfer:features:read+" in self.ask("qSupported:swbreak+;hwbreak+;xmlRegisters=arm")
        assert self.ask("QStartNoAckMode") == "OK"
        self.acknowledge = False
        text, part = "", "m"
        while part[0] == "m":
            part = self.ask(f"qXfer:features:read:target.xml:{len(text):x},ffb")
            text += part[1:]
        root = xml.etree.ElementTree.fromstring(re.sub("<!DOCTYPE[^>]*>", "", text))
        for number, register in enumerate(root.iter("reg")):
            assert register.get("name") not in self.registers, f"{register.get('name')} is described once"
            self.registers[register.get("name")] = (number, int(register.get("bitsize")))
        return self.ask("?")

    def register(self, name):
        number, bits = self.registers[name]
        bytes_ = bytes.fromhex(self.ask(f"p{number:x}"))
        assert len(bytes_) * 8 == bits, f"{name} has the size it was described with"
        return int.from_bytes(bytes_, "little")

    def set_register(self, name, value):
        number, bits = self.registers[name]
        return self.ask(f"P{number:x}={value.to_bytes(bits // 8, 'little').hex()}")

    def memory(self, address, size):
        return bytes.fromhex(self.ask(f"m{address:x},{size:x}"))

    def monitor(self, command):
        return bytes.fromhex(self.ask("qRcmd," + command.encode().hex())).decode()


@contextlib.contextmanager
def waiting_machine(*words):
    """vtoll run ... --gdb 0: the process and its port."""
    process = subprocess.Popen([str(runs.BUILD / "vtoll"), "run", *map(str, words), "--quiet", "--gdb", "0"],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                               cwd=runs.ROOT)
    try:
        line = process.stderr.readline()
        found = re.search(r"target remote localhost:(\d+)", line)
        assert found, f"vtoll says where it listens: {line}"
        yield process, int(found[1])
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
