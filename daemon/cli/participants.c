/* participant add, list, show, update, pause, resume, leave, export, erase. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "app/action_participant.h"
#include "app/enrolment.h"
#include "app/message.h"
#include "app/personal_data.h"
#include "app/scheduling.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/json_value.h"
#include "cli/members.h"
#include "cli/reference.h"
#include "cli/tones.h"
#include "cli/wrap.h"
#include "mail/message/address.h"
#include "store/applications.h"
#include "store/transaction.h"

#define ONE_PARTICIPANT                                                                                                \
    {                                                                                                                  \
        { "PARTICIPANT", "the id or the mail address", &reference_to_participant, ARGUMENT_NEEDED }                    \
    }
#define ONLY_WHY                                                                                                       \
    {                                                                                                                  \
        { "why", 0, "REASON", "a short reason for the event log, without names", NULL }                                \
    }

/* ---- add ---- */

static int check_add(const struct invocation *invocation) {
    return string_is_empty(invocation_option(invocation, "country"))
               ? command_usage_error(invocation, "Which country? Add --country COUNTRY.")
               : EXIT_DONE;
}

/* All that is wrong, a sentence a line. */
static bool refuse_all(const struct error_list *faults, struct error *error) {
    for (size_t i = 0; i + 1 < faults->count; i++)
        command_refuse("%s", faults->entries[i].message);
    return error_set(error, ERROR_PERMANENT, "%s", faults->entries[faults->count - 1].message);
}

static bool add_participant(struct context *context, struct error *error) {
    const struct invocation *invocation = context->invocation;
    auto_error_list faults = ERROR_LIST_EMPTY;
    const struct enrolment_typed typed = {
        .name = invocation_argument(invocation, 0),
        .address = invocation_argument(invocation, 1),
        .country = invocation_option(invocation, "country"),
        .language = invocation_option(invocation, "language"),
        .time_zone = invocation_option(invocation, "time-zone"),
    };
    struct participant new;
    if (!enrolment_read(&typed, &context->configuration.programme, NULL, 0, context->arena, &new, &faults))
        return refuse_all(&faults, error);
    auto_string key = address_key(new.address);
    struct event_cause cause = context_cause(context, NULL);
    int64_t id;
    if (!participants_add(context->database, &new, key, &cause, &id, error))
        return false;
    context_tell(context, "Added participant %" PRId64 ": %s <%s>, %s, %s, %s.", id, new.name, new.address, new.country,
                 new.language, new.time_zone);
    if (!context->round.id)
        return true;
    struct service *service = context_service(context, error);
    if (!service || !action_participant_accept(service, id, context->round.id, error))
        return false;
    context_tell(context, "Accepted to round \"%s\".", context->round.name);
    return true;
}

const struct command participant_add_command = {
    .name = "participant add",
    .summary = "takes one person on",
    .help = "Takes one person on. The time zone may be left out where the country has but one, the language where it "
            "is the programme's own.",
    .options = {{"country", 0, "COUNTRY", "two letters (ISO 3166-1) or the country's name; needed", NULL},
                {"language", 0, "TAG", "the language to write in: \"en\", \"pt-BR\"", NULL},
                {"time-zone", 0, "ZONE", "an IANA time zone: \"Pacific/Auckland\"", NULL},
                {"round", 0, "ROUND", "also accept the person to this round", &reference_to_round}},
    .arguments = {{"NAME", "the name by which to greet, in quotes", NULL, ARGUMENT_NEEDED},
                  {"ADDRESS", "the mail address", NULL, ARGUMENT_NEEDED}},
    .check = check_add,
    .change = add_participant,
};

/* ---- list ---- */

static bool read_participants(struct context *context, struct column_page *page, struct error *error) {
    struct participant_list list;
    enum participant_state state;
    bool one_state = model_find_participant_state(invocation_option(context->invocation, "state"), &state);
    const struct participant_filter filter = {
        .state = one_state ? &state : NULL, .round = context->round.id, .after = page->after, .limit = page->limit};
    if (page->wanted == COLUMN_PAGE_COUNT)
        return participants_count(context->database, &filter, &page->count, error);
    if (!participants_list(context->database, &filter, context->arena, &list, error))
        return false;
    page->rows = COLUMN_ROWS(list);
    return true;
}

static bool list_participants(struct context *context, struct error *error) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct participant, id, "id", "ID"),
        COLUMN(LONG, struct participant, name, "name", "NAME"),
        COLUMN(LONG, struct participant, address, "address", "ADDRESS"),
        COLUMN(TEXT, struct participant, country, "country", "COUNTRY"),
        COLUMN(TEXT, struct participant, language, "language", "LANG"),
        COLUMN(TEXT, struct participant, time_zone, "time_zone", NULL), /* no room for it beside the others */
        COLUMN_WORDS(tones_participant, "state", "STATE"),
        COLUMN_WORDS(tones_address, "address_state", "MAIL"),
        {0},
    };
    return columns_list_pages(
        context, columns,
        &(struct column_pages){.read = read_participants,
                               .when_empty = "Nobody. Take people on with: tandempost participant import FILE.csv"},
        error);
}

const struct command participant_list_command = {
    .name = "participant list",
    .summary = "all participants, or those of a round",
    .options = {{"round", 0, "ROUND", "only those who take part in it", &reference_to_round},
                {"state", 0, "STATE", "only those who are active, paused, left or erased",
                 COMMAND_CHOICE("active, paused, left and erased")},
                COLUMNS_LIMIT("the first so many")},
    .show = list_participants,
};

/* ---- show ---- */

struct page {
    struct participant participant; /* first: the words of its states are those of the list */
    struct column_list rounds, partnerships;
};

static bool read_page(struct context *context, struct page *page, struct error *error) {
    struct database *database = context->database;
    struct arena *arena = context->arena;
    int64_t id = page->participant.id;
    struct application_list applications;
    struct partnership_list partnerships;
    if (!applications_list_of_participant(database, id, arena, &applications, error) ||
        !partnerships_list(database, &(struct partnership_filter){.participant = id}, arena, &partnerships, error))
        return false;
    page->rounds.items = arena_take_array(arena, applications.count, sizeof *page->rounds.items);
    page->partnerships.items = arena_take_array(arena, partnerships.count, sizeof *page->partnerships.items);
    for (size_t i = 0; i < applications.count; i++) {
        struct round round;
        if (!rounds_find(database, applications.items[i].round, arena, &round, error))
            return false;
        page->rounds.items[page->rounds.count++] =
            arena_format(arena, "%s (%s)", round.name, application_state_name(applications.items[i].state));
    }
    for (size_t i = 0; i < partnerships.count; i++) {
        const struct partnership *partnership = &partnerships.items[i];
        struct participant_list partners;
        if (!partnerships_partners(database, partnership->id, id, arena, &partners, error))
            return false;
        page->partnerships.items[page->partnerships.count++] =
            arena_format(arena, "%" PRId64 " with %s (%s)", partnership->id, members_names(arena, &partners, 0),
                         partnership_state_name(partnership->state));
    }
    return true;
}

static bool show_participant(struct context *context, struct error *error) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct page, participant.id, "id", "Participant"),
        COLUMN(TEXT, struct page, participant.name, "name", "Name"),
        COLUMN(TEXT, struct page, participant.address, "address", "Address"),
        COLUMN(TEXT, struct page, participant.country, "country", "Country"),
        COLUMN(TEXT, struct page, participant.language, "language", "Language"),
        COLUMN(TEXT, struct page, participant.time_zone, "time_zone", "Time zone"),
        COLUMN_WORDS(tones_participant, "state", "State"),
        COLUMN_WORDS(tones_address, "address_state", "Mail"),
        COLUMN(LIST, struct page, rounds, "rounds", "Rounds"),
        COLUMN(LIST, struct page, partnerships, "partnerships", "Partnerships"),
        COLUMN(MOMENT, struct page, participant.created_at, "created_at", "Since"),
        {0},
    };
    struct page page = {.participant = context->people[0]};
    if (!read_page(context, &page, error))
        return false;
    columns_show(context, columns, &page);
    return true;
}

const struct command participant_show_command = {
    .name = "participant show",
    .summary = "one participant: details, rounds, partnerships",
    .arguments = ONE_PARTICIPANT,
    .show = show_participant,
};

/* ---- pause, resume, leave ---- */

typedef bool state_action(struct service *service, int64_t participant, const char *why, struct error *error);

/* WORDS follow "Participant 12, Anna Berg,". */
static bool change_state(struct context *context, state_action *action, const char *why, const char *words,
                         struct error *error) {
    const struct participant *participant = context->people;
    const char *given = invocation_option(context->invocation, "why");
    if (!action(context->service, participant->id, given ? given : why, error))
        return false;
    context_tell(context, "Participant %" PRId64 ", %s, %s", participant->id, participant->name, words);
    return true;
}

static bool pause_participant(struct context *context, struct error *error) {
    const struct participant *participant = context->people;
    if (participant->state == PARTICIPANT_PAUSED)
        return error_set(error, ERROR_PERMANENT, "Participant %" PRId64 ", %s, pauses already.", participant->id,
                         participant->name);
    return change_state(context, action_participant_pause, NULL,
                        "pauses: nothing is sent to them until they are resumed.", error);
}

const struct command participant_pause_command = {
    .name = "participant pause",
    .summary = "sends nothing to a participant until resumed",
    .flags = COMMAND_SERVICE,
    .options = ONLY_WHY,
    .arguments = ONE_PARTICIPANT,
    .change = pause_participant,
};

static bool resume_participant(struct context *context, struct error *error) {
    const struct participant *participant = context->people;
    if (participant->state == PARTICIPANT_ACTIVE)
        return error_set(error, ERROR_PERMANENT, "Participant %" PRId64 ", %s, does not pause.", participant->id,
                         participant->name);
    return change_state(context, action_participant_resume, NULL,
                        "goes on. What was held back is sent now where it is not too late to be of use.", error);
}

const struct command participant_resume_command = {
    .name = "participant resume",
    .summary = "sends to a participant again who pauses",
    .flags = COMMAND_SERVICE,
    .options = ONLY_WHY,
    .arguments = ONE_PARTICIPANT,
    .change = resume_participant,
};

static bool leave_programme(struct context *context, struct error *error) {
    const struct participant *participant = context->people;
    if (participant_has_left(participant->state))
        return error_set(error, ERROR_PERMANENT, "Participant %" PRId64 " has left already.", participant->id);
    return change_state(context, action_participant_leave, "a coordinator said so",
                        "has left: nothing more is sent, open partnerships are over, and the partners are told so.",
                        error);
}

const struct command participant_leave_command = {
    .name = "participant leave",
    .summary = "a participant leaves the programme",
    .help = "The participant leaves: nothing more is sent to them, and their partnerships end. The partners are told "
            "so kindly, without reasons, and asked about another partner; of three the other two go on.",
    .flags = COMMAND_SERVICE,
    .options = ONLY_WHY,
    .arguments = ONE_PARTICIPANT,
    .change = leave_programme,
};

/* ---- export, erase ---- */

/* What it writes, secret addresses too, is undone. */
static bool export_data(struct context *context, struct error *error) {
    auto_transaction rolled_back = TRANSACTION_NONE;
    const struct participant *participant = context->people;
    struct service *service = context_look(context, error);
    const char *json, *text;
    const struct outbox_row row = {
        .template_name = PERSONAL_DATA_TEMPLATE, .step = "answer", .detail = "{}", .participant = participant->id};
    if (participant->state == PARTICIPANT_ERASED)
        return error_set(error, ERROR_PERMANENT, "Participant %" PRId64 " was erased: nothing is held.",
                         participant->id);
    if (!service || !transaction_begin_alone(context->database, &rolled_back, error))
        return false;
    if (!(context->invocation->json ? personal_data_read(service, participant, participant->language, context->arena,
                                                         template_value_map(context->arena), &json, error)
                                    : message_text(service, &row, context->arena, &text, error)))
        return false;
    if (context->invocation->json)
        json_value_print(json_loads(json, 0, NULL));
    else
        wrap_print(stdout, text, 0, table_terminal_width(stdout), "");
    return true;
}

const struct command participant_export_command = {
    .name = "participant export",
    .summary = "everything that is held about a participant",
    .help = "Everything that is held about a participant: what is known of them, their applications with what they "
            "answered and agreed to, partnerships, signs of contact, answers, notes, mail to and from them. It is what "
            "they get themselves when they write MYDATA to the programme, in their language. Nothing that a partner "
            "said is in it, and nothing that says who reported what; letters are not kept.",
    .arguments = ONE_PARTICIPANT,
    .show = export_data,
};

static int check_erase(const struct invocation *invocation) {
    return invocation->dry_run || invocation_switch(invocation, "yes")
               ? EXIT_DONE
               : command_usage_error(invocation, "Erasing can't be undone. See with --dry-run what goes, and say --yes "
                                                 "if it is meant.");
}

/* "1 applications, 12 sent": what there is of each section. */
static bool count_held(struct context *context, struct text *text, struct error *error) {
    const struct participant *participant = context->people;
    const char *json, *name;
    json_t *section;
    if (!personal_data_read(context->service, participant, participant->language, context->arena,
                            template_value_map(context->arena), &json, error))
        return false;
    json_t *root = json_loads(json, 0, NULL);
    json_object_foreach(root, name, section) {
        if (json_array_size(section))
            text_append_format(text, "%s%s: %zu", text->length ? ", " : "", name, json_array_size(section));
    }
    json_decref(root);
    return true;
}

static bool erase_participant(struct context *context, struct error *error) {
    const struct participant *participant = context->people;
    auto_text held = TEXT_EMPTY;
    if (!count_held(context, &held, error) ||
        !personal_data_erase(context->service, participant->id, false, "a coordinator said so", error))
        return false;
    context_tell(context,
                 "Erased participant %" PRId64 ": name, address, answers, notes, and what was kept of their mail. Ids, "
                 "dates and counts stay.",
                 participant->id);
    if (held.length)
        context_tell(context, "  It was held of them: %s.", text_string(&held));
    if (!participant_has_left(participant->state))
        context_tell(context, "  They have left: nothing more is sent, open partnerships are dissolved.");
    context_tell(context, "  The service now searches the mailbox for their mail and deletes it; if that takes long, "
                          "tandempost status says so.");
    context_tell(context, "  Out of reach: what lies in other people's mailboxes, and backups made before.");
    return true;
}

const struct command participant_erase_command = {
    .name = "participant erase",
    .summary = "erases what is held about a participant, for good",
    .help =
        "Erases what is held about a participant, as FORGET by mail does: name, address, answers, notes, waiting "
        "mail, the addresses and texts of what was sent. They leave, where they have not. Ids, dates, digits and "
        "counts stay, so that reports remain true. The service then deletes their mail from the mailbox, as soon as "
        "its server can be reached, and empties the write-ahead log; what goes from the database is overwritten. Not "
        "erased is what lies in other people's mailboxes, and what stands in backups made before.",
    .flags = COMMAND_SERVICE,
    .options = {{"yes", 0, NULL, "it is meant; it can't be undone", NULL}},
    .arguments = ONE_PARTICIPANT,
    .check = check_erase,
    .change = erase_participant,
};

/* ---- update ---- */

/* What can be changed: the option, its name for people, and where it stands. */
static const struct {
    const char *option, *name;
    size_t typed, field; /* in struct enrolment_typed and struct participant */
} details[] = {
#define DETAIL(option, name, field)                                                                                    \
    { option, name, offsetof(struct enrolment_typed, field), offsetof(struct participant, field) }
    DETAIL("name", "name", name),
    DETAIL("address", "address", address),
    DETAIL("country", "country", country),
    DETAIL("language", "language", language),
    DETAIL("time-zone", "time zone", time_zone),
#undef DETAIL
};

static const char **string_at(void *structure, size_t offset) {
    return (const char **)((char *)structure + offset);
}

static int check_update(const struct invocation *invocation) {
    return invocation->value_count ? EXIT_DONE
                                   : command_usage_error(invocation, "What is to be changed? Give at least one option, "
                                                                     "such as --address.");
}

static bool read_new(struct context *context, struct participant *old, struct participant *ret, struct error *error) {
    auto_error_list faults = ERROR_LIST_EMPTY;
    struct enrolment_typed typed;
    for (size_t i = 0; i < COUNT_OF(details); i++) {
        const char *given = invocation_option(context->invocation, details[i].option);
        *string_at(&typed, details[i].typed) = given ? given : *string_at(old, details[i].field);
    }
    if (!enrolment_read(&typed, &context->configuration.programme, NULL, 0, context->arena, ret, &faults))
        return error_set(error, ERROR_PERMANENT, "%s", faults.entries[0].message);
    ret->id = old->id;
    return true;
}

static bool update_participant(struct context *context, struct error *error) {
    struct participant *old = context->people, new;
    struct event_cause cause = context_cause(context, NULL);
    if (!read_new(context, old, &new, error))
        return false;
    if (old->state == PARTICIPANT_ERASED)
        return error_set(error, ERROR_PERMANENT, "Participant %" PRId64 " was erased.", old->id);
    bool works = invocation_switch(context->invocation, "address-works") || !string_equal(old->address, new.address);
    auto_string key = address_key(new.address);
    /* First what follows from a good address, while the old state still stands. */
    if ((works && !action_participant_address_works(context->service, old->id, "a coordinator said so", error)) ||
        !participants_update(context->database, &new, key, &cause, error) ||
        !scheduling_rebuild_participant(context->service, old->id, error))
        return false;
    context_tell(context, "Updated participant %" PRId64 ", %s.", old->id, old->name);
    for (size_t i = 0; i < COUNT_OF(details); i++) {
        const char *was = *string_at(old, details[i].field), *is = *string_at(&new, details[i].field);
        if (!string_equal(was, is))
            context_tell(context, "  %s: %s (was %s)", details[i].name, is, was);
    }
    if (works && old->address_state != ADDRESS_GOOD)
        context_tell(context, "  The address is good again; what was held back is sent now where it is not too late.");
    return true;
}

const struct command participant_update_command = {
    .name = "participant update",
    .summary = "changes a participant's name, address, country, language or time zone",
    .help = "Changes what is known of a participant. A new address is taken as good, and so is the old one with "
            "--address-works: what was held back because mail came back is then sent. With a new time zone everything "
            "that is still to come moves to the new local time.",
    .flags = COMMAND_SERVICE,
    .options = {{"name", 0, "NAME", "the name by which to greet", NULL},
                {"address", 0, "ADDRESS", "the mail address", NULL},
                {"country", 0, "COUNTRY", "two letters (ISO 3166-1) or the country's name", NULL},
                {"language", 0, "LANGUAGE", "the language to write in: \"en\", \"pt-BR\", \"German\"", NULL},
                {"time-zone", 0, "ZONE", "an IANA time zone: \"Pacific/Auckland\"", NULL},
                {"address-works", 0, NULL, "the address is as it was and works again", NULL}},
    .arguments = ONE_PARTICIPANT,
    .check = check_update,
    .change = update_participant,
};
