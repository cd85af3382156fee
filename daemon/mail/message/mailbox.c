#include "mail/message/mailbox.h"

#include <ctype.h>
#include <string.h>

#include "base/civil.h"
#include "base/text.h"
#include "mail/message/header_decode.h"

enum { IDENTIFIER_LENGTH_MAX = 998, ADDRESS_LENGTH_MAX = 998 };

struct scan {
    struct arena *arena;
    struct message_address *list;
    size_t count, capacity;
    struct text words;    /* the phrase, quotes undone */
    struct text verbatim; /* the same as written: a bare address may need its quotes */
    struct text angle;    /* between < and > */
    struct text comment;
    struct text held; /* an entry without any address: perhaps the first half of `Berg, Anna <anna@...>` */
    bool has_angle, quoted;
    bool quotes_are_stray; /* one was never closed: from there on they mean nothing */
};

static const char *display_name(struct scan *scan, const struct text *text) {
    auto_string copy = memory_copy_string(text_string(text));
    string_trim(copy);
    char *name = header_decode_string(copy, scan->arena);
    string_trim(name);
    size_t length = strlen(name);
    if (length >= 2 && ((name[0] == '\'' && name[length - 1] == '\'') || (name[0] == '"' && name[length - 1] == '"'))) {
        name[length - 1] = '\0';
        name++;
    }
    return name;
}

/* White space out, a route (`@a,@b:`) off, the domain in lower case. */
static const char *clean_address(struct scan *scan, const char *written) {
    auto_text out = TEXT_EMPTY;
    if (*written == '@' && strchr(written, ':'))
        written = strchr(written, ':') + 1;
    bool inside_quotes = false;
    for (; *written; written++) {
        if (*written == '"')
            inside_quotes = !inside_quotes;
        if ((unsigned char)*written > ' ' || (inside_quotes && *written == ' '))
            if ((unsigned char)*written != 0x7F && *written != '<' && *written != '>')
                text_append_char(&out, *written);
    }
    if (out.length > ADDRESS_LENGTH_MAX)
        return "";
    char *address = arena_copy_string(scan->arena, text_string(&out));
    char *at = strrchr(address, '@');
    if (at)
        string_lower_ascii(at);
    if (at == address || (at && !at[1]))
        return "";
    return string_starts_with_ignore_case(address, "mailto:") ? address + 7 : address;
}

static void add(struct scan *scan, const char *name, const char *address) {
    if (scan->count >= MAILBOX_MAX || (!*name && !*address))
        return;
    scan->list = arena_grow(scan->arena, scan->list, &scan->capacity, scan->count + 1, sizeof *scan->list);
    scan->list[scan->count++] = (struct message_address){name, address};
}

static void add_held(struct scan *scan) {
    const char *name = display_name(scan, &scan->held);
    text_clear(&scan->held);
    bool word = *name && !strpbrk(name, " \t") && strlen(name) <= ADDRESS_LENGTH_MAX;
    add(scan, name, word && !strchr(name, '@') ? name : "");
}

/* Takes out the white space around "@", and around dots after it: the obsolete syntax allows it. */
static void join_domain(char *address) {
    char *to = address;
    bool domain = false;
    for (const char *from = address; *from; from++) {
        size_t blanks = strspn(from, " \t");
        char next = from[blanks], before = to > address ? to[-1] : '\0';
        domain |= before == '@';
        if (blanks && (next == '@' || before == '@' || (domain && (next == '.' || before == '.')))) {
            from += blanks - 1;
            continue;
        }
        domain &= !blanks;
        *to++ = *from;
    }
    *to = '\0';
}

/* A bare address: `anna@example.org`, `Anna anna@example.org`, or an encoded-word that holds one. */
static const char *bare_address(struct scan *scan, struct text *name) {
    auto_string copy = memory_copy_string(text_string(&scan->verbatim));
    string_trim(copy);
    join_domain(copy);
    if (!strchr(copy, '@') || (copy[0] == '"' && !strstr(copy, "\"@"))) {
        const char *decoded = display_name(scan, &scan->words);
        return strchr(decoded, '@') && !strpbrk(decoded, " \t,<>") ? clean_address(scan, decoded) : NULL;
    }
    char *rest = NULL;
    if (copy[0] != '"')
        for (char *word = strtok_r(copy, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest)) {
            if (strchr(word, '@'))
                return clean_address(scan, word);
            text_append_format(name, "%s%s", name->length ? " " : "", word);
        }
    return clean_address(scan, copy);
}

static void finish(struct scan *scan, bool more_may_follow) {
    auto_text bare_name = TEXT_EMPTY;
    const char *address =
        scan->has_angle ? clean_address(scan, text_string(&scan->angle)) : bare_address(scan, &bare_name);
    if (!address) {
        if (scan->words.length) {
            text_append_format(&scan->held, "%s%s", scan->held.length ? ", " : "", text_string(&scan->words));
            if (!more_may_follow || scan->quoted)
                add_held(scan);
        } else if (!more_may_follow && scan->held.length)
            add_held(scan);
    } else {
        auto_text name = TEXT_EMPTY;
        if (scan->has_angle && scan->held.length && scan->words.length)
            text_append_format(&name, "%s, ", text_string(&scan->held));
        else if (scan->held.length)
            add_held(scan);
        text_clear(&scan->held);
        text_append(&name, text_string(scan->has_angle ? &scan->words : &bare_name));
        if (!name.length)
            text_append(&name, text_string(&scan->comment));
        const char *shown = display_name(scan, &name);
        add(scan, string_equal_ignore_case(shown, address) ? "" : shown, address);
    }
    text_clear(&scan->words);
    text_clear(&scan->verbatim);
    text_clear(&scan->angle);
    text_clear(&scan->comment);
    scan->has_angle = scan->quoted = false;
}

static bool is_closed(const char *c) {
    for (c++; *c && *c != '"'; c++)
        if (*c == '\\' && c[1])
            c++;
    return *c == '"';
}

static const char *scan_quoted(struct scan *scan, const char *c) {
    scan->quotes_are_stray = scan->quotes_are_stray || !is_closed(c);
    if (scan->quotes_are_stray)
        return c + 1;
    text_append_char(&scan->verbatim, '"');
    for (c++; *c && *c != '"'; c++) {
        text_append_char(&scan->verbatim, *c);
        if (*c == '\\' && c[1])
            text_append_char(&scan->verbatim, *++c);
        text_append_char(&scan->words, *c);
    }
    text_append_char(&scan->verbatim, '"');
    scan->quoted = true;
    return *c ? c + 1 : c;
}

static const char *scan_comment(struct scan *scan, const char *c) {
    size_t depth = 0;
    text_clear(&scan->comment);
    for (; *c; c++) {
        if (*c == '(' && ++depth == 1)
            continue;
        if (*c == ')' && --depth == 0)
            return c + 1;
        if (*c == '\\' && c[1])
            c++;
        text_append_char(&scan->comment, *c);
    }
    return c;
}

static const char *scan_angle(struct scan *scan, const char *c) {
    bool inside_quotes = false, route = c[1] == '@';
    size_t depth = 0; /* of comments */
    text_clear(&scan->angle);
    for (c++; *c && (inside_quotes || (*c != '>' && *c != '<' && (*c != ',' || route))); c++) {
        if (*c == '"')
            inside_quotes = !inside_quotes;
        if (*c == ':')
            route = false;
        depth += *c == '(' && !inside_quotes;
        if (!depth)
            text_append_char(&scan->angle, *c);
        depth -= *c == ')' && !inside_quotes && depth;
    }
    scan->has_angle = true;
    return *c == '>' ? c + 1 : c;
}

void mailbox_parse_list(const char *raw, struct arena *arena, const struct message_address **ret, size_t *ret_count) {
    struct scan scan = {.arena = arena};
    for (const char *c = raw; *c && scan.count < MAILBOX_MAX;) {
        if (*c == '"') {
            c = scan_quoted(&scan, c);
        } else if (*c == '(') {
            c = scan_comment(&scan, c);
        } else if (*c == '<') {
            c = scan_angle(&scan, c);
        } else if (*c == ',' || *c == ';') {
            finish(&scan, *c == ',');
            c++;
        } else if (*c == ':' && !scan.has_angle && !strchr(text_string(&scan.verbatim), '@') &&
                   !string_equal_ignore_case(text_string(&scan.words), "mailto")) {
            text_clear(&scan.words); /* a group's name */
            text_clear(&scan.verbatim);
            text_clear(&scan.held);
            scan.quoted = false;
            c++;
        } else {
            bool blank = *c == ' ' || *c == '\t';
            if (!blank || scan.words.length) {
                text_append_char(&scan.words, *c);
                text_append_char(&scan.verbatim, *c);
            }
            c++;
        }
    }
    finish(&scan, false);
    text_free(&scan.words);
    text_free(&scan.verbatim);
    text_free(&scan.angle);
    text_free(&scan.comment);
    text_free(&scan.held);
    *ret = scan.list;
    *ret_count = scan.count;
}

/* The next identifier from C on; NULL where none follows. Brackets may be missing. */
static const char *next_identifier(const char **c, struct arena *arena) {
    for (;;) {
        *c += strspn(*c, " \t,;");
        if (!**c)
            return NULL;
        bool bracket = **c == '<';
        const char *start = *c + (bracket ? 1 : 0), *end = start + strcspn(start, bracket ? ">" : " \t,;<>");
        *c = *end == '>' ? end + 1 : end;
        if (end == start && !bracket) /* a stray '>', which is behind us now */
            continue;
        auto_text out = TEXT_EMPTY;
        text_append_char(&out, '<');
        for (; start < end; start++)
            if ((unsigned char)*start > ' ' && *start != '<')
                text_append_char(&out, *start);
        text_append_char(&out, '>');
        if (out.length > 2 && out.length <= IDENTIFIER_LENGTH_MAX && (bracket || strchr(text_string(&out), '@')))
            return arena_copy_string(arena, text_string(&out));
    }
}

void mailbox_parse_identifiers(const char *raw, struct arena *arena, const char ***ret, size_t *ret_count) {
    const char *c = raw, *identifier;
    size_t count = 0;
    const char *found[MAILBOX_IDENTIFIERS_MAX];
    while ((identifier = next_identifier(&c, arena))) {
        if (count == MAILBOX_IDENTIFIERS_MAX)
            count--;
        found[count++] = identifier;
    }
    *ret = arena_take_array(arena, count, sizeof **ret);
    if (count)
        memcpy(*ret, found, count * sizeof *found);
    *ret_count = count;
}

struct date {
    int64_t year, month, day, hour, minute, second, zone_minutes;
    bool has_time, has_zone;
};

static bool take_time(const char *word, struct date *date) {
    int64_t parts[3] = {0};
    size_t count = 0;
    for (const char *c = word; count < 3; c++) {
        if (!isdigit((unsigned char)*c))
            return false;
        for (; isdigit((unsigned char)*c) && parts[count] < 1000; c++)
            parts[count] = parts[count] * 10 + (*c - '0');
        count++;
        if (*c != ':' && (*c != '.' || count < 2))
            break;
    }
    if (count < 2 || parts[0] > 23 || parts[1] > 59 || parts[2] > 60)
        return false;
    date->hour = parts[0];
    date->minute = parts[1];
    date->second = parts[2];
    return date->has_time = true;
}

static void take_zone(const char *word, struct date *date) {
    static const struct {
        const char *name;
        int64_t minutes;
    } zones[] = {{"EST", -300}, {"EDT", -240}, {"CST", -360}, {"CDT", -300}, {"MST", -420}, {"MDT", -360},
                 {"PST", -480}, {"PDT", -420}, {"CET", 60},   {"CEST", 120}, {"MET", 60},   {"MEST", 120},
                 {"BST", 60},   {"EET", 120},  {"EEST", 180}, {"JST", 540},  {"KST", 540},  {"MSK", 180},
                 {"AEST", 600}, {"AEDT", 660}, {"NZST", 720}, {"NZDT", 780}, {"HKT", 480},  {"SGT", 480}};
    int64_t number;
    if ((*word == '+' || *word == '-') && strlen(word) >= 5 && isdigit((unsigned char)word[1])) {
        char digits[5] = {word[1], word[2], word[3] == ':' ? word[4] : word[3], word[3] == ':' ? word[5] : word[4], 0};
        if (string_to_integer(digits, &number) && number % 100 < 60 && number <= 1500) {
            date->zone_minutes = (number / 100 * 60 + number % 100) * (*word == '-' ? -1 : 1);
            date->has_zone = true;
        }
        return;
    }
    for (size_t i = 0; i < COUNT_OF(zones); i++)
        if (string_equal_ignore_case(word, zones[i].name)) {
            date->zone_minutes = zones[i].minutes;
            date->has_zone = true;
        }
}

static void take_word(const char *word, struct date *date) {
    static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                         "jul", "aug", "sep", "oct", "nov", "dec"};
    int64_t number;
    if (strchr(word, ':') && !date->has_time && take_time(word, date))
        return;
    if (string_to_integer(word, &number) && number >= 0) {
        if (number >= 1 && number <= 31 && !date->day && strlen(word) <= 2)
            date->day = number;
        else if (!date->year && date->day && (strlen(word) == 4 || strlen(word) <= 3))
            date->year = number >= 1000 ? number : number < 50 ? number + 2000 : number + 1900;
        return;
    }
    if (date->has_time && !date->has_zone)
        take_zone(word, date);
    for (size_t i = 0; i < COUNT_OF(months) && !date->month; i++)
        if (string_starts_with_ignore_case(word, months[i]))
            date->month = (int64_t)i + 1;
}

int64_t mailbox_parse_date(const char *raw) {
    struct date date = {0};
    char word[32] = "";
    size_t length = 0, depth = 0;
    for (size_t i = 0; i < 200; i++) {
        char c = raw[i];
        if (c == '(')
            depth++;
        bool separator = !c || depth || strchr(" \t,()", c) || (c == '-' && length > 0 && !date.has_time);
        if (separator && length) {
            word[length] = '\0';
            take_word(word, &date);
            length = 0;
        }
        if (c == ')' && depth)
            depth--;
        if (!c)
            break;
        if (!separator && length < sizeof word - 1)
            word[length++] = c;
    }
    if (!date.day || !date.month || !date.year)
        return 0;
    int64_t moment = civil_to_days((struct civil_date){date.year, (int)date.month, (int)date.day}) * 86400 +
                     date.hour * 3600 + date.minute * 60 + date.second - date.zone_minutes * 60;
    return moment > 0 && moment < INT64_C(4102444800) ? moment : 0;
}
