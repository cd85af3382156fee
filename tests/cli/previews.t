#!/usr/bin/python3
"""Goal: every message and every topic can be made for each of the demonstration's people, in other languages for every third
of them, and reads right whatever their names begin with."""
import csv
import os
import re
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
sys.path.insert(0, HERE)
import tap  # noqa: E402
from trial import Programme  # noqa: E402

DEMO = os.path.join(HERE, "..", "..", "demo")
# To somebody made up: who applies is nobody whom we know.
TO_APPLICANTS = ("application", "application-gone", "application-reminder", "application-summary", "application-unclear",
                 "forgotten", "invitation")
# "de Anna" is "d'Anna", "que Ole" is "qu'Ole"; "y Inés" is "e Inés".
NEVER = {
    "fr": re.compile(r"\b(?:[dljnmts]e|la|que|jusque|lorsque|puisque) [«*]*(?=Émile|Ilse|Hilda|Amis)"),
    "es": re.compile(r"\by [«*]*(?=Ilse|Hilda|Iris)"),
}


def set_up(programme, step):
    """Every STEP-th of them, of whom two and two are partners."""
    shutil.copy(os.path.join(DEMO, "tandempost.conf"), programme.path("tandempost.conf"))
    with open(os.path.join(DEMO, "participants.csv"), encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)[::step]
    rows = rows[:len(rows) // 2 * 2]
    with open(programme.path("participants.csv"), "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames)
        writer.writeheader()
        writer.writerows(rows)
    programme.need("round", "create", "2027-spring")
    programme.need("participant", "import", programme.path("participants.csv"), "--round", "2027-spring")
    addresses = [row["email"] for row in rows]
    with open(programme.path("partnerships.csv"), "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("first", "second"), *zip(addresses[::2], addresses[1::2])])
    programme.need("partnership", "import", programme.path("partnerships.csv"), "--round", "2027-spring")
    return len(addresses)


def for_everybody(t, programme, names, people, languages):
    topics = len(programme.rows("topic", "list"))
    for language in languages:
        wrong, made = [], 0
        for name, months in names.items():
            for month in range(1, topics + 1) if months else (0,):
                options = ("--topic", str(month)) if month else ()
                rows = programme.rows("template", "preview", name, "--all-recipients", "--language", language, *options)
                wanted = 1 if name.startswith("coordinator-") or name in ("test",) + TO_APPLICANTS else people
                if len(rows) != wanted:
                    wrong.append("%s: %d recipients" % (name, len(rows)))
                wrong += ["%s %d for %s: %s" % (name, month, row["recipient"], row["problem"]) for row in rows
                          if not row["good"] or row["language"] != language or not row["subject"]]
                made += len(rows)
        t.equal(wrong, [], "%s: every message can be made for everybody, each topic too" % language)
        t.ok(made > people * (len(names) - 5 - len(TO_APPLICANTS)), "%s: %d messages" % (language, made))


def read_aloud(t, programme, names):
    """What stands before a name must not depend on how it begins."""
    programme.write("names.csv", "name,email,country,time zone,language\n"
                    "Émile Abara,emile@a.test,CI,Africa/Abidjan,fr\nIlse Ibarra,ilse@a.test,IT,Europe/Rome,es\n"
                    "Hilda Ilves,hilda@a.test,EE,Europe/Tallinn,fr\n")
    programme.write("trio.csv", "first,second,third\nemile@a.test,ilse@a.test,hilda@a.test\n")
    programme.edit("tandempost.conf", '"Librarians Abroad"', '"Amis & Iris"')
    programme.need("participant", "import", programme.path("names.csv"), "--round", "2027-spring")
    programme.need("partnership", "import", programme.path("trio.csv"), "--round", "2027-spring")
    for language in ("fr", "es"):
        never, found = NEVER[language], []
        for name in names:
            for person in ("emile@a.test", "ilse@a.test"):
                row = programme.rows("template", "preview", name, "--language", language, "--participant", person)[0]
                text = re.sub(r"\s+", " ", row["subject"] + " | " + row["text"])
                found += ["%s: %s" % (name, text[max(0, hit.start() - 30):hit.end() + 30]) for hit in never.finditer(text)]
        t.equal(found, [], "%s: nothing breaks before a vowel" % language)
        t.ok(never.search({"fr": "la lettre de Émile", "es": "Émile y Ilse"}[language]), "%s: which would be seen" % language)


def journey(t):
    for languages, step in ((("en",), 1), (("fr", "es"), 3)):
        with Programme() as programme:
            people = set_up(programme, step)
            t.equal(people, 92 // step // 2 * 2, "so many of the demonstration's people")
            rows = [row for row in programme.rows("template", "list")
                    if not row["piece"] and not row["name"].startswith("forms/")]
            names = {row["name"]: row["name"] == "discussion" for row in rows}
            t.ok(len(names) >= 18, "%d messages" % len(names))
            for_everybody(t, programme, names, people, languages)
            if step > 1:
                read_aloud(t, programme, names)


tap.run(journey)
