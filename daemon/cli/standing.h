#pragma once
/* How the whole programme stands at one moment, and what of it needs a person: what `status` shows. */
#include "cli/context.h"
#include "store/cases.h"
#include "store/overview.h"

enum {
    STANDING_NEXT = 5,
    STANDING_LATELY_DAYS = 7,
    STANDING_MOST = 500, /* of one moment's messages, of alerts, of people: `status` costs by what it shows */
    STANDING_ALERTS = 8  /* shown to people */
};

/* What is sent at one moment. */
struct standing_moment {
    int64_t due_at, count;
    bool more; /* than STANDING_MOST, which were looked at and counted */
    struct schedule_entry first;
    bool other_steps; /* than the first's */
};

/* People to whom mail comes back. */
struct standing_unreached {
    struct overview_people first; /* at most STANDING_MOST */
    size_t count;
};

struct standing {
    struct arena *arena; /* in which all of it lives */
    int64_t now;
    int64_t service_pid; /* 0: not running */
    bool disk_full;      /* so nothing can be noted, and nothing is sent or read */
    const char *gate;    /* why nothing is sent until a person decides; NULL: it is open */
    size_t gate_scheduled, gate_queued;
    int64_t last_fetch_at; /* 0: never */
    size_t sent_hour, sent_day;
    struct overview overview;
    struct standing_moment next[STANDING_NEXT]; /* the earliest first */
    size_t next_count;
    size_t not_sent;             /* scheduled among them, but for what is as it is now not sent: */
    const char *not_sent_reason; /* the first one's */
    struct standing_unreached dead, suspect;
    struct case_list alerts; /* open ones, but for mails that only wait: the first STANDING_MOST, */
    size_t alert_count;      /* and how many they are */
    const char **needs;      /* what a person must do, the most urgent first */
    size_t need_count;
};

/* What a round's dates bring next: "closes 2027-02-25 24:00 AEDT"; NULL for nothing. In ARENA. */
const char *standing_next_turn(struct arena *arena, const struct zone *zone, const struct round *round);

/* Everything is read as of one moment and lives in ARENA. */
bool standing_read(struct context *context, struct arena *arena, struct standing *ret, struct error *error);
