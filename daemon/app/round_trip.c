#include "app/round_trip.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "mail/compose.h"
#include "mail/message/header.h"
#include "mail/message/header_block.h"
#include "mail/message/mailbox.h"
#include "store/inbox.h"

#define SUBJECT_BEGINS "tandempost check "

enum {
    SEND_MOST_MS = 120 * 1000,
    SLICE_MS = 1000,
    TAGGED_LATER_MS = 30 * 1000, /* the second is not waited for longer than this after the first */
    NEWS_EARLY_MS = 3 * 1000,
    LISTEN_MOST_MS = 90 * 1000, /* some servers tell of new mail once a minute */
    FOLDERS_MOST = 2,
    SEEN_MOST = 16, /* copies and reports that are removed afterwards */
    HEADER_BUDGET = 256 * 1024,
};

struct found {
    size_t folder;
    uint32_t uidvalidity, uid;
};

struct trip {
    const struct round_trip_request *request;
    struct arena *arena;
    char token[ADDRESS_SECRET_MIN + 1]; /* nobody else can have a mail with it */
    struct round_trip result;
    struct inbox_position positions[FOLDERS_MOST];
    struct found found[SEEN_MOST];
    size_t found_count;
    int64_t sent_at;                /* monotonic milliseconds */
    struct mail_receiver *listener; /* the request's, for as long as it is of use */
    int64_t news_at;                /* when it was told of mail, ours or other; 0: not yet */
};

bool round_trip_is_ours(const struct description *description) {
    return description->own_message && string_starts_with(description->subject, SUBJECT_BEGINS);
}

/* ---- Sending ---- */

static bool write_letter(struct trip *trip, struct round_trip_letter *letter, int number, struct text *bytes,
                         struct error *error) {
    const struct service *service = trip->request->service;
    const struct programme_settings *programme = &service->configuration->programme;
    char secret[ADDRESS_SECRET_MIN + 1], unique[27], address[ADDRESS_SIZE];
    auto_text id = TEXT_EMPTY;
    random_secret(secret, sizeof secret - 1);
    random_secret(unique, sizeof unique - 1);
    if (!address_with_tag(&service->scheme, 'b', secret, address, error))
        return false;
    letter->envelope_from = arena_copy_string(trip->arena, address);
    header_append_message_id(&id, unique, service_message_id_domain(service));
    letter->message_id = arena_copy_string(trip->arena, text_string(&id));
    struct compose_message message = {
        .from_name = programme->name,
        .from_address = programme->address,
        .to_address = letter->to,
        .subject = arena_format(trip->arena, SUBJECT_BEGINS "%s %d", trip->token, number),
        .message_id = letter->message_id,
        .date = clock_now(),
        .auto_submitted = "auto-generated",
        .programme = programme->address,
        .text = "The programme sent this to itself to see how its provider handles mail. It removes it by itself; if "
                "you find it a day later, it may be deleted.\n",
    };
    return compose_build(&message, bytes, error);
}

/* Hands both over and waits for what the server says. */
static bool send_both(struct trip *trip, struct error *error) {
    struct mail_sender *sender = trip->request->sender;
    struct round_trip_letter *letters[] = {&trip->result.plain, &trip->result.tagged};
    int64_t until = clock_monotonic_ms() + SEND_MOST_MS;
    size_t started = 0, done = 0;
    while (done < COUNT_OF(letters) && clock_monotonic_ms() < until) {
        if (started < COUNT_OF(letters) && sender->operations->room(sender) > 0) {
            auto_text bytes = TEXT_EMPTY;
            struct round_trip_letter *letter = letters[started];
            if (!write_letter(trip, letter, (int)started + 1, &bytes, error))
                return false;
            struct send_request request = {(int64_t)started, letter->envelope_from, letter->to, text_string(&bytes),
                                           bytes.length};
            sender->operations->start(sender, &request);
            started++;
            continue;
        }
        struct send_result results[COUNT_OF(letters)];
        size_t count = sender->operations->wait(sender, SLICE_MS, -1, results, COUNT_OF(results));
        for (size_t i = 0; i < count; i++)
            letters[results[i].id]->sent = results[i];
        done += count;
    }
    trip->sent_at = clock_monotonic_ms();
    trip->result.size_limit = sender->operations->size_limit(sender);
    return true;
}

/* ---- Looking into a mail of ours ---- */

static bool holds_address(const struct message_header *header, const char *address, struct arena *arena) {
    const struct message_address *addresses;
    size_t count;
    mailbox_parse_list(header->raw, arena, &addresses, &count);
    for (size_t i = 0; i < count; i++)
        if (string_equal_ignore_case(addresses[i].address, address))
            return true;
    return false;
}

static const char *first_address(const char *value, struct arena *arena) {
    const struct message_address *addresses;
    size_t count = 0;
    if (value)
        mailbox_parse_list(value, arena, &addresses, &count);
    return count ? addresses[0].address : NULL;
}

/* The word before the first semicolon (RFC 8601 section 2.2), without a comment or version behind it. */
static const char *authserv_id_of(const struct message *message, struct arena *arena) {
    const char *value = message_header(message, "Authentication-Results");
    if (!value)
        return NULL;
    value += strspn(value, " \t");
    size_t length = strcspn(value, " \t;(");
    return length ? arena_copy_bytes(arena, value, length) : NULL;
}

static void look_into(struct trip *trip, struct round_trip_letter *letter, const struct message *message,
                      const struct received_message *received) {
    static const char *const fields[] = {"To", "Delivered-To", "X-Original-To", "Envelope-To"};
    auto_text holding = TEXT_EMPTY;
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        for (size_t j = 0; j < message->header_count; j++)
            if (string_equal_ignore_case(message->headers[j].name, fields[i]) &&
                holds_address(&message->headers[j], letter->to, trip->arena)) {
                text_append_format(&holding, "%s%s", holding.length ? ", " : "", fields[i]);
                break;
            }
    letter->arrived = true;
    letter->junk = received->junk_folder;
    letter->took_ms = clock_monotonic_ms() - trip->sent_at;
    letter->address_in = holding.length ? arena_copy_string(trip->arena, text_string(&holding)) : NULL;
    letter->message_id_seen = message_header(message, "Message-ID");
    letter->return_path_seen = first_address(message_header(message, "Return-Path"), trip->arena);
    letter->from_seen = first_address(message_header(message, "From"), trip->arena);
    letter->authserv_id = authserv_id_of(message, trip->arena);
}

/* Only mails with the token come here: our two, copies of them, or a report about one. */
static void take_mail(struct trip *trip, const struct received_message *received, size_t folder) {
    struct message message = {.arena = trip->arena};
    struct header_block block;
    size_t budget = HEADER_BUDGET;
    if (!memmem(received->bytes, received->length, trip->token, strlen(trip->token)))
        return;
    if (trip->found_count < SEEN_MOST)
        trip->found[trip->found_count++] = (struct found){folder, received->uidvalidity, received->uid};
    header_block_read(received->bytes, received->length, &budget, &message, &block);
    message.headers = block.headers;
    message.header_count = block.count;
    const char *subject = message_header(&message, "Subject");
    const char *place = subject ? strstr(subject, trip->token) : NULL;
    bool second = place && string_ends_with(place, " 2");
    struct round_trip_letter *letter = second ? &trip->result.tagged : &trip->result.plain;
    if (subject && place && string_starts_with(subject, SUBJECT_BEGINS)) {
        if (!letter->arrived)
            look_into(trip, letter, &message, received);
    } else if (memmem(received->bytes, received->length, trip->result.tagged.message_id,
                      strlen(trip->result.tagged.message_id))) {
        trip->result.tagged.returned = true;
    } else {
        trip->result.plain.returned = true;
    }
}

/* ---- The mailbox ---- */

/* Reads a folder to its end; with LOOK what is new is looked at. */
static bool read_folder(struct trip *trip, size_t folder, bool look, struct error *error) {
    struct mail_receiver *receiver = trip->request->receiver;
    const char *name = receiver->operations->folders(receiver)[folder];
    struct inbox_position *position = &trip->positions[folder];
    for (bool more = true; more;) {
        struct received_batch *batch = NULL;
        if (!receiver->operations->fetch(receiver, name, (uint32_t)position->uidvalidity, (uint32_t)position->next_uid,
                                         &batch, error))
            return false;
        for (size_t i = 0; look && i < batch->count; i++)
            take_mail(trip, &batch->messages[i], folder);
        *position = (struct inbox_position){batch->uidvalidity, batch->next_uid};
        more = batch->count > 0;
        received_batch_free(batch);
    }
    return true;
}

/* FOLDERS_MOST at most. */
static size_t folder_count(const struct trip *trip) {
    const char *const *folders = trip->request->receiver->operations->folders(trip->request->receiver);
    size_t count = 0;
    while (count < FOLDERS_MOST && folders[count])
        count++;
    return count;
}

/* Where the mailbox ends now. What the service has recorded needn't be read again. */
static bool find_ends(struct trip *trip, struct error *error) {
    const char *const *folders = trip->request->receiver->operations->folders(trip->request->receiver);
    for (size_t i = 0; i < folder_count(trip); i++)
        if (!inbox_position(trip->request->service->database, folders[i], &trip->positions[i], error) ||
            !read_folder(trip, i, false, error))
            return false;
    return true;
}

static bool is_settled(const struct round_trip_letter *letter) {
    return letter->sent.outcome != SEND_ACCEPTED || letter->arrived || letter->returned;
}

/* When the first reached the inbox, as far as we saw; 0: none has. */
static int64_t inbox_at(const struct trip *trip) {
    const struct round_trip_letter *letters[] = {&trip->result.plain, &trip->result.tagged};
    int64_t first = 0;
    for (size_t i = 0; i < COUNT_OF(letters); i++)
        if (letters[i]->arrived && !letters[i]->junk && (!first || trip->sent_at + letters[i]->took_ms < first))
            first = trip->sent_at + letters[i]->took_ms;
    return first;
}

/* A listener that fails is a result, too. */
static void end_listening(struct trip *trip, const struct error *error) {
    trip->result.listener_failed = arena_copy_string(trip->arena, error->message);
    trip->listener = NULL;
}

/* It idles from now on, if the server lets it. */
static void begin_listening(struct trip *trip) {
    struct mail_receiver *listener = trip->listener = trip->request->listener;
    struct error error = ERROR_INIT;
    bool news;
    if (listener &&
        (!listener->operations->open(listener, &error) || !listener->operations->wait(listener, 0, -1, &news, &error)))
        end_listening(trip, &error);
    else if (listener && !listener->operations->abilities(listener).idle)
        trip->listener = NULL;
}

static bool wait_a_moment(struct trip *trip, struct error *error) {
    struct mail_receiver *receiver = trip->request->receiver;
    bool news = false;
    if (!trip->listener) /* that IDLE costs the connection is told of already, and it is given up after some */
        return receiver->operations->wait(receiver, SLICE_MS, -1, &news, error) ||
               receiver->operations->open(receiver, error);
    if (!trip->listener->operations->wait(trip->listener, SLICE_MS, -1, &news, error))
        end_listening(trip, error);
    else if (news && !trip->news_at)
        trip->news_at = clock_monotonic_ms();
    return true;
}

/* After a look into the mailbox: was the listener told of what is there? */
static void note_listening(struct trip *trip) {
    struct round_trip *result = &trip->result;
    int64_t came = inbox_at(trip), until = trip->news_at ? trip->news_at : clock_monotonic_ms();
    if (trip->listener && came) {
        result->listened = true;
        result->told = trip->news_at != 0;
        result->listened_ms = until > came ? until - came : 0;
        if (result->told || result->listened_ms >= LISTEN_MOST_MS || result->listened_ms >= trip->request->wait_ms)
            trip->listener = NULL;
    }
    /* Old news was of other mail; but a server may tell the listener of ours before the other session sees it. */
    if (clock_monotonic_ms() - trip->news_at > NEWS_EARLY_MS)
        trip->news_at = 0;
}

static bool wait_for_both(struct trip *trip, struct error *error) {
    const struct round_trip *result = &trip->result;
    int64_t until = trip->sent_at + trip->request->wait_ms;
    for (;;) {
        if (trip->request->progress)
            trip->request->progress(trip->request->context, (size_t)((clock_monotonic_ms() - trip->sent_at) / 1000));
        for (size_t i = 0; i < folder_count(trip); i++)
            if (!read_folder(trip, i, true, error))
                return false;
        if (result->plain.arrived && until > trip->sent_at + result->plain.took_ms + TAGGED_LATER_MS)
            until = trip->sent_at + result->plain.took_ms + TAGGED_LATER_MS;
        note_listening(trip);
        bool over = (is_settled(&result->plain) && is_settled(&result->tagged)) || clock_monotonic_ms() >= until;
        if (over && !(trip->listener && inbox_at(trip)))
            return true;
        if (!wait_a_moment(trip, error))
            return false;
    }
}

static bool remove_ours(struct trip *trip, struct error *error) {
    struct mail_receiver *receiver = trip->request->receiver;
    const char *const *folders = receiver->operations->folders(receiver);
    for (size_t i = 0; i < trip->found_count; i++) {
        const struct found *found = &trip->found[i];
        if (!receiver->operations->mark(receiver, folders[found->folder], found->uidvalidity, &found->uid, 1,
                                        MARK_DELETE, error))
            return false;
    }
    return true;
}

bool round_trip_make(const struct round_trip_request *request, struct arena *arena, struct round_trip *ret,
                     struct error *error) {
    struct trip trip = {.request = request, .arena = arena};
    char secret[ADDRESS_SECRET_MIN + 1], address[ADDRESS_SIZE];
    random_secret(trip.token, sizeof trip.token - 1);
    random_secret(secret, sizeof secret - 1);
    if (!address_with_tag(&request->service->scheme, 'r', secret, address, error))
        return false;
    trip.result.plain.to = request->service->configuration->programme.address;
    trip.result.tagged.to = arena_copy_string(arena, address);
    trip.result.plain.sent.outcome = trip.result.tagged.sent.outcome = SEND_UNCERTAIN;
    begin_listening(&trip);
    if ((request->receiver && !find_ends(&trip, error)) || !send_both(&trip, error) ||
        (request->receiver && (!wait_for_both(&trip, error) || !remove_ours(&trip, error))))
        return false;
    *ret = trip.result;
    return true;
}
