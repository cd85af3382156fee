#include "simulation/simulation.h"

#include <inttypes.h>
#include <stdlib.h>

#include "app/action_round.h"
#include "app/catch_up.h"
#include "app/incoming.h"
#include "app/notice.h"
#include "app/outgoing.h"
#include "app/post.h"
#include "app/relay.h"
#include "app/watch.h"
#include "base/clock.h"
#include "base/random.h"
#include "store/inbox.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/schedule.h"

enum {
    BLOCKED_WAIT_MIN =
        SECONDS_PER_MINUTE, /* something is ready but can't be done: how long until it is looked at again */
    BLOCKED_WAIT_MOST = SECONDS_PER_HOUR,
    FETCH_WAIT_MIN = 2,
    FETCH_WAIT_MOST = 5 * SECONDS_PER_MINUTE,
    ROUNDS_MOST = 10000, /* at one moment; more means that something never comes to rest */
    FAULTS_TOLD = 20,
};

struct simulation {
    const struct configuration *configuration;
    struct database *database;
    struct parser *parser;
    struct simulation_world world;
    unsigned restart_chance;
    struct simulation_post post;
    struct service service;
    struct mail_sender *sender;
    struct mail_receiver *receiver;
    struct outgoing *outgoing;
    struct incoming *incoming;
    bool mail_waits;
    int64_t fetch_at, fetch_wait; /* after a fetch that failed */
    int64_t blocked_wait;
    int64_t next_end, next_end_known_at; /* of a partnership */
    struct simulation_counts counts;
    struct text faults;
};

/* ---- Watching what is handed over ---- */

/* What somebody's own mail brought about may always be told to them, in whatever state they are. */
static bool answers_recipient(struct simulation *simulation, const struct outbox_row *row, struct arena *arena,
                              struct error *error) {
    struct inbox_row caused_by = {0};
    return string_equal(row->step, "answer") && row->inbox != 0 &&
           inbox_find(simulation->database, row->inbox, arena, &caused_by, error) &&
           caused_by.participant == row->participant;
}

static const char *fault_of_participant(struct simulation *simulation, const struct outbox_row *row,
                                        struct arena *arena, struct error *error) {
    struct participant participant;
    if (!participants_find(simulation->database, row->participant, arena, &participant, error))
        return error->message;
    if (participant.address_state == ADDRESS_DEAD)
        return "although the address is dead";
    if (participant.state == PARTICIPANT_ACTIVE ||
        (participant.state != PARTICIPANT_ERASED && answers_recipient(simulation, row, arena, error)))
        return NULL;
    return arena_format(arena, "although the participant is %s", participant_state_name(participant.state));
}

static const char *fault_of_partnership(struct simulation *simulation, const struct outbox_row *row,
                                        struct arena *arena, struct error *error) {
    struct partnership partnership;
    if (string_equal(row->step, "answer"))
        return NULL;
    if (!partnerships_find(simulation->database, row->partnership, arena, &partnership, error))
        return error->message;
    const struct step *step = configuration_find_step(simulation->configuration, row->step);
    bool farewell = partnership.state == PARTNERSHIP_ENDED &&
                    ((step && step->when.anchor == MOMENT_END) || string_equal(row->step, RELAY_STEP));
    if (partnership.state == PARTNERSHIP_ACTIVE || farewell)
        return NULL;
    return arena_format(arena, "although the partnership is %s", partnership_state_name(partnership.state));
}

static const char *fault_of(struct simulation *simulation, const struct outbox_row *row, struct arena *arena,
                            struct error *error) {
    int64_t now = clock_now();
    if (row->state != OUTBOX_SENDING)
        return "without having been claimed";
    if (now < row->due_at || now >= row->expires_at)
        return now < row->due_at ? "before it was due" : "after it had expired";
    const char *fault = row->participant ? fault_of_participant(simulation, row, arena, error) : NULL;
    return fault || row->partnership == 0 || row->participant == 0
               ? fault
               : fault_of_partnership(simulation, row, arena, error);
}

static void watch_offered(void *context, const struct send_request *request) {
    struct simulation *simulation = context;
    auto_arena arena = arena_new();
    struct outbox_row row;
    struct error error = ERROR_INIT;
    simulation->counts.handed_over++;
    const char *fault = outbox_find(simulation->database, request->id, arena, &row, &error)
                            ? fault_of(simulation, &row, arena, &error)
                            : error.message;
    if (!fault)
        return;
    char now[32];
    if (simulation->counts.faults++ < FAULTS_TOLD)
        text_append_format(&simulation->faults, "%s: message %" PRId64 " (%s) was handed over %s\n",
                           clock_format_utc(clock_now(), now, sizeof now), request->id, row.key ? row.key : "?", fault);
}

static void watch_delivered(void *context, const struct send_request *request) {
    struct simulation *simulation = context;
    if (simulation->world.delivered)
        simulation->world.delivered(simulation->world.context, request);
}

/* ---- Starting and stopping the service ---- */

static void stop(struct simulation *simulation) {
    incoming_free(simulation->incoming);
    outgoing_free(simulation->outgoing);
    if (simulation->receiver)
        simulation->receiver->operations->free(simulation->receiver);
    if (simulation->sender)
        simulation->sender->operations->free(simulation->sender);
    simulation->incoming = NULL;
    simulation->outgoing = NULL;
    simulation->receiver = NULL;
    simulation->sender = NULL;
    service_close(&simulation->service);
}

static bool start(struct simulation *simulation, struct error *error) {
    bool mute = !simulation->parser;
    struct mail_sender *sender = NULL;
    struct mail_receiver *receiver;
    if (!service_open(&simulation->service, simulation->configuration, simulation->database, "daemon", error) ||
        (!mute && !post_open_sender(simulation->configuration, &sender, error)))
        return false;
    simulation->sender = simulation_post_sender(sender, &simulation->post);
    simulation->outgoing = outgoing_new(&simulation->service, simulation->sender);
    if (!mute) {
        if (!post_open_receiver(simulation->configuration, &receiver, error))
            return false;
        simulation->receiver = simulation_post_receiver(receiver, &simulation->post);
        simulation->incoming = incoming_new(&simulation->service, simulation->receiver, simulation->parser);
    }
    simulation->mail_waits = !mute; /* a starting receiver looks at once */
    simulation->fetch_at = 0;
    return outgoing_recover(simulation->outgoing, error);
}

bool simulation_open(const struct configuration *configuration, struct database *database, struct parser *parser,
                     const struct simulation_world *world, unsigned restarts, struct simulation **ret,
                     struct error *error) {
    require(clock_is_virtual());
    if (parser && (!configuration->outgoing.maildir || !configuration->incoming.maildir))
        return error_set(error, ERROR_CONFIGURATION,
                         "a simulation runs on the embedded post office only: url = \"maildir:PATH\"");
    struct simulation *simulation = memory_new(sizeof *simulation);
    *simulation = (struct simulation){.configuration = configuration,
                                      .database = database,
                                      .parser = parser,
                                      .world = *world,
                                      .restart_chance = restarts,
                                      .fetch_wait = FETCH_WAIT_MIN,
                                      .blocked_wait = BLOCKED_WAIT_MIN};
    simulation->post =
        (struct simulation_post){.context = simulation, .offered = watch_offered, .delivered = watch_delivered};
    if (!start(simulation, error)) {
        simulation_free(simulation);
        return false;
    }
    *ret = simulation;
    return true;
}

void simulation_free(struct simulation *simulation) {
    if (!simulation)
        return;
    stop(simulation);
    text_free(&simulation->faults);
    free(simulation);
}

struct service *simulation_service(struct simulation *simulation) {
    return &simulation->service;
}

struct simulation_post *simulation_post_office(struct simulation *simulation) {
    return &simulation->post;
}

void simulation_mail_came(struct simulation *simulation) {
    simulation->mail_waits = true;
}

bool simulation_mail_waits(const struct simulation *simulation) {
    return simulation->mail_waits;
}

struct simulation_counts simulation_counts(const struct simulation *simulation) {
    return simulation->counts;
}

const char *simulation_faults(const struct simulation *simulation) {
    return text_string(&simulation->faults);
}

/* ---- One moment ---- */

/* Dies with what was just handed over still on the wire, if anything was. */
static bool restart(struct simulation *simulation, struct error *error) {
    simulation->counts.restarts++;
    simulation->post.dead = true;
    bool well = outgoing_turn(simulation->outgoing, 0, -1, true, error);
    simulation->post.dead = false;
    if (!well)
        return false;
    stop(simulation);
    return start(simulation, error);
}

static bool send_all(struct simulation *simulation, bool *ret_any, struct error *error) {
    size_t before;
    *ret_any = false;
    do {
        before = outgoing_count(simulation->outgoing);
        if (!outgoing_turn(simulation->outgoing, 0, -1, true, error))
            return false;
        *ret_any |= outgoing_count(simulation->outgoing) != before;
    } while (outgoing_count(simulation->outgoing) != before || !outgoing_is_idle(simulation->outgoing));
    return true;
}

/* A fetch that fails is tried again after a while, as the receiver's own loop does. */
static void receive(struct simulation *simulation, bool *any) {
    struct error problem = ERROR_INIT;
    size_t count;
    if (!simulation->mail_waits || clock_now() < simulation->fetch_at)
        return;
    bool well = incoming_turn(simulation->incoming, NULL, &count, &problem);
    simulation->counts.received += count;
    *any |= count > 0;
    simulation->mail_waits = !well;
    if (well) {
        simulation->fetch_wait = FETCH_WAIT_MIN;
        return;
    }
    simulation->fetch_at = clock_now() + simulation->fetch_wait;
    simulation->fetch_wait *= 2;
    if (simulation->fetch_wait > FETCH_WAIT_MOST)
        simulation->fetch_wait = FETCH_WAIT_MOST;
}

/* Until nothing is left to do at this moment. */
static bool settle(struct simulation *simulation, struct error *error) {
    bool any = true;
    simulation->counts.moments++;
    if (simulation->restart_chance && random_below(1000) < simulation->restart_chance && !restart(simulation, error))
        return false;
    for (int rounds = 0; any; rounds++) {
        if (rounds == ROUNDS_MOST)
            return error_set(error, ERROR_BUG, "the simulated service does not come to rest");
        if (!simulation->world.act(simulation->world.context, error) || !send_all(simulation, &any, error))
            return false;
        receive(simulation, &any);
        any |= simulation->world.next(simulation->world.context) <= clock_now();
    }
    return catch_up_note_awake(&simulation->service, error);
}

/* ---- From one moment to the next ---- */

static void consider(int64_t moment, int64_t *next, bool *blocked) {
    if (moment == 0)
        return;
    if (moment <= clock_now())
        *blocked = true;
    else if (moment < *next)
        *next = moment;
}

/* A partnership ends by itself. Ends change rarely: they are looked up once a day, and after each end. */
static bool find_next_end(struct simulation *simulation, struct error *error) {
    auto_arena arena = arena_new();
    struct partnership_list ends;
    int64_t now = clock_now();
    bool fresh = simulation->next_end_known_at != 0 && now - simulation->next_end_known_at < SECONDS_PER_DAY &&
                 (simulation->next_end == 0 || simulation->next_end > now);
    if (fresh)
        return true;
    if (!partnerships_list_to_end(simulation->database, INT64_MAX, 1, arena, &ends, error))
        return false;
    simulation->next_end = ends.count > 0 ? ends.items[0].ends_at : 0;
    simulation->next_end_known_at = now;
    return true;
}

static bool find_next(struct simulation *simulation, int64_t *ret, struct error *error) {
    int64_t due, next_try, tell, turn, resume, watch, next = INT64_MAX, now = clock_now();
    bool blocked = false;
    if (!schedule_next_due(simulation->database, &due, error) ||
        !outbox_next_try(simulation->database, &next_try, error) ||
        !notice_next_turn(&simulation->service, &tell, error) ||
        !action_round_next_turn(&simulation->service, &turn, error) ||
        !participants_next_resuming(simulation->database, &resume, error) ||
        !watch_next_turn(&simulation->service, &watch, error) || !find_next_end(simulation, error))
        return false;
    if (next_try != 0 && next_try < outgoing_look_again_at(simulation->outgoing))
        next_try = outgoing_look_again_at(simulation->outgoing);
    consider(due, &next, &blocked);
    consider(next_try, &next, &blocked);
    consider(tell, &next, &blocked);
    consider(turn, &next, &blocked);
    consider(resume, &next, &blocked);
    consider(watch, &next, &blocked);
    consider(simulation->next_end, &next, &blocked);
    consider(simulation->world.next(simulation->world.context), &next, &blocked);
    if (simulation->mail_waits)
        consider(simulation->fetch_at, &next, &blocked);
    if (!blocked) {
        simulation->blocked_wait = BLOCKED_WAIT_MIN;
    } else {
        if (now + simulation->blocked_wait < next)
            next = now + simulation->blocked_wait;
        if (simulation->blocked_wait < BLOCKED_WAIT_MOST)
            simulation->blocked_wait *= 2;
    }
    *ret = next;
    return true;
}

bool simulation_run(struct simulation *simulation, int64_t moment, struct error *error) {
    for (;;) {
        int64_t next;
        if (!settle(simulation, error) || !find_next(simulation, &next, error))
            return false;
        if (next > moment) {
            bool complete;
            clock_advance_to(moment);
            return database_checkpoint(simulation->database, &complete, error); /* as the sender does each minute */
        }
        clock_advance_to(next);
    }
}
