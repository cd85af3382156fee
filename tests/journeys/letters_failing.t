#!/usr/bin/python3
"""Letters that do not arrive: what their writers and the coordinators read, and that nothing of them is kept."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import letters
import programme as running
import servers as harness
import tap
from letters import Scene

ADDRESSES, PEOPLE = letters.people("Karl Lena Olga Piet Rosa Sven Tara Udo")
KARL, LENA, OLGA, PIET, ROSA, SVEN, TARA, UDO = ADDRESSES
SIZE_LIMIT = 300_000
GONE = ["the otters are back", "large picture", "my photos", "the kingfisher", "the wryneck"]


def bounced(tap, scene):
    """A letter that comes back: the writer hears kindly, the address is scored."""
    scene.servers.wait_for_empty_queue()  # what was sent to her before does not come back
    scene.servers.remove_user(LENA)
    for number, (state, again) in enumerate((("suspect", ""), ("dead", " again"))):
        scene.write(KARL, "Dear Lena, the otters are back%s." % again)
        text = scene.notice(KARL, "came back", number + 1)[-1].get_body(("plain",)).get_content()
        tap.contains(" ".join(text.split()), "could not be delivered", "bounce%s: the writer is told" % again)
        tap.ok("otters" not in text and LENA not in text, "bounce%s: without her address or his words" % again)
        told = scene.notice(running.COORDINATOR, "Letters need a look")
        tap.equal(len(told), 1, "bounce%s: a coordinator is told, at the first one, as the writer reads" % again)
        tap.equal(scene.programme.participant(LENA)["address_state"], state, "bounce%s: her address is %s" % (again, state))
    rows = scene.programme.rows("SELECT * FROM inbox WHERE kind = 'bounce'")
    tap.equal([(row["state"], row["content"]) for row in rows], [("handled", None)] * 2, "bounce: the report's copy is not kept")
    tap.ok("address/%d" % scene.programme.participant(LENA)["id"] in [each["key"] for each in scene.programme.alerts(True)],
           "bounce: her address is a case for the digest")
    scene.programme.wait_for(lambda: not [mail for folder in ("INBOX", "Handled") for mail in scene.servers.messages(
        harness.PROGRAMME, folder) if b"otters" in mail.raw], "the reports' copies of the letters to leave the mailbox", 5)
    tap.ok(True, "bounce: nor in the mailbox")


def too_large(tap, scene):
    """So large that it was not even fetched."""
    sent = scene.servers.compose(PIET, scene.programme.tag("p", PIET), "Photos",
                                 "Dear Olga, my photos.\n" + ("y" * 76 + "\n") * 16_000)
    scene.servers.append(harness.PROGRAMME, sent)
    row = scene.row(sent)
    scene.said(tap, row, "handled", "too large", "too large")
    tap.equal(row["kind"], "too-large", "too large: only its header was fetched")
    scene.notice(PIET, "was too large")
    scene.none(tap, OLGA, sent, "too large: not passed on")


def server_size(tap, scene):
    """Our own server takes less than we fetch: its SIZE was remembered when it was first met. A letter that came all the same is
    told as too large at once, and not tried."""
    tap.equal(scene.programme.value("SELECT value FROM setting WHERE name = 'server_size'"), str(SIZE_LIMIT),
              "SIZE: it is remembered")
    text = "Dear Piet, a large picture.\n" + ("z" * 76 + "\n") * (SIZE_LIMIT // 77 + 50)
    sent = scene.servers.compose(OLGA, scene.programme.tag("p", OLGA), "Large", text)
    scene.servers.append(harness.PROGRAMME, sent)
    row = scene.row(sent)
    scene.said(tap, row, "handled", "too large", "SIZE")
    told = " ".join(scene.notice(OLGA, "was too large")[0].get_body(("plain",)).get_content().split())
    tap.contains(told, "the limit is 300 kB", "SIZE: the writer reads how much passes")
    scene.none(tap, PIET, sent, "SIZE: not passed on")
    tap.equal(scene.programme.rows("SELECT 1 FROM outbox WHERE inbox = ? AND step = 'letter'", row["id"]), [], "SIZE: nor tried")


def refused(tap, scene):
    """Our server refuses the reader's address for good: the writer is told kindly, a coordinator too, and the letter is gone."""
    scene.servers.refuse(SVEN, "550 5.1.1 no such user here")
    sent, row = scene.write(ROSA, "Dear Sven, the kingfisher is back.")
    text = scene.notice(ROSA, "came back")[0].get_body(("plain",)).get_content()
    tap.contains(" ".join(text.split()), "could not be delivered", "refused: the writer is told")
    tap.ok("kingfisher" not in text and SVEN not in text, "refused: without her words or his address")
    scene.programme.wait_for(lambda: len(scene.notice(running.COORDINATOR, "Letters need a look")) >= 1,
                             "the coordinator's mail")
    tap.equal([row["state"] for row in scene.programme.rows("SELECT state FROM outbox WHERE step = 'letter' AND inbox = ?",
                                                            row["id"])],
              ["failed"], "refused: and not tried again")
    scene.servers.refuse(SVEN, None)


def never_taken(tap, scene):
    """Our server says "later" for five days: then the writer is told, once."""
    scene.servers.refuse(UDO, "450 4.2.0 please try again later")
    sent, row = scene.write(TARA, "Dear Udo, the wryneck is late.")
    scene.programme.wait_for(lambda: scene.programme.rows("SELECT 1 FROM outbox WHERE step = 'letter' AND inbox = ? AND attempts > 0"
                                                          " AND state = 'queued'", row["id"]), "a first try")
    tap.ok(not [mail for mail in scene.servers.messages(TARA) if "came back" in mail["Subject"]],
           "later: it is tried again first")
    scene.programme.jump(6 * 24 * 3600)
    text = scene.notice(TARA, "came back")[0].get_body(("plain",)).get_content()
    tap.contains(" ".join(text.split()), "could not be delivered", "later: after five days the writer is told")
    scene.servers.refuse(UDO, None)
    tap.equal(scene.letters(UDO), [], "later: he has not got it")
    tap.equal(len(scene.notice(TARA, "came back")), 1, "later: told once")


def journey(tap):
    with harness.MailServers(size_limit=SIZE_LIMIT) as servers:
        with running.Programme(servers, letters.STEPS, {"relay": "yes"}, speed=letters.SPEED,
                               incoming={"poll_every": "10 hours", "message_limit": "1 MB"}) as programme:
            letters.begin(programme, PEOPLE, list(zip(ADDRESSES[::2], ADDRESSES[1::2])))
            scene = Scene(programme, servers)
            for part in (bounced, too_large, server_size, refused, never_taken):
                if len(sys.argv) < 2 or part.__name__ in sys.argv[1:]:
                    part(tap, scene)
            letters.forgotten(tap, scene, GONE)
            tap.equal(programme.stop(), 0, "the service stops in order")
            tap.ok(not re.search(r"(?m)^\S+ error ", programme.log()), "its log has no error")


tap.run(journey)
