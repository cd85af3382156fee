#include "app/message_values.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/action_application.h"
#include "app/answer_sheet.h"
#include "app/case_values.h"
#include "app/introduction_values.h"
#include "app/meeting_values.h"
#include "app/personal_data.h"
#include "app/survey.h"
#include "base/clock.h"
#include "base/localise.h"
#include "base/reason.h"
#include "base/text.h"
#include "mail/message/address.h"
#include "programme/question.h"
#include "programme/round_rules.h"
#include "programme/verb.h"
#include "store/answers.h"
#include "store/applications.h"
#include "store/contacts.h"
#include "store/inbox.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/rounds.h"
#include "store/schedule.h"
#include "store/undoables.h"

struct filling {
    struct service *service;
    const struct outbox_row *row;
    const struct message_recipient *recipient;
    const struct message_addresses *addresses;
    struct arena *arena;
    struct template_value *values;
};

enum { LATELY = 30 * SECONDS_PER_DAY };

REASON_CONSTANT(former_partner, "your former partner");

/* Whoever was erased has no name any more. */
static const char *name_of(struct filling *filling, const struct participant *person) {
    return person->state == PARTICIPANT_ERASED ? templates_reason(filling->service->templates, former_partner,
                                                                  filling->recipient->language, filling->arena)
                                               : person->name;
}

static const char *first_name_of(struct filling *filling, const struct participant *person) {
    return person->state == PARTICIPANT_ERASED ? name_of(filling, person)
                                               : localise_first_name(filling->arena, person->name, person->language);
}

static void fill_person(struct filling *filling, struct template_value *map, const char *prefix,
                        const struct participant *person) {
    const char *language = filling->recipient->language;
    struct arena *arena = filling->arena;
    template_value_set_string(map, arena_format(arena, "%sname", prefix), name_of(filling, person));
    template_value_set_string(map, arena_format(arena, "%sfirst_name", prefix), first_name_of(filling, person));
    template_value_set_string(map, arena_format(arena, "%scountry", prefix),
                              localise_country(arena, person->country, language));
}

/* Told at once by a message of its own, or by the next one. */
static bool tells_of(const struct filling *filling, const struct question *question) {
    return !question->noted || string_equal(question->noted, filling->row->template_name);
}

static bool fill_confirmation(struct filling *filling, struct error *error) {
    struct answer_list told;
    if (!answers_list_unconfirmed(filling->service->database, filling->recipient->participant.id, filling->arena, &told,
                                  error))
        return false;
    if (told.count == 0)
        return true;
    const struct answer *last = &told.items[told.count - 1];
    const struct question *question = question_find(last->question);
    if (!question || !tells_of(filling, question))
        return true;
    struct template_value *map = template_value_set_map(filling->values, "confirmation");
    for (const struct question *other = question_table; other->name; other++)
        for (int i = 1; other->kept && i <= question_answer_count(other); i++)
            template_value_set_boolean(map, other->answers[i].flag, false);
    template_value_set_format(map, "answer", "%" PRId64, last->value);
    for (int i = 1; i <= question_answer_count(question); i++)
        template_value_set_boolean(map, question->answers[i].flag, last->value == i);
    return true;
}

static bool fill_participant(struct filling *filling, struct error *error) {
    const struct participant *participant = &filling->recipient->participant;
    struct round round = {0};
    const struct coordinator *coordinator;
    fill_person(filling, filling->values, "recipient.", participant);
    template_value_set_string(filling->values, "recipient.language",
                              localise_language(filling->arena, participant->language, filling->recipient->language));
    if (!rounds_find(filling->service->database, filling->row->round, filling->arena, &round, error))
        return false;
    if (round.id != 0)
        template_value_set_string(filling->values, "round.name", round.name);
    bool had_mail = false;
    if (!outbox_was_written_to(filling->service->database, participant->id, filling->row->round, &had_mail, error))
        return false;
    template_value_set_boolean(filling->values, "first_mail", !had_mail);
    template_value_set_boolean(filling->values, "relay", filling->service->relays);
    template_value_set_string(filling->values, "help_address", filling->addresses->help);
    if (filling->addresses->pause)
        template_value_set_string(filling->values, "pause_address", filling->addresses->pause);
    if (configuration_coordinators_for(filling->service->configuration, participant->country, &coordinator, 1) > 0) {
        struct template_value *map = template_value_set_map(filling->values, "coordinator");
        template_value_set_string(map, "name", coordinator->name);
        template_value_set_string(map, "address", coordinator->address);
    }
    return fill_confirmation(filling, error);
}

/* The moment of PARTICIPANT's last letter, which went through us or was copied to us; 0 where there was none. */
static int64_t last_letter_of(const struct contact_list *contacts, int64_t participant) {
    for (size_t i = contacts->count; i > 0; i--) {
        const struct contact *contact = &contacts->items[i - 1];
        if (contact->participant == participant &&
            (contact->channel == CONTACT_RELAY || contact->channel == CONTACT_CC))
            return contact->at;
    }
    return 0;
}

/* WHICH is the one of template_names_letter_cases that is true, in GROUP. */
static void set_letters(struct template_value *values, const char *group, const char *which) {
    struct template_value *map = template_value_set_map(values, group);
    for (const char *const *name = template_names_letter_cases; *name; name++)
        template_value_set_boolean(map, *name, string_equal(*name, which));
}

/* Where letters go their own way, and nobody was seen to write, we know of no silence. */
static const char *letters_case(bool yours, bool theirs, bool relays) {
    return yours && theirs ? "both" : yours ? "yours" : theirs ? "theirs" : relays ? "none" : "unknown";
}

void message_values_pretend_letters(struct template_value *values, const char *which) {
    set_letters(values, "letters", which);
    set_letters(values, "lately", which);
}

/* What a partnership did, told without a word about who did what: no number that would be one person's alone, and none
 * so small that it would be a reproach. */
static bool fill_balance(struct filling *filling, const struct partnership *partnership,
                         const struct participant_list *members, const struct contact_list *contacts,
                         struct error *error) {
    const struct step *step = configuration_find_step(filling->service->configuration, filling->row->step);
    struct outbox_list sent;
    int64_t letters = 0, topics = 0;
    bool all_wrote = true;
    template_value_set_boolean(filling->values, "asks", filling->row->asks != NULL);
    if (!step || step->when.anchor != MOMENT_END)
        return true;
    for (size_t i = 0; i < members->count; i++)
        all_wrote = all_wrote && last_letter_of(contacts, members->items[i].id) > 0;
    for (size_t i = 0; i < contacts->count; i++)
        letters += contacts->items[i].channel == CONTACT_RELAY || contacts->items[i].channel == CONTACT_CC;
    struct outbox_filter theirs = {.partnership = partnership->id, .participant = filling->recipient->participant.id};
    if (!outbox_list(filling->service->database, &theirs, filling->arena, &sent, error))
        return false;
    for (size_t i = 0; i < sent.count; i++) {
        const struct step *other = configuration_find_step(filling->service->configuration, sent.items[i].step);
        topics += other && other->topics && sent.items[i].state == OUTBOX_SENT;
    }
    int64_t until = partnership->ends_at ? partnership->ends_at : clock_now(), months = 0;
    while (zone_add(filling->service->zone, partnership->started_at, &(struct duration){.months = months + 1}) <= until)
        months++;
    const struct {
        const char *name;
        int64_t count;
    } counts[] = {{"letter_count", all_wrote ? letters : 0}, {"month_count", months}, {"topic_count", topics}};
    for (size_t i = 0; i < COUNT_OF(counts); i++)
        if (counts[i].count > 1)
            template_value_set_format(filling->values, counts[i].name, "%" PRId64, counts[i].count);
    return true;
}

static bool fill_partnership(struct filling *filling, struct error *error) {
    struct service *service = filling->service;
    const char *language = filling->recipient->language;
    struct partnership partnership;
    struct participant_list members;
    struct contact_list contacts;
    if (!partnerships_find(service->database, filling->row->partnership, filling->arena, &partnership, error) ||
        !contacts_list(service->database, filling->row->partnership, filling->arena, &contacts, error) ||
        !partnerships_partners(service->database, filling->row->partnership, 0, filling->arena, &members, error))
        return false;
    struct template_value *partners = template_value_set_list(filling->values, "partners");
    const char *names[MEMBERS_MAX], *first_names[MEMBERS_MAX];
    size_t count = 0;
    int64_t theirs = 0;
    for (size_t i = 0; i < members.count; i++) {
        const struct participant *member = &members.items[i];
        if (i == 0) {
            template_value_set_boolean(filling->values, "writes_first",
                                       member->id == filling->recipient->participant.id);
            template_value_set_string(filling->values, "first_writer.name", name_of(filling, member));
            template_value_set_string(filling->values, "first_writer.first_name", first_name_of(filling, member));
        }
        if (member->id == filling->recipient->participant.id)
            continue;
        struct template_value *map = template_value_add_map(partners);
        fill_person(filling, map, "", member);
        /* Where letters go through us nobody's address is given away, whatever a template says. */
        template_value_set_string(map, "address", service->relays ? "" : member->address);
        template_value_set_string(
            map, "local_time",
            localise_day_and_time(filling->arena, clock_now(), service_zone_of(service, member), language));
        names[count] = name_of(filling, member);
        first_names[count++] = first_name_of(filling, member);
        int64_t letter = last_letter_of(&contacts, member->id);
        theirs = letter > theirs ? letter : theirs;
    }
    int64_t yours = last_letter_of(&contacts, filling->recipient->participant.id), lately = clock_now() - LATELY;
    set_letters(filling->values, "letters", letters_case(yours > 0, theirs > 0, service->relays));
    set_letters(filling->values, "lately", letters_case(yours > lately, theirs > lately, service->relays));
    template_value_set_string(filling->values, "partner_names", templates_join(language, names, count, filling->arena));
    template_value_set_string(filling->values, "partner_first_names",
                              templates_join(language, first_names, count, filling->arena));
    template_value_set_boolean(filling->values, "trio", count > 1);
    template_value_set_string(filling->values, "partnership_address", filling->addresses->partnership);
    const struct zone *zone = service_zone_of(service, &filling->recipient->participant);
    template_value_set_string(filling->values, "start_date",
                              localise_date(filling->arena, partnership.started_at, zone, language));
    template_value_set_string(filling->values, "end_date",
                              localise_date(filling->arena, partnership.ends_at, zone, language));
    if (filling->row->occurrence > 0)
        template_value_set_format(filling->values, "month", "%" PRId64, filling->row->occurrence);
    struct introduction introduction = {&partnership, &members, filling->recipient->participant.id, language, partners};
    return fill_balance(filling, &partnership, &members, &contacts, error) &&
           meeting_values_propose(service, filling->row, &filling->recipient->participant, language, filling->arena,
                                  filling->values, error) &&
           introduction_values_fill(service, &introduction, filling->arena, filling->values, error);
}

/* ---- Surveys, and what comes after the round ---- */

/* The questions that the message puts, or the answers that it shows. An example has no survey: it shows the form. */
static bool fill_survey(struct filling *filling, const char **ret_nothing, struct error *error) {
    struct service *service = filling->service;
    struct arena *arena = filling->arena;
    const struct step *step = configuration_find_step(service->configuration, filling->row->step);
    struct survey survey;
    const struct form_set *forms;
    struct form_answer *answers;
    const char *name = filling->row->template_name;
    if (!survey_of_message(service, filling->row, arena, &survey, error))
        return false;
    survey.name = survey.id ? survey.name : step && step->form ? step->form : "survey-closing";
    if (!survey_read(service, &survey, filling->recipient->language, arena, &forms, &answers, error))
        return false;
    if (!forms)
        return error_set(error, ERROR_CONFIGURATION, "there is no form \"%s\": tandempost template check", survey.name);
    const struct form *form = forms->forms[0];
    bool *open = arena_take_array(arena, form->count, sizeof *open);
    bool unclear = string_equal(name, "survey-unclear") && questionnaire_open(form, answers, open) > 0;
    struct form_lines lines = string_equal(name, "survey-thanks")
                                  ? questionnaire_summarise(form, answers, arena)
                                  : questionnaire_ask(form, unclear ? open : NULL, answers, arena);
    template_value_set_markdown(filling->values, "form", templates_form_markdown(lines, arena));
    if (survey.answered_at && (string_equal(name, "survey-reminder") || (step && step->form)))
        *ret_nothing = "the survey has been answered";
    return true;
}

static bool fill_next(struct filling *filling, const char **ret_nothing, struct error *error) {
    struct participant_list who;
    struct template_value *list = template_value_set_list(filling->values, "going_on");
    bool self = false, addresses = string_equal(filling->row->template_name, "next-addresses");
    bool example = !string_starts_with(filling->row->key, "partnership/");
    if (!(example ? partnerships_partners(filling->service->database, filling->row->partnership, 0, filling->arena,
                                          &who, error)
                  : survey_who_go_on(filling->service, filling->row->partnership, filling->arena, &who, error)))
        return false;
    for (size_t i = 0; i < who.count; i++)
        self = self || who.items[i].id == filling->recipient->participant.id;
    for (size_t i = 0; self && addresses && i < who.count; i++) {
        if (who.items[i].id == filling->recipient->participant.id)
            continue;
        struct template_value *map = template_value_add_map(list);
        fill_person(filling, map, "", &who.items[i]);
        template_value_set_string(map, "address", who.items[i].address);
    }
    if (addresses && (!self || who.count < 2))
        *ret_nothing = "somebody has changed their mind";
    return true;
}

static void fill_size_limit(struct filling *filling) {
    int64_t limit = filling->service->letter_limit;
    if (limit == 0)
        return;
    template_value_set_string(filling->values, "size_limit",
                              localise_size(filling->arena, limit, filling->recipient->language));
}

/* Whom it tells of, as the outbox row's detail has it; where that names nobody, of all partners. */
static bool fill_readers(struct filling *filling, int64_t who, struct error *error) {
    const char *language = filling->recipient->language, *missed[MEMBERS_MAX], *reached[MEMBERS_MAX];
    struct participant_list partners;
    size_t missed_count = 0, reached_count = 0;
    if (!partnerships_partners(filling->service->database, filling->row->partnership,
                               filling->recipient->participant.id, filling->arena, &partners, error))
        return false;
    for (size_t i = 0; i < partners.count; i++) {
        const char *name = first_name_of(filling, &partners.items[i]);
        if (who == 0 || partners.items[i].id == who)
            missed[missed_count++] = name;
        else
            reached[reached_count++] = name;
    }
    if (missed_count > 0) {
        template_value_set_string(filling->values, "away_first_name", missed[0]);
        template_value_set_string(filling->values, "missed_first_names",
                                  templates_join(language, missed, missed_count, filling->arena));
    }
    if (reached_count > 0)
        template_value_set_string(filling->values, "reached_first_names",
                                  templates_join(language, reached, reached_count, filling->arena));
    return true;
}

/* An address that somebody made up must not become a text of ours. */
static bool may_be_shown(const char *address) {
    enum { SHOWN_MOST = 60 };
    struct address parsed;
    struct error ignored = ERROR_INIT;
    return address_parse(address, &parsed, &ignored) && string_equal(parsed.text, address) && !parsed.international &&
           *address != '"' && strlen(address) <= SHOWN_MOST;
}

/* When it came and from where, so that whoever is asked about it can tell it from another. */
static bool fill_letter_itself(struct filling *filling, struct error *error) {
    struct inbox_row letter = {0};
    if (filling->row->inbox == 0)
        return true;
    if (!inbox_find(filling->service->database, filling->row->inbox, filling->arena, &letter, error))
        return false;
    if (letter.id == 0)
        return true;
    template_value_set_string(filling->values, "letter_at",
                              localise_moment(filling->arena, letter.received_at,
                                              service_zone_of(filling->service, &filling->recipient->participant),
                                              filling->recipient->language));
    if (may_be_shown(letter.sender))
        template_value_set_string(filling->values, "letter_from", letter.sender);
    return true;
}

/* The outbox row's detail: {"who": 12, "until": "2027-03-01", "limit_unknown": true}, all of it optional. */
static bool fill_letter(struct filling *filling, struct error *error) {
    json_error_t problem;
    json_t *detail = json_loads(filling->row->detail, 0, &problem);
    int64_t who = json_integer_value(json_object_get(detail, "who"));
    const char *until = json_string_value(json_object_get(detail, "until"));
    struct civil_date date;
    struct error ignored = ERROR_INIT;
    if (until && civil_parse_date(until, &date, &ignored))
        template_value_set_string(filling->values, "away_until",
                                  localise_date(filling->arena, civil_to_days(date) * SECONDS_PER_DAY, zone_utc(),
                                                filling->recipient->language));
    if (!json_is_true(json_object_get(detail, "limit_unknown")))
        fill_size_limit(filling);
    json_decref(detail);
    return fill_letter_itself(filling, error) && fill_readers(filling, who, error);
}

/* ---- Words to us ---- */

static void fill_words(struct filling *filling) {
    struct template_value *words = template_value_set_list(filling->values, "words");
    for (size_t i = VERB_NONE + 1; i < VERB_COUNT; i++)
        if (verb_rules[i].says)
            template_value_set_string(template_value_add_map(words), "line",
                                      templates_reason(filling->service->templates, verb_rules[i].says,
                                                       filling->recipient->language, filling->arena));
}

/* A day by the recipient's clock; nothing where MOMENT is 0. */
static void set_day(struct filling *filling, struct template_value *map, const char *name, int64_t moment) {
    if (moment)
        template_value_set_string(map, name,
                                  localise_date(filling->arena, moment,
                                                service_zone_of(filling->service, &filling->recipient->participant),
                                                filling->recipient->language));
}

static void fill_languages(struct filling *filling) {
    const struct programme_settings *programme = &filling->service->configuration->programme;
    const char **names = arena_take_array(filling->arena, programme->language_count, sizeof *names);
    for (size_t i = 0; i < programme->language_count; i++)
        names[i] = localise_language(filling->arena, programme->languages[i], programme->languages[i]);
    template_value_set_string(
        filling->values, "languages",
        templates_join(filling->recipient->language, names, programme->language_count, filling->arena));
}

/* What was said, as the outbox row's detail has it: {"argument": "anna@example.net"}; of an undoing what is undone. */
static void fill_said(struct filling *filling) {
    static const char *const undoables[] = {UNDOABLE_ANSWER, UNDOABLE_PAUSE, UNDOABLE_START, UNDOABLE_LANGUAGE};
    const struct participant *recipient = &filling->recipient->participant;
    json_error_t problem;
    json_t *detail = json_loads(filling->row->detail ? filling->row->detail : "{}", 0, &problem);
    const char *argument = json_string_value(json_object_get(detail, "argument"));
    if (filling->row->address) /* the new one itself */
        argument = filling->row->address;
    if (argument && string_equal(filling->row->template_name, verb_rules[VERB_UNDO].answer)) {
        struct template_value *undone = template_value_set_map(filling->values, "undone");
        for (size_t i = 0; i < COUNT_OF(undoables); i++)
            template_value_set_boolean(undone, undoables[i], string_equal(argument, undoables[i]));
    } else if (argument) {
        template_value_set_string(filling->values, "argument", argument);
    }
    json_decref(detail);
    bool paused = recipient->state == PARTICIPANT_PAUSED;
    template_value_set_boolean(filling->values, "paused", paused);
    set_day(filling, filling->values, "paused_until", paused ? recipient->resumes_at : 0);
    fill_languages(filling);
    fill_words(filling);
}

static bool fill_own_partnership(struct filling *filling, const struct partnership *partnership,
                                 struct template_value *list, struct error *error) {
    struct database *database = filling->service->database;
    int64_t own = filling->recipient->participant.id, theirs = 0;
    const char *names[MEMBERS_MAX];
    struct participant_list partners;
    struct contact_list contacts;
    if (!partnerships_partners(database, partnership->id, own, filling->arena, &partners, error) ||
        !contacts_list(database, partnership->id, filling->arena, &contacts, error))
        return false;
    for (size_t i = 0; i < partners.count; i++) {
        int64_t letter = last_letter_of(&contacts, partners.items[i].id);
        names[i] = name_of(filling, &partners.items[i]);
        theirs = letter > theirs ? letter : theirs;
    }
    struct template_value *map = template_value_add_map(list);
    template_value_set_string(map, "partner_names",
                              templates_join(filling->recipient->language, names, partners.count, filling->arena));
    set_day(filling, map, "start_date", partnership->started_at);
    set_day(filling, map, "end_date", partnership->ends_at);
    set_day(filling, map, "last_yours", last_letter_of(&contacts, own));
    set_day(filling, map, "last_theirs", theirs);
    return true;
}

/* What is known of the recipient, but nothing that anybody else said. */
static bool fill_status(struct filling *filling, struct error *error) {
    struct database *database = filling->service->database;
    int64_t own = filling->recipient->participant.id;
    struct partnership_list partnerships;
    struct application_list applications;
    struct schedule_list planned;
    if (!partnerships_list(database, &(struct partnership_filter){.participant = own}, filling->arena, &partnerships,
                           error) ||
        !applications_list_of_participant(database, own, filling->arena, &applications, error) ||
        !schedule_list_of_participant(database, own, filling->arena, &planned, error))
        return false;
    struct template_value *list = template_value_set_list(filling->values, "own_partnerships");
    bool running = false, waits = false;
    for (size_t i = 0; i < partnerships.count; i++) {
        enum partnership_state state = partnerships.items[i].state;
        if (state == PARTNERSHIP_PLANNED || partnership_is_over(state))
            continue;
        running = true;
        if (!fill_own_partnership(filling, &partnerships.items[i], list, error))
            return false;
    }
    for (size_t i = 0; i < applications.count; i++)
        waits |=
            applications.items[i].state == APPLICATION_ACCEPTED || applications.items[i].state == APPLICATION_WAITING;
    template_value_set_boolean(filling->values, "waits", waits && !running);
    struct template_value *next = template_value_set_map(filling->values, "next");
    const struct step *step =
        planned.count ? configuration_find_step(filling->service->configuration, planned.items[0].step) : NULL;
    bool introduction = step && sequence_introduces(step), topic = step && step->topics, asks = step && step->asks;
    template_value_set_boolean(next, "introduction", introduction);
    template_value_set_boolean(next, "topic", topic);
    template_value_set_boolean(next, "question", asks && !introduction && !topic);
    template_value_set_boolean(next, "other", !introduction && !topic && !asks);
    set_day(filling, filling->values, "next_date", step ? planned.items[0].due_at : 0);
    return true;
}

/* The outbox row's detail: {"what": "rematch", "who": 12, "words": "..."}, all of it optional. */
static bool fill_parting(struct filling *filling, struct error *error) {
    json_error_t problem;
    json_t *detail = json_loads(filling->row->detail, 0, &problem);
    int64_t who = json_integer_value(json_object_get(detail, "who"));
    const char *what = json_string_value(json_object_get(detail, "what"));
    struct template_value *map = template_value_set_map(filling->values, "parting");
    struct participant left = {0};
    for (const char *const *name = template_names_partings; *name; name++)
        template_value_set_boolean(map, *name, string_equal(*name, what));
    template_value_set_string(filling->values, "coordinator_words",
                              json_string_value(json_object_get(detail, "words")));
    json_decref(detail);
    if (who && !participants_find(filling->service->database, who, filling->arena, &left, error))
        return false;
    if (left.id) {
        template_value_set_string(filling->values, "left_name", name_of(filling, &left));
        template_value_set_string(filling->values, "left_first_name", first_name_of(filling, &left));
    }
    return true;
}

static bool fill_frozen(struct filling *filling, struct error *error) {
    struct partnership partnership = {0};
    if (filling->row->partnership &&
        !partnerships_find(filling->service->database, filling->row->partnership, filling->arena, &partnership, error))
        return false;
    template_value_set_boolean(filling->values, "frozen",
                               partnership.id != 0 && partnership.state == PARTNERSHIP_FROZEN);
    return true;
}

/* ---- Applications ---- */

static bool fill_round(struct filling *filling, struct round *ret, struct error *error) {
    int64_t now = clock_now();
    if (!rounds_find(filling->service->database, filling->row->round, filling->arena, ret, error))
        return false;
    bool in_time = round_is_open_at(ret, now);
    template_value_set_boolean(filling->values, "next_round", !in_time);
    if (in_time && ret->closes_at)
        template_value_set_string(
            filling->values, "closes_at",
            localise_deadline(filling->arena, ret->closes_at, filling->service->zone, filling->recipient->language));
    if (ret->starts_at > now)
        template_value_set_string(
            filling->values, "round_starts",
            localise_date(filling->arena, ret->starts_at, filling->service->zone, filling->recipient->language));
    return true;
}

static bool fill_round_name(struct filling *filling, struct error *error) {
    struct round round;
    if (!rounds_find(filling->service->database, filling->row->round, filling->arena, &round, error))
        return false;
    template_value_set_string(filling->values, "round.name", round.name);
    return true;
}

/* The questions that the message puts, or the answers that it shows; NULL where nothing is left to ask. */
static const char *make_form(struct filling *filling, const struct form *form, const struct form_answer *answers,
                             bool *ret_summary) {
    const struct applicant *applicant = &filling->recipient->applicant;
    const char *name = filling->row->template_name;
    struct arena *arena = filling->arena;
    bool by_state = string_equal(name, "application-reminder") || string_equal(name, "invitation");
    bool *open = arena_take_array(arena, form->count, sizeof *open);
    size_t open_count = questionnaire_open(form, answers, open);
    *ret_summary = string_equal(name, "application-summary") || (by_state && applicant->state == APPLICANT_SUMMARISED);
    if (*ret_summary)
        return templates_form_markdown(questionnaire_summarise(form, answers, arena), arena);
    bool all = string_equal(name, "application") || (by_state && applicant->state == APPLICANT_ASKED);
    return all || open_count
               ? templates_form_markdown(questionnaire_ask(form, all ? NULL : open, answers, arena), arena)
               : NULL;
}

static bool fill_applicant(struct filling *filling, const char **ret_nothing, struct error *error) {
    const struct applicant *applicant = &filling->recipient->applicant;
    struct service *service = filling->service;
    struct participant known = {0};
    struct round round;
    const struct form_set *forms =
        templates_form(service->templates, APPLICATION_FORM, filling->recipient->language, filling->arena);
    if (!forms)
        return error_set(error, ERROR_CONFIGURATION, "there is no application form: tandempost template check");
    const struct form *form = forms->forms[0];
    const struct form_answer *answers = answer_sheet_read(applicant->answers, form, filling->arena);
    if (!fill_round(filling, &round, error) ||
        (applicant->participant &&
         !participants_find(service->database, applicant->participant, filling->arena, &known, error)))
        return false;
    template_value_set_string(filling->values, "round.name", round.name);
    template_value_set_string(filling->values, "help_address", filling->addresses->help);
    if (known.id)
        template_value_set_string(filling->values, "first_name",
                                  localise_first_name(filling->arena, known.name, known.language));
    if (known.id && action_application_other_name(form, answers, &known))
        template_value_set_string(filling->values, "known_name", known.name);
    bool closes_first = round.closes_at > clock_now() && round.closes_at < applicant->expires_at;
    int64_t confirm_by = (closes_first ? round.closes_at : applicant->expires_at) - SECONDS_PER_MINUTE;
    template_value_set_string(filling->values, "confirm_by",
                              localise_date(filling->arena, confirm_by, service->zone, filling->recipient->language));
    bool summary;
    const char *lines =
        make_form(filling, form, known.id ? answers : answer_sheet_mask(form, answers, filling->arena), &summary);
    template_value_set_boolean(filling->values, "summary", summary);
    template_value_set_markdown(filling->values, "form", lines ? lines : "");
    if (!lines)
        *ret_nothing = "what it asks has been answered";
    return true;
}

static bool fill_application(struct filling *filling, const char **ret_nothing, struct error *error) {
    struct application application;
    struct round round;
    if (!fill_participant(filling, error) || !fill_round(filling, &round, error) ||
        !applications_find(filling->service->database, filling->recipient->participant.id, filling->row->round,
                           filling->arena, &application, error))
        return false;
    template_value_set_boolean(filling->values, "country_full", string_equal(application.waits_for, "country"));
    template_value_set_boolean(filling->values, "moved_up", string_equal(filling->row->detail, APPLICATION_MOVED_UP));
    if (string_equal(filling->row->template_name, "application-waiting"))
        template_value_set_boolean(filling->values, "next_round", string_equal(application.waits_for, "next"));
    if (string_equal(filling->row->template_name, "application-waiting") && application.state != APPLICATION_WAITING)
        *ret_nothing = "there is a place meanwhile";
    return true;
}

static const char *programme_moment(struct filling *filling, int64_t moment) {
    return localise_moment(filling->arena, moment, filling->service->zone, filling->recipient->language);
}

bool message_values_fill(struct service *service, const struct outbox_row *row, enum message_kind kind,
                         const struct message_recipient *recipient, const struct message_addresses *addresses,
                         struct arena *arena, struct template_value *values, const char **ret_nothing,
                         struct error *error) {
    struct filling filling = {service, row, recipient, addresses, arena, values};
    template_value_set_string(values, "programme.name", service->configuration->programme.name);
    template_value_set_string(values, "programme.address", service->configuration->programme.address);
    switch (kind) {
    case MESSAGE_TO_PARTICIPANT:
        return fill_participant(&filling, error);
    case MESSAGE_ABOUT_LETTER:
        return fill_participant(&filling, error) && fill_partnership(&filling, error) && fill_letter(&filling, error);
    case MESSAGE_ABOUT_PARTING:
        return fill_participant(&filling, error) && fill_partnership(&filling, error) && fill_parting(&filling, error);
    case MESSAGE_CONFIRMS:
        fill_said(&filling);
        return fill_participant(&filling, error) && fill_frozen(&filling, error);
    case MESSAGE_SURVEY:
        return fill_participant(&filling, error) && fill_partnership(&filling, error) &&
               fill_survey(&filling, ret_nothing, error);
    case MESSAGE_ABOUT_NEXT:
        return fill_participant(&filling, error) && fill_partnership(&filling, error) &&
               fill_next(&filling, ret_nothing, error);
    case MESSAGE_ABOUT_EVENT:
        return fill_participant(&filling, error) &&
               meeting_values_fill(service, row, &recipient->participant, recipient->language, arena, values,
                                   ret_nothing, error);
    case MESSAGE_STATUS:
        fill_said(&filling);
        return fill_participant(&filling, error) && fill_status(&filling, error);
    case MESSAGE_TO_MEMBER:
    case MESSAGE_UNCLEAR:
        return fill_participant(&filling, error) && (row->partnership == 0 || fill_partnership(&filling, error));
    case MESSAGE_TO_APPLICANT:
        return fill_applicant(&filling, ret_nothing, error);
    case MESSAGE_APPLICANT_GONE:
        template_value_set_string(values, "help_address", addresses->help);
        return !row->round || fill_round_name(&filling, error);
    case MESSAGE_PERSONAL_DATA:
        return fill_participant(&filling, error) &&
               personal_data_read(service, &recipient->participant, recipient->language, arena, values,
                                  &(const char *){NULL}, error);
    case MESSAGE_ABOUT_APPLICATION:
        return fill_application(&filling, ret_nothing, error);
    case MESSAGE_TO_COORDINATOR_WAITING:
    case MESSAGE_TO_COORDINATOR_ALERT:
    case MESSAGE_TO_COORDINATOR_CLEAR:
    case MESSAGE_TO_COORDINATOR_DONE:
        template_value_set_string(values, "coordinator.name", recipient->name);
        template_value_set_string(values, "coordinator.address", recipient->address);
        return case_values_fill(service, row, kind, recipient->language, arena, values, ret_nothing, error);
    case MESSAGE_FROM_COORDINATOR:
        if (recipient->participant.id)
            template_value_set_string(values, "first_name",
                                      localise_first_name(arena, recipient->name, recipient->language));
        return case_values_fill(service, row, kind, recipient->language, arena, values, ret_nothing, error);
    case MESSAGE_TEST: {
        char host[256] = "";
        gethostname(host, sizeof host - 1);
        template_value_set_string(values, "host", host);
        template_value_set_string(values, "sent_at", programme_moment(&filling, clock_now()));
        return true;
    }
    }
    return error_set(error, ERROR_BUG, "unknown kind of message %d", (int)kind);
}
