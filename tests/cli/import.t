#!/usr/bin/python3
"""Goal: what a web form gives out, as it is, becomes applications: headings and cells in the form's words or the
configuration's, previewed, asked about by mail or accepted at once, all of it or nothing, and nobody merged with anybody."""
import json
import os
import sqlite3
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
sys.path.insert(0, HERE)  # first: the journeys have a module of the same name
import machine  # noqa: E402
import tap  # noqa: E402
from trial import Programme  # noqa: E402

QUESTIONS = ["Timestamp", "Email Address", "What is your name?", "In which country do you live?",
             "Which big city has the same time as you?", "In which languages can you write letters?", "What do you work in?",
             "How long have you been in this work?", "What do you like to talk about?",
             "Should your partner work in the same field as you?", "Should your partner have been in their work as long as you?",
             "Should your partner have the same interests?", "How much time can you give to it in a month?",
             "How often would you like to write?", "Would you like to talk live as well?",
             "Would a group of three be fine, if the numbers don't come out even?", "Where did you hear of us?",
             "Will you keep to our code of conduct?", "Are you 18 or older?",
             "May we keep these answers for as long as the programme needs them?", "Favourite colour"]


def answers(name, address, country, **more):
    said = ["2026/11/20 10:00:00 AM GMT+1", address, name, country, "", "English, French", "public service",
            "less than 3 years", "books and films, music and art", "no matter", "the same", "no matter", "1 or 2 hours",
            "every week", "yes, live talk too", "Yes", "a poster", "I agree to the code of conduct", "Yes, I am 18", "I agree",
            "blue"]
    for number, value in more.items():
        said[int(number[1:])] = value
    return said


def google(*rows):
    """As Google Forms writes it: everything in quotes, lines within cells."""
    return "\ufeff" + "\r\n".join(",".join('"%s"' % cell.replace('"', '""') for cell in row) for row in (QUESTIONS,) + rows) + "\r\n"


LINA = answers('Lina "Li" Moe', "lina@a.test", "Norway", c16='a poster,\r\nand "the red one"')
MARC = answers("Marc Petit", "marc@b.test", "Belgium")
SAM = answers("Sam Smith", "sam@c.test", "USA", c6="Other: circus", c17="I am not sure")

WORDPRESS = ("Entry ID;Vorname;Nachname;Your e-mail;Pays;Où vivez-vous exactement ?;Horaire;Langues;Domaine\n"
             "17;Zoé;Roux;zoe@f.test;France;\"12, rue X\nLyon\";Paris;français, anglais un peu;santé ou soins\n")


def query(programme, sql, *values):
    connection = sqlite3.connect(programme.path("tandempost.db"), timeout=machine.PATIENCE)
    try:
        with connection:
            return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


def take(programme, text, *arguments):
    programme.write("form.csv", text)
    return programme.run("participant", "import", programme.path("form.csv"), *arguments)


def counts(programme):
    return [query(programme, "SELECT count(*) FROM " + table)[0][0]
            for table in ("participant", "applicant", "application", "outbox", "event")]


def refused(t, programme, text, told, what, *arguments):
    before = counts(programme)
    done = take(programme, text, *arguments)
    t.equal((done.code, counts(programme)), (1, before), "%s: nothing is imported" % what)
    for line, words in told:
        place = programme.path("form.csv") + ":%d: " % line
        t.contains("\n".join(row for row in done.err.splitlines() if place in row), words, "%s: line %d, %s" % (what, line, words))


def asked(t, programme):
    """An open round: a preview, then applicants who are asked; what is clear is kept."""
    file = google(LINA, MARC, SAM, ["", "kim@d.test", "Kim Lee"] + [""] * 18)
    before = counts(programme)
    done = take(programme, file, "--round", "open", "--dry-run")
    t.equal((done.code, counts(programme)), (0, before), "a preview changes nothing")
    for words in ("All is clear of 2 people", "unclear or missing of 1 person", "Of 1 person most is missing", "Europe/Oslo",
                  "English, French", "Time zone, Field, Conduct", 'Column "Favourite colour" was not used',
                  'Column "Timestamp" was not used', "--accepted"):
        t.contains(" ".join(done.out.split()), words, "preview: %s" % words)
    rows = [json.loads(line) for line in take(programme, file, "--round", "open", "--dry-run", "--json").out.splitlines()]
    t.equal([(row["line"], row["name"], row["country"], row["time_zone"], row["becomes"], row["unclear"]) for row in rows],
            [(2, 'Lina "Li" Moe', "NO", "Europe/Oslo", "summary", 0), (4, "Marc Petit", "BE", "Europe/Brussels", "summary", 0),
             (5, "Sam Smith", "US", None, "questions", 3), (6, "Kim Lee", None, None, "form", 16)], "preview: in JSON")
    t.equal(counts(programme), before, "that changes nothing either")
    done = take(programme, file, "--round", "open")
    t.equal((done.code, counts(programme)[:3]), (0, [0, 4, 0]), "nobody takes part unasked")
    t.equal(query(programme, "SELECT address, template FROM outbox ORDER BY id"),
            [("lina@a.test", "application-summary"), ("marc@b.test", "application-summary"),
             ("sam@c.test", "application-unclear"), ("kim@d.test", "application")], "each gets the mail that fits")
    kept = json.loads(query(programme, "SELECT answers FROM applicant WHERE address = 'lina@a.test'")[0][0])
    t.equal([kept[name]["value"] for name in ("languages", "interests", "heard", "conduct", "adult", "channels")],
            ["en,fr", "books,music", 'a poster, and "the red one"', "yes", "yes", "live"], "and what they said is kept")
    refused(t, programme, file, [(2, "applies to the round, or is invited to it, already"), (6, "--new")], "the same file again", "--round", "open")
    refused(t, programme, google(answers("Ola Lie", "ola@a.test", "Norway"), answers("Ola Lie", "ola@a.test", "Norway")),
            [(3, "It stands on line 2 already")], "twice in the file, and new", "--round", "open", "--new")
    done = take(programme, google(LINA, answers("Ola Lie", "ola@a.test", "Norway"), LINA), "--round", "open", "--new")
    t.contains(done.out, "Passed over, as they are in the round, apply to it or are invited to it already: 2.", "--new: passes over who is there")
    t.equal(counts(programme)[1], 5, "--new: and takes who is not")


def bad(t, programme):
    """Every bad row, with its line; nobody is merged with anybody."""
    refused(t, programme, google(answers("A", "a.test", "Norway"), answers("B", "b@x.test", "Norway"),
                                 answers("C", "B@X.test", "Norway"), answers("D", "friends@example.org", "Norway")),
            [(2, "address: "), (4, "It stands on line 3 already"), (5, "programme's own address")], "addresses", "--round", "open")
    refused(t, programme, google(answers("A", "a@x.test", "Swedn"), answers("", "b@x.test", "USA")),
            [(2, "country: "), (3, "name: It is missing"), (3, "time zone: ")], "a round that is not open", "--round", "draft")
    refused(t, programme, "name,email,country,Country of residence?,In which country do you live?\nA,a@x.test,SE,SE,SE\n",
            [(1, "are both the question")], "two columns of one question", "--round", "open")
    programme.need("participant", "add", "Åsa Berg", "asa@a.test", "--country", "SE")
    programme.need("participant", "add", "Gone Girl", "gone@a.test", "--country", "SE")
    programme.need("participant", "leave", "gone@a.test")
    programme.need("participant", "add", "Paul Pause", "paul@a.test", "--country", "SE")
    programme.need("participant", "pause", "paul@a.test")
    known = google(answers("Ben Okoro", "asa@a.test", "Sweden"), answers("Gone Girl", "gone@a.test", "Sweden"),
                   answers("Paul", "paul@a.test", "Sweden"))
    refused(t, programme, known, [(2, "one address is one person"), (3, "has left the programme"), (4, "is paused")],
            "participants", "--round", "open")
    refused(t, programme, known, [(2, "one address is one person"), (3, "has left")], "participants, unasked", "--round", "draft")
    refused(t, programme, google(answers("Åsa Berg", "asa@a.test", "Sweden")), [(2, "already. With --round")], "without a round")
    done = take(programme, google(answers("Asa  BERG", "asa@a.test", "Sweden")), "--round", "open")
    t.equal(done.code, 0, "a participant applies like others")
    t.equal(query(programme, "SELECT participant FROM applicant WHERE address = 'asa@a.test'"), [(None,)],
            "and nothing of theirs is changed or shown until they confirm")


def accepted(t, programme):
    """--accepted, and rounds that are not open: at once, with what is clear."""
    done = take(programme, google(LINA, answers("Noa Levi", "noa@i.test", "Israel", c6="Other: circus")), "--round", "open",
                "--accepted")
    t.contains(done.out, "Accepted 2 to round \"open\"", "--accepted: takes part at once")
    t.contains(done.out, "1 answer was not clear and left out", "--accepted: what is unclear is told")
    t.equal(query(programme, "SELECT count(*) FROM applicant WHERE address = 'lina@a.test'"), [(0,)],
            "--accepted: nobody is asked any more")
    t.equal(query(programme, "SELECT count(*) FROM outbox WHERE applicant IS NOT NULL AND state = 'queued' AND address = 'lina@a.test'"),
            [(0,)], "--accepted: nor written to")
    kept = json.loads(query(programme, "SELECT answers FROM application JOIN participant ON participant.id = participant"
                            " WHERE address = 'noa@i.test'")[0][0])
    t.equal((kept["stage"], kept.get("sector")), ("new", None), "--accepted: clear answers are kept")
    done = take(programme, google(answers("Lina Moe", "lina2@a.test", "Norway")), "--round", "open", "--accepted")
    t.equal(done.code, 0, "somebody of the same name")
    done = take(programme, google(answers('Lina "Li" Moe', "lina3@a.test", "Norway")), "--round", "open", "--accepted")
    t.contains(done.out, 'Line 2: perhaps Lina "Li" Moe is the same person as', "perhaps the same person is told")


def by_configuration(t, programme):
    """Headings of any kind, mapped; a wrong mapping is told by check, with its line."""
    programme.edit("tandempost.conf", 'languages = { "en" } ', 'languages = { "en", "fr" } ')
    programme.edit("tandempost.conf", "# Who hears", 'column "Your e-mail" { question = "email" }\n'
                   'column "Horaire" { question = "zon" }\n\n# Who hears')
    line = programme.read("tandempost.conf").splitlines().index('column "Horaire" { question = "zon" }') + 1
    done = programme.run("check")
    t.contains(done.out + done.err, 'tandempost.conf:%d: column "Horaire": The application form has no question "zon"' % line,
               "check tells a wrong column")
    done = take(programme, WORDPRESS, "--round", "draft")
    t.contains(done.err, "tandempost.conf:%d" % line, "so does the import")
    programme.edit("tandempost.conf", '"zon"', '"zone"')
    rows = [json.loads(line) for line in take(programme, WORDPRESS, "--round", "draft", "--dry-run", "--json").out.splitlines()]
    t.equal([(row["name"], row["address"], row["country"], row["time_zone"], row["languages"]) for row in rows],
            [("Zoé Roux", "zoe@f.test", "FR", "Europe/Paris", "French, English (a little)")], "all is found")
    done = take(programme, WORDPRESS, "--round", "draft")
    t.contains(done.out, 'Column "Où vivez-vous exactement ?" was not used', "and what is not is told")
    kept = json.loads(query(programme, "SELECT answers FROM application JOIN participant ON participant.id = participant"
                            " WHERE address = 'zoe@f.test'")[0][0])
    t.equal(kept["sector"], "health", "in the words of another language")


def share(t, programme):
    """The country share is foreseen."""
    programme.need("round", "create", "full")
    programme.need("round", "open", "full")
    done = take(programme, google(*[answers("P%d" % i, "p%d@n.test" % i, "Norway") for i in range(8)]), "--round", "full",
                "--dry-run")
    t.contains(" ".join(done.out.split()), "3 wait for a place, as their country's share is used up: Norway 3.", "who waits is told")


def all_ways(t):
    with Programme() as programme:
        programme.need("round", "create", "open")
        programme.need("round", "open", "open")
        programme.need("round", "create", "draft")
        asked(t, programme)
        bad(t, programme)
        accepted(t, programme)
        by_configuration(t, programme)
        share(t, programme)


tap.run(all_ways)
