// SPDX-License-Identifier: Apache-2.0
// A table of a TOML document as a struct. Every key is declared once, beside the member that has its value and its
// default: name, member, what it may be, a sentence. Reader, printer, messages, the tables of docs/, completion of
// `-c KEY=` and tests follow from the declarations.
//
//     struct Oven {
//         unsigned degrees = 180;
//         void declare(Keys& keys) { keys.number("degrees", degrees, 50, 300, "how hot it gets"); }
//     };
#pragma once

#include <array>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/toml_values.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

class Keys;
class TomlTable;

/// A key bound to a member of one object. What a declaration adds to it stands in the chained functions.
class Key {
public:
    enum class Kind : u8 {
        value,
        section,    ///< [table]
        list,       ///< [[table]]
        settings,   ///< [table] of whatever keys somebody else's document has
        elsewhere,  ///< told of here, read by whoever reads the document first
    };

    /// The key must be there.
    Key& needed() {
        return needed_if([] { return true; });
    }
    Key& needed_if(std::function<bool()> condition);
    /// Text that must be there and say something; a list that must have an element.
    Key& filled();
    /// Where `condition` does not hold, the key is refused with `why`.
    Key& only_if(std::function<bool()> condition, std::string why);
    /// `complaint`: "" when the member's value will do.
    Key& check(std::function<std::string()> complaint);
    /// Of a list: a check of `key` after each element.
    Key& each(std::string key, std::function<std::string()> complaint);
    /// Printed only when it isn't the default.
    Key& quiet() {
        return shown_if([] { return false; });
    }
    /// Printed where `condition` holds, or when it isn't the default.
    Key& shown_if(std::function<bool()> condition);
    /// A number that is printed as an address.
    Key& address();
    /// Of the run, not of the machine: a scenario that starts in a checkpoint does not share it with the boot.
    Key& of_run();
    /// What holds without the key, in words.
    Key& absent(std::string words);
    /// A value other than the default, in TOML, where the kind of value can't tell one.
    Key& example(std::string toml);

    std::string name, meaning;
    Kind kind = Kind::value;
    std::string values;                ///< what it may be, in words
    std::vector<std::string> choices;  ///< those of them that completion can offer
    std::string other;                 ///< a value other than the default, in TOML
    bool is_of_run = false;

    void read(TomlTable& table) const;
    void print(std::ostream& out, const std::string& path, const Key& fresh) const;
    bool equals(const Key& same) const { return equals_(same.member_); }
    /// The member becomes that of `same`, a key of another object of the same type.
    void assign(const Key& same) const { assign_(same.member_); }
    /// What holds without the key: words, or the value of this key, which is of a fresh object.
    std::string standard() const;
    /// The keys of a section, or of an element of a list, as nobody has set them.
    Keys inside() const;

private:
    friend class Keys;

    std::function<void(TomlTable&)> read_;
    std::string text() const;  ///< the value in TOML, "" when there is none

    std::function<std::string()> text_;  ///< of any value but a number
    std::function<std::optional<u64>()> number_;
    const void* member_ = nullptr;
    std::function<void(const void*)> assign_;
    std::function<bool(const void*)> equals_;

    std::function<Keys()> fresh_, append_;
    std::function<Keys(std::size_t)> at_;
    std::function<std::size_t()> count_;
    std::function<Settings()> settings_;

    std::function<bool()> needed_, allowed_, shown_;
    std::function<std::string()> complaint_, each_;
    std::string refusal_, each_key_, absent_;
    bool is_filled_ = false;
    bool is_address_ = false;
};

class Keys {
public:
    /// Those of `object`, by its declare(keys) or by a function declare(keys, object).
    template <class T>
    explicit Keys(T& object) {
        if constexpr (requires { object.declare(*this); }) object.declare(*this);
        else declare(*this, object);
    }
    template <class T>
    static Keys fresh() {
        const auto object = std::make_shared<T>();
        Keys keys(*object);
        keys.object_ = object;
        return keys;
    }

    Key& flag(const char* name, bool& member, const char* meaning);
    Key& real(const char* name, double& member, const char* meaning);
    /// A size in whole megabytes, up to `most` of them; 0: no limit.
    Key& size(const char* name, u64& member, u64 most, const char* meaning);
    Key& place(const char* name, Place& member, const char* meaning);
    Key& counts(const char* name, std::vector<std::pair<std::string, u64>>& member, const char* meaning);
    Key& settings(const char* name, Settings& member, const char* meaning);
    Key& elsewhere(const char* name, const char* meaning);

    /// `member`: an integer, or an optional one. A negative one is as good as none.
    template <class T>
    Key& number(const char* name, T& member, u64 least, u64 most, const char* meaning) {
        return number_key(
            add(name, member, meaning), least, most, [&member] { return value_of<u64>(member); },
            [&member](u64 value) { set(member, value); });
    }
    /// Of instructions, at least 1: also "10M", 1e6.
    Key& count(const char* name, u64& member, const char* meaning);
    /// `member`: a string, or an optional one.
    template <class T>
    Key& text(const char* name, T& member, const char* meaning) {
        return text_key(
            add(name, member, meaning), [&member] { return value_of<std::string>(member); },
            [&member](const std::string& value) { set(member, value); });
    }
    template <class T, std::size_t n>
    Key& choice(const char* name, T& member, const std::array<Named<T>, n>& choices, const char* meaning) {
        std::vector<std::string> words;
        for (const Named<T>& each : choices) words.push_back(each.name);
        return choice_key(
            add(name, member, meaning), std::move(words),
            [&member, &choices] {
                std::size_t index = 0;
                while (index < n && choices[index].value != member) ++index;
                return index;
            },
            [&member, &choices](std::size_t index) { member = choices[index].value; });
    }
    /// A list of some of `words`, in their order, each once. In the document: ["one", "other"], or "one,other".
    Key& words(const char* name, std::vector<std::string>& member, const std::vector<std::string>& words,
               const char* meaning);
    /// `member`: one of the words, or "".
    Key& word(const char* name, std::string& member, std::vector<std::string> words, const char* meaning);

    template <class T>
    Key& section(const char* name, T& member) {
        Key& key = add(name, member, "");
        key.kind = Key::Kind::section;
        key.at_ = [&member](std::size_t) { return Keys(member); };
        key.fresh_ = [] { return Keys::fresh<T>(); };
        return key;
    }
    /// A section that may be absent.
    template <class T>
    Key& section(const char* name, std::optional<T>& member) {
        Key& key = add(name, member, "");
        key.kind = Key::Kind::section;
        key.at_ = [&member](std::size_t) { return Keys(member ? *member : member.emplace()); };
        key.count_ = [&member] { return member ? 1 : 0; };
        key.fresh_ = [] { return Keys::fresh<T>(); };
        return key;
    }
    template <class T>
    Key& list(const char* name, std::vector<T>& member) {
        Key& key = add(name, member, "");
        key.kind = Key::Kind::list;
        key.append_ = [&member] { return Keys(member.emplace_back()); };
        key.at_ = [&member](std::size_t index) { return Keys(member[index]); };
        key.count_ = [&member] { return member.size(); };
        key.fresh_ = [] { return Keys::fresh<T>(); };
        return key;
    }

    const std::vector<Key>& all() const { return keys_; }

    /// Throws InputError: file, line, key, what was expected; also for keys that aren't declared.
    void read(TomlTable& table) const;
    /// Every key with the value it has. `fresh`: those of an object that nobody has set anything of.
    void print(std::ostream& out, const std::string& path, const Keys& fresh) const;

private:
    template <class T>
    Key& add(const char* name, T& member, const char* meaning) {
        Key& key = keys_.emplace_back();
        key.name = name;
        key.meaning = meaning;
        key.member_ = &member;
        key.assign_ = [&member](const void* value) { member = *static_cast<const T*>(value); };
        key.equals_ = [&member](const void* value) { return member == *static_cast<const T*>(value); };
        return key;
    }
    template <class V, class T>
    static std::optional<V> value_of(const T& member) {
        if constexpr (std::is_signed_v<T>)
            if (member < 0) return std::nullopt;
        return static_cast<V>(member);
    }
    template <class V, class T>
    static std::optional<V> value_of(const std::optional<T>& member) {
        return member ? std::optional<V>(static_cast<V>(*member)) : std::nullopt;
    }
    template <class T, class V>
    static void set(T& member, const V& value) {
        member = static_cast<T>(value);
    }
    template <class T, class V>
    static void set(std::optional<T>& member, const V& value) {
        member = static_cast<T>(value);
    }
    static Key& number_key(Key& key, u64 least, u64 most, std::function<std::optional<u64>()> value,
                           std::function<void(u64)> set);
    static Key& text_key(Key& key, std::function<std::optional<std::string>()> value,
                         std::function<void(const std::string&)> set);
    static Key& choice_key(Key& key, std::vector<std::string> words, std::function<std::size_t()> index,
                           std::function<void(std::size_t)> set);

    std::vector<Key> keys_;
    std::shared_ptr<void> object_;  ///< of fresh()
};

/// A key of a whole document, as docs/ and completion tell of it.
struct KeyFacts {
    std::string table;  ///< "[machine]", "[[image]]", "" at the top of the document
    std::string path;   ///< as `-c` takes it: "machine.cpus", "image.0.file"
    std::string name, meaning, values, standard;
    std::vector<std::string> choices;
    std::string other;     ///< a value other than the default, in TOML
    bool settable = true;  ///< by `-c`
};
std::vector<KeyFacts> facts_of(const Keys& fresh);

/// The document that reads back as the object of `keys`; keys that need not stand there are left out.
std::string print_toml(const Keys& keys, const Keys& fresh);
template <class T>
std::string print_toml(T object) {
    return print_toml(Keys(object), Keys::fresh<T>());
}

}  // namespace vtoll::core
