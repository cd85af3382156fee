#!/usr/bin/python3
"""Each kind of mail that can come in: what its writer, the others and the coordinator see of it, and what it changes."""
import email
import email.base64mime
import email.policy
import email.utils
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import programme as running
import servers as harness
import tap
from programme import person

# One pair for each group of kinds, so that what one mail changes is not another one's excuse.
WORDS, MARKUP, INLINE, WIDE = "wanda@a.test", "marek@b.test", "inge@a.test", "wei@b.test"
AWAY, WRITER, SPAMMED, CALM = "awa@a.test", "will@b.test", "sam@a.test", "cleo@b.test"
GONE, QUIET = "nobody@b.test", "quinn@a.test"
PAIRS = [(WORDS, MARKUP), (INLINE, WIDE), (AWAY, WRITER), (SPAMMED, CALM), (GONE, QUIET)]
PEOPLE = [person("%s %s" % (address.partition("@")[0].title(), "Okoro" if address.endswith("b.test") else "Berg"), address)
          for pair in PAIRS for address in pair]
STRANGER = "stranger@elsewhere.test"
OUR_SERVER = "mx.example.test"
ESCAPES, OVERRIDE, ISOLATE = "\x1b[31mred\x1b]0;title\x07", "\u202e", "\u2066"
STEPS = running.STEPS + """
step "check-in"     { to = "partnership"  when = "start + 1 minute"  at = "at once"  asks = "check-in" }
"""
# All that a mail could change and that people would notice; our own mails to them are counted by what they were written for.
STATE = {
    "participants": "SELECT id, name, address, state, address_state FROM participant",
    "partnerships": "SELECT id, state FROM partnership",
    "check-ins": "SELECT * FROM answer",
    "contacts": "SELECT * FROM contact",
    "bounces": "SELECT * FROM bounce",
    "alerts": "SELECT id, key FROM case_file WHERE kind <> 'message'",
    "answers": "SELECT id, template FROM outbox WHERE inbox IS NOT NULL",
    "questions": "SELECT id, answered_at FROM outbox WHERE asks IS NOT NULL",
}


def state(programme):
    return {name: programme.rows(query) for name, query in STATE.items()}


def mail(sender, to, subject, text, headers=None):
    return harness.MailServers.compose(sender, to, subject, text, headers)


def row_of(programme, message_id, count=1):
    def found():
        rows = programme.rows("SELECT * FROM inbox WHERE message_id = ? ORDER BY id", message_id)
        return rows if len(rows) >= count else None
    return programme.wait_for(found, "the mail %s" % message_id)[-1]


def shown(programme, row):
    return programme.run("inbox", "show", row["id"]).stdout


def listed(programme):
    return {each["id"]: each for each in programme.json("inbox", "list")}


def changes_nothing(tap, programme, servers, what, message, to, envelope, kind, waits, reason):
    """MESSAGE is taken as KIND; it WAITS for the coordinator for a REASON, or for nobody; and nobody's state is another."""
    before = state(programme)
    servers.deliver(envelope, to, message)
    row = row_of(programme, message["Message-ID"])
    tap.equal((row["kind"], row["state"]), (kind, "waiting" if waits else "handled"), "%s: %s" % (what, row["reason"]))
    tap.contains(row["reason"], reason, "%s: for this reason" % what)
    tap.equal(row["id"] in listed(programme), waits, "%s: inbox list %s it" % (what, "has" if waits else "doesn't show"))
    tap.equal(state(programme), before, "%s: nothing changes" % what)
    return row


# ---- Hostile names and subjects ----

def hostile(tap, programme, servers):
    """What a mail calls itself reaches terminals and the coordinator's mail without its controls."""
    bad = ESCAPES + OVERRIDE + "gnp.exe" + ISOLATE + " \r\nBcc: victim@elsewhere.test"
    encoded = "".join("=%02X" % byte for byte in bad.encode())
    word = " ".join("=?utf-8?Q?%s?=" % encoded[at:at + 45] for at in range(0, len(encoded), 45))
    raw = ("From: %s <%s>\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <hostile@elsewhere.test>\r\nMIME-Version: 1.0\r\n"
           "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n%s" % (
               word, STRANGER, harness.PROGRAMME, word, email.base64mime.body_encode(bad.encode(), eol="\r\n")))
    servers.deliver(STRANGER, harness.PROGRAMME, raw.encode())
    row = row_of(programme, "<hostile@elsewhere.test>")
    tap.equal(row["state"], "waiting", "hostile: it waits")
    for name, output in (("inbox list", programme.run("inbox", "list").stdout), ("inbox show", shown(programme, row)),
                         ("log", programme.log())):
        harmless(tap, name, output)
    tap.ok(not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", programme.run("inbox", "list", "--json").stdout),
           "hostile: inbox list --json escapes what a terminal would obey")
    tap.contains(shown(programme, row), "gnp.exe", "hostile: inbox show tells what can be told")
    tap.contains(programme.run("inbox", "list").stdout, "Bcc: victim", "hostile: inbox list has the subject on one line")


def harmless(tap, name, text):
    found = sorted({hex(ord(each)) for each in text if ord(each) < 32 and each not in "\n\t" or 0x7f <= ord(each) < 0xa0 or
                    each in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"})
    tap.equal(found, [], "hostile: %s holds no control character" % name)


def hostile_participant(tap, programme, servers):
    """A participant's name comes from outside as well."""
    for name in ("Eve " + ESCAPES, "Eve\nBcc: victim@elsewhere.test", "Eve " + OVERRIDE + "gnp.exe"):
        done = programme.run("participant", "add", name, "eve@a.test", "--country", "NZ", "--time-zone", "Pacific/Auckland",
                             check=False)
        tap.equal(done.returncode, 1, "hostile: such a name is refused: %s" % done.stderr)
        harmless(tap, "participant add", done.stdout + done.stderr)


def digest(tap, programme, servers):
    """The coordinator's mail about all that waits."""
    programme.jump(4 * 86400)
    found = programme.wait_for(lambda: [each for each in servers.messages(running.COORDINATOR) if "for you" in each["Subject"]],
                               "the coordinator's mail")[0]
    harmless(tap, "the coordinator's text", found.get_body(("plain",)).get_content())
    harmless(tap, "the coordinator's HTML", found.get_body(("html",)).get_content())
    header = found.raw.partition(b"\r\n\r\n")[0].decode("ascii")
    tap.ok("victim" not in header and found["Bcc"] is None, "hostile: the coordinator's header is ours alone")
    tap.equal(email.utils.parseaddr(found["To"])[1], running.COORDINATOR, "hostile: it goes to the coordinator")
    text = " ".join(found.get_body(("plain",)).get_content().split())
    tap.contains(text, "from an address that is no participant's", "the coordinator reads why a mail waits")


# ---- People ----

def about_nothing(tap, programme, servers):
    """A human message that answers nothing goes to a person."""
    row = changes_nothing(tap, programme, servers, "a stranger's question",
                          mail(STRANGER, harness.PROGRAMME, "A question", "How do I take part?"), harness.PROGRAMME, STRANGER,
                          "human", True, "no participant's")
    tap.contains(shown(programme, row), "How do I take part?", "a stranger's question: the coordinator reads it")


def answered(tap, programme, address, message_id, answer, what):
    row = row_of(programme, message_id)
    tap.equal((row["state"], row["reason"]), ("handled", "answered a check-in with %d" % answer), "%s: understood" % what)
    tap.equal(programme.rows("SELECT value FROM answer WHERE inbox = ?", row["id"]), [{"value": answer}], "%s: noted" % what)
    story = programme.run("partnership", "show", row["partnership"]).stdout
    name = programme.participant(address)["name"].partition(" ")[0]
    tap.contains(story, "%s answered %d:" % (name, answer), "%s: partnership show tells it" % what)
    tap.ok(row["id"] not in listed(programme), "%s: nobody needs to look" % what)


def answers(tap, programme, servers):
    """The same question answered in a word, in HTML only, inside the quoted text, and by a full-width digit. What its
    writer sends later, when nothing is asked, is a message for a person."""
    question = programme.message_to(WORDS, "check-in")
    sent = programme.reply(WORDS, question, "slow")
    answered(tap, programme, WORDS, sent["Message-ID"], 2, "a word")

    sent = mail(WORDS, harness.PROGRAMME, "Thanks", "What a nice idea.")
    row = changes_nothing(tap, programme, servers, "a participant's thanks", sent, harness.PROGRAMME, WORDS, "human", True,
                          "a participant's message")
    tap.contains(shown(programme, row), "Wanda Berg", "a participant's thanks: the coordinator sees whose")

    question = programme.message_to(MARKUP, "check-in")
    html = mail(MARKUP, question["Reply-To"], "Re: " + question["Subject"], "", {"In-Reply-To": question["Message-ID"]})
    html.set_content("<html><body><div dir=\"auto\">1</div><br><div class=\"gmail_quote\">On Monday we wrote:<br><blockquote>"
                     "%s</blockquote></div></body></html>" % question.get_body(("html",)).get_content(), subtype="html")
    servers.send(MARKUP, email.utils.parseaddr(question["Reply-To"])[1], message=html)
    answered(tap, programme, MARKUP, html["Message-ID"], 1, "HTML only")

    question = programme.message_to(INLINE, "check-in")
    lines = ["> " + line for line in question.get_body(("plain",)).get_content().splitlines()]
    place = [number for number, line in enumerate(lines) if "There is no wrong answer" in line][0]
    inline = mail(INLINE, question["Reply-To"], "Re: " + question["Subject"],
                  "\n".join(["On Monday, the programme wrote:"] + lines[:place] + ["", "2", ""] + lines[place:]),
                  {"In-Reply-To": question["Message-ID"]})
    servers.send(INLINE, email.utils.parseaddr(question["Reply-To"])[1], message=inline)
    answered(tap, programme, INLINE, inline["Message-ID"], 2, "inside the quoted text")

    sent = programme.reply(WIDE, programme.message_to(WIDE, "check-in"), "１")
    answered(tap, programme, WIDE, sent["Message-ID"], 1, "a full-width digit")


# ---- Programs ----

def away(tap, programme, servers):
    """An absence notice answers the letter's writer alone; one that reaches us is noted and not answered."""
    servers.vacation_on(AWAY, "I am away.")
    copy = programme.tag("p", WRITER)
    count = len(programme.inbox())
    letter = mail(WRITER, AWAY, "Are you there?", "Dear Awa, how are you?", {"Cc": copy})
    servers.send(WRITER, [AWAY, copy], message=letter)
    row = row_of(programme, letter["Message-ID"])
    tap.contains(row["reason"], "contact", "a copied letter: counts as a contact")
    notice = programme.wait_for(lambda: [each for each in servers.messages(WRITER) if each["Auto-Submitted"]
                                         and "vacation" in each["Auto-Submitted"]], "the notice")[0]
    tap.equal(email.utils.parseaddr(notice["To"])[1], WRITER, "a copied letter: the absence notice goes to its writer")
    servers.wait_for_empty_queue()
    programme.settle()
    tap.equal(len(programme.inbox()), count + 1, "a copied letter: and not to us")

    before = state(programme)
    by_hand = servers.send(harness.PROGRAMME, AWAY, "From a coordinator", "Dear Awa, please call.")
    row = programme.wait_for(lambda: [each for each in programme.inbox() if each["id"] > row["id"]], "the notice to us")[0]
    tap.equal((row["kind"], row["state"], row["sender"]), ("auto-reply", "handled", AWAY), "a notice to us: %s" % row["reason"])
    tap.equal(state(programme), before, "a notice to us: nothing changes, nobody is answered")
    tap.equal(len(programme.rows("SELECT 1 FROM event WHERE what = 'participant is away' AND inbox = ?", row["id"])), 1,
              "a notice to us: the absence is noted")
    tap.ok(by_hand["Message-ID"], "a notice to us: it answered a mail that a person had sent")
    servers.vacation_off(AWAY)


def robots(tap, programme, servers):
    """Nobody answers a program, and a digit in its mail is no answer."""
    question = programme.message_to(CALM, "check-in")
    tag = email.utils.parseaddr(question["Reply-To"])[1]
    reference = {"In-Reply-To": question["Message-ID"]}
    challenge = mail("noreply@guard.test", tag, "Please confirm your message to cleo@b.test",
                     "Your message is being held until you prove that you are a person.\n\n1\n\nClick https://guard.test/1\n",
                     dict(reference, **{"Auto-Submitted": "auto-replied"}))
    changes_nothing(tap, programme, servers, "a challenge", challenge, tag, "", "auto-reply", False, "automatic")
    ticket = mail("support@desk.test", tag, "[Ticket 4711] Received: How is it going", "1\n\nWe have received your request.",
                  dict(reference, **{"Auto-Submitted": "auto-generated", "Precedence": "bulk"}))
    changes_nothing(tap, programme, servers, "a ticket robot's receipt", ticket, tag, "support@desk.test", "auto-reply", False,
                    "automatic")
    post = mail("member@list.test", "talk@list.test", "[talk] Conference", "1\n\nSee you there.",
                {"List-Id": "Talk <talk.list.test>", "Precedence": "list", "List-Unsubscribe": "<mailto:leave@list.test>"})
    row = changes_nothing(tap, programme, servers, "a person through a mailing list", post, harness.PROGRAMME,
                          "bounces@list.test", "human", True, "from an address that is no participant's")
    tap.contains(shown(programme, row), "See you there", "a person through a mailing list: the coordinator reads it")
    post = mail("talk-request@list.test", "talk@list.test", "Welcome to Talk", "You are a member now.",
                {"List-Id": "Talk <talk.list.test>", "Precedence": "list"})
    changes_nothing(tap, programme, servers, "a mailing list's own", post, harness.PROGRAMME, "bounces@list.test", "auto-reply",
                    False, "automatic")
    null = mail(CALM, tag, "Re: " + question["Subject"], "Perhaps, who can say.", reference)
    changes_nothing(tap, programme, servers, "a null sender", null, tag, "", "auto-reply", False, "automatic")
    plain = mail(CALM, harness.PROGRAMME, "News", "The library has a new roof.")
    row = changes_nothing(tap, programme, servers, "a null sender that answers nothing", plain, harness.PROGRAMME, "", "human",
                          True, "")
    tap.contains(shown(programme, row), "new roof", "a null sender that answers nothing: the coordinator reads it")


# ---- Reports ----

def report(kind, parts, to, subject, sender="MAILER-DAEMON@mail.example.test"):
    """multipart/report (RFC 6522); PARTS: (content type, text)."""
    boundary = "report-boundary"
    message_id = email.utils.make_msgid(domain="mail.example.test")
    lines = ["From: <%s>" % sender, "To: <%s>" % to, "Subject: " + subject, "Message-ID: " + message_id,
             "Date: " + email.utils.formatdate(), "MIME-Version: 1.0", "Auto-Submitted: auto-replied",
             'Content-Type: multipart/report; report-type=%s; boundary="%s"' % (kind, boundary), ""]
    for content_type, text in parts:
        lines += ["--" + boundary, "Content-Type: " + content_type, "", text.rstrip("\r\n"), ""]
    raw = "\n".join(lines + ["--%s--" % boundary, ""]).replace("\r\n", "\n").replace("\n", "\r\n")
    return email.message_from_string(raw, policy=email.policy.SMTP)


def delivery_report(to, recipient, action, status, original=None, text="About your message."):
    head = original or "Subject: Something\nMessage-ID: <unknown@example.test>\n"
    return report("delivery-status", [("text/plain", text), ("message/delivery-status", (
        "Reporting-MTA: dns; mail.example.test\n\nFinal-Recipient: rfc822; %s\nAction: %s\nStatus: %s\n"
        "Diagnostic-Code: smtp; %s said so\n" % (recipient, action, status, status))), ("text/rfc822-headers", head)], to, "Mail delivery report")


def header_of(message):
    return message.raw.partition(b"\r\n\r\n")[0].decode("ascii") + "\r\n"


def reports(tap, programme, servers):
    """A delay or a success changes nothing, nor does a bounce that proves nothing; a true one is known by its VERP address."""
    message = programme.message_to(CALM, "check-in")
    bounces = message["Return-Path"].strip("<>")
    for action, status in (("delayed", "4.4.1"), ("delivered", "2.1.5")):
        changes_nothing(tap, programme, servers, "a report of %s" % action,
                        delivery_report(bounces, CALM, action, status, header_of(message)), bounces, "", "bounce", False,
                        "nothing to do")
    changes_nothing(tap, programme, servers, "a forged bounce", delivery_report(harness.PROGRAMME, CALM, "failed", "5.1.1"),
                    harness.PROGRAMME, "", "bounce", True, "names no message of ours")
    rows = programme.rows("SELECT inbox.* FROM inbox JOIN bounce ON bounce.outbox = inbox.outbox WHERE kind = 'bounce'"
                          " AND bounce.participant = ?", programme.participant(GONE)["id"])
    tap.ok(rows and all(row["state"] == "handled" for row in rows), "a true bounce: known by its own address, and handled")
    tap.equal(programme.participant(GONE)["address_state"], "dead", "a true bounce: the address is marked")
    tap.equal(len(programme.rows("SELECT 1 FROM case_file WHERE kind = 'address' AND participant = ?",
                                 programme.participant(GONE)["id"])), 1, "a true bounce: the digest will tell of it once")
    tap.contains(programme.run("participant", "show", programme.participant(GONE)["id"]).stdout, "dead",
                 "a true bounce: participant show tells it")


def complaint(tap, programme, servers):
    """RFC 5965: a provider passes a complaint on. The participant is asked nothing more, and the coordinator hears of it."""
    message = programme.message_to(SPAMMED, "check-in")
    arf = report("feedback-report", [("text/plain", "This is an abuse report."), ("message/feedback-report", (
        "Feedback-Type: abuse\nUser-Agent: Provider/1.0\nVersion: 1\nOriginal-Rcpt-To: %s\n" % SPAMMED)),
        ("message/rfc822", message.raw.decode("ascii"))], harness.PROGRAMME, "FW: " + message["Subject"], "fbl@provider.test")
    servers.deliver("fbl@provider.test", harness.PROGRAMME, arf)
    row = row_of(programme, arf["Message-ID"])
    tap.equal((row["kind"], row["state"]), ("complaint", "handled"), "a complaint: %s" % row["reason"])
    tap.equal(programme.participant(SPAMMED)["state"], "paused", "a complaint: the participant is paused")
    tap.equal([each["participant"] for each in programme.rows("SELECT * FROM case_file WHERE kind = 'complaint' AND tell_at > 0")],
              [programme.participant(SPAMMED)["id"]], "a complaint: the next digest tells whose, once")
    tap.ok([each for each in programme.json("alert", "list") if "complaint" in each["reason"]], "a complaint: alert list has it")
    tap.equal(programme.participant(CALM)["state"], "active", "a complaint: the partner goes on")


# ---- Who proves nothing ----

def unproven(tap, programme, servers):
    """A stolen tag, a failed proof: nothing happens. Another server's word counts for nothing."""
    question = programme.message_to(CALM, "check-in")
    tag = email.utils.parseaddr(question["Reply-To"])[1]
    reference = {"In-Reply-To": question["Message-ID"]}
    changes_nothing(tap, programme, servers, "a stolen tag", mail(STRANGER, tag, "Re: How", "2", reference), tag, STRANGER,
                    "human", True, "somebody else than the person it was made for")
    changes_nothing(tap, programme, servers, "another participant's tag", mail(QUIET, tag, "Re: How", "2", reference), tag, QUIET,
                    "human", True, "somebody else than the person it was made for")
    stop = programme.tag("u", CALM)
    changes_nothing(tap, programme, servers, "another's pause", mail(STRANGER, stop, "stop", "stop"), stop, STRANGER,
                    "human", True, "somebody else than the person it was made for")
    failed = "%s; dmarc=fail header.from=b.test"
    changes_nothing(tap, programme, servers, "DMARC failed", mail(CALM, tag, "Re: How", "2", dict(
        reference, **{"Authentication-Results": failed % OUR_SERVER})), tag, CALM, "human", True, "DMARC failed")
    elsewhere = mail(CALM, tag, "Re: How", "2", dict(reference, **{"Authentication-Results": failed % "mx.elsewhere.test"}))
    servers.deliver(CALM, tag, elsewhere)
    answered(tap, programme, CALM, elsewhere["Message-ID"], 2, "another server's word")


# ---- How often ----

def twice(tap, programme, servers):
    """One mail to two addresses of ours is handled once."""
    copy = programme.tag("p", WRITER)
    letter = mail(WRITER, AWAY, "To be sure", "Dear Awa, I hope that one of these arrives.", {"Cc": "%s, %s" % (copy, harness.PROGRAMME)})
    before = len(programme.rows("SELECT 1 FROM contact"))
    servers.send(WRITER, [AWAY, copy, harness.PROGRAMME], message=letter)
    row_of(programme, letter["Message-ID"], 2)
    rows = programme.rows("SELECT state FROM inbox WHERE message_id = ?", letter["Message-ID"])
    tap.equal(sorted(row["state"] for row in rows), ["duplicate", "handled"], "two copies: one is handled, the other recognised")
    tap.equal(len(programme.rows("SELECT 1 FROM contact")), before + 1, "two copies: one contact")


def flood(tap, programme, servers):
    """Sixty mails from one sender: beyond the day's fifty nothing is done about them."""
    sender, count = WIDE, 60
    before = len(programme.rows("SELECT 1 FROM inbox WHERE sender = ?", sender))
    contacts = len(programme.rows("SELECT 1 FROM contact WHERE participant = ?", programme.participant(sender)["id"]))
    copy = programme.tag("p", sender)
    for number in range(count):
        servers.deliver(sender, copy, mail(sender, INLINE, "Look %d" % number, "Look at this, number %d!" % number, {"Cc": copy}))
    rows = programme.wait_for(lambda: (lambda found: found if len(found) >= before + count else None)(
        programme.rows("SELECT * FROM inbox WHERE sender = ? ORDER BY id", sender)), "the flood", 20)
    over = [row for row in rows if "too many messages" in row["reason"]]
    tap.equal(len(over), before + count - 50, "a flood: from the fifty-first on they wait")
    tap.equal([row["state"] for row in over], ["waiting"] * len(over), "a flood: for a person")
    tap.equal(len(programme.rows("SELECT 1 FROM contact WHERE participant = ?", programme.participant(sender)["id"])),
              contacts + 50 - before, "a flood: and change nothing")


def mailboxes(tap, programme, servers):
    """At the end: nobody got a mail from us that a mail of somebody else's called forth."""
    programme.settle()
    servers.wait_for_empty_queue()
    for address in [each["email"] for each in PEOPLE if each["email"] != GONE]:
        subjects = [each["Subject"] for each in servers.messages(address)
                    if email.utils.parseaddr(each["From"])[1] == harness.PROGRAMME and each["Auto-Submitted"]]
        tap.equal(len(subjects), 2, "%s has an introduction, a check-in and no more: %s" % (address, subjects))
    tap.equal([each["Subject"] for each in servers.messages(running.COORDINATOR) if "for you" in each["Subject"]][1:], [], "the coordinator got one mail about all that waits")
    tap.equal(servers.messages(STRANGER), [], "the stranger got no answer")


def journey(tap):
    with harness.MailServers() as servers:
        with running.Programme(servers, STEPS, {"relay": "no", "authserv_id": OUR_SERVER}, speed=12,
                               incoming={"poll_every": "10 hours"}) as programme:
            servers.add_user(STRANGER)
            programme.begin_round(PEOPLE, PAIRS)
            programme.start()
            programme.wait_for_sent("check-in", 9)
            programme.wait_for(lambda: len(programme.rows("SELECT 1 FROM bounce")) >= 1, "the bounces of what was sent before")
            for part in (hostile, hostile_participant, about_nothing, answers, away, robots, reports, unproven, complaint,
                         twice, flood, digest, mailboxes):
                part(tap, programme, servers)
            tap.equal(programme.stop(), 0, "the service stops in order")
            tap.ok(not re.search(r"(?m)^\S+ error ", programme.log()), "and its log has no error")


tap.run(journey)
