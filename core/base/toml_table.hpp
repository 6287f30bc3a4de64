// SPDX-License-Identifier: Apache-2.0
// Reading a TOML table that knows which keys it has: anything else in it is an error that says where it stands.
#pragma once

#include <toml++/toml.h>

#include <optional>
#include <string>
#include <vector>

#include "core/base/toml_values.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

class TomlTable {
public:
    /// `path` is how messages call the table: "" for the document, "machine", "image[0]".
    TomlTable(const toml::table& table, std::string file, std::string path);

    std::optional<std::string> text(const char* key);
    std::string needed_text(const char* key);                        ///< throws when it is absent or empty
    std::optional<std::vector<std::string>> words(const char* key);  ///< a list of texts, or a text with commas
    std::optional<bool> flag(const char* key);
    std::optional<u64> number(const char* key, u64 least, u64 most);
    std::optional<u64> count(const char* key);  ///< of instructions: count_in(number_text.hpp), or a number
    std::optional<double> real(const char* key);
    std::optional<u64> size(const char* key);  ///< bytes: an integer, or text with K, M or G
    std::optional<Place> place(const char* key);
    std::optional<TomlTable> table(const char* key);
    std::vector<TomlTable> tables(const char* key);                    ///< an array of tables
    std::vector<std::pair<std::string, u64>> counts(const char* key);  ///< a table of numbers under free names

    /// Every value below this table under its dotted key, sorted; text that is a size ("256K") is a number of bytes.
    Settings leaves();

    /// Throws InputError for keys nobody asked for.
    void finish() const;
    /// An InputError about `key`.
    [[noreturn]] void refuse(const char* key, const std::string& what) const;
    void require(const char* key) const;  ///< throws when `key` is absent
    bool has(const char* key) const { return table_->contains(key); }

private:
    const toml::node* find(const char* key);
    std::string where(const toml::node* node) const;
    std::string full(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }

    const toml::table* table_;
    std::string file_, path_;
    std::vector<std::string> known_;
};

/// Parses a document. Throws InputError: file, line, what is wrong.
toml::table parse_toml(const std::string& text, const std::string& file);
toml::table parse_toml_file(const std::string& path);

/// Applies an override `a.b=value` or `image.0.file=value`; the value is TOML, or else text.
void apply_override(toml::table& document, const std::string& assignment);

}  // namespace vtoll::core
