#!/usr/bin/python3
"""Goal: docs/demo.md shows what the demonstration prints, to the letter; that reads well at 80 columns and in a log. Every
number in the report that it leaves behind is right."""
import difflib
import os
import re
import subprocess
import sys
import tempfile
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(HERE, "../journeys/lib"))
import machine
import report_numbers
import tap

PROGRAM = os.path.abspath(os.environ.get("TANDEMPOST", os.path.join(ROOT, "build/tandempost")))


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in line)


# What one round may ask of its coordinators at most, and how long a letter waits before they hear of a silence.
MAILS, MOST, DECISIONS, DAYS = 77, 41, 22, 20


def check_care(t, told):
    def number(what):
        found = re.search(r"(\d+) +" + what, told)
        return int(found.group(1)) if found else 0

    t.ok(0 < number("mails to coordinators") <= MAILS, f"at most {MAILS} mails to coordinators")
    most = int(re.search(r"(\d+) to the one who got most", told).group(1))
    t.ok(most <= MOST, f"at most {MOST} of them to one coordinator")
    t.ok(0 < number("decisions, by") <= DECISIONS, f"at most {DECISIONS} decisions")
    t.ok("none shell commands" in told, "no shell command is needed")
    days = [int(found) for found in re.findall(r"when a letter had waited (\d+) days", told)]
    t.ok(len(days) == 4 and max(days) <= DAYS, f"all four silences were told within {DAYS} days ({days})")
    t.ok("(and not of this one)" not in told, "each with its true reason first")
    t.ok("none of those who write steadily was asked" in told, "nobody who writes steadily was nudged")
    t.ok(number("unasked mails at most") <= 2, "at most two unasked mails a week")
    t.ok("none of what was reported stands outside" in told, "the text of a report stands in its own table alone")


def journey(t):
    with tempfile.TemporaryDirectory() as folder:
        check_text(t, folder)
        demonstration = os.path.join(folder, "build/demo")
        t.ok(os.path.exists(os.path.join(demonstration, "report.html")), "the demonstration leaves its report")
        report_numbers.check(t, PROGRAM, demonstration)


def check_text(t, folder):
    # A terminal's width, colours and zone must not matter.
    environment = dict(os.environ, COLUMNS="40", TZ="Asia/Tokyo", TERM="xterm")
    made = subprocess.run([os.path.join(ROOT, "tools/demo-text.sh"), PROGRAM, folder], capture_output=True, encoding="utf-8",
                          timeout=10 * machine.PATIENCE, env=environment)
    if not t.equal((made.returncode, made.stderr), (0, ""), "the demonstration runs, and its books balance"):
        return
    with open(os.path.join(ROOT, "docs/demo.md"), encoding="utf-8") as file:
        kept = file.read()
    difference = list(difflib.unified_diff(kept.splitlines(), made.stdout.splitlines(), "docs/demo.md", "now", n=1))
    for line in difference[:60]:
        t.note(line)
    t.ok(not difference, "docs/demo.md is what the demonstration prints (make demo-text writes it anew)")
    shown = [line[4:] for line in made.stdout.splitlines() if line.startswith("    ")]
    t.ok(len(shown) > 60, "much is shown")
    t.equal([line for line in shown if width(line) > 80], [], "no line is wider than 80 columns")
    t.equal([line for line in shown if any(unicodedata.category(c) == "Cc" for c in line)], [], "no control characters")
    t.equal([line for line in shown if line != line.rstrip()], [], "no blanks at the ends of lines")
    told = " ".join(" ".join(shown).split())
    t.ok("The books balance." in told, "the books balance")
    check_care(t, told)


tap.run(journey)
