#!/usr/bin/python3
"""What participants ask of the programme by mail, in two languages and from several mail programs: STATUS, PAUSE until a
day, START, TOPIC, LANGUAGE, ADDRESS, UNDO and HELP. What each reads then, what has changed, and that nobody else's mail
changes anything."""
import datetime
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

ANNA, BEN, CHLOE, DIEGO = "anna@a.test", "ben@b.test", "chloe@c.test", "diego@d.test"
NEW, THIEF = "anna.berg@c.test", "thief@d.test"
PEOPLE = [person("Anna Berg", ANNA, "SE", "en", "Europe/Stockholm"), person("Ben Okoro", BEN),
          person("Chloé Lefèvre", CHLOE, "FR", "fr", "Europe/Paris"), person("Diego Ruiz", DIEGO, "MX", "es", "America/Mexico_City")]
PAIRS = [(ANNA, BEN), (CHLOE, DIEGO)]
STEPS = letters.STEPS + """
step "discussion"   { to = "partnership"  when = "monthly"  topics = yes  expires = "10 days" }
"""
DAY = 86400
MONTHS = {"en": "January February March April May June July August September October November December".split(),
          "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()}


def in_words(day, language):
    month = MONTHS[language][day.month - 1]
    return "%d %s" % (day.day, month) if language == "en" else "%s %s" % ("1er" if day.day == 1 else day.day, month)


# How mail programs put an answer: above the quotation, with a signature, in French, in Outlook's way, with HTML beside it.
def gmail(text, quoted, name):
    return "%s\n\nOn Mon, 1 Feb 2027 at 10:00, %s wrote:\n%s\n" % (text, running.NAME, quoted)


def thunderbird(text, quoted, name):
    return "Le 01/02/2027 à 10:00, %s a écrit :\n%s\n\n%s\n\n-- \n%s\nBibliothèque\n" % (running.NAME, quoted, text, name)


def outlook(text, quoted, name):
    return "%s\n\n%s\n\n________________________________\nFrom: %s\nSent: Monday, 1 February 2027 10:00\nTo: %s\n" \
           "Subject: Hello\n\n%s\n" % (text, name, running.NAME, name, quoted.replace("> ", ""))


def phone(text, quoted, name):
    return "%s\n\nSent from my iPhone\n\n> On 1 Feb 2027, at 10:00, %s wrote:\n> \n%s\n" % (text, running.NAME, quoted)


STYLES = [gmail, outlook, phone, thunderbird]


class Writer:
    """A participant who writes to us, each time from another mail program, and reads what comes back."""

    def __init__(self, tap, scene, address):
        self.tap, self.scene, self.address, self.said = tap, scene, address, 0

    def say(self, text, answer, what, state="handled", to=None):
        """In reply to the introduction, or to the mail TO: the mail with ANSWER in its subject, a day later."""
        programme, servers = self.scene.programme, self.scene.servers
        original = to or programme.message_to(self.address, "introduction")
        style = STYLES[self.said % len(STYLES)]
        self.said += 1
        quoted = "\n".join("> " + line for line in original.get_body(("plain",)).get_content().splitlines())
        before = len(self.mails(answer))
        message = servers.compose(self.address, original["Reply-To"] or original["From"], "Re: " + original["Subject"],
                                  style(text, quoted, self.row["name"]), {"In-Reply-To": original["Message-ID"]})
        if not to:  # not a letter to the partner
            message.replace_header("To", harness.PROGRAMME)
            del message["In-Reply-To"]
            message.replace_header("Subject", "A wish")
        recipient = message["To"]
        _, row = self.scene.write(self.address, "", message=message, recipient=recipient)
        row = programme.rows("SELECT * FROM inbox WHERE id = ?", row["id"])[0]
        self.tap.equal(row["state"], state, "%s, %s (%s): %s" % (what, text, style.__name__, row["reason"]))
        return self.scene.notice(self.address, answer, before + 1)[-1] if answer else None

    def mails(self, subject):
        return [mail for mail in self.scene.servers.messages(self.address) if subject and subject in mail["Subject"]]

    @property
    def row(self):
        return self.scene.programme.participant(self.address)


def text_of(message):
    return " ".join(message.get_body(("plain",)).get_content().split())


def another_day(scene):
    """Nobody gets more than two automatic answers a day, and four a week."""
    scene.programme.jump(8 * DAY)


def status(tap, scene, anna, chloe):
    mail = anna.say("Status, please", "Where you stand", "status")
    for part in ("With Ben Okoro", "Anna Berg", "English", "UNDO: takes back", "LANGUAGE French"):
        tap.contains(text_of(mail), part, "status: tells")
    mail = chloe.say("BILAN", "Où vous en êtes", "status in French")
    for part in ("Avec Diego Ruiz", "français", "ANNULER", "Ce que vous pouvez nous écrire"):
        tap.contains(text_of(mail), part, "status in French: tells")
    tap.equal(mail["Auto-Submitted"], "auto-replied", "status: by a program")


def pauses(tap, scene, anna, chloe):
    """A pause until a day ends by itself, and its owner is told on that day."""
    day = (datetime.datetime.fromtimestamp(scene.programme.now(), datetime.timezone.utc) + datetime.timedelta(days=21)).date()
    mail = anna.say("Please pause my mails until %s" % in_words(day, "en"), "You have paused", "pause until")
    tap.contains(text_of(mail), "%d %s" % (day.day, MONTHS["en"][day.month - 1]), "pause until: the day is told back")
    mail = chloe.say("Pause jusqu’au %s, merci" % in_words(day, "fr"), "Votre pause du programme", "pause until, French")
    tap.contains(text_of(mail), MONTHS["fr"][day.month - 1], "pause until, French: the day is told back")
    for who in (anna, chloe):
        tap.equal(who.row["state"], "paused", "pause until: %s is paused" % who.address)
    scene.programme.jump(15 * DAY)
    tap.equal(anna.row["state"], "paused", "pause until: still, two weeks later")
    count = len(scene.servers.messages(anna.address))
    scene.programme.jump(8 * DAY)
    mail = scene.notice(ANNA, "Your pause is over")[-1]
    tap.contains(text_of(mail), "PAUSE until 1 May", "pause until: told when it ends, and how to go on with it")
    scene.notice(CHLOE, "Votre pause est finie")
    for who in (anna, chloe):
        tap.equal(who.row["state"], "active", "pause until: %s gets mail again" % who.address)
    tap.ok(len(scene.servers.messages(anna.address)) > count, "pause until: and does")
    tap.equal(scene.programme.rows("SELECT 1 FROM case_file WHERE participant = ? AND kind <> 'skipped'", anna.row["id"]), [],
              "pause until: no coordinator had to act")


def undoing(tap, scene, anna, chloe):
    """UNDO in reply to what confirmed it."""
    mail = anna.say("PAUSE", "You have paused", "undo")
    mail = anna.say("Undo that", "taken back", "undo", to=mail)
    tap.equal(anna.row["state"], "active", "undo: no pause")
    mail = chloe.say("Stop", "Votre pause du programme", "undo, French")
    mail = chloe.say("Annuler, s’il vous plaît", "C’est annulé", "undo, French", to=mail)
    tap.equal(chloe.row["state"], "active", "undo, French: no pause")
    another_day(scene)
    anna.say("UNDO", "nothing to take back", "undo, nothing")
    question = scene.programme.rows("SELECT id FROM outbox WHERE asks = 'check-in' AND participant = ?", anna.row["id"])[0]["id"]
    asked = scene.programme.message_to(ANNA, "check-in")
    anna.say("3", None, "undo an answer", to=asked)
    tap.equal(scene.programme.value("SELECT value FROM answer WHERE outbox = ?", question), 3, "undo an answer: it was there")
    mail = anna.say("UNDO", "taken back", "undo an answer")
    tap.contains(text_of(mail), "Your last answer", "undo an answer: told")
    tap.equal(scene.programme.rows("SELECT 1 FROM answer WHERE outbox = ?", question), [], "undo an answer: it is gone")
    anna.say("1", None, "undo an answer", to=asked)
    tap.equal(scene.programme.value("SELECT value FROM answer WHERE outbox = ?", question), 1, "undo an answer: another one")


def languages(tap, scene, anna, chloe):
    mail = chloe.say("Langue : allemand", "Quelle langue souhaitez-vous", "a language that there is not")
    tap.contains(text_of(mail), "English, français", "a language that there is not: which there are")
    mail = chloe.say("Écrivez-moi en anglais, s’il vous plaît", "We write to you in English", "language", to=mail)
    tap.equal(chloe.row["language"], "en", "language: changed")
    another_day(scene)
    chloe.say("UNDO", "C’est annulé", "language, undone", to=mail)
    tap.equal(chloe.row["language"], "fr", "language: as before")
    anna.say("Language Spanish", "Idioma de nuestros mensajes: español", "language in English")
    anna.say("Language: English", "We write to you in English", "language in English")
    tap.equal(anna.row["language"], "en", "language: English again")


def topics(tap, scene, anna, chloe):
    another_day(scene)
    another_day(scene)
    scene.programme.jump((10 * 3600 - int(scene.programme.now())) % DAY)  # late mail waits for the morning
    scene.programme.message_to(ANNA, "discussion")
    scene.programme.message_to(CHLOE, "discussion")
    for who, text in ((anna, "topic"), (chloe, "Renvoyez-moi le thème, merci")):
        sent = lambda: scene.programme.rows("SELECT * FROM outbox WHERE step = 'discussion' AND state = 'sent' AND participant"
                                            " = ? ORDER BY id", who.row["id"])
        before = sent()
        who.say(text, None, "topic")
        after = scene.programme.wait_for(lambda: (lambda rows: rows if len(rows) > len(before) else None)(sent()), "the topic")
        tap.equal(after[-1]["occurrence"], before[-1]["occurrence"], "topic: the same once more for %s" % who.address)


def addresses(tap, scene, anna):
    """Confirmed at the one on file, answered from the new one; whoever forges her address gets nothing from it."""
    programme, servers = scene.programme, scene.servers
    _, row = scene.write(ANNA, "ADDRESS %s" % THIEF, "A wish", harness.PROGRAMME)  # forged: Anna knows nothing of it
    asked = scene.notice(ANNA, "Your new address: is it right?")[-1]
    scene.write(ANNA, "1", "Re: Your new address: is it right?", harness.PROGRAMME)  # nor does the thief see that mail
    programme.settle()
    servers.wait_for_empty_queue()
    tap.equal(servers.messages(THIEF), [], "forged: nothing goes to the thief")
    tap.equal(anna.row["address"], ANNA, "forged: nothing changes")
    anna.say("2", None, "forged: Anna says no", to=asked)
    tap.equal(servers.messages(THIEF), [], "forged: and nothing goes there later")
    another_day(scene)
    anna.say("My new address is %s" % NEW, "Your new address: is it right?", "address")
    asked = scene.notice(ANNA, "Your new address: is it right?", 2)[-1]
    tap.contains(text_of(asked), NEW, "address: told back")
    anna.say("Yes, please!", "Now look for our mail", "address, confirmed", to=asked)
    proof = scene.notice(NEW, "Is this your new address?")[-1]
    tap.equal(anna.row["address"], ANNA, "address: as before until it is answered from there")
    scene.row(programme.reply(NEW, proof, "STOP"))
    tap.equal(anna.row["state"], "active", "address: from there nothing else counts")
    scene.row(programme.reply(NEW, proof, "1"))
    scene.notice(NEW, "We write to you here from now on")
    moved = programme.participant(NEW)
    tap.equal(moved["name"], "Anna Berg", "address: changed")


def help_lists(tap, scene, chloe):
    another_day(scene)
    mail = chloe.say("Aide", "La coordination va vous répondre", "help", state="waiting")
    for part in ("BILAN", "PAUSE jusqu’au 1er mai", "ADRESSE", "THÈME", "LANGUE anglais"):
        tap.contains(text_of(mail), part, "help: lists what can be written")


def journey(tap):
    with harness.MailServers() as servers, running.Programme(
            servers, STEPS, {"relay": "yes", "languages": ["en", "fr", "es"]}, speed=letters.SPEED,
            incoming={"poll_every": "10 hours"}) as programme:
        programme.begin_round(PEOPLE, PAIRS)
        for address in (NEW, THIEF):
            servers.add_user(address)
        programme.start()
        for each in PEOPLE:
            programme.message_to(each["email"], "introduction", 30)
        programme.wait_for_sent("check-in", len(PEOPLE))
        scene = Scene(programme, servers)
        anna, chloe = Writer(tap, scene, ANNA), Writer(tap, scene, CHLOE)
        status(tap, scene, anna, chloe)
        pauses(tap, scene, anna, chloe)
        undoing(tap, scene, anna, chloe)
        another_day(scene)
        languages(tap, scene, anna, chloe)
        topics(tap, scene, anna, chloe)
        another_day(scene)
        addresses(tap, scene, anna)
        help_lists(tap, scene, chloe)
        tap.equal(programme.stop(), 0, "the service stops in order")
        tap.ok(not re.search(r"(?m)^\S+ error ", programme.log()), "its log has no error")


tap.run(journey)
