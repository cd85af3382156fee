#!/usr/bin/python3
"""The programme's mailbox on a real IMAP server: what happens to mails there."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import programme as running
import servers as harness
import tap
from programme import person

ANNA, BEN = "anna@a.test", "ben@b.test"
PEOPLE = [person("Anna Berg", ANNA, "SE", "en", "Europe/Stockholm"), person("Ben Okoro", BEN, "NG", "en", "Africa/Lagos")]
SIZE_LIMIT = 2_000_000
# Only IDLE can tell of new mail before this.
INCOMING = {"poll_every": "10 hours", "message_limit": "1 MB"}


def notice(servers, subject, text="I am away until Monday.", count=1):
    """Anna's mail program tells the programme of her absence, COUNT times: handled, and no letter, which would be
    deleted whatever the configuration says."""
    for number in range(count):
        written = servers.compose(ANNA, harness.PROGRAMME, "%s %d" % (subject, number), text,
                                  {"Auto-Submitted": "auto-replied"})
        servers.deliver(ANNA, harness.PROGRAMME, written)


def absences(programme):
    return programme.value("SELECT count(*) FROM event WHERE what = 'participant is away'")


def flagged(tap, programme, servers):
    """after = "flag": handled mail stays, seen and with a keyword."""
    notice(servers, "To be flagged", count=3)
    programme.wait_for_inbox(3)
    mails = programme.wait_for(lambda: [mail for mail in servers.messages(harness.PROGRAMME) if "\\Seen" in mail.flags][2:]
                               and servers.messages(harness.PROGRAMME), "flags")
    tap.equal(len(mails), 3, "flag: all three stay")
    tap.ok(all([flag for flag in mail.flags if flag.startswith("$")] for mail in mails), "flag: each has a keyword of ours")
    settled(tap, programme, 3, "flag")


def settled(tap, programme, count, what):
    programme.wait_for(lambda: not programme.rows("SELECT 1 FROM inbox WHERE server_action <> 'done'"), "marks to be noted")
    tap.equal([row["state"] for row in programme.inbox()], ["handled"] * count, "%s: each was handled once" % what)
    tap.equal(absences(programme), count, "%s: each was noted once" % what)


def restarted(tap, programme, servers):
    """What was handled is not handled again after a restart."""
    programme.stop()
    programme.start()
    notice(servers, "After the restart")
    programme.wait_for_inbox(4)
    settled(tap, programme, 4, "restart")


def recreated(tap, programme, servers):
    """A folder that the server made anew, with the same mails under new numbers, doubles nothing."""
    mails = servers.messages(harness.PROGRAMME)
    before = programme.rows("SELECT * FROM mailbox WHERE folder = 'INBOX'")[0]
    programme.stop()
    servers.recreate(harness.PROGRAMME)
    for mail in reversed(mails):
        servers.append(harness.PROGRAMME, mail.raw)
    notice(servers, "Into the new folder")
    programme.start()
    rows = programme.wait_for_inbox(9)
    after = programme.rows("SELECT * FROM mailbox WHERE folder = 'INBOX'")[0]
    tap.ok(before["uidvalidity"] != after["uidvalidity"], "recreated: the folder's UIDVALIDITY changed")
    tap.equal(sorted(row["state"] for row in rows), ["duplicate"] * 4 + ["handled"] * 5, "recreated: old mail is recognised")
    tap.equal(absences(programme), 5, "recreated: only the new mail was noted")
    tap.contains(programme.log(), "made anew on the server", "recreated: the log says so")


def moved(tap, programme, servers):
    """after = "move": handled mail goes to the done folder, which is made where it is missing."""
    programme.configure(incoming={"after": "move", "done_folder": "Handled"})
    programme.reload()
    notice(servers, "To be moved", count=2)
    programme.wait_for_inbox(11)
    tap.equal(len(servers.wait_for_messages(harness.PROGRAMME, 2, "Handled")), 2, "move: both are in the done folder")
    tap.equal([mail["Subject"] for mail in servers.messages(harness.PROGRAMME) if "moved" in mail["Subject"]], [],
              "move: and the inbox has them no more")


def deleted(tap, programme, servers):
    """after = "delete": handled mail is gone, and only that."""
    programme.configure(incoming={"after": "delete", "done_folder": None})
    programme.reload()
    kept = [mail["Message-ID"] for mail in servers.messages(harness.PROGRAMME)]
    notice(servers, "To be deleted", count=2)
    programme.wait_for_inbox(13)
    programme.wait_for(lambda: not programme.rows("SELECT 1 FROM inbox WHERE server_action <> 'done'"), "deleting")
    tap.equal([mail["Message-ID"] for mail in servers.messages(harness.PROGRAMME)], kept, "delete: just the two are gone")
    tap.equal(len(servers.messages(harness.PROGRAMME, "Handled")), 2, "delete: from nowhere else")
    programme.configure(incoming={"after": "flag"})
    programme.reload()


def idle(tap, programme, servers):
    """IDLE brings new mail, hours before the folder is looked at again."""
    for number in range(5):
        count = len(programme.inbox())
        programme.settle()  # waiting
        notice(servers, "Quick %d" % number)
        programme.wait_for_inbox(count + 1)
    tap.ok(True, "IDLE: new mail is handled when it comes")


def too_large(tap, programme, servers):
    """Of a mail over the limit only the header is fetched; it waits for a person."""
    count = len(programme.inbox())
    phrase = "a very long attachment"
    written = servers.compose(ANNA, harness.PROGRAMME, "Look at my photos", phrase + "\n" + ("y" * 76 + "\n") * 16_000)
    servers.send(ANNA, harness.PROGRAMME, message=written)
    row = programme.wait_for_inbox(count + 1)[-1]
    tap.equal((row["state"], row["kind"]), ("waiting", "too-large"), "too large: it waits")
    tap.contains(row["reason"], "message_limit", "too large: with the reason")
    tap.equal((row["participant"], row["subject"]), (programme.participant(ANNA)["id"], "Look at my photos"),
              "too large: who wrote, and about what, is known")
    tap.ok(row["size"] > 1_000_000, "too large: so is its size")
    kept = programme.value("SELECT bytes FROM content WHERE id = ?", row["content"]) or b""
    tap.ok(len(kept) < 10_000 and phrase.encode() not in kept, "too large: only its header was fetched")


def journey(tap):
    with harness.MailServers(size_limit=SIZE_LIMIT) as servers:
        with running.Programme(servers, incoming=INCOMING) as programme:
            programme.begin_round(PEOPLE, [(ANNA, BEN)])
            programme.start()
            programme.wait_for_sent("introduction", 2)
            for part in (flagged, restarted, recreated, moved, deleted, idle, too_large):
                part(tap, programme, servers)
            programme.stop()
            tap.ok(not re.search(r"(?m)^\S+ error ", programme.log()), "the log has no error")


tap.run(journey)
