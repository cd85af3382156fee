#pragma once
/* A post office that is watched and that can fail: wraps a sender and a receiver, tells what is handed over, and loses
 * connections as a mail server may. */
#include <stdbool.h>
#include <stdint.h>

#include "net/post_office.h"

struct simulation_post {
    bool away;               /* nothing can be sent or fetched */
    bool dead;               /* this process is about to die: results of what was handed over never come back */
    unsigned refuses_now;    /* of 1,000 messages: so many are refused for now */
    unsigned loses_reply;    /* of 1,000 messages: so many have their connection lost after the final dot, and half of
                                those were taken */
    unsigned receiver_fails; /* of 1,000 fetches and of 1,000 marks */

    void *context;
    /* A message is handed to the post office, whatever becomes of it. NULL: nobody listens. */
    void (*offered)(void *context, const struct send_request *request);
    /* The post office has taken it. NULL: nobody listens. */
    void (*delivered)(void *context, const struct send_request *request);
};

/* INNER must tell each result at once, as the embedded post office does; it is freed with the wrapper. A sender without
 * one (NULL) takes every message, and it goes nowhere. POST must outlive the wrapper. Never NULL. */
struct mail_sender *simulation_post_sender(struct mail_sender *inner, struct simulation_post *post);
struct mail_receiver *simulation_post_receiver(struct mail_receiver *inner, struct simulation_post *post);
