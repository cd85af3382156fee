#include "app/workers.h"

#include "app/incoming.h"
#include "app/outgoing.h"
#include "app/post.h"
#include "app/service.h"
#include "base/log.h"
#include "base/text.h"

/* An import of many thousands holds the database as one change; there is nobody who waits for an answer here. */
enum { PATIENCE_MS = 30 * 1000 };

static bool open_service(const struct configuration *configuration, struct database **database,
                         struct service *service) {
    struct error error = ERROR_INIT;
    if (database_open(configuration->programme.database, DATABASE_READ_WRITE, database, &error) &&
        service_open(service, configuration, *database, "daemon", &error)) {
        database_set_patience(*database, PATIENCE_MS);
        if (!alive_open(configuration->programme.database, &service->alive, &error))
            log_warning("%s", error.message);
        return true;
    }
    log_error("%s", error.message);
    return false;
}

static void beat(void *control, size_t done) {
    (void)done;
    control_beat(control);
}

static int send_with(struct service *service, struct control *control) {
    struct error error = ERROR_INIT;
    struct mail_sender *sender;
    if (!post_open_sender(service->configuration, &sender, &error)) {
        log_error("%s", error.message);
        return 1;
    }
    service->advanced = beat;
    service->advanced_context = control;
    struct outgoing *outgoing = outgoing_new(service, sender);
    auto_text path = TEXT_EMPTY;
    text_append_format(&path, "%s-wire", service->configuration->programme.database);
    if (!outgoing_keep_wire_log(outgoing, text_string(&path), &error))
        log_warning("%s", error.message);
    else if (!database_sync_later(service->database, &error))
        log_warning("%s; each commit waits for the disk", error.message);
    error = ERROR_INIT;
    bool ready = outgoing_recover(outgoing, &error);
    if (ready)
        outgoing_loop(outgoing, control);
    else
        log_error("%s", error.message);
    outgoing_free(outgoing);
    sender->operations->free(sender);
    return ready ? 0 : 1;
}

int workers_send(const struct configuration *configuration, struct parser *parser, struct control *control) {
    auto_database database = NULL;
    struct service service = {0};
    (void)parser;
    int status = open_service(configuration, &database, &service) ? send_with(&service, control) : 1;
    alive_close(service.alive);
    service_close(&service);
    return status;
}

static int receive_with(struct service *service, struct parser *parser, struct control *control) {
    struct error error = ERROR_INIT;
    struct mail_receiver *receiver;
    if (!post_open_receiver(service->configuration, &receiver, &error)) {
        log_error("%s", error.message);
        return 1;
    }
    struct incoming *incoming = incoming_new(service, receiver, parser);
    incoming_loop(incoming, control);
    incoming_free(incoming);
    receiver->operations->free(receiver);
    return 0;
}

int workers_receive(const struct configuration *configuration, struct parser *parser, struct control *control) {
    auto_database database = NULL;
    struct service service = {0};
    int status = open_service(configuration, &database, &service) ? receive_with(&service, parser, control) : 1;
    alive_close(service.alive);
    service_close(&service);
    return status;
}
