#!/usr/bin/python3
"""Goal: a rehearsal shows what is sent and what goes wrong, writes what people would read, and changes nothing."""
import glob
import hashlib
import html.parser
import os
import re
import sqlite3
import stat
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
sys.path.insert(0, HERE)
import tap  # noqa: E402
from trial import Programme  # noqa: E402

PEOPLE = """name,address,country,language,time zone
Åsa Lindqvist,asa@a.test,SE,en,Europe/Stockholm
B <b>&,ben@b.test,NZ,en,Pacific/Auckland
Carla Díaz,carla@c.test,MX,es,America/Mexico_City
Dora Maria Fernanda de la Concepción Salgado,dora@d.test,MX,es,America/Mexico_City
Émile Roy,emile@e.test,FR,fr,Europe/Paris
"""


class Page(html.parser.HTMLParser):
    """Which elements there are, and with what attributes."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def of(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def set_up(programme):
    programme.write("people.csv", PEOPLE)
    programme.need("round", "create", "2027a")
    programme.need("participant", "import", programme.path("people.csv"), "--round", "2027a")
    programme.need("partnership", "create", "2027a", "asa@a.test", "ben@b.test")
    programme.need("partnership", "create", "2027a", "carla@c.test", "dora@d.test")
    programme.need("round", "start", "2027a")


def files(directory):
    found = {}
    for folder, _, names in os.walk(directory):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                found[os.path.join(folder, name)] = hashlib.sha256(file.read()).hexdigest()
    return found


def changed(before, after):
    """But for SQLite's shared memory, in which readers say that they read."""
    return sorted(name for name in before.keys() | after.keys()
                  if before.get(name) != after.get(name) and not name.endswith("-shm"))


def alone(t, programme):
    before = files(programme.directory)
    done = programme.run("rehearse", "2027a")
    t.equal((done.code, done.err), (0, ""), "a round is rehearsed")
    for words in ("introduction to ", "check-in, month 5 to ", " closing to ", "survey-closing to ",
                  "1 person of \"2027a\" has no partner when it begins: Émile Roy (5)"):
        t.ok(words in " ".join(done.out.split()), "it tells of " + words)
    t.equal(programme.run("rehearse", "2027a").out, done.out, "again it is the same")
    t.equal(changed(before, files(programme.directory)), [], "no file is changed or left behind")


def beside_others(t, programme):
    """What stands in the write-ahead log counts, and stays where it is."""
    connection = sqlite3.connect(programme.path("tandempost.db"))
    connection.execute("UPDATE participant SET address_state = 'dead' WHERE id = 2")
    connection.commit()
    before = files(programme.directory)
    t.ok(programme.path("tandempost.db-wal") in before, "while another one works on the database")
    plan = programme.rows("rehearse")[0]
    t.equal(changed(before, files(programme.directory)), [], "its files stay as they are")
    t.equal([trouble["area"] for trouble in plan["troubles"] if "B <b>&" in trouble["message"]][-1:], ["address"],
            "an address that is dead since a moment ago is told of")
    held = [trouble["message"] for trouble in plan["troubles"] if trouble["area"] == "held"]
    t.ok(any("1 message of \"introduction\" is not sent: mail to this address comes back; to B <b>&" in line
             for line in held), "and so is what is held for it")
    connection.execute("UPDATE participant SET address_state = 'good' WHERE id = 2")
    connection.commit()
    connection.close()


def folder(t, programme):
    output = programme.path("rehearsed")
    plan = programme.rows("rehearse", "2027a", "--output", output)[0]
    mails = glob.glob(output + "/messages/*/*.eml")
    t.equal(len(mails), plan["messages"], "each message is a file")
    t.equal(sum(line["messages"] for line in plan["timeline"]), plan["messages"], "and stands in the timeline")
    t.equal(stat.S_IMODE(os.stat(output).st_mode), 0o700, "nobody else may read them")
    with open([name for name in mails if "/introduction-" in name][0], "rb") as file:
        t.ok(file.read().startswith(b"Date: "), "they are mails")
    with open(output + "/index.html", encoding="utf-8") as file:
        text = file.read()
    page = Page(text)
    t.ok(all(os.path.exists(os.path.join(output, link["href"])) for link in page.of("a")
             if not link["href"].startswith("#")), "the page's links lead to files")
    t.ok({link["href"] for link in page.of("a") if link["href"].startswith("#")}
         <= {"#" + attributes["id"] for _, attributes in page.elements if "id" in attributes}, "and to its parts")
    t.ok("Dora Maria Fernanda de la Concepción Salgado: <strong>" in text and "B &lt;b&gt;&amp;: <strong>" in text,
         "the shortest and the longest name are shown, and what could be taken for HTML as it is")
    t.ok(page.of("iframe") and all("sandbox" in frame and frame["srcdoc"].startswith("<!DOCTYPE") for frame in page.of("iframe")),
         "mails are shown in frames that can do nothing")
    t.equal(page.of("script") + page.of("img") + page.of("link"), [], "nothing is loaded")
    again = programme.run("rehearse", "2027a", "--output", output)
    t.ok(again.code == 1 and "There is something in" in again.err, "a folder that is used is left alone")


def what_goes_wrong(t, programme):
    programme.edit("tandempost.conf", "#   per_hour = 0", "    per_hour = 1")
    programme.edit("tandempost.conf", 'step "introduction"  { to = "partnership"  when = "start" }',
                   'step "introduction"  { to = "partnership"  when = "start" at = "23:30" }\n'
                   'step "extra" { to = "partnership" when = "start + 2 days" }')
    programme.write("templates/en/extra.md", "Subject: Extra\n\nOf {{participant.nonsense}}.\n")
    plan = programme.rows("rehearse", "2027a", "--until", "tomorrow")[0]
    areas = {trouble["area"] for trouble in plan["troubles"]}
    t.ok("night" in areas, "mail at night is told of")
    plan = programme.rows("rehearse", "2027a")[0]
    troubles = {trouble["area"]: trouble["message"] for trouble in plan["troubles"]}
    t.ok("per_hour = 1 lets fewer go" in troubles.get("limit", "") and re.search(r"up to \d+ hours", troubles["limit"]),
         "so is a limit that the busiest hour breaks, and by how much")
    t.ok("extra" in str([trouble["message"] for trouble in plan["troubles"] if trouble["area"] in ("held", "template")]),
         "and a text that can't be made")
    t.equal(plan["busiest"]["hour"]["late_seconds"] >= 3600, True, "in JSON as well")


def refused(t, programme):
    for arguments, words in ((("rehearse", "2028a"), "2028a"), (("rehearse", "--until", "yesterday-ish"), "yesterday-ish"),
                             (("rehearse", "--seed", "x"), "--seed")):
        done = programme.run(*arguments)
        t.ok(done.code != 0 and words in done.err and not done.out, "%s is refused" % " ".join(arguments))
    programme.need("round", "create", "2028a")
    done = programme.run("rehearse", "2028a")
    t.ok(done.code == 1 and "--starts" in done.err, "a round without a date says how to give it one")


def journey(t):
    with Programme() as programme:
        set_up(programme)
        alone(t, programme)
        beside_others(t, programme)
        folder(t, programme)
        refused(t, programme)
        what_goes_wrong(t, programme)


tap.run(journey)
