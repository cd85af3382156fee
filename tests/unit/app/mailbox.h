#pragma once
/* What the tests of incoming mail share: mails made up, and taken in as from the programme's mailbox. */
#include "fixture.h"

#include "app/handling.h"
#include "mail/description.h"
#include "store/answers.h"
#include "store/contacts.h"
#include "store/inbox.h"
#include "store/tags.h"

struct mailbox {
    struct fixture *fixture;
    uint32_t uid;
};

/* The two are introduced, and Anna has been asked how it goes. */
static inline struct outbox_row introduce_and_ask(struct fixture *fixture) {
    size_t count;
    struct outbox_list questions;
    assert_done(action_round_start(&fixture->service, fixture->round, &count, &error));
    fixture_pass(fixture, 9 * SECONDS_PER_DAY);
    assert_done(outbox_list_open_questions(fixture->database, fixture->anna, fixture->arena, &questions, &error));
    assert_int_equal(questions.count, 1);
    return questions.items[0];
}

static inline const char *tag_of(struct fixture *fixture, const struct tag *wanted) {
    struct tag tag, asked = *wanted;
    char secret[ADDRESS_SECRET_MIN + 1];
    random_secret(secret, ADDRESS_SECRET_MIN);
    asked.secret = secret;
    assert_done(tags_find_or_create(fixture->database, &asked, fixture->arena, &tag, &error));
    return arena_format(fixture->arena, "iln+%c%s@example.org", tag.purpose, tag.secret);
}

/* Takes a message in from the inbox or the junk folder. False where it was not recorded; else *RET is the row that it
 * became. */
static inline bool take_from(struct mailbox *mailbox, bool junk, const char *bytes, struct inbox_row *ret) {
    struct fixture *fixture = mailbox->fixture;
    struct description_settings settings;
    struct description description;
    struct inbox_list rows;
    bool recorded;
    struct received_message message = {.folder = "INBOX",
                                       .uidvalidity = 1,
                                       .uid = ++mailbox->uid,
                                       .junk_folder = junk,
                                       .bytes = bytes,
                                       .length = strlen(bytes),
                                       .size = strlen(bytes)};
    service_description_settings(&fixture->service, &settings);
    description_make(bytes, message.length, &settings, fixture->arena, &description);
    assert_done(handling_take(&fixture->service, &message, &description, &recorded, &error));
    assert_done(inbox_list(fixture->database, &(struct inbox_filter){0}, fixture->arena, &rows, &error));
    if (recorded)
        *ret = rows.items[rows.count - 1];
    return recorded;
}

/* What the row says that the message became. */
static inline struct inbox_row take(struct mailbox *mailbox, const char *bytes) {
    struct inbox_row row = {0};
    assert_true(take_from(mailbox, false, bytes, &row));
    return row;
}

static inline const char *mail(struct fixture *fixture, const char *from, const char *to, const char *more,
                               const char *text) {
    static int number;
    return arena_format(fixture->arena,
                        "From: %s\r\nTo: %s\r\n%sSubject: Re: hello\r\nMessage-ID: <m%d@example.net>\r\n"
                        "Date: Mon, 25 Jan 2027 10:00:00 +0000\r\n\r\n%s\r\n",
                        from, to, more, ++number, text);
}

static inline struct answer_list check_ins(struct fixture *fixture) {
    struct answer_list list;
    assert_done(answers_list(fixture->database, fixture->partnership, fixture->arena, &list, &error));
    return list;
}

static inline struct contact_list contacts(struct fixture *fixture) {
    struct contact_list list;
    assert_done(contacts_list(fixture->database, fixture->partnership, fixture->arena, &list, &error));
    return list;
}

static inline const struct fake_letter *last_letter(const struct fixture *fixture, const char *to) {
    for (size_t i = fixture->fake.started; i > 0; i--)
        if (string_equal(fixture->fake.letters[i - 1].to, to))
            return &fixture->fake.letters[i - 1];
    fail_msg("nothing for %s", to);
    abort();
}

static inline const char *way_of(struct fixture *fixture, int64_t participant) {
    return tag_of(fixture,
                  &(struct tag){.purpose = 'p', .participant = participant, .partnership = fixture->partnership});
}

static inline void set_partnership_state(struct fixture *fixture, enum partnership_state state) {
    struct event_cause cause = service_cause(&fixture->service, NULL);
    assert_done(partnerships_set_state(fixture->database, fixture->partnership, state, &cause, &error));
}

static inline void relay(struct fixture *fixture) {
    fixture->configuration.programme.relay = RELAY_YES;
    assert_done(service_refresh(&fixture->service, &error));
}

static inline void introduce_and_relay(struct fixture *fixture) {
    introduce_and_ask(fixture);
    relay(fixture);
}

static inline struct inbox_row write_to_ben(struct mailbox *mailbox, const char *more, const char *text) {
    struct fixture *fixture = mailbox->fixture;
    return take(mailbox, mail(fixture, "anna@example.net", way_of(fixture, fixture->anna), more, text));
}

static inline struct outbox_row last_row(struct fixture *fixture, const char *step) {
    struct outbox_list rows;
    assert_done(outbox_list(fixture->database, &(struct outbox_filter){0}, fixture->arena, &rows, &error));
    for (size_t i = rows.count; i > 0; i--)
        if (string_equal(rows.items[i - 1].step, step))
            return rows.items[i - 1];
    fail_msg("no row of step %s", step);
    abort();
}

static inline void assert_emptied(struct fixture *fixture, const struct outbox_row *row) {
    const char *bytes = NULL;
    size_t length = 0;
    assert_done(outbox_content(fixture->database, row->id, fixture->arena, &bytes, &length, &error));
    assert_null(bytes);
}
