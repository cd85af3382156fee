#!/usr/bin/env python3
"""Writes report/world.txt anew: world-map.py LAND COUNTRIES > report/world.txt

LAND and COUNTRIES are land-110m.json and countries-50m.json of the npm package world-atlas (TopoJSON of Natural Earth's
vectors, which are in the public domain). Needs Debian's iso-codes and tzdata."""
import json
import math
import sys

WIDTH, NORTH, SOUTH = 2000, 84, -57  # units across; degrees of latitude that are shown
SMALLEST = 3                         # square units: what takes less away is no corner, nor an island
A = (1.340264, -0.081106, 0.000893, 0.003796)


def equal_earth(longitude, latitude):
    """Savric, Patterson and Jenny, "The Equal Earth map projection" (2018); the unit is the Earth's radius."""
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(t)
    return (x / (3 * (9 * A[3] * t ** 8 + 7 * A[2] * t ** 6 + 3 * A[1] * t ** 2 + A[0])),
            A[3] * t ** 9 + A[2] * t ** 7 + A[1] * t ** 3 + A[0] * t)


SCALE = WIDTH / (2 * equal_earth(180, 0)[0])
TOP = equal_earth(0, NORTH)[1]
HEIGHT = round((TOP - equal_earth(0, SOUTH)[1]) * SCALE)


def place(longitude, latitude):
    x, y = equal_earth(longitude, latitude)
    return WIDTH / 2 + x * SCALE, (TOP - y) * SCALE


def polygons(topology, geometry):
    """The outer and inner rings of a geometry's polygons, as (longitude, latitude)."""
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]

    def arc(number):
        x = y = 0
        points = []
        for dx, dy in topology["arcs"][number if number >= 0 else ~number]:
            x, y = x + dx, y + dy
            points.append((x * scale[0] + shift[0], y * scale[1] + shift[1]))
        return points if number >= 0 else points[::-1]

    found = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    return [[[point for number in ring for point in arc(number)[1:]] for ring in rings] for rings in found]


def clip(ring, sign):
    """What of the ring lies west (1) or east (-1) of the 180th degree."""
    kept = []
    for a, b in zip(ring[-1:] + ring[:-1], ring):
        if sign * (a[0] - 180) > 0 > sign * (b[0] - 180) or sign * (a[0] - 180) < 0 < sign * (b[0] - 180):
            kept.append((180, a[1] + (b[1] - a[1]) * (180 - a[0]) / (b[0] - a[0])))
        if sign * (b[0] - 180) <= 0:
            kept.append(b)
    return kept


def cut_at_edge(ring):
    """A ring that goes around the map's edge as one on each side of it."""
    around = ring[:1]
    for longitude, latitude in ring[1:]:
        around.append((longitude + 360 * round((around[-1][0] - longitude) / 360), latitude))
    if min(around)[0] < -180:
        around = [(longitude + 360, latitude) for longitude, latitude in around]
    if max(around)[0] <= 180:
        return [around]
    halves = [clip(around, 1), [(longitude - 360, latitude) for longitude, latitude in clip(around, -1)]]
    return [half for half in halves if len(half) > 2]


def area(ring):
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1])) / 2


def simplify(ring):
    """Visvalingam's: the corner whose triangle is smallest goes first."""
    ring = list(ring)
    while len(ring) > 3:
        sizes = [abs(area([ring[i - 1], ring[i], ring[(i + 1) % len(ring)]])) for i in range(len(ring))]
        least = min(range(len(ring)), key=sizes.__getitem__)
        if sizes[least] >= SMALLEST:
            break
        del ring[least]
    return ring


def middle(ring):
    size, x, y = area(ring), 0, 0
    for a, b in zip(ring, ring[1:] + ring[:1]):
        cross = a[0] * b[1] - b[0] * a[1]
        x, y = x + (a[0] + b[0]) * cross, y + (a[1] + b[1]) * cross
    return round(x / 6 / size), round(y / 6 / size)


def land(path):
    topology = json.load(open(path))
    for geometry in topology["objects"]["land"]["geometries"]:
        for rings in polygons(topology, geometry):
            if max(latitude for _, latitude in rings[0]) < SOUTH:
                continue
            for ring in [part for whole in rings for part in cut_at_edge(whole)]:
                ring = [(round(x), round(y)) for x, y in simplify([place(*point) for point in ring])]
                if abs(area(ring)) < SMALLEST:
                    continue
                steps = [f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in zip(ring, ring[1:]) if a != b]
                yield f"M{ring[0][0]} {ring[0][1]}l{' '.join(steps).replace(' -', '-')}z"


def countries(path):
    codes = {entry["numeric"]: entry["alpha_2"]
             for entry in json.load(open("/usr/share/iso-codes/json/iso_3166-1.json"))["3166-1"]}
    found, largest = {}, {}
    for line in open("/usr/share/zoneinfo/zone.tab"):  # islands too small for the map: where their first zone is
        if not line.startswith("#"):
            code, at = line.split("\t")[:2]
            cut = max(at.rfind("+"), at.rfind("-"))
            degrees = [int(part[:size]) + math.copysign(int(part[size:size + 2]) / 60, int(part[0] + "1"))
                       for part, size in ((at[:cut], 3), (at[cut:], 4))]
            found.setdefault(code, tuple(round(v) for v in place(degrees[1], degrees[0])))
    topology = json.load(open(path))
    for geometry in topology["objects"]["countries"]["geometries"]:
        code = codes.get(geometry.get("id"), "XK" if geometry["properties"]["name"] == "Kosovo" else None)
        if code and geometry.get("arcs"):
            for ring in [[place(*point) for point in part] for rings in polygons(topology, geometry)
                         for part in cut_at_edge(rings[0])]:
                if abs(area(ring)) > largest.get(code, 0):
                    found[code], largest[code] = middle(ring), abs(area(ring))
    return sorted(found.items())


print(f"""# Land and the middle of each country, in Equal Earth projection, as tools/world-map.py makes them of Natural Earth's
# vectors (naturalearthdata.com, version 4.1; public domain), by way of the npm package world-atlas 2.0.2.
size {WIDTH} {HEIGHT}""")
for ring in land(sys.argv[1]):
    print("land", ring)
for code, (x, y) in countries(sys.argv[2]):
    print(code, x, y)
