#include "simulation/simulation_post.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "net/envelope.h"

enum { RESULTS_MOST = 64 };

static bool happens(unsigned of_a_thousand) {
    return of_a_thousand > 0 && random_below(1000) < of_a_thousand;
}

/* ---- Sending ---- */

struct watched_sender {
    struct mail_sender sender; /* first: the two are the same pointer */
    struct mail_sender *inner;
    struct simulation_post *post;
    struct send_result results[RESULTS_MOST];
    size_t count;
};

static struct watched_sender *as_sender(struct mail_sender *sender) {
    return (struct watched_sender *)sender;
}

static size_t sender_room(struct mail_sender *sender) {
    return RESULTS_MOST - as_sender(sender)->count;
}

static size_t sender_busy(struct mail_sender *sender) {
    return as_sender(sender)->count;
}

static void deliver(struct watched_sender *watched, const struct send_request *request, struct send_result *result) {
    if (watched->inner) {
        watched->inner->operations->start(watched->inner, request);
        require(watched->inner->operations->wait(watched->inner, 0, -1, result, 1) == 1);
    } else {
        envelope_result(result, request->id, SEND_ACCEPTED, STAGE_DATA, 250, "2.0.0", "250 2.0.0 taken");
    }
    if (result->outcome == SEND_ACCEPTED && watched->post->delivered)
        watched->post->delivered(watched->post->context, request);
}

static void sender_start(struct mail_sender *sender, const struct send_request *request) {
    struct watched_sender *watched = as_sender(sender);
    struct simulation_post *post = watched->post;
    require(sender_room(sender) > 0);
    struct send_result *result = &watched->results[watched->count++];
    if (post->offered)
        post->offered(post->context, request);
    if (post->away) {
        envelope_result(result, request->id, SEND_UNAVAILABLE, STAGE_CONNECT, 0, "", "no connection");
    } else if (happens(post->refuses_now)) {
        envelope_result(result, request->id, SEND_REFUSED_NOW, STAGE_RECIPIENT, 451, "4.3.2", "451 4.3.2 not now");
    } else if (happens(post->loses_reply)) {
        if (random_below(2))
            deliver(watched, request, result);
        envelope_result(result, request->id, SEND_UNCERTAIN, STAGE_DATA, 0, "", "connection lost after the final dot");
    } else {
        deliver(watched, request, result);
    }
}

static size_t sender_wait(struct mail_sender *sender, int timeout_ms, int wake_fd, struct send_result *results,
                          size_t most) {
    struct watched_sender *watched = as_sender(sender);
    if (watched->post->dead || !watched->count)
        return watched->inner ? watched->inner->operations->wait(watched->inner, timeout_ms, wake_fd, results, 0) : 0;
    size_t given = 0;
    while (given < most && watched->count > 0)
        results[given++] = watched->results[--watched->count];
    return given;
}

static uint64_t sender_size_limit(struct mail_sender *sender) {
    struct watched_sender *watched = as_sender(sender);
    return watched->inner ? watched->inner->operations->size_limit(watched->inner) : 0;
}

static void sender_free(struct mail_sender *sender) {
    if (!sender)
        return;
    struct watched_sender *watched = as_sender(sender);
    if (watched->inner)
        watched->inner->operations->free(watched->inner);
    free(watched);
}

struct mail_sender *simulation_post_sender(struct mail_sender *inner, struct simulation_post *post) {
    static const struct mail_sender_operations operations = {.room = sender_room,
                                                             .start = sender_start,
                                                             .wait = sender_wait,
                                                             .busy = sender_busy,
                                                             .size_limit = sender_size_limit,
                                                             .free = sender_free};
    struct watched_sender *watched = memory_new(sizeof *watched);
    watched->sender.operations = &operations;
    watched->inner = inner;
    watched->post = post;
    return &watched->sender;
}

/* ---- Receiving ---- */

struct watched_receiver {
    struct mail_receiver receiver; /* first: the two are the same pointer */
    struct mail_receiver *inner;
    struct simulation_post *post;
};

static struct watched_receiver *as_receiver(struct mail_receiver *receiver) {
    return (struct watched_receiver *)receiver;
}

static bool reachable(const struct simulation_post *post, struct error *error) {
    if (!post->away && !happens(post->receiver_fails))
        return true;
    return error_set(error, ERROR_TEMPORARY, "the connection to the mailbox was lost");
}

static bool receiver_open(struct mail_receiver *receiver, struct error *error) {
    struct watched_receiver *watched = as_receiver(receiver);
    return reachable(watched->post, error) && watched->inner->operations->open(watched->inner, error);
}

static const char *const *receiver_folders(struct mail_receiver *receiver) {
    struct watched_receiver *watched = as_receiver(receiver);
    return watched->inner->operations->folders(watched->inner);
}

static bool receiver_fetch(struct mail_receiver *receiver, const char *folder, uint32_t uidvalidity, uint32_t next_uid,
                           struct received_batch **ret, struct error *error) {
    struct watched_receiver *watched = as_receiver(receiver);
    return reachable(watched->post, error) &&
           watched->inner->operations->fetch(watched->inner, folder, uidvalidity, next_uid, ret, error);
}

static bool receiver_mark(struct mail_receiver *receiver, const char *folder, uint32_t uidvalidity,
                          const uint32_t *uids, size_t count, enum mark_action action, struct error *error) {
    struct watched_receiver *watched = as_receiver(receiver);
    return reachable(watched->post, error) &&
           watched->inner->operations->mark(watched->inner, folder, uidvalidity, uids, count, action, error);
}

static bool receiver_erase(struct mail_receiver *receiver, const char *folder, uint32_t uidvalidity, uint32_t below,
                           const struct mail_traces *traces, size_t *ret_count, struct error *error) {
    struct watched_receiver *watched = as_receiver(receiver);
    return reachable(watched->post, error) &&
           watched->inner->operations->erase(watched->inner, folder, uidvalidity, below, traces, ret_count, error);
}

static bool receiver_wait(struct mail_receiver *receiver, int timeout_ms, int wake_fd, bool *ret_news,
                          struct error *error) {
    struct watched_receiver *watched = as_receiver(receiver);
    return watched->inner->operations->wait(watched->inner, timeout_ms, wake_fd, ret_news, error);
}

static void receiver_close(struct mail_receiver *receiver) {
    struct watched_receiver *watched = as_receiver(receiver);
    watched->inner->operations->close(watched->inner);
}

static void receiver_free(struct mail_receiver *receiver) {
    if (!receiver)
        return;
    struct watched_receiver *watched = as_receiver(receiver);
    watched->inner->operations->free(watched->inner);
    free(watched);
}

struct mail_receiver *simulation_post_receiver(struct mail_receiver *inner, struct simulation_post *post) {
    static const struct mail_receiver_operations operations = {.open = receiver_open,
                                                               .folders = receiver_folders,
                                                               .fetch = receiver_fetch,
                                                               .mark = receiver_mark,
                                                               .erase = receiver_erase,
                                                               .wait = receiver_wait,
                                                               .close = receiver_close,
                                                               .free = receiver_free};
    struct watched_receiver *watched = memory_new(sizeof *watched);
    watched->receiver.operations = &operations;
    watched->inner = inner;
    watched->post = post;
    return &watched->receiver;
}
