// SPDX-License-Identifier: Apache-2.0
#include "core/base/toml_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <sstream>

#include "core/base/nearest.hpp"
#include "core/base/number_text.hpp"

namespace vtoll::core {

namespace {

const char* kind_of(const toml::node& node) {
    switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return node.is_array_of_tables() ? "an array of tables" : "an array";
    case toml::node_type::string: return "text";
    case toml::node_type::integer: return "an integer";
    case toml::node_type::floating_point: return "a number with a fraction";
    case toml::node_type::boolean: return "true or false";
    default: return "a date or time";
    }
}

std::string join(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::vector<std::string> split(const std::string& path) {
    std::vector<std::string> parts;
    std::istringstream stream(path);
    for (std::string part; std::getline(stream, part, '.');) parts.push_back(part);
    return parts;
}

/// "128M"
std::optional<u64> bytes_of(const std::string& text) {
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
    const std::string unit = text.substr(digits);
    const unsigned shift = unit == "K" ? 10 : unit == "M" ? 20 : unit == "G" ? 30 : 64;
    if (digits == 0 || digits > 9 || shift == 64) return std::nullopt;
    return std::stoull(text.substr(0, digits)) << shift;
}

}  // namespace

TomlTable::TomlTable(const toml::table& table, std::string file, std::string path)
    : table_(&table), file_(std::move(file)), path_(std::move(path)) {}

std::string TomlTable::where(const toml::node* node) const {
    const auto line = node ? node->source().begin.line : 0;
    return line ? fmt::format("{}:{}", file_, line) : file_;
}

const toml::node* TomlTable::find(const char* key) {
    if (std::ranges::find(known_, key) == known_.end()) known_.push_back(key);
    return table_->get(key);
}

void TomlTable::refuse(const char* key, const std::string& what) const {
    throw InputError(fmt::format("{}: {}: {}", where(table_->get(key)), full(key), what));
}

void TomlTable::require(const char* key) const {
    if (!table_->contains(key)) throw InputError(fmt::format("{}: {}: expected this key", where(table_), full(key)));
}

std::optional<std::string> TomlTable::text(const char* key) {
    const toml::node* node = find(key);
    if (!node) return std::nullopt;
    if (!node->is_string()) refuse(key, std::string("expected text, found ") + kind_of(*node));
    return node->as_string()->get();
}

std::string TomlTable::needed_text(const char* key) {
    require(key);
    std::string words = *text(key);
    if (words.empty()) refuse(key, "expected text");
    return words;
}

std::optional<std::vector<std::string>> TomlTable::words(const char* key) {
    const toml::node* node = find(key);
    if (!node) return std::nullopt;
    std::vector<std::string> list;
    if (node->is_string()) {
        std::istringstream stream(node->as_string()->get());
        for (std::string word; std::getline(stream, word, ',');) list.push_back(word);
        return list;
    }
    if (!node->is_array()) refuse(key, std::string("expected a list of texts, found ") + kind_of(*node));
    for (const toml::node& element : *node->as_array()) {
        if (!element.is_string()) refuse(key, std::string("expected texts in the list, found ") + kind_of(element));
        list.push_back(element.as_string()->get());
    }
    return list;
}

std::optional<bool> TomlTable::flag(const char* key) {
    const toml::node* node = find(key);
    if (!node) return std::nullopt;
    if (!node->is_boolean()) refuse(key, std::string("expected true or false, found ") + kind_of(*node));
    return node->as_boolean()->get();
}

std::optional<u64> TomlTable::number(const char* key, u64 least, u64 most) {
    const toml::node* node = find(key);
    if (!node) return std::nullopt;
    if (!node->is_integer()) refuse(key, std::string("expected an integer, found ") + kind_of(*node));
    const s64 value = node->as_integer()->get();
    if (value < 0 || static_cast<u64>(value) < least || static_cast<u64>(value) > most)
        refuse(key, fmt::format("expected {} to {}, found {}", least, most, value));
    return static_cast<u64>(value);
}

std::optional<u64> TomlTable::count(const char* key) {
    const toml::node* node = find(key);
    if (!node) return std::nullopt;
    std::string words;
    if (const auto* text = node->as_string()) words = text->get();
    else if (const auto* whole = node->as_integer()) words = fmt::format("{}", whole->get());
    else if (const auto* real = node->as_floating_point()) words = fmt::format("{}", real->get());
    const auto number = count_in(words);
    if (!number)
        refuse(key, fmt::format("expected {}, found {}", what_a_count_is, words.empty() ? kind_of(*node) : words));
    return number;
}

std::optional<double> TomlTable::real(const char* key) {
    const toml::node* node = find(key);
    if (!node) return std::nullopt;
    const auto value = node->value<double>();
    if (!node->is_number() || !value || !(*value >= 0)) refuse(key, "expected a number that isn't negative");
    return *value;
}

std::optional<u64> TomlTable::size(const char* key) {
    const toml::node* node = find(key);
    if (!node || node->is_integer()) return number(key, 0, ~u64{0} >> 1);
    const auto bytes = bytes_of(text(key).value());
    if (!bytes) refuse(key, "expected a size such as \"128M\" or a number of bytes");
    return bytes;
}

std::optional<Place> TomlTable::place(const char* key) {
    const toml::node* node = find(key);
    if (!node) return std::nullopt;
    if (node->is_string()) return Place{node->as_string()->get()};
    if (!node->is_integer()) refuse(key, std::string("expected an address or a symbol, found ") + kind_of(*node));
    return Place{{}, static_cast<u32>(*number(key, 0, 0xffff'ffff))};
}

std::optional<TomlTable> TomlTable::table(const char* key) {
    const toml::node* node = find(key);
    if (!node) return std::nullopt;
    if (!node->is_table()) refuse(key, fmt::format("expected a table, found {}", kind_of(*node)));
    return TomlTable(*node->as_table(), file_, full(key));
}

std::vector<TomlTable> TomlTable::tables(const char* key) {
    const toml::node* node = find(key);
    if (!node) return {};
    if (!node->is_array_of_tables())
        refuse(key, fmt::format("expected an array of tables ([[{}]]), found {}", full(key), kind_of(*node)));
    std::vector<TomlTable> list;
    for (const auto& element : *node->as_array())
        list.emplace_back(*element.as_table(), file_, fmt::format("{}[{}]", full(key), list.size()));
    return list;
}

std::vector<std::pair<std::string, u64>> TomlTable::counts(const char* key) {
    auto inner = table(key);
    std::vector<std::pair<std::string, u64>> list;
    if (!inner) return list;
    for (const auto& [name, node] : *inner->table_)
        list.emplace_back(std::string(name.str()), *inner->number(std::string(name.str()).c_str(), 0, ~u64{0} >> 1));
    return list;
}

Settings TomlTable::leaves() {
    Settings list;
    for (const auto& [name, node] : *table_) {
        const std::string key(name.str());
        known_.push_back(key);
        if (key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos)
            refuse(key.c_str(), "expected a name of small letters, digits and _");
        if (auto* inner = node.as_table()) {
            for (Setting& leaf : TomlTable(*inner, file_, full(key)).leaves())
                list.push_back({key + "." + leaf.key, std::move(leaf.value)});
        } else if (auto* text = node.as_string()) {
            if (const auto bytes = bytes_of(text->get())) list.push_back({key, static_cast<s64>(*bytes)});
            else list.push_back({key, text->get()});
        } else if (auto* flag = node.as_boolean()) {
            list.push_back({key, flag->get()});
        } else if (auto* whole = node.as_integer()) {
            list.push_back({key, whole->get()});
        } else if (auto* real = node.as_floating_point()) {
            list.push_back({key, real->get()});
        } else {
            refuse(key.c_str(), std::string("expected a number, text, true or false; found ") + kind_of(node));
        }
    }
    std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    return list;
}

void TomlTable::finish() const {
    for (const auto& [key, node] : *table_) {
        const std::string name(key.str());
        if (std::find(known_.begin(), known_.end(), name) == known_.end())
            throw InputError(fmt::format("{}: unknown key '{}'{}; expected one of: {}", where(&node), full(name),
                                         did_you_mean(name, known_), join(known_)));
    }
}

namespace {

toml::table parse(const std::function<toml::table()>& document, const std::string& file) {
    try {
        return document();
    } catch (const toml::parse_error& error) {
        throw InputError(fmt::format("{}:{}: {}", file, error.source().begin.line, error.description()));
    }
}

}  // namespace

toml::table parse_toml(const std::string& text, const std::string& file) {
    return parse([&] { return toml::parse(text, file); }, file);
}

toml::table parse_toml_file(const std::string& path) {
    return parse([&] { return toml::parse_file(path); }, path);
}

void apply_override(toml::table& document, const std::string& assignment) {
    const auto refuse = [&](const std::string& what) { throw InputError("-c " + assignment + ": " + what); };
    const auto equals = assignment.find('=');
    if (equals == 0 || equals == std::string::npos) refuse("expected key=value, such as machine.cpus=2");
    const bool append = assignment[equals - 1] == '+';
    const auto path = split(assignment.substr(0, append ? equals - 1 : equals));
    const std::string value = assignment.substr(equals + 1);

    toml::node* at = &document;
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
        if (auto* table = at->as_table()) {
            if (!table->contains(path[i])) table->insert(path[i], toml::table{});
            at = table->get(path[i]);
        } else if (auto* array = at->as_array()) {
            char* end = nullptr;
            const auto index = std::strtoul(path[i].c_str(), &end, 10);
            if (*end != '\0' || index >= array->size())
                refuse(fmt::format("'{}' is an index, expected 0 to {}", path[i], array->size() - 1));
            at = array->get(index);
        } else {
            refuse(fmt::format("'{}' is no table", path[i == 0 ? 0 : i - 1]));
        }
    }
    auto* table = at->as_table();
    if (path.empty() || path.back().empty() || !table) refuse("expected the name of a key before '='");
    if (append) {
        const toml::node* before = table->get(path.back());
        if (before && !before->is_string()) refuse("'" + path.back() + "' is no text: += adds words to a text");
        const std::string text = before ? before->as_string()->get() : "";
        table->insert_or_assign(path.back(), text + (text.empty() ? "" : " ") + value);
        return;
    }
    try {
        toml::table parsed = toml::parse("v = " + value);
        if (parsed.size() != 1) refuse("expected one value");
        table->insert_or_assign(path.back(), std::move(*parsed.get("v")));
    } catch (const toml::parse_error&) {
        table->insert_or_assign(path.back(), value);  // words need no quotes on the command line
    }
}

}  // namespace vtoll::core
