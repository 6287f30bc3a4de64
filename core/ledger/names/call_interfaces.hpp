// SPDX-License-Identifier: Apache-2.0
// Interfaces of hypervisors and firmware: how their calls are numbered, and what the numbers mean. Each is a calls
// file, docs/calls.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/base/input_file.hpp"
#include "isa/state/syndrome.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// The instruction that a call is made by: X(enumerator, name in files).
#define VTOLL_CALL_INSTRUCTIONS(X) X(hvc, "hvc") X(smc, "smc") X(svc, "svc")
#define VTOLL_ENUMERATOR(enumerator, ...) enumerator,
enum class CallInstruction : u8 { VTOLL_CALL_INSTRUCTIONS(VTOLL_ENUMERATOR) count };
#undef VTOLL_ENUMERATOR

std::string_view name_of(CallInstruction instruction);
std::optional<CallInstruction> call_instruction_from_name(std::string_view name);

/// A call as an exit shows it. SMC's immediate is in no syndrome (ARM DDI 0406C §B3.13.6): 0.
struct Call {
    CallInstruction instruction = CallInstruction::hvc;
    u32 immediate = 0, number = 0;
    auto operator<=>(const Call&) const = default;
};
/// What an exit with this syndrome calls; nothing when it is no call. `number`: EpisodeKind::detail.
std::optional<Call> call_of(isa::Syndrome syndrome, u32 number);

struct CallInterface {
    std::string file, name;
    bool always = false;  ///< nobody else's calls look like these: named in every run
    std::vector<CallInstruction> instructions;
    std::optional<u32> immediate;  ///< of HVC and SVC; absent: any
    u8 number_register = 0;
    u32 mask = 0, value = 0;  ///< numbers are the interface's when they are `value` in the bits of `mask`
    std::map<u32, std::string> numbers;
    std::map<u32, std::string> devices;  ///< pages of devices that the hypervisor makes for its guests

    bool covers(CallInstruction instruction, u32 of_immediate) const;
    bool has(const Call& call) const;
    /// What an exit is called that makes this call.
    std::string exit_name(const Call& call) const;
};

/// Throws InputError: file, line, what was expected.
CallInterface parse_calls(const std::string& text, const std::string& file);

/// Those of a run. Of several that have a call, one with its immediate names it before one with any, then one that has
/// a name for it, then one that numbers in a way of its own (`mask`), then the first.
class CallInterfaces {
public:
    void add(CallInterface interface) { all_.push_back(std::move(interface)); }
    const std::vector<CallInterface>& all() const { return all_; }

    /// nullptr: nobody's. Its number may be many_details.
    const CallInterface* of(const Call& call) const;
    /// Somebody has a name for it.
    bool names(const Call& call) const;
    /// Which register has the number of a call: r0 unless an interface says otherwise.
    u8 register_of(CallInstruction instruction, u32 immediate) const;

private:
    std::vector<CallInterface> all_;
};

/// Names of the shipped ones, sorted.
std::vector<std::string> shipped_calls();
/// The shipped ones that name calls of every run.
CallInterfaces usual_calls();
/// The shipped one of that name; nothing when there is none.
std::optional<InputFile> shipped_calls_file(const std::string& what);

}  // namespace vtoll::core
