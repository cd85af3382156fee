#include "simulation/simulated_letters.h"

#include <string.h>

#include "base/clock.h"

enum { LETTERS_BEFORE_ADDRESS = 2, FORGET_COPY = 7 /* of a hundred */ };

void simulated_letters_plan(struct simulated_people *people, struct simulated_person *person, int64_t wait) {
    int64_t at = simulated_person_awake(person, clock_now() + wait);
    if (at < person->away_until)
        at = simulated_person_awake(person, person->away_until + simulated_person_hours(person, 3, 30));
    bool writes = wait > 0 && at < people->ends_at && !person->gone && !person->parted;
    person->write_at = writes ? at : INT64_MAX;
}

static int64_t until_next(const struct simulated_people *people, struct simulated_person *person) {
    switch (person->temperament) {
    case SIMULATED_KEEN:
        return simulated_person_days(person, 9, 15);
    case SIMULATED_SLOW:
        return simulated_person_days(person, 28, 60);
    case SIMULATED_FADING:
        return simulated_person_has_faded(people, person) ? 0 : simulated_person_days(person, 10, 20);
    case SIMULATED_LONELY:
        return person->sent < 3 ? simulated_person_days(person, 14, 30) : 0;
    case SIMULATED_SILENT:
    case SIMULATED_TEMPERAMENTS:
        return 0;
    }
    return 0;
}

/* ---- Writing ---- */

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

void simulated_letters_write(struct simulated_people *people, struct simulated_person *person) {
    auto_arena arena = arena_new();
    bool answers = person->owes && !string_is_empty(person->letter.message_id);
    enum simulated_way way = choose_way(person);
    const char *to = way == SIMULATED_THROUGH_PROGRAMME ? person->partnership_address : person->partner;
    if (!to)
        return;
    struct simulated_mail mail = simulated_person_mail(person, to,
                                                       answers ? simulated_person_reply_subject(&person->letter, arena)
                                                               : simulated_words_letter_subject(person->letters),
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
    simulated_letters_plan(people, person, taken ? until_next(people, person) : 0);
}

/* ---- Reading ---- */

void simulated_letters_read(struct simulated_people *people, struct simulated_person *person,
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
    simulated_letters_plan(people, person,
                           person->temperament == SIMULATED_SLOW ? simulated_person_days(person, 10, 32)
                                                                 : simulated_person_days(person, 2, 9));
}
