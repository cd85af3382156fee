#include <math.h>

#include "app/report/report_making.h"
#include "app/report/report_world.h"
#include "base/country.h"
#include "base/localise.h"
#include "base/text.h"
#include "programme/tally.h"
#include "store/report.h"

/* Countries that are shown as one. */
struct group {
    const char *codes, *names; /* "PE BO"; "Peru, Bolivia" */
    struct report_place place;
    bool placed;
    int64_t people, countries;
};

/* Nobody can tell how many are of each of the countries: neither four of each, nor one. */
static bool is_shown(const struct group *group) {
    return group->people >= TALLY_LEAST &&
           (group->countries == 1 ||
            (group->people != group->countries * (TALLY_LEAST - 1) && group->people != group->countries));
}

static double distance(const struct group *a, const struct group *b) {
    return a->placed && b->placed ? hypot(a->place.x - b->place.x, a->place.y - b->place.y) : INFINITY;
}

static void join(struct group *group, const struct group *other, struct arena *arena) {
    double share = (double)group->people / (double)(group->people + other->people);
    group->codes = arena_format(arena, "%s %s", group->codes, other->codes);
    group->names = arena_format(arena, "%s, %s", group->names, other->names);
    group->place.x = share * group->place.x + (1 - share) * other->place.x;
    group->place.y = share * group->place.y + (1 - share) * other->place.y;
    group->placed = group->placed && other->placed;
    group->people += other->people;
    group->countries += other->countries;
}

/* Too small a group is shown with the nearest one; that which is smallest goes first. */
static size_t join_small(struct group *groups, size_t count, struct arena *arena) {
    while (count > 1) {
        size_t least = count, near = 0;
        for (size_t i = 0; i < count; i++)
            if (!is_shown(&groups[i]) && (least == count || groups[i].people <= groups[least].people))
                least = i;
        if (least == count)
            break;
        near = least ? 0 : 1;
        for (size_t i = 0; i < count; i++)
            if (i != least && distance(&groups[i], &groups[least]) < distance(&groups[near], &groups[least]))
                near = i;
        join(&groups[near], &groups[least], arena);
        groups[least] = groups[--count];
    }
    return count;
}

/* ---- Coordinators ---- */

static bool looks_after(const struct coordinator *coordinator, const char *country, const char *home) {
    for (size_t i = 0; i < coordinator->country_count; i++)
        if (string_equal(coordinator->countries[i], country))
            return true;
    return !coordinator->country_count && string_equal(country, home);
}

/* Who looks after the country; those of the programme are where its own time is (HOME). NULL: nobody does. */
static const char *find_coordinators(const struct making *making, const char *country, const char *home) {
    const struct configuration *configuration = making->service->configuration;
    auto_text said = TEXT_EMPTY;
    for (size_t i = 0; i < configuration->coordinator_count; i++) {
        const struct coordinator *coordinator = &configuration->coordinators[i];
        if (looks_after(coordinator, country, home))
            text_append_format(&said, "%s%s%s%s", said.length ? ", " : "",
                               making->report->names ? coordinator->name : "", making->report->names ? ", " : "",
                               coordinator->country_count ? "country coordinator" : "programme coordinator");
    }
    return said.length ? arena_copy_string(making->arena, text_string(&said)) : NULL;
}

static void add_coordinators(struct making *making, const char *home) {
    static const struct report_column columns[] = {{"code", NULL, REPORT_TEXT},
                                                   {"country", "Country", REPORT_TEXT},
                                                   {"coordinators", "Who looks after it", REPORT_TEXT}};
    const struct configuration *configuration = making->service->configuration;
    struct report_table *table = report_begin(making, &(struct report_table){
                                                          .name = "coordinators",
                                                          .title = "Coordinators",
                                                          .chart = REPORT_HIDDEN,
                                                          REPORT_COLUMNS(columns),
                                                      });
    for (size_t i = 0; i < configuration->coordinator_count; i++) {
        const struct coordinator *coordinator = &configuration->coordinators[i];
        for (size_t j = 0; j < coordinator->country_count + !coordinator->country_count; j++) {
            const char *country = coordinator->country_count ? coordinator->countries[j] : home;
            bool there = false;
            for (size_t k = 0; k < table->row_count; k++)
                there |= string_equal(report_row(table, k)->text, country);
            if (there)
                continue;
            struct report_cell *row = report_add_row(making, table);
            row[0].text = arena_copy_string(making->arena, country);
            row[1].text = localise_country(making->arena, country, "en");
            row[2].text = find_coordinators(making, country, home);
        }
    }
}

bool report_add_countries(struct making *making, struct error *error) {
    static const struct report_column columns[] = {
        {"codes", NULL, REPORT_TEXT}, {"countries", "Country", REPORT_TEXT}, {"people", "People", REPORT_NUMBER}};
    struct report *report = making->report;
    struct arena *arena = making->arena;
    struct report_count_list list;
    char home[COUNTRY_SIZE];
    if (!report_countries(making->service->database, report->round.id, arena, &list, error))
        return false;
    struct group *groups = arena_take_array(arena, list.count + 1, sizeof *groups);
    for (size_t i = 0; i < list.count; i++) {
        struct group *group = &groups[i];
        *group = (struct group){.codes = list.items[i].what,
                                .names = localise_country(arena, list.items[i].what, "en"),
                                .people = list.items[i].numbers[0],
                                .countries = 1};
        group->placed = report_world_find(group->codes, &group->place);
        report->people += group->people;
    }
    report->countries = (int64_t)list.count;
    size_t count = report->names ? list.count : join_small(groups, list.count, arena);
    struct report_table *table = report_begin(making, &(struct report_table){
                                                          .name = "countries",
                                                          .title = "Where people live",
                                                          .when_empty = "Nobody takes part yet.",
                                                          .chapter = REPORT_PEOPLE,
                                                          .chart = REPORT_MAP,
                                                          REPORT_COLUMNS(columns),
                                                      });
    for (size_t i = 0; i < count; i++) {
        struct report_cell *row = report_add_row(making, table);
        row[0].text = groups[i].codes;
        row[1].text = groups[i].names;
        row[2].number = groups[i].people;
    }
    country_of_zone(making->service->configuration->programme.time_zone, home);
    add_coordinators(making, home);
    return true;
}
