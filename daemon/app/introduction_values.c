#include "app/introduction_values.h"

#include <jansson.h>
#include <string.h>

#include "base/clock.h"
#include "base/localise.h"
#include "programme/sharing.h"
#include "programme/waking.h"
#include "store/applications.h"

/* The reader comes first, even one who is a member no longer. */
enum { TOLD_MAX = 1 + MEMBERS_MAX };

struct told {
    const struct participant *person;
    const struct zone *zone;
    const char *first_name;
    const char *const *answers; /* NULL: no form was filled in */
    const char *const *shared;
    struct template_value *map; /* of a partner */
};

struct telling {
    const struct introduction *introduction;
    const struct form *form; /* NULL: there is none */
    struct arena *arena;
    struct template_value *values;
    struct waking_hours day;
    struct told told[TOLD_MAX];
    size_t count;
};

/* ---- What they answered ---- */

static bool read_answers(struct service *service, struct telling *telling, struct told *told, struct error *error) {
    struct application application = {0};
    const char *json = NULL;
    if (!telling->form)
        return true;
    if (!applications_find(service->database, told->person->id, telling->introduction->partnership->round,
                           telling->arena, &application, error) ||
        (application.id != 0 && !applications_answers(service->database, application.id, telling->arena, &json, error)))
        return false;
    json_error_t problem;
    json_t *object = json ? json_loads(json, 0, &problem) : NULL;
    const char **answers = arena_take_array(telling->arena, telling->form->count, sizeof *answers);
    bool any = false;
    for (size_t i = 0; i < telling->form->count; i++) {
        const char *value = json_string_value(json_object_get(object, telling->form->questions[i].name));
        answers[i] = arena_copy_string(telling->arena, value);
        any = any || value;
    }
    json_decref(object);
    if (any) {
        told->answers = answers;
        told->shared = sharing_of(telling->form, answers, telling->arena);
    }
    return true;
}

/* Both are told by themselves, beside the name. */
static bool is_told_apart(const struct form_question *question) {
    return question->kind == FORM_COUNTRY || question->kind == FORM_ZONE || question->role == FORM_ROLE_NAME ||
           question->role == FORM_ROLE_RHYTHM;
}

static bool tells_zone(const struct telling *telling, const struct told *told) {
    int question = telling->form ? form_find_kind(telling->form, FORM_ZONE) : -1;
    return !told->answers || question < 0 || told->shared[question];
}

static bool wants_live(const struct telling *telling, const struct told *told) {
    return told->answers && sharing_chose(telling->form, told->answers, FORM_ROLE_LIVE, "live");
}

/* ---- What they share ---- */

/* In French a blank stands before the colon, and so in the form behind the label. */
static const char *show_label(const char *label, struct arena *arena) {
    static const char *const blanks[] = {"\u202f", "\u00a0"};
    size_t length = strlen(label);
    for (size_t i = 0; i < COUNT_OF(blanks); i++)
        if (string_ends_with(label, blanks[i]))
            return arena_copy_bytes(arena, label, length - strlen(blanks[i]));
    return label;
}

static void add_fact(struct telling *telling, struct template_value *list, size_t question, const char *value) {
    struct template_value *map = template_value_add_map(list);
    template_value_set_string(map, "label", show_label(telling->form->questions[question].label, telling->arena));
    template_value_set_string(map, "value", form_value_show(telling->form, question, value, telling->arena));
}

static void fill_facts(struct telling *telling) {
    struct template_value *common = template_value_set_list(telling->values, "common"), *facts[TOLD_MAX];
    const char *const *shared[TOLD_MAX];
    bool all = true;
    for (size_t i = 0; i < telling->count; i++) {
        shared[i] = telling->told[i].shared;
        all = all && shared[i];
        facts[i] = i ? template_value_set_list(telling->told[i].map, "facts") : NULL;
    }
    for (size_t q = 0; telling->form && q < telling->form->count; q++) {
        if (is_told_apart(&telling->form->questions[q]))
            continue;
        const char *same = all ? sharing_common(telling->form, q, shared, telling->count, telling->arena) : NULL;
        if (same)
            add_fact(telling, common, q, same);
        for (size_t i = 1; i < telling->count; i++)
            if (shared[i] && shared[i][q] && !sharing_is_in(shared[i][q], same))
                add_fact(telling, facts[i], q, shared[i][q]);
    }
    template_value_set_boolean(telling->values, "in_common", common->first != NULL);
}

static void fill_rhythm(struct telling *telling) {
    int question = telling->form ? form_find_role(telling->form, FORM_ROLE_RHYTHM) : -1;
    const char *shown[TOLD_MAX] = {0};
    bool any = false, same = true;
    for (size_t i = 0; i < telling->count; i++) {
        const struct told *told = &telling->told[i];
        const char *named = question >= 0 && told->shared ? told->shared[question] : NULL;
        if (named)
            shown[i] = form_value_show(telling->form, (size_t)question, named, telling->arena);
        template_value_set_string(i ? told->map : telling->values, i ? "rhythm" : "recipient.rhythm", shown[i]);
        any = any || named;
        same = same && named && string_equal(shown[i], shown[0]);
    }
    template_value_set_string(telling->values, "same_rhythm", same ? shown[0] : NULL);
    template_value_set_boolean(telling->values, "rhythms", any && !same);
}

/* ---- When they could talk ---- */

static void set_time(struct telling *telling, struct template_value *map, const char *name, int32_t time) {
    template_value_set_string(map, name, localise_time(telling->arena, time, telling->introduction->language));
}

static void fill_span(struct telling *telling, struct template_value *hours, const struct waking_span *span) {
    struct template_value *map = template_value_add_map(hours), *theirs = template_value_set_list(map, "theirs");
    template_value_set_boolean(map, "another", hours->first && hours->first->next);
    for (size_t i = 0; i < telling->count; i++) {
        if (i && !tells_zone(telling, &telling->told[i]))
            continue;
        struct template_value *times = i ? template_value_add_map(theirs) : map;
        set_time(telling, times, "from", span->from[i]);
        set_time(telling, times, "until", span->until[i]);
        if (i == 0)
            continue;
        template_value_set_string(times, "first_name", telling->told[i].first_name);
        template_value_set_boolean(times, "day_before", span->day[i] < 0);
        template_value_set_boolean(times, "day_after", span->day[i] > 0);
    }
}

/* The year to come at most: until then it may be all different. */
static void fill_live(struct telling *telling) {
    enum { FAR = 365 * SECONDS_PER_DAY };
    const struct partnership *partnership = telling->introduction->partnership;
    const struct zone *zones[WAKING_TOGETHER_MAX];
    struct waking_phase phases[WAKING_PHASES_MAX];
    int64_t now = clock_now(), from = partnership->started_at > now ? partnership->started_at : now,
            until = partnership->ends_at < from + FAR ? partnership->ends_at : from + FAR;
    bool live = telling->count <= WAKING_TOGETHER_MAX && from < until;
    for (size_t i = 0; i < telling->count && live; i++) {
        const struct told *told = &telling->told[i];
        live = wants_live(telling, told);
        zones[i] = told->zone;
    }
    if (!live)
        return;
    const struct waking_hours *day = &telling->day;
    size_t count = waking_together(zones, telling->count, day, from, until, phases);
    struct template_value *map = template_value_set_map(telling->values, "live"),
                          *list = template_value_set_list(map, "phases");
    bool ever = false;
    set_time(telling, map, "day_begins", day->from);
    set_time(telling, map, "day_ends", day->until);
    for (size_t i = 0; i < count; i++) {
        struct template_value *phase = template_value_add_map(list);
        template_value_set_string(
            phase, "since",
            i ? localise_day(telling->arena, phases[i].from, zones[0], telling->introduction->language) : NULL);
        struct template_value *hours = template_value_set_list(phase, "hours");
        for (size_t s = 0; s < phases[i].span_count; s++)
            fill_span(telling, hours, &phases[i].spans[s]);
        ever = ever || phases[i].span_count > 0;
    }
    template_value_set_boolean(map, "ever", ever);
}

bool introduction_values_fill(struct service *service, const struct introduction *introduction, struct arena *arena,
                              struct template_value *values, struct error *error) {
    struct telling telling = {
        .introduction = introduction,
        .form = templates_form_in(service->templates, APPLICATION_FORM, introduction->language, arena),
        .arena = arena,
        .values = values,
        .day = {(int32_t)service->configuration->matching.awake_from,
                (int32_t)service->configuration->matching.awake_until},
        .count = 1,
    };
    struct template_value *map = introduction->partners->first;
    for (size_t i = 0; i < introduction->members->count; i++) {
        const struct participant *person = &introduction->members->items[i];
        struct told *told = person->id == introduction->reader ? telling.told : &telling.told[telling.count++];
        *told = (struct told){.person = person, .zone = service_zone_of(service, person)};
        if (told != telling.told) {
            told->map = map;
            map = map->next;
        }
        told->first_name = localise_first_name(arena, person->name, person->language);
        if (!read_answers(service, &telling, told, error))
            return false;
    }
    for (size_t i = 1; i < telling.count; i++)
        if (!tells_zone(&telling, &telling.told[i]))
            template_value_set_string(telling.told[i].map, "local_time", NULL);
    fill_facts(&telling);
    fill_rhythm(&telling);
    fill_live(&telling);
    return true;
}

bool introduction_values_talk_live(struct service *service, const struct partnership *partnership,
                                   const struct participant_list *members, struct arena *arena, bool *ret,
                                   struct error *error) {
    const struct introduction introduction = {.partnership = partnership, .members = members};
    struct telling telling = {
        .introduction = &introduction,
        .form = templates_form_in(service->templates, APPLICATION_FORM, NULL, arena),
        .arena = arena,
    };
    bool live = members->count > 1;
    for (size_t i = 0; i < members->count && live; i++) {
        struct told told = {.person = &members->items[i]};
        if (!read_answers(service, &telling, &told, error))
            return false;
        live = wants_live(&telling, &told);
    }
    *ret = live;
    return true;
}
