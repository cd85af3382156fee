#!/usr/bin/python3
"""Letters with mail providers of every kind: without sub-addresses, with another separator, with a domain of our own whose
mail all comes to us. `check --online` finds out, and the letters follow."""
import email.utils
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import letters
import machine
import programme as running
import servers as harness
import tap
from letters import Scene
from programme import person

ANNA, BEN = "anna@a.test", "ben@b.test"
took = []  # how many seconds it takes here until all messages of `check --online` have come
PEOPLE = [person("Anna Berg", ANNA), person("Ben Berg", BEN)]


def find_out(tap, programme, verdict, what):
    """What `check --online` finds out about sub-addresses."""
    began = time.monotonic()
    wait = machine.PATIENCE if verdict else 4 + 4 * max(took)
    done = programme.run("check", "--online", "--wait", "%d" % wait, check=False)
    took.append(time.monotonic() - began)
    tap.equal(programme.value("SELECT value FROM setting WHERE name = 'sub_addresses'"), "yes" if verdict else "no",
              "%s: check --online finds out" % what)
    tap.equal(done.returncode, 0 if verdict else 1, "%s: and says so" % what)
    programme.begin_round(PEOPLE, [(ANNA, BEN)])
    programme.start()
    return programme.message_to(ANNA, "introduction"), programme.message_to(BEN, "introduction")


def text_of(message):
    return " ".join(message.get_body(("plain",)).get_content().split())


def there_and_back(tap, scene, hers, his, what):
    """Reply on the introduction reaches the partner, and Reply on that comes back."""
    programme = scene.programme
    tap.equal(email.utils.parseaddr(hers["Reply-To"])[1], programme.tag("p", ANNA), "%s: Reply goes to her own address for it" % what)
    tap.contains(text_of(his), "Your address stays with us", "%s: as he reads" % what)
    tap.ok(BEN not in hers.raw.decode("ascii"), "%s: nobody's own address is given away" % what)
    sent = programme.reply(ANNA, hers, "Dear Ben, the heron sang.")
    letter = scene.letter(BEN, sent)
    letters.ours(tap, letter, ANNA, BEN, programme, what)
    letters.in_thread(tap, letter, his["Message-ID"], [his["Message-ID"]], what)
    back = programme.reply(BEN, letter, "Dear Anna, so did ours.")
    answer = scene.letter(ANNA, back)
    letters.ours(tap, answer, BEN, ANNA, programme, what)
    letters.in_thread(tap, answer, sent["Message-ID"], [hers["Message-ID"], sent["Message-ID"]], what)
    contacts = [row["channel"] for row in programme.rows("SELECT channel FROM contact")]
    tap.equal(contacts, ["relay", "relay"], "%s: each is a contact" % what)
    letters.forgotten(tap, scene, ["the heron sang", "so did ours"], [sent, back])


def without(tap):
    """No sub-addresses: the introductions give the partners' own addresses, and ask for the programme in Cc. Both ways count."""
    what = "no sub-addresses"
    with harness.MailServers(sub_addresses=False) as servers, running.Programme(servers, speed=4) as programme:
        hers, his = find_out(tap, programme, False, what)
        scene = Scene(programme, servers)
        tap.contains(" ".join(programme.run("template", "preview", "welcome").stdout.split()),
                     "If you would rather not have yours given away, reply", "%s: a welcome says so beforehand" % what)
        for introduction, reader, partner in ((hers, ANNA, BEN), (his, BEN, ANNA)):
            text = text_of(introduction)
            tap.contains(text, partner, "%s: %s reads the partner's own address" % (what, reader))
            tap.contains(text, "Keep us in Cc:* %s" % harness.PROGRAMME, "%s: and which of ours to keep in Cc" % what)
            tap.ok("iln+" not in introduction.raw.decode("ascii"), "%s: none that does not work" % what)
        sent = servers.compose(ANNA, BEN, "Hello", "Dear Ben, the heron sang.", {"Cc": harness.PROGRAMME})
        servers.send(ANNA, [BEN, harness.PROGRAMME], message=sent)
        scene.said(tap, scene.row(sent), "handled", "logged as a contact", "%s, there" % what)
        back = servers.compose(BEN, ANNA, "Re: Hello", "Dear Anna, so did ours.", {
            "Cc": harness.PROGRAMME, "In-Reply-To": sent["Message-ID"], "References": sent["Message-ID"]})
        servers.send(BEN, [ANNA, harness.PROGRAMME], message=back)
        scene.said(tap, scene.row(back), "handled", "logged as a contact", "%s, back" % what)
        tap.equal([len([mail for mail in servers.messages(address) if "Hello" in mail["Subject"]]) for address in (ANNA, BEN)], [1, 1],
                  "%s: each has the other's letter once" % what)
        contacts = programme.rows("SELECT address, channel FROM contact JOIN participant ON participant = participant.id")
        tap.equal([(row["address"], row["channel"]) for row in contacts], [(ANNA, "cc"), (BEN, "cc")], "%s: each is a contact" % what)
        letters.forgotten(tap, scene, ["the heron sang", "so did ours"], [sent, back])
        alone = programme.reply(BEN, his, "Dear Anna, did you get this?")
        scene.said(tap, scene.row(alone), "waiting", "reply to a message of ours", "%s: a reply to the introduction comes to us" % what)
        stop = programme.reply(BEN, his, "Stop, please")
        scene.said(tap, scene.row(stop), "handled", "pause", "%s: STOP in reply" % what)
        tap.equal(programme.participant(BEN)["state"], "paused", "%s: pauses" % what)
        servers.remove_user(ANNA)
        programme.run("participant", "add", "Nobody", "nobody@a.test", "--country", "NZ", "--time-zone", "Pacific/Auckland",
                      "--round", running.ROUND)
        programme.wait_for(lambda: programme.participant("nobody@a.test")["address_state"] != "good", "a bounce to be understood")
        tap.ok(True, "%s: bounces come home, too" % what)
        programme.stop()


def another_separator(tap):
    with harness.MailServers(delimiter="-") as servers, running.Programme(servers, settings={"separator": "-"}, speed=4) as programme:
        hers, his = find_out(tap, programme, True, "separator -")
        tap.contains(hers["Reply-To"], "iln-p", "separator -: in her own address")
        there_and_back(tap, Scene(programme, servers), hers, his, "separator -")
        programme.stop()


def whole_domain(tap):
    mailbox = "programme@friends.test"
    with harness.MailServers(catch_all=mailbox) as servers:
        with running.Programme(servers, settings={"catch_all": "yes"}, mailbox=mailbox, speed=4) as programme:
            hers, his = find_out(tap, programme, True, "catch-all domain")
            tap.ok(email.utils.parseaddr(hers["Reply-To"])[1].startswith("p"), "catch-all domain: TAG@friends.test")
            there_and_back(tap, Scene(programme, servers), hers, his, "catch-all domain")
            servers.remove_user(BEN)
            scene = Scene(programme, servers)
            scene.write(ANNA, "Dear Ben, are you there?")
            scene.notice(ANNA, "came back")
            tap.equal(programme.participant(BEN)["address_state"], "suspect", "catch-all domain: bounces come home, too")
            programme.stop()


def journey(tap):
    another_separator(tap)
    whole_domain(tap)
    without(tap)


tap.run(journey)
