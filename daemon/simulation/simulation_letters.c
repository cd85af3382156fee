#include "simulation/simulation_letters.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/relay.h"
#include "base/clock.h"
#include "programme/question.h"
#include "store/answers.h"
#include "store/contacts.h"
#include "store/incidents.h"
#include "store/partnerships.h"

/* ---- Contacts ---- */

struct contacts {
    struct contact *items;
    size_t count, capacity;
};

static bool read_contacts(struct simulation_closing *closing, struct contacts *contacts, struct error *error) {
    struct database *database = closing->service->database;
    struct partnership_list partnerships;
    if (!partnerships_list(database, &(struct partnership_filter){0}, closing->arena, &partnerships, error))
        return false;
    for (size_t i = 0; i < partnerships.count; i++) {
        struct contact_list list;
        if (!contacts_list(database, partnerships.items[i].id, closing->arena, &list, error))
            return false;
        for (size_t j = 0; j < list.count; j++) {
            contacts->items =
                memory_grow(contacts->items, &contacts->capacity, contacts->count + 1, sizeof *contacts->items);
            contacts->items[contacts->count++] = list.items[j];
        }
    }
    return true;
}

/* How many there are of one letter; all must be its writer's. */
static size_t count_contacts(struct simulation_closing *closing, const struct contacts *contacts,
                             const struct simulated_letter *letter, const struct inbox_row *received) {
    size_t count = 0;
    for (size_t i = 0; i < contacts->count; i++) {
        const struct contact *contact = &contacts->items[i];
        if (contact->inbox != received->id || contact->channel == CONTACT_CHECK_IN)
            continue;
        count++;
        if (contact->participant != letter->participant || contact->partnership != letter->partnership)
            simulation_closing_fault(closing, "the letter %s is a contact of somebody else", letter->message_id);
    }
    return count;
}

/* ---- One letter ---- */

static const struct outbox_row *find_copy(const struct simulation_closing *closing, int64_t inbox) {
    for (size_t i = 0; i < closing->rows.count; i++)
        if (closing->rows.items[i].inbox == inbox && string_equal(closing->rows.items[i].step, RELAY_STEP))
            return &closing->rows.items[i];
    return NULL;
}

static void count_copy(struct simulation_closing *closing, const struct simulated_letter *letter,
                       const struct outbox_row *copy) {
    struct simulation_letter_account *account = &closing->accounts->letters;
    if (!copy) {
        account->refused++;
        return;
    }
    size_t *const counts[OUTBOX_STATE_COUNT] = {
        [OUTBOX_SENT] = simulation_closing_was_returned(closing, copy->id) ? &account->returned : &account->passed_on,
        [OUTBOX_HELD] = &account->held,
        [OUTBOX_CANCELLED] = &account->dropped,
        [OUTBOX_EXPIRED] = &account->dropped,
        [OUTBOX_FAILED] = &account->failed,
        [OUTBOX_QUEUED] = &account->open,
        [OUTBOX_SENDING] = &account->open,
        [OUTBOX_UNCERTAIN] = &account->open,
    };
    ++*counts[copy->state];
    account->asked += copy->state == OUTBOX_SENT && letter->from_home;
}

/* The bytes of a letter stand only while it may still be sent. */
static bool check_kept(struct simulation_closing *closing, const struct simulated_letter *letter,
                       const struct inbox_row *received, const struct outbox_row *copy, struct error *error) {
    struct database *database = closing->service->database;
    const char *incoming, *outgoing = NULL;
    size_t length;
    bool may_go = copy && (copy->state == OUTBOX_HELD || copy->state == OUTBOX_QUEUED ||
                           copy->state == OUTBOX_SENDING || copy->state == OUTBOX_UNCERTAIN);
    if (!inbox_content(database, received->id, closing->arena, &incoming, &length, error) ||
        (copy && !outbox_content(database, copy->id, closing->arena, &outgoing, &length, error)))
        return false;
    if (incoming || (outgoing && !may_go))
        simulation_closing_fault(closing, "the letter %s is still kept", letter->message_id);
    return true;
}

/* Who wrote it hears of it, once a day, or a coordinator does. */
static void check_told(struct simulation_closing *closing, const struct simulated_letter *letter,
                       const struct inbox_row *received) {
    bool told = received->state != INBOX_HANDLED;
    for (size_t i = 0; i < closing->rows.count; i++) {
        const struct outbox_row *row = &closing->rows.items[i];
        told |= string_equal(row->step, "answer") && row->participant == letter->participant &&
                row->partnership == letter->partnership && row->created_at <= received->received_at &&
                row->created_at > received->received_at - SECONDS_PER_DAY;
    }
    if (!told)
        simulation_closing_fault(closing, "the letter %s was not passed on, and nobody was told", letter->message_id);
}

static bool check_through_programme(struct simulation_closing *closing, const struct contacts *contacts,
                                    const struct simulated_letter *letter, struct error *error) {
    const struct inbox_row *received = simulation_closing_find_received(closing, letter->message_id);
    closing->accounts->letters.written++;
    if (!received) {
        simulation_closing_fault(closing, "the letter %s was never recorded", letter->message_id);
        return true;
    }
    const struct outbox_row *copy = find_copy(closing, received->id);
    size_t logged = count_contacts(closing, contacts, letter, received);
    count_copy(closing, letter, copy);
    if (!copy)
        check_told(closing, letter, received);
    if (logged > 1 || (copy && copy->state == OUTBOX_SENT && logged == 0) || (!copy && logged > 0))
        simulation_closing_fault(closing, "the letter %s (%s) is %zu contacts", letter->message_id,
                                 copy ? outbox_state_name(copy->state) : "not passed on", logged);
    return check_kept(closing, letter, received, copy, error);
}

static void check_copied(struct simulation_closing *closing, const struct contacts *contacts,
                         const struct simulated_letter *letter) {
    const struct inbox_row *received = simulation_closing_find_received(closing, letter->message_id);
    closing->accounts->letters.copied++;
    if (!received) {
        simulation_closing_fault(closing, "the copy of the letter %s was never recorded", letter->message_id);
        return;
    }
    size_t logged = count_contacts(closing, contacts, letter, received);
    closing->accounts->letters.logged += logged > 0;
    if (logged > 1)
        simulation_closing_fault(closing, "the letter %s is %zu contacts", letter->message_id, logged);
}

/* ---- What is left in the database's files ---- */

struct searching {
    struct simulation_closing *closing;
    struct text files, kept;
};

/* What somebody still has to read or decide stands there by right, and so does what was reported. */
static bool read_kept(struct searching *searching, struct error *error) {
    struct simulation_closing *closing = searching->closing;
    struct database *database = closing->service->database;
    struct incident_list incidents;
    const char *bytes;
    size_t length;
    if (!incidents_list(database, false, closing->arena, &incidents, error))
        return false;
    for (size_t i = 0; i < incidents.count; i++) {
        if (!incidents_mail(database, incidents.items[i].id, closing->arena, &bytes, &length, error))
            return false;
        text_append_bytes(&searching->kept, bytes ? bytes : "", bytes ? length : 0);
    }
    for (size_t i = 0; i < closing->received.count; i++) {
        if (closing->received.items[i].state != INBOX_WAITING)
            continue;
        if (!inbox_content(database, closing->received.items[i].id, closing->arena, &bytes, &length, error))
            return false;
        text_append_bytes(&searching->kept, bytes ? bytes : "", bytes ? length : 0);
    }
    for (size_t i = 0; i < closing->rows.count; i++) {
        if (closing->rows.items[i].state == OUTBOX_SENT)
            continue;
        if (!outbox_content(database, closing->rows.items[i].id, closing->arena, &bytes, &length, error))
            return false;
        text_append_bytes(&searching->kept, bytes ? bytes : "", bytes ? length : 0);
    }
    return true;
}

static void read_database_file(struct searching *searching, const char *ending) {
    const char *path = arena_format(searching->closing->arena, "%s%s",
                                    searching->closing->service->configuration->programme.database, ending);
    FILE *file = fopen(path, "rb");
    char buffer[65536];
    for (size_t got; file && (got = fread(buffer, 1, sizeof buffer, file)) > 0;)
        text_append_bytes(&searching->files, buffer, got);
    if (file)
        fclose(file);
}

static void look_for(void *context, const char *sentence) {
    struct searching *searching = context;
    size_t length = strlen(sentence);
    const struct text *files = &searching->files, *kept = &searching->kept;
    searching->closing->accounts->letters.sentences++;
    if (!files->length || !memmem(files->bytes, files->length, sentence, length) ||
        (kept->length && memmem(kept->bytes, kept->length, sentence, length)))
        return;
    simulation_closing_fault(searching->closing, "a letter's sentence is left in the database: \"%s\"", sentence);
}

static bool check_database_files(struct simulation_closing *closing, struct error *error) {
    struct searching searching = {.closing = closing};
    bool good = read_kept(&searching, error);
    if (good) {
        read_database_file(&searching, "");
        read_database_file(&searching, "-wal");
        simulated_words_each_sentence(look_for, &searching);
    }
    text_free(&searching.files);
    text_free(&searching.kept);
    return good;
}

/* ---- All of them ---- */

static bool check_letter(struct simulation_closing *closing, const struct contacts *contacts,
                         const struct simulated_letter *letter, struct error *error) {
    switch (letter->way) {
    case SIMULATED_THROUGH_PROGRAMME:
        return check_through_programme(closing, contacts, letter, error);
    case SIMULATED_COPIED:
        return check_copied(closing, contacts, letter), true;
    case SIMULATED_UNSEEN:
        closing->accounts->letters.unseen++;
        break;
    }
    return true;
}

static void check_sum(struct simulation_closing *closing) {
    const struct simulation_letter_account *account = &closing->accounts->letters;
    size_t copies = 0, accounted = account->passed_on + account->returned + account->held + account->dropped +
                                   account->failed + account->open;
    for (size_t i = 0; i < closing->rows.count; i++)
        copies += string_equal(closing->rows.items[i].step, RELAY_STEP);
    if (copies != accounted)
        simulation_closing_fault(closing, "%zu letters are in the outbox, but people wrote %zu of them", copies,
                                 accounted);
}

bool simulation_letters_check(struct simulation_closing *closing, struct error *error) {
    struct contacts contacts = {0};
    bool good = read_contacts(closing, &contacts, error);
    for (size_t i = 0; good && i < closing->record->letter_count; i++)
        good = check_letter(closing, &contacts, &closing->record->letters[i], error);
    free(contacts.items);
    check_sum(closing);
    return good && check_database_files(closing, error);
}

/* ---- Answers to check-ins ---- */

/* The digit that was noted because of one mail; 0: none. */
static bool find_noted(struct simulation_closing *closing, const struct inbox_row *received, int64_t *ret,
                       struct error *error) {
    struct answer_list noted;
    *ret = 0;
    if (!answers_list(closing->service->database, received->partnership, closing->arena, &noted, error))
        return false;
    for (size_t i = 0; i < noted.count; i++)
        if (noted.items[i].inbox == received->id)
            *ret = noted.items[i].value;
    return true;
}

static void count_answer(struct simulation_manner *manner, const struct simulated_answer *answer, int64_t noted) {
    manner->answers++;
    manner->understood += answer->digit != 0 && noted == answer->digit;
    manner->asked_again += answer->digit == 0;
    manner->unheard += answer->digit != 0 && noted == 0;
}

static bool check_answer(struct simulation_closing *closing, const struct simulated_answer *answer,
                         struct error *error) {
    const struct inbox_row *received = simulation_closing_find_received(closing, answer->message_id);
    int64_t noted;
    if (!received) {
        simulation_closing_fault(closing, "the answer %s was never recorded", answer->message_id);
        return true;
    }
    if (!find_noted(closing, received, &noted, error))
        return false;
    if (noted != 0 && noted != answer->digit)
        simulation_closing_fault(closing, "the answer %s was %d, but %" PRId64 " was noted", answer->message_id,
                                 answer->digit, noted);
    count_answer(&closing->accounts->styles[answer->style], answer, noted);
    count_answer(&closing->accounts->languages[answer->language], answer, noted);
    return true;
}

bool simulation_letters_check_answers(struct simulation_closing *closing, struct error *error) {
    const struct simulated_record *record = closing->record;
    for (size_t i = 0; i < record->letter_count; i++) {
        closing->accounts->styles[record->letters[i].style].letters++;
        closing->accounts->languages[record->letters[i].language].letters++;
    }
    for (size_t i = 0; i < record->answer_count; i++)
        if (question_find(record->answers[i].question)->kept && !check_answer(closing, &record->answers[i], error))
            return false;
    return true;
}
