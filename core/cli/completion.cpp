// SPDX-License-Identifier: Apache-2.0
// Completion of command lines in shells. The scripts know nothing: they ask `vtoll completion words -- WORDS...`, which
// answers from what the verbs declare, with a line for each word that fits; none means files.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <sstream>

#include "core/base/profile_path.hpp"
#include "core/cli/support/find.hpp"
#include "core/cli/trace_row.hpp"
#include "core/cli/verbs.hpp"
#include "core/report/table_kinds.hpp"
#include "core/scenario/scenario.hpp"
#include "core/timing/pricing.hpp"

namespace vtoll::cli {

namespace {

using Words = std::vector<std::string>;

constexpr const char* bash_script = R"~(_vtoll() {
    local IFS=$'\n'
    COMPREPLY=($("$1" completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
    return 0
}
complete -o bashdefault -o default -F _vtoll vtoll
)~";

constexpr const char* zsh_script = R"~(#compdef vtoll
_vtoll() {
    local -a fitting
    fitting=(${(f)"$("${words[1]}" completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)"})
    if [[ ${fitting[1]} == *= ]]; then compadd -S '' -a fitting
    elif (( $#fitting )); then compadd -a fitting
    else _files; fi
}
if [[ $funcstack[1] == _vtoll ]]; then _vtoll "$@"; else compdef _vtoll vtoll; fi
)~";

constexpr const char* fish_script = R"~(function __vtoll_words
    set -l before (commandline -opc)
    set -l last (commandline -ct)
    set -l fitting ($before[1] completion words -- $before[2..] "$last" 2>/dev/null)
    if set -q fitting[1]
        printf '%s\n' $fitting
    else
        __fish_complete_path "$last"
    end
end
complete -c vtoll -f -a '(__vtoll_words)'
)~";

/// Configurations and finished runs stand beside scenarios in vtoll compare.
Words compared() {
    Words names = shipped_scenarios(), there = runs_here();
    names.insert(names.end(), {"native", "pure", "para", "hosted"});
    names.insert(names.end(), there.begin(), there.end());
    return names;
}

Words traced_rows() {
    Words names;
    for (const core::trace::Row& row : known_rows()) names.push_back(row.name);
    return names;
}

/// Rows and runs: rows by their scenarios, for a name of several words would be several on the line.
Words explained() {
    Words names = traced_rows(), there = runs_here();
    names.insert(names.end(), there.begin(), there.end());
    for (const core::RowDefinition& row : core::load_table<core::TableDefinition>("overheads").rows)
        names.push_back(row.scenario);
    return names;
}

/// "machine.cpus=" of every key that a scenario has; behind the "=" of a key of a few words, those.
Words settings(const std::string& begun) {
    Words words;
    const auto equals = begun.find('=');
    for (const core::KeyFacts& key : core::scenario_keys()) {
        if (!key.settable) continue;
        if (equals == std::string::npos) words.push_back(key.path + "=");
        else if (key.path == begun.substr(0, equals))
            for (const std::string& choice : key.choices) words.push_back(key.path + "=" + choice);
    }
    return words;
}

/// What an option or positional of this name may be, wherever a verb has it.
Words values_of(const CLI::Option& option) {
    static const std::map<std::string, std::function<Words()>> by_name{{"scenario", shipped_scenarios},
                                                                       {"run", runs_here},
                                                                       {"runs", compared},
                                                                       {"what", explained},
                                                                       {"rows", traced_rows},
                                                                       {"--row", traced_rows},
                                                                       {"--para", shipped_ports},
                                                                       {"--timing", core::shipped_profiles},
                                                                       {"model", core::shipped_profiles},
                                                                       {"table", core::shipped_tables},
                                                                       {"--tables", core::shipped_tables}};
    if (const auto known = by_name.find(option.get_name()); known != by_name.end()) return known->second();
    // The choices of CLI::IsMember: "TEXT:{a,b}".
    const std::string type = option.get_type_name();
    const auto open = type.find('{'), close = type.find('}');
    if (open == std::string::npos || close == std::string::npos) return {};
    std::istringstream choices(type.substr(open + 1, close - open - 1));
    Words names;
    for (std::string name; std::getline(choices, name, ',');) names.push_back(name);
    return names;
}

Words names_of(const CLI::Option& option) {
    Words names;
    for (const std::string& name : option.get_snames()) names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
    return names;
}

const CLI::Option* named(const CLI::App& verb, const std::string& word) {
    return verb.get_option_no_throw(word.substr(0, word.find('=')));
}

const CLI::App* sub_verb(const CLI::App& verb, const std::string& name) {
    for (const CLI::App* sub : verb.get_subcommands({}))
        if (sub->get_name() == name) return sub;
    return nullptr;
}

/// KEY=VALUE: of -c, and of -P, which has other values behind a comma.
bool is_setting(const CLI::Option& option) {
    return option.get_name() == "--set" || option.get_name() == "--parameter";
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

const CLI::Option* positional(const CLI::App& verb, std::size_t number) {
    const CLI::Option* last = nullptr;
    for (const CLI::Option* option : verb.get_options())
        if (option->get_positional()) {
            last = option;
            if (number-- == 0) return option;
        }
    return last && last->get_expected_max() > 1 ? last : nullptr;
}

/// Everything that may stand in place of the last word.
Words possible(const CLI::App& app, const Words& words) {
    const CLI::App* verb = &app;
    const CLI::Option* open = nullptr;  // an option that still wants its value
    std::string setting;                // "machine.cpus=" of -c
    std::size_t positionals = 0;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const std::string& word = words[i];
        if (open) {
            if (word == "=") continue;  // bash makes --timing=x three words, and -c key=x four
            if (is_setting(*open) && words[i + 1] == "=") setting = word + "=";
            else open = nullptr, setting.clear();
        } else if (word.starts_with("-")) {
            const CLI::Option* option = named(*verb, word);
            if (option && takes_value(*option) && word.find('=') == std::string::npos) open = option;
        } else if (const CLI::App* next = sub_verb(*verb, word)) {
            verb = next;
            positionals = 0;
        } else {
            ++positionals;
        }
    }
    const std::string& last = words.back();
    if (open && is_setting(*open)) {
        Words out = settings(setting.empty() && last == "=" ? "" : setting + last);
        if (open->get_name() == "--parameter" && setting.empty()) out.push_back("timing=");
        for (std::string& word : out) word.erase(0, setting.size());
        return out;
    }
    if (open) return values_of(*open);
    Words out;
    if (const auto equals = last.find('='); last.starts_with("--") && equals != std::string::npos) {
        const CLI::Option* option = named(*verb, last);
        if (option && takes_value(*option)) out = values_of(*option);
        for (std::string& value : out) value.insert(0, last, 0, equals + 1);
        return out;
    }
    if (last.starts_with("-")) {
        for (const CLI::Option* option : verb->get_options())
            for (std::string& name : names_of(*option)) out.push_back(std::move(name));
        return out;
    }
    for (const CLI::App* sub : verb->get_subcommands({}))
        if (!sub->get_group().empty()) out.push_back(sub->get_name());
    if (const CLI::Option* option = positional(*verb, positionals)) {
        const Words values = values_of(*option);
        out.insert(out.end(), values.begin(), values.end());
    }
    return out;
}

}  // namespace

void add_completion(CLI::App& app, int&) {
    CLI::App* verb = app.add_subcommand("completion", "Completion of vtoll's words for a shell");
    verb->footer(
        "Examples:\n  vtoll completion bash > ~/.local/share/bash-completion/completions/vtoll\n"
        "  vtoll completion zsh > /usr/local/share/zsh/site-functions/_vtoll\n"
        "  vtoll completion fish > ~/.config/fish/completions/vtoll.fish\n"
        "cmake --install puts them where shells look for them.");
    verb->require_subcommand(1);
    const auto script = [&](const char* shell, const char* text) {
        verb->add_subcommand(shell, fmt::format("The script for {}", shell))->callback([text] {
            std::fputs(text, stdout);
        });
    };
    script("bash", bash_script);
    script("zsh", zsh_script);
    script("fish", fish_script);
    auto given = std::make_shared<Words>();
    CLI::App* words = verb->add_subcommand("words", "The completions of the last word behind --, a line each");
    words->footer("Example:\n  vtoll completion words -- run --timing cortex");
    words->add_option("words", *given, "As far as the line is written");
    words->callback([&app, given] {
        if (given->empty()) given->emplace_back();
        Words fitting = possible(app, *given);
        std::erase_if(fitting, [&](const std::string& word) { return !word.starts_with(given->back()); });
        for (const std::string& word : fitting) fmt::print("{}\n", word);
    });
}

}  // namespace vtoll::cli
