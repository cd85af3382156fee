#include "app/personal_data.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "app/action.h"
#include "app/action_participant.h"
#include "app/answer_sheet.h"
#include "app/notice.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/localise.h"
#include "base/log.h"
#include "base/text.h"
#include "mail/message/address.h"
#include "programme/form_value.h"
#include "store/applicants.h"
#include "store/applications.h"
#include "store/erasing.h"
#include "store/inbox.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/rounds.h"
#include "store/settings.h"
#include "store/transaction.h"

/* ---- What is held ---- */

struct telling {
    struct service *service;
    const struct zone *zone;
    const char *language;
    struct arena *arena;
    struct template_value *values;
    json_t *json;
};

/* A section: rows of JSON, and the same as a list of the template's. */
struct section {
    struct telling *telling;
    json_t *rows;
    struct template_value *list;
    json_t *row;
    struct template_value *map;
    size_t count;
};

static json_t *moment_json(int64_t moment) {
    char text[32];
    clock_format_utc(moment, text, sizeof text);
    return json_string(text);
}

static void set_text(json_t *object, const char *name, const char *text) {
    json_t *value = json_string(text ? text : "");
    json_object_set_new(object, name, value ? value : json_string("(not UTF-8)"));
}

static struct section section_begin(struct telling *telling, const char *name) {
    struct section section = {
        .telling = telling, .rows = json_array(), .list = template_value_set_list(telling->values, name)};
    json_object_set_new(telling->json, name, section.rows);
    return section;
}

static void section_row(struct section *section) {
    section->row = json_object();
    json_array_append_new(section->rows, section->row);
    section->map = template_value_add_map(section->list);
    section->count++;
}

static void section_text(struct section *section, const char *name, const char *text) {
    set_text(section->row, name, text);
    template_value_set_string(section->map, name, text);
}

static void section_moment(struct section *section, const char *name, int64_t moment) {
    const struct telling *telling = section->telling;
    if (!moment)
        return;
    json_object_set_new(section->row, name, moment_json(moment));
    template_value_set_string(section->map, name,
                              localise_date(telling->arena, moment, telling->zone, telling->language));
}

static void visit(void *context, size_t row, const char *name, enum erasing_type type, int64_t number,
                  const char *text) {
    struct section *section = context;
    if (row == section->count)
        section_row(section);
    switch (type) {
    case ERASING_TEXT:
        section_text(section, name, text);
        break;
    case ERASING_MOMENT:
        section_moment(section, name, number);
        break;
    case ERASING_NUMBER:
        json_object_set_new(section->row, name, json_integer(number));
        template_value_set_format(section->map, name, "%" PRId64, number);
        break;
    case ERASING_FLAG:
        json_object_set_new(section->row, name, json_boolean(number));
        template_value_set_boolean(section->map, name, number);
        break;
    }
}

/* In French a blank stands before the colon, and so in the form behind the label. */
static const char *clean_label(const char *label, struct arena *arena) {
    size_t length = strlen(label);
    while (length > 2 && (string_ends_with(label, "\u202f") || string_ends_with(label, "\u00a0"))) {
        length -= string_ends_with(label, "\u202f") ? strlen("\u202f") : strlen("\u00a0");
        label = arena_copy_bytes(arena, label, length);
    }
    return label;
}

static void tell_answers(struct section *section, const struct form *form, const char *values) {
    const struct telling *telling = section->telling;
    struct form_answer *answers = answer_sheet_read_values(values, form, telling->arena);
    struct template_value *list = template_value_set_list(section->map, "answers");
    json_t *rows = json_array();
    json_object_set_new(section->row, "answers", rows);
    for (size_t i = 0; i < form->count; i++) {
        if (answers[i].finding.state != FORM_CLEAR)
            continue;
        const char *label = clean_label(form->questions[i].label, telling->arena),
                   *value = form_value_show(form, i, answers[i].finding.value, telling->arena);
        struct template_value *map = template_value_add_map(list);
        template_value_set_string(map, "label", label);
        template_value_set_string(map, "value", value);
        json_t *row = json_object();
        json_array_append_new(rows, row);
        set_text(row, "question", form->questions[i].name);
        set_text(row, "label", label);
        set_text(row, "value", answers[i].finding.value);
        set_text(row, "words", value);
    }
}

static bool tell_applications(struct telling *telling, int64_t participant, struct error *error) {
    struct section section = section_begin(telling, "applications");
    struct application_list applications;
    const struct form *form =
        templates_form_in(telling->service->templates, APPLICATION_FORM, telling->language, telling->arena);
    if (!applications_list_of_participant(telling->service->database, participant, telling->arena, &applications,
                                          error))
        return false;
    for (size_t i = 0; i < applications.count; i++) {
        const struct application *application = &applications.items[i];
        struct round round;
        struct consent consent;
        const char *values;
        if (!rounds_find(telling->service->database, application->round, telling->arena, &round, error) ||
            !applications_answers(telling->service->database, application->id, telling->arena, &values, error) ||
            !applications_consent(telling->service->database, application->id, telling->arena, &consent, error))
            return false;
        section_row(&section);
        section_text(&section, "round", round.name);
        section_text(&section, "state", application_state_name(application->state));
        section_moment(&section, "applied_at", application->applied_at);
        section_moment(&section, "accepted_at", application->accepted_at);
        template_value_set_string(section.map, "consent", consent.text);
        if (consent.at) {
            section_moment(&section, "consented_at", consent.at);
            set_text(section.row, "consent", consent.text);
            set_text(section.row, "consent_language", consent.language);
            set_text(section.row, "consent_hash", consent.hash);
        }
        if (form)
            tell_answers(&section, form, values);
    }
    return true;
}

static void tell_profile(struct telling *telling, const struct participant *participant) {
    json_object_set_new(telling->json, "participant", json_integer(participant->id));
    set_text(telling->json, "name", participant->name);
    set_text(telling->json, "address", participant->address);
    set_text(telling->json, "address_state", address_state_name(participant->address_state));
    set_text(telling->json, "language", participant->language);
    set_text(telling->json, "country", participant->country);
    set_text(telling->json, "time_zone", participant->time_zone);
    set_text(telling->json, "state", participant_state_name(participant->state));
    json_object_set_new(telling->json, "since", moment_json(participant->created_at));
    if (participant->heard_at)
        json_object_set_new(telling->json, "last_heard_at", moment_json(participant->heard_at));
    template_value_set_string(telling->values, "address", participant->address);
    template_value_set_string(telling->values, "time_zone", participant->time_zone);
    template_value_set_string(telling->values, "since",
                              localise_date(telling->arena, participant->created_at, telling->zone, telling->language));
}

bool personal_data_read(struct service *service, const struct participant *participant, const char *language,
                        struct arena *arena, struct template_value *values, const char **ret_json,
                        struct error *error) {
    json_t *json = json_object();
    struct telling telling = {service, service_zone_of(service, participant), language, arena, values, json};
    tell_profile(&telling, participant);
    bool good = tell_applications(&telling, participant->id, error);
    for (const struct erasing_section *one = erasing_sections; good && one->name; one++) {
        struct section section = section_begin(&telling, one->name);
        good = erasing_read(service->database, one, participant->id, visit, &section, error);
    }
    if (good) {
        auto_string text = json_dumps(json, JSON_INDENT(2));
        require(text);
        *ret_json = arena_copy_string(arena, text);
    }
    json_decref(json);
    return good;
}

/* ---- Erasing ---- */

/* Names of one word are too common to be searched for; one that stands in ours as well, too. */
static bool may_search_name(const struct service *service, const char *name) {
    const struct configuration *configuration = service->configuration;
    if (!strchr(name, ' ') || strlen(name) < 6 || strcasestr(configuration->programme.name, name))
        return false;
    for (size_t i = 0; i < configuration->coordinator_count; i++)
        if (strcasestr(configuration->coordinators[i].name, name))
            return false;
    return true;
}

static json_t *words_json(const struct erasing_word_list *list) {
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(array, json_string(list->items[i]));
    return array;
}

/* An address that is part of another one ("ann@x.org" of "joann@x.org", or of ours) is searched for in its angle
 * brackets alone. */
static bool guard_addresses(struct service *service, int64_t participant, struct erasing_word_list *list,
                            struct arena *arena, struct error *error) {
    const struct configuration *configuration = service->configuration;
    for (size_t i = 0; i < list->count; i++) {
        bool part = strcasestr(configuration->programme.address, list->items[i]) != NULL;
        for (size_t j = 0; j < configuration->coordinator_count; j++)
            part = part || strcasestr(configuration->coordinators[j].address, list->items[i]);
        if (!part && !erasing_is_part(service->database, participant, list->items[i], &part, error))
            return false;
        if (part)
            list->items[i] = arena_format(arena, "<%s>", list->items[i]);
    }
    return true;
}

/* What the mailbox is to be searched for: {"addresses": [...], "name": "...", "writers": [...]}. */
static bool collect_words(struct service *service, const struct participant *participant, struct arena *arena,
                          const char **ret, struct error *error) {
    const struct configuration *configuration = service->configuration;
    struct erasing_word_list addresses, writers;
    if (!erasing_list_addresses(service->database, participant->id, arena, &addresses, error) ||
        !erasing_list_partners(service->database, participant->id, arena, &writers, error) ||
        !guard_addresses(service, participant->id, &addresses, arena, error))
        return false;
    json_t *json = json_object(), *all = words_json(&writers);
    json_object_set_new(json, "addresses", words_json(&addresses));
    for (size_t i = 0; i < configuration->coordinator_count; i++)
        json_array_append_new(all, json_string(configuration->coordinators[i].address));
    json_object_set_new(json, "writers", all);
    if (may_search_name(service, participant->name))
        json_object_set_new(json, "name", json_string(participant->name));
    auto_string text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    require(text);
    *ret = arena_copy_string(arena, text);
    return true;
}

/* What is on its way to the participant, and letters of theirs. An uncertain one must be held before it is cancelled.
 */
static bool cancel_messages(struct service *service, int64_t participant, struct arena *arena, struct error *error) {
    struct erasing_id_list rows;
    struct event_cause cause = service_cause(service, "the participant is erased");
    const struct outbox_changes changes = {.reason = cause.why};
    if (!erasing_list_messages(service->database, participant, arena, &rows, error))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        struct outbox_row row;
        if (!outbox_find(service->database, rows.items[i], arena, &row, error))
            return false;
        if (row.state == OUTBOX_UNCERTAIN) {
            if (!outbox_enter_state(service->database, row.id, OUTBOX_UNCERTAIN, OUTBOX_HELD, &changes, &cause, error))
                return false;
            row.state = OUTBOX_HELD;
        }
        if (row.state == OUTBOX_HELD) {
            if (!outbox_enter_state(service->database, row.id, OUTBOX_HELD, OUTBOX_CANCELLED, &changes, &cause, error))
                return false;
        } else if (!outbox_enter_state(service->database, row.id, OUTBOX_QUEUED, OUTBOX_CANCELLED, &changes, &cause,
                                       error))
            return false;
    }
    return true;
}

static bool end_waiting(struct service *service, int64_t participant, struct arena *arena, struct error *error) {
    struct erasing_id_list mails;
    if (!erasing_list_waiting(service->database, participant, arena, &mails, error))
        return false;
    for (size_t i = 0; i < mails.count; i++)
        if (!notice_resolve(service, mails.items[i], error))
            return false;
    return true;
}

static bool end_applications(struct service *service, const char *key, struct arena *arena, struct error *error) {
    struct event_cause cause = service_cause(service, NULL);
    struct applicant_list theirs;
    if (!applicants_list_of_address(service->database, key, arena, &theirs, error))
        return false;
    for (size_t i = 0; i < theirs.count; i++)
        if (!applicants_remove(service->database, theirs.items[i].id, 0, &cause, error))
            return false;
    return true;
}

/* What was chosen counts on; what was written freely goes, and whatever no form knows any more. */
static bool erase_free_lines(struct service *service, int64_t participant, struct arena *arena, struct error *error) {
    struct erasing_survey_question_list list;
    if (!erasing_list_survey_questions(service->database, participant, arena, &list, error))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        const struct form *form = templates_form_in(service->templates, list.items[i].survey,
                                                    service->configuration->programme.languages[0], arena);
        int question = form ? form_find(form, list.items[i].question) : -1;
        if ((question < 0 || form->questions[question].kind == FORM_TEXT) &&
            !erasing_delete_survey_answer(service->database, participant, &list.items[i], error))
            return false;
    }
    return true;
}

static bool queue_farewell(struct service *service, const struct participant *participant, struct arena *arena,
                           int64_t *ret_id, struct error *error) {
    struct event_cause cause = service_cause(service, PERSONAL_DATA_FAREWELL);
    bool is_new;
    struct outbox_row row = {
        .key = arena_format(arena, PERSONAL_DATA_FAREWELL "/%" PRId64, participant->id),
        .priority = PRIORITY_ANSWER,
        .step = "answer",
        .template_name = PERSONAL_DATA_FAREWELL,
        .address = participant->address,
        .detail = arena_format(arena, "{\"language\": \"%s\"}", participant->language),
        .due_at = cause.at,
        .expires_at = cause.at + SECONDS_PER_DAY,
    };
    return outbox_insert(service->database, &row, &cause, ret_id, &is_new, error);
}

bool personal_data_erase(struct service *service, int64_t id, bool farewell, const char *why, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, why);
    struct erasure erasure = {.participant = id, .asked_at = cause.at};
    struct participant participant;
    if (!transaction_begin(service->database, &transaction, error) ||
        !action_find_participant(service, id, arena, &participant, error))
        return false;
    if (participant.state == PARTICIPANT_ERASED)
        return error_set(error, ERROR_PERMANENT, "participant %" PRId64 " was erased already", id);
    auto_string key = address_key(participant.address);
    return collect_words(service, &participant, arena, &erasure.words, error) &&
           (participant_has_left(participant.state) || action_participant_leave(service, id, why, error)) &&
           cancel_messages(service, id, arena, error) && end_waiting(service, id, arena, error) &&
           end_applications(service, key, arena, error) && erase_free_lines(service, id, arena, error) &&
           erasing_erase(service->database, id, &cause, error) &&
           (!farewell || queue_farewell(service, &participant, arena, &erasure.farewell, error)) &&
           erasing_blot(service->database, participant.address, error) &&
           (!may_search_name(service, participant.name) || erasing_blot(service->database, participant.name, error)) &&
           erasing_add(service->database, &erasure, error) && transaction_commit(&transaction, error);
}

/* ---- The mailbox ---- */

static const char **read_words(const json_t *array, struct arena *arena, size_t *ret_count) {
    *ret_count = json_array_size(array);
    const char **words = arena_take_array(arena, *ret_count, sizeof *words);
    for (size_t i = 0; i < *ret_count; i++)
        words[i] = arena_copy_string(arena, json_string_value(json_array_get(array, i)));
    return words;
}

static struct mail_traces read_traces(const char *text, struct arena *arena) {
    struct mail_traces traces = {0};
    json_t *json = json_loads(text, 0, NULL);
    const char *name = json_string_value(json_object_get(json, "name"));
    traces.addresses = read_words(json_object_get(json, "addresses"), arena, &traces.address_count);
    traces.writers = read_words(json_object_get(json, "writers"), arena, &traces.writer_count);
    traces.name = name ? arena_copy_string(arena, name) : NULL;
    json_decref(json);
    return traces;
}

static bool search_for(struct service *service, struct mail_receiver *receiver, const struct erasure *erasure,
                       struct arena *arena, struct error *error) {
    const struct mail_traces traces = read_traces(erasure->words, arena);
    const char *const *folders = receiver->operations->folders(receiver);
    size_t count, all = 0;
    for (size_t i = 0; folders[i]; i++) {
        struct inbox_position position;
        if (!inbox_position(service->database, folders[i], &position, error) ||
            !receiver->operations->erase(receiver, folders[i], (uint32_t)position.uidvalidity,
                                         (uint32_t)position.next_uid, &traces, &count, error))
            return false;
        all += count;
    }
    if (!receiver->operations->erase(receiver, NULL, 0, 0, &traces, &count, error))
        return false;
    log_info("%zu messages of participant %" PRId64 ", who is erased, were deleted from the mailbox", all + count,
             erasure->participant);
    return erasing_set_mailbox(service->database, erasure->id, clock_now(), error);
}

enum { AT_ONCE = 20 };

bool personal_data_search_mailbox(struct service *service, struct mail_receiver *receiver, bool *ret_any,
                                  struct error *error) {
    auto_arena arena = arena_new();
    struct erasure_list open;
    *ret_any = false;
    if (!erasing_list_open(service->database, AT_ONCE, arena, &open, error))
        return false;
    for (size_t i = 0; i < open.count; i++) {
        if (open.items[i].mailbox_at)
            continue;
        if (!search_for(service, receiver, &open.items[i], arena, error))
            return false;
        *ret_any = true;
    }
    return true;
}

/* ---- What time brings ---- */

/* The last places where something of theirs stands are the farewell's row and the write-ahead log; in the file itself
 * SQLite overwrites what goes (secure_delete). */
static bool finish_erasures(struct service *service, struct error *error) {
    auto_arena arena = arena_new();
    struct erasure_list open;
    bool ended[AT_ONCE] = {false}, any = false, complete = false;
    if (!erasing_list_open(service->database, AT_ONCE, arena, &open, error))
        return false;
    for (size_t i = 0; i < open.count; i++) {
        if (!erasing_end_farewell(service->database, &open.items[i], &ended[i], error))
            return false;
        ended[i] = ended[i] && open.items[i].mailbox_at;
        any = any || ended[i];
    }
    if (!any)
        return true;
    if (!database_checkpoint(service->database, &complete, error))
        return false;
    for (size_t i = 0; complete && i < open.count; i++) {
        if (ended[i] && !erasing_set_done(service->database, open.items[i].id, clock_now(), error))
            return false;
        if (ended[i])
            log_notice("participant %" PRId64 " is erased: nothing of theirs is left", open.items[i].participant);
    }
    return true;
}

/* MOMENT less what the configuration says. */
static int64_t before(const struct service *service, int64_t moment, const char *kept) {
    struct error ignored = ERROR_INIT;
    struct duration duration = {0};
    require(duration_parse(kept, &duration, &ignored)); /* the configuration was checked */
    duration = duration_negate(&duration);
    return zone_add(service->zone, moment, &duration);
}

bool personal_data_count_due(struct service *service, int64_t moment, size_t *ret, struct error *error) {
    int64_t last = 0, idle_since = before(service, moment, service->configuration->retention.people);
    size_t count = 0;
    do {
        auto_arena arena = arena_new();
        struct erasing_id_list idle;
        if (!erasing_list_idle(service->database, idle_since, SERVICE_PORTION, &last, arena, &idle, error))
            return false;
        count += idle.count;
    } while (last);
    *ret = count;
    return true;
}

/* Where today's round through all people stands: {id of the last one who was looked at}; 0: it is done. */
#define SETTING_LOOKED_AT "retention/at"
#define SETTING_LAST "retention/last"

static bool erase_idle(struct service *service, int64_t now, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct erasing_id_list idle;
    int64_t last;
    if (!transaction_begin(service->database, &transaction, error) ||
        !settings_get_integer(service->database, SETTING_LAST, 0, &last, error) ||
        !erasing_list_idle(service->database, before(service, now, service->configuration->retention.people),
                           SERVICE_PORTION, &last, arena, &idle, error))
        return false;
    for (size_t i = 0; i < idle.count; i++)
        if (!personal_data_erase(service, idle.items[i], false, "kept for as long as the configuration says", error))
            return false;
    return settings_set_integer(service->database, SETTING_LAST, last, error) &&
           (last || settings_set_integer(service->database, SETTING_LOOKED_AT, now, error)) &&
           transaction_commit(&transaction, error);
}

static bool end_old_texts(struct service *service, int64_t now, struct error *error) {
    const struct retention_settings *retention = &service->configuration->retention;
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct erasing_id_list mails;
    size_t notes;
    if (!transaction_begin(service->database, &transaction, error) ||
        !erasing_delete_old_notes(service->database, before(service, now, retention->notes), SERVICE_PORTION, &notes,
                                  error) ||
        !erasing_list_old_mail(service->database, before(service, now, retention->mail), SERVICE_PORTION, arena, &mails,
                               error))
        return false;
    for (size_t i = 0; i < mails.count; i++)
        if (!notice_resolve(service, mails.items[i], error))
            return false;
    return transaction_commit(&transaction, error);
}

bool personal_data_turn(struct service *service, struct error *error) {
    int64_t now = clock_now(), looked_at;
    if (!finish_erasures(service, error) ||
        !settings_get_integer(service->database, SETTING_LOOKED_AT, 0, &looked_at, error))
        return false;
    /* A clock that was set back begins anew. */
    bool due = now >= looked_at + SECONDS_PER_DAY || now < looked_at;
    return !due || (end_old_texts(service, now, error) && erase_idle(service, now, error));
}
