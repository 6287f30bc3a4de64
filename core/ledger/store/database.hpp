// SPDX-License-Identifier: Apache-2.0
// As much of SQLite as the ledger needs, with errors as InputError.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "isa/types.hpp"

namespace vtoll::core {

class Database {
public:
    enum class Open : u8 { fresh, existing };
    Database(const std::filesystem::path& path, Open how);

    void run(const char* sql);
    [[noreturn]] void fail(const std::string& doing) const;
    sqlite3* handle() const { return handle_.get(); }

private:
    struct Close {
        void operator()(sqlite3* db) const { sqlite3_close(db); }
    };
    std::string name_;
    std::unique_ptr<sqlite3, Close> handle_;
};

/// A prepared statement: `insert(1, "x", 3u)` binds and runs it; `while (step()) integer(0)` reads.
class Statement {
public:
    Statement(const Database& db, const char* sql);

    template <class... Values>
    void insert(const Values&... values) {
        int column = 0;
        (bind(++column, values), ...);
        step();
        sqlite3_reset(handle_.get());
    }
    bool step();  ///< true: there is a row
    s64 integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
    std::string text(int column) const;

private:
    void bind(int column, s64 value) { sqlite3_bind_int64(handle_.get(), column, value); }
    void bind(int column, u64 value) { bind(column, static_cast<s64>(value)); }
    void bind(int column, u32 value) { bind(column, s64{value}); }
    void bind(int column, int value) { bind(column, s64{value}); }
    void bind(int column, std::string_view value) {
        sqlite3_bind_text(handle_.get(), column, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
    }
    struct Finalize {
        void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
    };
    const Database& db_;
    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

}  // namespace vtoll::core
