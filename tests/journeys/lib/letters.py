"""Letters through the partnership addresses, for the journeys that follow them: who writes, and what each partner, the
other and the coordinator find in their mailboxes."""
import email
import email.policy
import email.utils
import os
import re

import programme as running
import servers as harness
from programme import person

STRANGER = "outsider@elsewhere.test"
OUR_SERVER = "mx.example.test"
STEPS = running.STEPS + """
step "check-in"     { to = "partnership"  when = "start + 1 minute"  at = "at once"  asks = "check-in" }
"""
SPEED = 12


def people(names):
    """Their addresses and their rows for `participant import`: a pair for each group of cases, for a letter's fate must not
    depend on what happened to another one."""
    addresses = ["%s@%s.test" % (name.lower(), "ab"[number % 2]) for number, name in enumerate(names.split())]
    return addresses, [person(name + " Berg", address) for name, address in zip(names.split(), addresses)]


def begin(programme, everybody, pairs, trios=()):
    """A round of PAIRS and TRIOS, in which all were asked how it goes."""
    programme.begin_round(everybody, pairs, start=False)
    for number, trio in enumerate(trios):
        rows = [dict(zip(("first", "second", "third"), trio))]
        programme.run("partnership", "import", programme.write_csv("trio-%d.csv" % number, rows), "--round", running.ROUND)
    programme.run("round", "start", running.ROUND)
    programme.start()
    programme.wait_for_sent("check-in", len(everybody))


class Scene:
    """The programme, its servers, and what people do with them."""

    def __init__(self, programme, servers):
        self.programme, self.servers = programme, servers

    def write(self, sender, text, subject="A letter", recipient=None, headers=None, message=None, envelope=None):
        """Writes to RECIPIENT, by default to the partnership's address of SENDER; waits until it was understood."""
        recipient = recipient or self.programme.tag("p", sender)
        message = message or self.servers.compose(sender, recipient, subject, text, headers)
        self.servers.deliver(sender if envelope is None else envelope, recipient, message)
        return message, self.row(message)

    def row(self, message):
        return self.programme.wait_for(lambda: self.programme.rows("SELECT * FROM inbox WHERE message_id = ?",
                                                                   message["Message-ID"]), "the letter to come in")[0]

    def letters(self, address):
        """What reached ADDRESS as a letter."""
        return [mail for mail in self.servers.messages(address) if email.utils.parseaddr(mail["From"])[0].endswith(
            " via " + running.NAME)]

    def letter(self, address, sent):
        """The letter that SENT became in the mailbox of ADDRESS."""
        return self.programme.wait_for(lambda: [mail for mail in self.letters(address) if mail["Message-ID"] ==
                                                sent["Message-ID"]], "the letter to %s" % address, 15)[0]

    def notice(self, address, subject, count=1):
        """Our mails to ADDRESS with SUBJECT in their subject."""
        return self.programme.wait_for(lambda: (lambda found: found if len(found) >= count else None)(
            [mail for mail in self.servers.messages(address) if subject in mail["Subject"]]), "%s to %s" % (subject, address), 15)

    def none(self, tap, address, sent, what):
        """What was just sent does not get to ADDRESS."""
        self.programme.settle()
        self.programme.wait_for(lambda: not self.programme.rows("SELECT 1 FROM outbox WHERE step = 'letter' AND state IN"
                                                                " ('queued', 'sending')"), "the letters to go out")
        self.servers.wait_for_empty_queue()
        tap.equal([mail["Subject"] for mail in self.letters(address) if mail["Message-ID"] == sent["Message-ID"]], [], what)

    def said(self, tap, row, state, reason, what):
        row = self.programme.rows("SELECT * FROM inbox WHERE id = ?", row["id"])[0]
        tap.equal(row["state"], state, "%s: %s" % (what, row["reason"]))
        tap.contains(row["reason"], reason, "%s: understood" % what)

    def show(self, row):
        return self.programme.run("inbox", "show", row["id"]).stdout


def ours(tap, letter, writer, reader, programme, what):
    """DMARC aligns: From, the envelope and the way back are ours alone, and nothing tells where the writer sits."""
    name, address = email.utils.parseaddr(letter["From"])
    tap.equal(address, programme.tag("p", reader), "%s: it comes from the reader's own address for it" % what)
    tap.equal(letter["Return-Path"].strip("<>").rpartition("@")[2], address.rpartition("@")[2], "%s: the envelope aligns" % what)
    tap.equal(address.rpartition("@")[2], programme.mailbox.rpartition("@")[2], "%s: with our domain" % what)
    tap.contains(name, writer.partition("@")[0].title(), "%s: in the writer's name" % what)
    tap.equal(email.utils.parseaddr(letter["To"])[1], reader, "%s: to the reader's own address" % what)
    head = letter.raw.partition(b"\r\n\r\n")[0].decode("ascii")
    tap.ok(writer not in head and letter["Auto-Submitted"] is None and letter["List-Id"] is None,
           "%s: a person's mail, without the writer's address" % what)


def in_thread(tap, letter, answered, references, what):
    """Mail programs put it where it belongs: under the reader's own messages, with nothing of the writer's."""
    tap.equal(letter["In-Reply-To"], answered, "%s: it answers what its reader knows" % what)
    tap.equal((letter["References"] or "").split(), references, "%s: in its reader's own thread" % what)


def forgotten(tap, scene, phrases, letters=()):
    """Whatever became of them, letters are nowhere any more: not in the mailbox, in no file of the service, in nothing that
    a command says, in no backup."""
    programme, servers = scene.programme, scene.servers
    identifiers = {letter["Message-ID"] for letter in letters}

    def in_mailbox():
        mails = [mail for folder in ("INBOX", "Handled") for mail in servers.messages(programme.mailbox, folder)]
        return [mail["Subject"] for mail in mails if mail["Message-ID"] in identifiers or found(mail.raw)]

    def found(content):
        return [phrase for phrase in phrases if phrase.encode() in content]

    def in_files():
        names = [programme.path(name) for name in os.listdir(programme.directory)]
        return {os.path.basename(name): found(open(name, "rb").read()) for name in names if os.path.isfile(name)}
    programme.wait_for(lambda: not in_mailbox(), "the letters to leave the mailbox")
    tap.equal(in_mailbox(), [], "forgotten: the programme's mailbox has nothing of them")
    programme.run("backup", programme.path("copy.db"))
    programme.wait_for(lambda: not any(found for name, found in in_files().items() if name != "copy.db"),
                       "the files to forget")
    tap.equal({name: phrases for name, phrases in in_files().items() if phrases}, {}, "forgotten: no file, log or backup has")
    os.unlink(programme.path("copy.db"))
    said = [programme.run(*command.split()).stdout for command in (
        "outbox list", "outbox list --json", "inbox list", "inbox list --json", "alert list", "status", "timeline")]
    for kind, table in (("outbox", "outbox"), ("inbox", "inbox"), ("partnership", "partnership"), ("participant", "participant")):
        for row in programme.rows("SELECT id FROM %s" % table):
            said.append(programme.run(kind, "show", row["id"], check=False).stdout)
    tap.equal(found("\n".join(said).encode()), [], "forgotten: no command shows them")
