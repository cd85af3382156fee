/* Fetching messages; declared in net/imap_session.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/imap_session.h"

#define WINDOW 5000                  /* UIDs listed at once */
#define HIGHEST_UID (UINT32_MAX - 1) /* so that there is always a next one; no folder ever gets there */
#define SEARCH_ANSWER (64u << 20)    /* some six million UIDs */
#define HEADER_LIMIT (64u << 10)     /* of a message whose body isn't fetched */
#define ANSWER_OVERHEAD 1024         /* around one message's body */
#define ANSWER_SLACK (1u << 20)      /* for what others change meanwhile */

void imap_listing_clear(struct imap_listing *listing) {
    free(steal(listing->folder));
    free(steal(listing->items));
    listing->uidvalidity = 0;
    listing->count = listing->capacity = 0;
}

/* ---- Reading what libetpan understood ---- */

static int64_t to_moment(const struct mailimap_date_time *date) {
    if (date->dt_year < 1970 || date->dt_year > 9999)
        return 0;
    struct tm time = {.tm_year = date->dt_year - 1900,
                      .tm_mon = date->dt_month - 1,
                      .tm_mday = date->dt_day,
                      .tm_hour = date->dt_hour,
                      .tm_min = date->dt_min,
                      .tm_sec = date->dt_sec};
    int minutes = date->dt_zone / 100 * 60 + date->dt_zone % 100;
    return timegm(&time) - (int64_t)minutes * 60;
}

/* One FETCH response, as far as we asked for it. */
struct fetched {
    struct imap_listed listed; /* uid 0: none */
    const struct mailimap_msg_att_body_section *body;
};

static struct fetched read_response(const struct mailimap_msg_att *response) {
    struct fetched fetched = {0};
    for (clistiter *item = clist_begin(response->att_list); item; item = clist_next(item)) {
        const struct mailimap_msg_att_item *attribute = clist_content(item);
        if (attribute->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
            continue;
        const struct mailimap_msg_att_static *data = attribute->att_data.att_static;
        if (data->att_type == MAILIMAP_MSG_ATT_UID)
            fetched.listed.uid = data->att_data.att_uid;
        else if (data->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE)
            fetched.listed.size = data->att_data.att_rfc822_size;
        else if (data->att_type == MAILIMAP_MSG_ATT_INTERNALDATE)
            fetched.listed.date = to_moment(data->att_data.att_internal_date);
        else if (data->att_type == MAILIMAP_MSG_ATT_BODY_SECTION)
            fetched.body = data->att_data.att_body_section;
    }
    return fetched;
}

/* ---- Listing ---- */

static int compare_listed(const void *a, const void *b) {
    uint32_t left = ((const struct imap_listed *)a)->uid, right = ((const struct imap_listed *)b)->uid;
    return (left > right) - (left < right);
}

/* Sorts, and drops what a server told twice. */
static void put_in_order(struct imap_listing *listing) {
    if (listing->count == 0)
        return;
    qsort(listing->items, listing->count, sizeof *listing->items, compare_listed);
    size_t kept = 1;
    for (size_t i = 1; i < listing->count; i++)
        if (listing->items[i].uid != listing->items[kept - 1].uid)
            listing->items[kept++] = listing->items[i];
    listing->count = kept;
}

static struct mailimap_fetch_type *wanted_attributes(struct mailimap_fetch_att *const *attributes, size_t count) {
    struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
    require(type);
    for (size_t i = 0; i < count; i++)
        require(mailimap_fetch_type_new_fetch_att_list_add(type, attributes[i]) == MAILIMAP_NO_ERROR);
    return type;
}

static bool list_window(struct imap_session *session, uint32_t first, struct imap_listing *listing,
                        struct error *error) {
    uint32_t last = first > HIGHEST_UID - WINDOW ? HIGHEST_UID : first + WINDOW - 1;
    struct mailimap_set *set = mailimap_set_new_interval(first, last);
    struct mailimap_fetch_att *attributes[] = {mailimap_fetch_att_new_uid(), mailimap_fetch_att_new_rfc822_size(),
                                               mailimap_fetch_att_new_internaldate()};
    struct mailimap_fetch_type *type = wanted_attributes(attributes, COUNT_OF(attributes));
    clist *responses = NULL;
    bool good =
        imap_session_ask(session, mailimap_uid_fetch(session->etpan, set, type, &responses), "list messages", error);
    mailimap_set_free(set);
    mailimap_fetch_type_free(type);
    if (!good)
        return false;
    listing->count = 0;
    for (clistiter *item = clist_begin(responses); item; item = clist_next(item)) {
        struct fetched fetched = read_response(clist_content(item));
        if (fetched.listed.uid < first || fetched.listed.uid > last) /* others' flags, or n:* counted backwards */
            continue;
        listing->items = memory_grow(listing->items, &listing->capacity, listing->count + 1, sizeof *listing->items);
        listing->items[listing->count++] = fetched.listed;
    }
    mailimap_fetch_list_free(responses);
    put_in_order(listing);
    return true;
}

bool imap_fetch_find_first(struct imap_session *session, uint32_t first, uint32_t *ret, struct error *error) {
    struct mailimap_search_key *key = mailimap_search_key_new_uid(mailimap_set_new_interval(first, 0));
    require(key);
    clist *found = NULL;
    imap_session_begin(session, SEARCH_ANSWER);
    int code = mailimap_uid_search(session->etpan, NULL, key, &found);
    mailimap_search_key_free(key);
    if (!imap_session_check(session, code, "search for messages", error))
        return false;
    uint32_t lowest = 0;
    for (clistiter *item = clist_begin(found); item; item = clist_next(item)) {
        uint32_t uid = *(const uint32_t *)clist_content(item);
        if (uid >= first && uid <= HIGHEST_UID &&
            (lowest == 0 || uid < lowest)) /* "first:*" includes the last message, however low */
            lowest = uid;
    }
    mailimap_search_result_free(found);
    *ret = lowest;
    return true;
}

/* Selects the folder anew and lists what comes from *NEXT_UID on; an empty listing means that there is nothing. */
static bool list(struct imap_session *session, const char *folder, uint32_t uidvalidity, uint32_t *next_uid,
                 struct imap_listing *listing, struct error *error) {
    imap_listing_clear(listing);
    if (!imap_session_select(session, folder, error))
        return false;
    if (session->uidvalidity != uidvalidity || *next_uid == 0)
        *next_uid = 1;
    listing->folder = memory_copy_string(folder);
    listing->uidvalidity = session->uidvalidity;
    if (session->exists == 0)
        return true;
    if (!list_window(session, *next_uid, listing, error))
        return false;
    if (listing->count > 0)
        return true;
    uint32_t first = 0;
    if (!imap_fetch_find_first(session, *next_uid, &first, error))
        return false;
    return first == 0 || list_window(session, first, listing, error);
}

/* ---- Bodies ---- */

/* A run of listed messages that are fetched with one command. */
struct run {
    const struct imap_listed *items;
    size_t count;
    uint64_t bytes;
    bool headers_only;
};

static struct run next_run(const struct imap_listing *listing, uint32_t next_uid, const struct imap_limits *limits) {
    size_t i = 0;
    while (i < listing->count && listing->items[i].uid < next_uid)
        i++;
    struct run run = {.items = listing->items ? listing->items + i : NULL};
    for (; i < listing->count && run.count < limits->batch_count; i++) {
        bool too_large = listing->items[i].size > limits->message_limit;
        uint64_t bytes = too_large ? HEADER_LIMIT : listing->items[i].size;
        if (run.count > 0 && (too_large != run.headers_only || run.bytes + bytes > limits->batch_bytes))
            break;
        run.headers_only = too_large;
        run.bytes += bytes;
        run.count++;
    }
    return run;
}

static struct mailimap_set *set_of(const struct run *run) {
    struct mailimap_set *set = mailimap_set_new_empty();
    require(set);
    for (size_t i = 0; i < run->count;) {
        size_t end = i;
        while (end + 1 < run->count && run->items[end + 1].uid == run->items[end].uid + 1)
            end++;
        require(mailimap_set_add_interval(set, run->items[i].uid, run->items[end].uid) == MAILIMAP_NO_ERROR);
        i = end + 1;
    }
    return set;
}

static const struct imap_listed *find_listed(const struct run *run, uint32_t uid) {
    const struct imap_listed key = {.uid = uid};
    return bsearch(&key, run->items, run->count, sizeof key, compare_listed);
}

static int compare_received(const void *a, const void *b) {
    uint32_t left = ((const struct received_message *)a)->uid, right = ((const struct received_message *)b)->uid;
    return (left > right) - (left < right);
}

static bool holds(const struct received_batch *batch, uint32_t uid) {
    for (size_t i = batch->count; i-- > 0;)
        if (batch->messages[i].uid == uid)
            return true;
    return false;
}

static void take_response(const struct mailimap_msg_att *response, const struct run *run, bool junk,
                          struct received_batch *batch) {
    struct fetched fetched = read_response(response);
    if (!fetched.listed.uid || !fetched.body || !fetched.body->sec_body_part || batch->count == run->count)
        return;
    const struct imap_listed *listed = find_listed(run, fetched.listed.uid);
    if (!listed || holds(batch, listed->uid))
        return;
    batch->messages[batch->count++] = (struct received_message){
        .folder = batch->folder,
        .uidvalidity = batch->uidvalidity,
        .uid = listed->uid,
        .size = listed->size,
        .too_large = run->headers_only,
        .junk_folder = junk,
        .internal_date = listed->date,
        .bytes = memory_copy_bytes(fetched.body->sec_body_part, fetched.body->sec_length),
        .length = fetched.body->sec_length,
    };
}

/* Fetches one run into BATCH, whose array has room for it. False without ERROR_... of the connection where the server
 * refuses. */
static bool fetch_run(struct imap_session *session, const struct run *run, bool junk, struct received_batch *batch,
                      struct error *error) {
    struct mailimap_section *section = run->headers_only ? mailimap_section_new_header() : mailimap_section_new(NULL);
    struct mailimap_fetch_att *body = run->headers_only
                                          ? mailimap_fetch_att_new_body_peek_section_partial(section, 0, HEADER_LIMIT)
                                          : mailimap_fetch_att_new_body_peek_section(section);
    struct mailimap_fetch_att *attributes[] = {mailimap_fetch_att_new_uid(), body};
    struct mailimap_fetch_type *type = wanted_attributes(attributes, COUNT_OF(attributes));
    struct mailimap_set *set = set_of(run);
    clist *responses = NULL;
    /* Half as much again, because some servers are wrong about sizes. */
    imap_session_begin(session, run->bytes + run->bytes / 2 + run->count * ANSWER_OVERHEAD + ANSWER_SLACK);
    int code = mailimap_uid_fetch(session->etpan, set, type, &responses);
    mailimap_set_free(set);
    mailimap_fetch_type_free(type);
    if (!imap_session_check(session, code, "fetch messages", error))
        return false;
    for (clistiter *item = clist_begin(responses); item; item = clist_next(item))
        take_response(clist_content(item), run, junk, batch);
    mailimap_fetch_list_free(responses);
    qsort(batch->messages, batch->count, sizeof *batch->messages, compare_received);
    return true;
}

/* After the server refused a run as a whole: goes on with its first message alone, so that one that the server can't
 * give doesn't hold up all others. *RUN becomes what was fetched. */
static bool fetch_first_alone(struct imap_session *session, struct run *run, bool junk, struct received_batch *batch,
                              struct error *error) {
    struct error refusal;
    run->count = 1;
    run->bytes = run->headers_only ? HEADER_LIMIT : run->items[0].size;
    if (fetch_run(session, run, junk, batch, &refusal))
        return true;
    if (run->headers_only || !imap_session_is_good(session)) {
        *error = refusal;
        return false;
    }
    run->headers_only = true;
    run->bytes = HEADER_LIMIT;
    if (!fetch_run(session, run, junk, batch, error))
        return error_prefix(error, "message %u in %s", run->items[0].uid, batch->folder);
    return true;
}

static struct received_batch *new_batch(const struct imap_listing *listing, size_t room) {
    struct received_batch *batch = memory_new(sizeof *batch);
    batch->folder = memory_copy_string(listing->folder);
    batch->uidvalidity = listing->uidvalidity;
    batch->messages = memory_new_array(room ? room : 1, sizeof *batch->messages);
    return batch;
}

bool imap_fetch_batch(struct imap_session *session, const char *folder, bool junk, uint32_t uidvalidity,
                      uint32_t next_uid, const struct imap_limits *limits, struct imap_listing *listing,
                      struct received_batch **ret, struct error *error) {
    for (;;) {
        bool known = string_equal(listing->folder, folder) && listing->uidvalidity == uidvalidity &&
                     listing->count > 0 && listing->items[listing->count - 1].uid >= next_uid;
        if (known ? !imap_session_ensure(session, folder, error)
                  : !list(session, folder, uidvalidity, &next_uid, listing, error))
            return false;
        if (known && session->uidvalidity != listing->uidvalidity) { /* the folder was made anew meanwhile */
            imap_listing_clear(listing);
            continue;
        }
        uidvalidity = listing->uidvalidity;
        struct run run = next_run(listing, next_uid, limits);
        struct received_batch *batch = new_batch(listing, run.count);
        if (run.count == 0) {
            batch->next_uid = next_uid; /* a UIDNEXT that is too high would hide for ever what comes below it */
            *ret = batch;
            return true;
        }
        if (!fetch_run(session, &run, junk, batch, error) &&
            (!imap_session_is_good(session) || !fetch_first_alone(session, &run, junk, batch, error))) {
            received_batch_free(batch);
            imap_listing_clear(listing); /* it may be what is wrong: some servers refuse what was expunged meanwhile */
            return false;
        }
        next_uid = run.items[run.count - 1].uid + 1;
        batch->next_uid = next_uid;
        if (batch->count > 0) {
            *ret = batch;
            return true;
        }
        received_batch_free(batch); /* all of them were expunged meanwhile */
    }
}
