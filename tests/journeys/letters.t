#!/usr/bin/python3
"""Letters through the partnership addresses: what each partner, the other and the coordinator find in their mailboxes."""
import email
import email.policy
import email.utils
import os
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import programme as running
import servers as harness
import tap
from programme import person

# Each pair for one group of cases: a letter's fate must not depend on what happened to another one.
NAMES = ("Anna Ben Chloe Dmitri Emil Fatou Grace Hugo Ines Jan Karl Lena Maya Nils Olga Piet Rosa Sven Tara Udo Vera Wim"
         " Xenia Yves Zora Abel Iris").split()
ADDRESSES = ["%s@%s.test" % (name.lower(), "ab"[number % 2]) for number, name in enumerate(NAMES)]
(ANNA, BEN, CHLOE, DMITRI, EMIL, FATOU, GRACE, HUGO, INES, JAN, KARL, LENA, MAYA, NILS, OLGA, PIET, ROSA, SVEN, TARA, UDO, VERA,
 WIM, XENIA, YVES, ZORA, ABEL, IRIS) = ADDRESSES
PEOPLE = [person(name + " Berg", address) for name, address in zip(NAMES, ADDRESSES)]
PAIRS = list(zip(ADDRESSES[:24:2], ADDRESSES[1:24:2]))
TRIO = (ZORA, ABEL, IRIS)
STRANGER = "outsider@elsewhere.test"
OUR_SERVER = "mx.example.test"
DOMAIN = harness.PROGRAMME.partition("@")[2]
STEPS = running.STEPS + """
step "check-in"     { to = "partnership"  when = "start + 1 minute"  at = "at once"  asks = "check-in" }
"""


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
    tap.equal(address.rpartition("@")[2], DOMAIN, "%s: with our domain" % what)
    tap.contains(name, writer.partition("@")[0].title(), "%s: in the writer's name" % what)
    tap.equal(email.utils.parseaddr(letter["To"])[1], reader, "%s: to the reader's own address" % what)
    head = letter.raw.partition(b"\r\n\r\n")[0].decode("ascii")
    tap.ok(writer not in head and letter["Auto-Submitted"] is None and letter["List-Id"] is None,
           "%s: a person's mail, without the writer's address" % what)


def there_and_back(tap, scene):
    """Reply on the introduction reaches the partner; Reply on that comes back the same way, in one thread for each."""
    programme, hers, his = scene.programme, scene.programme.message_to(ANNA, "introduction"), scene.programme.message_to(
        BEN, "introduction")
    sent = programme.reply(ANNA, hers, "Dear Ben, the heron sang at 04:17.")
    letter = scene.letter(BEN, sent)
    ours(tap, letter, ANNA, BEN, programme, "there")
    tap.equal(letter["In-Reply-To"], his["Message-ID"], "there: it belongs to his introduction's thread")
    tap.equal(letter["References"].split(), [his["Message-ID"]], "there: by References, with nothing of hers")
    tap.contains(letter.get_body(("plain",)).get_content(), "the heron sang", "there: with her words")
    back = programme.reply(BEN, letter, "Dear Anna, so did ours.")
    answer = scene.letter(ANNA, back)
    ours(tap, answer, BEN, ANNA, programme, "back")
    tap.equal(answer["In-Reply-To"], sent["Message-ID"], "back: it answers her letter")
    tap.equal(answer["References"].split(), [hers["Message-ID"], sent["Message-ID"]], "back: in her introduction's thread")
    third = programme.reply(ANNA, answer, "Ours sings on.")
    tap.equal(scene.letter(BEN, third)["References"].split(),
              [his["Message-ID"], sent["Message-ID"], back["Message-ID"]], "and again: in his")
    contacts = programme.rows("SELECT address, channel FROM contact JOIN participant ON participant = participant.id")
    tap.equal([(each["address"], each["channel"]) for each in contacts], [(ANNA, "relay"), (BEN, "relay"), (ANNA, "relay")],
              "each letter is a contact")
    forgotten(tap, scene, [sent, back, third], "the heron sang")


def forgotten(tap, scene, letters, phrase):
    """Passed on, a letter is nowhere any more."""
    identifiers = {letter["Message-ID"] for letter in letters}
    scene.programme.wait_for(lambda: not identifiers & {mail["Message-ID"] for folder in ("INBOX", "Handled")
                                                        for mail in scene.servers.messages(harness.PROGRAMME, folder)},
                             "the letters to leave the mailbox")
    tap.ok(True, "passed on: gone from the programme's mailbox")

    def traces():
        for name in os.listdir(scene.programme.directory):
            path = scene.programme.path(name)
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    if phrase.encode() in file.read():
                        return True
        return False
    scene.programme.wait_for(lambda: not traces(), "the files to forget", 25)
    tap.ok(True, "passed on: gone from every file of ours")


def attachments(tap, scene):
    """What is attached arrives byte for byte."""
    message = scene.servers.compose(BEN, scene.programme.tag("p", BEN), "Grüße & Bilder", "Liebe Anna, schau: ☂\n")
    picture, table = bytes(range(256)) * 40, "a;b\r\n1;ü\r\n".encode()
    message.add_attachment(picture, maintype="image", subtype="png", filename="Vögel.png")
    message.add_attachment(table, maintype="application", subtype="octet-stream", filename="table.csv")
    sent, _ = scene.write(BEN, "", message=message)
    letter = scene.letter(ANNA, sent)
    tap.equal([(part.get_filename(), part.get_content()) for part in letter.iter_attachments()],
              [("Vögel.png", picture), ("table.csv", table)], "attachments: arrive intact, by name")
    tap.equal(letter["Subject"], "Grüße & Bilder", "attachments: so does the subject")
    tap.equal(letter.raw.partition(b"\r\n\r\n")[2], message.as_bytes(policy=email.policy.SMTP).partition(b"\r\n\r\n")[2],
              "attachments: and the body, byte for byte")


def by_swaks(tap, scene):
    """Another mail program than Python's writes a letter, without a Message-ID of its own making."""
    if not shutil.which("swaks"):
        tap.skip("a letter by swaks", "swaks is not installed")
        return
    harness.run("swaks", "--server", "127.0.0.1:%d" % scene.servers.smtp_port, "--from", ANNA, "--to",
                scene.programme.tag("p", ANNA), "--helo", "laptop.a.test", "--header", "Subject: By swaks", "--body", "Sent by another program.", "--hide-all")
    letter = scene.notice(BEN, "By swaks")[0]
    ours(tap, letter, ANNA, BEN, scene.programme, "swaks")
    head = letter.raw.partition(b"\r\n\r\n")[0].decode("ascii")
    tap.ok("swaks" not in head.lower().replace("by swaks", "") and "laptop" not in head, "swaks: its program and network stay unknown")


def copied(tap, scene):
    """Who writes to the partner directly with us in copy is logged, and nothing is doubled."""
    copy = scene.programme.tag("p", ANNA)
    message = scene.servers.compose(ANNA, BEN, "Directly", "Dear Ben, directly.", {"Cc": copy})
    scene.servers.send(ANNA, [BEN, copy], message=message)
    scene.said(tap, scene.row(message), "handled", "logged as a contact", "partner in To")
    scene.none(tap, BEN, message, "partner in To: not passed on as well")
    tap.equal([mail["Subject"] for mail in scene.servers.messages(BEN)].count("Directly"), 1, "partner in To: he has it once")


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

    sent, row = scene.write(EMIL, "HELP")
    scene.said(tap, row, "waiting", "asks for help", "HELP")
    told = [mail for mail in scene.notice(running.COORDINATOR, "asks for help")]
    tap.contains(told[0].get_body(("plain",)).get_content(), "Emil Berg", "HELP: the coordinator hears who")
    scene.none(tap, FATOU, sent, "HELP: the partner hears nothing")
    sent, row = scene.write(FATOU, "2")
    scene.said(tap, row, "handled", "answered a check-in with 2", "2")
    scene.none(tap, EMIL, sent, "2: the partner hears nothing")


def first_line(tap, scene):
    """A word to us above a letter: its writer is asked. 1 sends it, 2 gives it to the coordinators."""
    for number, digit in enumerate(("1", "2")):
        text = "Help\n\nDear Fatou, I lost your %s parcel." % ("first", "second")[number]
        sent, row = scene.write(EMIL, text, "Parcel %d" % number)
        scene.said(tap, row, "handled", "asked whom it is for", "first line, %s" % digit)
        question = scene.notice(EMIL, "Is this for", number + 1)[-1]
        scene.none(tap, FATOU, sent, "first line, %s: kept back meanwhile" % digit)
        answer = scene.programme.reply(EMIL, question, digit)
        said = scene.row(answer)
        if digit == "1":
            tap.contains(scene.letter(FATOU, sent).get_body(("plain",)).get_content(), "first parcel", "first line, 1: she gets it")
        else:
            scene.said(tap, said, "handled", "not for the partner", "first line, 2")
            scene.none(tap, FATOU, sent, "first line, 2: she does not get it")
            scene.said(tap, row, "waiting", "for the coordinators", "first line, 2")
            tap.contains(scene.show(row), "second parcel", "first line, 2: the coordinator can read it")


def report(tap, scene):
    """REPORT freezes at once; what follows gets a neutral notice."""
    sent, row = scene.write(GRACE, "REPORT\n\nHe sends me things that I do not want.")
    scene.said(tap, row, "waiting", "frozen", "REPORT")
    tap.equal(scene.programme.value("SELECT state FROM partnership WHERE id = ?", row["partnership"]), "frozen", "REPORT: frozen")
    alert = scene.notice(running.COORDINATOR, "report of misconduct")[0]
    tap.ok("things that I do not want" not in alert.raw.decode(), "REPORT: the coordinator's mail does not quote it")
    tap.contains(scene.show(row), "things that I do not want", "REPORT: the coordinator can read it")
    scene.none(tap, HUGO, sent, "REPORT: he does not get it")
    letter, after = scene.write(HUGO, "Dear Grace, why so silent?")
    text = scene.notice(HUGO, "was not passed on")[0].get_body(("plain",)).get_content()
    tap.ok(not re.search("report|froze|misconduct", text, re.I), "REPORT: his notice tells nothing of it")
    scene.none(tap, GRACE, letter, "REPORT: she does not get his letter")
    scene.said(tap, after, "handled", "nothing passes", "REPORT, his letter")


def absent(tap, scene):
    """An absence notice that answers a letter is not passed on; the writer is told once."""
    scene.servers.vacation_on(JAN, "I am away until 3 January 2027.")
    sent, _ = scene.write(INES, "Dear Jan, hello.")
    scene.letter(JAN, sent)
    told = scene.notice(INES, "Jan is away")
    tap.contains(told[0].get_body(("plain",)).get_content(), "Jan is away", "absence: the writer is told")
    again, _ = scene.write(INES, "Dear Jan, hello again.")
    scene.letter(JAN, again)
    scene.programme.wait_for(lambda: len(scene.programme.rows("SELECT 1 FROM inbox WHERE sender = ? AND kind = 'auto-reply'", JAN))
                             >= 2, "the second notice")
    scene.servers.wait_for_empty_queue()
    tap.equal(len(scene.notice(INES, "Jan is away")), 1, "absence: once")
    tap.equal(scene.letters(INES), [], "absence: the notice itself is not passed on")
    tap.equal({row["state"] for row in scene.programme.rows("SELECT * FROM inbox WHERE sender = ?", JAN)}, {"handled"},
              "absence: nobody needs to look")
    scene.servers.vacation_off(JAN)


def bounced(tap, scene):
    """A letter that comes back: the writer hears kindly, the address is scored."""
    scene.servers.remove_user(LENA)
    for number, (state, again) in enumerate((("suspect", ""), ("dead", " again"))):
        scene.write(KARL, "Dear Lena, the otters are back%s." % again)
        text = scene.notice(KARL, "came back", number + 1)[-1].get_body(("plain",)).get_content()
        tap.contains(" ".join(text.split()), "could not be delivered", "bounce%s: the writer is told" % again)
        tap.ok("otters" not in text and LENA not in text, "bounce%s: without her address or his words" % again)
        tap.equal(scene.programme.participant(LENA)["address_state"], state, "bounce%s: her address is %s" % (again, state))
    rows = scene.programme.rows("SELECT * FROM inbox WHERE kind = 'bounce'")
    tap.equal([(row["state"], row["content"]) for row in rows], [("handled", None)] * 2, "bounce: the report's copy is not kept")
    scene.notice(running.COORDINATOR, "comes back")
    scene.programme.wait_for(lambda: not [mail for folder in ("INBOX", "Handled") for mail in scene.servers.messages(
        harness.PROGRAMME, folder) if b"otters" in mail.raw], "the reports' copies of the letters to leave the mailbox", 5)
    tap.ok(True, "bounce: nor in the mailbox")


def outsiders(tap, scene):
    """A letter from an unknown address is held; the owner of the address is asked: 1 sends it, 2 drops it."""
    tag = scene.programme.tag("p", MAYA)
    for number, digit in enumerate(("1", "2")):
        sent, row = scene.write(STRANGER, "Dear Nils, from my other address.", "From elsewhere %d" % number, tag)
        scene.said(tap, row, "handled", "unknown address", "outsider, %s" % digit)
        question = scene.notice(MAYA, "Did you write to", number + 1)[-1]
        scene.none(tap, NILS, sent, "outsider, %s: kept back meanwhile" % digit)
        answer = scene.programme.reply(MAYA, question, digit)
        scene.row(answer)
        if digit == "1":
            ours(tap, scene.letter(NILS, sent), MAYA, NILS, scene.programme, "outsider, 1")
        else:
            scene.none(tap, NILS, sent, "outsider, 2: dropped")
            scene.said(tap, row, "handled", "unknown address", "outsider, 2")
    tap.equal(scene.programme.rows("SELECT 1 FROM outbox WHERE step = 'letter' AND state IN ('held', 'queued')"), [],
              "outsider: nothing is kept back any more")
    scene.servers.add_user(STRANGER)
    tap.equal(scene.servers.messages(STRANGER), [], "outsider: gets no answer")


def unproven(tap, scene):
    """A letter in the owner's name whose proof failed is held, and the owner asked at the address on file."""
    sent, row = scene.write(OLGA, "Dear Piet, send me money.", headers={
        "Authentication-Results": OUR_SERVER + "; dmarc=fail header.from=a.test"})
    scene.said(tap, row, "handled", "DMARC failed", "DMARC failed")
    scene.notice(OLGA, "Did you write to")
    scene.none(tap, PIET, sent, "DMARC failed: not passed on")
    sent, row = scene.write(OLGA, "Dear Piet, no money needed.", headers={
        "Authentication-Results": "mx.elsewhere.test; dmarc=fail header.from=a.test"})
    scene.letter(PIET, sent)
    scene.said(tap, row, "handled", "passed on", "another server's word")


def too_large(tap, scene):
    sent, row = scene.write(PIET, "Dear Olga, my photos.\n" + ("y" * 76 + "\n") * 16_000)
    scene.said(tap, row, "handled", "too large", "too large")
    text = scene.notice(PIET, "was too large")[0].get_body(("plain",)).get_content()
    tap.contains(text, "1 MB", "too large: the writer reads how much passes")
    scene.none(tap, OLGA, sent, "too large: not passed on")


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


def many(tap, scene):
    """Twenty letters a day each way pass; the next is held."""
    sent = [scene.servers.compose(VERA, scene.programme.tag("p", VERA), "Letter %d" % number, "Dear Wim,\n\nthis is letter %d, and there will be more." % number)
            for number in range(22)]
    for letter in sent:
        scene.servers.deliver(VERA, scene.programme.tag("p", VERA), letter)
    rows = [scene.row(letter) for letter in sent]
    passed = {letter["Subject"] for letter, row in zip(sent, rows) if "held" not in row["reason"]}
    tap.equal(len(passed), 20, "many: beyond twenty they are held")
    scene.notice(running.COORDINATOR, "very many letters")
    scene.programme.wait_for(lambda: len(scene.letters(WIM)) == 20, "twenty letters", 25)
    tap.equal(sorted(mail["Subject"] for mail in scene.letters(WIM)), sorted(passed), "many: twenty arrive, each once")
    back, _ = scene.write(WIM, "Dear Vera, please stop.")
    tap.ok(scene.letter(VERA, back), "many: the other way is free")


def trio(tap, scene):
    """Of three, a letter reaches both others, or the one who did not get it directly."""
    sent, _ = scene.write(ZORA, "Dear both.")
    for reader in (ABEL, IRIS):
        ours(tap, scene.letter(reader, sent), ZORA, reader, scene.programme, "trio")
    copy = scene.programme.tag("p", ABEL)
    message = scene.servers.compose(ABEL, ZORA, "To one", "Dear Zora, and Iris.", {"Cc": copy})
    scene.servers.send(ABEL, [ZORA, copy], message=message)
    scene.letter(IRIS, message)
    scene.none(tap, ZORA, message, "trio: who has it directly does not get it again")
    tap.equal([mail["Subject"] for mail in scene.servers.messages(ZORA)].count("To one"), 1, "trio: she has it once")


def introduced_first(tap, servers):
    """A letter to somebody whose introduction comes later: the introduction goes first."""
    with running.Programme(servers, "", {"relay": "yes"}, speed=30, mailbox="early@example.test") as programme:
        minute = time.strftime("%H:%M", time.gmtime(programme.now() + 300))
        programme.configure('step "introduction" { to = "partnership"  when = "start"  at = "%s" }' % minute)
        early, late = "nuria@a.test", "oskar@b.test"
        programme.begin_round([person("Nuria Berg", early, "CI", "en", "Africa/Abidjan"),
                               person("Oskar Berg", late, "CV", "en", "Atlantic/Cape_Verde")], [(early, late)])
        programme.start()
        introduction = programme.message_to(early, "introduction", 25)
        tap.equal(servers.messages(late), [], "not yet introduced: his introduction comes an hour later")
        sent = programme.reply(early, introduction, "Dear Oskar, hello!")
        got = servers.wait_for_messages(late, 2, timeout=20)
        tap.equal([mail["Subject"] for mail in got], ["Meet Nuria Berg", sent["Subject"]],
                  "not yet introduced: the introduction comes first, then the letter")
        tap.ok(introduction["Message-ID"] not in got[1].raw.decode("ascii"), "not yet introduced: nothing of hers shows")
        programme.stop()


def journey(tap):
    with harness.MailServers() as servers:
        with running.Programme(servers, STEPS, {"relay": "yes", "authserv_id": OUR_SERVER}, speed=12,
                               incoming={"poll_every": "10 hours", "message_limit": "1 MB"}) as programme:
            programme.begin_round(PEOPLE, PAIRS, start=False)
            programme.run("partnership", "import", programme.write_csv("trio.csv", [dict(zip(("first", "second", "third"), TRIO))]),
                          "--round", running.ROUND)
            programme.run("round", "start", running.ROUND)
            programme.start()
            programme.wait_for_sent("check-in", len(PEOPLE), 30)
            scene = Scene(programme, servers)
            for part in (there_and_back, attachments, by_swaks, copied, words_alone, first_line, report, absent, bounced, outsiders,
                         unproven, too_large, stopped, many, trio):
                if len(sys.argv) < 2 or part.__name__ in sys.argv[1:]:
                    part(tap, scene)
            tap.equal(programme.stop(), 0, "the service stops in order")
            tap.ok(not re.search(r"(?m)^\S+ error ", programme.log()), "its log has no error")
        introduced_first(tap, servers)


tap.run(journey)
