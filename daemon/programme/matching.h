#pragma once
/* Who becomes partners with whom: first as many partnerships as can be, then the highest sum of scores. Hard rules are
 * never broken; criteria make the scores. Pure: the same people, rules and seed give the same proposal.
 *
 * Exact: the best matching of a good choice of pairs is found (matching_graph.h), and its proof is then asked about all
 * other pairs; those that could make it better join the choice, until none could. After Edmonds (1965), with pairs
 * priced as in column generation. */
#include "base/memory.h"
#include "programme/matching_graph.h"

enum {
    MATCHING_CRITERIA_MAX = 24,
    MATCHING_SET_WORDS = 4,
    MATCHING_PHASES_MAX = 8,
    MATCHING_GROUP_MAX = 3, /* two, or a trio */
};

/* Up to 256 things by the caller's numbers: countries, languages. */
struct matching_set {
    uint64_t words[MATCHING_SET_WORDS];
};
void matching_set_add(struct matching_set *set, unsigned number);
bool matching_set_has(const struct matching_set *set, unsigned number);

/* How a criterion turns the answers of two people into points. */
enum matching_measure {
    MATCHING_COMMON, /* options that both chose: all points for three or more */
    MATCHING_WISHED, /* half the points for each whose wish, the same or a different answer, is fulfilled */
    MATCHING_NEAR,   /* options in an order (hours a month, stages): the nearer, the more */
    MATCHING_AWAKE,  /* waking hours in common, where both want to talk live: all points for six or more */
};

struct matching_criterion {
    const char *name; /* the caller's: a question of the form */
    enum matching_measure measure;
    int weight; /* 0 to 100 */
};

enum matching_wish { MATCHING_NO_MATTER, MATCHING_SAME, MATCHING_DIFFERENT };

struct matching_person {
    int64_t id;
    unsigned country;              /* the caller's number, below 256 */
    struct matching_set languages; /* at a level that is enough for letters */
    struct matching_set avoided;   /* countries */
    const int64_t *excluded;       /* ids, ascending: partners of before, people to avoid, forbidden pairs */
    size_t excluded_count;
    uint64_t options[MATCHING_CRITERIA_MAX]; /* by criterion: a bit for each option chosen; 0: no answer */
    enum matching_wish wishes[MATCHING_CRITERIA_MAX];
    uint64_t awake[MATCHING_PHASES_MAX]; /* a bit for each half hour of a UTC day, by phase of the round (see rules) */
    bool live;                           /* wants to talk live, not only write */
    bool trio;                           /* agrees to be one of three */
    int waited;                          /* rounds that have passed this person over */
};

struct matching_rules {
    const struct matching_criterion *criteria;
    size_t criterion_count;
    size_t phase_count; /* stretches of the round between clock changes: waking hours in common are the fewest of any */
    int waiting_weight; /* for each round waited, so that who waited longest is not left over again */
};

/* Why two people can't be partners. */
enum matching_bar {
    MATCHING_ALLOWED,
    MATCHING_SAME_COUNTRY,
    MATCHING_NO_LANGUAGE,
    MATCHING_AVOIDED_COUNTRY,
    MATCHING_EXCLUDED,
    MATCHING_BARS
};
enum matching_bar matching_bar(const struct matching_person *a, const struct matching_person *b);

enum {
    MATCHING_POINTS = 60
}; /* a criterion gives at most its weight times this: halves, thirds and sixths are whole */

/* The score of two people, at least 0; or MATCHING_BARRED. */
enum { MATCHING_BARRED = -1 };
int64_t matching_score(const struct matching_rules *rules, const struct matching_person *a,
                       const struct matching_person *b);

/* What one criterion gave two people. */
struct matching_reason {
    size_t criterion;
    int points;              /* 0 to MATCHING_POINTS */
    uint64_t common;         /* options of both */
    int half_hours;          /* MATCHING_AWAKE: in common, the fewest of any phase */
    bool a_wished, b_wished; /* MATCHING_WISHED: fulfilled */
};

/* Fills RET for each criterion, in their order. */
void matching_explain(const struct matching_rules *rules, const struct matching_person *a,
                      const struct matching_person *b, struct matching_reason ret[MATCHING_CRITERIA_MAX]);

/* The score that two people would have who fit in everything, to show scores as a share of it. */
int64_t matching_score_most(const struct matching_rules *rules);

struct matching_group {
    size_t count;
    uint32_t members[MATCHING_GROUP_MAX]; /* positions among the people */
    int64_t score;
    bool locked;
};

/* The score of a group, of a trio the mean of its three pairs; or MATCHING_BARRED, where any two can't be partners. */
int64_t matching_group_score(const struct matching_rules *rules, const struct matching_person *people,
                             const struct matching_group *group);

/* All of them agree to be one of three. */
bool matching_agree_to_trio(const struct matching_person *people, const struct matching_group *group);

/* The weakest first. */
void matching_sort_groups(struct matching_group *groups, size_t count);

struct matching_left_over {
    uint32_t person;
    size_t possible;       /* how many could be partners of this person; all of them have others */
    enum matching_bar why; /* where there are none: what stands in the way most often; ALLOWED: there is nobody */
};

/* Fills in why LEFT->person has nobody. */
void matching_explain_left_over(const struct matching_person *people, size_t count, struct matching_left_over *left);

struct matching_request {
    const struct matching_rules *rules;
    const struct matching_person *people;
    size_t count;
    const struct matching_group *locked; /* partners already; nobody twice */
    size_t locked_count;
    uint64_t seed;   /* which of several equally good ones is proposed */
    int rounds_most; /* how often pairs may join the choice; 0: until the proof is complete */

    /* Told how many people have been compared with all others so far, again and again; NULL: nobody asks. */
    void (*advanced)(void *context, size_t done);
    void *advanced_context;
};

struct matching_proposal {
    struct matching_group *groups; /* the weakest first */
    size_t group_count;
    struct matching_left_over *left_over; /* by position */
    size_t left_over_count;
    int64_t total;               /* the sum of the scores of the pairs, before trios */
    int64_t total_at_most;       /* no other proposal of as many pairs has more; total where it is exact */
    size_t pairs, pairs_at_most; /* before trios; none has more */
};

/* Everything lives in ARENA. */
void matching_propose(const struct matching_request *request, struct arena *arena, struct matching_proposal *ret);
