#include "simulation/simulated_replies.h"

#include "base/clock.h"
#include "simulation/simulated_letters.h"
#include "simulation/simulated_maildir.h"

enum { LONG_SILENCE = 50 * SECONDS_PER_DAY };

/* ---- Answers ---- */

static int choose_digit(struct simulated_person *person) {
    bool nothing_heard = person->received == 0 ||
                         (person->temperament != SIMULATED_KEEN && clock_now() - person->received_at > LONG_SILENCE);
    if (nothing_heard)
        return person->temperament == SIMULATED_LONELY && ++person->silences >= 3 ? 4 : 3;
    return simulated_person_chance(person, person->temperament == SIMULATED_KEEN ? 90 : 35) ? 1 : 2;
}

static unsigned willingness(const struct simulated_people *people, const struct simulated_person *person) {
    switch (person->temperament) {
    case SIMULATED_KEEN:
        return 85;
    case SIMULATED_SLOW:
        return 55;
    case SIMULATED_FADING:
        return simulated_person_has_faded(people, person) ? 0 : 60;
    case SIMULATED_LONELY:
        return 95;
    case SIMULATED_SILENT:
    case SIMULATED_TEMPERAMENTS:
        return 0;
    }
    return 0;
}

/* A digit most often; sometimes the word for it, or a sentence more; now and then neither. */
static const char *phrase(struct simulated_person *person, int *digit, struct arena *arena) {
    uint64_t manner = simulated_person_below(person, 20);
    if (manner == 0) {
        *digit = 0;
        return simulated_words_unclear(person->language);
    }
    if (manner < 3)
        return simulated_words_answer(person->language, *digit);
    bool talks = manner < 6 && (*digit == 1 || *digit == 2);
    return talks ? arena_format(arena, "%d\n\n%s", *digit, simulated_words_remark(person->language))
                 : arena_format(arena, "%d", *digit);
}

static void answer(struct simulated_people *people, struct simulated_person *person,
                   const struct simulated_reading *question) {
    struct simulated_record *record = &people->record;
    auto_arena arena = arena_new();
    if (!simulated_person_chance(person, willingness(people, person)))
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

/* ---- Reading ---- */

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
        simulated_letters_plan(people, person,
                               simulated_person_hours(person, 3, person->temperament == SIMULATED_SLOW ? 200 : 60));
}

static void read_from_programme(struct simulated_people *people, struct simulated_person *person,
                                const struct simulated_reading *reading) {
    bool introduced = person->partnership_address != NULL;
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
        simulated_letters_plan(people, person, simulated_person_hours(person, 4, 72));
}

bool simulated_replies_look(struct simulated_people *people, struct simulated_person *person, struct error *error) {
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
        const char *partner = simulated_person_partner(people, person)->participant.address;
        if (reading.from_programme)
            read_from_programme(people, person, &reading);
        else if (reading.letter || (!reading.automatic && string_equal_ignore_case(reading.from, partner)))
            simulated_letters_read(people, person, &reading);
    }
    person->has_mail = false;
    return true;
}
