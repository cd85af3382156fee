"""Reads calendar entries with two independent libraries and compares with what was meant.

Standard input, for each entry: a line with begin, end (UTC seconds), method, 1 where accepted, sequence and zone, a line with
its length, and so many bytes. Says on standard error what differs; exit status 1 then. Warnings are errors (python3 -W error).
"""
import datetime
import sys
import warnings
import zoneinfo

warnings.filterwarnings("ignore", module="dateutil")
import icalendar
import vobject

UTC = datetime.timezone.utc
wrong = []


def expect(real, meant, what):
    if real != meant:
        wrong.append("%s: %r, not %r" % (what, real, meant))


def by_rules(calendar, moment):
    """UTC seconds of a DTSTART or DTEND by the VTIMEZONE that goes with it alone."""
    value = moment.dt.replace(tzinfo=None)
    zone = moment.params.get("TZID")
    if zone is None:
        return int(moment.dt.astimezone(UTC).timestamp())
    observances = [part for part in calendar.walk() if part.name in ("STANDARD", "DAYLIGHT")]
    begun = [part for part in observances if part["DTSTART"].dt.replace(tzinfo=None) <= value]
    latest = max(begun, key=lambda part: part["DTSTART"].dt.replace(tzinfo=None))
    return int((value - latest["TZOFFSETTO"].td).replace(tzinfo=UTC).timestamp())


def check(header, data):
    begin, end, method, accepted, sequence, zone = header.split()
    text = data.decode()
    expect([line for line in text.split("\r\n") if len(line.encode()) > 75 or "\n" in line or "\r" in line], [], "lines")
    calendar = icalendar.Calendar.from_ical(data)
    event = [part for part in calendar.walk("VEVENT")][0]
    expect(event.errors, [], "errors")
    expect(calendar.errors, [], "errors")
    expect(str(calendar["METHOD"]), method, "METHOD")
    expect(int(event["SEQUENCE"]), int(sequence), "SEQUENCE")
    expect(str(event["STATUS"]), "CANCELLED" if method == "CANCEL" else "CONFIRMED", "STATUS")
    expect(str(event["SUMMARY"]), "Webinar: lettres, sons; et \"silences\"\\ à Orléans, pour tout le monde qui écrit loin de "
           "chez soi", "SUMMARY")
    expect(str(event["URL"]), "https://example.org/meet?a=1,2;b=3", "URL")
    expect(str(event["LOCATION"]), "https://example.org/meet?a=1,2;b=3", "LOCATION")
    expect(str(event["ORGANIZER"]), "mailto:friends+rabcdefgh234567ab@example.org", "ORGANIZER")
    expect(event["ORGANIZER"].params["CN"], "The Friends: abroad", "the organizer's name")
    attendee = event["ATTENDEE"]
    expect(str(attendee), "mailto:zoe@example.net", "ATTENDEE")
    expect(attendee.params["CN"], "Zoë Ångström", "the attendee's name")
    if method == "REQUEST":
        expect(attendee.params["RSVP"], "TRUE", "RSVP")
        expect(attendee.params["PARTSTAT"], "ACCEPTED" if accepted == "1" else "NEEDS-ACTION", "PARTSTAT")
    for name, meant in (("DTSTART", int(begin)), ("DTEND", int(end))):
        expect(by_rules(calendar, event[name]), meant, "%s in %s by VTIMEZONE" % (name, zone))
        if "TZID" in event[name].params:
            expect(event[name].params["TZID"], zone, "TZID")
            local = event[name].dt.replace(tzinfo=zoneinfo.ZoneInfo(zone))
            expect(int(local.timestamp()), meant, "%s in %s by the system" % (name, zone))
    read = vobject.readOne(text)
    read.vevent.validate(raiseException=True)
    expect(int(read.vevent.dtstart.value.timestamp()), int(begin), "DTSTART in %s by vobject" % zone)
    expect(int(read.vevent.dtend.value.timestamp()), int(end), "DTEND in %s by vobject" % zone)


def main():
    count = 0
    while True:
        header = sys.stdin.buffer.readline()
        if not header:
            break
        check(header.decode(), sys.stdin.buffer.read(int(sys.stdin.buffer.readline())))
        count += 1
    for line in wrong[:20]:
        print(line, file=sys.stderr)
    return 1 if wrong or count != 110 else 0


sys.exit(main())
