#include "app/population.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fold.h"
#include "base/hash.h"
#include "base/text.h"
#include "mail/message/address.h"
#include "programme/form_value.h"
#include "programme/round_rules.h"
#include "programme/waking.h"

enum { NUMBERS_MAX = MATCHING_SET_WORDS * 64, FINGERPRINT_SIZE = 17 };

/* A word, and who it is of: a name, an address, a language. */
struct label {
    const char *word;
    uint32_t person;
};

struct reading {
    struct service *service;
    struct arena *arena;
    const struct criteria *criteria;
    const struct form *form; /* NULL: there is none */
    struct matching_person *people;
    struct population_person *who;
    size_t count;
    const char *countries[NUMBERS_MAX];
    size_t country_count;
    struct label *called; /* everybody's name and address, folded and ordered; NULL: not yet needed */
    size_t called_count;
    struct label *speaks; /* everybody's languages */
    size_t speaks_count, speaks_capacity;
};

/* ---- Answers ---- */

static const char *answer(const json_t *answers, const struct form *form, int question) {
    const char *value =
        question >= 0 ? json_string_value(json_object_get(answers, form->questions[question].name)) : NULL;
    return string_is_empty(value) ? NULL : value;
}

/* Whether KEY is the value, or one of several. */
static bool chose(const char *value, const char *key) {
    size_t length = strlen(key);
    for (const char *at = value; at && *at; at += strspn(at, ",")) {
        if (strcspn(at, ",") == length && strncmp(at, key, length) == 0)
            return true;
        at += strcspn(at, ",");
    }
    return false;
}

static uint64_t options_of(const struct form_question *question, const char *value) {
    uint64_t options = 0;
    int64_t rating;
    if (question->kind == FORM_RATING)
        return value && string_to_integer(value, &rating) && rating >= 1 && rating < 64 ? UINT64_C(1) << rating : 0;
    for (size_t i = 0; i < question->option_count; i++)
        if (chose(value, question->options[i].key))
            options |= UINT64_C(1) << i;
    return options;
}

static enum matching_wish wish_of(const char *value) {
    return chose(value, "same") ? MATCHING_SAME : chose(value, "different") ? MATCHING_DIFFERENT : MATCHING_NO_MATTER;
}

static void read_criteria(const struct reading *reading, const json_t *answers, struct matching_person *person) {
    const struct criteria *criteria = reading->criteria;
    for (size_t i = 0; i < criteria->count; i++) {
        int question = criteria->questions[i];
        person->options[i] = options_of(&reading->form->questions[question], answer(answers, reading->form, question));
        person->wishes[i] = wish_of(answer(answers, reading->form, criteria->wishes[i]));
    }
}

/* "sv,en:good,fr:basic": all but those of which somebody has only a little. */
static void read_languages(struct reading *reading, uint32_t position, const char *value, const char *written_to) {
    auto_text spoken = TEXT_EMPTY;
    for (const char *at = value ? value : written_to; *at; at += strspn(at, ",")) {
        size_t length = strcspn(at, ","), code = strcspn(at, ",:-_");
        if (length < strlen(":basic") || strncmp(at + length - strlen(":basic"), ":basic", strlen(":basic")) != 0) {
            reading->speaks = memory_grow(reading->speaks, &reading->speaks_capacity, reading->speaks_count + 1,
                                          sizeof *reading->speaks);
            reading->speaks[reading->speaks_count++] =
                (struct label){arena_copy_bytes(reading->arena, at, code), position};
            text_append(&spoken, spoken.length ? "," : "");
            text_append_bytes(&spoken, at, code);
        }
        at += length;
    }
    reading->who[position].languages = arena_copy_string(reading->arena, text_string(&spoken));
}

/* Below NUMBERS_MAX, as there are fewer countries than that. */
static unsigned country_number(struct reading *reading, const char *code) {
    for (unsigned i = 0; i < reading->country_count; i++)
        if (string_equal(reading->countries[i], code))
            return i;
    require(reading->country_count < NUMBERS_MAX);
    reading->countries[reading->country_count++] = code;
    return (unsigned)reading->country_count - 1;
}

static const char *fingerprint(struct arena *arena, const struct candidate *candidate) {
    const struct participant *who = &candidate->participant;
    char hash[HASH_HEX_SIZE];
    const char *all = arena_format(arena, "%s\n%s\n%s\n%s\n%lld", who->country, who->time_zone, who->language,
                                   candidate->answers, (long long)candidate->waited);
    hash_sha256_hex(all, strlen(all), hash);
    return arena_copy_bytes(arena, hash, FINGERPRINT_SIZE - 1);
}

static void read_person(struct reading *reading, uint32_t position, const struct candidate *candidate,
                        const json_t *answers) {
    const struct form *form = reading->form;
    struct matching_person *person = &reading->people[position];
    *person = (struct matching_person){
        .id = candidate->participant.id,
        .country = country_number(reading, candidate->participant.country),
        .live = form && chose(answer(answers, form, form_find_role(form, FORM_ROLE_LIVE)), "live"),
        .trio = form && chose(answer(answers, form, form_find_role(form, FORM_ROLE_TRIO)), "yes"),
        .waited = (int)candidate->waited,
    };
    reading->who[position] = (struct population_person){
        .participant = candidate->participant,
        .fingerprint = fingerprint(reading->arena, candidate),
        .application = candidate->application,
    };
    read_languages(reading, position, form ? answer(answers, form, form_find_kind(form, FORM_LANGUAGES)) : NULL,
                   candidate->participant.language);
    if (form)
        read_criteria(reading, answers, person);
}

/* ---- Words by which people are known ---- */

static int compare_labels(const void *a, const void *b) {
    const struct label *x = a, *y = b;
    int order = strcmp(x->word, y->word);
    return order ? order : (x->person > y->person) - (x->person < y->person);
}

/* The first label of WORD; *RET_COUNT: how many follow each other. */
static const struct label *labels_of(const struct label *labels, size_t count, const char *word, size_t *ret_count) {
    size_t from = 0;
    for (size_t until = count; from < until;) {
        size_t middle = from + (until - from) / 2;
        if (strcmp(labels[middle].word, word) < 0)
            from = middle + 1;
        else
            until = middle;
    }
    size_t after = from;
    while (after < count && string_equal(labels[after].word, word))
        after++;
    *ret_count = after - from;
    return labels + from;
}

static int compare_runs(const void *a, const void *b) {
    const struct label *const *x = a, *const *y = b; /* a run's first; the next array's item ends it */
    ptrdiff_t longer = (y[1] - y[0]) - (x[1] - x[0]);
    return longer ? (longer > 0) - (longer < 0) : strcmp(x[0]->word, y[0]->word);
}

/* Languages get numbers; where there were too many, those of the fewest people would have none. */
static void number_languages(struct reading *reading) {
    size_t runs = 0;
    const struct label *(*bounds)[2] = memory_new_array(reading->speaks_count + 1, sizeof *bounds);
    if (reading->speaks_count)
        qsort(reading->speaks, reading->speaks_count, sizeof *reading->speaks, compare_labels);
    for (size_t i = 0, length; i < reading->speaks_count; i += length) {
        const struct label *first =
            labels_of(reading->speaks + i, reading->speaks_count - i, reading->speaks[i].word, &length);
        bounds[runs][0] = first;
        bounds[runs++][1] = first + length;
    }
    qsort(bounds, runs, sizeof *bounds, compare_runs);
    for (unsigned i = 0; i < runs && i < NUMBERS_MAX; i++)
        for (const struct label *label = bounds[i][0]; label < bounds[i][1]; label++)
            matching_set_add(&reading->people[label->person].languages, i);
    free(bounds);
    free(reading->speaks);
}

/* ---- Whom people avoid ---- */

static const char *folded(struct arena *arena, const char *words) {
    auto_text text = TEXT_EMPTY;
    fold_words(words, strlen(words), &text);
    return arena_copy_string(arena, text_string(&text));
}

static void call_people(struct reading *reading) {
    if (reading->called)
        return;
    reading->called = arena_take_array(reading->arena, 2 * reading->count, sizeof *reading->called);
    for (uint32_t i = 0; i < reading->count; i++) {
        auto_string key = address_key(reading->who[i].participant.address);
        reading->called[reading->called_count++] =
            (struct label){folded(reading->arena, reading->who[i].participant.name), i};
        reading->called[reading->called_count++] = (struct label){arena_copy_string(reading->arena, key), i};
    }
    qsort(reading->called, reading->called_count, sizeof *reading->called, compare_labels);
}

struct avoided {
    struct reading *reading;
    uint32_t position;
    int64_t *people; /* ids */
    size_t count, capacity;
};

static void avoid_person(struct avoided *avoided, int64_t id) {
    avoided->people = memory_grow(avoided->people, &avoided->capacity, avoided->count + 1, sizeof *avoided->people);
    avoided->people[avoided->count++] = id;
}

/* WORDS name a country, or somebody of the round, or nobody and nothing. */
static bool avoid(struct avoided *avoided, const char *words) {
    struct reading *reading = avoided->reading;
    const char *text = folded(reading->arena, words);
    const struct form_set *forms = reading->criteria->forms;
    int country = form_find_kind(reading->form, FORM_COUNTRY);
    if (!*text || form_value_says(forms, FORM_NO, text) || form_value_says(forms, FORM_SKIP, text))
        return true;
    call_people(reading);
    size_t count;
    auto_string key = address_key(words);
    const struct label *label =
        labels_of(reading->called, reading->called_count, strchr(words, '@') ? key : text, &count);
    for (size_t i = 0; i < count; i++)
        avoid_person(avoided, reading->people[label[i].person].id);
    struct form_finding finding = {0};
    if (!count && country >= 0)
        form_value_read(forms, (size_t)country, words, &(struct form_context){.now = clock_now()}, reading->arena,
                        &finding);
    if (finding.state == FORM_CLEAR)
        matching_set_add(&reading->people[avoided->position].avoided, country_number(reading, finding.value));
    return count || finding.state == FORM_CLEAR;
}

/* "Norway and Ben Okoro", cut where it says "and". */
static bool avoid_each(struct avoided *avoided, const char *words) {
    struct arena *arena = avoided->reading->arena;
    auto_text part = TEXT_EMPTY;
    bool understood = true, any = false;
    for (const char *at = words;; at += strspn(at, " \t")) {
        const char *word = arena_copy_bytes(arena, at, strcspn(at, " \t"));
        bool joins = form_value_says(avoided->reading->criteria->forms, FORM_AND, folded(arena, word));
        if (*word && !joins)
            text_append_format(&part, "%s%s", part.length ? " " : "", word);
        if (joins || !*word) {
            understood = (part.length == 0 || avoid(avoided, text_string(&part))) && understood;
            any = any || joins;
            text_clear(&part);
        }
        if (!*word)
            return any && understood;
        at += strlen(word);
    }
}

static void read_avoided(struct avoided *avoided, const char *written) {
    struct arena *arena = avoided->reading->arena;
    bool understood = true;
    for (const char *at = written; *at; at += strspn(at, ",;\n")) {
        char *part = arena_copy_bytes(arena, at, strcspn(at, ",;\n"));
        at += strlen(part);
        string_trim(part);
        understood = (avoid(avoided, part) || avoid_each(avoided, part)) && understood;
    }
    if (!understood)
        avoided->reading->who[avoided->position].avoids = arena_copy_string(arena, written);
}

/* Of ids, or of what begins with one. */
static int compare_ids(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The pairs of whom PERSON is the first, which stand together, and whom they would avoid. */
static void exclude(struct reading *reading, uint32_t position, const struct parted_list *parted, const char *written) {
    struct matching_person *person = &reading->people[position];
    struct avoided avoided = {.reading = reading, .position = position};
    size_t from = 0;
    for (size_t until = parted->count; from < until;) {
        size_t middle = from + (until - from) / 2;
        if (parted->items[middle].first < person->id)
            from = middle + 1;
        else
            until = middle;
    }
    for (; from < parted->count && parted->items[from].first == person->id; from++)
        avoid_person(&avoided, parted->items[from].second);
    if (written)
        read_avoided(&avoided, written);
    if (avoided.count) {
        int64_t *ids = arena_take_array(reading->arena, avoided.count, sizeof *ids);
        memcpy(ids, avoided.people, avoided.count * sizeof *ids);
        qsort(ids, avoided.count, sizeof *ids, compare_ids);
        person->excluded = ids;
        person->excluded_count = avoided.count;
    }
    free(avoided.people);
}

/* ---- Waking hours ---- */

/* The hours of everybody in each stretch of the round between clock changes. */
static bool read_waking(struct reading *reading, const struct round *round, size_t *ret_phases, struct error *error) {
    const struct matching_settings *settings = &reading->service->configuration->matching;
    const struct waking_hours hours = {(int32_t)settings->awake_from, (int32_t)settings->awake_until};
    const struct zone **zones = arena_take_array(reading->arena, reading->count, sizeof *zones);
    int64_t now = clock_now(), starts_at = round->starts_at > now ? round->starts_at : now,
            phases[MATCHING_PHASES_MAX + 1];
    struct duration length;
    if (!duration_parse(round->length, &length, error))
        return false;
    int64_t ends_at = sequence_ends_at(starts_at, &length, reading->service->zone);
    for (size_t i = 0; i < reading->count; i++)
        zones[i] = service_zone_of(reading->service, &reading->who[i].participant);
    size_t count = waking_phases(zones, reading->count, starts_at, ends_at, MATCHING_PHASES_MAX, phases);
    phases[count] = ends_at;
    for (size_t i = 0; i < reading->count; i++)
        for (size_t j = 0; j < count; j++)
            reading->people[i].awake[j] = waking_half_hours(zones[i], &hours, phases[j], phases[j + 1]);
    *ret_phases = count;
    return true;
}

/* ---- All of it ---- */

static const char *why_aside(const struct participant *participant) {
    switch (participant->state) {
    case PARTICIPANT_PAUSED:
        return "has paused the programme's mail";
    case PARTICIPANT_LEFT:
    case PARTICIPANT_ERASED:
        return "has left the programme";
    case PARTICIPANT_ACTIVE:
        break;
    }
    return participant->address_state == ADDRESS_GOOD ? NULL : "can't be reached: mail to the address comes back";
}

static const struct population_index *index_by_id(const struct reading *reading) {
    struct population_index *index = arena_take_array(reading->arena, reading->count + 1, sizeof *index);
    for (uint32_t i = 0; i < reading->count; i++)
        index[i] = (struct population_index){reading->people[i].id, i};
    qsort(index, reading->count, sizeof *index, compare_ids);
    return index;
}

static bool read_criteria_strictly(struct service *service, struct arena *arena, struct criteria *ret,
                                   struct error *error) {
    auto_error_list problems = ERROR_LIST_EMPTY;
    if (criteria_read(service, arena, ret, &problems, NULL))
        return true;
    auto_string first = error_list_format(&problems.entries[0]);
    return error_set(error, ERROR_CONFIGURATION, "%s", first);
}

bool population_read(struct service *service, const struct round *round, struct arena *arena, struct population *ret,
                     struct error *error) {
    struct criteria *criteria = arena_take(arena, sizeof *criteria);
    struct population population = {.round = *round, .criteria = criteria};
    struct candidate_list candidates;
    struct parted_list parted;
    if (!round_check(round, DEED_PROPOSE, clock_now(), service->zone, error) ||
        !read_criteria_strictly(service, arena, criteria, error) ||
        !proposals_candidates(service->database, round->id, arena, &candidates, error) ||
        !proposals_parted(service->database, round->id, arena, &parted, error))
        return false;
    const struct form *form = criteria->forms ? criteria->forms->forms[0] : NULL;
    struct reading reading = {
        .service = service,
        .arena = arena,
        .criteria = criteria,
        .form = form,
        .people = arena_take_array(arena, candidates.count + 1, sizeof *reading.people),
        .who = arena_take_array(arena, candidates.count + 1, sizeof *reading.who),
    };
    struct population_aside *aside = arena_take_array(arena, candidates.count + 1, sizeof *aside);
    const char **avoided = arena_take_array(arena, candidates.count + 1, sizeof *avoided);
    for (size_t i = 0; i < candidates.count; i++) {
        const struct candidate *candidate = &candidates.items[i];
        const char *why = why_aside(&candidate->participant);
        if (why) {
            aside[population.aside_count++] =
                (struct population_aside){candidate->participant, candidate->application, why};
            continue;
        }
        json_t *answers = json_loads(candidate->answers, 0, NULL);
        read_person(&reading, (uint32_t)reading.count, candidate, answers);
        const char *written = form ? answer(answers, form, form_find_role(form, FORM_ROLE_AVOIDED)) : NULL;
        avoided[reading.count++] = arena_copy_string(arena, written);
        json_decref(answers);
    }
    number_languages(&reading);
    for (uint32_t i = 0; i < reading.count; i++)
        exclude(&reading, i, &parted, avoided[i]);
    if (!read_waking(&reading, round, &population.rules.phase_count, error))
        return false;
    population.people = reading.people;
    population.who = reading.who;
    population.count = reading.count;
    population.aside = aside;
    population.by_id = index_by_id(&reading);
    population.rules.criteria = criteria->items;
    population.rules.criterion_count = criteria->count;
    population.rules.waiting_weight = (int)service->configuration->matching.waiting;
    *ret = population;
    return true;
}

int population_find(const struct population *population, int64_t participant) {
    const struct population_index *found =
        bsearch(&participant, population->by_id, population->count, sizeof *population->by_id, compare_ids);
    return found ? (int)found->position : -1;
}
