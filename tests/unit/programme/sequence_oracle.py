"""When steps are due, by a slow and separate reading of the rules; test_sequence_random.c compares its own.

Each line, parted by "|": zone, programme's zone, instant of the anchor's partnership (start), months and days it lasts, its end,
time of day ("once" for at once), first_seen_at, expires ("-" default), the moment as written, and then
"OCCURRENCE:DUE:EXPIRES" for each.
"""
import calendar
import random
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
DAY = 86400
ZONES = ["Australia/Sydney", "Australia/Lord_Howe", "America/New_York", "America/St_Johns", "America/Nuuk",
         "Pacific/Apia", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Pago_Pago",
         "Africa/Casablanca", "Africa/Cairo", "Europe/Dublin", "Europe/London", "Asia/Kolkata", "Asia/Kathmandu",
         "Asia/Gaza", "Asia/Tehran", "America/Havana", "Antarctica/Troll"]
chance = random.Random(6)


def seconds_of(moment):
    return round((moment - EPOCH).total_seconds())


def local(zone, instant):
    return (EPOCH + timedelta(seconds=instant)).astimezone(zone)


def at_local(zone, day, seconds):
    wall = datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)
    return seconds_of(wall.replace(tzinfo=zone))


def later_month(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def shifted(zone, instant, months, days):
    if not months and not days:
        return instant
    wall = local(zone, instant)
    seconds = wall.hour * 3600 + wall.minute * 60 + wall.second
    return at_local(zone, later_month(wall.date(), months) + timedelta(days=days), seconds)


def sending_days(zone, instant, at):
    """Every existing local date and its sending moment, from a few days before INSTANT on."""
    day = local(zone, instant).date() - timedelta(days=3)
    while True:
        if at_local(zone, day, at) != at_local(zone, day + timedelta(days=1), at):
            yield day, at_local(zone, day, at)
        day += timedelta(days=1)


def due(zone, anchor, at, months, days, seconds):
    if at is None:
        return shifted(zone, anchor, months, days) + seconds
    day0 = next(day for day, moment in sending_days(zone, anchor, at) if moment >= anchor)
    return at_local(zone, later_month(day0, months) + timedelta(days=days), at) + seconds


def plural(number, unit):
    return f"{number} {unit}" + ("" if number == 1 else "s")


def random_moment():
    """Anchor, months, days, seconds and how a person writes it."""
    anchor = chance.choice(["start", "start", "monthly", "monthly", "end"])
    sign = 1 if anchor == "start" or (anchor == "end" and chance.random() < 0.3) else chance.choice([1, 1, -1])
    if anchor == "end" and chance.random() < 0.5:
        sign = -1
    kind = chance.choice(["none", "days", "weeks", "months" if anchor != "monthly" else "days", "hours"])
    if kind == "none":
        return anchor, 0, 0, 0, anchor
    if kind == "hours" and (sign < 0 or anchor == "end"):
        kind = "days"
    number = chance.randrange(1, 28) if kind == "days" else chance.randrange(1, 4)
    words = f"{anchor} {'+' if sign > 0 else '-'} {plural(number, kind[:-1])}"
    number *= sign
    return (anchor, number if kind == "months" else 0, {"days": number, "weeks": 7 * number}.get(kind, 0),
            number * 3600 if kind == "hours" else 0, words)


def case():
    name, programme_name = chance.choice(ZONES), chance.choice(ZONES)
    zone, programme = ZoneInfo(name), ZoneInfo(programme_name)
    start = calendar.timegm((chance.randrange(2005, 2060), chance.randrange(1, 13), 1, 0, 0, 0)) + chance.randrange(31 * DAY)
    if chance.random() < 0.1:
        start, name, zone = calendar.timegm((2011, 12, 29, 0, 0, 0)) + chance.randrange(-2 * DAY, 4 * DAY), "Pacific/Apia", ZoneInfo("Pacific/Apia")
    if chance.random() < 0.2:
        start = at_local(zone, later_month(local(zone, start).date().replace(day=1), 0) + timedelta(days=chance.choice([27, 30])), chance.randrange(DAY))
    length = chance.choice([(6, 0), (6, 0), (3, 0), (12, 0), (0, 10), (0, 40), (1, 1)])
    end = shifted(programme, start, *length)
    at = None if chance.random() < 0.25 else chance.choice([9 * 3600, 9 * 3600, 0, 9000, 23 * 3600 + 900, chance.randrange(DAY)])
    first_seen = chance.choice([0, 0, start + chance.randrange(200 * DAY)])
    expires = chance.choice([None, None, 10])
    anchor, months, days, seconds, words = random_moment()
    found = []
    for n in range(1, 200) if anchor == "monthly" else [0]:
        if n and shifted(programme, start, n, 0) >= end:
            break
        moment = due(zone, end if anchor == "end" else start, at, n + months, days, seconds)
        before_end = anchor != "end" or months < 0 or days < 0 or seconds < 0
        if moment < start or moment < first_seen or (before_end and moment >= end):
            continue
        if expires:
            last = shifted(zone, moment, 0, expires)
        elif anchor == "monthly" or (not months and not days and not seconds):
            last = moment + 15 * DAY
        else:
            interval = abs((30 * months + days) * DAY + seconds)
            last = moment + min(15 * DAY, max(interval // 2, DAY if months + days + seconds > 0 else 3600))
        found.append((moment, n, min(last, end) if before_end else last))
    found.sort()
    print(name, programme_name, start, *length, end, "once" if at is None else at, first_seen, expires or "-", words,
          *[f"{n}:{moment}:{last}" for moment, n, last in found], sep="|")


for _ in range(3000):
    case()
