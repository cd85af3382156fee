#include "app/incoming.h"

#include <inttypes.h>
#include <stdlib.h>

#include "app/handling.h"
#include "app/notice.h"
#include "app/parser.h"
#include "app/personal_data.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "store/inbox.h"
#include "store/outages.h"
#include "store/settings.h"
#include "store/transaction.h"

enum { MARK_AT_ONCE = 500 };

struct incoming {
    struct service *service;
    struct mail_receiver *receiver;
    struct parser *parser;
    bool open, tried; /* TRIED: the parser, which a machine may keep from working */
    bool failing;     /* since failing_since (UTC) */
    int64_t failing_since;
};

struct incoming *incoming_new(struct service *service, struct mail_receiver *receiver, struct parser *parser) {
    struct incoming *incoming = memory_new(sizeof *incoming);
    incoming->service = service;
    incoming->receiver = receiver;
    incoming->parser = parser;
    return incoming;
}

void incoming_free(struct incoming *incoming) {
    free(incoming);
}

/* ---- One batch: one transaction ---- */

static bool describe(struct incoming *incoming, const struct received_batch *batch, struct arena *arena,
                     struct description **ret, struct error *error) {
    struct description_settings settings;
    struct sandbox_input *mails = arena_take_array(arena, batch->count, sizeof *mails);
    *ret = arena_take_array(arena, batch->count, sizeof **ret);
    service_description_settings(incoming->service, &settings);
    for (size_t i = 0; i < batch->count; i++)
        mails[i] = (struct sandbox_input){batch->messages[i].bytes, batch->messages[i].length};
    return parser_describe(incoming->parser, &settings, mails, batch->count, arena, *ret, error);
}

static bool handle_batch(struct incoming *incoming, const struct received_batch *batch, size_t *count,
                         struct error *error) {
    struct service *service = incoming->service;
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct description *descriptions = NULL;
    size_t recorded_here = 0;
    if (batch->count > 0 && !describe(incoming, batch, arena, &descriptions, error))
        return false;
    if (!service_refresh(service, error) || !transaction_begin(service->database, &transaction, error))
        return false;
    for (size_t i = 0; i < batch->count; i++) {
        bool recorded;
        if (!handling_take(service, &batch->messages[i], &descriptions[i], &recorded, error))
            return false;
        recorded_here += recorded;
    }
    struct inbox_position position = {batch->uidvalidity, batch->next_uid};
    if (!inbox_set_position(service->database, batch->folder, &position, error) ||
        !transaction_commit(&transaction, error))
        return false;
    *count += recorded_here;
    return true;
}

/* ---- On the server, after the commit ---- */

static bool mark_action_of(enum server_action action, enum mark_action *ret) {
    switch (action) {
    case SERVER_FLAG:
        *ret = MARK_FLAG;
        return true;
    case SERVER_MOVE:
        *ret = MARK_MOVE;
        return true;
    case SERVER_DELETE:
        *ret = MARK_DELETE;
        return true;
    case SERVER_NOTHING:
    case SERVER_DONE:
        return false;
    }
    return false;
}

static bool mark_rows(struct incoming *incoming, const char *folder, uint32_t uidvalidity,
                      const struct inbox_list *rows, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    for (enum mark_action action = MARK_FLAG; action <= MARK_DELETE; action++) {
        uint32_t uids[MARK_AT_ONCE];
        size_t count = 0;
        for (size_t i = 0; i < rows->count; i++) {
            enum mark_action wanted;
            if (mark_action_of(rows->items[i].server_action, &wanted) && wanted == action)
                uids[count++] = (uint32_t)rows->items[i].uid;
        }
        if (count > 0 &&
            !incoming->receiver->operations->mark(incoming->receiver, folder, uidvalidity, uids, count, action, error))
            return false;
    }
    if (!transaction_begin(incoming->service->database, &transaction, error))
        return false;
    for (size_t i = 0; i < rows->count; i++)
        if (!inbox_set_marked(incoming->service->database, rows->items[i].id, error))
            return false;
    return transaction_commit(&transaction, error);
}

static bool mark_handled(struct incoming *incoming, const char *folder, struct error *error) {
    struct inbox_position position;
    if (!inbox_position(incoming->service->database, folder, &position, error))
        return false;
    for (;;) {
        auto_arena arena = arena_new();
        struct inbox_list rows;
        if (!inbox_list_unmarked(incoming->service->database, folder, position.uidvalidity, MARK_AT_ONCE, arena, &rows,
                                 error))
            return false;
        if (rows.count == 0)
            return true;
        if (!mark_rows(incoming, folder, (uint32_t)position.uidvalidity, &rows, error))
            return false;
    }
}

/* ---- Folders ---- */

static bool stop_asked(struct control *control) {
    if (!control)
        return false;
    control_beat(control);
    control_read(control);
    return control->stop;
}

static bool take_folder(struct incoming *incoming, const char *folder, struct control *control, size_t *count,
                        struct error *error) {
    while (!stop_asked(control)) {
        struct inbox_position position;
        struct received_batch *batch = NULL;
        if (!inbox_position(incoming->service->database, folder, &position, error) ||
            !incoming->receiver->operations->fetch(incoming->receiver, folder, (uint32_t)position.uidvalidity,
                                                   (uint32_t)position.next_uid, &batch, error))
            return false;
        if (position.uidvalidity != 0 && position.uidvalidity != batch->uidvalidity)
            log_warning("the folder %s was made anew on the server (UIDVALIDITY changed): it is read again from its "
                        "beginning, and what was handled before is recognised",
                        folder);
        bool more = batch->count > 0;
        bool moved = position.uidvalidity != batch->uidvalidity || position.next_uid != batch->next_uid;
        bool handled = !(more || moved) || handle_batch(incoming, batch, count, error);
        received_batch_free(batch);
        if (handled && more)
            control_tell_changed(control); /* before the server, which may be slow, is told */
        if (!handled || (more && !mark_handled(incoming, folder, error)))
            return false;
        if (!more)
            return mark_handled(incoming, folder, error); /* what an earlier session left unmarked */
    }
    return true;
}

/* Mail is read all the same where a person must see to what is left. */
static bool search_for_erased(struct incoming *incoming, struct control *control, struct error *error) {
    struct error problem = ERROR_INIT;
    bool any, searched = personal_data_search_mailbox(incoming->service, incoming->receiver, &any, &problem);
    if (any)
        control_tell_changed(control);
    if (!searched && problem.class == ERROR_CONFIGURATION)
        log_warning("%s", problem.message);
    else if (!searched)
        *error = problem;
    return searched || problem.class == ERROR_CONFIGURATION;
}

bool incoming_turn(struct incoming *incoming, struct control *control, size_t *ret_count, struct error *error) {
    const struct mail_receiver_operations *operations = incoming->receiver->operations;
    size_t count = 0;
    bool well = true;
    *ret_count = 0;
    if (!incoming->tried && !parser_try(incoming->parser, error))
        return false;
    incoming->tried = true;
    if (!incoming->open && !operations->open(incoming->receiver, error))
        return false;
    incoming->open = true;
    const char *const *folders = operations->folders(incoming->receiver);
    for (size_t i = 0; well && folders[i]; i++)
        well = take_folder(incoming, folders[i], control, &count, error);
    well = well && search_for_erased(incoming, control, error);
    *ret_count = count;
    if (!well) {
        operations->close(incoming->receiver);
        incoming->open = false;
    }
    return well;
}

/* ---- How it goes: outages and alerts ---- */

static bool note_well(struct incoming *incoming, struct error *error) {
    struct service *service = incoming->service;
    auto_transaction transaction = TRANSACTION_NONE;
    if (service->alive)
        alive_note(service->alive, ALIVE_MAILBOX, clock_now());
    if (!transaction_begin(service->database, &transaction, error) ||
        (!service->alive && !settings_set_integer(service->database, "last_fetch_at", clock_now(), error)) ||
        /* Not yet noted where the database itself was the trouble. */
        (incoming->failing && !outages_begin(service->database, OUTAGE_INCOMING, incoming->failing_since, error)) ||
        !outages_end(service->database, OUTAGE_INCOMING, clock_now(), error) ||
        !notice_clear(service, "incoming", error))
        return false;
    if (incoming->failing)
        log_notice("mail is read again");
    incoming->failing = false;
    return transaction_commit(&transaction, error);
}

static bool note_failing(struct incoming *incoming, const struct error *problem, struct error *error) {
    struct service *service = incoming->service;
    int64_t now = clock_now();
    if (!incoming->failing) {
        incoming->failing = true;
        incoming->failing_since = now;
        log_error("mail waits to be read: %s", problem->message);
    }
    if (!outages_begin(service->database, OUTAGE_INCOMING, incoming->failing_since, error))
        return false;
    /* What an admin must change will not pass by itself. */
    bool tell = problem->class == ERROR_CONFIGURATION ||
                now - incoming->failing_since >= service->configuration->incoming.alert_after;
    auto_arena arena = arena_new();
    struct notice alert = {
        .key = "incoming",
        .kind = CASE_SERVICE,
        .reason = REASON_FORMAT(
            arena, "The programme's mailbox can't be read: %s. Replies are not heard meanwhile; nothing is lost.",
            problem->message)};
    return !tell || notice_raise(service, &alert, error);
}

/* ---- The worker ---- */

/* SLICE: after so long the supervisor may hear of us again. */
enum { WAIT_FIRST_MS = 2 * 1000, WAIT_MOST_MS = 5 * 60 * 1000, REST_IN_VAIN_MS = 10 * 1000, SLICE_MS = 3 * 60 * 1000 };

/* Sleeps in slices, so that the supervisor hears of us; true until it says stop. */
static bool rest(struct control *control, int64_t milliseconds) {
    int64_t until = clock_monotonic_ms() + milliseconds;
    for (;;) {
        int64_t left = until - clock_monotonic_ms();
        if (left <= 0 || stop_asked(control))
            return !control->stop;
        control_wait(control, left < SLICE_MS ? (int)left : SLICE_MS);
    }
}

/* Waits for new mail up to the polling interval, in slices. */
static bool wait_for_mail(struct incoming *incoming, struct control *control, bool *ret_news, struct error *error) {
    const struct mail_receiver_operations *operations = incoming->receiver->operations;
    int64_t until = clock_monotonic_ms() + 1000 * incoming->service->configuration->incoming.poll_every;
    *ret_news = false;
    while (!*ret_news && !stop_asked(control)) {
        int64_t left = until - clock_monotonic_ms();
        if (left <= 0)
            return true;
        bool asked = control->changed; /* perhaps a command erases somebody */
        control->changed = false;
        if ((asked && !search_for_erased(incoming, control, error)) ||
            !operations->wait(incoming->receiver, left < SLICE_MS ? (int)left : SLICE_MS, control->fd, ret_news,
                              error)) {
            operations->close(incoming->receiver);
            incoming->open = false;
            return false;
        }
    }
    return true;
}

static void beat(void *control) {
    control_beat(control);
}

void incoming_loop(struct incoming *incoming, struct control *control) {
    int64_t wait_ms = WAIT_FIRST_MS;
    bool news = false;
    parser_on_progress(incoming->parser, beat, control);
    while (!stop_asked(control)) {
        struct error error = ERROR_INIT, second = ERROR_INIT;
        size_t count;
        bool was_open = incoming->open, read = incoming_turn(incoming, control, &count, &error);
        int64_t written = database_written(incoming->service->database);
        read = read && note_well(incoming, &error);
        if (written != database_written(incoming->service->database))
            control_tell_changed(control); /* all is well again, which coordinators are told */
        /* A server that keeps telling of mail that isn't there must not keep us busy. */
        if (read && news && count == 0 && !rest(control, REST_IN_VAIN_MS))
            return;
        if (read && wait_for_mail(incoming, control, &news, &error)) {
            wait_ms = WAIT_FIRST_MS;
            continue;
        }
        /* A connection that had worked and was closed is opened again; the trouble begins if that fails. */
        bool worked = read || (was_open && wait_ms == WAIT_FIRST_MS);
        if (worked && error.class == ERROR_TEMPORARY && !incoming->failing) {
            log_info("the connection to the mailbox ended: %s", error.message);
        } else if (!note_failing(incoming, &error, &second)) {
            log_error("%s", second.message);
        }
        control_tell_changed(control);
        if (!rest(control, wait_ms))
            return;
        wait_ms = 2 * wait_ms < WAIT_MOST_MS ? 2 * wait_ms : WAIT_MOST_MS;
    }
}
