// SPDX-License-Identifier: Apache-2.0
// Random A32 and Thumb instructions and short blocks on vtoll's instruction set and on an oracle: registers, flags,
// extension registers and memory must come out the same.
//
//   VTOLL_CASES=2000000   how many programs in total (default: OracleKind::cases)
//   VTOLL_EACH=20000      compare this many programs of one instruction for every row, however many that makes
//   VTOLL_SEED=0x...      where the random numbers start
//   VTOLL_CASE=n          run program n only, of the one test that --gtest_filter selects
//   VTOLL_SHOW=n          failures to show in full of each row (default 1)
//   VTOLL_ROW=name        only rows whose name contains this
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/differential/oracle.hpp"

namespace vtoll::differential {

class Bench;

/// vtoll against one oracle, in the test cases of one executable.
class Comparison {
public:
    explicit Comparison(const OracleKind&);
    ~Comparison();

    /// Run `share` percent of all programs, each of one instruction. The rows take turns, so that each gets its part.
    void singles(const char* test, isa::InstrSet, unsigned share);
    /// Run `share` percent of all programs, each of two to eight instructions.
    void blocks(const char* test, std::initializer_list<isa::InstrSet>, unsigned share);
    void every_exclusion_is_needed();
    void every_tolerance_is_needed();
    /// How many rows of the set the oracle has, those aside of which it is asked nothing. Which they are does not
    /// depend on VTOLL_SEED.
    std::size_t rows_known(isa::InstrSet set) { return known(rows_of({set}, false)).size(); }
    /// What another oracle is not asked, `list`, is tried out on this one: Exclusion::unicorn_agrees.
    void settles(const std::vector<Exclusion>& list);

private:
    enum class Knowledge : u8 { known, not_known, no_program };
    Knowledge find_out(const Row&);  ///< by a few programs of the row
    std::vector<Row> rows_of(std::initializer_list<isa::InstrSet>, bool blocks) const;
    std::vector<Row> all_rows() const;
    /// Those of `rows` that the oracle has. The others are printed.
    std::vector<Row> known(const std::vector<Row>& rows);
    void compare(const char* test, const std::vector<Row>& rows, unsigned max_length, unsigned share);
    bool not_excluded(const Row&, u32 raw, bool in_it, const MachineState& initial) const;
    std::string repeat(const char* test, u64 seed, u64 n) const;

    const OracleKind& kind_;
    std::unique_ptr<Bench> bench_;
    std::map<const isa::Encoding*, Knowledge> knowledge_;
    u64 probes_ = 0;  ///< programs of find_out
};

}  // namespace vtoll::differential
