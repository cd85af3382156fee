#include "app/configuration/configuration_value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/configuration/secret.h"
#include "base/civil.h"
#include "base/country.h"
#include "base/duration.h"
#include "base/language.h"
#include "base/text.h"
#include "base/zone.h"
#include "mail/message/address.h"

/* ---- Numbers ---- */

static bool parse_bytes(const char *text, int64_t *ret, struct error *error) {
    static const struct {
        const char *unit;
        double factor;
    } units[] = {
        {"", 1},    {"B", 1},    {"byte", 1}, {"bytes", 1},     {"KB", 1e3},      {"K", 1e3},       {"MB", 1e6},
        {"M", 1e6}, {"GB", 1e9}, {"G", 1e9},  {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30},
    };
    size_t digits = strspn(text, "0123456789."), gap = strspn(text + digits, " ");
    const char *unit = text + digits + gap;
    char *end = NULL;
    double number = digits ? strtod(text, &end) : -1;
    for (size_t i = 0; digits && end == text + digits && digits < 16 && i < COUNT_OF(units); i++)
        if (string_equal_ignore_case(unit, units[i].unit)) {
            *ret = (int64_t)(number * units[i].factor);
            return true;
        }
    return error_set(error, ERROR_CONFIGURATION,
                     "\"%s\" is no size; write a number and a unit, such as \"25 MB\" or \"500 KiB\".", text);
}

static void format_bound(enum option_type type, int64_t value, struct text *text) {
    if (type == OPTION_SECONDS) {
        struct duration duration = {.days = value / 86400, .seconds = value % 86400};
        duration_format(&duration, text);
    } else if (type == OPTION_BYTES && value % 1000000 == 0 && value) {
        text_append_format(text, "%lld MB", (long long)(value / 1000000));
    } else if (type == OPTION_BYTES && value % 1000 == 0 && value) {
        text_append_format(text, "%lld KB", (long long)(value / 1000));
    } else {
        text_append_format(text, "%lld", (long long)value);
    }
}

bool configuration_value_append_range(const struct option_spec *spec, struct text *text) {
    if (!spec->least && !spec->most)
        return false;
    format_bound(spec->type, spec->least, text);
    text_append(text, " to ");
    format_bound(spec->type, spec->most, text);
    return true;
}

static bool read_number(const struct option_spec *spec, const char *value, int64_t *ret, struct error *error) {
    int64_t number;
    if (spec->type == OPTION_NUMBER && !string_to_integer(value, &number))
        return error_set(error, ERROR_CONFIGURATION, "\"%s\" is no whole number.", value);
    if (spec->type == OPTION_SECONDS && !duration_parse_seconds(value, &number, error))
        return false;
    if (spec->type == OPTION_BYTES && !parse_bytes(value, &number, error))
        return false;
    auto_text range = TEXT_EMPTY;
    if (configuration_value_append_range(spec, &range) && (number < spec->least || number > spec->most))
        return error_set(error, ERROR_CONFIGURATION, "\"%s\" is out of range; give something from %s.", value,
                         text_string(&range));
    *ret = number;
    return true;
}

/* ---- Words ---- */

static bool read_choice(const struct option_spec *spec, const char *value, int *ret, struct error *error) {
    auto_text choices = TEXT_EMPTY;
    for (int i = 0; spec->choices[i]; i++) {
        if (string_equal(value, spec->choices[i])) {
            *ret = i;
            return true;
        }
        text_append_format(&choices, "%s\"%s\"", i == 0 ? "" : spec->choices[i + 1] ? ", " : " or ", spec->choices[i]);
    }
    return error_set(error, ERROR_CONFIGURATION, "\"%s\" must be %s.", value, text_string(&choices));
}

static bool read_boolean(const char *value, bool *ret, struct error *error) {
    static const char *const yes[] = {"yes", "true", "on"}, *const no[] = {"no", "false", "off"};
    for (size_t i = 0; i < COUNT_OF(yes); i++) {
        if (string_equal_ignore_case(value, yes[i]) || string_equal_ignore_case(value, no[i])) {
            *ret = string_equal_ignore_case(value, yes[i]);
            return true;
        }
    }
    return error_set(error, ERROR_CONFIGURATION, "\"%s\" must be yes or no.", value);
}

const char *configuration_value_absolute(const struct file_option *option, const char *path, struct arena *arena) {
    const char *slash = strrchr(option->file, '/');
    auto_string here = NULL;
    if (*path == '/')
        return arena_copy_string(arena, path);
    if (slash && option->file[0] == '/')
        return arena_format(arena, "%.*s/%s", (int)(slash - option->file), option->file, path);
    char *folder =
        slash ? arena_copy_bytes(arena, option->file, (size_t)(slash - option->file)) : arena_copy_string(arena, ".");
    here = realpath(folder, NULL);
    return arena_format(arena, "%s/%s", here ? here : folder, path);
}

/* The file from which tandempost.service takes a credential, or for /etc/tandempost/iln.conf tandempost@iln.service. */
static const char *stored_credential(const struct file_option *option, const char *name, struct arena *arena) {
    const char *slash = strrchr(option->file, '/'), *base = slash ? slash + 1 : option->file;
    int length = (int)strcspn(base, ".");
    bool only = string_equal(base, "tandempost.conf");
    return arena_format(arena, SECRET_CREDENTIAL_STORE "/tandempost%s%.*s.%s", only ? "" : "-", only ? 0 : length, base,
                        name);
}

static bool read_secret(const struct file_option *option, struct arena *arena, struct secret_source *ret,
                        struct error *error) {
    static const struct {
        const char *name;
        enum secret_kind kind;
    } kinds[] = {{"password_credential", SECRET_CREDENTIAL},
                 {"password_file", SECRET_FILE},
                 {"password_command", SECRET_COMMAND},
                 {"oauth2_token_command", SECRET_OAUTH2_TOKEN}};
    const char *value = option->values[0];
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (!string_equal(option->spec->name, kinds[i].name))
            continue;
        if (kinds[i].kind == SECRET_CREDENTIAL && (strchr(value, '/') || value[0] == '.'))
            return error_set(
                error, ERROR_CONFIGURATION,
                "\"%s\" must be a credential's name as in the unit's LoadCredential=, not a path; for a path "
                "there is password_file.",
                value);
        *ret = (struct secret_source){
            .kind = kinds[i].kind,
            .value = kinds[i].kind == SECRET_FILE ? configuration_value_absolute(option, value, arena)
                                                  : arena_copy_string(arena, value),
            .option = kinds[i].name,
            .stored = kinds[i].kind == SECRET_CREDENTIAL ? stored_credential(option, value, arena) : NULL,
        };
        return true;
    }
    return error_set(error, ERROR_BUG, "%s is no kind of secret.", option->spec->name);
}

/* ---- Lists ---- */

static bool read_list(const struct file_option *option, struct arena *arena, const char *const **ret, size_t *ret_count,
                      struct error *error) {
    const char **items = arena_take_array(arena, option->count, sizeof *items);
    for (size_t i = 0; i < option->count; i++) {
        char language[LANGUAGE_SIZE], country[COUNTRY_SIZE];
        bool languages = option->spec->type == OPTION_LANGUAGES;
        if (!(languages ? language_read_tag(option->values[i], language, error)
                        : country_read_code(option->values[i], country, error)))
            return false;
        items[i] = arena_copy_string(arena, languages ? language : country);
        for (size_t j = 0; j < i; j++)
            if (string_equal(items[i], items[j]))
                return error_set(error, ERROR_CONFIGURATION, "\"%s\" stands there twice.", items[i]);
    }
    *ret = items;
    *ret_count = option->count;
    return true;
}

/* ---- One value ---- */

static bool read_address(const char *value, struct arena *arena, const char **ret, struct error *error) {
    struct address address;
    if (!address_parse(value, &address, error))
        return false;
    *ret = arena_copy_string(arena, address.text);
    return true;
}

/* Into the option's place, AT. */
static bool read_one(const struct file_option *option, struct arena *arena, void *at, size_t *count_at,
                     struct error *error) {
    const char *value = option->values[0], **text = at;
    struct duration duration;
    const struct zone *zone;
    int32_t time_of_day;
    switch (option->spec->type) {
    case OPTION_BOOLEAN:
        return read_boolean(value, at, error);
    case OPTION_NUMBER:
    case OPTION_SECONDS:
    case OPTION_BYTES:
        return read_number(option->spec, value, at, error);
    case OPTION_TIME_OF_DAY:
        if (!civil_parse_time_of_day(value, &time_of_day, error))
            return false;
        *(int64_t *)at = time_of_day;
        return true;
    case OPTION_CHOICE:
        return read_choice(option->spec, value, at, error);
    case OPTION_LANGUAGES:
    case OPTION_COUNTRIES:
        return read_list(option, arena, at, count_at, error);
    case OPTION_SECRET:
        return read_secret(option, arena, at, error);
    case OPTION_ADDRESS:
        return read_address(value, arena, text, error);
    case OPTION_PATH:
        *text = configuration_value_absolute(option, value, arena);
        return true;
    case OPTION_TEXT:
    case OPTION_MOMENT:
        *text = value;
        return true;
    case OPTION_DURATION:
        *text = value;
        return duration_parse(value, &duration, error);
    case OPTION_ZONE:
        *text = value;
        return zone_load(value, &zone, error);
    case OPTION_SPECIAL:
        return true;
    }
    return false;
}

bool configuration_value_read(const struct file_option *option, struct arena *arena, void *section_struct,
                              struct error *error) {
    const struct option_spec *spec = option->spec;
    bool list = spec->type == OPTION_LANGUAGES || spec->type == OPTION_COUNTRIES;
    if (!list && option->count > 1)
        return error_set(error, ERROR_CONFIGURATION, "Only one value can stand here, not a list.");
    for (size_t i = 0; i < option->count; i++)
        if (string_is_empty(option->values[i]))
            return error_set(error, ERROR_CONFIGURATION, "The value is empty%s.",
                             spec->required ? "" : "; take the line out where there is nothing to say");
    char *base = section_struct;
    return read_one(option, arena, base + spec->offset, (size_t *)(void *)(base + spec->count_offset), error);
}

bool configuration_value_read_standard(const struct option_spec *spec, struct arena *arena, void *section_struct,
                                       struct error *error) {
    /* Defaults are written as they would stand in a file: bare, in quotes, or a list of one. */
    char *plain = arena_copy_string(arena, spec->standard);
    size_t length = 0;
    for (const char *c = plain; *c; c++)
        if (!strchr("{}\"", *c))
            plain[length++] = *c;
    plain[length] = '\0';
    string_trim(plain);
    const char *values[] = {plain};
    struct file_option option = {.spec = spec, .file = "/", .values = values, .count = 1};
    return configuration_value_read(&option, arena, section_struct, error);
}
