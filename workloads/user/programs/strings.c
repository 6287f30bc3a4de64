/* SPDX-License-Identifier: Apache-2.0 */
/* Text: searching, comparing, numbers in both directions, a small pattern matcher, base 64. */
#include "user.h"

static const char story[] = "The quick brown fox jumps over the lazy dog; pack my box with five dozen liquor jugs. "
                            "Sphinx of black quartz, judge my vow! How vexingly quick daft zebras jump...";

static NOINLINE const char *find(const char *text, const char *word) {
    for (; *text; text++) {
        u32 i = 0;
        while (word[i] && text[i] == word[i])
            i++;
        if (!word[i])
            return text;
    }
    return 0;
}

/* '.' any character, '*' repeats the one before it, '^' and '$' the ends. */
static int match_here(const char *pattern, const char *text);
static NOINLINE int match_star(char c, const char *pattern, const char *text) {
    do
        if (match_here(pattern, text))
            return 1;
    while (*text && (*text++ == c || c == '.'));
    return 0;
}
static NOINLINE int match_here(const char *pattern, const char *text) {
    if (!pattern[0])
        return 1;
    if (pattern[1] == '*')
        return match_star(pattern[0], pattern + 2, text);
    if (pattern[0] == '$' && !pattern[1])
        return !*text;
    return *text && (pattern[0] == '.' || pattern[0] == *text) && match_here(pattern + 1, text + 1);
}
static NOINLINE int match(const char *pattern, const char *text) {
    if (*pattern == '^')
        return match_here(pattern + 1, text);
    do
        if (match_here(pattern, text))
            return 1;
    while (*text++);
    return 0;
}

static NOINLINE s64 parse(const char *text, u32 base) {
    int negative = *text == '-';
    s64 value = 0;
    for (text += negative; *text; text++) {
        u32 digit = *text <= '9' ? (u32)(*text - '0') : (u32)((*text | 0x20) - 'a' + 10);
        if (digit >= base)
            break;
        value = value * base + digit;
    }
    return negative ? -value : value;
}

static NOINLINE char *base64(const char *text, char *to) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0, n = strlen(text); i < n; i += 3) {
        u32 word = (u32)text[i] << 16 | (i + 1 < n ? (u32)text[i + 1] << 8 : 0) | (i + 2 < n ? (u32)text[i + 2] : 0);
        for (int j = 0; j < 4; j++)
            *to++ = i + j <= n ? digits[word >> (18 - 6 * j) & 63] : '=';
    }
    *to = 0;
    return to;
}

static NOINLINE void upper(char *text) {
    for (; *text; text++)
        if (*text >= 'a' && *text <= 'z')
            *text -= 'a' - 'A';
}

static NOINLINE void reverse_words(char *text) {
    for (char *end; *text; text = *end ? end + 1 : end) {
        for (end = text; *end && *end != ' '; end++)
            ;
        for (char *a = text, *b = end - 1; a < b; a++, b--) {
            char c = *a;
            *a = *b;
            *b = c;
        }
    }
}

int main(void) {
    static const char *const words[] = {"quick", "lazy", "missing", "jump...", "", "T"};
    static const char *const patterns[] = {"^The", "qu.*k", "z*y dog", "^quick", "jump\\.", "jump...$", "x.*x.*x", "b*lack"};
    static const char *const numbers[] = {"0", "-1", "9223372036854775807", "7fffffff", "-zz", "101010", "12x"};
    char copy[200], coded[300];
    for (u32 i = 0; i < COUNT(words); i++) {
        const char *at = find(story, words[i]);
        printf("find %s: %d\n", words[i], at ? (int)(at - story) : -1);
        for (u32 j = 0; j < COUNT(words); j++)
            printf("%d ", strcmp(words[i], words[j]));
        putchar('\n');
    }
    for (u32 i = 0; i < COUNT(patterns); i++)
        printf("match %s: %d\n", patterns[i], match(patterns[i], story));
    for (u32 i = 0; i < COUNT(numbers); i++)
        printf("%s: %lld %lld %lld %lld\n", numbers[i], parse(numbers[i], 2), parse(numbers[i], 10), parse(numbers[i], 16),
               parse(numbers[i], 36));
    for (size_t from = 0; from < 9; from++) {
        strcpy(copy, story + from);
        memmove(copy + 3, copy + from, 60);
        memmove(copy + from, copy + 5, 40);
        memset(copy + 20 + from, '-', from);
        reverse_words(copy);
        puts(copy);
        upper(copy);
        printf("%d %zu\n", memcmp(copy, story, sizeof copy / 2), strlen(copy));
        base64(copy + from, coded);
        puts(coded);
    }
    return 0;
}
