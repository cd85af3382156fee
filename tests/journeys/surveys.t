#!/usr/bin/python3
"""Goal: a round's middle and end, by mail alone. People answer the survey in their own language and in the way of their mail
program; what is unclear is asked once more, a correction counts, who is silent is reminded once. The closing mail tells what
partners did together and asks what comes next: who both want to go on get each other's addresses, who joins hears of the
next round when it opens, and who does not is left in peace. Nobody's answer reaches a partner, nor can it be told from what
coordinators see."""
import json
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

DAY = 24 * 3600
STEPS = running.STEPS + """
step "survey-middle"  { to = "partnership"  when = "start + 3 months"  form = "survey-middle"   expires = "14 days" }
step "closing"        { to = "partnership"  when = "end"               asks = "next" }
step "survey-closing" { to = "partnership"  when = "end + 3 days"      form = "survey-closing"  expires = "14 days" }
"""
ANNA, BEN, CLAIRE, DIEGO, EVA, FEMI = ADDRESSES = [
    "anna@a.test", "ben@b.test", "claire@a.test", "diego@b.test", "eva@a.test", "femi@b.test"]
PEOPLE = [person("Anna Berg", ANNA, "DE", "en", "Europe/Berlin"), person("Ben Okoro", BEN, "GB", "en", "Europe/London"),
          person("Claire Roy", CLAIRE, "FR", "fr", "Europe/Paris"), person("Diego Paz", DIEGO, "ES", "es", "Europe/Madrid"),
          person("Eva Huber", EVA, "AT", "en", "Europe/Vienna"), person("Femi Ade", FEMI, "NG", "en", "Africa/Lagos")]
MIDDLE = {ANNA: "Halfway", BEN: "Halfway", CLAIRE: "À mi-chemin", DIEGO: "A mitad de camino", EVA: "Halfway", FEMI: "Halfway"}
THANKS = {CLAIRE: "Merci de vos réponses", DIEGO: "Gracias por tus respuestas"}
CLOSING = {CLAIRE: "Votre correspondance avec", DIEGO: "Tu correspondencia con"}
NOTED = {CLAIRE: "C’est noté", DIEGO: "Anotado"}
INVITED = {CLAIRE: "aimeriez-vous participer", DIEGO: "¿te gustaría participar"}


def plain(mail):
    return mail.get_body(("plain",)).get_content()


def quoted(mail, said):
    """The mail quoted, with an answer below each question."""
    lines = []
    for block in plain(mail).split("\n\n"):
        number = re.match(r"\*?(\d+)\.", block)
        lines += ["> " + line for line in block.splitlines()]
        lines += ["", said[int(number.group(1))], ""] if number and int(number.group(1)) in said else [">"]
    return "\n".join(lines)


class Middle(Scene):
    def mail(self, address, subjects, usual="", count=1):
        """The last of our mails to ADDRESS of that kind."""
        return self.notice(address, subjects.get(address, usual), count)[-1]

    def reply(self, address, mail, text, html=False):
        recipient = mail["Reply-To"].strip("<>")
        message = self.servers.compose(address, recipient, "Re: " + mail["Subject"], "" if html else text,
                                       {"In-Reply-To": mail["Message-ID"]})
        if html:
            message.set_content(text, subtype="html")
        self.servers.deliver(address, recipient, message)
        return self.row(message)

    def go_to(self, step, days, count=len(ADDRESSES)):
        """Days go by, then mornings, until all were sent that STEP sends."""
        self.programme.jump(days * DAY)
        for _ in range(8):
            self.programme.settle()
            if len(self.programme.outbox(step, "sent")) >= count:
                return
            self.programme.jump(6 * 3600)
        self.programme.wait_for_sent(step, count)

    def values(self, address, survey):
        return {row["question"]: row["value"] for row in self.programme.rows(
            "SELECT question, value FROM survey_answer JOIN participant ON participant.id = participant"
            " WHERE address = ? AND survey = ?", address, survey)}

    def tally(self, survey):
        return json.loads(self.programme.run("survey", "show", survey, "--json").stdout)


def write_letters(scene):
    for number in range(2):
        for writer, reader in ((ANNA, BEN), (BEN, ANNA)):
            message, _ = scene.write(writer, "Dear friend, this is letter %d of mine." % number)
            scene.letter(reader, message)


def answered(tap, scene):
    """Each in their own way, and language; what they meant is kept, and told to them."""
    row = scene.reply(ANNA, scene.mail(ANNA, MIDDLE), quoted(scene.mail(ANNA, MIDDLE), {
        1: "2", 2: "1, 2", 3: "4", 4: "5", 5: "yes", 6: "More zebras, please"}))
    scene.said(tap, row, "handled", "answered a survey", "Anna, between the lines")
    tap.equal(scene.values(ANNA, "survey-middle"), {"often": "fortnightly", "channels": "email,video", "topics": "4",
                                                    "going": "5", "again": "yes", "more": "More zebras, please"},
              "Anna: what is kept")
    tap.contains(plain(scene.mail(ANNA, THANKS, "Thank you for your answers")), "every two weeks", "Anna: what was understood")
    scene.reply(ANNA, scene.mail(ANNA, THANKS, "Thank you for your answers"), "Oh, sorry:\n4. 3\n\nAnna")
    tap.contains(plain(scene.mail(ANNA, THANKS, "Thank you for your answers", 2)), "every two weeks", "Anna: corrected")
    tap.equal(scene.values(ANNA, "survey-middle")["going"], "3", "Anna: the correction counts")
    row = scene.reply(ANNA, scene.mail(ANNA, THANKS, "Thank you for your answers"), "Thanks!\nAnna")
    scene.said(tap, row, "handled", "thanks", "Anna, once more: thanks for the thanks bother nobody")

    row = scene.reply(CLAIRE, scene.mail(CLAIRE, MIDDLE),
                      "Fréquence : chaque semaine\nMoyens : courriel\nÉchange : 5\nLa suite : oui\n\nEnvoyé de mon iPhone")
    scene.said(tap, row, "handled", "answered a survey", "Claire, by labels, in French")
    tap.equal(scene.values(CLAIRE, "survey-middle"), {"often": "weekly", "channels": "email", "going": "5", "again": "yes"},
              "Claire: what is kept")
    tap.contains(plain(scene.mail(CLAIRE, THANKS)), "chaque semaine", "Claire: what was understood, in French")

    scene.reply(DIEGO, scene.mail(DIEGO, MIDDLE), "<div>Hola,</div><div>1. una vez al mes</div><div>2. 1</div><div>4. 4</div>"
                "<div>6. Todo bien</div><div><br></div><div>Diego</div>", html=True)
    tap.contains(plain(scene.mail(DIEGO, THANKS)), "una vez al mes", "Diego, in HTML alone, in Spanish")
    tap.equal(scene.values(DIEGO, "survey-middle").get("more"), "Todo bien", "Diego: the free line")


def unclear(tap, scene):
    row = scene.reply(BEN, scene.mail(BEN, MIDDLE), "1. 9\n2. 1\n4. 4")
    scene.said(tap, row, "handled", "asked once more", "Ben, with a number that there is not")
    again = plain(scene.mail(BEN, {}, "Nearly there"))
    tap.ok("How often" in again and "By which ways" not in again, "Ben: asked for that alone")
    scene.reply(BEN, scene.mail(BEN, {}, "Nearly there"), "1. 2")
    scene.mail(BEN, {}, "Thank you for your answers")
    tap.equal(scene.values(BEN, "survey-middle"), {"often": "fortnightly", "channels": "email", "going": "4"}, "Ben: what is kept")


def reminded(tap, scene):
    programme = scene.programme
    for _ in range(3):
        programme.jump(4 * DAY)
        programme.settle()
    reminder = scene.mail(EVA, {}, "still wait for you")
    scene.reply(EVA, reminder, "1. 1\n2. 1 and 3\n4. 5\n5. yes\n6. Nothing, thank you")
    scene.mail(EVA, {}, "Thank you for your answers")
    scene.mail(FEMI, {}, "still wait for you")
    programme.jump(12 * DAY)
    programme.settle()
    count = programme.value("SELECT count(*) FROM outbox WHERE template = 'survey-reminder'")
    tap.equal(count, 2, "those who had not answered were reminded, once")


def counted(tap, scene):
    programme = scene.programme
    listed = programme.json("survey", "list")
    tap.equal([(row["survey"], row["asked"], row["answered"]) for row in listed], [("survey-middle", 6, 5)], "survey list")
    shown = scene.tally("survey-middle")
    tap.equal((shown["asked"], shown["answered"], shown["counted"]), (6, 5, 5), "survey show: how many")
    people = [answer["people"] for question in shown["questions"] for answer in question["answers"] if answer["people"]]
    tap.ok(all(number >= 5 for number in people), "survey show: no small group: %r" % people)
    text = programme.run("survey", "show").stdout
    tap.ok("zebras" not in text and "Todo bien" not in text, "survey show: no free line of fewer than five")
    tap.contains(text, "5 counted", "survey show: for people")
    tap.ok(programme.run("survey", "show", "--csv").stdout.startswith("survey,round,question,answer,people"), "as a CSV file")
    tap.equal(programme.run("survey", "show", "survey-closing", check=False).returncode, 1, "one that was not sent is told so")


def ended(tap, scene):
    closing = plain(scene.mail(ANNA, CLOSING, "You and Ben: thank you"))
    tap.contains(" ".join(closing.split()), "*4 letters* went to and fro between you in 6 months", "Anna and Ben: what they did")
    tap.ok("lettres*" not in plain(scene.mail(CLAIRE, CLOSING)), "Claire and Diego, of whom nobody wrote: nothing is counted")
    scene.reply(ANNA, scene.mail(ANNA, CLOSING, "You and Ben: thank you"), "1")
    noted = plain(scene.mail(ANNA, NOTED, "Noted"))
    tap.ok("go on writing with Ben" in " ".join(noted.split()) and BEN not in noted, "Anna: noted, and nobody's address told")
    scene.reply(BEN, scene.mail(BEN, {}, "You and Anna: thank you"), "Both, please!\n\nBen")
    tap.contains(plain(scene.mail(BEN, {}, "Going on")), ANNA, "both said so: Ben has Anna's address")
    tap.contains(plain(scene.mail(ANNA, {}, "Going on")), BEN, "and Anna has Ben's")
    scene.reply(CLAIRE, scene.mail(CLAIRE, CLOSING), "Les deux, merci !")
    tap.contains(plain(scene.mail(CLAIRE, NOTED)), "3", "Claire: both, in French")
    scene.reply(DIEGO, scene.mail(DIEGO, CLOSING), "2")
    scene.mail(DIEGO, NOTED)
    scene.reply(DIEGO, scene.mail(DIEGO, NOTED), "4")
    tap.contains(plain(scene.mail(DIEGO, NOTED, count=2)), "ninguna de las dos", "Diego: corrected, in Spanish")
    scene.programme.settle()
    tap.equal(scene.programme.value("SELECT count(*) FROM outbox WHERE template = 'next-addresses'"), 2,
              "one alone wants to go on: nobody's address is given away")
    shown = scene.programme.json("round", "show", running.ROUND)[0]
    tap.equal((shown["going_on"], shown["joining_next"]), (3, 2), "round show: what comes after it")
    tap.contains(scene.programme.run("round", "show", running.ROUND).stdout, "1 neither", "round show: for people")


def looked_back(tap, scene):
    scene.reply(FEMI, scene.mail(FEMI, {}, "Looking back"), "1. 1\n3. 5\n4. 5\n5. I listen more")
    scene.mail(FEMI, {}, "Thank you for your answers")
    tap.equal(scene.values(FEMI, "survey-closing").get("learned"), "I listen more", "Femi: the closing survey, after the end")


def next_round(tap, scene):
    programme = scene.programme
    programme.run("round", "create", "autumn")
    programme.run("round", "open", "autumn")
    for _ in range(4):
        programme.jump(6 * 3600)
        programme.settle()
    for address in (BEN, CLAIRE):
        tap.ok(scene.mail(address, INVITED, "would you like to take part"), "%s: invited to the next round" % address)
    for address in (ANNA, DIEGO):
        found = [mail for mail in scene.servers.messages(address) if INVITED.get(address, "would you like to take") in mail["Subject"]]
        tap.equal(found, [], "%s: not invited, as they said" % address)


def kept_apart(tap, scene):
    """What one said is in nobody else's mailbox."""
    for address in ADDRESSES + [running.COORDINATOR]:
        mails = "".join(plain(mail) for mail in scene.servers.messages(address) if mail.get_body(("plain",)))
        for whose, words in ((ANNA, "zebras"), (DIEGO, "Todo bien"), (FEMI, "listen more")):
            tap.ok(address == whose or words not in mails, "%s has nothing that %s wrote" % (address, whose))
    tap.ok(not re.search("zebras|Todo bien|listen more", scene.programme.log()), "nor has the log")


def journey(tap):
    with harness.MailServers() as servers, running.Programme(
            servers, STEPS, {"languages": ["en", "fr", "es"], "relay": "yes"}, speed=letters.SPEED,
            incoming={"poll_every": "10 hours"}) as programme:
        scene = Middle(programme, servers)
        programme.advance(-230 * DAY)  # the mailbox takes no mail of tomorrow
        programme.begin_round(PEOPLE, [(ANNA, BEN), (CLAIRE, DIEGO), (EVA, FEMI)])
        programme.start()
        programme.wait_for_sent("introduction", 6)
        write_letters(scene)
        scene.go_to("survey-middle", 92)
        answered(tap, scene)
        unclear(tap, scene)
        reminded(tap, scene)
        counted(tap, scene)
        scene.go_to("closing", 68)
        ended(tap, scene)
        scene.go_to("survey-closing", 3)
        looked_back(tap, scene)
        next_round(tap, scene)
        kept_apart(tap, scene)
        tap.equal(programme.stop(), 0, "the service stops in order")
        tap.ok(not re.search(r"(?m)^\S+ error ", programme.log()), "its log has no error")


tap.run(journey)
