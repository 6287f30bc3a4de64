// SPDX-License-Identifier: Apache-2.0
#include "core/report/table_definition.hpp"

#include "core/base/keys.hpp"

namespace vtoll::core {

namespace {

constexpr std::array<Named<Operation::Measure>, 2> measures{
    {{"episode", Operation::Measure::episode}, {"sample", Operation::Measure::sample}}};

#define VTOLL_NAMED(enumerator, name, ...) Named<Cause>{name, Cause::enumerator},
constexpr std::array causes{VTOLL_CAUSES(VTOLL_NAMED)};
#undef VTOLL_NAMED

}  // namespace

void TableHeading::declare(Keys& keys, bool has_published) {
    keys.text("name", name, "of the table, and its file").filled();
    keys.text("kind", kind, "of table").filled();
    keys.text("title", title, "above the table").filled();
    if (has_published) keys.text("published", published, "file in reports/published").filled();
    keys.text("citation", citation, "below the table: the publication").filled();
    keys.text("note", note, "below it: the facts that one needs to compare").filled();
}

void Operation::declare(Keys& keys) {
    const auto is_sample = [this] { return measure == Measure::sample; };
    const auto is_episode = [this] { return measure == Measure::episode; };
    const char* of_episodes = "a sample has no cause: expected with measure = \"episode\" only";
    keys.text("scenario", scenario, "shipped scenario that is run").filled();
    keys.text("about", about, "the operation, in one line").filled();
    keys.choice("measure", measure, measures,
                "a number for each exit that `cause` and `detail` select, or for each pair of the markers DBG #3, "
                "DBG #4: what the hypervisor executed in between")
        .needed();
    keys.choice("cause", cause, causes, "of the episodes, as stats.json has them")
        .needed_if(is_episode)
        .only_if(is_episode, of_episodes);
    keys.number("detail", detail, 0, 0xffff'ffff, "of the episodes: number of the hypercall")
        .only_if(is_episode, of_episodes);
    keys.number("outside", outside, 0, 0xffff'ffff,
                "of a sample: number of the hypercall that the guest makes between the samples, and that is no part "
                "of the breakdown by phase and stall")
        .only_if(is_sample, "expected with measure = \"sample\" only");
}

void RowDefinition::declare(Keys& keys) {
    keys.text("operation", operation, "row of the published table").filled();
    Operation::declare(keys);
    keys.section("other", other);
}

void TableDefinition::declare(Keys& keys) {
    const auto has_other = [this] { return !other_title.empty(); };
    TableHeading::declare(keys);
    keys.text("instructions", instructions, "column of the published table with instructions").filled();
    keys.text("cycles", cycles, "its column with cycles").filled();
    keys.text("other_title", other_title, "name of another system that was published too");
    for (const auto& [name, member] : {std::pair{"other_low", &other_low}, {"other_high", &other_high}})
        keys.text(name, *member, "column with a bound of the other system's cycles")
            .needed_if(has_other)
            .only_if(has_other, "expected with other_title only");
    keys.list("row", rows).filled().each("other", [this, has_other] {
        return rows.back().other && !has_other() ? "expected in a table with other_title only" : "";
    });
}

void check_against(const TableDefinition& table, const PublishedTable& published) {
    for (const RowDefinition& row : table.rows) {
        published.number(row.operation, table.instructions);
        published.number(row.operation, table.cycles);
        if (table.other_low.empty()) continue;
        published.number(row.operation, table.other_low);
        published.number(row.operation, table.other_high);
    }
}

}  // namespace vtoll::core
