#!/usr/bin/python3
"""Mail to a partnership address that is not passed on: words to us, other people's, and what may not pass at the moment.
What each partner, the other and the coordinator find in their mailboxes."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import letters
import programme as running
import servers as harness
import tap
from letters import Scene
from programme import person

ADDRESSES, PEOPLE = letters.people("Chloe Dmitri Emil Fatou Grace Hugo Ines Jan Maya Nils Olga Piet Rosa Sven Tara Udo")
CHLOE, DMITRI, EMIL, FATOU, GRACE, HUGO, INES, JAN, MAYA, NILS, OLGA, PIET, ROSA, SVEN, TARA, UDO = ADDRESSES
# What must be nowhere in the end; what waits for a coordinator is there to be read.
GONE = ["are you well?", "first parcel", "our cats", "number 2.", "Jan, hello", "my other address",
        "no money needed",
        "send me money", "Hello again"]


def words_alone(tap, scene):
    """A letter that is nothing but a word to us does not reach the partner."""
    sent, row = scene.write(CHLOE, "STOP")
    scene.said(tap, row, "handled", "pause", "STOP")
    tap.equal(scene.programme.participant(CHLOE)["state"], "paused", "STOP: she is paused")
    scene.none(tap, DMITRI, sent, "STOP: he hears nothing")
    sent, row = scene.write(DMITRI, "Dear Chloe, are you well?")
    scene.said(tap, row, "handled", "nothing passes", "a letter to somebody paused")
    text = scene.notice(DMITRI, "was not passed on")[0].get_body(("plain",)).get_content()
    tap.ok("pause" not in text.partition("You get this mail")[0], "a letter to somebody paused: the notice is neutral")
    scene.none(tap, CHLOE, sent, "a letter to somebody paused: not passed on")

    sent, row = scene.write(FATOU, "HELP")
    scene.said(tap, row, "waiting", "asks for help", "HELP")
    told = [mail for mail in scene.notice(running.COORDINATOR, "Help is asked for")]
    tap.contains(told[0].get_body(("plain",)).get_content(), "Fatou Berg", "HELP: the coordinator hears who")
    scene.none(tap, EMIL, sent, "HELP: the partner hears nothing")
    sent, row = scene.write(FATOU, "2")
    scene.said(tap, row, "handled", "answered a check-in with 2", "2")
    scene.none(tap, EMIL, sent, "2: the partner hears nothing")


def first_line(tap, scene):
    """A word to us, or an answer, above a letter: its writer is asked. 1 sends it, 2 gives it to the coordinators."""
    for number, digit in enumerate(("1", "2")):
        text = "Help\n\nDear Fatou, I lost your %s parcel." % ("first", "second")[number]
        sent, row = scene.write(EMIL, text, "Parcel %d" % number)
        scene.said(tap, row, "handled", "asked whom it is for", "first line, %s" % digit)
        question = scene.notice(EMIL, "Is this for", number + 1)[-1]
        scene.none(tap, FATOU, sent, "first line, %s: kept back meanwhile" % digit)
        answer = scene.programme.reply(EMIL, question, digit)
        said = scene.row(answer)
        if digit == "1":
            tap.contains(scene.letter(FATOU, sent).get_body(("plain",)).get_content(), "first parcel",
                         "first line, 1: she gets it")
        else:
            scene.said(tap, said, "handled", "not for the partner", "first line, 2")
            scene.none(tap, FATOU, sent, "first line, 2: she does not get it")
            scene.said(tap, row, "waiting", "for the coordinators", "first line, 2")
            tap.contains(scene.show(row), "second parcel", "first line, 2: the coordinator can read it")
    sent, row = scene.write(HUGO, "2\n\nDear Grace, two is the number of our cats, as I told you last time.")
    scene.said(tap, row, "handled", "asked whom it is for", "a digit above a letter")
    tap.equal(scene.programme.rows("SELECT 1 FROM answer WHERE participant = ?", row["participant"]), [],
              "a digit above a letter: counts as nothing")
    scene.none(tap, GRACE, sent, "a digit above a letter: kept back meanwhile")
    scene.programme.reply(HUGO, scene.notice(HUGO, "Is this for")[-1], "1")
    tap.contains(scene.letter(GRACE, sent).get_body(("plain",)).get_content(), "our cats",
                 "a digit above a letter, 1: she gets it, digit and all")
    sent, row = scene.write(HUGO, "Dear Grace, number 2.")
    tap.contains(scene.letter(GRACE, sent).get_body(("plain",)).get_content(), "number 2.",
                 "a short letter with a digit in it is a letter")
    tap.equal(scene.programme.rows("SELECT 1 FROM answer WHERE participant = ?", row["participant"]), [],
              "a short letter with a digit in it: no answer")


def absent(tap, scene):
    """An absence notice that answers a letter is not passed on; the writer is told once."""
    scene.servers.vacation_on(JAN, "I am away until 3 January 2027.")
    sent, _ = scene.write(INES, "Dear Jan, hello.")
    scene.letter(JAN, sent)
    told = scene.notice(INES, "Jan is away")
    tap.contains(told[0].get_body(("plain",)).get_content(), "Jan is away", "absence: the writer is told")
    again, _ = scene.write(INES, "Dear Jan, hello again.")
    scene.letter(JAN, again)
    scene.programme.wait_for(lambda: len(scene.programme.rows("SELECT 1 FROM inbox WHERE sender = ? AND kind = 'auto-reply'",
                                                              JAN))
                             >= 2, "the second notice")
    scene.programme.settle()
    scene.servers.wait_for_empty_queue()
    tap.equal(len(scene.notice(INES, "Jan is away")), 1, "absence: once")
    tap.equal(scene.letters(INES), [], "absence: the notice itself is not passed on")
    tap.equal({row["state"] for row in scene.programme.rows("SELECT * FROM inbox WHERE sender = ?", JAN)}, {"handled"},
              "absence: nobody needs to look")
    scene.servers.vacation_off(JAN)


def outsiders(tap, scene):
    """A letter from an unknown address is held; the owner of the address is asked: 1 sends it, 2 drops it."""
    tag = scene.programme.tag("p", MAYA)
    for number, digit in enumerate(("1", "2")):
        sent, row = scene.write(letters.STRANGER, "Dear Nils, from my other address.", "From elsewhere %d" % number, tag)
        scene.said(tap, row, "handled", "unknown address", "outsider, %s" % digit)
        question = scene.notice(MAYA, "Did you write to", number + 1)[-1]
        scene.none(tap, NILS, sent, "outsider, %s: kept back meanwhile" % digit)
        answer = scene.programme.reply(MAYA, question, digit)
        scene.row(answer)
        if digit == "1":
            letters.ours(tap, scene.letter(NILS, sent), MAYA, NILS, scene.programme, "outsider, 1")
        else:
            scene.none(tap, NILS, sent, "outsider, 2: dropped")
            scene.said(tap, row, "handled", "unknown address", "outsider, 2")
    tap.equal(scene.programme.rows("SELECT 1 FROM outbox WHERE step = 'letter' AND state IN ('held', 'queued')"), [],
              "outsider: nothing is kept back any more")
    scene.servers.add_user(letters.STRANGER)
    tap.equal(scene.servers.messages(letters.STRANGER), [], "outsider: gets no answer")


def unproven(tap, scene):
    """A letter in the owner's name whose proof failed is held, and the owner asked at the address on file."""
    sent, row = scene.write(OLGA, "Dear Piet, send me money.", headers={
        "Authentication-Results": letters.OUR_SERVER + "; dmarc=fail header.from=a.test"})
    scene.said(tap, row, "handled", "DMARC failed", "DMARC failed")
    scene.notice(OLGA, "Did you write to")
    scene.none(tap, PIET, sent, "DMARC failed: not passed on")
    sent, row = scene.write(OLGA, "Dear Piet, no money needed.", headers={
        "Authentication-Results": "mx.elsewhere.test; dmarc=fail header.from=a.test"})
    scene.letter(PIET, sent)
    scene.said(tap, row, "handled", "passed on", "another server's word")


def stopped(tap, scene):
    """On hold or dissolved: nothing passes, and the notice does not say why."""
    for command, writer, reader in (("hold", ROSA, SVEN), ("dissolve", TARA, UDO)):
        number = scene.programme.value("SELECT partnership FROM tag WHERE purpose = 'p' AND participant = ?",
                                       scene.programme.participant(writer)["id"])
        scene.programme.run("partnership", command, number)
        sent, row = scene.write(writer, "Hello?")
        text = scene.notice(writer, "was not passed on")[0].get_body(("plain",)).get_content()
        tap.ok(not re.search(r"hold|dissol|coordinator ended", text, re.I), "%s: a neutral notice" % command)
        scene.none(tap, reader, sent, "%s: nothing passes" % command)
        scene.said(tap, row, "handled", "told", command)
        again, _ = scene.write(writer, "Hello again?")
        scene.none(tap, reader, again, "%s: nor later" % command)
        tap.equal(len(scene.notice(writer, "was not passed on")), 1, "%s: told once a day" % command)


def after_the_end(tap, servers):
    """For two weeks after the end letters go on; the closing message says so. Then their writers are told."""
    steps = running.STEPS + 'step "closing" { to = "partnership"  when = "end"  at = "at once" }'
    with running.Programme(servers, steps, {"relay": "yes"}, speed=letters.SPEED, mailbox="ended@example.test",
                           incoming={"poll_every": "10 hours"}) as programme:
        pat, quentin = "pat@a.test", "quentin@b.test"
        programme.begin_round([person("Pat Berg", pat), person("Quentin Berg", quentin)], [(pat, quentin)])
        programme.start()
        programme.wait_for_sent("introduction", 2)
        programme.jump(186 * 24 * 3600)
        programme.wait_for(lambda: len(programme.outbox("closing")) == 2, "the closing messages to be due")
        for row in programme.outbox("closing", "queued"):  # late by then: where it is night, they wait for the morning
            programme.run("outbox", "retry", row["id"], check=False)
        closing = " ".join(programme.message_to(pat, "closing").get_body(("plain",)).get_content().split())
        tap.contains(closing, "for 14 days after the end", "the end: the closing message says how long letters go on")
        tap.ok("You have each other's address" not in closing, "the end: and that they have no address of each other's")
        scene = Scene(programme, servers)
        sent, row = scene.write(pat, "Dear Quentin, my own address is pat@a.test, of course.")
        tap.contains(scene.letter(quentin, sent).get_body(("plain",)).get_content(), "my own address",
                     "the end: within the grace it passes")
        programme.jump(15 * 24 * 3600)
        sent, row = scene.write(quentin, "Dear Pat, I was on a long journey.")
        scene.said(tap, row, "handled", "after the partnership's end", "long after the end")
        text = " ".join(scene.notice(quentin, "was not passed on")[0].get_body(("plain",)).get_content().split())
        tap.contains(text, "ended on", "long after the end: the writer is told")
        scene.none(tap, pat, sent, "long after the end: nothing passes")
        letters.forgotten(tap, scene, ["my own address", "a long journey"])
        programme.stop()


def drop_held(tap, scene):
    """What nobody answered for is dropped after a week."""
    held = len(scene.programme.outbox("letter", "held"))
    tap.equal(held, 1, "held: what nobody answered for waits")
    scene.programme.jump(8 * 24 * 3600)
    scene.programme.wait_for(lambda: not scene.programme.outbox("letter", "held"), "the held letter to be dropped")
    tap.equal(len(scene.programme.outbox("letter", "cancelled")), 3, "held: and is dropped after a week")


def journey(tap):
    with harness.MailServers() as servers:
        with running.Programme(servers, letters.STEPS, {"relay": "yes", "authserv_id": letters.OUR_SERVER}, speed=letters.SPEED,
                               incoming={"poll_every": "10 hours"}) as programme:
            letters.begin(programme, PEOPLE, list(zip(ADDRESSES[::2], ADDRESSES[1::2])))
            scene = Scene(programme, servers)
            for part in (words_alone, first_line, absent, outsiders, unproven, stopped):
                if len(sys.argv) < 2 or part.__name__ in sys.argv[1:]:
                    part(tap, scene)
            drop_held(tap, scene)
            letters.forgotten(tap, scene, GONE)
            tap.equal(programme.stop(), 0, "the service stops in order")
            tap.ok(not re.search(r"(?m)^\S+ error ", programme.log()), "its log has no error")
        after_the_end(tap, servers)


tap.run(journey)
