/* How well early warning foresees, and how early: `warning FILE...` reports on files of behaviour, `warning --tune
 * FILE...` looks for better parameters on others. `make bench-warning` runs it; the files are in tests/bench/warning/.
 *
 * Rounds are made up with a hidden truth that no warner sees. Letters that are seen, check-ins, answers, absence
 * notices, pauses and outages reach daemon/programme/health.h when the service would know of them; each morning it says
 * how each partnership is, and what is to be done. The nudges and last calls that it wants are put, and answered or not
 * as any check-in of that person is. Nothing else follows: nobody writes to a partner because of a nudge, though that
 * is what nudges are for.
 *
 *   end       A partnership ends silently where one of the two never writes to the other again, by any way, and tells
 *             nobody. It ends on the day on which the letter comes that they never answer, or of the introduction,
 * where they never write at all. What the other one writes after that changes nothing. known     Without any warning it
 * would be certain 45 days after its end. Ends that would be certain only after the round are left out of recall:
 * nobody could still help them. The report tells of 30 and 60 days, too. warning   A warner begins to warn (early
 * warning: the state is quiet or unknown). While it goes on it is one; where it stops and begins anew it is another.
 *   true      A warning is true if the partnership had ended when it was given. All others are false, also one that the
 *             end proves right later. (One that still stands then finds the end, and stays false.) Of several true ones
 *             of one end, the first counts.
 *   recall    Ends with a true warning before they would be certain, of all ends.
 *   precision True warnings, of all warnings.
 *   lead      Days from a true warning to certainty: the median of the ends that were found.
 *
 * Both simple rules see the same facts: no contact for 30 days (a letter that was seen, or an answer that says so), and
 * two check-ins in a row that a member has not answered within a week. A third row has 30 days without any letter from
 * one of the two. No rule warns while a partnership is paused. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "programme/health.h"

/* ---- Behaviour ---- */

struct behaviour {
    double partnerships, days, seed;
    double silent, never_write, slowing, still_answer, into_the_void;
    double reply_days, reply_spread, reply_shape, reply_heavy, writes_again, by_topic, by_check_in;
    double rare, rare_days;
    double outside, outside_seen;
    double answers, answers_spread, answer_days, polite, slips;
    double holidays, holiday_days, holiday_told;
    double lulls, lull_days;
    double pauses, pause_days;
    double outages, outage_days;
    double misunderstood, late_introductions;
};

#define FIXED(name)                                                                                                    \
    { #name, offsetof(struct behaviour, name), 0, 0, NULL }
#define GROWS(name, from, until, grows)                                                                                \
    { #name, offsetof(struct behaviour, name), from, until, grows }
static const struct {
    const char *name;
    size_t offset;
    double from, until; /* in the table of what grows; 0: not in it */
    const char *grows;
} behaviours[] = {
    FIXED(partnerships),
    FIXED(days),
    FIXED(seed),
    GROWS(silent, 0.05, 0.45, "of partnerships: one falls silent"),
    FIXED(never_write),
    FIXED(slowing),
    GROWS(still_answer, 0, 0.4, "of those: answers check-ins all the same"),
    FIXED(into_the_void),
    FIXED(reply_days),
    FIXED(reply_spread),
    FIXED(reply_shape),
    FIXED(reply_heavy),
    FIXED(writes_again),
    FIXED(by_topic),
    FIXED(by_check_in),
    GROWS(rare, 0, 0.5, "of people: write rarely but steadily"),
    FIXED(rare_days),
    GROWS(outside, 0, 0.5, "of partnerships: talk outside our sight"),
    FIXED(outside_seen),
    GROWS(answers, 1, 0, "of check-ins: answered"),
    FIXED(answers_spread),
    FIXED(answer_days),
    GROWS(polite, 0, 0.5, "of answers: \"all is well\", whatever is so"),
    FIXED(slips),
    GROWS(holidays, 0, 2, "holidays of each person"),
    FIXED(holiday_days),
    FIXED(holiday_told),
    GROWS(lulls, 0, 0.5, "of people: silent for weeks, and come back"),
    FIXED(lull_days),
    FIXED(pauses),
    FIXED(pause_days),
    GROWS(outages, 0, 6, "outages of the service"),
    FIXED(outage_days),
    GROWS(misunderstood, 0, 0.3, "of mails: misunderstood"),
    FIXED(late_introductions),
};

static double *value_of(struct behaviour *behaviour, size_t index) {
    return (double *)((char *)behaviour + behaviours[index].offset);
}

static struct behaviour read_behaviour(const char *path) {
    struct behaviour behaviour = {0};
    bool given[COUNT_OF(behaviours)] = {0};
    char line[500], name[100];
    FILE *file = fopen(path, "re");
    if (!file) {
        fprintf(stderr, "warning: %s can't be read\n", path);
        exit(2);
    }
    for (int number = 1; fgets(line, sizeof line, file); number++) {
        double value;
        size_t found = COUNT_OF(behaviours);
        line[strcspn(line, "#\n")] = '\0';
        if (!line[strspn(line, " \t\r")])
            continue;
        if (sscanf(line, " %99[a-z_] = %lf", name, &value) == 2)
            for (size_t i = 0; i < COUNT_OF(behaviours); i++)
                if (string_equal(behaviours[i].name, name))
                    found = i;
        if (found == COUNT_OF(behaviours) || !(value >= 0)) {
            fprintf(stderr, "%s:%d: this is not NAME = NUMBER of a behaviour that there is: %s\n", path, number, line);
            exit(2);
        }
        *value_of(&behaviour, found) = value;
        given[found] = true;
    }
    fclose(file);
    for (size_t i = 0; i < COUNT_OF(behaviours); i++)
        if (!given[i]) {
            fprintf(stderr, "%s: \"%s\" is missing\n", path, behaviours[i].name);
            exit(2);
        }
    return behaviour;
}

/* ---- Chance ---- */

static uint64_t chance_state;

static double draw(void) {
    return ((double)random_below_of(&chance_state, UINT64_C(1) << 52) + 0.5) / (double)(UINT64_C(1) << 52);
}

static bool happens(double probability) {
    return draw() < probability;
}

static double between(double from, double until) {
    return from + (until - from) * draw();
}

static double draw_exponential(double mean) {
    return -mean * log(draw());
}

static double draw_normal(void) {
    return sqrt(-2 * log(draw())) * cos(2 * 3.14159265358979 * draw());
}

/* Marsaglia and Tsang, 2000. */
static double draw_gamma(double shape) {
    if (shape < 1)
        return draw_gamma(shape + 1) * pow(draw(), 1 / shape);
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double x = draw_normal(), v = pow(1 + c * x, 3);
        if (v > 0 && log(draw()) < 0.5 * x * x + d - d * v + d * log(v))
            return d * v;
    }
}

/* ---- One partnership ---- */

enum {
    FACTS_MOST = 400,
    LETTERS_MOST = 200,
    SPANS_MOST = 8,
    CHECK_INS_MOST = 24,
    ASKED_MOST = 40,
    ROUND_PARTNERSHIPS = 46
};
#define NEVER 1e9
static const int64_t began_at = 1800000000 / SECONDS_PER_DAY * SECONDS_PER_DAY;

struct span {
    double from, until;
};

struct entry {
    struct health_fact fact;
    double known_from, known_until; /* when the service has it */
};

struct person {
    double mean, shape, heavy, answers;
    double write_at, fades_at, gave_up, slows_at;
    int unanswered;
    struct span absences[SPANS_MOST];
    size_t absence_count;
};

/* Of a letter: when it was written, and when it was in the other's hands. */
struct letter {
    double day, arrives;
    size_t writer;
};

/* Truth and log of one partnership. */
struct course {
    const struct behaviour *behaviour;
    uint64_t chance;
    double introduced;
    struct person people[2];
    bool outside;
    struct letter letters[LETTERS_MOST];
    size_t letter_count;
    struct entry *log; /* by known_from */
    size_t count;
    struct span outages[SPANS_MOST];
    size_t outage_count;
    bool silent; /* somebody gives up */
    double end;  /* then: when the letter came that they never answer, or the introduction */
};

static int64_t moment(double day) {
    return began_at + (int64_t)(day * SECONDS_PER_DAY);
}

static double after_outage(const struct course *course, double day) {
    for (size_t i = 0; i < course->outage_count; i++)
        if (day >= course->outages[i].from && day < course->outages[i].until)
            return course->outages[i].until;
    return day;
}

static void record(struct course *course, enum health_fact_kind kind, size_t member, int value, double day,
                   double until, double known_from, double known_until) {
    if (course->count == FACTS_MOST)
        return;
    course->log[course->count++] =
        (struct entry){{kind, member, value, moment(day), until > 0 ? moment(until) : 0}, known_from, known_until};
}

/* What a member's mail makes known; what is misunderstood waits for a person first, and may be cleared up never. */
static void take_mail(struct course *course, enum health_fact_kind kind, size_t member, int value, double day) {
    double known = after_outage(course, day);
    if (happens(course->behaviour->misunderstood)) {
        double cleared = known + between(0.5, 6);
        record(course, FACT_MAIL_WAITS, member, 0, day, 0, known, cleared);
        if (happens(0.2))
            return;
        known = cleared;
    }
    record(course, kind, member, value, day, 0, known, NEVER);
}

static bool is_there(const struct person *person, double day) {
    for (size_t i = 0; i < person->absence_count; i++)
        if (day >= person->absences[i].from && day < person->absences[i].until)
            return false;
    return day < person->gave_up;
}

static double reply_time(const struct person *person, double day) {
    double mean = person->mean * (day >= person->slows_at ? 2 : 1);
    if (happens(person->heavy)) /* it lay about */
        return mean * between(1.5, 3.5);
    return mean * draw_gamma(person->shape) / person->shape;
}

/* The last letter of WRITER in the other's hands (or written, of one's own) by DAY; NULL: none. */
static const struct letter *last_letter(const struct course *course, size_t writer, bool arrived, double day) {
    for (size_t i = course->letter_count; i-- > 0;)
        if (course->letters[i].writer == writer &&
            (arrived ? course->letters[i].arrives : course->letters[i].day) <= day)
            return &course->letters[i];
    return NULL;
}

static void plan(struct person *person, double at) {
    if (at < person->write_at)
        person->write_at = at;
}

static bool owes(const struct course *course, size_t who, double day) {
    const struct letter *own = last_letter(course, who, false, day), *got = last_letter(course, 1 - who, true, day);
    return got && (!own || own->day < got->arrives);
}

static void write_letter(struct course *course, size_t writer, double day) {
    struct person *person = &course->people[writer], *other = &course->people[1 - writer];
    bool seen = !course->outside || course->letter_count < 2 || happens(course->behaviour->outside_seen);
    double arrives = seen ? after_outage(course, day) : day;
    if (course->letter_count == LETTERS_MOST)
        return;
    person->unanswered = owes(course, writer, day) ? 1 : person->unanswered + 1;
    course->letters[course->letter_count++] = (struct letter){day, arrives, writer};
    if (seen)
        take_mail(course, FACT_WROTE, writer, 0, day);
    bool again = happens(other->gave_up <= day ? course->behaviour->into_the_void : course->behaviour->writes_again);
    person->write_at = again && person->unanswered < 4 ? day + reply_time(person, day) + between(5, 25) : NEVER;
    if (arrives >= other->fades_at && other->gave_up == NEVER)
        other->gave_up = arrives; /* this is the letter that they never answer */
    plan(other, arrives + reply_time(other, arrives));
}

/* What WHO says of the partnership: what they know of it, with a share of politeness and slips. */
static int answer_of(const struct course *course, size_t who, double day) {
    static const struct {
        bool heard;
        double until, well, slow, no_contact;
    } waiting[] = {{true, 8, 0.75, 0.23, 0.01},
                   {true, 22, 0.4, 0.48, 0.1},
                   {true, NEVER, 0.05, 0.2, 0.65},
                   {false, 8, 0.1, 0.5, 0.35},
                   {false, NEVER, 0.02, 0.08, 0.75}};
    if (happens(course->behaviour->slips))
        return 1 + (int)(4 * draw());
    if (happens(course->behaviour->polite))
        return ANSWER_WELL;
    if (day >= course->people[who].gave_up)
        return happens(0.5) ? ANSWER_SLOW : happens(0.6) ? ANSWER_WELL : ANSWER_NO_CONTACT;
    if (owes(course, who, day))
        return happens(0.45) ? ANSWER_WELL : ANSWER_SLOW;
    const struct letter *got = last_letter(course, 1 - who, true, day);
    double waits = day - course->introduced, x = draw();
    for (size_t i = course->letter_count; i-- > 0;) /* since the first letter that is not answered */
        if (course->letters[i].writer == who && course->letters[i].day <= day &&
            (!got || course->letters[i].day > got->day))
            waits = day - course->letters[i].day;
    size_t row = 0;
    while (waits >= waiting[row].until || waiting[row].heard != (got != NULL))
        row++;
    double slow = waiting[row].well + waiting[row].slow, no_contact = slow + waiting[row].no_contact;
    return x < waiting[row].well ? ANSWER_WELL
           : x < slow            ? ANSWER_SLOW
           : x < no_contact      ? ANSWER_NO_CONTACT
                                 : ANSWER_HELP;
}

/* When WHO answers what is asked at ASKED; NEVER: not at all. */
static double answer_at(const struct course *course, size_t who, double asked) {
    const struct behaviour *b = course->behaviour;
    const struct person *person = &course->people[who];
    bool gone = asked >= person->gave_up, tired = !gone && course->people[1 - who].gave_up < asked - 45;
    bool answers = happens(gone ? b->still_answer : person->answers * (tired ? 0.7 : 1));
    double at = asked + 0.1 + draw_exponential(b->answer_days);
    while (!gone && at < b->days && !is_there(person, at) && at < person->gave_up)
        at += 1; /* away: later, if not too late */
    return answers && at < asked + 21 && at < b->days ? at : NEVER;
}

static void be_away(struct person *person, double from, double until) {
    if (person->absence_count < SPANS_MOST)
        person->absences[person->absence_count++] = (struct span){from, until};
}

static void make_person(struct course *course, size_t who) {
    const struct behaviour *b = course->behaviour;
    struct person *person = &course->people[who];
    bool rare = happens(b->rare);
    person->mean = rare ? b->rare_days * between(0.8, 1.2) : b->reply_days * exp(b->reply_spread * draw_normal());
    person->shape = rare ? 2 * b->reply_shape : b->reply_shape;
    person->heavy = rare ? 0 : b->reply_heavy;
    person->answers = fmin(0.98, fmax(0, b->answers + between(-1, 1) * b->answers_spread));
    person->gave_up = person->fades_at = person->slows_at = person->write_at = NEVER;
    for (double left = b->holidays; happens(left); left--) {
        double from = between(0, b->days), until = from + b->holiday_days * between(0.5, 1.5);
        be_away(person, from, until);
        if (happens(b->holiday_told)) {
            double told = between(from, fmin(until, from + 5));
            record(course, FACT_AWAY, who, 0, from, happens(0.8) ? until : 0, after_outage(course, told), NEVER);
        }
    }
    if (happens(b->lulls)) {
        double from = between(0, b->days);
        be_away(person, from, from + b->lull_days * between(0.6, 1.5));
    }
}

static void pause(struct course *course, size_t who) {
    const struct behaviour *b = course->behaviour;
    double from = between(10, b->days), until = from + b->pause_days * between(0.5, 1.5);
    be_away(&course->people[0], from, until);
    be_away(&course->people[1], from, until);
    record(course, FACT_PAUSED, who, 0, from, until, after_outage(course, from), NEVER);
}

static void decide_fate(struct course *course) {
    const struct behaviour *b = course->behaviour;
    struct person *person = &course->people[happens(0.5)];
    if (!happens(b->silent))
        return;
    if (happens(b->never_write))
        person->gave_up = course->introduced;
    person->fades_at = between(course->introduced, b->days);
    if (happens(b->slowing))
        person->slows_at = person->fades_at - 40;
}

struct pending {
    double at;
    size_t member;
};

static int by_known(const void *a, const void *b) {
    double one = ((const struct entry *)a)->known_from, other = ((const struct entry *)b)->known_from;
    return (one > other) - (one < other);
}

static const double month = 30.44;

static void live_day(struct course *course, int day, struct pending *answers, size_t *answer_count) {
    const struct behaviour *b = course->behaviour;
    bool topic = day > 20 && fmod(day, month) < 1;
    for (size_t i = 0; i < 2; i++) {
        struct person *person = &course->people[i];
        double now = day + between(0.3, 0.95);
        if (!is_there(person, now) || now < course->introduced)
            continue;
        if (topic && happens(owes(course, i, now) ? 2 * b->by_topic : b->by_topic))
            plan(person, now + between(0, 5));
        if (person->write_at < day + 1)
            write_letter(course, i, now);
    }
    for (size_t i = 0; i < *answer_count; i++)
        if (answers[i].at < day + 1) {
            struct person *person = &course->people[answers[i].member];
            if (owes(course, answers[i].member, answers[i].at) && happens(b->by_check_in))
                plan(person, answers[i].at + between(0, 5));
            take_mail(course, FACT_ANSWERED, answers[i].member, answer_of(course, answers[i].member, answers[i].at),
                      answers[i].at);
            answers[i] = answers[--*answer_count];
        }
}

static void live(const struct behaviour *b, const struct span *outages, size_t outage_count, struct course *course) {
    struct pending answers[2 * CHECK_INS_MOST];
    struct entry log[FACTS_MOST];
    size_t answer_count = 0, check_ins = 0;
    course->behaviour = b;
    course->log = log;
    course->outage_count = outage_count;
    memcpy(course->outages, outages, outage_count * sizeof *outages);
    course->introduced = after_outage(course, 0.4 + (happens(b->late_introductions) ? between(1, 10) : 0));
    for (size_t i = 0; i < outage_count; i++)
        record(course, FACT_OUTAGE, HEALTH_ALL, 0, outages[i].from, outages[i].until, outages[i].until, NEVER);
    make_person(course, 0);
    make_person(course, 1);
    for (size_t i = 0; i < 2; i++)
        if (happens(b->pauses))
            pause(course, i);
    decide_fate(course);
    course->outside = happens(b->outside);
    course->people[0].write_at = course->introduced + 0.6 * reply_time(&course->people[0], 0);
    course->people[1].write_at = happens(0.5) ? course->introduced + between(4, 20) : NEVER;
    for (int day = 0; day < (int)b->days; day++) {
        double asked = after_outage(course, course->introduced + (check_ins ? month * (double)check_ins + 14 : 7));
        if (asked < day + 1 && check_ins < CHECK_INS_MOST) {
            check_ins++;
            for (size_t i = 0; i < 2; i++) {
                double at = answer_at(course, i, asked);
                record(course, FACT_ASKED, i, 0, asked, 0, asked, NEVER);
                if (at < NEVER)
                    answers[answer_count++] = (struct pending){at, i};
            }
        }
        live_day(course, day, answers, &answer_count);
    }
    course->end = fmin(course->people[0].gave_up, course->people[1].gave_up);
    course->silent = course->end < b->days;
    course->chance = chance_state;
    course->log = memory_new_array(course->count + 1, sizeof *log);
    memcpy(course->log, log, course->count * sizeof *log);
    qsort(course->log, course->count, sizeof *log, by_known);
}

static struct course *make_courses(const struct behaviour *behaviour, size_t *ret_count) {
    size_t count = (size_t)behaviour->partnerships, outage_count = 0;
    struct course *courses = memory_new_array(count, sizeof *courses);
    struct span outages[SPANS_MOST];
    chance_state = (uint64_t)behaviour->seed * 2654435761U + 99;
    for (size_t i = 0; i < count; i++) {
        if (i % ROUND_PARTNERSHIPS == 0) {
            outage_count = 0;
            for (double left = behaviour->outages; happens(left) && outage_count < SPANS_MOST; left--) {
                double from = between(0, behaviour->days);
                outages[outage_count++] = (struct span){from, from + behaviour->outage_days * between(0.3, 1.7)};
            }
        }
        live(behaviour, outages, outage_count, &courses[i]);
    }
    *ret_count = count;
    return courses;
}

static void free_courses(struct course *courses, size_t count) {
    for (size_t i = 0; i < count; i++)
        free(courses[i].log);
    free(courses);
}

/* ---- Warners ---- */

enum warner { BY_HEALTH, BY_HEALTH_ALONE, BY_SILENCE, BY_SILENCE_OF_ONE, BY_CHECK_INS, WARNERS };

static bool is_paused(const struct health_facts *facts, int64_t now) {
    for (size_t i = 0; i < facts->count; i++)
        if (facts->list[i].kind == FACT_PAUSED && facts->list[i].until > now)
            return true;
    return false;
}

/* The last contact logged; with WHO, of theirs. */
static int64_t last_contact(const struct health_facts *facts, size_t who) {
    int64_t last = facts->introduced_at;
    for (size_t i = 0; i < facts->count; i++) {
        const struct health_fact *fact = &facts->list[i];
        bool wrote = fact->kind == FACT_WROTE && (who == HEALTH_ALL || fact->member == who);
        bool says = fact->kind == FACT_ANSWERED && (fact->value == ANSWER_WELL || fact->value == ANSWER_SLOW);
        if ((wrote || says) && fact->at > last)
            last = fact->at;
    }
    return last;
}

static bool silent_for_30_days(const struct health_facts *facts, size_t who, int64_t now) {
    return now - last_contact(facts, who) >= 30 * SECONDS_PER_DAY;
}

static bool two_check_ins_missed(const struct health_facts *facts, size_t who, int64_t now) {
    int missed = 0;
    int64_t answered = 0;
    for (size_t i = 0; i < facts->count; i++)
        if (facts->list[i].kind == FACT_ANSWERED && facts->list[i].member == who && facts->list[i].at > answered)
            answered = facts->list[i].at;
    for (size_t i = 0; i < facts->count; i++)
        missed += facts->list[i].kind == FACT_ASKED && facts->list[i].member == who && facts->list[i].at > answered &&
                  now - facts->list[i].at >= 7 * SECONDS_PER_DAY;
    return missed >= 2;
}

static bool warns(enum warner warner, const struct health_facts *facts, const struct health *health, int64_t now) {
    switch (warner) {
    case BY_HEALTH:
    case BY_HEALTH_ALONE:
        return health->state == HEALTH_QUIET || health->state == HEALTH_UNKNOWN;
    case BY_SILENCE:
        return !is_paused(facts, now) && silent_for_30_days(facts, HEALTH_ALL, now);
    case BY_SILENCE_OF_ONE:
        return !is_paused(facts, now) && (silent_for_30_days(facts, 0, now) || silent_for_30_days(facts, 1, now));
    case BY_CHECK_INS:
    case WARNERS:
        break;
    }
    return !is_paused(facts, now) && (two_check_ins_missed(facts, 0, now) || two_check_ins_missed(facts, 1, now));
}

/* ---- Asking ---- */

/* What was asked of each beside the check-ins, and answered, as the warning itself makes it happen. */
struct asking {
    struct entry log[2 * ASKED_MOST];
    size_t count, asked;
    struct health_done done[2];
    int64_t unasked[2][ASKED_MOST];
};

static void ask(const struct course *course, size_t who, enum health_action action, double day, struct asking *asking) {
    if (asking->asked == ASKED_MOST)
        return;
    chance_state = course->chance + (uint64_t)(2 * asking->asked + who) * 7919;
    double at = answer_at(course, who, day);
    asking->log[asking->count++] = (struct entry){{FACT_ASKED, who, 0, moment(day), 0}, day, NEVER};
    if (at < NEVER)
        asking->log[asking->count++] = (struct entry){
            {FACT_ANSWERED, who, answer_of(course, who, at), moment(at), 0}, after_outage(course, at), NEVER};
    asking->asked++;
    *(action == HEALTH_NUDGE ? &asking->done[who].nudged_at : &asking->done[who].called_at) = moment(day);
}

/* The mails of the last week that nobody asked for: check-ins, topics, and what was asked besides. */
static void count_unasked(const struct course *course, const struct health_facts *facts, double day,
                          struct asking *asking) {
    for (size_t i = 0; i < 2; i++) {
        struct health_done *done = &asking->done[i];
        done->unasked = asking->unasked[i];
        done->unasked_count = 0;
        for (size_t j = 0; j < facts->count && done->unasked_count < ASKED_MOST - 1; j++)
            if (facts->list[j].kind == FACT_ASKED && facts->list[j].member == i &&
                moment(day) - facts->list[j].at < 7 * SECONDS_PER_DAY)
                asking->unasked[i][done->unasked_count++] = facts->list[j].at;
        double since_topic = fmod(day - course->introduced, month);
        if (day > month && since_topic < 7)
            asking->unasked[i][done->unasked_count++] = moment(day - since_topic);
    }
}

/* ---- Counting ---- */

static const double known_after[] = {45, 30, 60};
enum { DELAYS = COUNT_OF(known_after) };

static double watch_step = 1;

struct score {
    size_t ends[DELAYS], found[DELAYS], warnings, right, asked;
    double *leads[DELAYS];
};

static size_t learn(const struct entry *log, size_t count, double day, struct health_fact *list) {
    size_t known = 0;
    for (size_t i = 0; i < count; i++)
        if (log[i].known_from <= day && log[i].known_until > day)
            list[known++] = log[i].fact;
    return known;
}

static void watch(enum warner warner, const struct health_parameters *parameters, const struct course *course,
                  struct score *score) {
    struct health_fact list[FACTS_MOST + 2 * ASKED_MOST];
    struct health_facts facts = {.members = {{"A", false}, {"B", false}},
                                 .member_count = 2,
                                 .began_at = began_at,
                                 .introduced_at = moment(course->introduced),
                                 .list = list};
    struct asking asking = {.count = 0};
    bool warned = false, found = false;
    for (double day = ceil(course->introduced) + 0.25; day < course->behaviour->days; day += watch_step) {
        struct health health = {.number = 0};
        if (after_outage(course, day) > day)
            continue;
        facts.count = learn(course->log, course->count, day, list);
        facts.count += learn(asking.log, asking.count, day, list + facts.count);
        if (warner <= BY_HEALTH_ALONE)
            health = health_assess(parameters, &facts, moment(day));
        if (warner == BY_HEALTH) {
            count_unasked(course, &facts, day, &asking);
            for (size_t i = 0; i < 2; i++) {
                enum health_action action = health_decide(parameters, &facts, &health, i, &asking.done[i], moment(day));
                if (action != HEALTH_LEAVE && action != HEALTH_PERSON)
                    ask(course, i, action, day + 0.1, &asking);
            }
        }
        bool begins = !warned;
        warned = warns(warner, &facts, &health, moment(day));
        begins &= warned;
        bool ended = course->silent && day >= course->end;
        score->warnings += begins && !(found && ended);
        if (!warned || !ended || found)
            continue;
        found = true;
        score->right += begins;
        for (size_t i = 0; i < DELAYS; i++) {
            double known = course->end + known_after[i];
            if (known < course->behaviour->days && day < known)
                score->leads[i][score->found[i]++] = known - day;
        }
    }
    score->asked += asking.asked;
    for (size_t i = 0; i < DELAYS; i++)
        score->ends[i] += course->silent && course->end + known_after[i] < course->behaviour->days;
}

static int by_size(const void *a, const void *b) {
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

struct result {
    double recall[DELAYS], lead[DELAYS], precision, early; /* early: found 14 days before */
    size_t ends, warnings, asked;
};

static struct result measure(enum warner warner, const struct health_parameters *parameters,
                             const struct course *courses, size_t count) {
    struct score score = {0};
    struct result result = {0};
    for (size_t i = 0; i < DELAYS; i++)
        score.leads[i] = memory_new_array(count + 1, sizeof(double));
    for (size_t i = 0; i < count; i++)
        watch(warner, parameters, &courses[i], &score);
    for (size_t i = 0; i < DELAYS; i++) {
        qsort(score.leads[i], score.found[i], sizeof(double), by_size);
        result.recall[i] = (double)score.found[i] / fmax(1, (double)score.ends[i]);
        result.lead[i] = score.found[i] ? score.leads[i][score.found[i] / 2] : 0;
        for (size_t j = 0; i == 0 && j < score.found[i]; j++)
            result.early += score.leads[i][j] >= 14;
        free(score.leads[i]);
    }
    result.early /= fmax(1, (double)score.ends[0]);
    result.precision = score.warnings ? (double)score.right / (double)score.warnings : 0;
    result.ends = score.ends[0];
    result.warnings = score.warnings;
    result.asked = score.asked;
    return result;
}

/* ---- Looking for thresholds ---- */

static const struct {
    const char *name;
    size_t offset;
    double least, most;
} tuned[] = {
#define TUNED(name, least, most)                                                                                       \
    { #name, offsetof(struct health_parameters, name), least, most }
    TUNED(never_begins, 0, 4),
    TUNED(gives_up, -8, 0),
    TUNED(steadier, 0, 1),
    TUNED(no_contact, 0, 5),
    TUNED(own_word, 0, 1),
    TUNED(good_word, 0, 1),
    TUNED(slow_word, 0, 1),
    TUNED(unseen, 0.2, 1),
    TUNED(unseen_days, 7, 30),
    TUNED(responsive, 0, 4),
    TUNED(responsive_days, 5, 40),
    TUNED(keen, 0.2, 0.95),
    TUNED(keen_answers, 0.5, 0.98),
    TUNED(idle_answers, 0.05, 0.6),
    TUNED(answer_days, 1, 6),
    TUNED(letters, 0.3, 12),
    TUNED(days, 3, 40),
    TUNED(good_from, 50, 92),
    TUNED(ask_days, 3, 8),
};

/* What a set of parameters is worth on one file: recall first, up to nine in ten, then precision, then days. */
static double worth(const struct result *result) {
    return 2 * fmin(result->recall[0], 0.9) + fmin(result->precision, 0.8) + 0.1 * result->early;
}

static double worth_of_all(const struct health_parameters *parameters, struct course *const *courses,
                           const size_t *counts, size_t files) {
    double sum = 0, least = 100;
    for (size_t i = 0; i < files; i++) {
        struct result result = measure(BY_HEALTH, parameters, courses[i], counts[i]);
        double value = worth(&result);
        sum += value / (double)files;
        least = fmin(least, value);
    }
    return (sum + least) / 2;
}

static void tune(struct course *const *courses, const size_t *counts, size_t files, int tries) {
    struct health_parameters best = health_parameters;
    watch_step = 2;
    double most = worth_of_all(&best, courses, counts, files);
    uint64_t state = (uint64_t)tries;
    printf("%6d %.4f\n", 0, most);
    for (int i = 1; i <= tries; i++) {
        struct health_parameters tried = best;
        chance_state = state + (uint64_t)i * 7919;
        for (int changes = 1 + (int)(3 * draw()); changes > 0; changes--) {
            size_t which = (size_t)(draw() * (double)COUNT_OF(tuned));
            double *value = (double *)((char *)&tried + tuned[which].offset);
            double range = tuned[which].most - tuned[which].least;
            *value += range * draw_normal() * (happens(0.3) ? 0.25 : 0.06);
            *value = fmin(tuned[which].most, fmax(tuned[which].least, *value));
        }
        double value = worth_of_all(&tried, courses, counts, files);
        if (value <= most)
            continue;
        most = value;
        best = tried;
        printf("%6d %.4f", i, most);
        for (size_t j = 0; j < COUNT_OF(tuned); j++)
            printf(" .%s = %.3g,", tuned[j].name, *(double *)((char *)&best + tuned[j].offset));
        printf("\n");
        fflush(stdout);
    }
}

/* ---- Telling ---- */

static const char *const names[] = {"early warning", "the same, not asking", "30 days silent", "30 days of either",
                                    "two check-ins missed"};

static void report(const char *path, const struct behaviour *behaviour, struct result *results) {
    size_t count;
    struct course *courses = make_courses(behaviour, &count);
    for (int i = 0; i < WARNERS; i++)
        results[i] = measure((enum warner)i, &health_parameters, courses, count);
    printf("%s: %zu partnerships, %zu silent ends, %.1f nudges and last calls a person\n", path, count, results[0].ends,
           (double)results[0].asked / (double)count / 2);
    printf("%-22s %6s %9s %9s %9s | certain after 30 days  after 60 days\n", "", "warnings", "precision", "recall",
           "lead");
    for (int i = 0; i < WARNERS; i++) {
        const struct result *result = &results[i];
        printf("  %-20s %8zu %9.2f %9.2f %4.0f days |   %9.2f %4.0f days %6.2f %4.0f days\n", names[i],
               result->warnings, result->precision, result->recall[0], result->lead[0], result->recall[1],
               result->lead[1], result->recall[2], result->lead[2]);
    }
    free_courses(courses, count);
    printf("\n");
}

/* One behaviour after the other more frequent, all else as it is. */
static void report_growth(const struct behaviour *behaviour) {
    static const enum warner shown[] = {BY_HEALTH, BY_SILENCE, BY_CHECK_INS};
    enum { STEPS = 5 };
    printf("As one behaviour grows: recall, precision, lead\n%54s %18s %21s\n", names[BY_HEALTH], names[BY_SILENCE],
           names[BY_CHECK_INS]);
    for (size_t i = 0; i < COUNT_OF(behaviours); i++)
        for (int j = 0; behaviours[i].grows && j < STEPS; j++) {
            struct behaviour changed = *behaviour;
            size_t count;
            changed.partnerships = fmin(changed.partnerships, 1000);
            *value_of(&changed, i) = behaviours[i].from + (behaviours[i].until - behaviours[i].from) * j / (STEPS - 1);
            struct course *courses = make_courses(&changed, &count);
            printf("  %-42s %4.2f", j ? "" : behaviours[i].grows, *value_of(&changed, i));
            for (size_t k = 0; k < COUNT_OF(shown); k++) {
                struct result result = measure(shown[k], &health_parameters, courses, count);
                printf("    %4.2f %4.2f %3.0f d", result.recall[0], result.precision, result.lead[0]);
            }
            printf("\n");
            free_courses(courses, count);
        }
    printf("\n");
}

int main(int argument_count, char **arguments) {
    struct result first[WARNERS], results[WARNERS];
    bool tuning = argument_count > 2 && string_equal(arguments[1], "--tune");
    size_t files = 0;
    struct behaviour read[20];
    struct course *courses[20];
    size_t counts[20];
    if (argument_count < 2 || argument_count > 20)
        return 2;
    for (int i = 1 + tuning; i < argument_count; i++, files++) {
        read[files] = read_behaviour(arguments[i]);
        if (tuning)
            courses[files] = make_courses(&read[files], &counts[files]);
        else
            report(arguments[i], &read[files], files ? results : first);
    }
    if (tuning) {
        const char *tries = getenv("TRIES");
        tune(courses, counts, files, tries ? atoi(tries) : 400);
        return 0;
    }
    if (!getenv("QUICK")) /* for whoever tries something */
        report_growth(&read[0]);
    printf("warning: recall %.2f precision %.2f lead %.0f days; 30 days silent: recall %.2f precision %.2f lead %.0f "
           "days; "
           "two missed: recall %.2f precision %.2f lead %.0f days\n",
           first[0].recall[0], first[0].precision, first[0].lead[0], first[BY_SILENCE].recall[0],
           first[BY_SILENCE].precision, first[BY_SILENCE].lead[0], first[BY_CHECK_INS].recall[0],
           first[BY_CHECK_INS].precision, first[BY_CHECK_INS].lead[0]);
    return 0;
}
