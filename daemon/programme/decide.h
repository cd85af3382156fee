#pragma once
/* What an incoming message means for the programme: a pure function from (description, facts) to a list of effects. The
 * facts were looked up beforehand; the effects are applied afterwards, all in one transaction. */
#include "base/memory.h"
#include "base/model.h"
#include "mail/description.h"
#include "programme/phrase.h"

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
    bool tag_unknown;          /* a well-formed tag that we never made */
    bool tag_is_senders;       /* made for the sender ('p': for a partnership of which the sender is a member) */
    struct participant sender; /* by the From address; id 0: nobody we know */
    bool sender_is_coordinator;
    bool sender_is_ours;        /* the programme's own address, or one of its sub-addresses */
    struct outbox_row about;    /* our message that this one answers or bounces; id 0: none */
    struct outbox_row corrects; /* ABOUT told how we understood the answer to this question: a digit corrects it */
    bool flooding;              /* the sender has used up today's quota */
    bool strangers_fill;        /* what strangers wrote and nobody looked at is as much as is kept */
    bool answers_used_up;       /* the sender had all automatic answers of a day or a week */
    bool too_large;             /* only the header was fetched; of a letter, or our own server takes none so large */
    int64_t now;                /* UTC seconds */
    const struct words *words;  /* what the sender may answer; NULL: digits alone */
    int64_t only_partnership;   /* the sender's only one that runs; 0: none or several */
    bool paused_by_coordinator; /* the sender is, and did not ask for it */
    bool kept_as_report;        /* ABOUT asks of a letter that is kept back, for it may be a report of misconduct */
    /* A letter to a partnership address ('p'): who it is from and for. */
    bool relays;                    /* this programme passes letters on */
    struct partnership partnership; /* whose address it is; id 0: no letter */
    size_t missing_count;           /* the owner's partners who do not stand in To or Cc themselves */
    int64_t missing[MEMBERS_MAX];
    bool missing_unreachable[MEMBERS_MAX]; /* which of those are paused or left, or mail to them comes back */
    bool together_with_partner;            /* one of the owner's partners does stand there */
    bool writer_stopped;                   /* the owner, who writes, is paused or left */
    bool answers_no_letter;          /* nobody wrote to the sender lately, and it names no message that it answers */
    int64_t letters_today;           /* passed on for the owner in this partnership within a day */
    int64_t letters_held;            /* in the owner's name, kept back: perhaps not theirs */
    int64_t same_letters;            /* the owner's of the last week that are the same, byte for byte */
    bool replies_to_partner;         /* it answers a message that isn't ours: the partner's last letter */
    struct outbox_row open_question; /* the owner's only open question; id 0: none or several */
    int64_t asked_before;            /* how often that question was put again already */
    size_t together_count;           /* partnerships of the sender whose other member stands in To or Cc */
    int64_t together[FACTS_PARTNERSHIPS_MAX];
};

enum effect_kind {
    EFFECT_CONTACT,   /* log a contact: participant wrote within partnership, through channel */
    EFFECT_CHECK_IN,  /* record the answer of participant to the question in outbox */
    EFFECT_ANSWERED,  /* the question in outbox is open no longer */
    EFFECT_ASK_AGAIN, /* put the question in outbox once more, plainly */
    EFFECT_BOUNCE,    /* participant's address failed */
    EFFECT_AWAY,      /* participant is away (until detail, where stated) */
    EFFECT_PAUSE,     /* pause all programme mail to participant, reversibly */
    EFFECT_RESUME,    /* ... no more */
    EFFECT_COMPLAINT, /* participant's provider reported our mail as spam: ask nothing more */
    EFFECT_REACHABLE, /* participant wrote back: the address is good */
    EFFECT_ALERT,  /* tell coordinators now: detail is the reason, about the message that is to be read, if another */
    EFFECT_RELAY,  /* pass the letter on to participant's partners who have not got it themselves */
    EFFECT_HOLD,   /* keep the letter back until its question is answered, or a person decides: detail is why */
    EFFECT_NOTICE, /* send participant the message named by detail, of this mail or outbox's, and of about */
    EFFECT_FREEZE, /* nothing passes in partnership any more until a person decides */
    EFFECT_TELL_AWAY,  /* tell participant's partners that participant is away (until detail, where stated) */
    EFFECT_LETTER_GO,  /* the letter that the question in outbox is about is passed on after all */
    EFFECT_LETTER_END, /* ... is not; it is for coordinators, or nobody's */
};

struct effect {
    enum effect_kind kind;
    int64_t participant, partnership, outbox, about;
    enum contact_channel channel;
    int64_t answer;
    enum case_kind case_kind;
    bool permanent, address_dead;
    const char *status; /* RFC 3463; "" where none */
    const char *detail; /* for a person; names nobody and quotes nothing */
};

struct decision {
    struct effect *effects;
    size_t count;
    const char *reason; /* what was understood, one line for `inbox list`; names nobody and quotes nothing */
    bool waits;         /* a person must look */
    bool quiet;         /* ... but need not be told: it is a coordinator's own */
    int64_t recipients[MEMBERS_MAX]; /* of a letter that is passed on or held */
    size_t recipient_count;
    bool letter; /* nothing of its content is kept, and it is deleted from the mailbox */
    bool unread; /* nothing of its content is kept, but it stays in the mailbox, for a person may have to look */
};

/* Why letters beyond a day's number are held; a coordinator may let them go. */
#define DECIDE_TOO_MANY_LETTERS "too many letters in one day"

/* Why a letter is held that begins with a word for a report: its writer's "2" makes it one. */
#define DECIDE_MAY_REPORT "a letter that may be a report of misconduct: its writer is asked whom it is for"

/* Never fails: what can't be understood waits for a person. Everything lives in ARENA. */
void decide(const struct description *description, const struct facts *facts, struct arena *arena,
            struct decision *ret);

/* The effect as a word, for the event log. */
const char *effect_kind_name(enum effect_kind kind);
