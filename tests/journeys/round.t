#!/usr/bin/python3
"""A round from its import to its check-ins, as its people see it: what they get, what they write, what becomes of it."""
import contextlib
import datetime
import email.utils
import json
import os
import re
import sqlite3
import sys
import zoneinfo

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import machine
import programme as running
import servers as harness
import tap
from programme import person

ANNA, BEN, CHLOE, DMITRI = "anna@a.test", "ben@b.test", "chloe@c.test", "dmitri@d.test"
PEOPLE = [
    person("Anna Berg", ANNA, "SE", "en", "Europe/Stockholm"),
    person("Ben Okoro", BEN, "NG", "en", "Africa/Lagos"),
    person("Chloé Lefèvre", CHLOE, "FR", "en", "Europe/Paris"),
    person("Дмитрий Орлов", DMITRI, "KZ", "en", "Asia/Almaty"),
]
STEPS = running.STEPS + """
step "check-in"     { to = "partnership"  when = "start + 2 minutes"  at = "at once"  asks = "check-in" }
"""
RELAYED = "le merle du troisième rayon s'est tu"
UNIQUE = "the heron on the library roof sang at 04:17"


APPLICATIONS = {
    ANNA: {"zone": "Europe/Stockholm", "languages": "sv,en:good", "interests": "food,books", "sector": "education",
           "rhythm": "weekly", "channels": "live", "share": "interests,languages"},
    BEN: {"zone": "Africa/Lagos", "languages": "en", "interests": "books,music", "sector": "health", "rhythm": "monthly",
          "channels": "live", "share": "town,work,interests,languages"},
}


def answer(programme, address, answers):
    """As if the application had come by mail."""
    with contextlib.closing(sqlite3.connect(programme.database, timeout=machine.PATIENCE)) as database, database:
        database.execute("UPDATE application SET answers = ? WHERE participant = ?",
                         (json.dumps(answers), programme.participant(address)["id"]))


def welcome(tap, programme, servers):
    """Four people who are imported and paired each get one mail, an introduction that greets, which every mail program understands."""
    for address, partner in ((ANNA, "Ben Okoro"), (BEN, "Anna Berg"), (CHLOE, "Дмитрий Орлов"), (DMITRI, "Chloé Lefèvre")):
        second = programme.message_to(address, "introduction")
        tap.equal(second["Subject"], "Meet " + partner, "%s is introduced to %s" % (address, partner))
        headers(tap, address, second)
        text = second.get_body(("plain",)).get_content()
        tap.contains(text, partner, "the text part decodes and names the partner")
        tap.contains(text, "Welcome to " + running.NAME, "greets")
        tap.contains(text, programme.tag("p", address), "and the partnership's address")
        tap.contains(second.get_body(("html",)).get_content(), partner, "so does the HTML part")
    tap.equal([(row["step"], row["state"]) for row in programme.outbox()], [("introduction", "sent")] * 4,
              "all was sent, nothing twice, and no welcome besides")
    tap.ok("bare" not in servers.postfix_log(), "Postfix, which refuses bare line feeds, met none")


def shared(tap, programme):
    """Who applied with a form learns what the partner agreed to share, and when both are awake; nobody else is told of it."""
    hers, his = (" ".join(programme.message_to(address, "introduction").get_body(("plain",)).get_content().split())
                 for address in (ANNA, BEN))
    tap.contains(hers, "What you have in common:* - Languages: English - Interests: books and films *", "what they have in common")
    tap.contains(hers, "> Field: health or care", "what Ben shares besides")
    tap.contains(his, "> *Anna Berg*, Sweden > Languages: Swedish, English (good) > Interests: food and cooking, books and films", "what Anna does")
    tap.ok("where it is now" not in his and "where it is now" in hers, "her clock is her own, his is not")
    tap.contains(his, "You said: once a month. Anna said: every week.", "how often each wants to write")
    ahead = datetime.datetime.fromtimestamp(programme.now(), zoneinfo.ZoneInfo("Europe/Stockholm")).utcoffset().seconds // 3600 - 1
    tap.contains(hers, "- %02d:00 to 22:00 (for Ben 07:00 to %02d:00)" % (7 + ahead, 22 - ahead), "when both are awake, on both clocks")
    tap.contains(his, "- 07:00 to %02d:00 " % (22 - ahead), "on his alone where hers is not told")
    other = programme.message_to(CHLOE, "introduction").get_body(("plain",)).get_content()
    tap.ok("in common" not in other and "talk" not in other, "who applied with none is told of none, and nothing is missing")


def headers(tap, address, message):
    row, step = message.row, message.row["step"]
    name = [each["name"] for each in PEOPLE if each["email"] == address][0]
    domain = harness.PROGRAMME.partition("@")[2]
    secret = r"iln\+%s[a-z2-7]{16,}@" + re.escape(domain)
    tap.equal(email.utils.parseaddr(message["From"]), (running.NAME, harness.PROGRAMME), "%s: From is the programme" % step)
    tap.equal(email.utils.parseaddr(message["To"]), (name, address), "%s: To is the person, by name" % step)
    replies = email.utils.parseaddr(message["Reply-To"] or "")[1]
    tap.ok(re.fullmatch(secret % ("p" if step == "introduction" else "r"), replies),
           "%s: Reply-To is %s" % (step, "the partnership's" if step == "introduction" else "this message's own"))
    tap.ok(re.fullmatch("<" + secret % "b" + ">", message["Return-Path"]), "%s: the envelope sender is its own" % step)
    tap.ok(re.fullmatch("<mailto:" + secret % "u" + ">", message["List-Unsubscribe"] or ""), "%s: List-Unsubscribe" % step)
    tap.ok(re.fullmatch(r"<[^<>@\s]{16,}@%s>" % re.escape(domain), message["Message-ID"]), "%s: Message-ID" % step)
    tap.equal(message["Message-ID"], row["message_id"], "%s: and we know it" % step)
    tap.equal(message["Auto-Submitted"], "auto-generated", "%s: Auto-Submitted" % step)
    tap.equal(message["List-Id"], "%s <iln.%s>" % (running.NAME, domain), "%s: List-Id" % step)
    tap.equal(message["Content-Language"], "en", "%s: Content-Language" % step)
    tap.equal(message.get_content_type(), "multipart/alternative", "%s: text and HTML" % step)
    tap.equal([part.get_content_type() for part in message.iter_parts()], ["text/plain", "text/html"], "%s: in this order" % step)
    tap.ok(all(not part.defects for part in message.walk()), "%s: Python finds no defect" % step)
    tap.ok(max(len(line) for line in message.raw.split(b"\r\n")) <= 78 + 2, "%s: no line is too long" % step)
    moment = email.utils.parsedate_to_datetime(message["Date"]).timestamp()
    tap.ok(abs(moment - row["sent_at"]) <= 120, "%s: Date is the moment of sending" % step)


def letter(tap, programme, servers):
    """A letter between partners with the partnership address in Cc is logged as a contact, and nothing of it is kept."""
    before = len(programme.inbox())
    written = servers.compose(ANNA, BEN, "Hello Ben", "Dear Ben,\n\n%s.\n\nAnna" % UNIQUE,
                              {"Cc": programme.tag("p", ANNA)})
    servers.send(ANNA, [BEN, programme.tag("p", ANNA)], message=written)
    row = programme.wait_for_inbox(before + 1)[-1]
    tap.equal((row["state"], row["kind"]), ("handled", "human"), "the letter is handled")
    tap.contains(row["reason"], "contact", "as a contact")
    contacts = programme.rows("SELECT contact.*, address FROM contact JOIN participant ON participant = participant.id")
    tap.equal([(each["address"], each["channel"]) for each in contacts], [(ANNA, "cc")], "one contact, by Anna, by copy")
    listed = {each["id"]: each for each in programme.json("partnership", "list")}
    tap.ok(listed[contacts[0]["partnership"]]["last_contact_at"], "partnership list tells of it")
    shown = programme.run("partnership", "show", contacts[0]["partnership"]).stdout
    tap.ok(UNIQUE not in shown and "Hello Ben" not in shown, "and not what was written")
    tap.equal(programme.inbox("waiting"), [], "nothing waits")
    tap.equal([each["step"] for each in programme.outbox() if each["inbox"] == row["id"]], [], "nothing goes out because of it")
    tap.equal([mail["Subject"] for mail in servers.messages(BEN)].count("Hello Ben"), 1, "Ben got it once, from Anna")
    tap.equal(traces(programme, UNIQUE, "Hello Ben"), [], "no file of the programme holds a word of it")


def traces(programme, *phrases):
    """The files in the programme's directory that hold one of PHRASES."""
    found = []
    for folder, _, names in os.walk(programme.directory):
        for name in filter(lambda each: os.path.isfile(os.path.join(folder, each)), names):  # sockets hold nothing
            with open(os.path.join(folder, name), "rb") as file:
                content = file.read()
            found += [(name, phrase) for phrase in phrases if phrase.encode() in content]
    return found


def relayed(tap, programme, servers):
    """A reply to the introduction reaches the partner, as from the partnership's address, and is forgotten here."""
    introduction = programme.message_to(DMITRI, "introduction")
    sent = programme.reply(DMITRI, introduction, "Bonjour Chloé! %s." % RELAYED)
    letter = programme.wait_for(lambda: [mail for mail in servers.messages(CHLOE)
                                         if mail["Message-ID"] == sent["Message-ID"]], "the letter")[0]
    name, address = email.utils.parseaddr(letter["From"])
    tap.equal(address, programme.tag("p", CHLOE), "the letter comes from her own way to answer")
    tap.contains(name, "Дмитрий Орлов", "in his name")
    tap.contains(str(letter.get_body(("plain",)).get_content()), RELAYED, "with what he wrote")
    tap.ok(DMITRI not in letter.raw.decode("utf-8", "replace").partition("\r\n\r\n")[0], "his own address is not in its header")
    tap.equal(letter["Auto-Submitted"], None, "it is a person's mail")
    programme.wait_for(lambda: programme.rows("SELECT 1 FROM contact WHERE channel = 'relay' AND participant = ?",
                                              programme.participant(DMITRI)["id"]), "the contact")
    tap.ok(True, "it counts as a contact")
    programme.wait_for(lambda: not traces(programme, RELAYED), "all files to forget it")
    tap.ok(True, "and no file holds a word of it")
    programme.wait_for(lambda: sent["Message-ID"] not in [mail["Message-ID"] for folder in ("INBOX", "Handled")
                                                          for mail in servers.messages(harness.PROGRAMME, folder)],
                       "the letter to leave the mailbox")
    tap.ok(True, "nor does the programme's mailbox")


def check_in(tap, programme, servers):
    """A check-in is answered with one digit. The next message tells what was understood."""
    introduction = programme.message_to(ANNA, "introduction")
    question = programme.message_to(ANNA, "check-in")
    tap.equal(question["In-Reply-To"], introduction["Message-ID"], "the check-in belongs to the introduction's thread")
    tap.contains(question["References"], introduction["Message-ID"], "by References too")
    before = len(programme.inbox())
    programme.reply(ANNA, question, "2")
    row = programme.wait_for_inbox(before + 1)[-1]
    tap.equal((row["state"], row["reason"]), ("handled", "answered a check-in with 2"), "the digit is understood")
    answer = programme.rows("SELECT answer.*, address FROM answer JOIN participant ON participant = participant.id")
    tap.equal([(each["address"], each["value"], each["outbox"]) for each in answer], [(ANNA, 2, question.row["id"])],
              "and recorded as her answer to this question")
    tap.ok(programme.rows("SELECT answered_at FROM outbox WHERE id = ?", question.row["id"])[0]["answered_at"],
           "the question is open no more")
    started = programme.value("SELECT min(started_at) FROM partnership")
    programme.configure(programme.steps + 'step "second" { to = "partnership"  when = "start + %d seconds"'
                        '  at = "at once"  template = "check-in"  asks = "check-in" }\n'
                        % (programme.now() - started + 90))
    programme.reload()
    following = programme.message_to(ANNA, "second")
    tap.contains(following.get_body(("plain",)).get_content(), "in touch, but slowly",
                 "a step that joined in the middle comes, and tells what was understood")
    tap.contains(" ".join(following.get_body(("plain",)).get_content().split()), "From your earlier answer we noted",
                 "in words")
    tap.equal(following["In-Reply-To"], introduction["Message-ID"], "in the introduction's thread")
    other = programme.message_to(BEN, "second")
    tap.ok("From your earlier answer" not in other.get_body(("plain",)).get_content(), "who answered nothing is told nothing")


def unclear(tap, programme, servers):
    """What can't be understood is asked once more and shown to a person; the second time only a person looks."""
    question = programme.message_to(CHLOE, "check-in")
    before = len(programme.inbox())
    programme.reply(CHLOE, question, "hmm")
    row = programme.wait_for_inbox(before + 1)[-1]
    tap.equal((row["state"], row["participant"]), ("handled", programme.participant(CHLOE)["id"]), "an unclear answer waits for nobody")
    tap.contains(row["reason"], "asked once more", "and is asked once more")
    again = programme.message_to(CHLOE, "answer")
    tap.equal(again["Subject"], "Which digit did you mean?", "plainly")
    tap.equal(again["Auto-Submitted"], "auto-replied", "as an automatic answer that says so")
    programme.reply(CHLOE, again, "hmm, well, you know")
    row = programme.wait_for_inbox(before + 2)[-1]
    tap.equal((row["state"], row["reason"]), ("waiting", "an answer to a check-in that could not be understood, again"),
              "the second one waits only")
    tap.equal([(each["kind"], each["words"]) for each in programme.rows("SELECT * FROM case_file ORDER BY id")],
              [("remark", "hmm"), ("message", "hmm, well, you know")], "the next digest tells of both, with what was written")
    tap.equal([each["template"] for each in programme.outbox("answer")], ["check-in-unclear"], "nothing is asked a third time")
    listed = {each["id"]: each for each in programme.json("inbox", "list")}
    tap.equal(listed[row["id"]]["reason"], row["reason"], "inbox list has it")
    tap.contains(programme.run("inbox", "show", row["id"]).stdout, "hmm, well, you know", "inbox show shows it")
    tap.ok(traces(programme, "hmm, well, you know"), "while it waits, the database holds it")
    programme.run("inbox", "resolve", row["id"])
    tap.ok(row["id"] not in [each["id"] for each in programme.json("inbox", "list")], "inbox resolve: it waits no more")
    programme.wait_for(lambda: not traces(programme, "hmm, well, you know"), "all files to forget it")
    tap.ok(True, "and within minutes no file holds a word of it")
    programme.reply(CHLOE, again, "1")
    tap.equal(programme.wait_for_inbox(before + 3)[-1]["reason"], "answered a check-in with 1",
              "a digit in reply to the second question answers the first")


def automatic(tap, programme, servers):
    """Mail from machines is never answered, and a participant's absence is noted."""
    question = programme.message_to(BEN, "check-in")
    before = len(programme.inbox())
    answers = "SELECT count(*) FROM outbox WHERE step NOT IN ('check-in', 'second', 'waiting')"
    sent = programme.value(answers)
    tap.equal(programme.rows("SELECT * FROM inbox WHERE kind = 'auto-reply'"), [], "Ben's absence notice was silent on our mails")
    written = servers.compose(ANNA, BEN, "Are you there?", "Dear Ben, %s." % UNIQUE, {"Cc": programme.tag("p", ANNA)})
    servers.send(ANNA, [BEN, programme.tag("p", ANNA)], message=written)
    programme.wait_for_inbox(before + 1)
    notice = programme.wait_for(lambda: [mail for mail in servers.messages(ANNA) if "vacation" in mail.get("Auto-Submitted", "")],
                                "the absence notice")[0]
    tap.equal(email.utils.parseaddr(notice["To"])[1], ANNA, "it answers Anna's letter, and her alone")

    reply_to = email.utils.parseaddr(question["Reply-To"])[1]
    away = servers.compose(BEN, reply_to, "Away: Re: " + question["Subject"], "I am away until 3 January 2027.\n1\n",
                           {"Auto-Submitted": "auto-replied (vacation)", "In-Reply-To": question["Message-ID"]})
    silent = servers.compose(BEN, reply_to, "Away", "1\n", {"In-Reply-To": question["Message-ID"]})
    unclear_robot = servers.compose(DMITRI, email.utils.parseaddr(programme.message_to(DMITRI, "check-in")["Reply-To"])[1],
                                    "Your message", "We have received your request.")
    stranger = servers.compose("robot@elsewhere.test", harness.PROGRAMME, "Your ticket 4711", "We have received your request.")
    for each in (away, silent, unclear_robot, stranger):
        servers.deliver("", email.utils.parseaddr(each["To"])[1], each)
    rows = {row["message_id"]: row for row in programme.wait_for_inbox(before + 5)}
    for each in (away, silent):
        tap.equal((rows[each["Message-ID"]]["kind"], rows[each["Message-ID"]]["state"]), ("auto-reply", "handled"),
                  "a notice is known by %s" % ("its header" if each is away else "its empty return path"))
    for each in (unclear_robot, stranger):
        tap.equal(rows[each["Message-ID"]]["state"], "waiting", "%s: what is not understood waits" % each["Subject"])
    tap.equal(len(programme.rows("SELECT 1 FROM event WHERE what = 'participant is away' AND participant = ?",
                                 programme.participant(BEN)["id"])), 2, "Ben's absence is noted")
    tap.equal(programme.value("SELECT answered_at FROM outbox WHERE id = ?", question.row["id"]), None,
              "the digits in his notices are no answer")
    tap.equal(programme.value(answers), sent, "nobody gets an answer")


def journey(tap):
    with harness.MailServers() as servers:
        with running.Programme(servers, STEPS, {"relay": "yes"}, speed=30, incoming={"poll_every": "10 hours"}) as programme:
            servers.add_user(BEN)
            servers.vacation_on(BEN, "I am away.")
            programme.begin_round(PEOPLE, [(ANNA, BEN), (CHLOE, DMITRI)])
            for address, answers in APPLICATIONS.items():
                answer(programme, address, answers)
            programme.start()
            welcome(tap, programme, servers)
            shared(tap, programme)
            letter(tap, programme, servers)
            relayed(tap, programme, servers)
            check_in(tap, programme, servers)
            unclear(tap, programme, servers)
            automatic(tap, programme, servers)
            tap.equal(programme.stop(), 0, "the service stops in order")
            tap.ok(not re.search(r" error ", programme.log()), "and its log has no error")


tap.run(journey)
