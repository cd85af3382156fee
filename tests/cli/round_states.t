#!/usr/bin/python3
"""Goal: a round's state and dates are seen and changed as people say them, and what a state does not allow is refused with
the reason and the command that helps."""
import json
import os
import sqlite3
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
import machine  # noqa: E402
import tap  # noqa: E402
from trial import Programme  # noqa: E402

STATES = ("draft", "open", "closed", "matching", "running", "ending", "archived")
IS = {"draft": 'the round "draft" is a draft', "open": 'the round "open" is open for sign-up',
      "closed": 'the round "closed" was closed for sign-up on ', "matching": 'the round "matching" is being matched',
      "running": 'the round "running" is running', "ending": 'the round "ending" has ended',
      "archived": 'the round "archived" is archived'}
ALREADY = {"open": 'the round "open" is already open for sign-up', "closed": 'the round "closed" was already closed for sign-up',
           "running": 'the round "running" is already running', "archived": 'the round "archived" is already archived'}
ANOTHER = "; plan another one: tandempost round create NAME"
BY_HAND = "; people can still be taken on: tandempost participant import FILE.csv --round %s"
OVER = {"ending": IS["ending"] + ANOTHER, "archived": IS["archived"] + ANOTHER}


def told(state, words, already=False):
    return (ALREADY if already else IS)[state], words


def refusals():
    """What is refused in which state, in which words: (command, {state: (beginning, end)})."""
    no_more = {"running": told("running", BY_HAND % "running")}
    over = {state: told(state, ANOTHER) for state in ("ending", "archived")}
    again = {state: told(state, "; open it again: tandempost round open %s --closes MOMENT" % state)
             for state in ("closed", "matching")}
    closing = {"open": told("open", "; for another closing: tandempost round update open --closes MOMENT", True)}
    close_first = {"open": told("open", "; close it first: tandempost round close open")}
    start_first = {state: told(state, "; start it first: tandempost round start " + state)
                   for state in ("draft", "closed", "matching")}
    not_ended = {state: told(state, "; only a round that has ended is archived")
                 for state in ("draft", "open", "closed", "matching")}
    yield ("round", "open", "%s"), {**closing, **no_more, **over}
    yield ("round", "close", "%s"), {
        "draft": told("draft", "; nobody can sign up for it yet"), "closed": told("closed", "", True),
        **{state: told(state, "; nobody can sign up for it any more") for state in ("matching", "running")},
        "ending": told("ending", ""), "archived": told("archived", "")}
    yield ("round", "start", "%s"), {
        **close_first, "running": told("running", "; what was planned later begins with: tandempost partnership start ID", True),
        **over}
    yield ("round", "archive", "%s"), {
        **not_ended, "archived": told("archived", "", True),
        "running": told("running", "; it ends with its last partnership: tandempost partnership list --round running")}
    yield ("round", "update", "%s", "--opens", "2100-01-01"), {**closing, **again, **no_more, **over}
    yield ("round", "update", "%s", "--closes", "2100-01-01"), {**again, **no_more, **over}
    for option, value in (("--starts", "2100-01-02"), ("--length", "1 month")):
        yield ("round", "update", "%s", option, value), {
            "running": told("running", "; the ends of its partnerships stay as they are", True), **over}
    yield ("participant", "import", "LATER", "--round", "%s"), over
    yield ("partnership", "create", "%s", "asa@a.test", "ben@b.test"), {**close_first, **over}
    yield ("partnership", "start", "PLANNED"), {**start_first, **close_first, **over}


def change(programme, sql, *values):
    connection = sqlite3.connect(programme.path("tandempost.db"), timeout=machine.PATIENCE)
    with connection:
        found = connection.execute(sql, values).fetchall()
    connection.close()
    return found


def show(programme, name):
    return json.loads(programme.need("round", "show", name, "--json"))


def each_state(t, programme):
    """One round in each state; those that no command leads to from here are set."""
    planned = {}
    for state in STATES:
        programme.need("round", "create", state)
        for person in ("asa@a.test", "ben@b.test", "carla@c.test"):
            programme.need("participant", "import", programme.path(person + ".csv"), "--round", state)
        programme.need("partnership", "create", state, "asa@a.test", "ben@b.test")
        planned[state] = str(programme.rows("partnership", "list", "--round", state)[0]["id"])
    for state in ("open", "closed"):
        programme.need("round", "open", state)
    programme.need("round", "close", "closed")
    for state in STATES[3:]:
        change(programme, "UPDATE round SET state = ?1, ended_at = iif(?1 = 'ending', ?2, NULL) WHERE name = ?1", state,
               int(time.time()))
    for command, words in refusals():
        for state in STATES:
            arguments = [state if each == "%s" else planned[state] if each == "PLANNED" else
                         programme.path("later.csv") if each == "LATER" else each for each in command]
            done = programme.run(*arguments, "--dry-run")
            if state not in words:
                allowed = done.code == 0 or "the round \"%s\" " % state not in done.err
                t.ok(allowed, "%s: %s may (%s)" % (state, " ".join(command), done.err.strip()))
                continue
            beginning, end = words[state]
            fits = done.code == 1 and beginning in done.err and done.err.rstrip().rstrip(".").split("\n")[0].rstrip(".").endswith(end)
            t.ok(fits, "%s: %s: ...%s%s" % (state, " ".join(command), end, "" if fits else "\n# " + done.err))


def dates(t, programme):
    done = programme.need("round", "create", "Spring 2100", "--opens", "2100-02-01 9:00", "--closes", "midnight 2100-02-25",
                          "--starts", "2100-03-01", "--length", "3 months")
    t.contains(done, "Sign-up closes on Thursday, 25 February 2100 at 24:00 (midnight at the end of that day), Sydney time "
               "(AEDT, UTC+11).", "dates: a closing is told so that nobody misreads it")
    row = show(programme, "Spring 2100")
    t.equal([row[key] for key in ("state", "opens_at", "closes_at", "starts_at", "length")],
            ["draft", "2100-01-31T22:00:00Z", "2100-02-25T13:00:00Z", "2100-02-28T13:00:00Z", "3 months"], "dates: in JSON, in UTC")
    t.contains(programme.need("round", "list"), "opens 2100-02-01 09:00 AEDT", "dates: the next one in the list")
    for options, words in ((("--closes", "2100-01-31"), "would close on"), (("--starts", "2100-02-25"), "before it closes on"),
                           (("--opens", "2020-01-01"), "is past already"), (("--closes", "31.1.2100"), "is not a moment"),
                           (("--opens", "2100-02-30"), "that month has 28 days")):
        done = programme.run("round", "update", "Spring 2100", *options)
        t.ok(done.code == 1 and words in done.err, "dates: refused: " + words)
    t.equal(programme.run("round", "update", "Spring 2100").code, 2, "dates: something must change")
    t.equal(show(programme, "Spring 2100"), row, "dates: what is refused changes nothing")
    programme.need("round", "update", "Spring 2100", "--closes", "2100-02-26 18:00", "--dry-run")
    t.equal(show(programme, "Spring 2100"), row, "dates: neither does a dry run")
    programme.need("round", "update", "Spring 2100", "--closes", "2100-02-26 18:00", "--starts", "none")
    row = show(programme, "Spring 2100")
    t.equal([row["closes_at"], row["starts_at"]], ["2100-02-26T07:00:00Z", None], "dates: changed and taken out")
    done = programme.need("round", "open", "Spring 2100")
    t.contains(done, "Sign-up closes on Friday, 26 February 2100 at 18:00, Sydney time", "dates: opened before its date")
    t.contains(" ".join(programme.need("status").split()), "Spring 2100 is open, closes 2100-02-26 18:00 AEDT: no partnerships",
               "dates: status has the next one")
    row = [each for each in json.loads(programme.need("status", "--json"))["rounds"] if each["name"] == "Spring 2100"][0]
    t.equal([row["state"], row["closes_at"]], ["open", "2100-02-26T07:00:00Z"], "dates: also in its JSON")
    change(programme, "UPDATE round SET opens_at = ?, closes_at = ? WHERE name = 'Spring 2100'", int(time.time()) - 100,
           int(time.time()) - 1)
    t.equal(show(programme, "Spring 2100")["state"], "closed", "dates: a closing counts while the service is down")
    done = programme.need("round", "open", "Spring 2100", "--closes", "2100-05-01")
    t.contains(done, "1 May 2100 at 24:00", "dates: and is opened again")


def removed(t, programme):
    programme.need("round", "create", "typo", "--opens", "2099-01-01")
    programme.need("round", "remove", "typo")
    t.equal(programme.run("round", "show", "typo").code, 1, "remove: a draft is gone")
    done = programme.run("round", "remove", "draft")
    t.contains(done.err, "somebody has applied", "remove: not with people")
    done = programme.run("round", "remove", "open")
    t.contains(done.err, "only a draft", "remove: nor anything but a draft")


def left_over(t, programme):
    programme.need("round", "create", "crowd")
    programme.write("crowd.csv", "name,email,country,time zone\n" + "".join(
        "P,p%d@crowd.test,%s\n" % (i, "AU,Australia/Sydney" if i < 18 else "SE,Europe/Stockholm") for i in range(30)))
    programme.need("participant", "import", programme.path("crowd.csv"), "--round", "crowd")
    t.contains(" ".join(programme.need("round", "show", "crowd").split()), "at least 6 of 30 people will stay without a partner: "
               "18 are from Australia, and partners are from different countries", "left over: who can't be helped is told before")
    row = show(programme, "crowd")
    t.equal([row[key] for key in ("largest_country", "of_largest_country", "to_match", "leftovers_at_least", "unconfirmed")],
            ["AU", 18, 30, 6, 0], "left over: in JSON")


def by_the_service(t, programme):
    def state():
        return change(programme, "SELECT state FROM round WHERE name = 'soon'")[0][0]
    programme.need("round", "create", "soon")
    with programme.daemon() as daemon:
        change(programme, "UPDATE round SET opens_at = ?1, closes_at = ?1 + 1 WHERE name = 'soon'", int(time.time()) + 1)
        daemon.wait_for(lambda: state() == "closed")
    t.equal([row[0] for row in change(programme, "SELECT what FROM event WHERE why = 'its date has come' ORDER BY id")][-2:],
            ["round draft -> open", "round open -> closed"], "the service opens and closes a round by its dates")


def late_start(t, programme):
    programme.need("round", "create", "late", "--starts", "2100-01-01")
    change(programme, "UPDATE round SET starts_at = ? WHERE name = 'late'", int(time.time()) - 7200)
    t.contains(" ".join(programme.need("status").split()), "but it has no partnerships. Propose some: tandempost match propose "
               "late", "a start that passed without partnerships needs a person")


def main(t):
    with Programme() as programme:
        programme.edit("tandempost.conf", 'time_zone = "UTC"', 'time_zone = "Australia/Sydney"')
        for person, row in (("asa@a.test", "Åsa Lindqvist,asa@a.test,SE,Europe/Stockholm"),
                            ("ben@b.test", "Ben Okoro,ben@b.test,NZ,Pacific/Auckland"),
                            ("carla@c.test", "Carla Díaz,carla@c.test,MX,America/Mexico_City")):
            programme.write(person + ".csv", "name,email,country,time zone\n%s\n" % row)
        programme.write("later.csv", "name,email,country,time zone\nGro Dahl,gro@g.test,NO,Europe/Oslo\n")
        each_state(t, programme)
        dates(t, programme)
        removed(t, programme)
        left_over(t, programme)
        late_start(t, programme)
        by_the_service(t, programme)


tap.run(main)
