#include "programme/health.h"

#include <math.h>
#include <stdlib.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/error.h"

const struct health_parameters health_parameters = {
    .never_begins = 0.1,
    .gives_up = -2.8,
    .steadier = 0.2,
    .no_contact = 0.4,
    .own_word = 0.3,
    .good_word = 0.7,
    .slow_word = 0.35,
    .unseen = 0.8,
    .unseen_days = 18,
    .responsive = 2.4,
    .responsive_days = 13,
    .keen = 0.8,
    .keen_answers = 0.77,
    .idle_answers = 0.35,
    .answer_days = 5.5,
    .letters = 6,
    .days = 16,
    .away_days = 14,
    .new_days = 7,
    .contradiction_days = 21,
    .good_from = 88,
    .ask_from = 90,
    .ask_anyway = 80,
    .overdue = 1.25,
    .usual_days = 8,
    .tell_days = 14,
    .late_days = 20,
    .warn_below = 51,
    .ask_days = 5.5,
    .introduction_days = 3,
    .unasked_most = 2,
};

/* ---- Facts in order ---- */

static int compare_numbers(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}

/* By all that is in them: facts that stay in any order are the same. */
static int compare_facts(const struct health_fact *one, const struct health_fact *other) {
    int order = compare_numbers(one->at, other->at);
    if (!order)
        order = compare_numbers(one->kind, other->kind);
    if (!order)
        order = compare_numbers((int64_t)one->member, (int64_t)other->member);
    if (!order)
        order = compare_numbers(one->value, other->value);
    return order ? order : compare_numbers(one->until, other->until);
}

static bool is_rest(enum health_fact_kind kind) {
    return kind <= FACT_OUTAGE;
}

static bool concerns(const struct health_fact *fact, size_t member) {
    /* Letters can't pass while one of them is paused. */
    return fact->member == member || fact->member == HEALTH_ALL || fact->kind == FACT_PAUSED;
}

/* ---- Each member's clock ---- */

struct reading {
    const struct health_parameters *parameters;
    const struct health_facts *facts;
    struct health_fact *list; /* in order, rests first */
    size_t count, rest_count;
    int64_t now;
};

static int64_t days(double number) {
    return (int64_t)(number * SECONDS_PER_DAY);
}

/* When REST is over; INT64_MAX: it goes on. */
static int64_t rest_until(const struct reading *reading, const struct health_fact *rest) {
    if (rest->kind != FACT_AWAY)
        return rest->until ? rest->until : INT64_MAX;
    return rest->until ? rest->until : rest->at + days(reading->parameters->away_days);
}

/* Days on MEMBER's clock from the introduction until AT. */
static double clock_of(const struct reading *reading, size_t member, int64_t at) {
    int64_t reached = reading->facts->introduced_at, rested = 0;
    if (at <= reached)
        return 0;
    for (size_t i = 0; i < reading->rest_count && reading->list[i].at < at; i++) {
        if (!concerns(&reading->list[i], member))
            continue;
        int64_t from = reading->list[i].at > reached ? reading->list[i].at : reached;
        int64_t until = rest_until(reading, &reading->list[i]);
        if (until > at)
            until = at;
        if (until > from) {
            rested += until - from;
            reached = until;
        }
    }
    return (double)(at - reading->facts->introduced_at - rested) / SECONDS_PER_DAY;
}

/* The rest of KIND that goes on for MEMBER (HEALTH_ALL: for anybody) and lasts longest; NULL: none does. */
static const struct health_fact *resting(const struct reading *reading, enum health_fact_kind kind, size_t member) {
    const struct health_fact *found = NULL;
    for (size_t i = 0; i < reading->rest_count; i++) {
        const struct health_fact *rest = &reading->list[i];
        if (rest->kind == kind && (member == HEALTH_ALL || rest->member == member || rest->member == HEALTH_ALL) &&
            rest_until(reading, rest) > reading->now &&
            (!found || rest_until(reading, rest) > rest_until(reading, found)))
            found = rest;
    }
    return found;
}

/* ---- What is known of each member ---- */

struct member {
    bool addressed;                  /* somebody wrote to them */
    bool owes;                       /* a letter to the others, or a first one */
    double since;                    /* on their clock: when that began, less what was forgiven */
    double owes_from;                /* the same, with that: what another one says shortens it not */
    double letters, taken;           /* those that they owed and wrote; the time that it took, as the parameters say */
    int contacts;                    /* their letters, and what else says that they are in touch */
    double keen_misses, idle_misses; /* how likely the check-ins left unanswered since their last sign of life are, of
                                        those who answer most, and of those who answer few */
    int missed_count;
    int unseen;       /* answers of anybody that all is well, while no letters were seen */
    double responded; /* on their clock: when they last wrote to us, not to the others */
    size_t denied_by; /* whoever says that nothing comes from them; HEALTH_ALL: nobody */
    int64_t in_touch_at, denied_at, wrote_at, waits_at, answered_at, alive_at, since_at; /* moments; 0: never */
    int answer;                                                                          /* the last one */
};

/* SHARE of their silence until AT, whether or not they owe, is forgiven: they are in touch. */
static void renew(const struct reading *reading, struct member *members, size_t member, int64_t at, double share) {
    struct member *who = &members[member];
    double forgiven = share * (clock_of(reading, member, at) - who->since);
    if (who->owes)
        who->taken += forgiven;
    who->since += forgiven;
    who->since_at = at;
    who->contacts++;
}

static void take_letter(const struct reading *reading, struct member *members, size_t writer, int64_t at) {
    struct member *who = &members[writer];
    who->letters += who->owes;
    renew(reading, members, writer, at, 1);
    who->owes = false;
    who->denied_by = HEALTH_ALL;
    who->wrote_at = at;
    for (size_t i = 0; i < reading->facts->member_count; i++) {
        if (i != writer && (!members[i].owes || !members[i].addressed)) {
            members[i].addressed = true;
            members[i].owes = true;
            members[i].since = members[i].owes_from = clock_of(reading, i, at);
            members[i].since_at = at;
        }
    }
}

/* No letter was seen of anybody for so long. */
static bool unseen_since(const struct reading *reading, const struct member *members, int64_t at) {
    for (size_t i = 0; i < reading->facts->member_count; i++)
        if (clock_of(reading, i, at) - clock_of(reading, i, members[i].wrote_at) < reading->parameters->unseen_days)
            return false;
    return true;
}

static void take_answer(const struct reading *reading, struct member *members, const struct health_fact *answer) {
    const struct health_parameters *parameters = reading->parameters;
    struct member *who = &members[answer->member];
    bool in_touch = answer->value == ANSWER_WELL || answer->value == ANSWER_SLOW;
    who->answer = answer->value;
    who->answered_at = answer->at;
    who->responded = clock_of(reading, answer->member, answer->at);
    if (in_touch)
        who->in_touch_at = answer->at;
    bool unseen = answer->value == ANSWER_WELL && unseen_since(reading, members, answer->at);
    for (size_t i = 0; i < reading->facts->member_count; i++) {
        members[i].unseen += unseen;
        if (in_touch && members[i].denied_by == answer->member)
            members[i].denied_by = HEALTH_ALL;
        /* Whoever is said to be silent can't say for themselves that they are not. */
        if (in_touch && members[i].denied_by == HEALTH_ALL)
            renew(reading, members, i, answer->at,
                  i == answer->member            ? parameters->own_word
                  : answer->value == ANSWER_SLOW ? parameters->slow_word
                                                 : parameters->good_word);
        if ((answer->value == ANSWER_NO_CONTACT || answer->value == ANSWER_HELP) && i != answer->member) {
            members[i].denied_by = answer->member;
            members[i].denied_at = answer->at;
        }
    }
}

static void take_fact(const struct reading *reading, struct member *members, const struct health_fact *fact) {
    const struct health_parameters *parameters = reading->parameters;
    size_t count = reading->facts->member_count;
    if (fact->kind == FACT_ASKED) {
        double age = clock_of(reading, fact->member, reading->now) - clock_of(reading, fact->member, fact->at);
        double by_now = 1 - exp(-age / parameters->answer_days);
        members[fact->member].keen_misses *= 1 - parameters->keen_answers * by_now;
        members[fact->member].idle_misses *= 1 - parameters->idle_answers * by_now;
        members[fact->member].missed_count++;
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (fact->member == i || fact->member == HEALTH_ALL) {
            members[i].keen_misses = members[i].idle_misses = 1;
            members[i].missed_count = 0;
            members[i].alive_at = fact->at;
        }
    if (fact->kind == FACT_WROTE)
        take_letter(reading, members, fact->member, fact->at);
    if (fact->kind == FACT_ANSWERED)
        take_answer(reading, members, fact);
    if (fact->kind == FACT_MAIL_WAITS) {
        renew(reading, members, fact->member, fact->at, 1);
        members[fact->member].owes_from = members[fact->member].since;
        members[fact->member].waits_at = fact->at;
    }
    for (size_t i = 0; fact->kind == FACT_NOTED && i < count; i++) {
        members[i].denied_by = HEALTH_ALL;
        renew(reading, members, i, fact->at, 1);
        members[i].owes_from = members[i].since;
        members[i].in_touch_at = fact->at;
    }
}

/* ---- The weights ---- */

struct weights {
    double silence, missed, no_contact, all;
};

static struct weights weigh(const struct reading *reading, const struct member *members, size_t member) {
    const struct health_parameters *parameters = reading->parameters;
    const struct member *who = &members[member];
    struct weights weights = {
        .missed = -log(parameters->keen * who->keen_misses + (1 - parameters->keen) * who->idle_misses)};
    double now = clock_of(reading, member, reading->now);
    if (who->owes)
        weights.silence = (parameters->letters + who->letters) *
                          log1p(fmax(0, now - who->since) / (parameters->letters * parameters->days + who->taken)) *
                          pow(parameters->unseen, who->unseen);
    if (who->denied_by != HEALTH_ALL)
        weights.no_contact = parameters->no_contact;
    double begin = parameters->gives_up - parameters->steadier * log2(1 + who->contacts);
    weights.all =
        (who->contacts ? 0 : parameters->never_begins) + begin + weights.silence + weights.missed + weights.no_contact;
    if (who->responded >= 0 && now - who->responded < parameters->responsive_days)
        weights.all -= parameters->responsive * (1 - (now - who->responded) / parameters->responsive_days);
    return weights;
}

/* ---- The whole ---- */

/* Into its place among those of LIST from FIRST on: they come nearly in order. */
static void insert(struct health_fact *list, size_t first, size_t count, const struct health_fact *fact) {
    for (; count > first && compare_facts(fact, &list[count - 1]) < 0; count--)
        list[count] = list[count - 1];
    list[count] = *fact;
}

/* False while nobody was introduced. */
static bool open_reading(const struct health_parameters *parameters, const struct health_facts *facts, int64_t now,
                         struct reading *reading) {
    *reading = (struct reading){.parameters = parameters, .facts = facts, .now = now};
    reading->list = memory_new_array(facts->count + 1, sizeof *reading->list);
    for (size_t i = 0; i < facts->count; i++)
        require(facts->list[i].member < facts->member_count ||
                (facts->list[i].member == HEALTH_ALL &&
                 (is_rest(facts->list[i].kind) || facts->list[i].kind == FACT_NOTED)));
    for (int rests = 1; rests >= 0; rests--) {
        for (size_t i = 0; i < facts->count; i++)
            if (is_rest(facts->list[i].kind) == rests && facts->list[i].at <= now)
                insert(reading->list, rests ? 0 : reading->rest_count, reading->count++, &facts->list[i]);
        if (rests)
            reading->rest_count = reading->count;
    }
    return facts->introduced_at && facts->introduced_at <= now;
}

static void close_reading(struct reading *reading) {
    free(reading->list);
}

static enum health_silence silence_of(const struct reading *reading, size_t member, int number) {
    if (reading->facts->members[member].bounces)
        return SILENCE_BOUNCING;
    if (resting(reading, FACT_PAUSED, member) || resting(reading, FACT_HELD, member))
        return SILENCE_PAUSED;
    if (resting(reading, FACT_AWAY, member))
        return SILENCE_AWAY;
    return number < reading->parameters->good_from ? SILENCE_SILENT : SILENCE_NONE;
}

static void set_ground(struct health *health, enum health_ground ground, size_t about, int64_t at, int64_t amount) {
    health->ground = ground;
    health->about = about;
    health->at = at;
    health->amount = amount;
}

/* Why WHO is in doubt. */
static void explain_doubt(const struct reading *reading, const struct member *members, size_t about,
                          struct health *health) {
    const struct member *who = &members[about];
    const struct health_fact *away = resting(reading, FACT_AWAY, about);
    struct weights weights = weigh(reading, members, about);
    health->says = who->denied_by;
    if (away)
        set_ground(health, GROUND_AWAY, about, rest_until(reading, away), 0);
    else if (weights.no_contact > weights.silence && weights.no_contact > weights.missed)
        set_ground(health, GROUND_NO_CONTACT, about, who->denied_at, 0);
    else if (weights.missed > weights.silence)
        set_ground(health, GROUND_MISSED, about, 0, who->missed_count);
    else
        set_ground(health, who->wrote_at ? GROUND_SILENT : GROUND_NEVER_WROTE, about, 0,
                   (int64_t)(clock_of(reading, about, reading->now) - clock_of(reading, about, who->wrote_at)));
}

/* What was last heard, of anybody. */
static void explain_life(const struct reading *reading, const struct member *members, struct health *health) {
    int64_t latest = 0;
    set_ground(health, GROUND_INTRODUCED, 0, reading->facts->introduced_at, 0);
    for (size_t i = 0; i < reading->facts->member_count; i++) {
        const struct member *who = &members[i];
        const struct {
            int64_t at;
            enum health_ground ground;
        } heard[] = {
            {who->waits_at, GROUND_MAIL_WAITS},
            {who->wrote_at, GROUND_WROTE},
            {who->in_touch_at, who->answer == ANSWER_SLOW ? GROUND_SLOW : GROUND_IN_TOUCH},
        };
        for (size_t j = 0; j < COUNT_OF(heard); j++)
            if (heard[j].at > latest) {
                latest = heard[j].at;
                set_ground(health, heard[j].ground, i, latest, 0);
            }
    }
}

/* Answers that a person must see, however all goes otherwise, until the member shows life again. */
static void hear_wishes(const struct reading *reading, const struct member *members, struct health *health) {
    for (size_t i = 0; i < reading->facts->member_count; i++) {
        const struct member *who = &members[i];
        bool wishes = who->answered_at && who->alive_at == who->answered_at && who->answer >= ANSWER_HELP &&
                      clock_of(reading, i, reading->now) - clock_of(reading, i, who->answered_at) <
                          reading->parameters->contradiction_days;
        /* Whoever owes a letter that we saw may well say that they are in touch: the other one has nothing yet. */
        bool merely_owes = who->owes && who->addressed;
        bool contradicts = who->denied_by != HEALTH_ALL && who->in_touch_at && !merely_owes &&
                           fabs(clock_of(reading, i, who->denied_at) - clock_of(reading, i, who->in_touch_at)) <
                               reading->parameters->contradiction_days;
        if (!wishes && !contradicts)
            continue;
        health->asks_for_person = true;
        health->says = contradicts ? who->denied_by : i;
        set_ground(health,
                   !wishes                      ? GROUND_CONTRADICTION
                   : who->answer == ANSWER_HELP ? GROUND_HELP
                                                : GROUND_STOP,
                   i, wishes ? who->answered_at : who->denied_at, 0);
    }
}

static bool anybody_heard(const struct health *health, const struct member *members, size_t count, int warn_below) {
    for (size_t i = 0; i < count; i++)
        if (i != health->silent && health->members[i].number >= warn_below &&
            members[i].alive_at >= members[health->silent].since_at && members[i].alive_at)
            return true;
    return false;
}

static void measure_debt(const struct reading *reading, const struct member *members, size_t member,
                         struct health *health) {
    const struct health_parameters *parameters = reading->parameters;
    const struct member *who = &members[member];
    double now = clock_of(reading, member, reading->now);
    double usual = fmax(parameters->usual_days, who->letters > 0 ? who->taken / who->letters : 0);
    health->members[member].overdue = who->owes && now - who->since > parameters->overdue * usual;
    health->members[member].owed_days = who->owes ? now - who->owes_from : 0;
}

static void judge(const struct reading *reading, const struct member *members, struct health *health) {
    const struct health_parameters *parameters = reading->parameters;
    const struct health_facts *facts = reading->facts;
    bool heard = false;
    health->number = 101;
    for (size_t i = 0; i < facts->member_count; i++) {
        int number = (int)(100 / (1 + exp(weigh(reading, members, i).all)));
        health->members[i].number = number;
        health->members[i].silence = silence_of(reading, i, number);
        health->members[i].since = members[i].alive_at ? members[i].alive_at : facts->introduced_at;
        health->members[i].missed = members[i].missed_count;
        measure_debt(reading, members, i, health);
        heard |= members[i].contacts > 0;
        if (number < health->number) {
            health->number = number;
            health->silent = i;
        }
    }
    health->silence = health->members[health->silent].silence;
    bool is_new = !heard && clock_of(reading, health->silent, reading->now) < parameters->new_days;
    if (health->number >= parameters->good_from || is_new) {
        health->state = is_new ? HEALTH_NEW : HEALTH_GOOD;
        explain_life(reading, members, health);
        if (health->ground == GROUND_SLOW)
            health->state = HEALTH_SLOW;
    } else {
        health->state = health->number >= parameters->warn_below || health->silence == SILENCE_AWAY ? HEALTH_SLOW
                        : anybody_heard(health, members, facts->member_count, (int)parameters->warn_below)
                            ? HEALTH_UNKNOWN
                            : HEALTH_QUIET;
        explain_doubt(reading, members, health->silent, health);
    }
    if (health->number >= parameters->good_from)
        health->silent = HEALTH_ALL;
    hear_wishes(reading, members, health);
}

/* What goes before anything that people do, the first that is so. */
static void override(const struct reading *reading, struct health *health) {
    const struct health_facts *facts = reading->facts;
    size_t bounces = HEALTH_ALL;
    for (size_t i = facts->member_count; i-- > 0;)
        if (facts->members[i].bounces)
            bounces = i;
    const struct health_fact *outage = resting(reading, FACT_OUTAGE, HEALTH_ALL),
                             *held = resting(reading, FACT_HELD, HEALTH_ALL),
                             *paused = resting(reading, FACT_PAUSED, HEALTH_ALL);
    bool introduced = facts->introduced_at && facts->introduced_at <= reading->now;
    bool late = !introduced && reading->now - facts->began_at >= days(reading->parameters->introduction_days);
    const struct {
        bool so;
        enum health_ground ground;
        enum health_state state;
        enum health_silence silence;
        int number;
        size_t about;
        int64_t at;
    } rules[] = {
        {facts->over_at && facts->over_at <= reading->now, GROUND_OVER, HEALTH_STOPPED, SILENCE_PAUSED, health->number,
         HEALTH_ALL, facts->over_at},
        {held, GROUND_HELD, HEALTH_STOPPED, SILENCE_PAUSED, health->number, HEALTH_ALL, held ? held->at : 0},
        {paused, GROUND_PAUSED, HEALTH_STOPPED, SILENCE_PAUSED, health->number, paused ? paused->member : 0,
         paused ? paused->until : 0},
        {outage, GROUND_OUTAGE, health->state, SILENCE_OUTAGE, health->number, health->silent, outage ? outage->at : 0},
        {bounces != HEALTH_ALL, GROUND_BOUNCES, HEALTH_UNKNOWN, SILENCE_BOUNCING, 0, bounces, 0},
        {late, GROUND_NOT_INTRODUCED, HEALTH_UNKNOWN, SILENCE_NEVER_INTRODUCED, 0, HEALTH_ALL, 0},
        {!introduced, GROUND_NOT_INTRODUCED, HEALTH_NEW, SILENCE_NEVER_INTRODUCED, health->number, HEALTH_ALL, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rules); i++)
        if (rules[i].so) {
            set_ground(health, rules[i].ground, rules[i].about, rules[i].at, 0);
            health->state = rules[i].state;
            health->silence = rules[i].silence;
            health->number = rules[i].number;
            health->silent = rules[i].about;
            return;
        }
}

struct health health_assess(const struct health_parameters *parameters, const struct health_facts *facts, int64_t now) {
    struct reading reading;
    struct member members[MEMBERS_MAX];
    struct health health = {.silent = HEALTH_ALL, .number = 100};
    for (size_t i = 0; i < MEMBERS_MAX; i++)
        members[i] = (struct member){.owes = true,
                                     .keen_misses = 1,
                                     .idle_misses = 1,
                                     .since_at = facts->introduced_at,
                                     .responded = -1,
                                     .denied_by = HEALTH_ALL};
    if (open_reading(parameters, facts, now, &reading)) {
        for (size_t i = reading.rest_count; i < reading.count; i++)
            take_fact(&reading, members, &reading.list[i]);
        judge(&reading, members, &health);
    }
    override(&reading, &health);
    close_reading(&reading);
    return health;
}

struct reason health_reason(const struct health_facts *facts, const struct health *health, struct arena *arena) {
    char at[CIVIL_DATE_SIZE];
    const char *about = health->about < facts->member_count ? facts->members[health->about].name : "",
               *says = health->says < facts->member_count ? facts->members[health->says].name : "";
    int amount = (int)health->amount;
    civil_format_date(civil_from_days(health->at / SECONDS_PER_DAY), at);
    switch (health->ground) {
    case GROUND_NOT_INTRODUCED:
        return REASON("the introduction has not been sent yet");
    case GROUND_OVER:
        return REASON_FORMAT(arena, "it ended on %s", at);
    case GROUND_OUTAGE:
        return REASON_FORMAT(arena, "our own mail has been interrupted since %s, so nobody can be called silent", at);
    case GROUND_HELD:
        return REASON_FORMAT(arena, "it has been on hold since %s", at);
    case GROUND_PAUSED:
        return health->at ? REASON_FORMAT(arena, "%s has paused until %s", about, at)
                          : REASON_FORMAT(arena, "%s has paused", about);
    case GROUND_BOUNCES:
        return REASON_FORMAT(arena, "mail to %s comes back", about);
    case GROUND_AWAY:
        return REASON_FORMAT(arena, "%s is away until %s", about, at);
    case GROUND_INTRODUCED:
        return REASON_FORMAT(arena, "they were introduced on %s", at);
    case GROUND_NEVER_WROTE:
        return REASON_FORMAT(arena, "%s has not written since the introduction %d days ago", about, amount);
    case GROUND_SILENT:
        return REASON_FORMAT(arena, "%s has not written for %d days", about, amount);
    case GROUND_MISSED:
        return amount > 1 ? REASON_FORMAT(arena, "%s has answered none of our last %d questions", about, amount)
                          : REASON_FORMAT(arena, "%s has not answered our last question", about);
    case GROUND_NO_CONTACT:
        return REASON_FORMAT(arena, "%s says that nothing comes from %s", says, about);
    case GROUND_CONTRADICTION:
        return REASON_FORMAT(arena, "%s says that nothing comes from %s, who says that they are in touch", says, about);
    case GROUND_HELP:
        return REASON_FORMAT(arena, "%s would like help from a coordinator", about);
    case GROUND_STOP:
        return REASON_FORMAT(arena, "%s would like to stop", about);
    case GROUND_SLOW:
        return REASON_FORMAT(arena, "%s said on %s that they are in touch, but slowly", about, at);
    case GROUND_MAIL_WAITS:
        return REASON_FORMAT(arena, "mail from %s has waited for a person since %s", about, at);
    case GROUND_WROTE:
        return REASON_FORMAT(arena, "%s wrote on %s", about, at);
    case GROUND_IN_TOUCH:
        return REASON_FORMAT(arena, "%s said on %s that they are in touch", about, at);
    }
    return REASON("they were introduced");
}

/* ---- What follows ---- */

static bool is_due(const struct reading *reading, size_t member, int64_t since, double after) {
    return clock_of(reading, member, reading->now) - clock_of(reading, member, since) >= after;
}

/* A check-in or nudge that they may still answer. */
static bool was_asked(const struct reading *reading, size_t member, double within) {
    for (size_t i = reading->rest_count; i < reading->count; i++)
        if (reading->list[i].kind == FACT_ASKED && reading->list[i].member == member &&
            !is_due(reading, member, reading->list[i].at, within))
            return true;
    return false;
}

bool health_mail_fits(const struct health_parameters *parameters, const int64_t *unasked, size_t count, int64_t at) {
    const int64_t week = 7 * (int64_t)SECONDS_PER_DAY;
    for (size_t i = 0; i <= count; i++) { /* each seven days that begin with one of them and have AT in them */
        int64_t from = i < count ? unasked[i] : at;
        int within = 1;
        for (size_t j = 0; j < count; j++)
            within += unasked[j] >= from && unasked[j] - from < week;
        if (from <= at && at - from < week && within > parameters->unasked_most)
            return false;
    }
    return true;
}

static enum health_action ask_silent(const struct reading *reading, const struct health *health, size_t member,
                                     const struct health_done *done) {
    const struct health_parameters *parameters = reading->parameters;
    int64_t silent_since = health->members[member].since;
    bool nudged = done->nudged_at > silent_since, called = nudged && done->called_at >= done->nudged_at;
    if (called)
        return health->members[member].number < parameters->warn_below &&
                       is_due(reading, member, done->called_at, parameters->ask_days)
                   ? HEALTH_PERSON
                   : HEALTH_LEAVE;
    if (done->pending || !health_mail_fits(parameters, done->unasked, done->unasked_count, reading->now) ||
        was_asked(reading, member, parameters->ask_days))
        return HEALTH_LEAVE;
    return nudged ? HEALTH_LAST_CALL : HEALTH_NUDGE;
}

bool health_is_silent(const struct health_parameters *parameters, const struct health *health, size_t member) {
    enum health_silence silence = health->members[member].silence;
    double below = health->members[member].overdue ? parameters->ask_from : parameters->ask_anyway;
    return (silence == SILENCE_SILENT || silence == SILENCE_NONE) && health->members[member].owed_days > 0 &&
           health->members[member].number < below;
}

bool health_tells(const struct health_parameters *parameters, const struct health *health, size_t member, bool digest) {
    double owed = health->members[member].owed_days;
    return health->state != HEALTH_STOPPED && health->silence != SILENCE_OUTAGE &&
           health->silence != SILENCE_NEVER_INTRODUCED && owed > 0 &&
           health->members[member].silence == SILENCE_SILENT &&
           (digest ? owed >= parameters->tell_days : health_is_late(parameters, health, member));
}

bool health_is_late(const struct health_parameters *parameters, const struct health *health, size_t member) {
    double owed = health->members[member].owed_days;
    return owed >= parameters->late_days && owed < parameters->late_days + 1;
}

enum health_action health_decide(const struct health_parameters *parameters, const struct health_facts *facts,
                                 const struct health *health, size_t member, const struct health_done *done,
                                 int64_t now) {
    if (health->state == HEALTH_STOPPED || health->silence == SILENCE_OUTAGE)
        return HEALTH_LEAVE;
    if (health->silence == SILENCE_NEVER_INTRODUCED && health->state == HEALTH_NEW)
        return HEALTH_LEAVE;
    if (health->asks_for_person || health->silence == SILENCE_NEVER_INTRODUCED || health->silence == SILENCE_BOUNCING)
        return HEALTH_PERSON;
    if (!health_is_silent(parameters, health, member))
        return HEALTH_LEAVE;
    struct reading reading;
    open_reading(parameters, facts, now, &reading);
    enum health_action action = ask_silent(&reading, health, member, done);
    close_reading(&reading);
    return action;
}
