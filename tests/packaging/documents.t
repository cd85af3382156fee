#!/usr/bin/python3
"""Goal: the documents show only commands, options of commands, make targets and files that exist."""
import glob
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests/journeys/lib"))
import tap

PROGRAM = os.path.abspath(os.path.join(ROOT, os.environ.get("TANDEMPOST", "build/tandempost")))
FAMILIES = "event participant round match partnership survey incident template topic outbox inbox alert catch-up"
DOCUMENTS = ["README.md", "CONTRIBUTING.md"] + sorted(glob.glob(os.path.join(ROOT, "docs/*.md")))


def shown(text):
    """What stands in code: indented lines, fenced ones but for mails, and `inline` words."""
    text = re.sub(r"(?ms)^```text\nSubject: .*?^```", "", text)
    fenced = re.compile(r"^```.*?\n(.*?)^```", re.M | re.S)
    lines = [line.strip() for block in fenced.findall(text) for line in block.split("\n")]
    text = fenced.sub("", text)
    lines += [line.strip() for line in text.split("\n") if line.startswith("    ")]
    return lines + [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", text)]


def commands(text):
    """(command, its options) of all tandempost commands shown."""
    families = "|".join(FAMILIES.split())
    for code in shown(text):
        for part in code.split(" && "):
            match = re.match(r"(?:build/)?tandempost (?:-c \S+ )?((?:%s) [a-z-]+|[a-z-]+)(.*)" % families, part)
            match = match or re.match(r"((?:%s) (?!=)[a-z-]+)(.*)" % families, part)
            if match:
                yield match.group(1), re.findall(r"--([a-z-]+)", match.group(2).split("#")[0])


def journey(tap):
    targets = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True).stdout
    targets = {line.split()[0] for line in targets.splitlines()}
    for path in DOCUMENTS:
        name = os.path.relpath(os.path.join(ROOT, path), ROOT)
        with open(os.path.join(ROOT, path)) as document:
            text = document.read()
        seen = 0
        for command, options in sorted({(command, tuple(options)) for command, options in commands(text)}):
            helped = subprocess.run([PROGRAM, "help"] + command.split(), capture_output=True, text=True)
            seen += 1
            if not tap.equal(helped.returncode, 0, "%s: there is a command %s" % (name, command)):
                continue
            for option in options:
                tap.ok("--" + option in helped.stdout, "%s: %s has --%s" % (name, command, option))
        tap.note("%s shows %d commands" % (name, seen))
        for target in sorted(set(re.findall(r"\bmake ([a-z]+)\b", " && ".join(shown(text))))):
            tap.ok(target in targets, "%s: make %s" % (name, target))
        for link in sorted(set(re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text))):
            tap.ok(os.path.exists(os.path.join(ROOT, os.path.dirname(name), link)), "%s: link to %s" % (name, link))


tap.run(journey)
