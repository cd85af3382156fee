"""What Python's zoneinfo thinks of random moments and local times; test_zone.c holds its own answers against it.

Each line: "utc ZONE MOMENT YEAR MONTH DAY SECONDS OFFSET ABBREVIATION" or "local ZONE YEAR MONTH DAY SECONDS MOMENT".
"""
import calendar
import random
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
chance = random.Random(2027)
first = calendar.timegm((1970, 1, 1, 0, 0, 0))
last = calendar.timegm((2120, 1, 1, 0, 0, 0))


def seconds_of(moment):
    return round((moment - EPOCH).total_seconds())


def moments_near_changes(zone):
    """Moments around every change of a few random years, found by halving."""
    found = []
    for _ in range(4):
        start = chance.randrange(first, last)
        step = 20 * 86400
        for i in range(19):
            low, high = start + i * step, start + (i + 1) * step
            offset = lambda at: (EPOCH + timedelta(seconds=at)).astimezone(zone).utcoffset()
            if offset(low) == offset(high):
                continue
            while high - low > 1:
                middle = (low + high) // 2
                if offset(middle) == offset(low):
                    low = middle
                else:
                    high = middle
            found += [high + chance.randrange(-90000, 90000) for _ in range(6)] + [low, high]
    return found


for name in sys.argv[1:]:
    zone = ZoneInfo(name)
    for moment in [chance.randrange(first, last) for _ in range(40)] + moments_near_changes(zone):
        local = (EPOCH + timedelta(seconds=moment)).astimezone(zone)
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        offset = round(local.utcoffset().total_seconds())
        print("utc", name, moment, local.year, local.month, local.day, seconds, offset, local.tzname())
        wanted = datetime(local.year, local.month, local.day) + timedelta(seconds=chance.randrange(-7200, 93600))
        seconds = wanted.hour * 3600 + wanted.minute * 60 + wanted.second
        print("local", name, wanted.year, wanted.month, wanted.day, seconds, seconds_of(wanted.replace(tzinfo=zone)))
