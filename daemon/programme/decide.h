#pragma once
/* What an incoming message means for the programme: a pure function from (description, facts) to a list of effects. The
 * facts were looked up beforehand; the effects are applied afterwards, all in one transaction. */
#include "base/memory.h"
#include "base/model.h"
#include "mail/description.h"
#include "programme/decide_automatic.h"
#include "programme/decide_coordinator.h"
#include "programme/decide_enrolment.h"
#include "programme/decide_letter.h"
#include "programme/decide_parting.h"
#include "programme/decide_question.h"
#include "programme/decide_survey.h"
#include "programme/phrase.h"
#include "programme/subject.h"

/* How the message was tied to what we sent; first match wins. */
enum identified_by {
    IDENTIFIED_NOT,
    IDENTIFIED_BY_TAG,           /* our secret sub-address */
    IDENTIFIED_BY_MESSAGE_ID,    /* our Message-ID in In-Reply-To or References, or in a bounce */
    IDENTIFIED_BY_OPEN_QUESTION, /* the sender has exactly one open question */
};

enum { FACTS_PARTNERSHIPS_MAX = 8 };

struct facts {
    enum identified_by identified_by;
    struct tag tag;            /* our tag in the message; purpose 0: none, or one that we don't know */
    bool tag_is_senders;       /* made for the sender ('p': for a partnership of which the sender is a member) */
    struct participant sender; /* by the From address; id 0: nobody we know */
    bool sender_is_coordinator;
    bool sender_is_ours;          /* the programme's own address, or one of its sub-addresses */
    struct outbox_row about;      /* our message that this one answers or bounces; id 0: none */
    bool flooding;                /* the sender has used up today's quota */
    bool strangers_fill;          /* what strangers wrote and nobody looked at is as much as is kept */
    bool answers_used_up;         /* the sender had all automatic answers of a day or a week */
    bool too_large;               /* only the header was fetched; of a letter, or our own server takes none so large */
    int64_t now;                  /* UTC seconds */
    int64_t today;                /* days since 1970, where the sender lives */
    const char *const *languages; /* in which the programme writes */
    size_t language_count;
    const struct words *words;  /* what the sender may answer; NULL: digits alone */
    int64_t only_partnership;   /* the sender's only one that runs; 0: none or several */
    bool paused_by_coordinator; /* the sender is, and did not ask for it */
    size_t together_count;      /* partnerships of the sender whose other member stands in To or Cc */
    int64_t together[FACTS_PARTNERSHIPS_MAX];
    struct question_facts question;
    struct letter_facts letter;
    struct enrolment_facts enrolment;
    struct survey_facts survey;
    struct coordinator_facts coordinator;
};

/* What may follow of any mail; the other subjects' own stand in their files. */
enum person_effect {
    EFFECT_CONTACT = SUBJECT_EFFECTS(SUBJECT_PERSON), /* log a contact: participant wrote within partnership */
    EFFECT_PAUSE,     /* pause all programme mail to participant, reversibly; detail: until this day ("": no day) */
    EFFECT_RESUME,    /* ... no more */
    EFFECT_REACHABLE, /* participant wrote back: the address is good */
    EFFECT_ALERT,  /* tell coordinators now: detail is the reason, about the message that is to be read, if another; a
                      report opens an incident (store/incidents.h) */
    EFFECT_NOTICE, /* send participant the message named by detail, of this mail or outbox's, and of about */
    EFFECT_FREEZE, /* nothing passes in partnership any more until a person decides */
    EFFECT_ERASE,  /* all that is held about participant is erased */
};

struct effect {
    int kind; /* of one of the subjects' enums */
    int64_t participant, partnership, outbox, about;
    int64_t reporter;     /* of a report: who it is from, where nothing speaks against that; else 0 */
    const char *detail;   /* for a person; names nobody and quotes nothing */
    const char *argument; /* of a notice: what it tells of; NULL: nothing */
    union {
        enum contact_channel channel;            /* of a contact */
        enum case_kind case_kind;                /* of what coordinators are told */
        int64_t answer;                          /* to a question */
        enum verb verb;                          /* that is asked about first */
        bool tells;                              /* of what comes next: its writer may be told */
        const struct description_bounce *bounce; /* as the mail tells it */
        const struct enrolment_change *enrolment;
        const struct survey_change *survey;
        const struct case_ruling *rulings; /* COUNT of them: what a coordinator replied */
    };
    size_t count; /* of rulings; of an answer to an invitation its sequence */
};

struct decision {
    struct effect *effects;
    size_t count;
    const char *reason; /* what was understood, one line for `inbox list`; names nobody and quotes nothing */
    bool waits;         /* a person must look */
    bool quiet;         /* ... but need not be told: it is a coordinator's own */
    bool reports;       /* misconduct: what was written is kept with the incident, and nowhere else */
    int64_t answers;    /* the case about which it answers a coordinator; 0: none */
    bool remark;        /* nobody need decide anything, but what was written is worth reading */
    const char *words;  /* what a person wrote, for whoever must look; NULL of what may be a letter or a report */
    int64_t recipients[MEMBERS_MAX]; /* of a letter that is passed on or held */
    size_t recipient_count;
    bool letter; /* nothing of its content is kept, and it is deleted from the mailbox */
    bool unread; /* nothing of its content is kept, but it stays in the mailbox, for a person may have to look */
};

/* Never fails: what can't be understood waits for a person. Everything lives in ARENA. */
void decide(const struct description *description, const struct facts *facts, struct arena *arena,
            struct decision *ret);
