// SPDX-License-Identifier: Apache-2.0
// What Python sees of it: vtoll._machine, described by python/vtoll/_machine.pyi and used by python/vtoll/machine.py.
#include <fmt/format.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "core/base/profile_path.hpp"
#include "core/cli/support/find.hpp"
#include "python/bindings/session.hpp"

namespace vtoll::python {

namespace py = pybind11;

namespace {

/// The RAM as one piece, to look at; writes go through write_physical(), which the decoded instructions hear of.
struct RamView {
    const core::Ram* ram;
};

template <class Error>
void raise_as(const char* kind, const Error& error) {
    PyErr_SetString(py::module_::import("vtoll.errors").attr(kind).ptr(), error.what());
}

void translate(std::exception_ptr thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const InputError& error) {
        raise_as("InvalidInput", error);
    } catch (const Misuse& error) {
        raise_as("UsageError", error);
    } catch (const BadAddress& error) {
        raise_as("AddressError", error);
    }
}

py::dict described(Session& session, const Event& event) {
    using Kind = core::Stop::Kind;
    const core::Stop& stop = event.stop;
    core::Control& control = session.standing();
    py::dict out;
    out["kind"] = event.kind;
    out["reached"] = event.reached;
    out["cpu"] = stop.cpu;
    out["pc"] = control.cpu(stop.cpu).state().r[15];
    out["place"] = session.simulation().describe_pc(stop.cpu);
    out["instructions"] = control.machine().instructions();
    out["ticks"] = control.machine().ticks();
    if (stop.point) out["point"] = stop.point;
    if (stop.kind == Kind::breakpoint || stop.kind == Kind::watchpoint) out["address"] = stop.detail.address;
    if (stop.kind == Kind::watchpoint) {
        out["size"] = stop.detail.size;
        out["write"] = stop.detail.write;
    }
    if (stop.kind == Kind::marker) out["marker"] = stop.detail.option;
    if (stop.kind == Kind::exception) {
        out["address"] = stop.detail.exception.vector;
        out["taken_from"] = isa::mode_name(stop.detail.exception.from);
        out["taken_to"] = isa::mode_name(stop.detail.exception.to);
    }
    if (stop.kind == Kind::ended) out["outcome"] = core::outcome_name(stop.outcome.kind);
    return out;
}

py::list registers(const Session& session) {
    py::list out;
    for (std::size_t n = 0; n < session.registers().size(); ++n) {
        const core::GdbRegister& reg = session.registers().at(n);
        out.append(py::make_tuple(reg.name, reg.group, reg.bits, static_cast<bool>(reg.write)));
    }
    return out;
}

py::dict symbols(Session& session) {
    py::dict out;
    const auto add = [&](const core::Symbols& table) {
        for (const core::Symbol& symbol : table.all())
            if (!out.contains(symbol.name))
                out[py::str(symbol.name)] = session.simulation().find_symbol(symbol.name)->address;
    };
    for (const core::LoadedImage& loaded : session.simulation().images()) add(loaded.image.symbols);
    for (const core::LoadedSymbols& loaded : session.simulation().symbols()) add(loaded.symbols);
    return out;
}

}  // namespace

PYBIND11_MODULE(_machine, m) {
    py::register_exception_translator([](std::exception_ptr thrown) {
        if (thrown) translate(thrown);
    });
    m.def("set_program", [](const std::string& program) { core::set_program_file(program); });

    py::class_<RamView>(m, "Ram", py::buffer_protocol())
        .def_buffer([](const RamView& view) {
            return py::buffer_info(const_cast<u8*>(view.ram->at(view.ram->base())), 1, "B", 1,
                                   {static_cast<py::ssize_t>(view.ram->size())}, {py::ssize_t{1}}, true);
        })
        .def_property_readonly("base", [](const RamView& view) { return view.ram->base(); })
        .def("__len__", [](const RamView& view) { return view.ram->size(); });

    py::class_<Session>(m, "Session")
        .def(py::init<const std::string&, const std::vector<std::string>&, const std::string&>())
        .def("run", [](Session& s, const std::string& until, std::optional<u64> insns, std::optional<u64> ticks,
                       std::optional<double> seconds) { return described(s, s.run(until, insns, ticks, seconds)); })
        .def("step", [](Session& s, unsigned cpu, u64 n) { return described(s, s.step(cpu, n)); })
        .def("last", [](Session& s) { return described(s, s.last()); })
        .def("interrupt", &Session::interrupt)
        .def("finish", &Session::finish)
        .def("close", &Session::close)
        .def("cpus", [](Session& s) { return s.standing().cpus(); })
        .def("instructions", [](Session& s) { return s.standing().machine().instructions(); })
        .def("ticks", [](Session& s) { return s.standing().machine().ticks(); })
        .def("console", [](Session& s) { return py::bytes(s.standing().machine().console().log()); })
        .def("config", [](Session& s) { return core::to_toml(s.simulation().scenario()); })
        .def("mode", [](Session& s, unsigned cpu) { return isa::mode_name(s.standing().cpu(cpu).state().mode()); })
        .def("place", [](Session& s, unsigned cpu) { return s.standing(), s.simulation().describe_pc(cpu); })
        .def("registers", &registers)
        .def("read_register", &Session::read_register)
        .def("write_register", &Session::write_register)
        .def(
            "ram", [](Session& s) { return RamView{&s.standing().machine().ram()}; }, py::keep_alive<0, 1>())
        .def("read", [](Session& s, unsigned cpu, u64 va, std::size_t size,
                        const std::string& level) { return py::bytes(s.read(cpu, va, size, level)); })
        .def("write", [](Session& s, unsigned cpu, u64 va, const py::bytes& bytes,
                         const std::string& level) { s.write(cpu, va, bytes, level); })
        .def("read_physical", [](Session& s, u64 pa, std::size_t size) { return py::bytes(s.read_physical(pa, size)); })
        .def("write_physical", [](Session& s, u64 pa, const py::bytes& bytes) { s.write_physical(pa, bytes); })
        .def("translate", &Session::translate)
        .def("symbols", &symbols)
        .def("add_breakpoint", &Session::add_breakpoint)
        .def("add_watchpoint", &Session::add_watchpoint)
        .def("remove", &Session::remove)
        .def("catch_exceptions", &Session::catch_exceptions);
}

}  // namespace vtoll::python
