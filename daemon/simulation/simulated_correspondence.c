#include "simulation/simulated_correspondence.h"

#include <string.h>

#include "app/subject.h"
#include "app/survey.h"
#include "app/watch.h"
#include "base/clock.h"
#include "programme/decide_parting.h"
#include "programme/question.h"
#include "simulation/simulated_application.h"
#include "simulation/simulated_bounce.h"
#include "simulation/simulated_incidents.h"
#include "simulation/simulated_maildir.h"
#include "store/outbox.h"
#include "store/partnerships.h"

enum { LETTERS_BEFORE_ADDRESS = 2, FORGET_COPY = 7 /* of a hundred */ };

/* Plans the next letter in WAIT seconds, at an hour when the person is awake; none where WAIT is 0 or the round over.
 */
static void plan_letter(struct simulated_person *person, int64_t wait) {
    int64_t at = simulated_person_awake(person, clock_now() + wait);
    if (at < person->away_until)
        at = simulated_person_awake(person, person->away_until + simulated_person_hours(person, 3, 30));
    bool writes = wait > 0 && at < person->ends_at && !person->gone && !person->parted;
    person->write_at = writes ? at : INT64_MAX;
}

/* Days between letters (0: none are written); of a hundred questions so many are answered; after so many days without
 * a letter somebody says that nothing comes. */
static const struct habits {
    uint64_t least, most;
    unsigned answers, long_silence;
} habits_of[SIMULATED_TEMPERAMENTS] = {
    [SIMULATED_KEEN] = {9, 15, 85, 21},    [SIMULATED_SLOW] = {28, 60, 55, 50}, [SIMULATED_FADING] = {10, 20, 60, 21},
    [SIMULATED_LONELY] = {14, 30, 95, 21}, [SIMULATED_SILENT] = {0, 0, 0, 50},
};

/* After so many letters without an answer nobody writes one more. */
enum { PATIENCE = 3 };

static int64_t until_next(struct simulated_person *person) {
    const struct habits *habits = &habits_of[person->temperament];
    bool writes = person->unanswered < PATIENCE && !simulated_person_has_faded(person);
    return writes ? simulated_person_days(person, habits->least, habits->most) : 0;
}

/* ---- Letters: writing ---- */

static const char *compose(struct simulated_person *person, bool answers, struct arena *arena) {
    struct simulated_letter_words words = {
        .writer = person->participant.name,
        .reader = person->other->participant.name,
        .number = person->sent,
        .offset = person->topics,
        .side = person->side,
        .answers = answers,
        .answered = answers ? simulated_words_find_question(person->letters, person->letter.text) : -1,
    };
    if (person->prefers_direct && !person->told_address && person->sent >= LETTERS_BEFORE_ADDRESS) {
        words.address = person->participant.address;
        person->told_address = true;
    }
    return simulated_words_letter(person->letters, &words, arena);
}

static enum simulated_way choose_way(struct simulated_person *person) {
    bool direct = person->partner && (person->prefers_direct || !person->partnership_address);
    if (!direct)
        return SIMULATED_THROUGH_PROGRAMME;
    return simulated_person_chance(person, FORGET_COPY) ? SIMULATED_UNSEEN : SIMULATED_COPIED;
}

static void record(struct simulated_people *people, const struct simulated_person *person,
                   const struct simulated_mail *mail, enum simulated_way way) {
    struct simulated_record *record = &people->record;
    record->letters =
        memory_grow(record->letters, &people->letter_capacity, record->letter_count + 1, sizeof *record->letters);
    record->letters[record->letter_count++] = (struct simulated_letter){
        .message_id = arena_copy_string(people->arena, mail->message_id),
        .at = clock_now(),
        .participant = person->participant.id,
        .partnership = person->partnership,
        .way = way,
        .style = mail->answers ? mail->style : SIMULATED_BARE,
        .language = person->letters,
        .from_home = person->writes_from_home,
    };
}

/* The partner's machine takes it or doesn't; the copy to the programme goes its own way. */
static bool send_directly(struct simulated_people *people, struct simulated_person *person,
                          const struct simulated_mail *mail) {
    struct simulated_person *partner = person->other;
    bool taken = simulated_person_post(people, mail->from, mail->to, mail);
    if (taken)
        simulated_person_look_after(partner, simulated_person_hours(partner, 2, 40));
    if (!string_is_empty(mail->cc))
        simulated_person_post(people, mail->from, mail->cc, mail);
    return taken;
}

void simulated_correspondence_write(struct simulated_people *people, struct simulated_person *person) {
    auto_arena arena = arena_new();
    bool answers = person->owes && !string_is_empty(person->letter.message_id);
    enum simulated_way way = choose_way(person);
    const char *to = way == SIMULATED_THROUGH_PROGRAMME ? person->partnership_address : person->partner;
    if (!to)
        return;
    struct simulated_mail mail = simulated_person_mail(person, to,
                                                       answers ? simulated_person_reply_subject(&person->letter, arena)
                                                               : simulated_words_say(person->letters, "letter_subject"),
                                                       compose(person, answers, arena), arena);
    mail.answers = answers ? &person->letter : NULL;
    if (mail.style == SIMULATED_INLINE) /* a whole letter stands above or below */
        mail.style = SIMULATED_ABOVE;
    if (way == SIMULATED_COPIED) /* reply to all keeps the address that the partner had put there */
        mail.cc = answers && *person->letter.cc ? person->letter.cc : person->partnership_address;
    person->writes_from_home &= way == SIMULATED_THROUGH_PROGRAMME;
    if (person->writes_from_home) {
        mail.from = arena_format(arena, "home.%s", person->participant.address);
        simulated_person_happened(people, person, false, "writes from an address nobody knows");
    }
    bool taken = way == SIMULATED_THROUGH_PROGRAMME ? simulated_person_post(people, mail.from, mail.to, &mail)
                                                    : send_directly(people, person, &mail);
    record(people, person, &mail, way);
    person->writes_from_home = false;
    person->sent++;
    person->unanswered++;
    person->owes = false;
    plan_letter(person, taken ? until_next(person) : 0);
}

/* ---- Letters: reading ---- */

static void read_letter(struct simulated_people *people, struct simulated_person *person,
                        const struct simulated_reading *reading) {
    const char *own = person->other->participant.address;
    struct arena *arena = people->arena;
    person->received++;
    person->unanswered = 0;
    person->received_at = clock_now();
    person->owes = true;
    person->letter = (struct simulated_reading){
        .from_name = arena_copy_string(arena, reading->from_name),
        .from = arena_copy_string(arena, reading->from),
        .cc = arena_copy_string(arena, reading->cc),
        .message_id = arena_copy_string(arena, reading->message_id),
        .subject = arena_copy_string(arena, reading->subject),
        .text = arena_copy_string(arena, reading->text),
        .date = reading->date,
    };
    if (!person->partner && strstr(reading->text, own))
        person->partner = own;
    if (simulated_person_has_faded(person) || (!person->partnership_address && !person->partner))
        return;
    plan_letter(person, person->temperament == SIMULATED_SLOW ? simulated_person_days(person, 10, 32)
                                                              : simulated_person_days(person, 2, 9));
}

/* ---- The programme's questions ---- */

static int choose_digit(struct simulated_person *person) {
    bool nothing_heard =
        person->received == 0 ||
        clock_now() - person->received_at > habits_of[person->temperament].long_silence * (int64_t)SECONDS_PER_DAY;
    if (nothing_heard)
        return person->temperament == SIMULATED_LONELY && ++person->silences >= 3 ? 4 : 3;
    return simulated_person_chance(person, person->temperament == SIMULATED_KEEN ? 90 : 35) ? 1 : 2;
}

/* A digit most often; sometimes the word for it, or a sentence more; now and then neither. */
static const char *phrase(struct simulated_person *person, int *digit, struct arena *arena) {
    uint64_t manner = simulated_person_below(person, 20);
    if (manner == 0) {
        *digit = 0;
        return simulated_words_say(person->language, "unclear");
    }
    if (manner < 3)
        return simulated_words_answer(person->language, "answers", *digit);
    bool talks = manner < 6 && (*digit == 1 || *digit == 2);
    return talks ? arena_format(arena, "%d\n\n%s", *digit, simulated_words_say(person->language, "remark"))
                 : arena_format(arena, "%d", *digit);
}

/* A mail of the programme's that puts a question. */
struct question_mail {
    const struct simulated_reading *reading;
    const struct outbox_row *row; /* what it is about is seen at once by whoever reads it */
    const char *question;
};

/* CHOSEN is the line of the digit, MEANT what is to be understood: 0 for nothing. */
static void reply(struct simulated_people *people, struct simulated_person *person, const struct question_mail *about,
                  const char *text, int chosen, int meant) {
    struct simulated_record *record = &people->record;
    auto_arena arena = arena_new();
    struct simulated_mail mail = simulated_person_mail(
        person, about->reading->reply_to, simulated_person_reply_subject(about->reading, arena), text, arena);
    mail.answers = about->reading;
    mail.answers_line = chosen;
    simulated_person_post(people, mail.from, mail.to, &mail);
    record->answers =
        memory_grow(record->answers, &people->answer_capacity, record->answer_count + 1, sizeof *record->answers);
    record->answers[record->answer_count++] = (struct simulated_answer){
        .message_id = arena_copy_string(people->arena, mail.message_id),
        .question = about->question,
        .participant = person->participant.id,
        .at = clock_now(),
        .digit = meant,
        .style = mail.style,
        .language = person->language,
    };
}

static void reply_digit(struct simulated_people *people, struct simulated_person *person,
                        const struct question_mail *about, int digit) {
    auto_arena arena = arena_new();
    reply(people, person, about, arena_format(arena, "%d", digit), digit, digit);
}

enum { STOPS = 5, COMES_BACK = 65 /* of a hundred, after a nudge */ };

static void answer_check_in(struct simulated_people *people, struct simulated_person *person,
                            const struct question_mail *about) {
    auto_arena arena = arena_new();
    bool asked_once_more = watch_asks(about->row->step);
    if (person->wish != SIMULATED_STAYS && !person->parted) {
        reply_digit(people, person, about, STOPS);
        return;
    }
    if (!simulated_person_chance(person, habits_of[person->temperament].answers))
        return;
    int digit = choose_digit(person), chosen = digit;
    const char *text = phrase(person, &digit, arena);
    reply(people, person, about, text, chosen, digit);
    /* A kind reminder brings many back to the letter that they owe. */
    if (asked_once_more && person->owes && person->write_at == INT64_MAX && simulated_person_chance(person, COMES_BACK))
        plan_letter(person, simulated_person_hours(person, 4, 72));
}

/* Whoever wrote often would like both, or to go on; the others the next round, or nothing. */
static void choose_next(struct simulated_people *people, struct simulated_person *person,
                        const struct question_mail *about) {
    if (!simulated_person_chance(person, habits_of[person->temperament].answers))
        return;
    bool keen = person->temperament == SIMULATED_KEEN;
    int digit = 1 + (int)simulated_person_below(person, keen ? 3 : 4);
    if (simulated_person_chance(person, 25))
        reply(people, person, about, simulated_words_answer(person->language, "next", digit), digit, digit);
    else
        reply_digit(people, person, about, digit);
}

/* The letter was the person's own: it is to go. */
static void release_letter(struct simulated_people *people, struct simulated_person *person,
                           const struct question_mail *about) {
    reply_digit(people, person, about, 1);
    simulated_person_happened(people, person, false, "answers: that letter was mine, let it go");
}

static void part(struct simulated_person *person) {
    person->parted = true;
    person->write_at = INT64_MAX;
}

static void say_how_to_leave(struct simulated_people *people, struct simulated_person *person,
                             const struct question_mail *about) {
    static const struct {
        int digit;
        const char *what;
    } ways[] = {[SIMULATED_STAYS] = {PARTING_STAY, "stays after all"},
                [SIMULATED_WANTS_ANOTHER] = {PARTING_REMATCH, "ends it by mail, and wants another partner"},
                [SIMULATED_LEAVES] = {PARTING_LEAVE, "leaves the round by mail"}};
    reply_digit(people, person, about, ways[person->wish].digit);
    simulated_person_happened(people, person, false, ways[person->wish].what);
    if (person->wish == SIMULATED_STAYS)
        return;
    part(person);
    person->left = person->wish == SIMULATED_LEAVES;
    person->gone = person->left;
    person->wish = SIMULATED_STAYS;
}

/* The partnership is over, and not by this one's doing. */
static void hear_of_parting(struct simulated_people *people, struct simulated_person *person,
                            const struct question_mail *about) {
    bool wants = person->temperament != SIMULATED_FADING && clock_now() < person->ends_at - 60 * SECONDS_PER_DAY;
    part(person);
    reply_digit(people, person, about, wants ? PARTING_ANOTHER : PARTING_NO_MORE);
    simulated_person_happened(people, person, false,
                              wants ? "has lost the partner, and wants another one"
                                    : "has lost the partner, and wants no other one");
}

/* By question. */
static const struct {
    const char *question;
    void (*react)(struct simulated_people *people, struct simulated_person *person, const struct question_mail *about);
} reactions[] = {
    {"check-in", answer_check_in}, {QUESTION_NEXT, choose_next}, {"letter", release_letter},
    {"leaving", say_how_to_leave}, {"another", hear_of_parting},
};

static void react(struct simulated_people *people, struct simulated_person *person,
                  const struct simulated_reading *reading, const struct outbox_row *row) {
    const struct question *question = question_find(row->asks);
    question = question ? question : question_put_by(row->template_name);
    for (size_t i = 0; question && i < COUNT_OF(reactions); i++)
        if (string_equal(reactions[i].question, question->name))
            reactions[i].react(people, person, &(struct question_mail){reading, row, question->name});
}

static bool read_survey(struct simulated_people *people, struct simulated_person *person,
                        const struct simulated_reading *reading, const struct outbox_row *row, struct error *error) {
    auto_arena arena = arena_new();
    struct survey survey;
    if (!survey_of_message(simulation_service(people->simulation), row, arena, &survey, error))
        return false;
    bool reminder = string_equal(row->template_name, "survey-reminder");
    if (survey.id && !string_equal(row->template_name, "survey-thanks"))
        simulated_application_survey(people, person, reading, &survey,
                                     habits_of[person->temperament].answers * (reminder ? 5 : 7) / 10, reminder);
    return true;
}

/* ---- The mail of a day ---- */

static void learn(struct simulated_people *people, struct simulated_person *person,
                  const struct simulated_reading *reading) {
    if (!person->pause && *reading->pause)
        person->pause = arena_copy_string(people->arena, reading->pause);
    if (!person->partnership_address && *reading->partnership)
        person->partnership_address = arena_copy_string(people->arena, reading->partnership);
}

/* An introduction says who begins. Its addresses are the partner's where nothing goes through the programme. */
static void meet(struct simulated_people *people, struct simulated_person *person,
                 const struct simulated_reading *reading) {
    bool through = *reading->partnership && string_equal(reading->partnership, reading->reply_to);
    bool begins = person->side == 0 || person->temperament == SIMULATED_LONELY;
    if (!through && *reading->partner)
        person->partner = arena_copy_string(people->arena, reading->partner);
    if (begins)
        plan_letter(person, simulated_person_hours(person, 3, person->temperament == SIMULATED_SLOW ? 200 : 60));
}

/* The first mail of a new partnership tells who the partner is now. */
static bool notice_partner(struct simulated_people *people, const struct simulated_person *person, int64_t id,
                           struct error *error) {
    auto_arena arena = arena_new();
    struct partnership partnership;
    if (id <= person->partnership)
        return true;
    if (!partnerships_find(simulation_service(people->simulation)->database, id, arena, &partnership, error))
        return false;
    struct simulated_person *first = simulated_person_with_id(people, partnership.members[0]),
                            *second = simulated_person_with_id(people, partnership.members[1]);
    require(first && second && partnership.member_count == 2);
    simulated_person_join(first, second, &partnership);
    simulated_person_happened(people, first, true, "begins: both had lost a partner");
    return true;
}

static bool read_from_programme(struct simulated_people *people, struct simulated_person *person,
                                const struct simulated_reading *reading, struct error *error) {
    struct database *database = simulation_service(people->simulation)->database;
    auto_arena arena = arena_new();
    struct outbox_row row;
    if (!person->partnership && simulated_application_read(people, person, reading))
        return true;
    if (!outbox_find_by_message_id(database, reading->message_id, arena, &row, error) ||
        (person->partnership && !notice_partner(people, person, row.partnership, error)))
        return false;
    bool introduced = person->partnership_address != NULL, current = row.partnership == person->partnership;
    if (current)
        learn(people, person, reading);
    if (!introduced && person->partnership_address)
        meet(people, person, reading);
    react(people, person, reading, &row);
    /* A question or a topic is a push for those who have not begun. */
    bool begins = introduced && current && person->sent == 0 && person->write_at == INT64_MAX &&
                  !simulated_person_has_faded(person);
    if (begins && simulated_person_chance(person, 60))
        plan_letter(person, simulated_person_hours(person, 4, 72));
    if (string_equal(row.template_name, SUBJECT_COORDINATOR_ANSWER))
        simulated_incidents_advised(people, person);
    return row.id == 0 || read_survey(people, person, reading, &row, error);
}

bool simulated_correspondence_look(struct simulated_people *people, struct simulated_person *person,
                                   struct error *error) {
    const struct programme_settings *programme = &people->configuration->programme;
    auto_arena arena = arena_new();
    struct simulated_maildir_list names;
    simulated_maildir_list(person->maildir, "new", arena, &names);
    for (size_t i = 0; i < names.count; i++) {
        auto_text bytes = TEXT_EMPTY;
        struct simulated_reading reading;
        if (!simulated_maildir_read(person->maildir, "new", names.names[i], &bytes, error) ||
            !simulated_maildir_seen(person->maildir, names.names[i], error))
            return false;
        if (!simulated_mail_read(bytes.bytes, bytes.length, programme->address, programme->separator, arena, &reading))
            continue;
        const char *partner = person->partnership ? person->other->participant.address : NULL;
        if (reading.from_programme && !read_from_programme(people, person, &reading, error))
            return false;
        bool letter = reading.letter || (!reading.automatic && string_equal_ignore_case(reading.from, partner));
        if (!reading.from_programme && letter)
            read_letter(people, person, &reading);
    }
    person->has_mail = false;
    return true;
}

/* ---- Machines: responders and mail servers ---- */

enum { NOTICE_EVERY = 7 * SECONDS_PER_DAY };

/* One kind keeps to RFC 3834: it answers people's letters only, at their envelope sender, each sender once. The other
 * minds nothing, and answers the From address, once a week whoever writes. */
static void send_notice(struct simulated_people *people, struct simulated_person *person,
                        const struct send_request *request) {
    const struct programme_settings *programme = &people->configuration->programme;
    auto_arena arena = arena_new();
    struct simulated_reading reading;
    if (!simulated_mail_read(request->bytes, request->length, programme->address, programme->separator, arena,
                             &reading))
        return;
    bool answers = person->answers_robots ? clock_now() - person->noticed_at >= NOTICE_EVERY : !reading.automatic;
    if (!answers)
        return;
    person->noticed_at = clock_now();
    const char *to = person->answers_robots ? reading.from : request->envelope_from;
    struct simulated_mail mail = simulated_person_mail(
        person, to, arena_format(arena, "%s%s", simulated_words_say(person->language, "away_subject"), reading.subject),
        simulated_words_away(person->language, person->away_until, arena), arena);
    mail.answers = &reading;
    mail.automatic = true;
    mail.style = SIMULATED_BARE;
    simulated_person_post(people, "", to, &mail);
    people->record.notices++;
}

/* The provider had taken it, and finds out that it can't deliver. */
static void send_back(struct simulated_people *people, struct simulated_person *person,
                      const struct send_request *request) {
    struct simulated_record *record = &people->record;
    auto_text bytes = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    if (!simulated_maildir_take_back(person->maildir, &error))
        require(false);
    simulated_bounce_write(&(struct simulated_bounce){.recipient = person->participant.address,
                                                      .envelope_from = request->envelope_from,
                                                      .original = request->bytes,
                                                      .length = request->length,
                                                      .at = clock_now()},
                           &bytes);
    simulated_person_post_bytes(people, "", request->envelope_from, &bytes);
    record->returned =
        memory_grow(record->returned, &people->returned_capacity, record->returned_count + 1, sizeof *record->returned);
    record->returned[record->returned_count++] = request->id;
}

void simulated_correspondence_take(struct simulated_people *people, struct simulated_person *person,
                                   const struct send_request *request) {
    if (person->bounces) {
        send_back(people, person, request);
        return;
    }
    bool keen = person->temperament == SIMULATED_KEEN;
    simulated_person_look_after(person,
                                keen ? simulated_person_hours(person, 1, 20) : simulated_person_hours(person, 3, 90));
    bool responds = clock_now() < person->away_until && !person->gone;
    if (responds)
        send_notice(people, person, request);
}
