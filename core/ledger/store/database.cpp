// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/store/database.hpp"

namespace vtoll::core {

Database::Database(const std::filesystem::path& path, Open how) : name_(path.string()) {
    const int flags = how == Open::fresh ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    sqlite3* db = nullptr;
    const int result = sqlite3_open_v2(name_.c_str(), &db, flags, nullptr);
    handle_.reset(db);
    if (result != SQLITE_OK) fail("can't be opened");
}

void Database::run(const char* sql) {
    if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail("can't be written");
}

void Database::fail(const std::string& doing) const {
    throw InputError(name_ + ": " + doing + ": " + (handle_ ? sqlite3_errmsg(handle_.get()) : "out of memory"));
}

Statement::Statement(const Database& db, const char* sql) : db_(db) {
    sqlite3_stmt* statement = nullptr;
    const int result = sqlite3_prepare_v2(db.handle(), sql, -1, &statement, nullptr);
    handle_.reset(statement);
    if (result != SQLITE_OK) db.fail("not an episode database of this version");
}

bool Statement::step() {
    const int result = sqlite3_step(handle_.get());
    if (result != SQLITE_ROW && result != SQLITE_DONE) db_.fail("can't be read or written");
    return result == SQLITE_ROW;
}

std::string Statement::text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
    return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))) : "";
}

}  // namespace vtoll::core
