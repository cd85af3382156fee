#!/usr/bin/python3
"""Addresses that fail: by a bounce that a server makes later, or refused at once. The address is marked, people are told."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import programme as running
import servers as harness
import tap
from programme import person

ANNA, GONE, REFUSED, LATER, FULL = "anna@a.test", "nobody@b.test", "refused@c.test", "later@d.test", "full@e.test"
PEOPLE = [
    person("Anna Berg", ANNA, "SE", "en", "Europe/Stockholm"),
    person("Gone Away", GONE, "NG", "en", "Africa/Lagos"),
    person("Reto Fused", REFUSED, "CH", "en", "Europe/Zurich"),
    person("Lara Later", LATER, "NZ"),
    person("Fulvia Full", FULL, "IT", "en", "Europe/Rome"),
    person("Ben Okoro", "ben@b.test", "NG", "en", "Africa/Lagos"),
]
STEPS = running.STEPS + """
step "check-in"     { to = "partnership"  when = "start + 3 minutes"  at = "at once"  asks = "check-in" }
"""


def bounced(tap, programme, servers):
    """Postfix took the mails and sends a delivery status notification to each one's own bounce address."""
    programme.wait_for(lambda: programme.participant(GONE)["address_state"] == "dead", "the address to be marked")
    rows = programme.rows("SELECT bounce.*, step FROM bounce JOIN outbox ON outbox = outbox.id WHERE bounce.participant = ?",
                          programme.participant(GONE)["id"])
    tap.equal(sorted(row["step"] for row in rows), ["introduction"], "bounced: the message's bounce is known by its tag")
    tap.ok(all(row["permanent"] and row["address_dead"] and row["status"].startswith("5.1.") for row in rows),
           "bounced: as permanent and about the address")
    handled = programme.rows("SELECT * FROM inbox WHERE kind = 'bounce'")
    tap.equal([(row["state"], row["sender"].lower().partition("@")[0]) for row in handled], [("handled", "mailer-daemon")],
              "bounced: nobody needs to look at them")


def refused(tap, programme, servers):
    """The server refused the recipient itself."""
    tap.equal([(row["state"], row["reply_code"]) for row in programme.rows(
        "SELECT * FROM outbox WHERE participant = ? AND step = 'introduction'", programme.participant(REFUSED)["id"])],
        [("failed", 550)], "refused: the introduction failed with the server's reply")
    tap.equal(programme.participant(REFUSED)["address_state"], "dead", "refused: the address is marked")


def told(tap, programme, servers):
    """Both stand in one mail to the coordinator, three days later at the most."""
    def mails():
        texts = [" ".join(mail.get_body(("plain",)).get_content().split()) for mail in servers.messages(running.COORDINATOR)]
        return [text for text in texts if "comes back" in text and "Gone Away" in text and "Reto Fused" in text]
    programme.jump(4 * 86400)
    tap.equal(len(programme.wait_for(mails, "the coordinator's mail")), 1, "the coordinator gets one mail about both")
    keys = [each["key"] for each in programme.alerts(True)]
    for address in (GONE, REFUSED):
        tap.ok("address/%d" % programme.participant(address)["id"] in keys, "the case about %s is open" % address)


def nothing_more(tap, programme, servers):
    """To a dead address nothing more is sent; the partner still gets mail."""
    programme.wait_for(lambda: len(programme.outbox("check-in")) == 6 and
                       not programme.rows("SELECT 1 FROM outbox WHERE step = 'check-in' AND participant IN"
                                          " (SELECT id FROM participant WHERE address_state <> 'good')"
                                          " AND state IN ('queued', 'sending')"), "the check-ins")
    programme.wait_for_sent("check-in", 2)
    states = {row["address"]: row for row in programme.rows(
        "SELECT participant.address, outbox.state, outbox.reason FROM outbox JOIN participant ON participant = participant.id"
        " WHERE step = 'check-in'")}
    tap.equal(states[ANNA]["state"], "sent", "later: Anna gets the check-in")
    tap.equal(states[GONE]["state"], "held", "later: the dead address does not")
    tap.ok(states[GONE]["reason"], "later: and the reason is told: %s" % states[GONE]["reason"])
    tap.equal((states[REFUSED]["state"], states["ben@b.test"]["state"]), ("held", "sent"), "later: nor the refused one")


def for_now(tap, programme, servers):
    """Refused for now is tried again; a full mailbox is no wrong address."""
    row = programme.rows("SELECT * FROM outbox WHERE participant = ? AND step = 'introduction'", programme.participant(LATER)["id"])[0]
    programme.wait_for(lambda: programme.rows("SELECT 1 FROM outbox WHERE id = ? AND attempts >= 2 AND state = 'queued'", row["id"]),
                       "a second try that is over")
    row = programme.rows("SELECT * FROM outbox WHERE id = ?", row["id"])[0]
    tap.equal((row["state"], row["reply_code"]), ("queued", 450), "for now: waits for its next try")
    tap.equal(programme.participant(LATER)["address_state"], "good", "for now: the address stays good")
    tap.equal(programme.value("SELECT state FROM outbox WHERE participant = ? AND step = 'introduction'",
                              programme.participant(FULL)["id"]), "failed", "full: the message failed")
    tap.ok(programme.participant(FULL)["address_state"] != "dead", "full: the address is not dead for that")


def journey(tap):
    with harness.MailServers() as servers:
        with running.Programme(servers, STEPS, speed=30) as programme:
            programme.begin_round(PEOPLE, [(ANNA, GONE), ("ben@b.test", REFUSED), (LATER, FULL)])
            programme.start()
            for part in (bounced, refused, for_now, nothing_more, told):
                part(tap, programme, servers)
            programme.stop()


tap.run(journey)
