#!/usr/bin/python3
"""What a rehearsal of six months costs: `make bench-rehearse` (PEOPLE="92 1000 10000").

For each number of people: all are imported, paired and started, in nine countries and three languages; then the round is
rehearsed to its end with nothing written (twice, the faster counts), and once more with every message as a file. The
messages, the seconds, the processor's seconds, and the most memory."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BINARY = os.path.abspath(os.environ.get("TANDEMPOST", os.path.join(HERE, "..", "..", "build", "tandempost")))
PEOPLE = [int(number) for number in (sys.argv[1:] or os.environ.get("PEOPLE", "92 1000 10000").split())]
GOALS = {92: (1, 256), 10000: (60, 256)}  # seconds, MB

CONFIGURATION = """
programme {
    name = "International Friends" address = "iln@example.test" languages = { "en", "fr", "es" } time_zone = "UTC"
    database = "%(directory)s/tandempost.db" templates = "%(directory)s/templates"
}
outgoing { url = "smtp://127.0.0.1:9" tls = "none, mail and password travel readable" }
incoming { url = "maildir:%(directory)s/post" }
round { length = "6 months" }
step "welcome"        { to = "participant"  when = "accepted" }
step "introduction"   { to = "partnership"  when = "start" }
step "first-contact"  { to = "partnership"  when = "start + 7 days"     asks = "check-in" }
step "discussion"     { to = "partnership"  when = "monthly"            topics = yes  expires = "10 days" }
step "check-in"       { to = "partnership"  when = "monthly + 14 days"  asks = "check-in"  expires = "10 days" }
step "survey-middle"  { to = "partnership"  when = "start + 3 months"   form = "survey-middle"  expires = "14 days" }
step "closing"        { to = "partnership"  when = "end"                asks = "next" }
step "survey-closing" { to = "partnership"  when = "end + 3 days"       form = "survey-closing"  expires = "14 days" }
coordinator "Kate" { address = "kate@c.test" }
"""
LIVES = ("SE,en,Europe/Stockholm", "FR,fr,Europe/Paris", "NZ,en,Pacific/Auckland", "ES,es,Europe/Madrid",
         "US,en,America/New_York", "JP,en,Asia/Tokyo", "CL,es,America/Santiago", "KE,en,Africa/Nairobi",
         "IN,en,Asia/Kolkata")


def write(directory, name, text):
    with open(os.path.join(directory, name), "w") as file:
        file.write(text)
    return os.path.join(directory, name)


def set_up(people):
    directory = tempfile.mkdtemp(prefix="rehearse-")
    subprocess.run([BINARY, "init", directory], check=True, capture_output=True)
    configuration = write(directory, "tandempost.conf", CONFIGURATION % {"directory": directory})
    persons = write(directory, "people.csv", "name,address,country,language,time zone\n" + "".join(
        "Person %d,p%d@a.test,%s\n" % (i, i, LIVES[i % len(LIVES)]) for i in range(people)))
    pairs = write(directory, "pairs.csv", "first,second\n" + "".join(
        "p%d@a.test,p%d@a.test\n" % (i, i + 1) for i in range(0, people - 1, 2)))
    for words in (("round", "create", "r"), ("participant", "import", persons, "--round", "r"),
                  ("partnership", "import", pairs, "--round", "r"), ("round", "start", "r")):
        subprocess.run([BINARY, "-c", configuration, *words], check=True, stdout=subprocess.DEVNULL)
    return directory


def rehearse(directory, *options):
    """(messages, seconds, processor seconds, MB)"""
    with open(os.path.join(directory, "plan.json"), "w+") as plan:
        begin = time.monotonic()
        process = subprocess.Popen([BINARY, "-c", os.path.join(directory, "tandempost.conf"), "rehearse", "r", "--json",
                                    *options], stdout=plan)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begin
        if os.waitstatus_to_exitcode(status):
            raise SystemExit("the rehearsal failed")
        plan.seek(0)
        return json.load(plan)["messages"], seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(people):
    directory = set_up(people)
    try:
        told = min((rehearse(directory) for _ in range(2)), key=lambda run: run[1])
        written = rehearse(directory, "--output", os.path.join(directory, "rehearsed"))
    finally:
        shutil.rmtree(directory)
    for what, (messages, seconds, busy, megabytes) in (("told", told), ("and written", written)):
        print("%8d people %8d messages  %-12s %8.2f s (%.2f s of a processor) %6.0f MB"
              % (people, messages, what, seconds, busy, megabytes), flush=True)
    return told[1], max(told[3], written[3])


results = {people: measure(people) for people in PEOPLE}
print("; ".join("%d people: %.2f s, %.0f MB%s" % (
    people, seconds, megabytes,
    " (goal %g s, %d MB: %s)" % (*GOALS[people], "met" if seconds <= GOALS[people][0] and megabytes <= GOALS[people][1]
                                 else "missed") if people in GOALS else "")
    for people, (seconds, megabytes) in results.items()))
