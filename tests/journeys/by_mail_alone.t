#!/usr/bin/python3
"""Goal: a whole round of six weeks is run by replies. Eight people in two languages apply by mail and are brought together;
from then on whoever looks after them has a mailbox and nothing else. What befalls a round befalls this one: a question, a
silence, a report, a leaver, another partner found, surveys, the end and what comes next. No mail to a coordinator asks for a
command, and in the end no case is open."""
import calendar
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import letters
import programme as running
import servers as harness
import tap
from coordinators import COMMANDS, Coordinator, text_of
from letters import Scene
from programme import person

DAY = 24 * 3600
MONDAY = calendar.timegm((2026, 1, 5, 10, 0, 0))
STEPS = running.STEPS + """
step "check-in"       { to = "partnership"  when = "start + 2 weeks"    asks = "check-in"        expires = "10 days" }
step "survey-middle"  { to = "partnership"  when = "start + 3 weeks"    form = "survey-middle"   expires = "14 days" }
step "closing"        { to = "partnership"  when = "end"                asks = "next" }
step "survey-closing" { to = "partnership"  when = "end + 3 days"       form = "survey-closing"  expires = "14 days" }
"""
NAMES = "anna chloe ben diego greta hugo ines jan"
ANNA, CHLOE, BEN, DIEGO, GRETA, HUGO, INES, JAN = ADDRESSES = [
    "%s@%s.test" % (name, "ab"[number % 2]) for number, name in enumerate(NAMES.split())]
CURIOUS = "curious@elsewhere.test"
CLAIRE = "claire@coordinators.test"
# Name, country, languages, and the word with which they apply, which also says in what language.
PEOPLE = {ANNA: ("Anna Berg", "Sweden", "Swedish, English, French", "Join"), CHLOE: ("Chloé Lefèvre", "France", "français, anglais", "Inscription"),
          BEN: ("Ben Okoro", "Nigeria", "English", "Join"), DIEGO: ("Diego Ruiz", "Italy", "Italian, English", "Join"),
          GRETA: ("Greta Holm", "Norway", "Norwegian, English", "Join"), HUGO: ("Hugo Marin", "Belgique", "français, anglais", "Inscription"),
          INES: ("Ines Melo", "Ireland", "English", "Join"), JAN: ("Jan Vos", "Netherlands", "Dutch, English", "Join")}
FRENCH = {CHLOE, HUGO}
PAIRS = [(ANNA, CHLOE), (BEN, DIEGO), (GRETA, HUGO), (INES, JAN)]
USUAL = {5: "3", 6: "2", 7: "2, 3", 8: "3", 9: "3", 10: "3", 12: "2", 13: "2", 14: "1", 15: "no", 18: "1, 2, 3, 4"}
YES = {True: "Oui", False: "Yes"}
# What each of our mails is called, in English and in French.
FORM, SUMMARY, ACCEPTED = ("Your application", "Votre inscription"), ("Is this right?", "Est-ce exact"), ("You take part", "Vous participez")
HALFWAY, CLOSING, LOOKING_BACK = ("Halfway", "À mi-chemin"), (": thank you", ": merci"), ("Looking back", "regard en arrière")
THANKS = ("Thank you for your answers", "Merci de vos réponses")


class Round(Scene):
    def __init__(self, programme, servers):
        super().__init__(programme, servers)
        self.coordinators = [Coordinator(self, running.COORDINATOR), Coordinator(self, CLAIRE)]
        self.read, self.heard, self.decisions, self.began = {}, 0, [], programme.now()

    def mail(self, address, subjects):
        return self.notice(address, subjects[address in FRENCH])[-1]

    def got(self, address, subjects):
        return any(subjects[address in FRENCH] in mail["Subject"] for mail in self.servers.messages(address))

    def all_reply(self, people, subjects, text):
        """Each of PEOPLE to their mail of SUBJECTS; TEXT: of an address."""
        sent = [self.programme.reply(each, self.mail(each, subjects), text(each)) for each in people]
        for message in sent:
            self.row(message)

    def letters_go(self, *writers):
        sent = [self.servers.compose(writer, self.programme.tag("p", writer), "A letter", "Dear friend, on day %d the okapi is well." %
                                     ((self.programme.now() - MONDAY) / DAY)) for writer in writers]
        for writer, message in zip(writers, sent):
            self.servers.deliver(writer, self.programme.tag("p", writer), message)
        for message in sent:
            self.row(message)

    # ---- Days go by, and coordinators see to what they are told ----

    def until(self, day):
        """Day by day, at the hour at which the round began: then it is morning for all of them."""
        while self.programme.now() < self.began + day * DAY:
            gone = (self.programme.now() - self.began + 60) // DAY
            self.pass_by(self.began + (gone + 1) * DAY - self.programme.now())
            if self.programme.outbox(state="queued"):  # digests collect for some minutes
                self.pass_by(600)
            while self.see_to():
                self.programme.settle()

    def pass_by(self, seconds):
        self.programme.advance(seconds)
        self.programme.settle()

    def see_to(self):
        """What has come to coordinators since is answered as it says that it can be."""
        told = self.programme.value("SELECT count(*) FROM outbox WHERE coordinator IS NOT NULL AND state = 'sent'")
        if told == self.heard:
            return False
        self.heard = told
        self.servers.wait_for_empty_queue()
        for each in self.coordinators:
            for mail in each.mails()[self.read.get(each, 0):]:
                self.read[each] = self.read.get(each, 0) + 1
                self.answer(each, mail)
        return True

    def answer(self, coordinator, mail):
        for reply in decide(mail):
            if reply not in self.decisions:
                self.decisions.append(reply)
                coordinator.reply(mail, reply)


# What coordinators make of what they read.
ORDERS = ((r"Report of misconduct", "TERMINATE"), (r"Are you sure\?", "YES"), (r"Two people wait for another partner", "MATCH"),
          (r"\bNUDGE\b", "NUDGE"),
          (r"How much time will it take", "ANSWER An hour a week, or two.\n\nKate"),
          (r"inviter ma sœur", "RÉPONSE Avec plaisir : le mot PARTICIPER suffit.\n\nClaire"))


def decide(mail):
    """One order for each thing that it is about; with a number where the mail has one."""
    if re.match("It is done|C’est fait", mail["Subject"]):
        return []
    text = mail.get_body(("plain",)).get_content().replace(" \n", " ")
    reason, items = "", []
    for paragraph in text.split("\n\n"):
        item = re.match(r"\*(\d+)\* ", paragraph)
        if item:
            items.append([item.group(1) + " ", reason + paragraph])
        elif re.match(r"\*[^*]+\*", paragraph):
            reason = paragraph
        elif items and paragraph.lstrip().startswith(">"):
            items[-1][1] += paragraph
        else:
            reason += paragraph
    if not items or re.search("Are you sure", mail["Subject"]):
        items = [["", mail["Subject"] + text]]
    return [number + order for number, about in items for words, order in ORDERS if re.search(words, about)]


def applied(tap, scene):
    """Somebody asks first, and is answered; eight people sign up, each in three mails."""
    programme, servers = scene.programme, scene.servers
    for address in ADDRESSES + [CURIOUS]:
        servers.add_user(address)
    servers.send(CURIOUS, harness.PROGRAMME, "A question", "How much time will it take?")
    for address, (_, _, _, word) in PEOPLE.items():
        servers.send(address, harness.PROGRAMME, word, "")
    said = lambda address: "\n".join("%d. %s" % each for each in sorted({
        **USUAL, 1: PEOPLE[address][0], 2: PEOPLE[address][1], 4: PEOPLE[address][2],
        **{number: YES[address in FRENCH] for number in (19, 20, 21)}}.items()))
    scene.all_reply(ADDRESSES, FORM, said)
    scene.all_reply(ADDRESSES, SUMMARY, lambda address: YES[address in FRENCH])
    for address in ADDRESSES:
        scene.mail(address, ACCEPTED)
    tap.equal(programme.value("SELECT count(*) FROM application WHERE state = 'accepted'"), 8, "eight take part, by mail")


def begun(tap, scene):
    """The last commands of the journey that change anything."""
    programme = scene.programme
    rows = [{"first": first, "second": second} for first, second in PAIRS]
    programme.run("round", "close", running.ROUND)
    programme.run("match", "propose", running.ROUND, "--from", programme.write_csv("proposal.csv", rows))
    programme.run("match", "approve", running.ROUND)

    def only_reading(*arguments, **more):
        tap.ok(arguments[1] in ("list", "show"), "a command that only reads: %s" % " ".join(map(str, arguments)))
        return running.Programme.run(programme, *arguments, **more)
    programme.run = only_reading
    programme.settle()
    scene.began = programme.now()
    scene.until(1)
    tap.equal(len(programme.outbox("introduction", "sent")), 8, "the round has begun")


def first_weeks(tap, scene):
    """All write but Ben; Greta reports Hugo; Ines leaves, and Greta and Jan would like somebody else to write to."""
    programme = scene.programme
    scene.letters_go(ANNA, DIEGO, GRETA, INES)
    scene.until(4)
    scene.letters_go(CHLOE, HUGO, JAN)
    tap.contains(text_of(scene.notice(CURIOUS, "An answer from")[0]), "An hour a week", "a question of somebody unknown: answered")
    scene.until(8)
    scene.row(programme.reply(GRETA, scene.letters(GRETA)[0], "REPORT\n\nThe quagga again."))
    scene.until(9)
    scene.row(programme.reply(GRETA, scene.notice(GRETA, "has ended")[0], "1"))
    scene.row(programme.reply(HUGO, scene.notice(HUGO, "a pris fin")[0], "2"))
    scene.letters_go(ANNA, CHLOE)
    scene.until(16)
    answers = {ANNA: "1\n\nWe have met by video.", CHLOE: "Tout va bien !", DIEGO: "3", INES: "5", JAN: "2"}
    for address, text in answers.items():
        scene.row(programme.reply(address, programme.message_to(address, "check-in"), text))
    scene.row(programme.reply(INES, scene.notice(INES, "You would like to stop")[0], "2"))
    scene.row(programme.reply(JAN, scene.notice(JAN, "has ended")[0], "1"))
    scene.servers.send(CHLOE, harness.PROGRAMME, "Une question", "Puis-je inviter ma sœur à la prochaine session ?")
    scene.letters_go(ANNA, CHLOE)
    scene.until(22)  # on Monday the two who could be partners are told
    for address, name in ((GRETA, "Jan"), (JAN, "Greta")):
        tap.ok(scene.notice(address, "Meet " + name), "%s: introduced to %s" % (address, name))


def silence(tap, scene):
    """Ben is asked twice, then once more because a coordinator said so; then he writes."""
    programme = scene.programme
    scene.letters_go(GRETA, JAN)
    tap.contains(text_of(scene.notice(CHLOE, "Une réponse du programme")[0]), "le mot PARTICIPER", "a question: answered, in French")
    asked = lambda: [mail for mail in scene.servers.messages(BEN) if "how are you" in mail["Subject"] or "One line" in mail["Subject"]]
    for day in range(23, 40):
        scene.until(day)
        if day % 8 == 0:
            scene.letters_go(ANNA, CHLOE, GRETA, JAN)
        if len(asked()) > 2:
            break
    tap.equal(len(asked()), 3, "Ben is asked twice, and a third time by NUDGE")
    case = "SELECT closed_at FROM case_file WHERE kind = 'silence' AND participant = (SELECT id FROM participant WHERE address = ?)"
    tap.equal(programme.rows(case, BEN), [{"closed_at": None}], "a case, and only one")
    scene.letters_go(BEN)
    scene.until(day + 1)
    scene.letters_go(DIEGO)
    tap.ok(programme.value(case, BEN), "his letter closes it")


def surveys(tap, scene):
    for address, text in ((ANNA, "1. 2\n2. 1\n4. 5\n5. yes"), (CHLOE, "Fréquence : chaque semaine\nÉchange : 5")):
        scene.row(scene.programme.reply(address, scene.mail(address, HALFWAY), text))
    tap.ok(scene.mail(ANNA, THANKS) and scene.mail(CHLOE, THANKS), "surveys: answered, and thanked")


def ended(tap, scene):
    """The end, and what comes next; of who was introduced later, three weeks on."""
    programme = scene.programme
    for day in range(36, 46, 2):
        scene.until(day)
        scene.letters_go(ANNA, CHLOE, BEN, DIEGO, GRETA, JAN)
    for address, text in ((ANNA, "1"), (CHLOE, "Les deux, merci !"), (BEN, "4"), (DIEGO, "2")):
        scene.row(programme.reply(address, scene.mail(address, CLOSING), text))
    tap.contains(text_of(scene.notice(ANNA, "Going on")[0]), CHLOE, "next: Anna has Chloé's address")
    scene.until(47)
    scene.row(programme.reply(ANNA, scene.mail(ANNA, LOOKING_BACK), "1. 1\n3. 5\n4. 5"))
    for day in (50, 56):
        scene.until(day)
        scene.letters_go(GRETA, JAN)
    scene.until(80)
    tap.ok(scene.mail(GRETA, CLOSING) and scene.mail(JAN, CLOSING), "who was introduced later ends later")
    tap.equal(programme.json("round", "show", running.ROUND)[0]["state"], "ending", "the round is over")
    tap.equal([(row["survey"], row["answered"]) for row in programme.json("survey", "list")],
              [("survey-closing", 1), ("survey-middle", 2)], "surveys: counted")


def seen_to(tap, scene):
    """Nothing is left, and nobody was asked for what a mail can't do."""
    tap.equal(scene.programme.rows("SELECT kind, reason FROM case_file WHERE closed_at IS NULL"), [], "no case is open")
    tap.equal(scene.programme.inbox("waiting"), [], "no mail waits")
    words = [re.sub(r"^\d+ ", "", each).split()[0] for each in scene.decisions]
    tap.equal(sorted(words), ["ANSWER", "MATCH", "NUDGE", "RÉPONSE", "TERMINATE", "YES"], "what coordinators replied: all that they did")
    for each in scene.coordinators:
        asks = {mail["Subject"]: COMMANDS.findall(text_of(mail)) for mail in each.mails() if COMMANDS.search(text_of(mail))}
        tap.equal(asks, {}, "%s: no commands" % each.address)
        tap.equal([mail["Subject"] for mail in each.mails() if re.search("Not done|Pas fait|Not all", mail["Subject"])], [],
                  "%s: nothing was refused" % each.address)


def journey(tap):
    with harness.MailServers() as servers, running.Programme(
            servers, STEPS, {"relay": "yes", "languages": ["en", "fr"]}, speed=letters.SPEED, length="6 weeks",
            incoming={"poll_every": "10 hours"},
            coordinators={"Claire": {"address": CLAIRE, "countries": ["FR", "BE"], "languages": ["fr"]}}) as programme:
        programme.advance(MONDAY - programme.now())
        programme.run("round", "create", running.ROUND)
        programme.run("round", "open", running.ROUND)
        programme.start()
        scene = Round(programme, servers)
        applied(tap, scene)
        begun(tap, scene)
        for part in (first_weeks, silence, surveys, ended, seen_to):
            part(tap, scene)
        tap.equal(programme.stop(), 0, "the service stops in order")
        tap.ok(not re.search(r"(?m)^\S+ error ", programme.log()), "its log has no error")


tap.run(journey)
