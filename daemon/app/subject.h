#pragma once
/* What the rules need to know of an incoming message, looked up beforehand, and what they decided, applied afterwards:
 * each subject (programme/subject.h) does so for itself, in its subject_*.c. */
#include "app/service.h"
#include "programme/decide.h"

/* Who wrote, and about what, in a mail that had reached us at RECEIVED_AT (UTC). First match wins: our tag, our
 * Message-ID, the sender's only open question. Everything lives in ARENA. In the transaction that applies what follows.
 */
bool subject_find_facts(struct service *service, const struct description *description, int64_t received_at,
                        struct arena *arena, struct facts *ret, struct error *error);

struct subject_source {
    int64_t inbox;                    /* the recorded message */
    int64_t participant, partnership; /* whose it is; 0: unknown */
    int64_t at;                       /* when it was written or received; UTC */
    const char *bytes;                /* the message itself, for letters */
    size_t length;
    bool header_only; /* of the message, which is too large */
};

/* Called inside the transaction that records the message. All effects in their order; then, where a person must look,
 * a case is opened. False only where the database fails or a rule decided what can't be applied
 * (PERMANENT, BUG). */
bool subject_apply_decision(struct service *service, const struct decision *decision,
                            const struct subject_source *source, struct error *error);

/* ---- Inside the subjects only ---- */

struct subject_finding {
    struct service *service;
    const struct description *description;
    struct arena *arena;
    struct facts *facts;
};

struct subject_applying {
    struct service *service;
    const struct subject_source *source;
    const struct decision *decision;
    struct arena *arena;
    const char *coordinator; /* who replied about a case */
};

/* The template of what a coordinator answers to a participant. */
#define SUBJECT_COORDINATOR_ANSWER "coordinator-answer"

/* Each finds its facts; those of the subjects before it (enum subject) are there. */
bool subject_person_find(struct subject_finding *finding, struct error *error);
bool subject_question_find(struct subject_finding *finding, struct error *error);
bool subject_letter_find(struct subject_finding *finding, struct error *error);
bool subject_enrolment_find(struct subject_finding *finding, struct error *error);
bool subject_survey_find(struct subject_finding *finding, struct error *error);
bool subject_coordinator_find(struct subject_finding *finding, struct error *error);

/* Each applies one of its effects. */
bool subject_person_apply(struct subject_applying *applying, const struct effect *effect, struct error *error);
bool subject_question_apply(struct subject_applying *applying, const struct effect *effect, struct error *error);
bool subject_letter_apply(struct subject_applying *applying, const struct effect *effect, struct error *error);
bool subject_automatic_apply(struct subject_applying *applying, const struct effect *effect, struct error *error);
bool subject_verb_apply(struct subject_applying *applying, const struct effect *effect, struct error *error);
bool subject_enrolment_apply(struct subject_applying *applying, const struct effect *effect, struct error *error);
bool subject_survey_apply(struct subject_applying *applying, const struct effect *effect, struct error *error);
bool subject_parting_apply(struct subject_applying *applying, const struct effect *effect, struct error *error);
bool subject_coordinator_apply(struct subject_applying *applying, const struct effect *effect, struct error *error);

/* A person must look at the mail, or read what was written besides. */
bool subject_person_wait(struct subject_applying *applying, struct error *error);

/* The participant of EFFECT did WHAT (store/undoables.h), which a word takes back to what was BEFORE. */
bool subject_undoable(struct subject_applying *applying, const struct effect *effect, const char *what,
                      const char *before, struct error *error);

/* KEY (address_key) stands in To or Cc. */
bool subject_goes_to(const struct description *description, const char *key);
