#include "simulation/simulated_incidents.h"

#include <inttypes.h>
#include <stdio.h>

#include "app/action_participant.h"
#include "app/action_partnership.h"
#include "base/clock.h"
#include "simulation/simulated_coordinator.h"

/* ---- A coordinator's commands ---- */

/* Of app/action_participant.h or app/action_partnership.h, with the id of the one or the other. */
typedef bool command_action(struct service *service, int64_t id, const char *why, struct error *error);

/* Each a process of its own on the service's database: its own view of the programme, and its user's name in the event
 * log. What it refuses is left undone, as people leave it. */
static bool command(struct simulated_people *people, command_action *run, int64_t id, const char *why,
                    struct error *error) {
    struct service *running = simulation_service(people->simulation), service;
    struct error problem = ERROR_INIT;
    people->record.desk.commands++;
    if (!service_open(&service, running->configuration, running->database, "command:kate", error))
        return false;
    bool good = run(&service, id, why, &problem);
    service_close(&service);
    if (good || problem.class == ERROR_PERMANENT)
        return true;
    *error = problem;
    return false;
}

/* ---- What befalls them ---- */

void simulated_incidents_plan(struct simulated_people *people, enum simulated_incident_kind kind,
                              struct simulated_person *person, int64_t at) {
    require(people->incident_count < people->incident_most);
    people->incidents[people->incident_count++] = (struct simulated_incident){.at = at, .kind = kind, .person = person};
}

static void fall_silent(struct simulated_person *person) {
    person->gone = true;
    person->look_at = person->write_at = INT64_MAX;
}

/* ---- The address ---- */

/* Writes down who is unknown to the post office: all whose address has ended. */
static bool set_address_known(struct simulated_people *people, const struct simulated_person *person, bool known,
                              struct error *error) {
    auto_arena arena = arena_new();
    auto_text list = TEXT_EMPTY;
    const char *path = arena_format(arena, "%s/unknown-users", people->configuration->outgoing.maildir);
    for (size_t i = 0; i < people->incident_count; i++) {
        const struct simulated_incident *incident = &people->incidents[i];
        bool ended = incident->kind == SIMULATED_ADDRESS_ENDS && incident->done && incident->person != person;
        if (ended)
            text_append_format(&list, "%s\n", incident->person->participant.address);
    }
    if (!known)
        text_append_format(&list, "%s\n", person->participant.address);
    FILE *file = fopen(path, "w");
    bool good = file && fputs(text_string(&list), file) >= 0;
    good = file && fclose(file) == 0 && good;
    return good || error_set(error, ERROR_TEMPORARY, "can't write %s", path);
}

static bool lose_address(struct simulated_people *people, const struct simulated_incident *incident,
                         struct error *error) {
    struct simulated_person *person = incident->person;
    bool refused = incident->kind == SIMULATED_ADDRESS_ENDS;
    fall_silent(person);
    person->bounces = person->bounces || !refused;
    simulated_person_happened(people, person, false,
                              refused ? "has lost the mail address: mail is refused"
                                      : "has trouble with the mail address: mail comes back");
    return !refused || set_address_known(people, person, false, error);
}

static bool regain_address(struct simulated_people *people, const struct simulated_incident *incident,
                           struct error *error) {
    struct simulated_person *person = incident->person;
    bool refused = incident->kind == SIMULATED_ADDRESS_RETURNS;
    person->gone = person->left;
    person->bounces = false;
    if (person->has_mail)
        simulated_person_look_after(person, simulated_person_hours(person, 1, 20));
    simulated_person_happened(people, person, false, "has the mail address back, and tells a coordinator");
    simulated_coordinators_hear(people, person->participant.id);
    return !refused || set_address_known(people, person, true, error);
}

/* ---- Their own doing ---- */

static void write_to(struct simulated_people *people, struct simulated_person *person, const char *to,
                     const char *subject, const char *text, const struct simulated_reading *answers) {
    auto_arena arena = arena_new();
    struct simulated_mail mail = simulated_person_mail(person, to, subject, text, arena);
    mail.answers = answers;
    if (!answers)
        mail.style = SIMULATED_BARE;
    else if (mail.style != SIMULATED_HTML)
        mail.style = SIMULATED_ABOVE;
    simulated_person_post(people, mail.from, to, &mail);
}

static void go_on_holiday(struct simulated_people *people, struct simulated_person *person) {
    int64_t back = clock_now() + simulated_person_days(person, 14, 30);
    person->away_until = back - back % SECONDS_PER_DAY; /* a day, as the notice says it */
    if (person->look_at < INT64_MAX)
        person->look_at = simulated_person_awake(person, person->away_until + simulated_person_hours(person, 1, 12));
    if (person->write_at < person->away_until)
        person->write_at = simulated_person_awake(person, person->away_until + simulated_person_hours(person, 3, 30));
    simulated_person_happened(people, person, false, "goes on holiday, with a responder on");
}

/* Reply on the partner's last letter, and it goes to the partnership address. */
static void report(struct simulated_people *people, struct simulated_person *person) {
    auto_arena arena = arena_new();
    if (person->gone || person->parted || !person->partnership_address)
        return;
    const struct simulated_reading *letter = person->received ? &person->letter : NULL;
    write_to(people, person, person->partnership_address,
             letter ? simulated_person_reply_subject(letter, arena) : "Report",
             simulated_words_say(person->language, "report"), letter);
    person->parted = true;
    person->write_at = INT64_MAX;
    simulated_person_happened(people, person, false, "reports the partner's letters");
}

static void tell_of_report(struct simulated_people *people, struct simulated_person *person) {
    simulated_person_happened(people, person, true, "is talked about with a coordinator, after the report");
    simulated_coordinators_hear(people, person->participant.id);
}

static void pause_by_mail(struct simulated_people *people, struct simulated_person *person) {
    if (!person->pause || person->gone)
        return;
    write_to(people, person, person->pause, "Pause", "", NULL);
    simulated_person_happened(people, person, false, "asks by mail for a pause");
}

/* To the programme, in words of the person's language. */
static void tell(struct simulated_people *people, struct simulated_person *person, const char *subject,
                 const char *words, const char *what) {
    if (person->gone)
        return;
    write_to(people, person, people->configuration->programme.address, simulated_words_say(person->language, subject),
             simulated_words_say(person->language, words), NULL);
    simulated_person_happened(people, person, false, what);
}

static void wish_to_leave(struct simulated_people *people, struct simulated_person *person) {
    person->advice_leaves = true;
    tell(people, person, "farewell_subject", "farewell", "asks to leave, in words of their own");
}

static void want_another(struct simulated_people *people, struct simulated_person *person) {
    if (person->parted)
        return;
    person->wish = SIMULATED_WANTS_ANOTHER;
    tell(people, person, "rematch", "rematch", "asks for another partner");
}

void simulated_incidents_advised(struct simulated_people *people, struct simulated_person *person) {
    if (person->parted || !person->advice_leaves)
        return;
    person->advice_leaves = false;
    person->wish = SIMULATED_LEAVES;
    tell(people, person, "rematch", "rematch", "does as the coordinator said, and is asked how");
}

static void stop(struct simulated_people *people, struct simulated_person *person) {
    (void)people;
    person->wish = SIMULATED_LEAVES;
}

static void mourn(struct simulated_people *people, struct simulated_person *person) {
    tell(people, person, "rest_subject", "mourning", "asks for a rest for both");
}

static void be_ready(struct simulated_people *people, struct simulated_person *person) {
    tell(people, person, "rest_subject", "ready", "writes that both are ready again");
}

static void come_back(struct simulated_people *people, struct simulated_person *person) {
    tell(people, person, "resume", "resume", "is back from the pause");
}

static void write_from_home(struct simulated_people *people, struct simulated_person *person) {
    (void)people;
    person->writes_from_home = true;
}

/* ---- A coordinator's ---- */

static bool set_office(struct simulated_people *people, const struct simulated_incident *incident,
                       struct error *error) {
    (void)error;
    simulation_post_office(people->simulation)->away = incident->kind == SIMULATED_OFFICE_AWAY;
    return true;
}

/* ---- All ---- */

/* One of the three: what befalls a person, anything else that happens, or what a coordinator does by a command. */
static const struct kind {
    void (*befalls)(struct simulated_people *people, struct simulated_person *person);
    bool (*happens)(struct simulated_people *people, const struct simulated_incident *incident, struct error *error);
    command_action *command;
    const char *why, *what; /* the coordinator's reason; what is told of it */
    bool to_both;           /* to the partnership, not to the person */
    bool leaves;            /* the person reads and writes nothing more */
} kinds[] = {
    [SIMULATED_ADDRESS_ENDS] = {.happens = lose_address},
    [SIMULATED_BOUNCES_BEGIN] = {.happens = lose_address},
    [SIMULATED_ADDRESS_RETURNS] = {.happens = regain_address},
    [SIMULATED_BOUNCES_END] = {.happens = regain_address},
    [SIMULATED_HOLIDAY] = {.befalls = go_on_holiday},
    [SIMULATED_FROM_HOME] = {.befalls = write_from_home},
    [SIMULATED_REPORT] = {.befalls = report},
    [SIMULATED_REPORT_DEALT_WITH] = {.befalls = tell_of_report},
    [SIMULATED_WISH_TO_LEAVE] = {.befalls = wish_to_leave},
    [SIMULATED_STOP] = {.befalls = stop},
    [SIMULATED_REMATCH] = {.befalls = want_another},
    [SIMULATED_BACK_FROM_PAUSE] = {.befalls = come_back},
    [SIMULATED_MOURNING] = {.befalls = mourn},
    [SIMULATED_READY] = {.befalls = be_ready},
    [SIMULATED_LEAVE] = {.command = action_participant_leave,
                         .why = "asked to by mail",
                         .what = "leaves: a coordinator has noted it",
                         .leaves = true},
    [SIMULATED_PAUSE] = {.befalls = pause_by_mail},
    [SIMULATED_PAUSE_AT_ONCE] = {.command = action_participant_pause,
                                 .why = "asked for",
                                 .what = "asks a coordinator for a pause"},
    [SIMULATED_UNPAUSE] = {.command = action_participant_resume, .why = "asked for", .what = "is back from the pause"},
    [SIMULATED_HOLD] = {.command = action_partnership_hold,
                        .why = "a death in the family",
                        .what = "is put on hold by a coordinator",
                        .to_both = true},
    [SIMULATED_RESUME] = {.command = action_partnership_resume,
                          .why = "both are ready",
                          .what = "goes on again",
                          .to_both = true},
    [SIMULATED_DISSOLVE] = {.command = action_partnership_dissolve,
                            .why = "both asked for it",
                            .what = "is dissolved by a coordinator",
                            .to_both = true},
    [SIMULATED_OFFICE_AWAY] = {.happens = set_office},
    [SIMULATED_OFFICE_BACK] = {.happens = set_office},
};

static bool happen(struct simulated_people *people, struct simulated_incident *incident, struct error *error) {
    struct simulated_person *person = incident->person;
    const struct kind *kind = &kinds[incident->kind];
    incident->done = true;
    if (kind->befalls)
        return kind->befalls(people, person), true;
    if (kind->happens)
        return kind->happens(people, incident, error);
    if (kind->leaves) {
        fall_silent(person);
        person->left = true;
    }
    simulated_person_happened(people, person, kind->to_both, kind->what);
    return command(people, kind->command, kind->to_both ? person->partnership : person->participant.id, kind->why,
                   error);
}

int64_t simulated_incidents_next(const struct simulated_people *people) {
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < people->incident_count; i++)
        if (!people->incidents[i].done && people->incidents[i].at < next)
            next = people->incidents[i].at;
    return next;
}

bool simulated_incidents_act(struct simulated_people *people, struct error *error) {
    for (size_t i = 0; i < people->incident_count; i++) {
        struct simulated_incident *incident = &people->incidents[i];
        bool due = !incident->done && incident->at <= clock_now();
        if (due && !happen(people, incident, error))
            return false;
    }
    return true;
}
