#pragma once
/* Programmes, people and vacation responders that write to each other on the virtual clock: what a programme sends is
 * delivered at once, and what comes back is taken in as from its mailbox. */
#include "fixture.h"

#include "app/handling.h"
#include "mail/description.h"
#include "mail/message/header.h"
#include "mail/message/parse.h"
#include "store/contacts.h"
#include "store/inbox.h"
#include "store/tags.h"

enum { WORLD_PROGRAMMES_MAX = 2, WORLD_ROBOTS_MAX = 8, WORLD_MAIL_MAX = 4000, WORLD_SENDERS_MAX = 200 };

enum manners {
    ROBOT_POLITE, /* RFC 3834: silent on automatic and list mail, once a day a sender, to the return path, marked */
    ROBOT_RUDE,   /* answers everything to From or Reply-To, unmarked, with the words that such notices have */
    ROBOT_DULL,   /* answers everything, unmarked, with words that anybody might write */
};

struct robot {
    const char *address, *until; /* UNTIL: the day that it names */
    enum manners manners;
    int64_t from, to; /* when it is on */
    struct {
        char *sender;
        int64_t at;
    } answered[WORLD_SENDERS_MAX];
    size_t answered_count, replies;
};

struct world_mail {
    int64_t at;
    char *from, *to, *bytes; /* FROM: of the envelope */
};

struct world {
    struct arena *arena;
    struct fixture *programmes[WORLD_PROGRAMMES_MAX];
    size_t programme_count, delivered[WORLD_PROGRAMMES_MAX];
    uint32_t uids[WORLD_PROGRAMMES_MAX];
    struct robot robots[WORLD_ROBOTS_MAX];
    size_t robot_count;
    struct world_mail mails[WORLD_MAIL_MAX]; /* all that was ever on the way, in order */
    size_t mail_count, arrived;
    bool strips_marks; /* some gateway removes Auto-Submitted and our own mark from all mail */
};

static inline void world_post(struct world *world, const char *from, const char *to, const char *bytes) {
    assert_true(world->mail_count < WORLD_MAIL_MAX);
    world->mails[world->mail_count++] = (struct world_mail){
        .at = clock_now(),
        .from = arena_copy_string(world->arena, from),
        .to = arena_copy_string(world->arena, to),
        .bytes = arena_copy_string(world->arena, bytes),
    };
}

/* ---- Robots ---- */

static inline bool robot_may_answer(struct robot *robot, const char *sender) {
    for (size_t i = 0; i < robot->answered_count; i++)
        if (string_equal(robot->answered[i].sender, sender)) {
            bool free = clock_now() - robot->answered[i].at >= SECONDS_PER_DAY;
            if (free)
                robot->answered[i].at = clock_now();
            return free;
        }
    assert_true(robot->answered_count < WORLD_SENDERS_MAX);
    robot->answered[robot->answered_count].sender = memory_copy_string(sender);
    robot->answered[robot->answered_count++].at = clock_now();
    return true;
}

static inline void robot_answer(struct world *world, struct robot *robot, const struct world_mail *mail) {
    struct message message;
    static int number;
    char date[HEADER_DATE_SIZE];
    assert_done(message_parse(mail->bytes, strlen(mail->bytes), world->arena, &message, &error));
    const char *automatic = message_header(&message, "Auto-Submitted");
    bool bulk = message_header(&message, "List-Id") || message_header(&message, "Precedence");
    bool polite = robot->manners == ROBOT_POLITE;
    if (polite &&
        ((automatic && !string_equal(automatic, "no")) || bulk || !*mail->from || !robot_may_answer(robot, mail->from)))
        return;
    const char *to = polite                   ? mail->from
                     : message.reply_to_count ? message.reply_to[0].address
                                              : message.from[0].address;
    const char *words = robot->manners == ROBOT_DULL
                            ? "Thank you for writing. We have read it and will look into it soon."
                            : arena_format(world->arena, "I am out of the office until %s.", robot->until);
    const char *subject = robot->manners == ROBOT_DULL
                              ? arena_format(world->arena, "Re: %s", message.subject)
                              : arena_format(world->arena, "Out of office: %s", message.subject);
    world_post(world, polite ? "" : robot->address, to,
               arena_format(world->arena,
                            "From: %s\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <robot%d@example.net>\r\n"
                            "In-Reply-To: %s\r\nDate: %s\r\n%s\r\n%s\r\n",
                            robot->address, to, subject, ++number, message.message_id,
                            header_format_date(clock_now(), 0, date),
                            polite ? "Auto-Submitted: auto-replied (vacation)\r\n" : "", words));
    robot->replies++;
}

static inline struct robot *world_add_robot(struct world *world, const char *address, enum manners manners) {
    assert_true(world->robot_count < WORLD_ROBOTS_MAX);
    struct robot *robot = &world->robots[world->robot_count++];
    *robot = (struct robot){.address = address, .until = "1 March 2027", .manners = manners, .to = INT64_MAX};
    return robot;
}

/* ---- The post ---- */

static inline const char *without_marks(struct world *world, const char *bytes) {
    auto_text kept = TEXT_EMPTY;
    bool header = true;
    for (const char *line = bytes; *line;) {
        size_t length = strcspn(line, "\n");
        length += line[length] == '\n';
        header = header && line[0] != '\r';
        if (!header || !(string_starts_with(line, "Auto-Submitted:") || string_starts_with(line, "X-Tandempost:") ||
                         string_starts_with(line, "List-")))
            text_append_bytes(&kept, line, length);
        line += length;
    }
    return arena_copy_string(world->arena, text_string(&kept));
}

static inline void programme_take(struct world *world, size_t index, const struct world_mail *mail) {
    struct fixture *fixture = world->programmes[index];
    auto_arena arena = arena_new();
    struct description_settings settings;
    struct description description;
    bool recorded;
    const char *bytes = arena_format(arena, "Return-Path: <%s>\r\nDelivered-To: %s\r\n%s", mail->from, mail->to,
                                     world->strips_marks ? without_marks(world, mail->bytes) : mail->bytes);
    struct received_message message = {.folder = "INBOX",
                                       .uidvalidity = 1,
                                       .uid = ++world->uids[index],
                                       .bytes = bytes,
                                       .length = strlen(bytes),
                                       .size = strlen(bytes)};
    service_description_settings(&fixture->service, &settings);
    description_make(bytes, message.length, &settings, arena, &description);
    assert_done(handling_take(&fixture->service, &message, &description, &recorded, &error));
}

static inline bool is_address_of(const struct fixture *fixture, const char *to) {
    const char *address = fixture->configuration.programme.address, *domain = strchr(address, '@');
    size_t local = (size_t)(domain - address);
    return strncmp(to, address, local) == 0 && (to[local] == '@' || to[local] == '+') &&
           string_equal(strchr(to, '@'), domain);
}

static inline void world_deliver(struct world *world, const struct world_mail *mail) {
    for (size_t i = 0; i < world->programme_count; i++)
        if (is_address_of(world->programmes[i], mail->to))
            programme_take(world, i, mail);
    for (size_t i = 0; i < world->robot_count; i++) {
        struct robot *robot = &world->robots[i];
        if (string_equal(mail->to, robot->address) && clock_now() >= robot->from && clock_now() < robot->to)
            robot_answer(world, robot, mail);
    }
}

/* Everything that is on the way arrives, and so on until this minute has nothing more. */
static inline void world_settle(struct world *world) {
    for (int i = 0; i < 6; i++) {
        for (size_t j = 0; j < world->programme_count; j++) {
            struct fixture *fixture = world->programmes[j];
            for (int turn = 0; turn < 6; turn++)
                assert_done(outgoing_turn(fixture->outgoing, 0, -1, true, &error));
            for (; world->delivered[j] < fixture->fake.started; world->delivered[j]++) {
                const struct fake_letter *letter = &fixture->fake.letters[world->delivered[j]];
                world_post(world, letter->from, letter->to, letter->bytes);
            }
        }
        for (; world->arrived < world->mail_count; world->arrived++)
            world_deliver(world, &world->mails[world->arrived]);
    }
}

static inline void world_pass(struct world *world, int64_t seconds) {
    int64_t until = clock_now() + seconds;
    world_settle(world);
    while (clock_now() < until) {
        clock_advance_to(clock_now() + SECONDS_PER_HOUR < until ? clock_now() + SECONDS_PER_HOUR : until);
        world_settle(world);
    }
}

/* ---- What it came to ---- */

/* The most messages that a programme sent to one person by itself, because of incoming mail, within seven days. */
static inline size_t world_most_answers_a_week(struct world *world, size_t index) {
    struct outbox_list rows;
    size_t most = 0;
    assert_done(
        outbox_list(world->programmes[index]->database, &(struct outbox_filter){0}, world->arena, &rows, &error));
    for (size_t i = 0; i < rows.count; i++) {
        size_t count = 0;
        for (size_t j = i; j < rows.count; j++)
            count += rows.items[j].inbox != 0 && rows.items[j].participant != 0 &&
                     rows.items[j].participant == rows.items[i].participant &&
                     !string_equal(rows.items[j].step, "letter") && rows.items[i].inbox != 0 &&
                     !string_equal(rows.items[i].step, "letter") &&
                     rows.items[j].created_at < rows.items[i].created_at + 7 * SECONDS_PER_DAY;
        most = count > most ? count : most;
    }
    return most;
}

static inline size_t world_count_to(const struct world *world, const char *address, const char *text) {
    size_t count = 0;
    for (size_t i = 0; i < world->mail_count; i++)
        count += string_equal(world->mails[i].to, address) && (!text || strstr(world->mails[i].bytes, text));
    return count;
}

/* ---- Beginning and end ---- */

/* A programme whose first two people are partners: PARTNERS are their addresses. */
static inline struct fixture *world_add_programme(struct world *world, const char *address) {
    void *state = NULL;
    assert_int_equal(fixture_open(&state), 0);
    struct fixture *fixture = state;
    service_close(&fixture->service);
    fixture->configuration.programme.address = address;
    fixture->configuration.programme.relay = RELAY_YES;
    struct error error = ERROR_INIT;
    if (!service_open(&fixture->service, &fixture->configuration, fixture->database, "test", &error))
        fail_msg("%s", error.message);
    world->programmes[world->programme_count++] = fixture;
    return fixture;
}

static inline int64_t world_pair(struct fixture *fixture, int64_t first, int64_t second) {
    int64_t partnership = 0;
    assert_done(action_partnership_create(&fixture->service, fixture->round, (int64_t[]){first, second}, 2,
                                          &partnership, &error));
    return partnership;
}

static inline void world_start(struct world *world) {
    for (size_t i = 0; i < world->programme_count; i++) {
        size_t count;
        assert_done(action_round_start(&world->programmes[i]->service, world->programmes[i]->round, &count, &error));
    }
}

static inline int world_open(void **state) {
    struct world *world = memory_new(sizeof *world);
    world->arena = arena_new();
    *state = world;
    return 0;
}

static inline int world_close(void **state) {
    struct world *world = *state;
    for (size_t i = 0; i < world->programme_count; i++) {
        void *programme = world->programmes[i];
        fixture_close(&programme);
    }
    for (size_t i = 0; i < world->robot_count; i++)
        for (size_t j = 0; j < world->robots[i].answered_count; j++)
            free(world->robots[i].answered[j].sender);
    arena_free(world->arena);
    free(world);
    return 0;
}

#define world_test(function) cmocka_unit_test_setup_teardown(function, world_open, world_close)

/* The address by which PARTICIPANT writes to the partner. */
static inline const char *world_way_of(struct world *world, struct fixture *fixture, int64_t participant,
                                       int64_t partnership) {
    struct tag tag,
        wanted = {.purpose = 'p', .secret = "aaaaaaaaaaaaaaaa", .participant = participant, .partnership = partnership};
    char address[ADDRESS_SIZE];
    assert_done(tags_find_or_create(fixture->database, &wanted, world->arena, &tag, &error));
    assert_done(address_with_tag(&fixture->service.scheme, 'p', tag.secret, address, &error));
    return arena_copy_string(world->arena, address);
}
