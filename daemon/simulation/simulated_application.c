#include "simulation/simulated_application.h"

#include <string.h>

#include "app/action_application.h"
#include "base/civil.h"
#include "base/clock.h"
#include "base/country.h"
#include "base/localise.h"
#include "mail/message/address.h"

enum {
    JOINS_WITHIN = 9 * 24,  /* hours after sign-up has opened */
    CORRECTIONS_MOST = 3,   /* then somebody gives in */
    ATTEMPTS_TO_PICK = 100, /* of a question of a certain kind */
};

/* Of a hundred. */
enum { FORGET = 9, BLUR = 9, SLIP = 8, DAWDLE = 7, TWICE = 2, PASS_OVER_OPTIONAL = 40, AVOID_SOMEBODY = 6, SIGN = 30 };

/* ---- Asking for the form ---- */

void simulated_application_plan(struct simulated_people *people, struct simulated_person *person) {
    person->write_at =
        simulated_person_awake(person, people->opens_at + simulated_person_hours(person, 0, JOINS_WITHIN));
    person->forgets = simulated_person_chance(person, FORGET);
    person->blurs = simulated_person_chance(person, BLUR);
    person->slips = simulated_person_chance(person, SLIP);
    person->dawdles = simulated_person_chance(person, DAWDLE);
    person->joins_twice = simulated_person_chance(person, TWICE);
}

void simulated_application_begin(struct simulated_people *people, struct simulated_person *person) {
    const struct programme_settings *programme = &people->configuration->programme;
    const struct address_scheme scheme = {programme->address, programme->separator};
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    char to[ADDRESS_SIZE];
    require(address_with_tag(&scheme, 0, "join", to, &error));
    struct simulated_mail mail =
        simulated_person_mail(person, to, simulated_words_say(person->language, "join_subject"),
                              simulated_words_say(person->language, "join"), arena);
    simulated_person_post(people, mail.from, to, &mail);
    person->applicant->joins++;
    if (person->joins_twice)
        person->write_at = clock_now() + simulated_person_hours(person, 0, 1);
    person->joins_twice = false;
}

/* ---- What somebody has to say, as programme/form_value.h has it ---- */

static const char *choose_options(struct simulated_person *person, const struct form_question *question,
                                  struct arena *arena) {
    auto_text keys = TEXT_EMPTY;
    unsigned likely = question->role == FORM_ROLE_SHARING ? 80 : 40;
    for (size_t i = 0; i < question->option_count; i++)
        if (simulated_person_chance(person, likely) || (i + 1 == question->option_count && !keys.length))
            text_append_format(&keys, "%s%s", keys.length ? "," : "", question->options[i].key);
    return arena_copy_string(arena, text_string(&keys));
}

static const char *choose_text(struct simulated_person *person, const struct form_question *question) {
    if (question->role == FORM_ROLE_NAME)
        return person->participant.name;
    if (question->role == FORM_ROLE_AVOIDED && !simulated_person_chance(person, AVOID_SOMEBODY))
        return NULL;
    return simulated_words_text(person->language, question->name, (size_t)simulated_person_below(person, 100));
}

static const char *choose_date(struct simulated_person *person, struct arena *arena) {
    int64_t day = (clock_now() + simulated_person_days(person, 20, 90)) / SECONDS_PER_DAY;
    struct civil_date date = civil_from_days(day);
    return arena_format(arena, "%04d-%02d-%02d", (int)date.year, date.month, date.day);
}

/* NULL: nothing, as it need not be answered. */
static const char *choose(struct simulated_person *person, const struct form_question *question, struct arena *arena) {
    char only[COUNTRY_ZONE_SIZE];
    struct error error = ERROR_INIT;
    bool passes = !question->required && question->role != FORM_ROLE_SHARING &&
                  simulated_person_chance(person, PASS_OVER_OPTIONAL);
    if (passes)
        return NULL;
    switch (question->kind) {
    case FORM_TEXT:
        return choose_text(person, question);
    case FORM_ONE_OF:
        return question->options[simulated_person_below(person, question->option_count)].key;
    case FORM_SEVERAL:
        return choose_options(person, question, arena);
    case FORM_RATING:
        return arena_format(arena, "%d", 1 + (int)simulated_person_below(person, 5));
    case FORM_YES_NO:
        return simulated_person_chance(person, 75) ? "yes" : "no";
    case FORM_AGREEMENT:
        return "yes";
    case FORM_COUNTRY:
        return person->participant.country;
    case FORM_LANGUAGES:
        return person->languages;
    case FORM_ZONE:
        return country_only_zone(person->participant.country, clock_now(), only, &error)
                   ? NULL
                   : person->participant.time_zone;
    case FORM_DATE:
        return choose_date(person, arena);
    }
    return NULL;
}

/* ---- How it is written ---- */

static bool has_key(const char *keys, const char *key) {
    size_t length = strlen(key);
    for (const char *at = keys; *at; at += strspn(at, ",")) {
        if (strcspn(at, ",") == length && strncmp(at, key, length) == 0)
            return true;
        at += strcspn(at, ",");
    }
    return false;
}

/* "2", "(2)", "2, 3" */
static const char *write_numbers(struct simulated_person *person, const struct form_question *question,
                                 const char *value, struct arena *arena) {
    bool bracketed = question->kind == FORM_ONE_OF && simulated_person_chance(person, 25);
    auto_text written = TEXT_EMPTY;
    for (size_t i = 0; i < question->option_count; i++)
        if (has_key(value, question->options[i].key))
            text_append_format(&written, "%s%s%zu%s", written.length ? ", " : "", bracketed ? "(" : "", i + 1,
                               bracketed ? ")" : "");
    return arena_copy_string(arena, text_string(&written));
}

static const char *write_value(struct simulated_person *person, const struct form *form, size_t number,
                               const char *value, struct arena *arena) {
    const struct form_question *question = &form->questions[number];
    bool in_words = !question->option_count || simulated_person_chance(person, 35);
    return in_words ? form_value_show(form, number, value, arena) : write_numbers(person, question, value, arena);
}

/* So that it can't be certain what is meant: two where one is asked for, a slip in a name. */
static const char *blur(struct simulated_person *person, const struct form *form, size_t number, const char *value,
                        struct arena *arena) {
    const struct form_question *question = &form->questions[number];
    if (question->kind == FORM_ONE_OF) {
        size_t first = 1 + (size_t)simulated_person_below(person, question->option_count - 1);
        return arena_format(arena, "%zu %s %zu", first, form->words->says[FORM_SAY_OR], first + 1);
    }
    char *name = arena_copy_string(arena, form_value_show(form, number, value, arena));
    size_t last = strlen(name) - 1;
    if (last > 4 && (signed char)name[last] > 0 && (signed char)name[last - 1] > 0) {
        char swapped = name[last];
        name[last] = name[last - 1];
        name[last - 1] = swapped;
    }
    return name;
}

/* A required question of that kind; -1: there is none. */
static int pick(struct simulated_person *person, const struct form *form, enum form_kind kind) {
    for (int i = 0; i < ATTEMPTS_TO_PICK; i++) {
        size_t number = (size_t)simulated_person_below(person, form->count);
        if (form->questions[number].required && form->questions[number].kind == kind)
            return (int)number;
    }
    return -1;
}

/* ---- A reply ---- */

struct replying {
    struct simulated_people *people;
    struct simulated_person *person;
    const struct simulated_reading *reading;
    const struct form *form;
    struct simulated_sheet *sheet;
    struct arena *arena;
    struct simulated_insertion *items;
    size_t count;
};

static void say(struct replying *replying, size_t number, const char *written) {
    replying->items[replying->count++] = (struct simulated_insertion){(int)number + 1, written};
}

/* "2. Sweden", "2) Sweden", "Country: Sweden"; ALONE just "Sweden". */
static const char *list_answers(const struct replying *replying, bool alone) {
    static const char *const marks[] = {".", ")", ":", " -"};
    struct simulated_person *person = replying->person;
    const char *mark = marks[simulated_person_below(person, COUNT_OF(marks))];
    bool labelled = simulated_person_chance(person, 20);
    auto_text list = TEXT_EMPTY;
    if (!alone && simulated_person_chance(person, SIGN))
        text_append_format(&list, "%s\n\n", simulated_words_say(person->language, "my_answers"));
    for (size_t i = 0; i < replying->count; i++) {
        const struct simulated_insertion *item = &replying->items[i];
        if (labelled)
            text_append_format(&list, "%s: ", replying->form->questions[item->number - 1].label);
        else if (!alone)
            text_append_format(&list, "%d%s ", item->number, mark);
        text_append_format(&list, "%s\n", item->text);
    }
    if (simulated_person_chance(person, SIGN))
        text_append_format(
            &list, "\n%s",
            localise_first_name(replying->arena, person->participant.name, person->participant.language));
    return arena_copy_string(replying->arena, text_string(&list));
}

static void send_reply(const struct replying *replying, const char *text, bool inside) {
    struct simulated_person *person = replying->person;
    const struct simulated_reading *reading = replying->reading;
    struct simulated_mail mail = simulated_person_mail(
        person, reading->reply_to, simulated_person_reply_subject(reading, replying->arena), text, replying->arena);
    mail.answers = reading;
    if (inside) {
        mail.insertions = replying->items;
        mail.insertion_count = replying->count;
    } else if (mail.style == SIMULATED_INLINE) {
        mail.style = SIMULATED_ABOVE;
    }
    simulated_person_post(replying->people, mail.from, mail.to, &mail);
}

/* ASKED: so many questions that are to be answered. */
static void send_answers(const struct replying *replying, size_t asked) {
    bool inside = asked && replying->person->style == SIMULATED_INLINE;
    send_reply(replying, inside ? "" : list_answers(replying, asked == 1), inside);
}

/* ---- The form ---- */

static void mean(const struct replying *replying, size_t number, const char *value) {
    replying->sheet->meant[number] = value ? arena_copy_string(replying->people->arena, value) : NULL;
}

static size_t fill_in(struct replying *replying) {
    struct simulated_person *person = replying->person;
    struct simulated_sheet *sheet = replying->sheet;
    const struct form *form = replying->form;
    int forgotten = person->forgets ? (int)simulated_person_below(person, form->count) : -1,
        blurred =
            person->blurs ? pick(person, form, simulated_person_chance(person, 70) ? FORM_ONE_OF : FORM_COUNTRY) : -1;
    sheet->meant = arena_take_array(replying->people->arena, form->count, sizeof *sheet->meant);
    sheet->asked = arena_take_array(replying->people->arena, form->count, sizeof *sheet->asked);
    sheet->count = form->count;
    for (size_t i = 0; i < form->count; i++) {
        const struct form_question *question = &form->questions[i];
        bool forgets = (int)i == forgotten && question->required && question->kind != FORM_ZONE;
        const char *value = choose(person, question, replying->arena);
        mean(replying, i, value);
        if (value)
            sheet->questions++;
        if (value && !forgets)
            say(replying, i,
                (int)i == blurred ? blur(person, form, i, value, replying->arena)
                                  : write_value(person, form, i, value, replying->arena));
        else if (!value && question->role == FORM_ROLE_AVOIDED && simulated_person_chance(person, 50))
            say(replying, i, form->words->lists[FORM_SKIP].shown);
    }
    return form->count;
}

/* What is asked again is answered as it had been meant. Like fill_in it returns how many questions there were. */
static size_t answer_again(struct replying *replying) {
    struct simulated_person *person = replying->person;
    struct simulated_sheet *sheet = replying->sheet;
    size_t asked = 0;
    for (size_t i = 0; i < sheet->count; i++) {
        if (!simulated_mail_question(replying->reading->text, i + 1))
            continue;
        asked++;
        sheet->asked_again += !sheet->asked[i];
        sheet->asked[i] = true;
        if (!sheet->meant[i] && replying->form->questions[i].kind == FORM_ZONE)
            mean(replying, i, person->participant.time_zone);
        if (sheet->meant[i])
            say(replying, i, write_value(person, replying->form, i, sheet->meant[i], replying->arena));
    }
    return asked;
}

/* ---- The summary ---- */

/* What the programme understood, as it stands there: a line that ends with a blank goes on (RFC 3676). In ARENA. */
static const char *shown_in(const char *text, size_t number, struct arena *arena) {
    const char *line = simulated_mail_question(text, number + 1), *value = line ? strstr(line, ":* ") : NULL;
    auto_text shown = TEXT_EMPTY;
    for (const char *at = value ? value + strlen(":* ") : ""; *at;) {
        size_t length = strcspn(at, "\n");
        text_append_bytes(&shown, at, length);
        if (!length || at[length - 1] != ' ' || !at[length])
            break;
        at += length + 1;
    }
    return arena_copy_string(arena, text_string(&shown));
}

static bool is_right(const struct replying *replying, size_t number) {
    const struct form *form = replying->form;
    const char *meant = replying->sheet->meant[number];
    const char *shown = shown_in(replying->reading->text, number, replying->arena);
    if (!meant && form->questions[number].kind == FORM_ZONE)
        return true;
    if (meant && form->questions[number].kind == FORM_TEXT)
        return string_equal(shown, form->words->says[FORM_SAY_YOUR_WORDS]) || string_equal(shown, meant);
    return string_equal(shown, meant ? form_value_show(form, number, meant, replying->arena)
                                     : form->words->says[FORM_SAY_NOTHING]);
}

static void change_mind(const struct replying *replying, int number) {
    if (number < 0)
        return;
    const struct form_question *question = &replying->form->questions[number];
    const char *before = replying->sheet->meant[number];
    for (size_t i = 0; i < question->option_count; i++)
        if (!string_equal(question->options[i].key, before))
            mean(replying, (size_t)number, question->options[i].key);
}

static void correct(struct replying *replying) {
    struct simulated_person *person = replying->person;
    struct simulated_applicant *applicant = person->applicant;
    struct simulated_sheet *sheet = replying->sheet;
    for (size_t i = 0; i < sheet->count; i++)
        sheet->wrong += applicant->corrections == 0 && !is_right(replying, i);
    if (person->slips)
        change_mind(replying, pick(person, replying->form, FORM_ONE_OF));
    person->slips = false;
    for (size_t i = 0; applicant->corrections < CORRECTIONS_MOST && i < sheet->count; i++)
        if (sheet->meant[i] && !is_right(replying, i))
            say(replying, i, write_value(person, replying->form, i, sheet->meant[i], replying->arena));
}

static const char *say_yes(const struct replying *replying) {
    struct simulated_person *person = replying->person;
    char *yes = arena_copy_string(replying->arena, replying->form->words->lists[FORM_YES].shown);
    if (*yes >= 'a' && *yes <= 'z')
        *yes = (char)(*yes - 'a' + 'A');
    return simulated_person_chance(person, SIGN)
               ? arena_format(
                     replying->arena, "%s!\n\n%s", yes,
                     localise_first_name(replying->arena, person->participant.name, person->participant.language))
               : yes;
}

static void read_summary(struct replying *replying) {
    struct simulated_person *person = replying->person;
    struct simulated_applicant *applicant = person->applicant;
    if (person->dawdles) { /* until the reminder comes */
        person->dawdles = false;
        return;
    }
    correct(replying);
    if (replying->count) {
        applicant->corrections++;
        send_answers(replying, 0);
        return;
    }
    applicant->confirmed = true;
    send_reply(replying, say_yes(replying), false);
}

/* ---- What comes ---- */

bool simulated_application_read(struct simulated_people *people, struct simulated_person *person,
                                const struct simulated_reading *reading) {
    auto_arena arena = arena_new();
    struct simulated_applicant *applicant = person->applicant;
    const struct form_set *forms =
        templates_form(people->templates, APPLICATION_FORM, person->participant.language, arena);
    if (!forms || applicant->confirmed)
        return false;
    struct replying replying = {.people = people,
                                .person = person,
                                .reading = reading,
                                .form = forms->forms[0],
                                .sheet = &applicant->sheet,
                                .arena = arena};
    bool form = strstr(reading->text, replying.form->words->says[FORM_SAY_END]) != NULL, summary = false;
    for (size_t i = 0; !form && i < replying.form->count; i++)
        summary |= simulated_mail_question(reading->text, i + 1) != NULL;
    if (!form && !summary)
        return false;
    if (string_equal(reading->message_id, person->answered)) /* it came twice */
        return true;
    person->answered = arena_copy_string(people->arena, reading->message_id);
    replying.items = arena_take_array(arena, replying.form->count, sizeof *replying.items);
    if (summary) {
        read_summary(&replying);
        return true;
    }
    send_answers(&replying, (applicant->sheet.meant ? answer_again : fill_in)(&replying));
    return true;
}

/* ---- Surveys ---- */

static struct simulated_survey *find_survey(struct simulated_people *people, const struct simulated_person *person,
                                            const struct survey *survey) {
    struct simulated_record *record = &people->record;
    for (size_t i = 0; i < record->survey_count; i++)
        if (record->surveys[i].id == survey->id)
            return &record->surveys[i];
    record->surveys =
        memory_grow(record->surveys, &people->survey_capacity, record->survey_count + 1, sizeof *record->surveys);
    record->surveys[record->survey_count] =
        (struct simulated_survey){.id = survey->id,
                                  .participant = person->participant.id,
                                  .name = arena_copy_string(people->arena, survey->name)};
    return &record->surveys[record->survey_count++];
}

void simulated_application_survey(struct simulated_people *people, struct simulated_person *person,
                                  const struct simulated_reading *reading, const struct survey *survey, unsigned likely,
                                  bool reminder) {
    auto_arena arena = arena_new();
    const struct form_set *forms = templates_form(people->templates, survey->name, person->participant.language, arena);
    struct simulated_survey *mine = find_survey(people, person, survey);
    bool again = mine->sheet.meant != NULL;
    if (!forms || (!again && !simulated_person_chance(person, likely)))
        return;
    struct replying replying = {.people = people,
                                .person = person,
                                .reading = reading,
                                .form = forms->forms[0],
                                .sheet = &mine->sheet,
                                .arena = arena};
    replying.items = arena_take_array(arena, replying.form->count, sizeof *replying.items);
    mine->reminded |= reminder && !again;
    send_answers(&replying, (again ? answer_again : fill_in)(&replying));
}
