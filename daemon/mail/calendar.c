#include "mail/calendar.h"

#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum {
    REPLY_MAX = 64 * 1024, /* bytes of a calendar part that are read */
    UID_MAX = 200,
    ZONE_MARGIN = 400 * SECONDS_PER_DAY,
};

/* ---- Ours ---- */

const char *calendar_method(const struct calendar_event *event) {
    return event->cancelled ? "CANCEL" : "REQUEST";
}

static struct icaltimetype civil_time(const struct zone_local *local) {
    struct icaltimetype time = icaltime_null_time();
    time.year = (int)local->date.year;
    time.month = local->date.month;
    time.day = local->date.day;
    time.hour = local->time_of_day / SECONDS_PER_HOUR;
    time.minute = local->time_of_day % SECONDS_PER_HOUR / SECONDS_PER_MINUTE;
    time.second = local->time_of_day % SECONDS_PER_MINUTE;
    return time;
}

static struct icaltimetype time_in(const struct zone *zone, int64_t moment) {
    struct zone_local local;
    zone_to_local(zone, moment, &local);
    struct icaltimetype time = civil_time(&local);
    time.zone = zone == zone_utc() ? icaltimezone_get_utc_timezone() : NULL;
    return time;
}

/* From ONSET on, which its DTSTART tells by the clock as it went before. */
static void add_observance(icalcomponent *calendar_zone, const struct zone *zone, int64_t onset, bool changes) {
    struct zone_local before, after;
    zone_to_local(zone, onset, &after);
    zone_to_local(zone, changes ? onset - 1 : onset, &before);
    icalcomponent *observance = after.daylight_saving ? icalcomponent_new_xdaylight() : icalcomponent_new_xstandard();
    struct zone_local onset_local;
    zone_to_local(zone_utc(), onset + before.offset, &onset_local);
    icalcomponent_add_property(observance, icalproperty_new_dtstart(civil_time(&onset_local)));
    icalcomponent_add_property(observance, icalproperty_new_tzoffsetfrom(before.offset));
    icalcomponent_add_property(observance, icalproperty_new_tzoffsetto(after.offset));
    icalcomponent_add_property(observance, icalproperty_new_tzname(after.abbreviation));
    icalcomponent_add_component(calendar_zone, observance);
}

/* Whose clock it is written by: of an hour that comes twice, the second can be told by UTC alone. */
static const struct zone *written_by(const struct calendar_event *event) {
    struct zone_local starts, ends;
    zone_to_local(event->zone, event->starts_at, &starts);
    zone_to_local(event->zone, event->ends_at, &ends);
    bool clear = zone_to_utc(event->zone, starts.date, starts.time_of_day) == event->starts_at &&
                 zone_to_utc(event->zone, ends.date, ends.time_of_day) == event->ends_at;
    return clear ? event->zone : zone_utc();
}

/* The clock as it goes about the time of the event, with its changes of a year before and after: programs that keep one
 * set of rules for each zone's name read other events by them, too. */
static icalcomponent *make_zone(const struct calendar_event *event) {
    icalcomponent *calendar_zone = icalcomponent_new_vtimezone();
    int64_t onset = event->starts_at - ZONE_MARGIN, until = event->ends_at + ZONE_MARGIN;
    icalcomponent_add_property(calendar_zone, icalproperty_new_tzid(zone_name(event->zone)));
    add_observance(calendar_zone, event->zone, onset, false);
    while ((onset = zone_next_change(event->zone, onset)) < until)
        add_observance(calendar_zone, event->zone, onset, true);
    return calendar_zone;
}

static void add_moment(icalcomponent *component, icalproperty *property, const struct zone *zone) {
    if (zone != zone_utc())
        icalproperty_add_parameter(property, icalparameter_new_tzid(zone_name(zone)));
    icalcomponent_add_property(component, property);
}

static char *mailto(const char *address) {
    auto_text uri = TEXT_EMPTY;
    text_append_format(&uri, "mailto:%s", address);
    return memory_copy_string(text_string(&uri));
}

/* A name in a parameter has no quotes, and no controls, which RFC 5545 section 3.1 can't write. */
static icalparameter *common_name(const char *name) {
    auto_text clean = TEXT_EMPTY;
    for (const char *at = name; *at; at++)
        if ((unsigned char)*at >= ' ' && *at != '"' && *at != 0x7F)
            text_append_char(&clean, *at);
    return icalparameter_new_cn(clean.length ? text_string(&clean) : "-");
}

static void add_people(icalcomponent *component, const struct calendar_event *event) {
    auto_string organizer_uri = mailto(event->organizer);
    auto_string attendee_uri = mailto(event->attendee_address);
    icalproperty *organizer = icalproperty_new_organizer(organizer_uri),
                 *attendee = icalproperty_new_attendee(attendee_uri);
    icalproperty_add_parameter(organizer, common_name(event->organizer_name));
    icalproperty_add_parameter(attendee, common_name(event->attendee_name));
    icalproperty_add_parameter(attendee, icalparameter_new_role(ICAL_ROLE_REQPARTICIPANT));
    if (!event->cancelled) {
        icalproperty_add_parameter(
            attendee, icalparameter_new_partstat(event->accepted ? ICAL_PARTSTAT_ACCEPTED : ICAL_PARTSTAT_NEEDSACTION));
        icalproperty_add_parameter(attendee, icalparameter_new_rsvp(ICAL_RSVP_TRUE));
    }
    icalcomponent_add_property(component, organizer);
    icalcomponent_add_property(component, attendee);
}

static icalcomponent *make_event(const struct calendar_event *event) {
    icalcomponent *component = icalcomponent_new_vevent();
    const struct zone *zone = written_by(event);
    icalcomponent_add_property(component, icalproperty_new_uid(event->uid));
    icalcomponent_add_property(component, icalproperty_new_dtstamp(time_in(zone_utc(), event->stamp)));
    icalcomponent_add_property(component, icalproperty_new_sequence((int)event->sequence));
    add_moment(component, icalproperty_new_dtstart(time_in(zone, event->starts_at)), zone);
    add_moment(component, icalproperty_new_dtend(time_in(zone, event->ends_at)), zone);
    icalcomponent_add_property(component, icalproperty_new_summary(event->summary));
    if (*event->url) {
        icalcomponent_add_property(component, icalproperty_new_location(event->url));
        icalcomponent_add_property(component, icalproperty_new_url(event->url));
    }
    add_people(component, event);
    icalcomponent_add_property(
        component, icalproperty_new_status(event->cancelled ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED));
    return component;
}

void calendar_build(const struct calendar_event *event, struct text *ret) {
    icalcomponent *calendar = icalcomponent_new_vcalendar();
    icalcomponent_add_property(calendar, icalproperty_new_version("2.0"));
    icalcomponent_add_property(calendar,
                               icalproperty_new_prodid("-//tandempost//tandempost " TANDEMPOST_VERSION "//EN"));
    icalcomponent_add_property(calendar,
                               icalproperty_new_method(event->cancelled ? ICAL_METHOD_CANCEL : ICAL_METHOD_REQUEST));
    if (written_by(event) != zone_utc())
        icalcomponent_add_component(calendar, make_zone(event));
    icalcomponent_add_component(calendar, make_event(event));
    char *bytes = icalcomponent_as_ical_string_r(calendar);
    require(bytes);
    text_append(ret, bytes);
    free(bytes);
    icalcomponent_free(calendar);
}

/* ---- Theirs ---- */

static size_t answer_of(const icalparameter *partstat) {
    static const struct {
        icalparameter_partstat said;
        size_t answer;
    } answers[] = {{ICAL_PARTSTAT_ACCEPTED, 1}, {ICAL_PARTSTAT_DECLINED, 2}, {ICAL_PARTSTAT_TENTATIVE, 3}};
    for (size_t i = 0; i < COUNT_OF(answers); i++)
        if (partstat && icalparameter_get_partstat(partstat) == answers[i].said)
            return answers[i].answer;
    return 0;
}

/* One event, with the one attendee whose reply it is (RFC 5546 section 3.2.3). */
static bool read_event(icalcomponent *calendar, struct arena *arena, struct description_calendar *ret) {
    icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
    if (!event || icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT))
        return false;
    icalproperty *attendee = icalcomponent_get_first_property(event, ICAL_ATTENDEE_PROPERTY);
    bool alone = attendee && !icalcomponent_get_next_property(event, ICAL_ATTENDEE_PROPERTY);
    const char *uid = icalcomponent_get_uid(event);
    int sequence = icalcomponent_get_sequence(event);
    if (!alone || string_is_empty(uid) || strlen(uid) > UID_MAX || strpbrk(uid, "\r\n") || sequence < 0)
        return false;
    ret->answer = answer_of(icalproperty_get_first_parameter(attendee, ICAL_PARTSTAT_PARAMETER));
    ret->sequence = (size_t)sequence;
    ret->uid = arena_copy_string(arena, uid);
    return ret->answer != 0;
}

bool calendar_read_reply(const struct message *message, struct arena *arena, struct description_calendar *ret) {
    const struct message_part *part = message_find_part(&message->root, "text", "calendar");
    struct description_calendar found = {0};
    if (!part || !part->text || strlen(part->text) > REPLY_MAX)
        return false;
    icalerror_set_errors_are_fatal(0);
    icalcomponent *calendar = icalparser_parse_string(part->text);
    bool reply = calendar && icalcomponent_isa(calendar) == ICAL_VCALENDAR_COMPONENT &&
                 icalcomponent_get_method(calendar) == ICAL_METHOD_REPLY && read_event(calendar, arena, &found);
    if (calendar)
        icalcomponent_free(calendar);
    if (reply)
        *ret = found;
    return reply;
}
