#!/usr/bin/python3
"""Silences of every kind, by real mail over fifty days: one who never writes, one who stops, one who is away, paused or can't
be reached, two who write rarely but steadily, and two who say contrary things; in the middle the service is down for ten days.
Who is asked and in which words, who is left alone, and what coordinators hear of it."""
import contextlib
import datetime
import email.utils
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import letters
import programme as running
import servers as harness
import tap
from programme import person

DAY = 86400
STEPS = """
step "introduction"  { to = "partnership"  when = "start"  at = "at once" }
step "first-contact" { to = "partnership"  when = "start + 7 days"     asks = "check-in" }
step "check-in"      { to = "partnership"  when = "monthly + 14 days"  asks = "check-in"  expires = "10 days" }
"""
PEOPLE = {}
for name, address, country, language, zone in (
        ("Anna Berg", "anna@a.test", "SE", "en", "Europe/Stockholm"), ("Ben Okoro", "ben@b.test", "NZ", "en", "Pacific/Auckland"),
        ("Chloé Lefèvre", "chloe@c.test", "FR", "fr", "Europe/Paris"),
        ("Diego Ruiz", "diego@d.test", "MX", "es", "America/Mexico_City"),
        ("Elsa Nyman", "elsa@a.test", "SE", "en", "Europe/Stockholm"),
        ("Farid Haddad", "farid@b.test", "MA", "fr", "Africa/Casablanca"),
        ("Gita Rao", "gita@a.test", "IN", "en", "Asia/Kolkata"), ("Hugo Paz", "hugo@b.test", "MX", "es", "America/Mexico_City"),
        ("Ines Melo", "ines@a.test", "PT", "en", "Europe/Lisbon"), ("Jack Moss", "nobody1@b.test", "IE", "en", "Europe/Dublin"),
        ("Kim Park", "kim@a.test", "KR", "en", "Asia/Seoul"), ("Lars Holm", "lars@b.test", "DK", "en", "Europe/Copenhagen"),
        ("Mia Lind", "mia@a.test", "FI", "en", "Europe/Helsinki"), ("Nils Dahl", "nils@b.test", "NO", "en", "Europe/Oslo")):
    PEOPLE[name.split()[0].replace("é", "e").lower()] = person(name, address, country, language, zone)
ANNA, BEN, CHLOE, DIEGO, ELSA, FARID, GITA, HUGO, INES, JACK, KIM, LARS, MIA, NILS = (
    each["email"] for each in PEOPLE.values())
PAIRS = list(zip([ANNA, CHLOE, ELSA, GITA, INES, KIM, MIA], [BEN, DIEGO, FARID, HUGO, JACK, LARS, NILS]))
NUDGES = {"en": "how are you?", "fr": "comment allez-vous", "es": "¿cómo estás?"}
CALLS = {"en": "One line from you", "fr": "Un petit mot de vous", "es": "¿Nos escribes una línea"}


class Course:
    """Days, counted from the introductions."""

    def __init__(self, programme, servers):
        self.programme, self.servers = programme, servers
        self.scene = letters.Scene(programme, servers)
        self.began = programme.now()

    @contextlib.contextmanager
    def still(self):
        """Mail on its way through servers takes no days, however slow they are."""
        speed, self.programme.speed = self.programme.speed, 0
        yield
        self.programme.speed = speed

    def until(self, day):
        moment = self.began + day * DAY
        self.programme.wait_for(lambda: self.programme.now() >= moment, "day %g" % day)
        self.programme.settle()

    def write(self, day, *writers):
        """Their letters come in on that day; by the servers' own clock they would all have come today."""
        self.until(day)
        for writer in writers:
            letter = self.servers.compose(writer, self.programme.tag("p", writer), "A letter", "Dear friend, day %g, the zebra is well." % day,
                                          {"Date": email.utils.formatdate(self.programme.now())})
            with self.still():
                self.servers.append(self.programme.mailbox, letter, moment=self.programme.now())
                self.scene.row(letter)

    def answer(self, day, step, **digits):
        self.until(day)
        for name, digit in digits.items():
            address = PEOPLE[name]["email"]
            with self.still():
                self.scene.row(self.programme.reply(address, self.programme.message_to(address, step), digit))

    def mails(self, address, subjects):
        return [mail for mail in self.servers.messages(address) for subject in subjects.values() if subject in mail["Subject"]]

    def health(self):
        return {row["members"][0].split()[0]: row for row in self.programme.json("partnership", "list")}


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def before_outage(tap, course):
    """Letters go to and fro, or not."""
    course.write(1, ANNA, CHLOE, ELSA, GITA, INES, KIM, MIA)
    course.write(4, DIEGO, FARID, HUGO, NILS)
    course.write(5, ELSA, CHLOE)
    back = course.began + 40 * DAY
    date = datetime.datetime.utcfromtimestamp(back).strftime("%Y-%m-%d")
    course.until(6)
    with course.still():
        notice = course.programme.reply(FARID, course.programme.message_to(FARID, "introduction"),
                                        "I am out of office until %s." % date, "Automatic reply: out of office",
                                        {"Auto-Submitted": "auto-replied"})
        course.scene.row(notice)
        course.scene.write(HUGO, "", "STOP", harness.PROGRAMME)
    course.write(7, DIEGO)  # Chloé never answers this one
    course.answer(9, "first-contact", anna="2", kim="1", lars="2", diego="2", elsa="1", mia="3", nils="1")
    course.write(13, LARS)
    course.write(25, KIM)
    course.until(30)


def told_in_time(tap, course):
    """Before the twenty-first day coordinators know of the two who are silent."""
    health = course.health()
    for name, silent in (("Anna", "Ben Okoro"), ("Chloé", "Chloé Lefèvre")):
        row = health[name]
        tap.equal((row["silence"], row["silent"]), ("silent", silent), "%s: silent, and known as such" % silent)
        tap.ok(row["health_reason"].startswith(silent + " has "), "%s: %s" % (silent, row["health_reason"]))
    for silent, partnership in (("Ben Okoro has", 1), ("Chloé Lefèvre has", 2)):
        told = [email.utils.parsedate_to_datetime(mail["Date"]).timestamp() for mail in course.servers.messages(running.COORDINATOR)
                if silent in " ".join(text_of(mail).split())]
        since = course.programme.value("SELECT max(at) FROM contact WHERE partnership = ? AND channel = 'relay'", partnership)
        tap.ok(told and told[0] < since + 21 * DAY, "%s: told before day 21" % silent)
    for name, kind in (("Elsa", "away"), ("Gita", "paused"), ("Ines", "bouncing"), ("Kim", "none")):
        tap.equal(health[name]["silence"], kind, "%s's partnership: %s: %s" % (name, kind, health[name]["health_reason"]))
    tap.equal(health["Gita"]["health"], "stopped", "who is paused rests")
    tap.ok(health["Kim"]["health"] in ("good", "slow"), "who writes rarely but steadily is well")


def asked(tap, course):
    """Kindly, once, in their language; nobody else is."""
    for address, language in ((BEN, "en"), (CHLOE, "fr")):
        nudges = course.mails(address, NUDGES)
        tap.equal(len(nudges), 1, "%s is asked once" % address)
        text = text_of(nudges[0])
        tap.contains(nudges[0]["Subject"], NUDGES[language], "%s: in their own language" % address)
        tap.ok("slowly" not in text.partition("1.")[0], "%s: nothing of what the other one said" % address)
        if os.environ.get("SHOW_MAILS"):
            tap.note("To: %s\nSubject: %s\n\n%s" % (address, nudges[0]["Subject"], text))
    for address in (ANNA, DIEGO, ELSA, FARID, GITA, HUGO, INES, KIM, LARS):
        tap.equal([mail["Subject"] for mail in course.mails(address, NUDGES) + course.mails(address, CALLS)], [],
                  "%s is left alone" % address)


def contrary(tap, course):
    """Mia hears nothing from Nils, who says that all is well: a person's, and nobody else's."""
    case = course.programme.rows("SELECT * FROM case_file WHERE kind = 'silence' AND reason LIKE 'Mia Lind says%'")
    tap.equal(len(case), 1, "contrary answers: a case")
    tap.contains(case[0]["reason"], "Mia Lind says that nothing comes from Nils Dahl, who says that they are in touch",
                 "contrary answers: both are told")
    texts = [" ".join(text_of(mail).split()) for mail in course.servers.messages(running.COORDINATOR)]
    texts = [text for text in texts if "Mia Lind says that nothing comes from Nils Dahl" in text]
    tap.ok(texts, "contrary answers: the coordinator has it")
    tap.contains("".join(texts), "Tell neither what the other one said", "contrary answers: and what to do")
    for address in (MIA, NILS):
        for each in course.servers.messages(address):
            tap.ok("says that" not in text_of(each), "contrary answers: not a word to %s" % address)


def outage(tap, course):
    """Ten days without us change nobody's health, and nothing stale goes out afterwards."""
    programme = course.programme
    before = {name: (row["health"], row["health_number"], row["silence"]) for name, row in course.health().items()}
    sent = programme.value("SELECT max(id) FROM outbox")
    programme.jump(10 * DAY)
    programme.settle()
    programme.wait_for(lambda: programme.value("SELECT min(assessed_at) FROM health WHERE next_at IS NOT NULL")
                       > programme.now() - 2 * DAY, "all to be assessed")
    after = {name: (row["health"], row["health_number"], row["silence"]) for name, row in course.health().items()}
    for name in before:
        tap.equal(after[name][0::2], before[name][0::2], "outage: %s's partnership is as it was" % name)
        tap.ok(abs(after[name][1] - before[name][1]) <= 4, "outage: its number too: %d, %d" % (before[name][1], after[name][1]))
    tap.equal(programme.rows("SELECT step FROM outbox WHERE id > ? AND participant IS NOT NULL AND state = 'sent' AND due_at < ?"
                             " AND step NOT IN ('nudge', 'last-call')", sent, programme.now() - 8 * DAY), [],
              "outage: nothing stale is sent")
    outages = programme.rows("SELECT * FROM outage WHERE service = 'daemon'")
    tap.ok(len(outages) == 1 and outages[0]["ended_at"] - outages[0]["began_at"] > 9.5 * DAY, "outage: it is on record")


def decided(tap, course):
    """In the end a person decides; a letter closes the case."""
    programme = course.programme
    course.write(42, LARS)
    programme.wait_for(lambda: programme.rows(
        "SELECT 1 FROM case_file WHERE kind = 'silence' AND at_once = 1 AND told_at IS NOT NULL AND reason LIKE 'Ben%'"),
        "a person's turn")
    texts = [" ".join(text_of(mail).split()) for mail in course.servers.messages(running.COORDINATOR)]
    tried = r"Ben Okoro has [^.]*\. We asked kindly on [^,.]+, and once more on [^;.]+; no answer came\."
    tap.ok([text for text in texts if re.search(tried, text)], "the coordinator's mail has the fact first, and what was tried")
    if os.environ.get("SHOW_MAILS"):
        tap.note(texts[-1])
    tap.equal(len(course.mails(BEN, CALLS)), 1, "after one last call")
    page = programme.run("partnership", "show", 1).stdout
    tap.contains(page, "Ben Okoro: silent", "partnership show says who is silent")
    tap.contains(programme.run("status").stdout, "Health", "status counts")
    course.write((programme.now() - course.began) / DAY, BEN)
    course.until((programme.now() - course.began) / DAY + 0.5)
    tap.ok(programme.value("SELECT closed_at FROM case_file WHERE kind = 'silence' AND reason LIKE 'Ben%'"),
           "a letter closes the case")
    row = course.health()["Anna"]
    tap.ok(row["silent"] != "Ben Okoro", "and he is silent no more: %s" % row)


def journey(tap):
    with harness.MailServers() as servers, running.Programme(
            servers, STEPS, {"relay": "yes", "languages": ["en", "fr", "es"]}, speed=2 * 3 * 3600,
            incoming={"poll_every": "10 hours"}) as programme:
        programme.advance(-80 * DAY)  # Dovecot takes no mail from the future
        programme.begin_round(list(PEOPLE.values()), PAIRS)
        programme.start()
        for each in PEOPLE.values():
            if each["email"] != JACK:
                programme.message_to(each["email"], "introduction")
        course = Course(programme, servers)
        for part in (before_outage, told_in_time, asked, contrary, outage, decided):
            part(tap, course)
        tap.equal(programme.stop(), 0, "the service stops in order")
        tap.ok(not re.search(r"(?m)^\S+ error ", programme.log()), "its log has no error")


tap.run(journey)
