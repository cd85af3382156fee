#include "app/simulated_people.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/action.h"
#include "app/simulated_mail.h"
#include "app/simulated_maildir.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/zone.h"
#include "net/maildir_sender.h"
#include "store/participants.h"
#include "store/partnerships.h"

enum temperament {
    KEEN,   /* writes every week or two */
    SLOW,   /* every month or so */
    FADING, /* keen for some weeks, then never again */
    LONELY, /* writes to somebody who never answers */
    SILENT, /* doesn't open mail */
};

struct person {
    struct participant participant;
    int64_t partnership;
    const struct zone *zone;
    const char *maildir;
    enum temperament temperament;
    enum simulated_style style;
    int64_t look_at, write_at; /* INT64_MAX: not planned */
    int64_t away_until;        /* on holiday until then, with an out-of-office notice */
    int64_t noticed_at;        /* when the last such notice went to the programme */
    bool gone;                 /* has left the programme: reads and writes nothing more */
    bool left, has_mail;
    /* What was learnt by reading. */
    const char *partner, *partnership_address, *pause;
    struct simulated_reading letter; /* the last one from the partner */
    bool owes;                       /* the last letter is not answered */
    size_t sent, received, silences; /* letters; how often the answer was that nothing came */
    int64_t received_at;
};

enum incident_kind {
    ADDRESS_ENDS,
    ADDRESS_RETURNS,
    HOLIDAY,
    WISH_TO_LEAVE,
    LEAVE,
    PAUSE,
    PAUSE_AT_ONCE, /* told to a coordinator */
    UNPAUSE,
    HOLD,
    RESUME,
    DISSOLVE,
    OFFICE_AWAY,
    OFFICE_BACK
};

struct incident {
    int64_t at;
    enum incident_kind kind;
    struct person *person;
    bool done;
};

enum { INCIDENTS_PER_PAIR = 2, INCIDENTS_OF_OUTAGES = 50 };

struct simulated_people {
    const struct configuration *configuration;
    struct arena *arena;
    struct simulation *simulation;
    struct mail_sender *sender; /* the rest of the world's way into the same Maildirs */
    struct person *persons;     /* partners stand side by side */
    size_t count;
    int64_t started_at, ends_at;
    struct incident *incidents;
    size_t incident_count, incident_most;
    struct simulated_event *events;
    size_t event_count;
    struct simulated_people_counts counts;
    bool office_fails; /* outages and refusals are part of the play */
};

/* ---- Time ---- */

static int64_t hours(uint64_t least, uint64_t most) {
    return (int64_t)(least * SECONDS_PER_HOUR + random_below((most - least) * SECONDS_PER_HOUR + 1));
}

static int64_t days(uint64_t least, uint64_t most) {
    return hours(24 * least, 24 * most);
}

/* MOMENT, or the next morning where it is night for the person. */
static int64_t when_awake(const struct person *person, int64_t moment) {
    struct zone_local local;
    zone_to_local(person->zone, moment, &local);
    const int32_t morning = 7 * SECONDS_PER_HOUR, night = 22 * SECONDS_PER_HOUR;
    if (local.time_of_day < morning)
        return moment + (morning - local.time_of_day) + hours(0, 2);
    if (local.time_of_day >= night)
        return moment + (SECONDS_PER_DAY - local.time_of_day) + morning + hours(0, 2);
    return moment;
}

static bool chance(unsigned of_a_hundred) {
    return random_below(100) < of_a_hundred;
}

static struct person *partner_of(struct simulated_people *people, const struct person *person) {
    return &people->persons[(size_t)(person - people->persons) ^ 1];
}

static bool has_faded(const struct simulated_people *people, const struct person *person) {
    return person->temperament == FADING && clock_now() > people->started_at + 35 * SECONDS_PER_DAY;
}

/* ---- Sending ---- */

/* True where the post office took it. */
static bool post(struct simulated_people *people, const char *from, const char *recipient, const struct text *bytes) {
    struct send_result result;
    struct send_request request = {0, from, recipient, bytes->bytes, bytes->length};
    people->sender->operations->start(people->sender, &request);
    require(people->sender->operations->wait(people->sender, 0, -1, &result, 1) == 1);
    bool taken = result.outcome == SEND_ACCEPTED;
    if (taken && string_ends_with(recipient, strchr(people->configuration->programme.address, '@'))) {
        people->counts.to_programme++;
        simulation_mail_came(people->simulation);
    }
    return taken;
}

static const char *make_message_id(const struct person *person, struct arena *arena) {
    char unique[17];
    random_secret(unique, sizeof unique - 1);
    return arena_format(arena, "<%s%s>", unique, strchr(person->participant.address, '@'));
}

static struct simulated_mail begin_mail(const struct person *person, const char *to, const char *subject,
                                        const char *text, struct arena *arena) {
    struct zone_local local;
    zone_to_local(person->zone, clock_now(), &local);
    return (struct simulated_mail){
        .from_name = person->participant.name,
        .from = person->participant.address,
        .to = to,
        .cc = "",
        .subject = subject,
        .text = text,
        .message_id = make_message_id(person, arena),
        .style = person->style,
        .date = clock_now(),
        .zone_minutes = local.offset / 60,
    };
}

static const char *reply_subject(const struct simulated_reading *reading, struct arena *arena) {
    return string_starts_with_ignore_case(reading->subject, "re: ") ? reading->subject
                                                                    : arena_format(arena, "Re: %s", reading->subject);
}

static void write_to_programme(struct simulated_people *people, struct person *person, const char *to,
                               const char *subject, const char *text, const struct simulated_reading *answers) {
    auto_arena arena = arena_new();
    auto_text bytes = TEXT_EMPTY;
    struct simulated_mail mail = begin_mail(person, to, subject, text, arena);
    mail.answers = answers;
    simulated_mail_write(&mail, &bytes);
    post(people, person->participant.address, to, &bytes);
}

/* ---- Letters ---- */

static const char *const greetings[] = {
    "Thank you for your letter! It came on a busy day and was the best part of it.",
    "It is early, the doors are still closed, and I have ten quiet minutes for you.",
    "I read your last mail twice, once at work and once at home.",
    "The heating has broken down again, so I am writing with my coat on.",
    "Today a boy asked me for the book with the blue cover. You know the rest.",
};
static const char *const questions[] = {
    "What is the oldest thing in your library?",
    "Who was the last person who made you laugh at the desk?",
    "Do people still come to read the newspaper where you are?",
    "Which book do you give to somebody who doesn't read?",
    "What would you change tomorrow if nobody had to be asked?",
};

static const char *compose_letter(const struct person *person, struct arena *arena) {
    if (person->sent == 0)
        return arena_format(arena,
                            "Hello from far away! My name is %s, and it seems that we are to write to each other.\n\n"
                            "%s\n\n%s",
                            person->participant.name, questions[random_below(COUNT_OF(questions))],
                            person->participant.name);
    return arena_format(arena, "%s\n\n%s\n\n%s", greetings[random_below(COUNT_OF(greetings))],
                        questions[random_below(COUNT_OF(questions))], person->participant.name);
}

static int64_t until_next_letter(const struct simulated_people *people, const struct person *person) {
    switch (person->temperament) {
    case KEEN:
        return days(9, 15);
    case SLOW:
        return days(28, 60);
    case FADING:
        return has_faded(people, person) ? 0 : days(10, 20);
    case LONELY:
        return person->sent < 3 ? days(14, 30) : 0;
    case SILENT:
        return 0;
    }
    return 0;
}

static void plan_letter(struct simulated_people *people, struct person *person, int64_t wait) {
    int64_t at = when_awake(person, clock_now() + wait);
    person->write_at = wait > 0 && at < people->ends_at && !person->gone ? at : INT64_MAX;
}

static void write_letter(struct simulated_people *people, struct person *person) {
    auto_arena arena = arena_new();
    auto_text bytes = TEXT_EMPTY;
    bool answers = person->owes && !string_is_empty(person->letter.message_id);
    struct simulated_mail mail =
        begin_mail(person, person->partner, answers ? reply_subject(&person->letter, arena) : "From my library",
                   compose_letter(person, arena), arena);
    if (answers)
        mail.answers = &person->letter;
    /* Reply to all keeps the address that the partner had put there; some forget it altogether. */
    if (!chance(7))
        mail.cc = answers && *person->letter.cc ? person->letter.cc : person->partnership_address;
    simulated_mail_write(&mail, &bytes);
    bool taken = post(people, mail.from, mail.to, &bytes);
    if (taken) {
        struct person *partner = partner_of(people, person);
        int64_t look_at = when_awake(partner, clock_now() + hours(2, 40));
        partner->has_mail = true;
        if (partner->look_at > look_at && partner->temperament != SILENT && !partner->gone)
            partner->look_at = look_at > partner->away_until ? look_at : partner->away_until;
    }
    if (!string_is_empty(mail.cc)) {
        post(people, mail.from, mail.cc, &bytes);
        people->counts.letters_copied++;
    }
    people->counts.letters++;
    person->sent++;
    person->owes = false;
    plan_letter(people, person, taken ? until_next_letter(people, person) : 0);
}

/* ---- Answers ---- */

static int choose_answer(struct person *person) {
    bool nothing_heard = person->received == 0 ||
                         (person->temperament != KEEN && clock_now() - person->received_at > 50 * SECONDS_PER_DAY);
    if (nothing_heard)
        return person->temperament == LONELY && ++person->silences >= 3 ? 4 : 3;
    return chance(person->temperament == KEEN ? 90 : 35) ? 1 : 2;
}

static unsigned willingness(const struct simulated_people *people, const struct person *person) {
    switch (person->temperament) {
    case KEEN:
        return 85;
    case SLOW:
        return 55;
    case FADING:
        return has_faded(people, person) ? 0 : 60;
    case LONELY:
        return 95;
    case SILENT:
        return 0;
    }
    return 0;
}

static void answer(struct simulated_people *people, struct person *person, const struct simulated_reading *question) {
    static const char *const more[] = {"", "\n\nWe write when the week allows, and that is fine for both of us.",
                                       "\n\nThanks!"};
    auto_arena arena = arena_new();
    if (!chance(willingness(people, person)))
        return;
    int digit = choose_answer(person);
    const char *text = chance(5) ? "All fine here, thank you for asking!"
                                 : arena_format(arena, "%d%s", digit, more[chance(80) ? 0 : 1 + random_below(2)]);
    write_to_programme(people, person, question->reply_to, reply_subject(question, arena), text, question);
    people->counts.answers++;
}

/* ---- Reading ---- */

static void read_from_programme(struct simulated_people *people, struct person *person,
                                const struct simulated_reading *reading) {
    if (!person->pause && *reading->pause)
        person->pause = arena_copy_string(people->arena, reading->pause);
    bool introduced = person->partner != NULL;
    if (!introduced && *reading->partner && *reading->partnership) {
        person->partner = arena_copy_string(people->arena, reading->partner);
        person->partnership_address = arena_copy_string(people->arena, reading->partnership);
        if (reading->writes_first || person->temperament == LONELY)
            plan_letter(people, person, hours(3, person->temperament == SLOW ? 200 : 60));
    }
    if (reading->asks)
        answer(people, person, reading);
    /* A question or a topic is a push for those who have not begun. */
    bool begins = introduced && person->sent == 0 && person->write_at == INT64_MAX && !has_faded(people, person);
    if (begins && chance(60))
        plan_letter(people, person, hours(4, 72));
}

static void read_letter(struct simulated_people *people, struct person *person,
                        const struct simulated_reading *reading) {
    person->received++;
    person->received_at = clock_now();
    person->owes = true;
    person->letter = (struct simulated_reading){
        .from_name = arena_copy_string(people->arena, reading->from_name),
        .from = arena_copy_string(people->arena, reading->from),
        .cc = arena_copy_string(people->arena, reading->cc),
        .message_id = arena_copy_string(people->arena, reading->message_id),
        .subject = arena_copy_string(people->arena, reading->subject),
        .text = arena_copy_string(people->arena, reading->text),
        .date = reading->date,
    };
    if (!person->partner || has_faded(people, person))
        return;
    if (person->temperament == SLOW)
        plan_letter(people, person, days(10, 32));
    else
        plan_letter(people, person, days(2, 9));
}

static bool look(struct simulated_people *people, struct person *person, struct error *error) {
    auto_arena arena = arena_new();
    struct simulated_maildir_list names;
    simulated_maildir_list(person->maildir, "new", arena, &names);
    for (size_t i = 0; i < names.count; i++) {
        auto_text bytes = TEXT_EMPTY;
        struct simulated_reading reading;
        if (!simulated_maildir_read(person->maildir, "new", names.names[i], &bytes, error) ||
            !simulated_maildir_seen(person->maildir, names.names[i], error))
            return false;
        if (!simulated_mail_read(bytes.bytes, bytes.length, people->configuration->programme.address,
                                 people->configuration->programme.separator, arena, &reading))
            continue;
        if (reading.from_programme)
            read_from_programme(people, person, &reading);
        else if (person->partner && string_equal_ignore_case(reading.from, person->partner))
            read_letter(people, person, &reading);
    }
    person->has_mail = false;
    return true;
}

/* ---- Mail arrives ---- */

static struct person *find_person(struct simulated_people *people, const char *address) {
    for (size_t i = 0; i < people->count; i++)
        if (string_equal_ignore_case(people->persons[i].participant.address, address))
            return &people->persons[i];
    return NULL;
}

/* The kind of responder that minds no Auto-Submitted header: once a week it answers whoever writes. */
static void send_notice(struct simulated_people *people, struct person *person, const struct send_request *request) {
    auto_arena arena = arena_new();
    auto_text bytes = TEXT_EMPTY;
    struct zone_local back;
    if (clock_now() - person->noticed_at < 7 * SECONDS_PER_DAY)
        return;
    person->noticed_at = clock_now();
    zone_to_local(person->zone, person->away_until, &back);
    const char *text = arena_format(arena, "I am on holiday and back on %04d-%02d-%02d.", (int)back.date.year,
                                    (int)back.date.month, (int)back.date.day);
    struct simulated_mail mail = begin_mail(person, request->envelope_from, "Out of office", text, arena);
    mail.automatic = true;
    mail.style = SIMULATED_BARE;
    simulated_mail_write(&mail, &bytes);
    post(people, "", request->envelope_from, &bytes);
    people->counts.automatic++;
}

static void world_delivered(void *context, const struct send_request *request) {
    struct simulated_people *people = context;
    struct person *person = find_person(people, request->recipient);
    if (!person)
        return;
    person->has_mail = true;
    if (person->temperament == SILENT || person->gone)
        return;
    if (clock_now() < person->away_until) {
        send_notice(people, person, request);
        return;
    }
    int64_t at = when_awake(person, clock_now() + (person->temperament == KEEN ? hours(1, 20) : hours(3, 90)));
    if (at < person->look_at)
        person->look_at = at;
}

/* ---- Incidents ---- */

static void happen(struct simulated_people *people, const struct person *person, bool both, const char *what) {
    people->events[people->event_count++] = (struct simulated_event){.at = clock_now(),
                                                                     .what = what,
                                                                     .participant = both ? 0 : person->participant.id,
                                                                     .partnership = person->partnership};
}

static const char *unknown_users_path(const struct simulated_people *people, struct arena *arena) {
    return arena_format(arena, "%s/unknown-users", people->configuration->outgoing.maildir);
}

static bool set_address_known(struct simulated_people *people, const struct person *person, bool known,
                              struct error *error) {
    auto_arena arena = arena_new();
    auto_text list = TEXT_EMPTY;
    const char *path = unknown_users_path(people, arena);
    for (size_t i = 0; i < people->incident_count; i++) {
        const struct incident *incident = &people->incidents[i];
        bool ended = incident->kind == ADDRESS_ENDS && incident->done && incident->person != person;
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

/* What a coordinator is told can't be done is left undone, as people leave it. */
static bool tried(bool done, struct error *error) {
    if (done || error->class != ERROR_PERMANENT)
        return done;
    *error = ERROR_INIT;
    return true;
}

static bool leave(struct simulated_people *people, struct person *person, struct error *error) {
    person->gone = person->left = true;
    person->look_at = person->write_at = INT64_MAX;
    partner_of(people, person)->write_at = INT64_MAX;
    partner_of(people, person)->partner = NULL;
    happen(people, person, false, "leaves: a coordinator has noted it");
    return tried(
        action_leave(simulation_service(people->simulation), person->participant.id, "asked to by mail", error), error);
}

static bool happen_to_person(struct simulated_people *people, struct incident *incident, struct error *error) {
    struct person *person = incident->person;
    struct service *service = simulation_service(people->simulation);
    int64_t id = person->participant.id, now = clock_now();
    switch (incident->kind) {
    case ADDRESS_ENDS:
        person->gone = true;
        person->look_at = person->write_at = INT64_MAX;
        happen(people, person, false, "has lost the mail address: mail is refused");
        return set_address_known(people, person, false, error);
    case ADDRESS_RETURNS:
        person->gone = person->left;
        happen(people, person, false, "has the mail address back, says a coordinator");
        return set_address_known(people, person, true, error) &&
               tried(action_address_works(service, id, "the participant called", error), error);
    case HOLIDAY:
        person->away_until = now + days(14, 30);
        if (person->has_mail)
            person->look_at = person->away_until;
        if (person->write_at < person->away_until)
            person->write_at = person->away_until + hours(3, 30);
        happen(people, person, false, "goes on holiday, with an out-of-office notice");
        return true;
    case WISH_TO_LEAVE:
        write_to_programme(people, person, people->configuration->programme.address, "I have to stop",
                           "I am very sorry, but I have a new job and no time left. Please take me out.", NULL);
        happen(people, person, false, "asks by mail to leave");
        return true;
    case LEAVE:
        return leave(people, person, error);
    case PAUSE:
        if (!person->pause || person->gone)
            return true;
        write_to_programme(people, person, person->pause, "Pause", "", NULL);
        happen(people, person, false, "asks by mail for a pause");
        return true;
    case PAUSE_AT_ONCE:
        happen(people, person, false, "asks a coordinator for a pause");
        return tried(action_pause_participant(service, id, "asked for", error), error);
    case UNPAUSE:
        happen(people, person, false, "is back from the pause");
        return tried(action_resume_participant(service, id, "asked for", error), error);
    case HOLD:
    case RESUME:
    case DISSOLVE:
    case OFFICE_AWAY:
    case OFFICE_BACK:
        break;
    }
    return error_set(error, ERROR_BUG, "no incident of a person");
}

static bool dissolve(struct simulated_people *people, struct person *person, struct error *error) {
    struct person *both[] = {person, partner_of(people, person)};
    for (size_t i = 0; i < 2; i++) {
        both[i]->write_at = INT64_MAX;
        both[i]->partner = NULL;
    }
    happen(people, person, true, "is dissolved by a coordinator");
    return tried(action_dissolve_partnership(simulation_service(people->simulation), person->partnership,
                                             "both asked for it", error),
                 error);
}

static bool happen_now(struct simulated_people *people, struct incident *incident, struct error *error) {
    struct service *service = simulation_service(people->simulation);
    struct person *person = incident->person;
    incident->done = true;
    switch (incident->kind) {
    case HOLD:
        happen(people, person, true, "is put on hold by a coordinator");
        return tried(action_hold_partnership(service, person->partnership, "a death in the family", error), error);
    case RESUME:
        happen(people, person, true, "goes on again");
        return tried(action_resume_partnership(service, person->partnership, "both are ready", error), error);
    case DISSOLVE:
        return dissolve(people, person, error);
    case OFFICE_AWAY:
    case OFFICE_BACK:
        simulation_post_office(people->simulation)->away = incident->kind == OFFICE_AWAY;
        return true;
    case ADDRESS_ENDS:
    case ADDRESS_RETURNS:
    case HOLIDAY:
    case WISH_TO_LEAVE:
    case LEAVE:
    case PAUSE:
    case PAUSE_AT_ONCE:
    case UNPAUSE:
        return happen_to_person(people, incident, error);
    }
    return true;
}

/* ---- The world ---- */

static int64_t world_next(void *context) {
    const struct simulated_people *people = context;
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < people->count; i++) {
        const struct person *person = &people->persons[i];
        if (person->look_at < next)
            next = person->look_at;
        if (person->write_at < next)
            next = person->write_at;
    }
    for (size_t i = 0; i < people->incident_count; i++)
        if (!people->incidents[i].done && people->incidents[i].at < next)
            next = people->incidents[i].at;
    return next;
}

static bool world_act(void *context, struct error *error) {
    struct simulated_people *people = context;
    int64_t now = clock_now();
    for (size_t i = 0; i < people->incident_count; i++)
        if (!people->incidents[i].done && people->incidents[i].at <= now &&
            !happen_now(people, &people->incidents[i], error))
            return false;
    for (size_t i = 0; i < people->count; i++) {
        struct person *person = &people->persons[i];
        if (person->look_at <= now) {
            person->look_at = INT64_MAX;
            if (!look(people, person, error))
                return false;
        }
        if (person->write_at <= now) {
            person->write_at = INT64_MAX;
            if (person->partner)
                write_letter(people, person);
        }
    }
    return true;
}

struct simulation_world simulated_people_world(struct simulated_people *people) {
    return (struct simulation_world){people, world_next, world_act, world_delivered};
}

void simulated_people_join(struct simulated_people *people, struct simulation *simulation) {
    people->simulation = simulation;
    if (!people->office_fails)
        return;
    struct simulation_post *office = simulation_post_office(simulation);
    office->refuses_now = (unsigned)random_below(80);
    office->loses_reply = (unsigned)random_below(150);
    office->receiver_fails = (unsigned)random_below(80);
}

struct simulated_people_counts simulated_people_counts(const struct simulated_people *people) {
    return people->counts;
}

const struct simulated_event *simulated_people_events(const struct simulated_people *people, size_t *ret_count) {
    *ret_count = people->event_count;
    return people->events;
}

/* ---- Casting ---- */

static void plan(struct simulated_people *people, enum incident_kind kind, struct person *person, int64_t at) {
    require(people->incident_count < people->incident_most);
    people->incidents[people->incident_count++] = (struct incident){.at = at, .kind = kind, .person = person};
}

static void set_temperaments(struct person *pair, enum temperament first, enum temperament second) {
    pair[0].temperament = first;
    pair[1].temperament = second;
}

static int64_t day(const struct simulated_people *people, uint64_t number) {
    return people->started_at + (int64_t)number * SECONDS_PER_DAY + hours(0, 6);
}

/* One thing each, to pairs that would otherwise have been in touch. */
static void befall(struct simulated_people *people, struct person *pair, size_t number) {
    struct person *person = &pair[random_below(2)];
    switch (number) {
    case 0:
        plan(people, WISH_TO_LEAVE, person, day(people, 75));
        plan(people, LEAVE, person, day(people, 77));
        break;
    case 1:
        plan(people, HOLD, person, day(people, 40));
        plan(people, RESUME, person, day(people, 66));
        break;
    case 2:
        plan(people, ADDRESS_ENDS, person, day(people, 100));
        break;
    case 3:
        plan(people, HOLIDAY, person, day(people, 118));
        break;
    case 4:
        plan(people, PAUSE, person, day(people, 130));
        plan(people, UNPAUSE, person, day(people, 150));
        break;
    default:
        break;
    }
}

static void cast_like_a_pilot(struct simulated_people *people) {
    size_t pairs = people->count / 2, silent = pairs >= 4 ? (pairs * 4 + 23) / 46 : 0, keen = pairs / 3;
    if (pairs >= 4 && silent == 0)
        silent = 1;
    size_t *order = arena_take_array(people->arena, pairs, sizeof *order);
    for (size_t i = 0; i < pairs; i++) {
        size_t other = (size_t)random_below(i + 1);
        order[i] = order[other];
        order[other] = i;
    }
    for (size_t i = 0; i < pairs; i++) {
        struct person *pair = &people->persons[2 * order[i]];
        if (i < silent && i % 4 == 3)
            set_temperaments(pair, SILENT, SILENT);
        else if (i < silent && i % 4 == 1)
            set_temperaments(pair, FADING, FADING);
        else if (i < silent)
            set_temperaments(pair, i % 4 ? SILENT : LONELY, i % 4 ? LONELY : SILENT);
        else if (i < silent + keen)
            set_temperaments(pair, KEEN, KEEN);
        else
            set_temperaments(pair, SLOW, SLOW);
        if (i >= silent && i < silent + 5)
            befall(people, pair, i - silent);
    }
}

static int64_t some_day(struct simulated_people *people) {
    return people->started_at - 2 * SECONDS_PER_DAY + days(0, 190);
}

/* Most outages begin just before much is due; what happens to people meanwhile finds their messages in the queue. */
static void plan_outage(struct simulated_people *people) {
    static const struct {
        enum incident_kind kind, undone;
        unsigned of_a_hundred; /* how often the two come */
    } changes[] = {{PAUSE_AT_ONCE, UNPAUSE, 45}, {HOLD, RESUME, 40}, {LEAVE, LEAVE, 7}, {DISSOLVE, DISSOLVE, 8}};
    static const int64_t full_days[] = {0, 7, 31, 45, 61, 75, 92, 106, 122, 136, 153, 167, 184};
    int64_t from = some_day(people);
    if (chance(70))
        from = people->started_at + full_days[random_below(COUNT_OF(full_days))] * SECONDS_PER_DAY - hours(0, 24);
    int64_t length = hours(1, chance(70) ? 72 : 600);
    plan(people, OFFICE_AWAY, &people->persons[0], from);
    plan(people, OFFICE_BACK, &people->persons[0], from + length);
    for (int i = 0; i < 4; i++) {
        struct person *person = &people->persons[random_below(people->count)];
        size_t change = 0;
        for (uint64_t number = random_below(100); number >= changes[change].of_a_hundred; change++)
            number -= changes[change].of_a_hundred;
        int64_t at = from + (int64_t)random_below((uint64_t)length);
        plan(people, changes[change].kind, person, at);
        if (changes[change].undone != changes[change].kind && chance(60))
            plan(people, changes[change].undone, person, at + hours(1, 400));
    }
}

static void cast_at_random(struct simulated_people *people) {
    people->office_fails = true;
    for (size_t i = 0; i < people->count; i++)
        people->persons[i].temperament = (enum temperament)random_below(SILENT + 1);
    for (size_t i = 0; i < people->count; i += 2) {
        struct person *person = &people->persons[i + random_below(2)];
        int64_t at = some_day(people);
        switch (random_below(10)) {
        case 0:
            plan(people, LEAVE, person, at);
            break;
        case 1:
            plan(people, DISSOLVE, person, at);
            break;
        case 2:
            plan(people, HOLD, person, at);
            break;
        case 3:
            plan(people, HOLD, person, at);
            plan(people, RESUME, person, at + days(0, 60));
            break;
        case 4:
            plan(people, PAUSE, person, at);
            break;
        case 5:
            plan(people, PAUSE, person, at);
            plan(people, UNPAUSE, person, at + days(0, 60));
            break;
        case 6:
            plan(people, ADDRESS_ENDS, person, at);
            break;
        case 7:
            plan(people, ADDRESS_ENDS, person, at);
            plan(people, ADDRESS_RETURNS, person, at + days(1, 90));
            break;
        case 8:
            plan(people, HOLIDAY, person, at);
            break;
        default:
            break;
        }
    }
    for (uint64_t outages = random_below(5); outages > 0; outages--)
        plan_outage(people);
}

/* ---- Making ---- */

static bool add_person(struct simulated_people *people, struct database *database, const struct partnership *of,
                       int64_t id, struct error *error) {
    struct person *person = &people->persons[people->count];
    *person = (struct person){
        .partnership = of->id, .look_at = INT64_MAX, .write_at = INT64_MAX, .noticed_at = INT64_MIN / 2};
    if (!participants_find(database, id, people->arena, &person->participant, error) ||
        !zone_load(person->participant.time_zone, &person->zone, error))
        return false;
    person->maildir =
        simulated_maildir_path(people->configuration->outgoing.maildir, person->participant.address, people->arena);
    person->style = (enum simulated_style)random_below(SIMULATED_STYLES);
    people->count++;
    return true;
}

static bool add_all(struct simulated_people *people, struct database *database, int64_t round, struct error *error) {
    struct partnership_list partnerships;
    if (!partnerships_list(database, &(struct partnership_filter){.round = round}, people->arena, &partnerships, error))
        return false;
    people->persons = arena_take_array(people->arena, 2 * partnerships.count, sizeof *people->persons);
    people->incident_most = INCIDENTS_PER_PAIR * partnerships.count + INCIDENTS_OF_OUTAGES;
    people->incidents = arena_take_array(people->arena, people->incident_most, sizeof *people->incidents);
    people->events = arena_take_array(people->arena, people->incident_most, sizeof *people->events);
    for (size_t i = 0; i < partnerships.count; i++) {
        const struct partnership *partnership = &partnerships.items[i];
        if (partnership->member_count != 2)
            continue;
        for (size_t j = 0; j < 2; j++)
            if (!add_person(people, database, partnership, partnership->members[j], error))
                return false;
    }
    return true;
}

bool simulated_people_new(const struct configuration *configuration, struct database *database, int64_t round,
                          int64_t starts_at, enum simulated_cast cast, struct simulated_people **ret,
                          struct error *error) {
    struct duration length;
    require(configuration->outgoing.maildir);
    if (!duration_parse(configuration->round.length, &length, error))
        return false;
    struct simulated_people *people = memory_new(sizeof *people);
    people->configuration = configuration;
    people->arena = arena_new();
    people->started_at = starts_at;
    people->ends_at = sequence_ends_at(starts_at, &length, zone_utc());
    struct maildir_settings office = {.path = configuration->outgoing.maildir,
                                      .address = configuration->programme.separator
                                                     ? configuration->programme.address
                                                     : strrchr(configuration->programme.address, '@'),
                                      .separator = configuration->programme.separator,
                                      .quick = true};
    people->sender = maildir_sender_new(&office);
    if (!add_all(people, database, round, error)) {
        simulated_people_free(people);
        return false;
    }
    switch (cast) {
    case SIMULATED_LIKE_A_PILOT:
        cast_like_a_pilot(people);
        break;
    case SIMULATED_AT_RANDOM:
        cast_at_random(people);
        break;
    }
    *ret = people;
    return true;
}

void simulated_people_free(struct simulated_people *people) {
    if (!people)
        return;
    people->sender->operations->free(people->sender);
    arena_free(people->arena);
    free(people);
}
