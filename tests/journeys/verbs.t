#!/usr/bin/python3
"""Words to the programme, written by people in three languages: STOP, START, HELP to its plain address, in the subject or
the body, and a report in reply to the introduction. What each reads in their mailbox, and what their partners don't."""
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

ANNA, BEN, CHLOE, DIEGO, ELSA, FARID = "anna@a.test", "ben@b.test", "chloe@c.test", "diego@d.test", "elsa@a.test", "farid@b.test"
PEOPLE = [person("Anna Berg", ANNA), person("Ben Okoro", BEN), person("Chloé Lefèvre", CHLOE, "FR", "fr", "Europe/Paris"),
          person("Diego Ruiz", DIEGO, "MX", "es", "America/Mexico_City"), person("Elsa Nyman", ELSA),
          person("Farid Haddad", FARID, "MA", "fr", "Africa/Casablanca")]
PAIRS = [(ANNA, BEN), (CHLOE, DIEGO), (ELSA, FARID)]
# Who writes the words: their own for each, and what their confirmations are called.
WORDS = {
    ANNA: {"stop": "STOP", "start": "START", "help": "Help, please!", "again": "START",
           "confirm-stop": "You have paused", "confirm-start": "You get our mail again",
           "confirm-help": "A coordinator will answer you"},
    CHLOE: {"stop": "Désabonnez-moi, s’il vous plaît", "start": "Reprendre", "help": "Aidez-moi", "again": "REPRENDRE",
            "confirm-stop": "Votre pause du programme", "confirm-start": "Vous recevez de nouveau",
            "confirm-help": "La coordination va vous répondre"},
    DIEGO: {"stop": "Quiero darme de baja", "start": "Reanudar, por favor", "help": "¡Ayuda!", "again": "REANUDAR",
            "confirm-stop": "Tu pausa en", "confirm-start": "Vuelves a recibir", "confirm-help": "La coordinación te responderá"},
}


def text_of(message):
    return message.get_body(("plain",)).get_content()


def confirmed(tap, scene, writer, subject, what):
    """The confirmation in the writer's mailbox: one, automatic, and without a word of theirs."""
    mail = scene.notice(writer, subject)[-1]
    tap.equal(mail["Auto-Submitted"], "auto-replied", "%s: confirmed by a program" % what)
    tap.ok("zebra" not in text_of(mail), "%s: the confirmation quotes nothing" % what)
    if os.environ.get("SHOW_MAILS"):
        tap.note("To: %s\nSubject: %s\n\n%s" % (mail["To"], mail["Subject"], text_of(mail)))
    return mail


def incident_of(scene, row):
    incident = scene.programme.value("SELECT id FROM incident WHERE inbox = ?", row["id"])
    return scene.programme.run("incident", "show", incident).stdout


def state_of(scene, address):
    return scene.programme.participant(address)["state"]


def to_plain_address(tap, scene):
    """STOP in the subject, START in reply to its confirmation, HELP in the body."""
    for writer, words in WORDS.items():
        name = writer.partition("@")[0]
        _, row = scene.write(writer, "", words["stop"], harness.PROGRAMME)
        scene.said(tap, row, "handled", "asked for a pause", "%s, stop" % name)
        mail = confirmed(tap, scene, writer, words["confirm-stop"], "%s, stop" % name)
        tap.equal(state_of(scene, writer), "paused", "%s, stop: paused, and told so all the same" % name)
        tap.contains(text_of(mail), words["again"], "%s, stop: and how to undo it" % name)
        scene.row(scene.programme.reply(writer, mail, words["start"]))
        confirmed(tap, scene, writer, words["confirm-start"], "%s, start" % name)
        tap.equal(state_of(scene, writer), "active", "%s, start: mail comes again" % name)
    for writer in (BEN, FARID):
        _, row = scene.write(writer, "STOP\n\nthank you", "A request", harness.PROGRAMME)
        scene.said(tap, row, "handled", "asked for a pause", "%s, stop in the body" % writer)
        _, row = scene.write(writer, "Hello,\n\nSTART", "A request", harness.PROGRAMME)
        scene.said(tap, row, "handled", "asked to get", "%s, start in the body" % writer)
        tap.equal(state_of(scene, writer), "active", "%s, start in the body: active" % writer)


def bounded(tap, scene):
    """The third answer of a day is not sent, what was asked for is done all the same; a stranger gets none."""
    before = len(scene.servers.messages(ANNA))
    _, row = scene.write(ANNA, "", "STOP", harness.PROGRAMME)
    scene.said(tap, row, "handled", "asked for a pause", "a third time")
    _, row = scene.write(ANNA, "", "START", harness.PROGRAMME)
    scene.said(tap, row, "handled", "asked to get", "a fourth time")
    _, row = scene.write(letters.STRANGER, "STOP", "STOP", harness.PROGRAMME)
    scene.said(tap, row, "waiting", "no participant", "a stranger")
    scene.servers.wait_for_empty_queue()
    tap.equal(len(scene.servers.messages(ANNA)), before, "nobody is written to without end")
    tap.equal(scene.programme.rows("SELECT 1 FROM outbox WHERE address = ?", letters.STRANGER), [], "a stranger: no answer")
    run = scene.programme.run
    run("participant", "pause", ELSA)
    _, row = scene.write(ELSA, "START", "Hello", harness.PROGRAMME)
    scene.said(tap, row, "waiting", "asks for help", "START after a coordinator's pause")
    tap.equal(state_of(scene, ELSA), "paused", "START after a coordinator's pause: it stands")
    confirmed(tap, scene, ELSA, "A coordinator will answer you", "START after a coordinator's pause")
    run("participant", "resume", ELSA)


def help_by_mail(tap, scene):
    """HELP in the body, a day later."""
    scene.programme.jump(25 * 3600)
    for writer, words in WORDS.items():
        name = writer.partition("@")[0]
        _, row = scene.write(writer, "%s\n\nThe zebra is gone." % words["help"], "Hello", harness.PROGRAMME)
        scene.said(tap, row, "waiting", "asks for help", "%s, help" % name)
        confirmed(tap, scene, writer, words["confirm-help"], "%s, help" % name)
    scene.notice(running.COORDINATOR, "Help is asked for", 3)


def reports(tap, scene):
    """In reply to the introduction a report goes to the coordinators alone; the reporter hears what happens now."""
    for writer, partner, text, subject, state in (
            (BEN, ANNA, "REPORT this partner asked me for money, zebra", "We have what you reported", "frozen"),
            (CHLOE, DIEGO, "Bonjour,\n\nJe veux signaler : il me demande de l’argent, zebra", "Nous avons bien reçu", "frozen"),
            (DIEGO, CHLOE, "Denuncia: me pide dinero, zebra", "Hemos recibido tu aviso", "frozen")):
        what = "report, %s" % writer.partition("@")[0]
        sent = scene.programme.reply(writer, scene.programme.message_to(writer, "introduction"), text)
        row = scene.row(sent)
        scene.said(tap, row, "waiting", "a report of misconduct", what)
        mail = confirmed(tap, scene, writer, subject, what)
        name = partner.partition("@")[0].title()
        tap.ok(name not in text_of(mail), "%s: no detail of the other" % what)
        tap.equal(scene.programme.value("SELECT state FROM partnership WHERE id = ?", row["partnership"]), state, "%s: frozen" % what)
        scene.none(tap, partner, sent, "%s: the partner gets nothing" % what)
        tap.ok(not any("zebra" in message.raw.decode("utf-8", "replace") for message in scene.servers.messages(partner)),
               "%s: not a word of it" % what)
        tap.contains(incident_of(scene, row), "zebra", "%s: whoever decides can read it" % what)
        tap.ok("zebra" not in scene.show(row), "%s: and nobody else" % what)
    tap.equal(len(scene.programme.rows("SELECT 1 FROM case_file WHERE reason LIKE 'A report of misconduct came in%'")), 3, "alerts")


def doubtful(tap, scene):
    """What may be a letter is asked about: "1" passes it on."""
    first, row = scene.write(ELSA, "Report from the zoo: the zebra has a foal.", "Hello Farid")
    scene.said(tap, row, "handled", "may be a report", "in doubt")
    scene.none(tap, FARID, first, "in doubt: kept back")
    scene.row(scene.programme.reply(ELSA, scene.notice(ELSA, "Is this for")[-1], "1"))
    scene.letter(FARID, first)
    tap.equal(scene.programme.value("SELECT state FROM partnership WHERE id = ?", row["partnership"]), "active", "in doubt: a letter")


def for_coordinators(tap, scene):
    """"2", for the coordinators, makes a report of it."""
    second, row = scene.write(ELSA, "Report on what he wrote to me, zebra.", "Hello")
    scene.said(tap, row, "handled", "may be a report", "in doubt again")
    scene.row(scene.programme.reply(ELSA, scene.notice(ELSA, "Is this for", 2)[-1], "2"))
    tap.equal(scene.programme.value("SELECT state FROM partnership WHERE id = ?", row["partnership"]), "frozen", "for us: a report")
    scene.none(tap, FARID, second, "for us: not passed on")
    confirmed(tap, scene, ELSA, "We have what you reported", "for us")
    tap.contains(incident_of(scene, row), "what he wrote", "for us: whoever decides can read it")


def journey(tap):
    with harness.MailServers() as servers, running.Programme(
            servers, running.STEPS, {"relay": "yes", "languages": ["en", "fr", "es"]}, speed=letters.SPEED,
            incoming={"poll_every": "10 hours"}) as programme:
        programme.begin_round(PEOPLE, PAIRS)
        programme.start()
        for each in PEOPLE:
            programme.message_to(each["email"], "introduction", 30)
        scene = Scene(programme, servers)
        for part in (to_plain_address, bounded, doubtful, reports, help_by_mail, for_coordinators):
            part(tap, scene)
        tap.equal(programme.stop(), 0, "the service stops in order")
        tap.ok(not re.search(r"(?m)^\S+ error ", programme.log()), "its log has no error")


tap.run(journey)
