#!/usr/bin/python3
"""A coordinator's whole hand-made start by commands alone, over a folder of Maildirs: no mail servers, no root.

The binary is $TANDEMPOST, or build/tandempost."""
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
import machine  # noqa: E402
import tap  # noqa: E402

ROOT = os.path.join(HERE, "..", "..")
BINARY = os.path.abspath(os.environ.get("TANDEMPOST") or os.path.join(ROOT, "build", "tandempost"))

PEOPLE = """name,email,country,language,time zone,favourite colour
Anna Berg,anna@a.test,NO,en,,red
Ben Okoro,ben@b.test,New Zealand,en,Pacific/Auckland,
Carla Díaz,carla@c.test,MX,en,America/Mexico_City,
Dev Rao,dev@d.test,IN,en,,
Eve Lund,eve@e.test,SE,en,,
Finn Ó Sé,finn@f.test,IE,en,,
"""

BAD_PEOPLE = """name,email,country,time zone
Gil Roy,gil@g.test,CA,
Hana Mori,hana at h,JP,
Ines Cruz,anna@a.test,PT,Europe/Lisbon
,jo@j.test,Atlantis,
Kit Low,kit@k.test,AU,Australia/Sidney
"""


class Done:
    def __init__(self, process):
        self.code, self.out, self.err = process.returncode, process.stdout, process.stderr

    @property
    def rows(self):
        return [json.loads(line) for line in self.out.splitlines()]


class Programme:
    """A fresh programme in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.received = 0
        self.configuration = self.path("tandempost.conf")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def run(self, *arguments, binary=False, **more):
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC",
                       "TANDEMPOST_CONFIG": self.configuration}
        done = Done(subprocess.run([BINARY, *map(str, arguments)], cwd=self.folder, env=environment, timeout=machine.PATIENCE,
                                   capture_output=True, text=not binary, **more))
        return done

    def edit_configuration(self, *changes):
        with open(self.configuration, encoding="utf-8") as file:
            text = file.read()
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        self.write("tandempost.conf", text)

    def count(self, table):
        with contextlib.closing(sqlite3.connect(self.path("tandempost.db"))) as database:
            return database.execute("SELECT count(*) FROM %s" % table).fetchone()[0]

    def counts(self):
        return [self.count(table) for table in ("participant", "application", "partnership", "schedule", "event",
                                                "note", "contact", "step", "outbox")]

    def receive(self, mail):
        """Puts MAIL into the programme's Maildir."""
        self.received += 1
        name = "%d.%d.commands.test" % (time.time(), self.received)
        folder = self.path(os.path.join("post-office", "iln@example.test"))
        with open(os.path.join(folder, "tmp", name), "w") as file:
            file.write(mail)
        os.rename(os.path.join(folder, "tmp", name), os.path.join(folder, "new", name))

    @contextlib.contextmanager
    def daemon(self):
        environment = {"PATH": os.environ["PATH"], "TANDEMPOST_CONFIG": self.configuration}
        with open(self.path("daemon.log"), "w") as log:
            process = subprocess.Popen([BINARY, "daemon"], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                                       stdout=log, stderr=log)
            try:
                yield process
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(machine.PATIENCE)


def wait_for(condition):
    return machine.wait_for(condition, interval=0.1)


def changes_nothing(tap, programme, name, *arguments):
    before = programme.counts()
    done = programme.run(*arguments, "--dry-run")
    tap.equal(done.code, 0, "%s --dry-run succeeds" % name)
    tap.contains(done.out, "Dry run: nothing was changed.", "%s --dry-run says so" % name)
    tap.equal(programme.counts(), before, "%s --dry-run changes nothing" % name)


def start(tap, programme):
    """init makes a programme that works after name and address are put in."""
    tap.equal(programme.run("participant", "list").code, 1, "without a configuration nothing goes")
    done = programme.run("init", programme.folder)
    tap.equal(done.code, 0, "init succeeds")
    programme.edit_configuration(
        ('"friends@example.org"\n', '"iln@example.test"\n'), ('"UTC"', '"Australia/Sydney"'),
        ('when = "start" }', 'when = "start"  at = "at once" }'),
        ('when = "start + 7 days"     asks', 'when = "start"  at = "at once"  asks'))
    done = programme.run("participant", "list")
    tap.equal((done.code, done.err), (0, ""), "the edited configuration is good")
    tap.contains(done.out, "Nobody.", "an empty list says what to do")
    tap.equal(programme.run("partnership", "list", "--json").out, "", "an empty list is empty in JSON")


def people(tap, programme):
    """Bad rows are all told, by line, and then nothing is applied; good ones come in once."""
    tap.equal(programme.run("round", "create", "2027-spring").code, 0, "a round is created")
    done = programme.run("participant", "import", programme.write("bad.csv", BAD_PEOPLE), "--round", "2027-spring")
    tap.equal(done.code, 1, "bad people are refused")
    for line, what in ((3, "address"), (5, "name"), (5, "country"), (6, "time zone")):
        tap.contains(done.err, "bad.csv:%d: %s" % (line, what), "line %d: %s is told" % (line, what))
    tap.contains(done.err, "Nothing was imported", "and that nothing was imported")
    tap.equal(programme.count("participant"), 0, "nobody came in")
    path = programme.write("people.csv", PEOPLE)
    changes_nothing(tap, programme, "participant import", "participant", "import", path, "--round", "2027-spring")
    done = programme.run("participant", "import", path, "--round", "2027-sprng")
    tap.contains(done.err, 'did you mean "2027-spring"', "a mistyped round is known")
    done = programme.run("participant", "import", path, "--round", "2027-spring")
    tap.equal(done.code, 0, "good people come in")
    tap.contains(done.out, 'Column "favourite colour" was not used', "a column of no use is told")
    tap.equal(len(programme.run("participant", "list", "--json").rows), 6, "all six are there")
    done = programme.run("participant", "import", path, "--round", "2027-spring")
    tap.equal((done.code, programme.count("participant")), (1, 6), "the same file a second time adds nobody")


def partnerships(tap, programme):
    """Partnerships by hand and from a file; every bad row is told with its line."""
    bad = "first;second;third\nanna@a.test;ben@b.test;\n3;anna@a.test;\nnobody@x.test;9;\n;5;5\n4;;\n"
    done = programme.run("partnership", "import", programme.write("bad.csv", bad), "--round", "2027-spring")
    tap.equal(done.code, 1, "bad partnerships are refused")
    for line, what in ((3, "stands on line 2 already"), (4, 'first: There is no participant "nobody@x.test"'),
                       (4, 'second: There is no participant "9"'), (5, "first: Nobody stands there"),
                       (5, "stands twice"), (6, "second: Nobody")):
        tap.ok(any(told.startswith(programme.path("bad.csv") + ":%d: " % line) and what in told
                   for told in done.err.splitlines()), "line %d: %s" % (line, what))
    tap.contains(done.err, "4 of 5 rows", "and how many rows are bad")
    tap.equal(programme.count("partnership"), 0, "nothing was applied")
    good = programme.write("good.csv", "\ufefffirst,second,third,remark\nanna@a.test,2,,x\nCARLA@c.test,4,5,\n")
    changes_nothing(tap, programme, "partnership import", "partnership", "import", good, "--round", "2027-spring")
    tap.equal(programme.run("partnership", "import", good).code, 2, "without a round it is wrong use")
    tap.equal(programme.run("partnership", "import", good, "--round", "nope").code, 1, "an unknown round is refused")
    done = programme.run("partnership", "import", good, "--round", "2027-spring")
    tap.equal(done.code, 0, "good partnerships come in")
    tap.contains(done.out, "Planned 2 partnerships", "and are counted")
    rows = programme.run("partnership", "list", "--json").rows
    tap.equal([row["members"] for row in rows],
              [["Anna Berg", "Ben Okoro"], ["Carla Díaz", "Dev Rao", "Eve Lund"]], "with their members in order")
    done = programme.run("partnership", "import", good, "--round", "2027-spring")
    tap.ok(done.code == 1 and "is already in partnership" in done.err, "a second time they are taken")
    done = programme.run("partnership", "create", "2027-spring", "finn@f.test", "1")
    tap.ok(done.code == 1 and "already in partnership 1" in done.err, "nobody gets two partners")
    tap.equal(programme.run("partnership", "create", "2027-spring", "finn@f.test").code, 2, "one alone is wrong use")


def the_round(tap, programme):
    """A round starts once; what is planned later starts by itself."""
    done = programme.run("partnership", "start", "1")
    tap.ok(done.code == 1 and "is a draft; start it first: tandempost round start 2027-spring" in done.err, "no partnership starts before its round")
    changes_nothing(tap, programme, "round start", "round", "start", "2027-spring")
    done = programme.run("round", "start", "2027-spring")
    tap.equal(done.code, 0, "the round starts")
    tap.contains(done.out, "2 partnerships for 6 months", "telling how many")
    tap.contains(done.out, "the first on", "and when the first mails go")
    tap.equal(programme.run("round", "start", "2027-spring").code, 1, "and only once")
    done = programme.run("participant", "add", "Gro Dahl", "gro@g.test", "--country", "NO", "--round", "2027-spring")
    tap.equal(done.code, 0, "somebody comes late")
    done = programme.run("partnership", "create", "2027-spring", "gro@g.test", "finn@f.test")
    tap.contains(done.out, "tandempost partnership start 3", "a partnership made late says how it starts")
    tap.equal(programme.run("partnership", "start", 3).code, 0, "and starts")


def answers(tap, programme):
    """The service sends to Maildirs; an answer in the programme's Maildir becomes part of the story."""
    with programme.daemon() as process:
        sent = wait_for(lambda: len(programme.run("outbox", "list", "--state", "sent", "--json").rows) >= 14)
        tap.ok(sent, "introductions and first questions are sent, and the welcomes that were due")
        question = next(row for row in programme.run("outbox", "list", "--participant", 2, "--json").rows
                        if row["step"] == "first-contact")
        shown = programme.run("outbox", "show", question["id"], "--json").rows[0]
        tap.equal([event["what"] for event in shown["history"]],
                  ["outbox queued", "outbox sending -> sent"], "its states are told")
        programme.receive("From: Ben <ben@b.test>\nTo: iln@example.test\nSubject: Re: hello\nMessage-ID: <1@b.test>\n"
                          "In-Reply-To: %s\n\n4\n\nI would like to talk to somebody.\n" % shown["message_id"])
        waits = wait_for(lambda: programme.run("inbox", "list", "--json").rows)
        tap.ok(waits, "the answer comes in and waits for a person")
        path = programme.path("copy.db")
        done = programme.run("backup", path)
        tap.equal((done.code, done.err), (0, ""), "a backup while the service runs")
        tap.equal(oct(os.stat(path).st_mode & 0o777), "0o600", "readable by its owner only")
        with contextlib.closing(sqlite3.connect(path)) as copy:
            tap.equal(copy.execute("PRAGMA integrity_check").fetchone()[0], "ok", "and whole")
            tap.equal(copy.execute("SELECT count(*) FROM participant").fetchone()[0], 7, "with everybody in it")
        tap.equal(programme.run("backup", path).code, 1, "an existing file is not overwritten")
        tap.equal(process.poll(), None, "the service goes on")
    if not (sent and waits):
        with open(programme.path("daemon.log")) as log:
            tap.complain(log.read()[-4000:])
        return
    shown = programme.run("inbox", "show", waits[0]["id"], "--json").rows[0]
    tap.contains(shown["text"], "I would like to talk to somebody", "inbox show shows what the person wrote")
    raw = programme.run("inbox", "show", waits[0]["id"], "--bytes", binary=True).out
    tap.ok(b"In-Reply-To:" in raw, "--bytes writes the mail as it came")
    alerts = programme.run("alert", "list", "--json").rows
    tap.ok(any("asking for help" in alert["reason"] for alert in alerts), "an alert says that help is wanted")
    done = programme.run("inbox", "resolve", waits[0]["id"], "--note", "Rang Ben; all is well again.")
    tap.equal(done.code, 0, "a coordinator deals with it")
    tap.equal(programme.run("inbox", "show", waits[0]["id"], "--json").rows[0]["text"], None, "its text is gone then")
    tap.equal([alert for alert in programme.run("alert", "list", "--json").rows if "asking for help" in alert["reason"]],
              [], "and so is the alert")


def letters(tap, programme):
    """What one partner writes to another is shown to nobody, by no command, also where it waits for a person."""
    programme.edit_configuration(('#   relay     = "auto"', '    relay     = "no"  #'))
    with contextlib.closing(sqlite3.connect(programme.path("tandempost.db"))) as database:
        secret = database.execute("SELECT secret FROM tag WHERE purpose = 'p' AND participant = 2").fetchone()[0]
    with programme.daemon():
        programme.receive("From: Ben <ben@b.test>\nTo: iln+p%s@example.test\nSubject: Only for Anna\n"
                          "Message-ID: <2@b.test>\n\nDear Anna, this is between us.\n" % secret)
        programme.receive("From: Stranger <x@x.test>\nTo: iln+p%s@example.test\nSubject: Hello\n"
                          "Message-ID: <3@x.test>\n\nDear Anna, this is between us.\n" % secret)
        waits = wait_for(lambda: len(programme.run("inbox", "list", "--json").rows) == 2)
    tap.ok(waits, "a letter that can't be passed on waits")
    rows = programme.run("inbox", "list", "--json").rows
    for row in rows:
        shown = programme.run("inbox", "show", row["id"], "--json").rows[0]
        tap.equal((shown["letter"], shown["text"], shown["subject"]), (True, None, None), "and is known as a letter")
        tap.equal(row["subject"], None, "its subject is not kept")
        page = programme.run("inbox", "show", row["id"]).out
        tap.ok("between us" not in page and "for the partner alone" in page, "its text is not shown")
        done = programme.run("inbox", "show", row["id"], "--bytes")
        tap.ok(done.code == 1 and done.out == "", "nor its bytes")
    ids = [row["id"] for row in rows]
    tap.equal(programme.run("inbox", "resolve", *ids, 99).code, 1, "several are dealt with only if all are there")
    tap.equal(len(programme.run("inbox", "list", "--json").rows), 2, "else none of them")
    tap.equal(programme.run("inbox", "resolve", *ids).code, 0, "they can be dealt with together")
    tap.equal(programme.run("inbox", "list").out, "No message waits for a person.\n", "then nothing waits")


def story(tap, programme):
    """A partnership's story has everything in it, in words; and nothing of it is a letter's content."""
    done = programme.run("partnership", "hold", 1, "--why", "holidays")
    tap.equal(done.code, 0, "a partnership is put on hold")
    tap.equal(programme.run("partnership", "hold", 1).code, 1, "only once")
    tap.equal(programme.run("partnership", "note", 1, "Both are away.").code, 0, "a note is taken")
    tap.equal(programme.run("partnership", "contact", 1, "--from", "anna@a.test").code, 0, "a contact is logged")
    tap.equal(programme.run("partnership", "contact", 1, "--from", 5).code, 1, "not from somebody else")
    tap.equal(programme.run("partnership", "contact", 1, "--at", "2020-01-01").code, 1, "not before the beginning")
    tap.equal(programme.run("partnership", "contact", 1, "--at", "2999-01-01").code, 1, "not in the future")
    tap.equal(programme.run("partnership", "resume", 1).code, 0, "it goes on")
    page = programme.run("partnership", "show", 1).out
    for words in ("Partnership 1 of round \"2027-spring\": active", "planned the partnership",
                  "Anna got the introduction", "Ben answered 4: would like help from a coordinator", "Alert: ",
                  "Note by", "Rang Ben; all is well again.", "holidays", "Resumed by", "Both are away.",
                  "Anna was in touch with Ben", "What comes next", "Anna gets discussion 1"):
        tap.contains(page, words, "the story tells: %s" % words)
    tap.ok("I would like to talk" not in page, "but not what somebody wrote")
    shown = programme.run("partnership", "show", 1, "--json").rows[0]
    moments = [line["at"] for line in shown["story"]]
    tap.equal(moments, sorted(moments), "in JSON it is in time order")
    tap.equal([member["name"] for member in shown["members"]], ["Anna Berg", "Ben Okoro"], "with its members")
    tap.ok(len(shown["next"]) > 20, "and all that comes")
    tap.equal(programme.run("partnership", "dissolve", 3, "--why", "they agreed").code, 0, "a partnership is dissolved")
    states = {row["id"]: row["state"] for row in programme.run("partnership", "list", "--json").rows}
    tap.equal(states, {1: "active", 2: "active", 3: "dissolved"}, "the list shows the states")


def people_change(tap, programme):
    """Changing a participant, pausing and resuming keep the schedule true."""
    def next_of(participant):
        return [entry["at"] for entry in programme.run("partnership", "show", 1, "--json").rows[0]["next"]
                if entry["participant"] == participant]
    before = next_of(2)
    changes_nothing(tap, programme, "participant update", "participant", "update", 2, "--time-zone", "Europe/Rome")
    done = programme.run("participant", "update", 2, "--time-zone", "Europe/Rome", "--address", "ben@new.test")
    tap.equal(done.code, 0, "a participant moves")
    tap.contains(done.out, "ben@new.test (was ben@b.test)", "and what changed is told")
    tap.ok(next_of(2) != before and len(next_of(2)) == len(before), "what comes moves to the new local time")
    tap.equal(programme.run("participant", "update", 2, "--time-zone", "Europe/Rom").code, 1, "a wrong zone is refused")
    tap.equal(programme.run("participant", "update", 2, "--address", "anna@a.test").code, 1, "a taken address too")
    tap.equal(programme.run("participant", "update", 2).code, 2, "nothing to change is wrong use")
    tap.equal(programme.run("participant", "pause", "ben@new.test").code, 0, "a participant pauses")
    tap.equal(next_of(2), [], "and gets nothing")
    tap.equal(programme.run("participant", "resume", 2).code, 0, "goes on")
    tap.equal(len(next_of(2)), len(before), "and gets everything again")


def outbox(tap, programme):
    """Held and failed messages are decided about by people."""
    row = programme.run("outbox", "list", "--partnership", 2, "--json").rows[0]["id"]
    tap.equal(programme.run("outbox", "cancel", row).code, 1, "what was sent can't be cancelled")
    tap.equal(programme.run("outbox", "retry", row).code, 1, "nor sent again")
    with contextlib.closing(sqlite3.connect(programme.path("tandempost.db"))) as database:
        database.execute("UPDATE outbox SET state = 'failed', sent_at = NULL, expires_at = 5 WHERE id = ?", (row,))
        database.commit()
    done = programme.run("outbox", "retry", row)
    tap.ok(done.code == 0 and "three days more" in done.out, "a failed one whose time is over is sent again")
    tap.equal(programme.run("outbox", "cancel", row).code, 0, "what is queued can be cancelled")
    tap.equal(programme.run("outbox", "show", row, "--json").rows[0]["state"], "cancelled", "and is")
    tap.equal(programme.run("outbox", "show", 99999).code, 1, "one that is not there is refused")
    tap.equal(programme.run("outbox", "show", "x").code, 1, "and what is no number")
    tap.equal(programme.run("outbox", "list", "--state", "gone").code, 2, "an unknown state is wrong use")
    done = programme.run("catch-up", "send")
    tap.ok(done.code == 1 and "nothing to decide" in done.err, "there is nothing to catch up with")


def restored(tap, programme):
    """A service on a restored copy asks before it sends; skipping is one command."""
    copy = programme.path("copy.db")
    with contextlib.closing(sqlite3.connect(copy)) as database:  # something became due since the copy was made
        database.execute("UPDATE schedule SET due_at = strftime('%s') - 60")
        database.commit()
    for name in ("tandempost.db", "tandempost.db-wal", "tandempost.db-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(programme.path(name))
    os.rename(copy, programme.path("tandempost.db"))
    with programme.daemon():
        def gate():
            with contextlib.closing(sqlite3.connect(programme.path("tandempost.db"))) as database:
                return database.execute("SELECT value FROM setting WHERE name = 'gate'").fetchone()
        tap.ok(wait_for(gate), "the gate closes")
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        waiting = programme.count("schedule") + sum(
            row["due_at"] <= now for row in programme.run("outbox", "list", "--state", "queued", "--json").rows)
        changes_nothing(tap, programme, "catch-up skip", "catch-up", "skip")
        done = programme.run("catch-up", "skip")
        tap.equal(done.code, 0, "skipping is decided")
        tap.contains(done.out, "Skipped %d messages" % waiting, "and tells how many")
        tap.equal(gate(), None, "the gate is open")


def help_and_mistakes(tap, programme):
    """Wrong use is exit 2 and says what is near; every command has help."""
    for typed, meant in ((("partnership", "shwo"), "partnership show"), (("outbx", "list"), "outbox list"),
                         (("inbox", "resolv"), "inbox resolve"), (("alert", "clsoe"), "alert close"),
                         (("partership", "list"), "partnership list"), (("round", "strat"), "round start"),
                         (("catchup", "send"), "catch-up send"), (("bakcup",), "backup")):
        done = programme.run(*typed)
        tap.ok(done.code == 2 and 'did you mean "%s"' % meant in done.err, "%s: %s is near" % (" ".join(typed), meant))
    done = programme.run("partnership", "hold", 1, "--wy", "x")
    tap.ok(done.code == 2 and "--why" in done.err, "a mistyped option is known")
    tap.equal(programme.run("partnership", "show").code, 2, "a missing argument is wrong use")
    tap.equal(programme.run("partnership", "show", 1, 2).code, 2, "one too many as well")
    for command in ("partnership show", "partnership import", "outbox show", "inbox show", "alert close", "backup",
                    "catch-up skip", "round start", "participant update"):
        done = programme.run("help", *command.split())
        tap.ok(done.code == 0 and "Usage: tandempost %s" % command in done.out and
               max(map(len, done.out.splitlines())) <= 80, "help %s, in 80 columns" % command)


def journey(tap):
    with tempfile.TemporaryDirectory(prefix="tandempost-commands-") as folder:
        programme = Programme(folder)
        for part in (start, people, partnerships, the_round, answers, letters, story, people_change, outbox, restored,
                     help_and_mistakes):
            tap.note(part.__doc__)
            part(tap, programme)


tap.run(journey)
