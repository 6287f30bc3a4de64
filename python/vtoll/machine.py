# SPDX-License-Identifier: Apache-2.0
"""A machine to walk through: run until something happens, look, change, go on."""
from __future__ import annotations

import atexit
import dataclasses
import os
import pathlib
import weakref
from collections.abc import Iterator, Mapping, MutableMapping

from vtoll import program
from vtoll.errors import BY_CODE, InvalidInput, UsageError, VtollError
from vtoll.result import Result
from vtoll.scenario import Scenario


def _extension():
    """The module vtoll._machine: beside this file, or in the folder `python` beside the program."""
    import importlib.machinery
    import importlib.util
    import sys

    if loaded := sys.modules.get("vtoll._machine"):
        return loaded
    folders = [str(pathlib.Path(__file__).parent), str(pathlib.Path(program.path()).resolve().parent / "python")]
    spec = importlib.machinery.PathFinder.find_spec("vtoll._machine", folders)
    if spec is None:
        raise InvalidInput("vtoll.Machine needs the module vtoll._machine, which is not built for this Python; expected it in "
                           + " or ".join(folders) + " (cmake --build build/release --target vtoll_python; /usr/bin/python3)")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules["vtoll._machine"] = module
    module.set_program(str(pathlib.Path(program.path()).resolve()))
    return module


@dataclasses.dataclass(frozen=True)
class ExitEvent:
    """Why the machine stands still, and where."""

    kind: str  #: breakpoint, watchpoint, exception, marker, console, step, instructions, ticks, asked, ended, ready
    reached: bool  #: it is what `until` or the steps asked for
    cpu: int  #: the processor it happened on
    pc: int  #: the instruction that comes next there
    place: str  #: the same in words, with the symbol
    instructions: int  #: of all processors, since the machine was started
    ticks: int
    point: int | None = None  #: number of the break- or watchpoint
    address: int | None = None  #: of the breakpoint, the access, the vector
    size: int | None = None  #: of the access
    write: bool | None = None  #: it is a store
    marker: int | None = None  #: n of DBG #n
    taken_from: str | None = None  #: mode the exception was taken from
    taken_to: str | None = None
    outcome: str | None = None  #: how the run ended: "power_off", "guest_exit", ...


class Registers(MutableMapping):
    """Registers by name, as items or attributes: ``regs["sp_hyp"]``, ``regs.r0 = 5``."""

    def __init__(self, session, cpu: int, numbers: Mapping[str, int]):
        self.__dict__.update(_session=session, _cpu=cpu, _numbers=numbers)

    def _number(self, name: str) -> int:
        number = self._numbers.get(name.lower())
        if number is None:
            raise KeyError(f"{name}: no such register; there are {', '.join(self._numbers)}")
        return number

    def __getitem__(self, name: str) -> int:
        return self._session.read_register(self._cpu, self._number(name))

    def __setitem__(self, name: str, value: int) -> None:
        self._session.write_register(self._cpu, self._number(name), value)

    def __delitem__(self, name: str) -> None:
        raise TypeError("a processor keeps its registers")

    def __getattr__(self, name: str) -> int:
        if name.lower() not in self._numbers:
            raise AttributeError(f"{name}: no such register")
        return self[name]

    def __setattr__(self, name: str, value: int) -> None:
        if name.lower() not in self._numbers:
            raise AttributeError(f"{name}: no such register")
        self[name] = value

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __dir__(self):
        return [*super().__dir__(), *self._numbers]

    def __repr__(self):
        cells = [f"{name:>10} {value:#010x}" for name, value in self.items()]
        return "\n".join("  ".join(cells[i:i + 4]) for i in range(0, len(cells), 4))


class Memory:
    """Bytes by address: ``mem[0x8000]``, ``mem[0x8000:0x8010]``, ``mem[0x8000] = b"..."``. A look has no side effects."""

    def __init__(self, read, write):
        self._read, self._write = read, write

    def read(self, address: int, size: int) -> bytes:
        """Raises AddressError when some byte is not there."""
        return self._read(address, size)

    def write(self, address: int, data) -> None:
        """All of it or, with AddressError, nothing: RAM only."""
        self._write(address, bytes(data))

    def word(self, address: int) -> int:
        """The 32 bits there, little-endian."""
        return int.from_bytes(self.read(address, 4), "little")

    def __getitem__(self, place: int | slice):
        if isinstance(place, slice):
            if place.start is None or place.stop is None or place.step is not None:
                raise UsageError("memory[from:to]: expected two addresses")
            return self.read(place.start, max(0, place.stop - place.start))
        return self.read(place, 1)[0]

    def __setitem__(self, place: int | slice, data) -> None:
        data = bytes([data]) if isinstance(data, int) else bytes(data)
        if isinstance(place, slice):
            if place.start is None or place.step is not None or place.stop not in (None, place.start + len(data)):
                raise UsageError(f"memory[from:to] = data: the data has {len(data)} bytes, and the slice another number")
            place = place.start
        self.write(place, data)


class Processor:
    """One of the machine's processors."""

    def __init__(self, session, index: int, table):
        self._session = session
        self.index = index
        #: Core, VFP and banked registers: r0 ... pc, cpsr, d0 ..., r8_usr ... spsr_hyp, elr_hyp.
        self.regs = Registers(session, index, {name: n for n, (name, group, _, _) in enumerate(table) if group != "system"})
        #: System registers by their names in the manual, Hyp's among them: sctlr, ttbr0, hcr, hsr, vttbr, ... Those can be
        #: written of which a write only keeps a value, with the bits and the effects it has by an instruction; the generic
        #: timer's (cntvct, cntv_ctl, cntv_cval, cntp_..., cntvoff) are what an instruction would read now.
        self.cp15 = Registers(session, index, {name: n for n, (name, group, _, _) in enumerate(table) if group == "system"})
        #: Memory as the processor sees it in its mode now, whatever the tables permit.
        self.mem = self.memory("")

    def memory(self, level: str) -> Memory:
        """Memory through the tables of "pl0", "pl1" (of the guest that runs) or "pl2" (Hyp mode)."""
        return Memory(lambda address, size: self._session.read(self.index, address, size, level),
                      lambda address, data: self._session.write(self.index, address, data, level))

    def translate(self, address: int, level: str = "") -> int | None:
        """The physical address; None when it isn't mapped."""
        return self._session.translate(self.index, address, level)

    @property
    def pc(self) -> int:
        """The instruction that comes next."""
        return self.regs["pc"]

    @property
    def mode(self) -> str:
        """usr, svc, irq, ..., hyp"""
        return self._session.mode(self.index)

    @property
    def place(self) -> str:
        """Where it is, with the best symbol for that."""
        return self._session.place(self.index)

    def step(self, instructions: int = 1) -> ExitEvent:
        """So many instructions of this processor, or exceptions it takes; the others go on meanwhile."""
        return ExitEvent(**self._session.step(self.index, instructions))


_alive: weakref.WeakSet = weakref.WeakSet()


@atexit.register
def _close_all():
    for machine in list(_alive):
        machine.close()


class Machine:
    """The machine of a scenario, standing still in front of its first instruction.

    >>> machine = vtoll.Machine("hypercall")
    >>> machine.run(until="symbol:exit_hvc").place
    >>> machine.cp15.hsr >> 26, machine.regs.elr_hyp

    Looking changes nothing: a run that was stopped on the way leaves the books of one that was not. SystemC makes one
    machine in a process: with `worker=True` the machine is in a process of its own, and there may be as many as you like.

    >>> a15, a7 = (vtoll.Machine("hypercall", timing=core, worker=True) for core in ("cortex-a15", "cortex-a7"))
    """

    def __init__(self, scenario: Scenario | str | os.PathLike | None = None, overrides: Mapping[str, object] | None = None, *,
                 timing: str | None = None, restore: str | os.PathLike | None = None, worker: bool = False):
        """As for :func:`vtoll.run`; `restore`: a checkpoint to go on from; `worker`: in a process of its own."""
        chosen = scenario if isinstance(scenario, Scenario) else Scenario(scenario or "")
        chosen = chosen.with_({**(overrides or {}), **({"timing.rung": timing} if timing else {})})
        if worker:
            from vtoll.worker import RemoteSession as Session
        else:
            Session = _extension().Session
        self._session = Session(chosen.what, chosen.settings, os.fspath(restore) if restore else "")
        table = self._session.registers()
        self.cpus = [Processor(self._session, index, table) for index in range(self._session.cpus())]
        #: RAM as a read-only buffer: ``memoryview(machine.ram)``, ``numpy.frombuffer(machine.ram, "u4")``; `ram.base` is its
        #: physical address. Of a worker's machine copies only: ``machine.ram[0:4096]``.
        self.ram = self._session.ram()
        #: Physical memory; devices are looked at without their noticing.
        self.physical = Memory(self._session.read_physical, self._session.write_physical)
        _alive.add(self)

    # --- of the first processor
    @property
    def regs(self) -> Registers:
        """Core, VFP and banked registers of the first processor."""
        return self.cpus[0].regs

    @property
    def cp15(self) -> Registers:
        """System registers of the first processor."""
        return self.cpus[0].cp15

    @property
    def mem(self) -> Memory:
        """Memory as the first processor sees it in its mode now."""
        return self.cpus[0].mem

    def step(self, instructions: int = 1) -> ExitEvent:
        """So many instructions of the first processor."""
        return self.cpus[0].step(instructions)

    # --- running
    def run(self, until: str | int | None = None, *, insns: int | None = None, ticks: int | None = None,
            seconds: float | None = None) -> ExitEvent:
        """Go on until something happens: what `until` says, a break- or watchpoint, the end of the run.

        `until`: a number of instructions since the start of the machine; "marker:3" (behind DBG #3), "symbol:NAME",
        "symbol:0x40008000", "insns:1000", "console:TEXT" (when it has been shown), or a symbol's name alone. `insns`,
        `ticks`, `seconds`: of the machine, since its start; the first of several that is reached counts. Ctrl-C stops the
        machine, which can go on afterwards.
        """
        if isinstance(until, int):
            until = f"insns:{until}"
        elif until and ":" not in until:
            until = f"symbol:{until}"
        return ExitEvent(**self._session.run(until or "", insns, ticks, seconds))

    def interrupt(self) -> None:
        """From another thread: stand still soon."""
        self._session.interrupt()

    def finish(self, output: str | os.PathLike | None = None) -> Result:
        """To the end, whatever breakpoints there are; its books, as :func:`vtoll.run` gives them."""
        def write(folder):
            code, text = self._session.finish(str(folder))
            if code:
                raise BY_CODE.get(code, VtollError)(text)
        return Result.made_by(write, output)

    def close(self) -> None:
        """End the run where it is. What was read from the machine stays."""
        self._session.close()

    def __enter__(self) -> Machine:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    # --- where to stand still
    def breakpoint(self, where: int | str, *, level: str | None = None, vmid: int | None = None) -> int:
        """Stop in front of the instruction at an address or symbol; `level`: only at "pl0", "pl1" or "pl2"; `vmid`: only in
        that virtual machine. Returns its number."""
        return self._session.add_breakpoint(self.address_of(where), level or "", vmid)

    def watchpoint(self, where: int | str, size: int = 4, *, reads: bool = False, writes: bool = True,
                   level: str | None = None) -> int:
        """Stop in front of an access to any of the bytes. Returns its number."""
        return self._session.add_watchpoint(self.address_of(where), size, reads, writes, level or "")

    def remove(self, number: int) -> None:
        """Forget a break- or watchpoint."""
        self._session.remove(number)

    def catch(self, *modes: str) -> None:
        """Stop at the vector of every exception taken to one of these modes ("hyp", "irq", ...); none: at none."""
        self._session.catch_exceptions(list(modes))

    # --- what there is to know
    def address_of(self, where: int | str) -> int:
        """Of a symbol of the images; an address is one. Raises InvalidInput when no image has it."""
        if isinstance(where, int):
            return where
        if where not in self.symbols:
            raise InvalidInput(f"{where}: no such symbol in any image")
        return self.symbols[where]

    @property
    def symbols(self) -> dict[str, int]:
        """Addresses of the images' symbols by name; of several of one name the first."""
        if "_symbols" not in self.__dict__:
            self._symbols = self._session.symbols()
        return self._symbols

    @property
    def last(self) -> ExitEvent:
        """Why it stands still."""
        return ExitEvent(**self._session.last())

    @property
    def instructions(self) -> int:
        """Executed by all processors since the machine's start."""
        return self._session.instructions()

    @property
    def ticks(self) -> int:
        """Of all processors since the machine's start, cycles of its clock."""
        return self._session.ticks()

    @property
    def console(self) -> str:
        """What the guests have written so far."""
        return self._session.console().decode(errors="replace")

    @property
    def config(self) -> dict:
        """The scenario with every key resolved."""
        import tomllib
        return tomllib.loads(self._session.config())

    def __repr__(self):
        return f"<vtoll.Machine: {self.last.kind}, {self.instructions} instructions, {self.cpus[0].place}>"
