#!/usr/bin/python3
"""People apply by mail, each in their own language and way: between the quoted lines, as a list, in HTML alone, by halves.
One word confirms what was understood, whatever happens to the service meanwhile; who is late is first in line, and
whoever goes is forgotten. The next round invites them with their answers."""
import os
import re
import sqlite3
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import letters
import programme as running
import servers as harness
import tap
from letters import Scene

LINA, MARC, SOFIA, OLA, NILS = "lina@a.test", "marc@b.test", "sofia@c.test", "ola@a.test", "nils@b.test"
ZOE = "zoe@c.test"
JOIN = harness.PROGRAMME.replace("@", "+join@")
DAY = 24 * 3600


def answers(name, country, **more):
    """To every question of the form, by its number."""
    said = {1: name, 2: country, 4: "English", 5: "3", 6: "2", 7: "2, 3", 8: "3", 9: "3", 10: "3", 12: "2", 13: "2", 14: "2",
            15: "yes", 18: "1, 2, 3, 4", 19: "yes", 20: "yes", 21: "yes"}
    said.update({int(number.lstrip("n")): answer for number, answer in more.items()})
    return said


def as_list(said):
    return "\n".join("%d. %s" % (number, said[number]) for number in sorted(said))


def between_lines(mail, said):
    """The form quoted, with each answer below its question and its options."""
    lines = []
    for block in letters_of(mail).split("\n\n"):
        lines += ["> " + line for line in block.splitlines()]
        number = re.match(r"\*?(\d+)\.", block)
        if number and int(number.group(1)) in said:
            lines.append(said[int(number.group(1))])
        lines.append(">")
    return "\n".join(lines)


def letters_of(mail):
    return mail.get_body(("plain",)).get_content()


class Enrolment(Scene):
    def __init__(self, programme, servers):
        super().__init__(programme, servers)
        for address in (LINA, MARC, SOFIA, OLA, NILS, ZOE):
            servers.add_user(address)

    def change(self, statement, *values):
        """Sets dates to the second."""
        database = sqlite3.connect(self.programme.database, timeout=60)
        with database:
            database.execute(statement, values)
        database.close()

    def open_round(self, name, closes_in):
        self.programme.run("round", "create", name)
        self.change("UPDATE round SET state = 'open', closes_at = ? WHERE name = ?", int(self.programme.now()) + closes_in, name)

    def ask(self, address, recipient, subject, text=""):
        return self.row(self.servers.send(address, recipient, subject, text))

    def answer(self, address, mail, text):
        """A reply with nothing quoted; TEXT has that already, if at all."""
        return self.row(self.servers.send(address, mail["Reply-To"].strip("<>"), "Re: " + mail["Subject"], text,
                                          headers={"In-Reply-To": mail["Message-ID"]}))

    def confirm(self, tap, address, mail, word):
        row = self.answer(address, mail, word)
        self.said(tap, row, "handled", "confirmed", "%s confirms" % address)

    def application(self, address):
        found = self.programme.rows("SELECT application.*, participant.name, participant.country, language FROM application"
                                    " JOIN participant ON participant.id = application.participant WHERE address = ?"
                                    " ORDER BY application.id DESC", address)
        return found[0] if found else None


def three_ways(tap, scene):
    """The form in the writer's language; inline, as HTML alone, and half of it first."""
    scene.ask(LINA, JOIN, "Hello", "Hello, I would like to take part.")
    form = scene.notice(LINA, "Your application")[-1]
    scene.answer(LINA, form, between_lines(form, answers("Lina Moe", "Norway", n11="nobody", n16="a poster in the zebra house")))
    summary = scene.notice(LINA, "Is this right?")[-1]
    tap.contains(letters_of(summary), "Norway", "Lina: the summary")
    tap.ok("Lina" not in letters_of(summary) and "zebra" not in letters_of(summary), "Lina: without a word of hers")
    tap.equal(summary["Auto-Submitted"], "auto-replied", "Lina: as an answer of a program")
    scene.confirm(tap, LINA, summary, "Yes, thank you!\n\nLina")

    scene.ask(MARC, harness.PROGRAMME, "Inscription", "Bonjour")
    form = scene.notice(MARC, "Votre inscription")[-1]
    said = answers("Marc Petit", "Belgique", n4="français, anglais un peu", n15="oui", n19="oui", n20="oui", n21="oui")
    html = "<html><body><p>Bonjour,</p>%s<p>Merci !<br>Marc</p></body></html>" % "".join(
        "<p>%d. %s</p>" % (number, said[number]) for number in sorted(said))
    message = scene.servers.compose(MARC, form["Reply-To"].strip("<>"), "Re: " + form["Subject"], "",
                                    {"In-Reply-To": form["Message-ID"]})
    message.set_content(html, subtype="html")
    scene.servers.deliver(MARC, form["Reply-To"].strip("<>"), message)
    scene.row(message)
    summary = scene.notice(MARC, "Est-ce exact")[-1]
    tap.contains(letters_of(summary), "Belgique", "Marc: the summary, in French")
    scene.answer(MARC, summary, "12. 1")
    summary = scene.notice(MARC, "Est-ce exact", 2)[-1]
    tap.contains(letters_of(summary), "Bruxelles", "Marc: corrected, and summed up again")
    scene.confirm(tap, MARC, summary, "Oui")

    scene.ask(SOFIA, harness.PROGRAMME, "Quiero participar")
    form = scene.notice(SOFIA, "Tu solicitud")[-1]
    said = answers("Sofía Ruiz", "Perú", n4="español", n15="sí", n19="sí", n20="sí", n21="sí")
    scene.answer(SOFIA, form, as_list({number: said[number] for number in said if number not in (5, 12)}))
    unclear = scene.notice(SOFIA, "Ya casi")[-1]
    tap.contains(letters_of(unclear), "12.", "Sofía: what is missing is asked again")
    tap.ok("\n*13." not in letters_of(unclear), "Sofía: and nothing else")
    scene.answer(SOFIA, unclear, "5. 3\n12. 2")
    summary = scene.notice(SOFIA, "¿Está bien así?")[-1]
    for address, name, country, language in ((LINA, "Lina Moe", "NO", "en"), (MARC, "Marc Petit", "BE", "fr")):
        row = scene.application(address)
        tap.equal((row["state"], row["name"], row["country"], row["language"]), ("accepted", name, country, language), address)
    scene.notice(LINA, "You take part")
    scene.notice(MARC, "Vous participez")
    return summary


def killed(tap, scene, summary):
    """The confirmation comes twice, and the service is killed while it is taken in: enrolled once, told once."""
    programme = scene.programme
    for word in ("Sí", "Sí, gracias"):
        scene.servers.send(SOFIA, summary["Reply-To"].strip("<>"), "Re: " + summary["Subject"], word)
    programme.wait_for(lambda: scene.application(SOFIA) or programme.inbox(), "the confirmation")
    programme.kill()
    programme.start()
    scene.notice(SOFIA, "Participas en")
    programme.settle()
    tap.equal(scene.application(SOFIA)["state"], "accepted", "killed: enrolled")
    tap.equal(programme.value("SELECT count(*) FROM application"), 3, "killed: once")
    tap.equal(len(scene.notice(SOFIA, "Participas en")), 1, "killed: told once")
    tap.equal(programme.inbox("waiting"), [], "killed: and no coordinator is troubled")
    tap.equal(programme.value("SELECT count(*) FROM applicant"), 0, "nobody is left half enrolled")


def late_and_gone(tap, scene):
    """After the closing one is first in line; STOP deletes everything."""
    programme = scene.programme
    scene.ask(OLA, harness.PROGRAMME, "JOIN")
    form = scene.notice(OLA, "Your application")[-1]
    scene.answer(OLA, form, as_list(answers("Ola Lie", "Norway")))
    summary = scene.notice(OLA, "Is this right?")[-1]
    scene.ask(NILS, harness.PROGRAMME, "JOIN")
    form = scene.notice(NILS, "Your application")[-1]
    scene.answer(NILS, form, "STOP")
    scene.notice(NILS, "Your application is deleted")
    scene.change("UPDATE round SET closes_at = ?", int(time.time()))  # the mailbox tells by its own clock when mail came
    scene.confirm(tap, OLA, summary, "yes")
    scene.notice(OLA, "waiting list")
    tap.equal(scene.application(OLA)["waits_for"], "next", "late: first in line")
    listed = {row["address"]: row["state"] for row in programme.json("application", "list")}
    tap.equal((listed[LINA], listed[OLA], listed.get(NILS)), ("accepted", "waiting", "gone"), "application list")


def next_round(tap, scene):
    """Everybody is invited with their answers, and one word is enough."""
    programme = scene.programme
    scene.change("UPDATE round SET state = 'running'")
    scene.open_round("autumn", 30 * DAY)
    programme.jump(2 * DAY)
    due = lambda: programme.value("SELECT max(next_try_at) FROM outbox WHERE template = 'invitation' AND state = 'queued'")
    programme.advance(max(0, programme.wait_for(due, "invitations") - programme.now()))  # to the morning, if it is night
    for address, subject in ((OLA, "would you like to take part"), (MARC, "aimeriez-vous participer"),
                             (SOFIA, "¿te gustaría participar")):
        mail = scene.notice(address, subject)[-1]
        if address == OLA:
            tap.contains(letters_of(mail), "Ola Lie", "the invitation has the answers")
            scene.confirm(tap, OLA, mail, "Yes!")
    scene.notice(OLA, "You take part")
    tap.equal(scene.application(OLA)["state"], "accepted", "Ola takes part")
    tap.equal(programme.value("SELECT count(*) FROM applicant WHERE address = ?", NILS), 0, "Nils is forgotten")
    tap.equal(programme.rows("SELECT 1 FROM outbox WHERE address = ?1 OR recipient = ?1", NILS), [], "with his address")
    tap.equal(programme.value("SELECT count(*) FROM outbox WHERE template = 'invitation'"), 4, "each was invited once")


def web_form(tap, scene):
    """Who filled in a web form gets a summary in the form's language, without a word that was written there freely, and
    confirms it like everybody else."""
    programme = scene.programme
    headings = ["Horodateur", "Adresse e-mail", "Comment vous appelez-vous ?", "Dans quel pays vivez-vous ?", "languages", "sector",
                "stage", "interests", "wish_sector", "wish_stage", "wish_interests", "hours", "rhythm", "channels", "trio", "heard",
                "conduct", "adult", "consent"]
    said = ["20/11/2026 10:00:00", ZOE, 'Zoé "Zo" Roux', "France", "français, anglais un peu", "un service public", "3 à 10 ans",
            "livres et films, musique et art", "peu importe", "peu importe", "peu importe", "3 ou 4 heures",
            "une fois par mois", "non, seulement par mail", "Oui", "une affiche\nau zoo", "J'accepte la charte", "Oui", "Oui"]
    path = programme.path("export.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\ufeff" + "\r\n".join(";".join('"%s"' % cell.replace('"', '""') for cell in row)
                                          for row in (headings, said)) + "\r\n")
    programme.run("participant", "import", path, "--round", "autumn")
    programme.jump(DAY)
    summary = scene.notice(ZOE, "Est-ce exact")[-1]
    tap.contains(letters_of(summary), "Paris", "web form: what was understood")
    tap.ok("zoo" not in letters_of(summary) and "Roux" not in letters_of(summary), "web form: without a word of theirs")
    tap.equal(scene.application(ZOE), None, "web form: nothing counts yet")
    scene.confirm(tap, ZOE, summary, "Oui, merci !")
    scene.notice(ZOE, "Vous participez")
    row = scene.application(ZOE)
    tap.equal((row["state"], row["name"], row["country"], row["language"]), ("accepted", 'Zoé "Zo" Roux', "FR", "fr"), "web form")


def journey(tap):
    with harness.MailServers() as servers, running.Programme(
            servers, running.STEPS, {"languages": ["en", "fr", "es"]}, speed=letters.SPEED,
            incoming={"poll_every": "10 hours"}) as programme:
        scene = Enrolment(programme, servers)
        scene.open_round("spring", 30 * DAY)
        programme.start()
        summary = three_ways(tap, scene)
        killed(tap, scene, summary)
        late_and_gone(tap, scene)
        next_round(tap, scene)
        web_form(tap, scene)
        tap.equal(programme.stop(), 0, "the service stops in order")
        tap.ok(not re.search(r"(?m)^\S+ error ", programme.log()), "its log has no error")


tap.run(journey)
