#include "app/case_values.h"
#include "app/incident.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "app/mention.h"
#include "app/notice.h"
#include "app/population.h"
#include "base/clock.h"
#include "base/localise.h"
#include "base/text.h"
#include "mail/template/template_render.h"
#include "programme/case_kind.h"
#include "programme/decide_coordinator.h"
#include "store/cases.h"
#include "store/inbox.h"
#include "store/incidents.h"
#include "store/notes.h"
#include "store/overview.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/proposals.h"
#include "store/rounds.h"

enum { SUBJECT_NAMES_WIDTH = 30, FORM_OPTIONS_SHOWN = 8, DIGEST_WORDS_MAX = 600 };

struct filling {
    struct service *service;
    const char *language;
    struct arena *arena;
    struct template_value *values;
    const char *coordinator;      /* who is told */
    struct population population; /* of the round below; read once, whatever number of pairs a digest has */
    int64_t population_round;
};

static const char *moment(const struct filling *filling, int64_t at) {
    return localise_moment(filling->arena, at, filling->service->zone, filling->language);
}

/* Days as the reader says them, where the sentence has some. */
static const char *in_words(const struct filling *filling, const char *sentence) {
    auto_text out = TEXT_EMPTY;
    while (*sentence) {
        struct civil_date day;
        struct error ignored = ERROR_INIT;
        char date[sizeof "2027-02-01"];
        snprintf(date, sizeof date, "%s", sentence);
        if (*date >= '0' && *date <= '9' && civil_parse_date(date, &day, &ignored)) {
            text_append(&out, localise_date(filling->arena, civil_to_days(day) * SECONDS_PER_DAY, zone_utc(),
                                            filling->language));
            sentence += strlen(date);
        } else
            text_append_char(&out, *sentence++);
    }
    return arena_copy_string(filling->arena, text_string(&out));
}

static const char *said(const struct filling *filling, const char *reason) {
    return in_words(filling, templates_reason(filling->service->templates, reason, filling->language, filling->arena));
}

static const char *name_of(const struct filling *filling, enum case_kind kind) {
    return said(filling, case_kind_traits(kind).name.text);
}

/* Somebody's words as Markdown, each line literally and on a line of its own, with MARK before it. */
static const char *literally(const struct filling *filling, const char *words, const char *mark) {
    auto_text out = TEXT_EMPTY;
    bool apart = false;
    for (const char *line = words; *line;) {
        size_t length = strcspn(line, "\n");
        char *text = arena_copy_bytes(filling->arena, line, length);
        string_trim(text);
        line += length + (line[length] == '\n');
        if (!*text) {
            apart = true;
            continue;
        }
        if (out.length > 0)
            text_append_format(&out, apart ? "\n%s\n" : "\\\n", mark);
        text_append(&out, mark);
        template_render_literal(&out, text);
        apart = false;
    }
    return arena_copy_string(filling->arena, text_string(&out));
}

/* The decisions that a report leaves no room for, as bits. */
static bool find_no_outcomes(struct filling *filling, const struct case_row *row, unsigned *ret, struct error *error) {
    struct incident incident;
    unsigned possible = 0;
    if (row->kind == CASE_REPORT &&
        (!incidents_find(filling->service->database, row->id, filling->arena, &incident, error) ||
         !incident_outcomes(filling->service, &incident, &possible, error)))
        return false;
    *ret = (possible & 1u << INCIDENT_WARNING ? 0 : CASE_VERB_BIT(CASE_VERB_WARNING)) |
           (possible & 1u << INCIDENT_BAN ? 0 : CASE_VERB_BIT(CASE_VERB_BAN)) |
           (possible & 1u << INCIDENT_TERMINATION ? 0 : CASE_VERB_BIT(CASE_VERB_TERMINATE));
    return true;
}

/* What may be replied to a case, a line each, as the coordinator's language says it: nothing of what is so already. */
static bool fill_offers(struct filling *filling, struct template_value *map, const struct case_row *row,
                        struct error *error) {
    struct template_value *list = template_value_set_list(map, "offers");
    struct partnership partnership = {0};
    struct participant person = {0};
    unsigned offers = case_verb_offers(row), no_outcomes;
    size_t reports = 0;
    if (!find_no_outcomes(filling, row, &no_outcomes, error) ||
        (row->partnership && !incidents_count_open(filling->service->database, row->partnership, &reports, error)) ||
        (row->partnership &&
         !partnerships_find(filling->service->database, row->partnership, filling->arena, &partnership, error)) ||
        (row->participant &&
         !participants_find(filling->service->database, row->participant, filling->arena, &person, error)))
        return false;
    bool passes = partnership.id && partnership.state == PARTNERSHIP_ACTIVE;
    bool stands = partnership.id && (partnership.state == PARTNERSHIP_HELD || partnership.state == PARTNERSHIP_FROZEN);
    bool silent = person.id && (person.state == PARTICIPANT_PAUSED || person.address_state != ADDRESS_GOOD);
    const unsigned gone[] = {
        passes ? 0 : CASE_VERB_BIT(CASE_VERB_HOLD) | CASE_VERB_BIT(CASE_VERB_LETTER),
        (stands && !reports) || silent ? 0 : CASE_VERB_BIT(CASE_VERB_RESUME),
        passes || stands ? 0 : CASE_VERB_BIT(CASE_VERB_REMATCH) | CASE_VERB_BIT(CASE_VERB_DISSOLVE),
        person.id && person.state == PARTICIPANT_ACTIVE ? 0 : CASE_VERB_BIT(CASE_VERB_STOP),
        no_outcomes,
    };
    for (size_t i = 0; i < COUNT_OF(gone); i++)
        offers &= ~gone[i];
    for (int verb = CASE_VERB_NONE + 1; verb < CASE_VERB_COUNT; verb++)
        if (offers & CASE_VERB_BIT(verb) && case_verb_rules[verb].says)
            template_value_add_string(list, said(filling, case_verb_rules[verb].says));
    return true;
}

static const char *actor_name(const char *actor) {
    return actor && string_starts_with(actor, "command:") ? actor + strlen("command:") : NULL;
}

/* Why a case comes to somebody who does not look after its country. */
static bool fill_absence(struct filling *filling, struct template_value *map, const struct case_row *row,
                         struct error *error) {
    const char *absent;
    int64_t until;
    if (!notice_stands_in(filling->service, row, filling->coordinator, filling->arena, &absent, &until, error))
        return false;
    if (absent) {
        template_value_set_string(map, "absent_name", absent);
        template_value_set_string(map, "absent_until", moment(filling, until));
    }
    return true;
}

/* ---- One case ---- */

/* A subject is read by whoever looks over a shoulder: it has first names, few, and none where the matter is grave. */
static bool fill_subject(struct filling *filling, const struct case_row *row, struct participant_list people,
                         struct error *error) {
    const char *names[MEMBERS_MAX];
    if (people.count == 0 && row->partnership &&
        !partnerships_partners(filling->service->database, row->partnership, 0, filling->arena, &people, error))
        return false;
    template_value_set_string(filling->values, "what", name_of(filling, row->kind));
    for (size_t i = 0; i < people.count; i++)
        names[i] = localise_first_name(filling->arena, people.items[i].name, people.items[i].language);
    const char *all = templates_join(filling->language, names, people.count, filling->arena);
    if (people.count > 0 && !case_kind_traits(row->kind).grave && utf8_width(all) <= SUBJECT_NAMES_WIDTH)
        template_value_set_string(filling->values, "first_names", all);
    return true;
}

/* ROW: the one that has the numbers; NULL where several have the same reason. */
static void fill_steps(struct filling *filling, struct template_value *map, const char *reason,
                       const struct case_row *row) {
    size_t count;
    const char *const *steps =
        templates_steps(filling->service->templates, reason, row, filling->language, filling->arena, &count);
    struct template_value *list = template_value_set_list(map, "steps");
    for (size_t i = 0; i < count; i++)
        template_value_add_string(list, steps[i]);
}

/* Those concerned are spoken with in confidence, from the coordinator's own mail program. */
static const char *name_and_address(struct filling *filling, const struct participant *person) {
    return arena_format(filling->arena, "%s (%s)", person->name, person->address);
}

/* Who reported; the participant of its case may be another, whose address a stranger wrote to. */
static bool fill_report(struct filling *filling, const struct case_row *row, struct error *error) {
    struct incident incident;
    struct participant reporter;
    struct participant_list partners;
    const char *names[MEMBERS_MAX];
    if (!incidents_find(filling->service->database, row->id, filling->arena, &incident, error) ||
        !participants_find(filling->service->database, incident.reporter, filling->arena, &reporter, error) ||
        !partnerships_partners(filling->service->database, incident.partnership, incident.reporter, filling->arena,
                               &partners, error))
        return false;
    if (reporter.id)
        template_value_set_string(filling->values, "reporter_name", name_and_address(filling, &reporter));
    for (size_t i = 0; i < partners.count; i++)
        names[i] = name_and_address(filling, &partners.items[i]);
    if (partners.count)
        template_value_set_string(filling->values, "reported_partners",
                                  templates_join(filling->language, names, partners.count, filling->arena));
    return true;
}

/* "Anna Berg (Sweden)". */
static const char *name_and_country(struct filling *filling, const struct participant *person) {
    return arena_format(filling->arena, "%s (%s)", person->name,
                        localise_country(filling->arena, person->country, filling->language));
}

/* Languages that both write well enough. */
static const char *common_languages(struct filling *filling, const char *of_a, const char *of_b) {
    const char *names[FORM_OPTIONS_SHOWN];
    size_t count = 0;
    for (const char *at = of_a; *at && count < FORM_OPTIONS_SHOWN; at += strspn(at, ",")) {
        size_t length = strcspn(at, ",");
        const char *code = arena_format(filling->arena, "%.*s", (int)length, at);
        if (strstr(arena_format(filling->arena, ",%s,", of_b), arena_format(filling->arena, ",%s,", code)))
            names[count++] = localise_language(filling->arena, code, filling->language);
        at += length;
    }
    return templates_join(filling->language, names, count, filling->arena);
}

/* Several criteria may ask about one question. */
static bool is_said(const struct population *population, const struct matching_reason *reasons, size_t criterion) {
    const int *questions = population->criteria->questions;
    for (size_t i = 0; i < criterion; i++)
        if (questions[i] == questions[criterion] && reasons[i].common == reasons[criterion].common)
            return true;
    return false;
}

/* What both chose, in the reader's words. */
static void fill_common(struct filling *filling, const struct population *population, uint32_t a, uint32_t b) {
    const struct form_set *forms =
        templates_form(filling->service->templates, APPLICATION_FORM, filling->language, filling->arena);
    struct matching_reason reasons[MATCHING_CRITERIA_MAX];
    struct template_value *facts = template_value_set_list(filling->values, "pair_facts");
    matching_explain(&population->rules, &population->people[a], &population->people[b], reasons);
    for (size_t i = 0; forms && i < population->rules.criterion_count; i++) {
        const struct form_question *question = &forms->forms[0]->questions[population->criteria->questions[i]];
        const char *words[FORM_OPTIONS_SHOWN];
        size_t count = 0;
        for (size_t j = 0; j < question->option_count && j < 64 && count < FORM_OPTIONS_SHOWN; j++)
            if (reasons[i].common >> j & 1)
                words[count++] = question->options[j].words[0];
        if (count == 0 || is_said(population, reasons, i))
            continue;
        struct template_value *fact = template_value_add_map(facts);
        template_value_set_string(fact, "label", question->label);
        template_value_set_string(fact, "value", templates_join(filling->language, words, count, filling->arena));
    }
}

/* Whom they are, and why they suit each other; nothing of that where it is so no longer, for then the case ends. */
static bool fill_pair(struct filling *filling, const struct case_row *row, struct error *error) {
    struct service *service = filling->service;
    struct rematch offer;
    struct round round;
    struct participant people[2];
    const struct population *population = &filling->population;
    struct error gone = ERROR_INIT;
    if (!proposals_find_offer(service->database, row->id, filling->arena, &offer, error) ||
        !rounds_find(service->database, offer.round, filling->arena, &round, error) ||
        !participants_find(service->database, offer.first, filling->arena, &people[0], error) ||
        !participants_find(service->database, offer.second, filling->arena, &people[1], error))
        return false;
    if (!offer.id)
        return true;
    const char *names[] = {name_and_country(filling, &people[0]), name_and_country(filling, &people[1])};
    template_value_set_string(filling->values, "pair_names",
                              templates_join(filling->language, names, 2, filling->arena));
    if (row->closed_at || (filling->population_round != round.id &&
                           !population_read(service, &round, filling->arena, &filling->population, &gone))) {
        if (gone.class == ERROR_TEMPORARY)
            *error = gone;
        return gone.class != ERROR_TEMPORARY;
    }
    filling->population_round = round.id;
    int a = population_find(population, offer.first), b = population_find(population, offer.second);
    if (a < 0 || b < 0)
        return true;
    template_value_set_string(filling->values, "pair_languages",
                              common_languages(filling, population->who[a].languages, population->who[b].languages));
    fill_common(filling, population, (uint32_t)a, (uint32_t)b);
    return true;
}

static bool fill_case(struct filling *filling, const struct case_row *row, struct error *error) {
    struct inbox_row mail = {0};
    struct participant person = {0};
    if ((row->inbox && !inbox_find(filling->service->database, row->inbox, filling->arena, &mail, error)) ||
        (row->participant &&
         !participants_find(filling->service->database, row->participant, filling->arena, &person, error)))
        return false;
    template_value_set_string(filling->values, "reason", said(filling, row->reason));
    template_value_set_format(filling->values, "case_id", "%" PRId64, row->id);
    template_value_set_string(filling->values, "since", moment(filling, row->opened_at));
    template_value_set_string(filling->values, "until", row->closed_at ? moment(filling, row->closed_at) : "");
    if (actor_name(row->closed_by))
        template_value_set_string(filling->values, "closed_by", actor_name(row->closed_by));
    if (mail.id && mail.state == INBOX_WAITING)
        template_value_set_format(filling->values, "inbox_id", "%" PRId64, mail.id);
    if (row->partnership)
        template_value_set_format(filling->values, "partnership_id", "%" PRId64, row->partnership);
    template_value_set_boolean(filling->values, "report", row->kind == CASE_REPORT);
    template_value_set_list(filling->values, "pair_facts");
    if (person.id)
        template_value_set_format(filling->values, "participant_id", "%" PRId64, person.id);
    if (person.id && row->kind != CASE_REPORT && row->kind != CASE_REMATCH)
        template_value_set_string(filling->values, "participant_name", person.name);
    if (!string_is_empty(row->words))
        template_value_set_markdown(filling->values, "wrote", literally(filling, row->words, "> "));
    if (!fill_absence(filling, filling->values, row, error) ||
        (row->kind == CASE_REPORT && !fill_report(filling, row, error)) ||
        (row->kind == CASE_REMATCH && !fill_pair(filling, row, error)))
        return false;
    fill_steps(filling, filling->values, row->reason, row);
    return fill_offers(filling, filling->values, row, error) &&
           fill_subject(filling, row, (struct participant_list){&person, person.id != 0}, error);
}

static bool find_case(struct filling *filling, const struct outbox_row *row, struct case_row *ret,
                      struct error *error) {
    json_error_t problem;
    json_t *detail = json_loads(row->detail, 0, &problem);
    int64_t id = json_integer_value(json_object_get(detail, "case"));
    json_decref(detail);
    return cases_find(filling->service->database, id, filling->arena, ret, error);
}

/* ---- What a reply did ---- */

/* Whom a decision about the report is about, not who reported. */
static bool find_reported(struct filling *filling, int64_t id, int64_t *ret, struct error *error) {
    struct incident incident;
    return incidents_find(filling->service->database, id, filling->arena, &incident, error) &&
           incident_find_other(filling->service, &incident, ret, error);
}

/* {"said": [{"case": 57, "reason": "...", "refused": false, "asked": false}, ...], "asked": [...]} */
static bool fill_said(struct filling *filling, json_t *entry, struct template_value *list, struct case_row *ret_row,
                      struct error *error) {
    struct template_value *map = template_value_add_map(list);
    struct participant person = {0};
    int64_t id = json_integer_value(json_object_get(entry, "case"));
    const char *reason = json_string_value(json_object_get(entry, "reason"));
    bool refused = json_is_true(json_object_get(entry, "refused"));
    template_value_set_string(map, "reason", said(filling, reason ? reason : ""));
    template_value_set_boolean(map, "refused", refused);
    template_value_set_boolean(map, "asked", json_is_true(json_object_get(entry, "asked")));
    if (id)
        template_value_set_format(map, "case_id", "%" PRId64, id);
    if (!cases_find(filling->service->database, id, filling->arena, ret_row, error))
        return false;
    /* What is said of a case that is none of theirs must not tell what it is. */
    bool theirs = false;
    if (ret_row->id && !notice_concerns(filling->service, ret_row, filling->coordinator, &theirs, error))
        return false;
    if (!theirs)
        return true;
    int64_t whom = ret_row->participant;
    if (ret_row->kind == CASE_REPORT && !find_reported(filling, ret_row->id, &whom, error))
        return false;
    if (whom && !participants_find(filling->service->database, whom, filling->arena, &person, error))
        return false;
    template_value_set_string(map, "what", name_of(filling, ret_row->kind));
    if (person.id)
        template_value_set_string(map, "name", person.name);
    if ((refused || json_is_true(json_object_get(entry, "over"))) && actor_name(ret_row->closed_by)) {
        template_value_set_string(map, "closed_by", actor_name(ret_row->closed_by));
        template_value_set_string(map, "closed_at", moment(filling, ret_row->closed_at));
    }
    return true;
}

/* ---- The digest ---- */

static bool add_item(struct filling *filling, struct template_value *items, const struct case_row *row,
                     struct error *error) {
    struct participant person = {0};
    struct template_value *map = template_value_add_map(items);
    struct filling of_item = *filling;
    of_item.values = map;
    template_value_set_list(map, "pair_facts");
    if (row->kind == CASE_REMATCH && !fill_pair(&of_item, row, error))
        return false;
    if (row->participant &&
        !participants_find(filling->service->database, row->participant, filling->arena, &person, error))
        return false;
    if (person.id && row->kind != CASE_REMATCH)
        template_value_set_string(map, "name", person.name);
    template_value_set_string(map, "since", moment(filling, row->opened_at));
    template_value_set_format(map, "case_id", "%" PRId64, row->id);
    template_value_set_boolean(map, "left", notice_is_left(row));
    if (!fill_absence(filling, map, row, error))
        return false;
    if (!string_is_empty(row->words)) {
        size_t length = utf8_cut(row->words, strlen(row->words), DIGEST_WORDS_MAX);
        const char *words =
            row->words[length] ? arena_format(filling->arena, "%.*s \u2026", (int)length, row->words) : row->words;
        template_value_set_markdown(map, "wrote", literally(filling, words, "> "));
    }
    return true;
}

/* Cases for the same reason stand together. */
static bool add_group(struct filling *filling, struct template_value *list, const struct case_row *const *rows,
                      size_t count, struct error *error) {
    struct template_value *map = template_value_add_map(list), *items = template_value_set_list(map, "items");
    template_value_set_string(map, "reason", said(filling, rows[0]->reason));
    fill_steps(filling, map, rows[0]->reason, count == 1 ? rows[0] : NULL);
    for (size_t i = 0; i < count; i++)
        if (!add_item(filling, items, rows[i], error))
            return false;
    return true;
}

/* "Anna and Ben"; NULL where they have gone. */
static bool pair_of(struct filling *filling, int64_t partnership, const char **ret, struct error *error) {
    struct participant_list people;
    const char *names[MEMBERS_MAX];
    *ret = NULL;
    if (!partnerships_partners(filling->service->database, partnership, 0, filling->arena, &people, error))
        return false;
    for (size_t i = 0; i < people.count; i++)
        names[i] = localise_first_name(filling->arena, people.items[i].name, people.items[i].language);
    if (people.count > 0)
        *ret = templates_join(filling->language, names, people.count, filling->arena);
    return true;
}

/* Letters of each of the last weeks, the newest last: "4, 0, 7". */
static bool fill_letters(struct filling *filling, const char *countries, struct template_value *week,
                         struct error *error) {
    int64_t letters[OVERVIEW_WEEKS];
    auto_text said = TEXT_EMPTY;
    if (!overview_read_letters(filling->service->database, countries, clock_now(), letters, error))
        return false;
    for (size_t i = 0; i < COUNT_OF(letters); i++)
        text_append_format(&said, "%s%" PRId64, i ? ", " : "", letters[i]);
    template_value_set_string(week, "history", text_string(&said));
    return true;
}

/* Numbers, and what went well: that somebody wrote, never what. */
static bool fill_week(struct filling *filling, const char *countries, struct error *error) {
    enum { MANY_LETTERS = 4 };
    struct overview_week week;
    if (!overview_read_week(filling->service->database, countries, clock_now() - 7 * SECONDS_PER_DAY, &week, error))
        return false;
    struct template_value *map = template_value_set_map(filling->values, "week");
    static const char *const states[HEALTH_STOPPED + 1] = {
        [HEALTH_NEW] = "new",     [HEALTH_GOOD] = "good",       [HEALTH_SLOW] = "slow",
        [HEALTH_QUIET] = "quiet", [HEALTH_UNKNOWN] = "unknown", [HEALTH_STOPPED] = "stopped",
    };
    for (size_t i = 0; i < COUNT_OF(states); i++)
        template_value_set_format(map, states[i], "%zu", week.health[i]);
    template_value_set_format(map, "letters", "%zu", week.letters);
    template_value_set_format(map, "answers", "%zu", week.answers);
    template_value_set_format(map, "surveys", "%zu", week.surveys);
    struct template_value *back = template_value_set_list(map, "back");
    const char *names;
    for (size_t i = 0; i < OVERVIEW_NAMED_MOST && week.back[i]; i++) {
        if (!pair_of(filling, week.back[i], &names, error))
            return false;
        if (names)
            template_value_add_string(back, names);
    }
    if (!fill_letters(filling, countries, map, error))
        return false;
    if (week.most_letters < MANY_LETTERS)
        return true;
    if (!pair_of(filling, week.most, &names, error))
        return false;
    if (names) {
        template_value_set_string(map, "most_names", names);
        template_value_set_format(map, "most_letters", "%zu", week.most_letters);
    }
    return true;
}

/* A digest of one case is like its own mail. */
static bool fill_only(struct filling *filling, const struct case_row *row, struct error *error) {
    struct participant person = {0};
    struct participant_list people = {&person, 0};
    if (row->participant &&
        !participants_find(filling->service->database, row->participant, filling->arena, &person, error))
        return false;
    people.count = person.id != 0;
    return fill_subject(filling, row, people, error) && fill_offers(filling, filling->values, row, error);
}

/* What was to be mentioned, and stands with MAIL if it was written before. */
static bool fill_mentions(struct filling *filling, const struct outbox_row *mail, size_t *ret_count,
                          struct error *error) {
    struct template_value *list = template_value_set_list(filling->values, "said");
    struct case_row row;
    json_error_t ignored;
    json_t *detail = json_loads(mail->detail, 0, &ignored), *new, *entry;
    size_t i;
    bool ok = mention_list(filling->service, mail->coordinator, &new, error);
    *ret_count = 0;
    json_t *const lists[] = {json_object_get(detail, "said"), ok ? new : NULL};
    for (size_t part = 0; part < COUNT_OF(lists); part++)
        json_array_foreach(lists[part], i, entry) {
            ok = ok && fill_said(filling, entry, list, &row, error);
            ++*ret_count;
        }
    json_decref(lists[1]);
    json_decref(detail);
    return ok;
}

static bool is_monday(const struct service *service) {
    struct zone_local local;
    zone_to_local(service->zone, clock_now(), &local);
    return civil_weekday(local.date) == 1;
}

static bool fill_digest(struct filling *filling, const struct outbox_row *mail, const char **ret_nothing,
                        struct error *error) {
    struct database *database = filling->service->database;
    struct template_value *values = filling->values, *list = template_value_set_list(values, "waiting");
    struct template_value *remark_list = template_value_set_list(values, "remarks");
    struct case_reader reader;
    struct template_value *silence_list = template_value_set_list(values, "silences");
    struct case_list open, remarks, silences;
    size_t count;
    int64_t since;
    if (!notice_reader(filling->service, mail->coordinator, filling->arena, &reader, error) ||
        !cases_count_told(database, &reader, &count, &since, error) ||
        !cases_list_told(database, &reader, NOTICE_SHOWN_MOST, filling->arena, &open, error) ||
        !cases_list_remarks(database, &reader, clock_now() - CASE_TOLD_ONCE_WITHIN, NOTICE_SHOWN_MOST, filling->arena,
                            &remarks, error) ||
        !cases_list_silences(database, &reader, NOTICE_SHOWN_MOST, filling->arena, &silences, error))
        return false;
    size_t mentioned, to_read = remarks.count + silences.count;
    if (!fill_mentions(filling, mail, &mentioned, error))
        return false;
    bool all_is_well = strstr(mail->detail, "\"" NOTICE_ALL_IS_WELL "\""), weekly = is_monday(filling->service);
    if (count + to_read + mentioned == 0 && !all_is_well) {
        *ret_nothing = "nothing waits for a person any more";
        return true;
    }
    const struct case_row **shown = arena_take_array(filling->arena, open.count + 1, sizeof *shown);
    for (size_t i = 0; i < open.count; i++)
        shown[i] = &open.items[i];
    for (size_t first = 0, next = 1; first < open.count; first = next++) {
        while (next < open.count && string_equal(shown[first]->reason, shown[next]->reason))
            next++;
        if (!add_group(filling, list, shown + first, next - first, error))
            return false;
    }
    for (size_t i = 0; i < remarks.count; i++)
        if (!add_item(filling, remark_list, &remarks.items[i], error))
            return false;
    for (size_t i = 0; i < silences.count; i++) {
        struct template_value *map = template_value_add_map(silence_list);
        template_value_set_format(map, "case_id", "%" PRId64, silences.items[i].id);
        template_value_set_string(map, "reason", said(filling, silences.items[i].reason));
    }
    template_value_set_list(values, "offers");
    if (count == 1 && to_read + mentioned == 0 && !fill_only(filling, shown[0], error))
        return false;
    if ((weekly || all_is_well) && !fill_week(filling, reader.all || reader.general ? "," : reader.own, error))
        return false;
    if (count > 0 && case_kind_traits(shown[0]->kind).grave)
        template_value_set_string(values, "first", name_of(filling, shown[0]->kind));
    if (count > open.count)
        template_value_set_format(values, "more_count", "%zu", count - open.count);
    if (count > 0)
        template_value_set_format(values, "waiting_count", "%zu", count);
    template_value_set_format(values, "others_count", "%zu", count ? count - 1 : 0);
    template_value_set_boolean(values, "some_remarks", remarks.count > 0);
    template_value_set_boolean(values, "several", count > 1);
    template_value_set_boolean(values, "some_silences", silences.count > 0);
    template_value_set_boolean(values, "some_said", mentioned > 0);
    template_value_set_boolean(values, "something_to_read", to_read + mentioned > 0);
    const struct case_row *first = count            ? shown[0]
                                   : silences.count ? &silences.items[0]
                                   : remarks.count  ? &remarks.items[0]
                                                    : NULL;
    if (first)
        template_value_set_format(values, "replies", "%" PRId64, first->id);
    template_value_set_string(values, "since", moment(filling, count ? since : clock_now()));
    return true;
}

static bool fill_done(struct filling *filling, json_t *detail, struct error *error) {
    struct template_value *list = template_value_set_list(filling->values, "said");
    struct case_row row = {0};
    json_t *said_list = json_object_get(detail, "said"), *entry;
    bool some_refused = false;
    size_t i;
    json_array_foreach(said_list, i, entry) {
        if (!fill_said(filling, entry, list, &row, error))
            return false;
        some_refused = some_refused || json_is_true(json_object_get(entry, "refused"));
    }
    bool one = json_integer_value(json_object_get(detail, "case")) && row.id;
    template_value_set_boolean(filling->values, "asks_back", json_array_size(json_object_get(detail, "asked")) > 0);
    template_value_set_boolean(filling->values, "some_refused", some_refused);
    template_value_set_boolean(filling->values, "several", json_array_size(said_list) > 1);
    if (one)
        template_value_set_string(filling->values, "one", name_of(filling, row.kind));
    if (one && !row.closed_at)
        return fill_offers(filling, filling->values, &row, error);
    template_value_set_list(filling->values, "offers");
    return true;
}

static bool fill_answer(struct filling *filling, json_t *detail, struct error *error) {
    struct note note = {0};
    const struct configuration *configuration = filling->service->configuration;
    int64_t id = json_integer_value(json_object_get(detail, "note"));
    if (!notes_find(filling->service->database, id, filling->arena, &note, error))
        return false;
    const struct coordinator *coordinator =
        note.author ? configuration_find_coordinator(configuration, note.author) : NULL;
    template_value_set_markdown(filling->values, "answer", note.text ? literally(filling, note.text, "") : "");
    template_value_set_string(filling->values, "coordinator.name", note.author ? note.author : "");
    template_value_set_string(filling->values, "coordinator.address",
                              coordinator ? coordinator->address : configuration->programme.address);
    return true;
}

bool case_values_fill(struct service *service, const struct outbox_row *row, enum message_kind kind,
                      const char *language, struct arena *arena, struct template_value *values,
                      const char **ret_nothing, struct error *error) {
    struct filling filling = {
        .service = service, .language = language, .arena = arena, .values = values, .coordinator = row->coordinator};
    struct case_row told;
    if (kind == MESSAGE_TO_COORDINATOR_WAITING)
        return fill_digest(&filling, row, ret_nothing, error);
    if (kind == MESSAGE_TO_COORDINATOR_DONE || kind == MESSAGE_FROM_COORDINATOR) {
        json_error_t problem;
        json_t *detail = json_loads(row->detail, 0, &problem);
        bool ok = kind == MESSAGE_FROM_COORDINATOR ? fill_answer(&filling, detail, error)
                                                   : fill_done(&filling, detail, error);
        json_decref(detail);
        return ok;
    }
    if (!find_case(&filling, row, &told, error))
        return false;
    if (kind == MESSAGE_TO_COORDINATOR_ALERT && told.closed_at)
        *ret_nothing = "it was dealt with before";
    return fill_case(&filling, &told, error);
}
