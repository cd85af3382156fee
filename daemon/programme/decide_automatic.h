#pragma once
/* Inside the rules for incoming mail only: what programs write. Facts of their own they need none. */
#include "programme/subject.h"

struct deciding;

enum automatic_effect {
    EFFECT_BOUNCE = SUBJECT_EFFECTS(SUBJECT_AUTOMATIC), /* participant's address failed */
    EFFECT_COMPLAINT, /* participant's provider reported our mail as spam: ask nothing more */
    EFFECT_AWAY,      /* participant is away (until detail, where stated) */
};

/* A report on a message of ours (RFC 3464): acts only where it names one. */
void decide_automatic_bounce(struct deciding *deciding);

/* A provider's report that a mail of ours is taken for spam (RFC 5965). */
void decide_automatic_complaint(struct deciding *deciding);

/* An answer that a program gives, such as an absence notice: never answered (RFC 3834). */
void decide_automatic_reply(struct deciding *deciding);
