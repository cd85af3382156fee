#pragma once
/* How a partnership is doing, told from what is known of it: a state, a number, and the fact that says most; and what
 * follows. Pure: facts are plain data, people are positions among the partnership's members.
 *
 * The number is the chance, in percent, that whoever is in doubt most still takes part. It is reckoned as those do who
 * must know of customers that never say goodbye whether they are still there ("buy till you die"; the BG/NBD model of
 * Fader, Hardie and Lee, 2005): the odds that somebody gave up after the last letter, times how unlikely so long a
 * silence were by their own rhythm, times how unlikely each check-in left unanswered. Each fact so has a weight,
 * weights add up, and the heaviest is the reason.
 *
 * Time runs for each member on a clock of its own, which stands still while they are away, while the partnership rests,
 * and during our own outages. Whoever wrote and waits for an answer is not silent. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/model.h"
#include "base/reason.h"

enum health_fact_kind {
    /* What stops clocks, from AT until UNTIL; 0: it goes on, and of an absence that no end is known. */
    FACT_AWAY,
    FACT_PAUSED, /* a member is */
    FACT_HELD,   /* or frozen */
    FACT_OUTAGE, /* of ours, of either way */
    /* What happened at a moment. */
    FACT_ASKED,      /* a check-in was sent to the member, or a nudge that asks the same */
    FACT_ANSWERED,   /* VALUE: enum health_answer */
    FACT_REPLIED,    /* the member answered something else that we asked: a sign of life, and no more */
    FACT_MAIL_WAITS, /* mail from the member waits for a person: nobody knows yet what it says */
    FACT_WROTE,      /* a letter to the others, passed on or seen in copy */
    FACT_NOTED,      /* a coordinator noted that all are in touch */
};

/* By the digits of the question "check-in". */
enum health_answer { ANSWER_WELL = 1, ANSWER_SLOW, ANSWER_NO_CONTACT, ANSWER_HELP, ANSWER_STOP };

enum { HEALTH_ALL = MEMBERS_MAX };

struct health_fact {
    enum health_fact_kind kind;
    size_t member; /* position; HEALTH_ALL: concerns all of them */
    int value;
    int64_t at, until;
};

struct health_facts {
    struct {
        const char *name;
        bool bounces; /* the address is dead */
    } members[MEMBERS_MAX];
    size_t member_count;
    int64_t began_at, introduced_at; /* when the last introduction was sent; 0: not yet */
    int64_t over_at;                 /* ended, dissolved, or left by somebody; 0: goes on */
    const struct health_fact *list;  /* in any order; what lies after the moment of looking is not seen */
    size_t count;
};

/* Chosen by tests/bench/warning.c, on other courses than those that it reports. Weights are natural logarithms of odds.
 */
struct health_parameters {
    double gives_up;     /* that somebody does, after a letter or before the first */
    double never_begins; /* more, before the first */
    double steadier;     /* less, for each doubling of the letters that they wrote */
    double no_contact;   /* more, when another one says that nothing comes from them */
    /* Less, while they still write to us, if not to the others: at first, fading within so many days. */
    double responsive, responsive_days;
    /* What share of their silence is forgiven when they say that they are in touch, or another one does: well, or
     * slowly.
     */
    double own_word, good_word, slow_word;
    /* Which share of it still counts, for each time that somebody says that all is well although no letter was seen for
     * so many days: they write to each other elsewhere. */
    double unseen, unseen_days;
    /* Of the share of keen ones a check-in's answer comes with one chance, of all others with another; if it comes,
     * then after so many days on average. */
    double keen, keen_answers, idle_answers, answer_days;
    /* The chance that somebody takes longer than u days to write is (b / (b + u))^a; each letter adds 1 to a, and the
     * days that it took to b. Before the first, a is letters, and b letters * days. */
    double letters, days;
    double away_days;          /* an absence that no end is known of */
    double new_days;           /* nothing is said of a partnership that is younger and has not begun */
    double contradiction_days; /* what two say is of the same time */
    double good_from;          /* below this number, somebody is silent */
    /* Asked is whoever is below `ask_from`, and has let the letter that they owe wait `overdue` times as long as they
     * usually do, which counts as `usual_days` at least; and below `ask_anyway`, whoever owes one. So who writes
     * steadily, if rarely, is not asked as long as they answer check-ins. */
    double ask_from, overdue, usual_days, ask_anyway;
    double tell_days; /* a digest tells of a silence that is so long, */
    double late_days; /* and a mail of that very day of one so long, of which no digest has told */
    double warn_below;
    double introduction_days; /* an introduction that is so late is a person's */
    double ask_days;          /* so long an answer to a check-in, a nudge or a last call is awaited */
    int unasked_most;         /* mails to one person within seven days */
};
extern const struct health_parameters health_parameters;

/* The fact that says most. */
enum health_ground {
    GROUND_NOT_INTRODUCED,
    GROUND_OVER,
    GROUND_OUTAGE,
    GROUND_HELD,
    GROUND_PAUSED,
    GROUND_BOUNCES,
    GROUND_AWAY,
    GROUND_INTRODUCED,    /* since then, and nothing else */
    GROUND_NEVER_WROTE,   /* since the introduction */
    GROUND_SILENT,        /* since a letter that waits for an answer */
    GROUND_MISSED,        /* check-ins unanswered */
    GROUND_NO_CONTACT,    /* another one says so */
    GROUND_CONTRADICTION, /* and they say the contrary */
    GROUND_HELP,
    GROUND_STOP,
    GROUND_SLOW,
    GROUND_MAIL_WAITS,
    GROUND_WROTE,
    GROUND_IN_TOUCH,
};

struct health {
    enum health_state state;
    enum health_silence silence;
    int number;           /* 0 to 100 */
    size_t silent;        /* the member in doubt most; HEALTH_ALL: nobody is, or nobody more than the others */
    bool asks_for_person; /* an answer that a person must see: help, stop, or contradicting ones */
    struct {
        int number;
        enum health_silence silence; /* of what is theirs alone: none, silent, away, paused, bouncing */
        int64_t since;               /* the last sign of life, or the introduction */
        bool overdue;                /* the letter that they owe has waited longer than usual, by their own rhythm */
        double owed_days;            /* on their clock: how long it has waited; 0 where they owe none */
        int missed;                  /* check-ins and nudges since that sign of life, unanswered */
    } members[MEMBERS_MAX];
    /* For health_reason. */
    enum health_ground ground;
    size_t about, says; /* of whom, and who says it */
    int64_t at, amount; /* when, and how many days or check-ins */
};

/* How it is at NOW. The order of facts means nothing, not even at one instant. One more check-in left unanswered never
 * makes the number higher, a contact never makes it lower at its moment, and an outage counts for nothing. */
struct health health_assess(const struct health_parameters *parameters, const struct health_facts *facts, int64_t now);

/* The fact that says most, as a sentence: "Ana has not written for 23 days". */
struct reason health_reason(const struct health_facts *facts, const struct health *health, struct arena *arena);

enum health_action {
    HEALTH_LEAVE,
    HEALTH_NUDGE,     /* kindly, with a check-in's question, and nothing of what the other one said */
    HEALTH_LAST_CALL, /* likewise */
    HEALTH_PERSON     /* a person decides */
};

/* What was done about one member's silence before. */
struct health_done {
    int64_t nudged_at, called_at; /* last; 0: never. What was before the last sign of life counts no more */
    bool pending;                 /* something that asks them is on its way */
    const int64_t *unasked;       /* when mails were or will be sent that the member had not asked for, in any order */
    size_t unasked_count;
};

/* Whether one more unasked mail at AT leaves no seven days with more than the parameters allow. */
bool health_mail_fits(const struct health_parameters *parameters, const int64_t *unasked, size_t count, int64_t at);

/* What is to be done now about MEMBER: a kind nudge, a last call, and then a person decides; nothing while they are
 * away, anything rests, or we are out ourselves; never more than two unasked mails within seven days. A dead address,
 * an introduction that is not sent, and an answer that asks for it are a person's at once. */
enum health_action health_decide(const struct health_parameters *parameters, const struct health_facts *facts,
                                 const struct health *health, size_t member, const struct health_done *done,
                                 int64_t now);

/* Whether MEMBER lets a letter wait so long that they may be asked. */
bool health_is_silent(const struct health_parameters *parameters, const struct health *health, size_t member);

/* Whether coordinators should know by now that MEMBER is silent, although nothing is for them to decide yet: by the
 * DIGEST of that day, or although it has none. */
bool health_tells(const struct health_parameters *parameters, const struct health *health, size_t member, bool digest);

/* Whether this is the day on which MEMBER's letter has waited too long for the next digest. */
bool health_is_late(const struct health_parameters *parameters, const struct health *health, size_t member);
