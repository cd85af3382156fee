#!/usr/bin/python3
"""Goal: lists that are longer than a portion show everything once and in order, and --limit says what it left out."""
import os
import sqlite3
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
import tap  # noqa: E402
from trial import Programme  # noqa: E402

PEOPLE = 1202


def lines(programme, *arguments):
    return programme.run(*arguments).out.splitlines()


def journey(t):
    with Programme() as programme:
        programme.write("people.csv", "name,address,country\n" + "".join("Person %04d,p%d@a.test,SE\n" % (i, i) for i in range(1, PEOPLE + 1)))
        programme.write("pairs.csv", "first,second\n" + "".join("%d,%d\n" % (i, i + 1) for i in range(1, PEOPLE, 2)))
        programme.run("round", "create", "r")
        t.equal(programme.run("participant", "import", programme.path("people.csv"), "--round", "r").code, 0, "a thousand people")
        t.equal(programme.run("partnership", "import", programme.path("pairs.csv"), "--round", "r").code, 0, "and their partnerships")
        everybody = list(range(1, PEOPLE + 1))
        for arguments in (("participant", "list"), ("participant", "list", "--round", "r")):
            t.equal([row["id"] for row in programme.rows(*arguments)], everybody, "JSON: everybody, in order")
            t.equal([int(line.split()[0]) for line in lines(programme, *arguments)[1:]], everybody, "a table, with one heading")
        t.equal([row["participant"] for row in programme.rows("application", "list")], everybody, "applications")
        t.equal(len(programme.rows("partnership", "list")), PEOPLE // 2, "partnerships")
        t.equal(lines(programme, "participant", "list", "--limit", "700")[-1], "700 of %d are shown; more with --limit." % PEOPLE, "what was left out")
        t.equal(lines(programme, "partnership", "list", "--limit", "2")[-1], "2 of %d are shown; more with --limit." % (PEOPLE // 2), "of partnerships")
        t.equal(len(lines(programme, "participant", "list", "--limit", str(PEOPLE))), PEOPLE + 1, "nothing was left out: nothing is said")
        t.equal(len(programme.rows("participant", "list", "--limit", "3")), 3, "JSON has rows only")

        # All are due at one moment.
        t.contains(lines(programme, "round", "start", "r")[-1], "%d messages to partners go out" % PEOPLE, "what a start brings, counted")
        t.contains(programme.run("status").out, "introduction, more than 500 messages", "status looks at no more than 500")
        moment = programme.rows("status")[0]["next"][0]
        t.equal((moment["messages"], moment["more_messages"]), (500, True), "and says so in JSON")
        t.contains(programme.run("timeline").out, "introduction to %d people" % PEOPLE, "the timeline counts all")
        t.equal(len([row for row in programme.rows("timeline") if row["step"] == "introduction"]), PEOPLE, "or names all")

        # Nobody's partnership was looked at yet; one that needs somebody comes first, one that is over last.
        database = sqlite3.connect(programme.path("tandempost.db"))
        with database:
            database.execute("UPDATE health SET state = 'quiet', number = 20, assessed_at = 1 WHERE partnership = 600")
            database.execute("UPDATE partnership SET state = 'ended' WHERE id = 1")
            database.executemany("INSERT INTO outbox (key, state, priority, step, template, address, due_at, expires_at, next_try_at, created_at)"
                                 " VALUES (?, 'held', 40, 's', 't', 'x@y.test', 1, 2, 1, 1)", [("k%d" % i,) for i in range(PEOPLE)])
        database.close()
        order = [row["id"] for row in programme.rows("partnership", "list")]
        t.equal((order[0], order[1], order[-1]), (600, 2, 1), "the order of partnerships")
        t.equal([row["id"] for row in programme.rows("outbox", "list")], everybody, "all outgoing messages")
        t.equal([row["id"] for row in programme.rows("outbox", "list", "--limit", "600")], everybody[-600:], "the newest")
        t.equal([row["id"] for row in programme.rows("outbox", "list", "--state", "held", "--limit", "2")], everybody[-2:], "the newest of a state")
        t.equal(lines(programme, "outbox", "list", "--limit", "2")[-1], "2 of %d are shown; more with --limit." % PEOPLE, "and how many there are")


tap.run(journey)
