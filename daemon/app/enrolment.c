#include "app/enrolment.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/country.h"
#include "base/language.h"
#include "base/text.h"
#include "base/zone.h"
#include "mail/message/address.h"

enum { NAME_SIZE_MOST = 200 };

/* ---- One person ---- */

struct person {
    const struct enrolment_typed *typed;
    const struct programme_settings *programme;
    const char *file;
    int line;
    struct arena *arena;
    struct error_list *errors;
    bool good;
};

static void fault(struct person *person, const char *what, const char *message) {
    person->good = error_list_add(person->errors, person->file, person->line, "%s: %s", what, message);
}

static const char *read_name(struct person *person) {
    char *name = arena_copy_string(person->arena, person->typed->name ? person->typed->name : "");
    string_trim(name);
    if (!*name)
        fault(person, "name", "It is missing.");
    else if (strlen(name) > NAME_SIZE_MOST)
        fault(person, "name", "It is longer than 200 bytes.");
    auto_text printable = TEXT_EMPTY;
    text_append_printable(&printable, name);
    if (!string_equal(text_string(&printable), name))
        fault(person, "name", "It holds control characters or bytes that are not UTF-8.");
    return name;
}

/* The programme's address or one that leads there: with a separator whatever stands behind it; in a catch-all domain,
 * where coordinators may have other addresses, only those that we make. */
static bool is_ours(const struct programme_settings *programme, const char *key) {
    auto_string own = address_key(programme->address);
    const char *domain = strrchr(own, '@'), *at = strrchr(key, '@');
    if (string_equal(key, own))
        return true;
    if (!domain || !at)
        return false;
    const struct address_scheme catch_all = {domain, 0};
    struct address_tag tag;
    size_t local = (size_t)(domain - own);
    return programme->separator
               ? string_equal(at, domain) && strncmp(key, own, local) == 0 && key[local] == programme->separator
               : address_find_tag(key, &catch_all, &tag);
}

static const char *read_address(struct person *person) {
    struct error error = ERROR_INIT;
    struct address address;
    if (string_is_empty(person->typed->address)) {
        fault(person, "address", "It is missing.");
        return NULL;
    }
    if (!address_parse(person->typed->address, &address, &error)) {
        fault(person, "address", error.message);
        return NULL;
    }
    auto_string key = address_key(address.text);
    if (is_ours(person->programme, key))
        fault(person, "address", "This is the programme's own address.");
    return arena_copy_string(person->arena, address.text);
}

static const char *read_country(struct person *person) {
    struct error error = ERROR_INIT;
    char country[COUNTRY_SIZE];
    if (string_is_empty(person->typed->country)) {
        fault(person, "country", "It is missing.");
        return NULL;
    }
    if (!country_read(person->typed->country, person->programme->languages, person->programme->language_count, country,
                      &error)) {
        fault(person, "country", error.message);
        return NULL;
    }
    return arena_copy_string(person->arena, country);
}

static const char *read_language(struct person *person) {
    struct error error = ERROR_INIT;
    char language[LANGUAGE_SIZE];
    if (string_is_empty(person->typed->language))
        return person->programme->languages[0];
    if (!language_read(person->typed->language, person->programme->languages, person->programme->language_count,
                       language, &error)) {
        fault(person, "language", error.message);
        return NULL;
    }
    return arena_copy_string(person->arena, language);
}

static const char *read_zone(struct person *person, const char *country) {
    struct error error = ERROR_INIT;
    const struct zone *zone;
    char only[COUNTRY_ZONE_SIZE];
    const char *typed = person->typed->time_zone;
    if (string_is_empty(typed) && !country)
        return NULL; /* the country's fault was told */
    if (string_is_empty(typed) ? country_only_zone(country, clock_now(), only, &error)
                               : zone_load(typed, &zone, &error))
        return arena_copy_string(person->arena, string_is_empty(typed) ? only : typed);
    fault(person, "time zone", error.message);
    return NULL;
}

bool enrolment_read(const struct enrolment_typed *typed, const struct programme_settings *programme, const char *file,
                    int line, struct arena *arena, struct participant *ret, struct error_list *errors) {
    struct person person = {typed, programme, file, line, arena, errors, true};
    struct participant participant = {.state = PARTICIPANT_ACTIVE, .address_state = ADDRESS_GOOD};
    participant.name = read_name(&person);
    participant.address = read_address(&person);
    participant.country = read_country(&person);
    participant.language = read_language(&person);
    participant.time_zone = read_zone(&person, participant.country);
    if (person.good)
        *ret = participant;
    return person.good;
}

/* ---- A table of people ---- */

enum {
    COLUMN_NAME,
    COLUMN_GIVEN,
    COLUMN_FAMILY,
    COLUMN_ADDRESS,
    COLUMN_COUNTRY,
    COLUMN_LANGUAGE,
    COLUMN_ZONE,
    COLUMNS
};

static const char *const headings[COLUMNS][12] = {
    [COLUMN_NAME] = {"name", "fullname", "yourname", "yourfullname", "participant", "nom", "nombre"},
    [COLUMN_GIVEN] = {"firstname", "givenname", "forename", "givennames", "prenom", "vorname"},
    [COLUMN_FAMILY] = {"lastname", "familyname", "surname", "nachname"},
    [COLUMN_ADDRESS] = {"email", "emailaddress", "address", "mail", "mailaddress", "youremail", "youremailaddress",
                        "courriel", "correo"},
    [COLUMN_COUNTRY] = {"country", "countrycode", "yourcountry", "land", "pays", "pais", "countryofresidence"},
    [COLUMN_LANGUAGE] = {"language", "lang", "locale", "preferredlanguage", "languagecode", "langue", "sprache",
                         "idioma"},
    [COLUMN_ZONE] = {"timezone", "zone", "tz", "yourtimezone", "zeitzone"},
};

static bool find_columns(const char *path, const struct csv_table *table, int columns[COLUMNS],
                         struct error_list *errors) {
    for (int i = 0; i < COLUMNS; i++)
        columns[i] = csv_table_column(table, headings[i]);
    bool good = true;
    if (columns[COLUMN_NAME] < 0 && columns[COLUMN_GIVEN] < 0)
        good = error_list_add(errors, path, table->heading.line,
                              "There is no column \"name\" (nor \"first name\" and \"last name\").");
    if (columns[COLUMN_ADDRESS] < 0)
        good = error_list_add(errors, path, table->heading.line, "There is no column \"email\".");
    if (columns[COLUMN_COUNTRY] < 0)
        good = error_list_add(errors, path, table->heading.line, "There is no column \"country\".");
    return good;
}

static void find_ignored(const struct csv_table *table, const int columns[COLUMNS], struct arena *arena,
                         struct enrolment_list *list) {
    list->ignored = arena_take_array(arena, table->heading.count, sizeof *list->ignored);
    for (size_t i = 0; i < table->heading.count; i++) {
        bool used = false;
        for (int j = 0; j < COLUMNS; j++)
            used = used || columns[j] == (int)i;
        if (!used && *table->heading.fields[i])
            list->ignored[list->ignored_count++] = table->heading.fields[i];
    }
}

static struct enrolment_typed typed_of(const struct csv_row *row, const int columns[COLUMNS], struct arena *arena) {
    struct enrolment_typed typed = {
        .name = csv_table_field(row, columns[COLUMN_NAME]),
        .address = csv_table_field(row, columns[COLUMN_ADDRESS]),
        .country = csv_table_field(row, columns[COLUMN_COUNTRY]),
        .language = csv_table_field(row, columns[COLUMN_LANGUAGE]),
        .time_zone = csv_table_field(row, columns[COLUMN_ZONE]),
    };
    if (columns[COLUMN_NAME] < 0)
        typed.name = arena_format(arena, "%s %s", csv_table_field(row, columns[COLUMN_GIVEN]),
                                  csv_table_field(row, columns[COLUMN_FAMILY]));
    return typed;
}

static int compare_keys(const void *a, const void *b) {
    const struct enrolment_row *const *left = a, *const *right = b;
    int order = strcmp((*left)->key, (*right)->key);
    return order ? order : (*left)->line - (*right)->line;
}

static bool check_twins(const char *path, const struct enrolment_list *list, struct error_list *errors) {
    bool good = true;
    const struct enrolment_row **sorted cleanup(memory_free_pointer) = memory_new_array(list->count, sizeof *sorted);
    for (size_t i = 0; i < list->count; i++)
        sorted[i] = &list->rows[i];
    qsort(sorted, list->count, sizeof *sorted, compare_keys);
    for (size_t i = 1; i < list->count; i++)
        if (string_equal(sorted[i]->key, sorted[i - 1]->key))
            good = error_list_add(errors, path, sorted[i]->line, "address: %s stands on line %d already.",
                                  sorted[i]->participant.address, sorted[i - 1]->line);
    return good;
}

bool enrolment_read_table(const char *path, const struct csv_table *table, const struct programme_settings *programme,
                          struct arena *arena, struct enrolment_list *ret, struct error_list *errors) {
    int columns[COLUMNS];
    struct enrolment_list list = {0};
    if (!find_columns(path, table, columns, errors))
        return false;
    bool good = true;
    find_ignored(table, columns, arena, &list);
    list.rows = arena_take_array(arena, table->count, sizeof *list.rows);
    for (size_t i = 0; i < table->count; i++) {
        struct enrolment_typed typed = typed_of(&table->rows[i], columns, arena);
        struct enrolment_row *row = &list.rows[list.count];
        row->line = table->rows[i].line;
        if (!enrolment_read(&typed, programme, path, row->line, arena, &row->participant, errors)) {
            good = false;
            continue;
        }
        auto_string key = address_key(row->participant.address);
        row->key = arena_copy_string(arena, key);
        list.count++;
    }
    good = check_twins(path, &list, errors) && good;
    if (good && !list.count)
        good = error_list_add(errors, path, 0, "There is a heading but no person below it.");
    if (good)
        *ret = list;
    return good;
}
