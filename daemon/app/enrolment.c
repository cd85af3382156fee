#include "app/enrolment.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/country.h"
#include "base/fold.h"
#include "base/language.h"
#include "base/text.h"
#include "base/zone.h"
#include "mail/message/address.h"

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
    else if (strlen(name) > FORM_NAME_BYTES_MAX)
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

/* Just where to write to, and in which language: the rest can be asked. */
static bool read_recipient(const struct enrolment_typed *typed, const struct programme_settings *programme,
                           const char *file, int line, struct arena *arena, struct participant *ret,
                           struct error_list *errors) {
    struct person person = {typed, programme, file, line, arena, errors, true};
    ret->address = read_address(&person);
    ret->language = read_language(&person);
    if (!string_is_empty(typed->name))
        read_name(&person);
    return person.good;
}

/* ---- What the columns of a table mean ---- */

/* Besides questions, which are 0 and more. */
enum { MEANS_NOTHING = -1, MEANS_ADDRESS = -2, MEANS_LANGUAGE = -3, MEANS_GIVEN = -4, MEANS_FAMILY = -5 };

/* What people call these, folded, where the form does not. */
static const char *const address_headings[] = {"email",
                                               "emailaddress",
                                               "address",
                                               "mail",
                                               "mailaddress",
                                               "youremail",
                                               "youremailaddress",
                                               "courriel",
                                               "adresseemail",
                                               "adressemail",
                                               "votreemail",
                                               "emailadresse",
                                               "correo",
                                               "correoelectronico",
                                               "direcciondecorreoelectronico",
                                               NULL};
static const char *const language_headings[] = {
    "language", "lang", "locale", "preferredlanguage", "languagecode", "langue", "sprache", "idioma", NULL};
static const char *const name_headings[] = {"name",        "fullname", "yourname", "yourfullname",
                                            "participant", "nom",      "nombre",   NULL};
static const char *const given_headings[] = {"firstname", "givenname", "forename", "givennames",
                                             "prenom",    "vorname",   NULL};
static const char *const family_headings[] = {"lastname",  "familyname", "surname",  "nomdefamille",
                                              "apellidos", "apellido",   "nachname", NULL};
static const char *const country_headings[] = {"country", "countrycode", "yourcountry",        "land",
                                               "pays",    "pais",        "countryofresidence", NULL};
static const char *const zone_headings[] = {"timezone", "zone", "tz", "yourtimezone", "zeitzone", NULL};

static int meaning_of_setting(const struct form *form, const char *question, struct arena *arena,
                              const char **ret_problem) {
    return string_equal(question, "email")      ? MEANS_ADDRESS
           : string_equal(question, "language") ? MEANS_LANGUAGE
                                                : form_find_named(form, question, arena, ret_problem);
}

bool enrolment_check_columns(const struct column_settings *columns, size_t count, const struct form *form,
                             struct error_list *problems) {
    auto_arena arena = arena_new();
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        const char *problem = NULL;
        meaning_of_setting(form, columns[i].question, arena, &problem);
        if (problem)
            good = error_list_add(problems, columns[i].file, columns[i].line, "column \"%s\": %s", columns[i].heading,
                                  problem);
    }
    return good;
}

static bool same_name(const char *folded, const char *words, size_t length) {
    auto_text other = TEXT_EMPTY;
    auto_string copy = memory_copy_bytes(words, length);
    fold_name(copy, &other);
    return other.length && string_equal(text_string(&other), folded);
}

/* The question's words, with or without its label and what stands behind the question mark. */
static bool is_asked_so(const struct form_question *question, const char *folded) {
    const char *colon = strchr(question->text, ':'), *starts[] = {question->text, colon ? colon + 1 : question->text};
    for (size_t i = 0; i < COUNT_OF(starts); i++) {
        size_t length = strlen(starts[i]), mark = strcspn(starts[i], "?");
        if (same_name(folded, starts[i], length) || (mark < length && same_name(folded, starts[i], mark)))
            return true;
    }
    return false;
}

/* The question that HEADING is in the words of any of the forms; counts in ASKED whose words asked it. */
static int question_of_heading(const struct form_set *forms, const char *heading, size_t *asked) {
    auto_text folded = TEXT_EMPTY;
    fold_name(heading, &folded);
    const char *name = text_string(&folded);
    int found = MEANS_NOTHING;
    for (size_t i = 0; i < forms->count && *name; i++)
        for (size_t j = 0; j < forms->forms[i]->count; j++) {
            const struct form_question *question = &forms->forms[i]->questions[j];
            bool asks = is_asked_so(question, name);
            asked[i] += asks;
            if (found < 0 && (asks || same_name(name, question->label, strlen(question->label)) ||
                              same_name(name, question->name, strlen(question->name))))
                found = (int)j;
        }
    return found;
}

static bool has_meaning(const struct enrolment_sheet *sheet, int meaning) {
    for (size_t i = 0; i < sheet->table->heading.count; i++)
        if (sheet->meanings[i] == meaning)
            return true;
    return false;
}

/* Unless something says that already. */
static void find_called(struct enrolment_sheet *sheet, int meaning, const char *const *headings) {
    int column = csv_table_column(sheet->table, headings);
    if (column >= 0 && sheet->meanings[column] == MEANS_NOTHING && !has_meaning(sheet, meaning))
        sheet->meanings[column] = meaning;
}

/* By the configuration, else by the form. */
static bool find_questions(struct enrolment_sheet *sheet, size_t *asked, struct arena *arena,
                           struct error_list *errors) {
    const struct csv_row *heading = &sheet->table->heading;
    const struct form *form = sheet->forms->forms[0];
    bool good = enrolment_check_columns(sheet->columns, sheet->column_count, form, errors);
    for (size_t i = 0; i < heading->count; i++) {
        const char *problem;
        sheet->meanings[i] = MEANS_NOTHING;
        for (size_t j = 0; j < sheet->column_count && *heading->fields[i]; j++) {
            auto_text folded = TEXT_EMPTY;
            fold_name(heading->fields[i], &folded);
            if (same_name(text_string(&folded), sheet->columns[j].heading, strlen(sheet->columns[j].heading)))
                sheet->meanings[i] = meaning_of_setting(form, sheet->columns[j].question, arena, &problem);
        }
    }
    size_t *first = arena_take_array(arena, form->count, sizeof *first); /* 1 and more */
    bool *configured = arena_take_array(arena, form->count, sizeof *configured);
    for (size_t i = 0; i < form->count; i++)
        configured[i] = has_meaning(sheet, (int)i);
    for (size_t i = 0; i < heading->count; i++) {
        int question = sheet->meanings[i] == MEANS_NOTHING
                           ? question_of_heading(sheet->forms, heading->fields[i], asked)
                           : MEANS_NOTHING;
        if (question < 0 || configured[question])
            continue;
        if (first[question])
            good = error_list_add(errors, sheet->path, heading->line,
                                  "The columns \"%s\" and \"%s\" are both the question \"%s\". Say in the "
                                  "configuration which one counts: column \"HEADING\" { question = \"%s\" }",
                                  heading->fields[first[question] - 1], heading->fields[i],
                                  form->questions[question].name, form->questions[question].name);
        sheet->meanings[i] = question;
        first[question] = i + 1;
    }
    return good;
}

/* The programme's language in whose words most of the headings ask; else its own. */
static const char *find_language(const struct enrolment_sheet *sheet, const size_t *asked) {
    const struct programme_settings *programme = sheet->programme;
    const char *best = programme->languages[0];
    size_t most = 0;
    for (size_t i = 0; i < programme->language_count; i++)
        for (size_t j = 0; j < sheet->forms->count; j++)
            if (asked[j] > most &&
                string_starts_with_ignore_case(programme->languages[i], sheet->forms->forms[j]->language)) {
                most = asked[j];
                best = programme->languages[i];
            }
    return best;
}

bool enrolment_find_columns(struct enrolment_sheet *sheet, bool whole, struct arena *arena, struct error_list *errors) {
    const struct csv_row *heading = &sheet->table->heading;
    const struct form *form = sheet->forms->forms[0];
    int name = form_find_role(form, FORM_ROLE_NAME), country = form_find_kind(form, FORM_COUNTRY),
        zone = form_find_kind(form, FORM_ZONE);
    size_t *asked = arena_take_array(arena, sheet->forms->count, sizeof *asked);
    sheet->meanings = arena_take_array(arena, heading->count, sizeof *sheet->meanings);
    if (name < 0 || country < 0 || zone < 0)
        return error_list_add(errors, form->file, 0,
                              "Who takes part is asked for a name, a country and a time zone: tandempost template "
                              "check");
    bool good = find_questions(sheet, asked, arena, errors);
    find_called(sheet, MEANS_ADDRESS, address_headings);
    find_called(sheet, MEANS_LANGUAGE, language_headings);
    find_called(sheet, country, country_headings);
    find_called(sheet, zone, zone_headings);
    find_called(sheet, name, name_headings);
    find_called(sheet, MEANS_GIVEN, given_headings);
    find_called(sheet, MEANS_FAMILY, family_headings);
    sheet->language = find_language(sheet, asked);
    if (!has_meaning(sheet, MEANS_ADDRESS))
        good = error_list_add(errors, sheet->path, heading->line, "There is no column \"email\".");
    if (whole && !has_meaning(sheet, name) && !has_meaning(sheet, MEANS_GIVEN))
        good = error_list_add(errors, sheet->path, heading->line,
                              "There is no column \"name\" (nor \"first name\" and \"last name\").");
    if (whole && !has_meaning(sheet, country))
        good = error_list_add(errors, sheet->path, heading->line, "There is no column \"country\".");
    if (!sheet->table->count)
        good = error_list_add(errors, sheet->path, 0, "There is a heading but no person below it.");
    return good;
}

const char *const *enrolment_ignored(const struct enrolment_sheet *sheet, struct arena *arena, size_t *ret_count) {
    const struct csv_row *heading = &sheet->table->heading;
    const char **ignored = arena_take_array(arena, heading->count, sizeof *ignored);
    *ret_count = 0;
    for (size_t i = 0; i < heading->count; i++)
        if (sheet->meanings[i] == MEANS_NOTHING && *heading->fields[i])
            ignored[(*ret_count)++] = heading->fields[i];
    return ignored;
}

/* ---- Rows ---- */

/* What stands in the columns of that meaning, joined by BETWEEN; "" where nothing does. */
static const char *field_of(const struct enrolment_sheet *sheet, const struct csv_row *row, int meaning,
                            const char *between, struct arena *arena) {
    const char *joined = "";
    for (size_t i = 0; i < sheet->table->heading.count; i++) {
        const char *field = sheet->meanings[i] == meaning ? csv_table_field(row, (int)i) : "";
        if (*field)
            joined = *joined ? arena_format(arena, "%s%s%s", joined, between, field) : field;
    }
    return joined;
}

static const char *written_for(const struct enrolment_sheet *sheet, const struct csv_row *row, int question,
                               struct arena *arena) {
    const struct form_question *asked = &sheet->forms->forms[0]->questions[question];
    const char *written = field_of(sheet, row, question, asked->kind == FORM_TEXT ? " " : ", ", arena);
    if (asked->role != FORM_ROLE_NAME)
        return written;
    /* "Prénom" and "Nom", "Nombre" and "Apellidos": what is called the name may be a part of it. */
    const char *given = field_of(sheet, row, MEANS_GIVEN, " ", arena),
               *family = field_of(sheet, row, MEANS_FAMILY, " ", arena);
    if (*written && !*given == !*family)
        return written;
    const char *parts[] = {string_starts_with(written, given) ? "" : given, written,
                           string_ends_with(written, family) ? "" : family};
    char *name = arena_format(arena, "%s %s %s", parts[0], parts[1], parts[2]);
    string_trim(name);
    return name;
}

/* The country first: time zones are known by it. */
static struct form_answer *read_answers(const struct enrolment_sheet *sheet, const struct csv_row *row,
                                        struct arena *arena) {
    const struct form *form = sheet->forms->forms[0];
    struct form_context context = {.now = sheet->now, .boxes = true};
    struct form_finding *findings = arena_take_array(arena, form->count, sizeof *findings);
    struct form_answer *answers = arena_take_array(arena, form->count, sizeof *answers);
    int country = form_find_kind(form, FORM_COUNTRY);
    form_value_read(sheet->forms, (size_t)country, written_for(sheet, row, country, arena), &context, arena,
                    &findings[country]);
    context.country = findings[country].state == FORM_CLEAR ? findings[country].value : NULL;
    for (size_t i = 0; i < form->count; i++)
        if ((int)i != country)
            form_value_read(sheet->forms, i, written_for(sheet, row, (int)i, arena), &context, arena, &findings[i]);
    questionnaire_merge(form, findings, sheet->now, answers, arena);
    return answers;
}

/* What was understood, else what was written: the fault is told of that. */
static const char *understood(const struct enrolment_sheet *sheet, const struct csv_row *row,
                              const struct form_answer *answers, int question, struct arena *arena) {
    const struct form_finding *finding = &answers[question].finding;
    return finding->state == FORM_CLEAR ? finding->value : written_for(sheet, row, question, arena);
}

/* The web form has asked once; but much that is missing was not on it. */
static void sum_up(const struct form *form, struct enrolment_row *row, struct arena *arena) {
    bool *open = arena_take_array(arena, form->count, sizeof *open);
    row->open = questionnaire_open(form, row->answers, open);
    row->state = !row->open ? APPLICANT_SUMMARISED : row->open > form->count / 2 ? APPLICANT_ASKED : APPLICANT_UNCLEAR;
    for (size_t i = 0; i < form->count; i++) {
        row->unclear += row->answers[i].finding.state == FORM_UNCLEAR;
        row->clear += row->answers[i].finding.state == FORM_CLEAR;
        row->answers[i].asked = open[i] && row->state == APPLICANT_UNCLEAR;
    }
}

bool enrolment_read_row(const struct enrolment_sheet *sheet, size_t number, bool whole, struct arena *arena,
                        struct enrolment_row *ret, struct error_list *errors) {
    const struct csv_row parts = csv_table_row(sheet->table, number, arena), *fields = &parts;
    const struct form *form = sheet->forms->forms[0];
    struct enrolment_row row = {.line = fields->line, .answers = read_answers(sheet, fields, arena)};
    const char *language = field_of(sheet, fields, MEANS_LANGUAGE, " ", arena);
    const struct enrolment_typed typed = {
        .name = understood(sheet, fields, row.answers, form_find_role(form, FORM_ROLE_NAME), arena),
        .address = field_of(sheet, fields, MEANS_ADDRESS, " ", arena),
        .country = understood(sheet, fields, row.answers, form_find_kind(form, FORM_COUNTRY), arena),
        .language = *language ? language : sheet->language,
        .time_zone = understood(sheet, fields, row.answers, form_find_kind(form, FORM_ZONE), arena),
    };
    if (!(whole ? enrolment_read : read_recipient)(&typed, sheet->programme, sheet->path, row.line, arena,
                                                   &row.participant, errors))
        return false;
    sum_up(form, &row, arena);
    auto_string key = address_key(row.participant.address);
    row.key = arena_copy_string(arena, key);
    *ret = row;
    return true;
}

/* ---- The same person twice ---- */

/* An address's key in few bytes: of a million rows they are sorted in memory. */
struct place {
    uint64_t hash;
    size_t row;
};

static int compare_places(const void *a, const void *b) {
    const struct place *left = a, *right = b;
    int order = (left->hash > right->hash) - (left->hash < right->hash);
    return order ? order : (left->row > right->row) - (left->row < right->row);
}

/* NULL where no address stands there. */
static char *key_of(const struct enrolment_sheet *sheet, size_t number, struct arena *arena) {
    const struct csv_row row = csv_table_row(sheet->table, number, arena);
    struct error error = ERROR_INIT;
    struct address address;
    return address_parse(field_of(sheet, &row, MEANS_ADDRESS, " ", arena), &address, &error) ? address_key(address.text)
                                                                                             : NULL;
}

/* FNV-1a. */
static uint64_t hash_of(const char *key) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *key; key++)
        hash = (hash ^ (unsigned char)*key) * 0x100000001b3u;
    return hash;
}

const size_t *enrolment_find_twins(const struct enrolment_sheet *sheet, struct arena *arena) {
    const struct csv_table *table = sheet->table;
    size_t *twins = arena_take_array(arena, table->count, sizeof *twins);
    struct place *places cleanup(memory_free_pointer) = memory_new_array(table->count + 1, sizeof *places);
    size_t count = 0;
    for (size_t i = 0; i < table->count; i++) {
        auto_arena passing = arena_new();
        auto_string key = key_of(sheet, i, passing);
        if (key)
            places[count++] = (struct place){hash_of(key), i};
    }
    qsort(places, count, sizeof *places, compare_places);
    for (size_t i = 1; i < count; i++) {
        if (places[i].hash != places[i - 1].hash)
            continue;
        auto_arena passing = arena_new();
        auto_string before = key_of(sheet, places[i - 1].row, passing);
        auto_string key = key_of(sheet, places[i].row, passing);
        if (string_equal(key, before))
            twins[places[i].row] = places[i - 1].row + 1;
    }
    return twins;
}

bool enrolment_read_table(struct enrolment_sheet *sheet, struct arena *arena, struct enrolment_list *ret,
                          struct error_list *errors) {
    if (!enrolment_find_columns(sheet, true, arena, errors))
        return false;
    size_t before = errors->count;
    const size_t *twins = enrolment_find_twins(sheet, arena);
    struct enrolment_list list = {arena_take_array(arena, sheet->table->count, sizeof *list.rows), 0};
    for (size_t i = 0; i < sheet->table->count; i++)
        if (twins[i])
            error_list_add(errors, sheet->path, sheet->table->places[i].line, ENROLMENT_TWIN,
                           sheet->table->places[twins[i] - 1].line);
        else if (enrolment_read_row(sheet, i, true, arena, &list.rows[list.count], errors))
            list.count++;
    if (errors->count > before)
        return false;
    *ret = list;
    return true;
}
