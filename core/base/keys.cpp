// SPDX-License-Identifier: Apache-2.0
#include "core/base/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <sstream>

#include "core/base/toml_table.hpp"

namespace vtoll::core {

namespace {

constexpr u64 megabyte = 1u << 20;
constexpr u64 most_of_toml = ~u64{0} >> 1;

std::string as_toml(double value) {
    std::ostringstream out;
    out << toml::value<double>(value);
    return out.str();
}

std::string without_quotes(const std::string& toml) {
    const bool is_text = toml.size() >= 2 && (toml.front() == '"' || toml.front() == '\'');
    return is_text ? toml.substr(1, toml.size() - 2) : toml;
}

}  // namespace

Key& Key::needed_if(std::function<bool()> condition) {
    needed_ = std::move(condition);
    return *this;
}

Key& Key::filled() {
    is_filled_ = true;
    return kind == Kind::list ? *this : needed();
}

Key& Key::only_if(std::function<bool()> condition, std::string why) {
    allowed_ = std::move(condition);
    refusal_ = std::move(why);
    return *this;
}

Key& Key::check(std::function<std::string()> complaint) {
    complaint_ = std::move(complaint);
    return *this;
}

Key& Key::each(std::string key, std::function<std::string()> complaint) {
    each_key_ = std::move(key);
    each_ = std::move(complaint);
    return *this;
}

Key& Key::shown_if(std::function<bool()> condition) {
    shown_ = std::move(condition);
    return *this;
}

Key& Key::address() {
    is_address_ = true;
    return *this;
}

Key& Key::of_run() {
    is_of_run = true;
    return *this;
}

Key& Key::absent(std::string words) {
    absent_ = std::move(words);
    return *this;
}

Key& Key::example(std::string toml) {
    other = std::move(toml);
    return *this;
}

void Key::read(TomlTable& table) const {
    if (needed_ && needed_()) table.require(name.c_str());
    if (allowed_ && table.has(name.c_str()) && !allowed_()) table.refuse(name.c_str(), refusal_);
    switch (kind) {
    case Kind::section:
        if (auto inner = table.table(name.c_str())) at_(0).read(*inner);
        break;
    case Kind::list:
        for (TomlTable& inner : table.tables(name.c_str())) {
            append_().read(inner);
            const std::string complaint = each_ ? each_() : "";
            if (!complaint.empty()) inner.refuse(each_key_.c_str(), complaint);
        }
        break;
    case Kind::elsewhere: break;
    default: read_(table); break;
    }
    if (is_filled_ && kind == Kind::list && count_() == 0)
        table.refuse(name.c_str(), fmt::format("expected at least one [[{}]]", name));
    if (is_filled_ && kind == Kind::value && text() == quoted("")) table.refuse(name.c_str(), "expected text");
    const std::string complaint = complaint_ ? complaint_() : "";
    if (!complaint.empty()) table.refuse(name.c_str(), complaint);
}

void Key::print(std::ostream& out, const std::string& path, const Key& fresh) const {
    if (kind == Kind::elsewhere || (shown_ && !shown_() && equals(fresh))) return;
    const std::string full = path.empty() ? name : path + "." + name;
    switch (kind) {
    case Kind::value:
        if (const std::string value = text(); !value.empty()) out << name << " = " << value << "\n";
        break;
    case Kind::section:
        if (count_ && count_() == 0) break;
        out << "\n[" << full << "]\n";
        at_(0).print(out, full, fresh.inside());
        break;
    case Kind::list:
        for (std::size_t i = 0; i < count_(); ++i) {
            out << (path.empty() ? "\n" : "") << "[[" << full << "]]\n";
            at_(i).print(out, full, fresh.inside());
        }
        break;
    case Kind::settings:
        if (settings_().empty()) break;
        out << "\n[" << full << "]\n";
        for (const Setting& setting : settings_()) out << setting.key << " = " << value_text(setting) << "\n";
        break;
    case Kind::elsewhere: break;
    }
}

std::string Key::standard() const {
    if (!absent_.empty()) return absent_;
    if (needed_ && needed_()) return "needed";
    const std::string value = without_quotes(text());
    return value.empty() ? "none" : value;
}

std::string Key::text() const {
    if (text_) return text_();
    const auto number = number_ ? number_() : std::nullopt;
    if (!number) return "";
    return is_address_ ? fmt::format("{:#x}", *number) : std::to_string(*number);
}

Keys Key::inside() const { return fresh_(); }

Key& Keys::flag(const char* name, bool& member, const char* meaning) {
    Key& key = add(name, member, meaning);
    key.values = "true or false";
    key.choices = {"true", "false"};
    key.other = member ? "false" : "true";
    key.read_ = [&member, key = key.name](TomlTable& table) { member = table.flag(key.c_str()).value_or(member); };
    key.text_ = [&member] { return std::string(member ? "true" : "false"); };
    return key;
}

Key& Keys::real(const char* name, double& member, const char* meaning) {
    Key& key = add(name, member, meaning);
    key.values = "a number";
    key.other = as_toml(member + 1.5);
    key.read_ = [&member, key = key.name](TomlTable& table) { member = table.real(key.c_str()).value_or(member); };
    key.text_ = [&member] { return as_toml(member); };
    return key;
}

Key& Keys::size(const char* name, u64& member, u64 most, const char* meaning) {
    Key& key = add(name, member, meaning);
    const std::string range = most ? fmt::format(", 1M to {}M", most) : "";
    key.values = "a size in whole megabytes" + range;
    key.other = fmt::format("\"{}M\"", (member / megabyte) + 3);
    key.read_ = [&member, most, range, key = key.name](TomlTable& table) {
        const auto bytes = table.size(key.c_str());
        if (!bytes) return;
        if (*bytes == 0 || *bytes % megabyte != 0 || (most && *bytes / megabyte > most))
            table.refuse(key.c_str(), "expected whole megabytes" + range);
        member = *bytes;
    };
    key.text_ = [&member] { return fmt::format("\"{}M\"", member / megabyte); };
    return key;
}

Key& Keys::place(const char* name, Place& member, const char* meaning) {
    Key& key = add(name, member, meaning);
    key.values = "a symbol, or an address";
    key.other = "\"a_symbol\"";
    key.read_ = [&member, key = key.name](TomlTable& table) { member = table.place(key.c_str()).value_or(member); };
    key.text_ = [&member] {
        return member.symbol.empty() ? fmt::format("{:#x}", member.address) : quoted(member.symbol);
    };
    return key;
}

Key& Keys::counts(const char* name, std::vector<std::pair<std::string, u64>>& member, const char* meaning) {
    Key& key = add(name, member, meaning);
    key.values = "a table of numbers";
    key.other = "{ \"a name\" = 3, b = 4 }";
    key.read_ = [&member, key = key.name](TomlTable& table) { member = table.counts(key.c_str()); };
    key.text_ = [&member] {
        std::string text = "{";
        for (const auto& [name, count] : member)
            text += fmt::format("{} {} = {}", text.size() > 1 ? "," : "", quoted(name), count);
        return text + " }";
    };
    key.absent("none");
    return key;
}

Key& Keys::settings(const char* name, Settings& member, const char* meaning) {
    Key& key = add(name, member, meaning);
    key.kind = Key::Kind::settings;
    key.values = "a table";
    key.other = "{ a.number = 3, b.real = 1.5, c.flag = true, d.word = \"w\" }";
    key.read_ = [&member, key = key.name](TomlTable& table) {
        if (auto inner = table.table(key.c_str())) member = inner->leaves();
    };
    key.settings_ = [&member] { return member; };
    return key;
}

Key& Keys::elsewhere(const char* name, const char* meaning) {
    Key& key = keys_.emplace_back();
    key.kind = Key::Kind::elsewhere;
    key.name = name;
    key.meaning = meaning;
    key.values = "text";
    key.assign_ = [](const void*) {};
    key.equals_ = [](const void*) { return true; };
    return key;
}

Key& Keys::word(const char* name, std::string& member, std::vector<std::string> words, const char* meaning) {
    Key& key = add(name, member, meaning);
    return choice_key(
               key, words,
               [&member, words] {
                   return static_cast<std::size_t>(std::find(words.begin(), words.end(), member) - words.begin());
               },
               [&member, words](std::size_t index) { member = words[index]; })
        .quiet();
}

Key& Keys::words(const char* name, std::vector<std::string>& member, const std::vector<std::string>& words,
                 const char* meaning) {
    Key& key = add(name, member, meaning);
    key.values = fmt::format("a list of {}", fmt::join(words, ", "));
    key.choices = words;
    key.other = fmt::format("[{}]", quoted(words.front()));
    key.read_ = [&member, words, name = key.name](TomlTable& table) {
        const auto found = table.words(name.c_str());
        if (!found) return;
        for (const std::string& word : *found)
            if (std::ranges::find(words, word) == words.end())
                table.refuse(name.c_str(),
                             fmt::format("expected some of {}; found '{}'", fmt::join(words, ", "), word));
        member.clear();
        for (const std::string& word : words)
            if (std::ranges::find(*found, word) != found->end()) member.push_back(word);
    };
    key.text_ = [&member] {
        std::string list;
        for (const std::string& word : member) list += (list.empty() ? "" : ", ") + quoted(word);
        return "[" + list + "]";
    };
    return key.absent("none");
}

Key& Keys::number_key(Key& key, u64 least, u64 most, std::function<std::optional<u64>()> value,
                      std::function<void(u64)> set) {
    most = std::min(most, most_of_toml);
    key.values = most == 0xffff'ffff    ? "a number of 32 bits"
                 : most == most_of_toml ? (least ? fmt::format("a number, at least {}", least) : "a number")
                                        : fmt::format("{} to {}", least, most);
    key.other = fmt::format("{}", value() == most ? least : most);
    key.read_ = [set = std::move(set), least, most, name = key.name](TomlTable& table) {
        if (const auto number = table.number(name.c_str(), least, most)) set(*number);
    };
    key.number_ = std::move(value);
    return key;
}

Key& Keys::count(const char* name, u64& member, const char* meaning) {
    Key& key = add(name, member, meaning);
    key.values = "a number, at least 1: also `\"10M\"`, `1e6`";
    key.other = "1";
    key.read_ = [&member, name = key.name](TomlTable& table) {
        if (const auto number = table.count(name.c_str())) member = *number;
    };
    key.number_ = [&member] { return std::optional(member); };
    return key;
}

Key& Keys::text_key(Key& key, std::function<std::optional<std::string>()> value,
                    std::function<void(const std::string&)> set) {
    key.values = "text";
    key.other = quoted("a \"text\" of\ntwo lines");
    key.read_ = [set = std::move(set), name = key.name](TomlTable& table) {
        if (const auto text = table.text(name.c_str())) set(*text);
    };
    key.text_ = [value = std::move(value)] {
        const auto text = value();
        return text ? quoted(*text) : std::string();
    };
    return key;
}

Key& Keys::choice_key(Key& key, std::vector<std::string> words, std::function<std::size_t()> index,
                      std::function<void(std::size_t)> set) {
    key.values = fmt::format("{}", fmt::join(words, ", "));
    key.choices = words;
    key.other = quoted(words.at(index() == 0 ? 1 : 0));
    key.read_ = [set = std::move(set), words, name = key.name](TomlTable& table) {
        const auto text = table.text(name.c_str());
        if (!text) return;
        const auto found = std::find(words.begin(), words.end(), *text);
        if (found == words.end())
            table.refuse(name.c_str(), fmt::format("expected one of {}; found '{}'", fmt::join(words, ", "), *text));
        set(static_cast<std::size_t>(found - words.begin()));
    };
    key.text_ = [index = std::move(index), words] {
        return index() < words.size() ? quoted(words[index()]) : std::string();
    };
    return key;
}

void Keys::read(TomlTable& table) const {
    for (const Key& key : keys_) key.read(table);
    table.finish();
}

void Keys::print(std::ostream& out, const std::string& path, const Keys& fresh) const {
    for (std::size_t i = 0; i < keys_.size(); ++i) keys_[i].print(out, path, fresh.keys_[i]);
}

std::string print_toml(const Keys& keys, const Keys& fresh) {
    std::ostringstream out;
    keys.print(out, "", fresh);
    return out.str();
}

namespace {

/// `tables`: dotted, as in "[[console.type]]"; `path`: as `-c` takes it, with the number of an element.
void collect(const Keys& keys, const std::string& table, const std::string& tables, const std::string& path,
             std::vector<KeyFacts>& facts) {
    for (const Key& key : keys.all()) {
        const std::string name = tables.empty() ? key.name : tables + "." + key.name;
        const std::string at = path.empty() ? key.name : path + "." + key.name;
        if (key.kind == Key::Kind::section) collect(key.inside(), "[" + name + "]", name, at, facts);
        else if (key.kind == Key::Kind::list) collect(key.inside(), "[[" + name + "]]", name, at + ".0", facts);
        else
            facts.push_back({table, at, key.name, key.meaning, key.values, key.standard(), key.choices, key.other,
                             key.kind != Key::Kind::elsewhere});
    }
}

}  // namespace

std::vector<KeyFacts> facts_of(const Keys& fresh) {
    std::vector<KeyFacts> facts;
    collect(fresh, "", "", "", facts);
    return facts;
}

}  // namespace vtoll::core
