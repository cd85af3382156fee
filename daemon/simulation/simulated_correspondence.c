#include "simulation/simulated_correspondence.h"

#include <string.h>

#include "base/clock.h"
#include "simulation/simulated_application.h"
#include "simulation/simulated_bounce.h"
#include "simulation/simulated_maildir.h"

enum { LETTERS_BEFORE_ADDRESS = 2, FORGET_COPY = 7 /* of a hundred */ };

/* Plans the next letter in WAIT seconds, at an hour when the person is awake; none where WAIT is 0 or the round over.
 */
static void plan_letter(struct simulated_people *people, struct simulated_person *person, int64_t wait) {
    int64_t at = simulated_person_awake(person, clock_now() + wait);
    if (at < person->away_until)
        at = simulated_person_awake(person, person->away_until + simulated_person_hours(person, 3, 30));
    bool writes = wait > 0 && at < people->ends_at && !person->gone && !person->parted;
    person->write_at = writes ? at : INT64_MAX;
}

/* Days between letters (0: none are written), how many at most; of a hundred questions so many are answered. */
static const struct habits {
    uint64_t least, most;
    size_t letters;
    unsigned answers;
} habits_of[SIMULATED_TEMPERAMENTS] = {
    [SIMULATED_KEEN] = {9, 15, SIZE_MAX, 85},    [SIMULATED_SLOW] = {28, 60, SIZE_MAX, 55},
    [SIMULATED_FADING] = {10, 20, SIZE_MAX, 60}, [SIMULATED_LONELY] = {14, 30, 3, 95},
    [SIMULATED_SILENT] = {0, 0, 0, 0},
};

static int64_t until_next(const struct simulated_people *people, struct simulated_person *person) {
    const struct habits *habits = &habits_of[person->temperament];
    bool writes = person->sent < habits->letters && !simulated_person_has_faded(people, person);
    return writes ? simulated_person_days(person, habits->least, habits->most) : 0;
}

/* ---- Letters: writing ---- */

static const char *compose(struct simulated_people *people, struct simulated_person *person, bool answers,
                           struct arena *arena) {
    struct simulated_letter_words words = {
        .writer = person->participant.name,
        .reader = simulated_person_partner(people, person)->participant.name,
        .number = person->sent,
        .offset = person->topics,
        .side = (size_t)(person - people->persons) & 1,
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
    struct simulated_person *partner = simulated_person_partner(people, person);
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
                                                       compose(people, person, answers, arena), arena);
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
    person->owes = false;
    plan_letter(people, person, taken ? until_next(people, person) : 0);
}

/* ---- Letters: reading ---- */

static void read_letter(struct simulated_people *people, struct simulated_person *person,
                        const struct simulated_reading *reading) {
    const char *own = simulated_person_partner(people, person)->participant.address;
    struct arena *arena = people->arena;
    person->received++;
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
    if (simulated_person_has_faded(people, person) || (!person->partnership_address && !person->partner))
        return;
    plan_letter(people, person,
                person->temperament == SIMULATED_SLOW ? simulated_person_days(person, 10, 32)
                                                      : simulated_person_days(person, 2, 9));
}

enum { LONG_SILENCE = 50 * SECONDS_PER_DAY };

/* ---- The programme's questions ---- */

static int choose_digit(struct simulated_person *person) {
    bool nothing_heard = person->received == 0 ||
                         (person->temperament != SIMULATED_KEEN && clock_now() - person->received_at > LONG_SILENCE);
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
        return simulated_words_answer(person->language, *digit);
    bool talks = manner < 6 && (*digit == 1 || *digit == 2);
    return talks ? arena_format(arena, "%d\n\n%s", *digit, simulated_words_say(person->language, "remark"))
                 : arena_format(arena, "%d", *digit);
}

static void answer(struct simulated_people *people, struct simulated_person *person,
                   const struct simulated_reading *question) {
    struct simulated_record *record = &people->record;
    auto_arena arena = arena_new();
    bool faded = simulated_person_has_faded(people, person);
    if (!simulated_person_chance(person, faded ? 0 : habits_of[person->temperament].answers))
        return;
    int digit = choose_digit(person), chosen = digit;
    struct simulated_mail mail =
        simulated_person_mail(person, question->reply_to, simulated_person_reply_subject(question, arena),
                              phrase(person, &digit, arena), arena);
    mail.answers = question;
    mail.answers_line = chosen;
    simulated_person_post(people, mail.from, mail.to, &mail);
    record->answers =
        memory_grow(record->answers, &people->answer_capacity, record->answer_count + 1, sizeof *record->answers);
    record->answers[record->answer_count++] = (struct simulated_answer){
        .message_id = arena_copy_string(people->arena, mail.message_id),
        .participant = person->participant.id,
        .digit = digit,
        .style = mail.style,
        .language = person->language,
    };
}

/* The letter was the person's own: it is to go. */
static void release_letter(struct simulated_people *people, struct simulated_person *person,
                           const struct simulated_reading *question) {
    auto_arena arena = arena_new();
    struct simulated_mail mail =
        simulated_person_mail(person, question->reply_to, simulated_person_reply_subject(question, arena), "1", arena);
    mail.answers = question;
    mail.answers_line = 1;
    simulated_person_post(people, mail.from, mail.to, &mail);
    simulated_person_happened(people, person, false, "answers: that letter was mine, let it go");
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
    bool begins = ((size_t)(person - people->persons) & 1) == 0 || person->temperament == SIMULATED_LONELY;
    if (!through && *reading->partner)
        person->partner = arena_copy_string(people->arena, reading->partner);
    if (begins)
        plan_letter(people, person,
                    simulated_person_hours(person, 3, person->temperament == SIMULATED_SLOW ? 200 : 60));
}

static void read_from_programme(struct simulated_people *people, struct simulated_person *person,
                                const struct simulated_reading *reading) {
    bool introduced = person->partnership_address != NULL;
    if (!person->partnership && simulated_application_read(people, person, reading))
        return;
    learn(people, person, reading);
    if (!introduced && person->partnership_address)
        meet(people, person, reading);
    if (reading->asks)
        answer(people, person, reading);
    if (reading->asks_letter)
        release_letter(people, person, reading);
    /* A question or a topic is a push for those who have not begun. */
    bool begins =
        introduced && person->sent == 0 && person->write_at == INT64_MAX && !simulated_person_has_faded(people, person);
    if (begins && simulated_person_chance(person, 60))
        plan_letter(people, person, simulated_person_hours(person, 4, 72));
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
        const char *partner =
            person->partnership ? simulated_person_partner(people, person)->participant.address : NULL;
        if (reading.from_programme)
            read_from_programme(people, person, &reading);
        else if (reading.letter || (!reading.automatic && string_equal_ignore_case(reading.from, partner)))
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
