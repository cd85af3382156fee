#!/usr/bin/python3
"""When it must end, seen from every mailbox that is concerned, in English, French and Spanish: leaving with and without
another partner, a trio that goes on, and reports of misconduct: what is written in them is found
in their own table alone, and nothing tells the other one that anybody wrote."""
import os
import re
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import letters
import programme as running
import servers as harness
import tap
from letters import Scene
from programme import person

NAMES = "anna ben chloe diego greta hugo kira liam mona"
(ANNA, BEN, CHLOE, DIEGO, GRETA, HUGO, KIRA, LIAM, MONA) = (
    "%s@%s.test" % (name, "ab"[number % 2]) for number, name in enumerate(NAMES.split()))
FRENCH, MEXICAN = ("FR", "fr", "Europe/Paris"), ("MX", "es", "America/Mexico_City")
PEOPLE = [person("Anna Berg", ANNA), person("Ben Okoro", BEN, "KE", "en", "Africa/Nairobi"),
          person("Chloé Lefèvre", CHLOE, *FRENCH), person("Diego Ruiz", DIEGO, *MEXICAN),
          person("Greta Holm", GRETA, "SE", "en", "Europe/Stockholm"), person("Hugo Marin", HUGO, *FRENCH),
          person("Kira Lund", KIRA), person("Liam Byrne", LIAM, "IE", "en", "Europe/Dublin"),
          person("Mona Diaz", MONA, "PE", "es", "America/Lima")]
PAIRS = [(ANNA, BEN), (CHLOE, DIEGO), (GRETA, HUGO)]
TRIO = (KIRA, LIAM, MONA)
SECRET = "quagga"  # stands in every report, and nowhere else


def text_of(mail):
    return " ".join(mail.get_body(("plain",)).get_content().split())


def partnership_of(scene, address):
    return scene.programme.rows("SELECT partnership.* FROM partnership JOIN member ON member.partnership = partnership.id"
                                " JOIN participant ON participant.id = member.participant WHERE address = ? ORDER BY id", address)[0]


def application_of(scene, address):
    row = scene.programme.rows("SELECT application.* FROM application JOIN participant ON participant.id = participant"
                               " WHERE address = ?", address)[0]
    return row["state"], row["waits_for"]


def shown(tap, mail, what):
    if os.environ.get("SHOW_MAILS"):
        tap.note("%s\nTo: %s\nSubject: %s\n\n%s" % (what, mail["To"], mail["Subject"], text_of(mail)))
    return mail


def asks_in_check_in(tap, scene):
    """Anna answers her check-in with 5 and would like another partner; Ben is told kindly, and would, too."""
    scene.row(scene.programme.reply(ANNA, scene.programme.message_to(ANNA, "check-in"), "5"))
    question = shown(tap, scene.notice(ANNA, "You would like to stop")[0], "leaving")
    tap.equal(partnership_of(scene, ANNA)["state"], "active", "5: nothing is done before she has said how")
    _, row = scene.write(ANNA, "1", "Hello", harness.PROGRAMME)
    tap.equal(partnership_of(scene, ANNA)["state"], "active", "a digit that is no reply to the question: nothing is done")
    letter, _ = scene.write(BEN, "Dear Anna, how is your garden?")
    scene.letter(ANNA, letter)
    row = scene.row(scene.programme.reply(ANNA, question, "1"))
    scene.said(tap, row, "handled", "another partner", "Anna, 1")
    tap.equal(partnership_of(scene, ANNA)["state"], "dissolved", "Anna, 1: dissolved")
    tap.equal(application_of(scene, ANNA), ("waiting", "partner"), "Anna, 1: in line for another one")
    done = shown(tap, scene.notice(ANNA, "we look for another partner")[0], "done")
    tap.contains(text_of(done), "can't be brought back", "Anna: told what can't be undone")
    told = shown(tap, scene.notice(BEN, "Your partnership with Anna has ended")[0], "partner-left")
    tap.contains(text_of(told), "Another partner, please", "Ben: asked")
    tap.ok(not re.search(r"would like|wants|asked|left|digit 5", text_of(told).partition("Would you like to")[0]), "Ben: no reasons")
    letter, row = scene.write(BEN, "Dear Anna, why?")
    scene.said(tap, row, "handled", "its writer was told", "a letter afterwards")
    scene.none(tap, ANNA, letter, "a letter afterwards: not passed on")
    scene.row(scene.programme.reply(BEN, told, "1\n\nThank you, I liked it here."))
    tap.equal(application_of(scene, BEN), ("waiting", "partner"), "Ben, 1: in line")
    scene.notice(BEN, "We look for another partner for you")
    scene.row(scene.programme.reply(ANNA, done, "UNDO"))
    tap.equal(partnership_of(scene, ANNA)["state"], "dissolved", "UNDO: no way back")


def rematch_in_french(tap, scene):
    """Chloé writes the word for it in French and leaves the round; Diego is told in Spanish, and would like no other."""
    scene.write(CHLOE, "Changer de partenaire, s’il vous plaît", "Bonjour", harness.PROGRAMME)
    question = shown(tap, scene.notice(CHLOE, "Vous souhaitez arrêter")[0], "leaving, fr")
    scene.row(scene.programme.reply(CHLOE, question, "3"))
    stays = shown(tap, scene.notice(CHLOE, "Tout reste comme")[0], "stays, fr")
    tap.equal(partnership_of(scene, CHLOE)["state"], "active", "Chloé, 3: all is as it was")
    tap.equal([mail["Subject"] for mail in scene.servers.messages(DIEGO) if "terminado" in mail["Subject"]], [], "Diego: told nothing")
    row = scene.row(scene.programme.reply(CHLOE, question, "2"))
    scene.said(tap, row, "handled", "leaves the round", "Chloé, 2")
    shown(tap, scene.notice(CHLOE, "Vous avez quitté")[0], "left, fr")
    tap.equal(scene.programme.participant(CHLOE)["state"], "left", "Chloé: takes part in nothing else, and has left")
    tap.equal(application_of(scene, CHLOE)[0], "withdrawn", "Chloé: her application is withdrawn")
    _, row = scene.write(CHLOE, "JOIN", "Re", harness.PROGRAMME)
    tap.contains(row["reason"], "asks to join", "Chloé: the way back is to apply again")
    told = shown(tap, scene.notice(DIEGO, "Tu correspondencia con Chloé ha terminado")[0], "partner-left, es")
    scene.row(scene.programme.reply(DIEGO, told, "2"))
    shown(tap, scene.notice(DIEGO, "Descansas en esta ronda")[0], "no more, es")
    tap.equal((application_of(scene, DIEGO)[0], scene.programme.participant(DIEGO)["state"]), ("withdrawn", "active"),
              "Diego, 2: out of the round, and invited to the next")
    events = scene.programme.rows("SELECT what, why FROM event WHERE partnership = ? AND what LIKE '%dissolved'",
                                  partnership_of(scene, CHLOE)["id"])
    tap.equal(events, [{"what": "partnership active -> dissolved", "why": "asked for by mail"}], "the event log has the cause")


def trio(tap, scene):
    """One of three leaves; the other two go on, at the same address."""
    scene.row(scene.programme.reply(KIRA, scene.programme.message_to(KIRA, "check-in"), "5"))
    scene.row(scene.programme.reply(KIRA, scene.notice(KIRA, "You would like to stop")[0], "2"))
    shown(tap, scene.notice(LIAM, "You go on as two")[0], "trio")
    shown(tap, scene.notice(MONA, "Ahora siguen dos")[0], "trio, es")
    tap.equal(partnership_of(scene, LIAM)["state"], "active", "a trio: goes on")
    letter, _ = scene.write(LIAM, "Dear Mona, so we are two.")
    scene.letter(MONA, letter)
    scene.none(tap, KIRA, letter, "a trio: who left gets no letter")


def report(tap, scene, writer, other, sent, what, state="frozen", reporter=True):
    """The mail SENT reports: it is frozen, only coordinators hear, and the mail's text stands in the incident alone."""
    row = scene.row(sent)
    tap.equal((row["content"], row["subject"]), (None, None), "%s: nothing of it in the inbox" % what)
    incident = scene.programme.rows("SELECT * FROM incident WHERE inbox = ?", row["id"])[0]
    tap.ok(SECRET.encode() in incident["mail"], "%s: the incident has it" % what)
    tap.equal(incident["reporter"] == scene.programme.participant(writer)["id"], reporter, "%s: who it is from" % what)
    tap.contains(scene.programme.run("incident", "show", incident["id"]).stdout, SECRET, "%s: an administrator reads it" % what)
    tap.equal(partnership_of(scene, writer)["state"], state, "%s: %s" % (what, state))
    scene.none(tap, other, sent, "%s: the other one gets nothing" % what)
    tap.ok(SECRET not in scene.show(row), "%s: inbox show hasn't it" % what)
    return incident


def incidents(tap, scene):
    """A letter, a reply, the report address, and somebody else than it seems; then no action, a warning, and a ban."""
    run, wait = scene.programme.run, scene.notice
    sent, _ = scene.write(GRETA, "REPORT\n\nHe asks me for money, %s." % SECRET, "About %s" % SECRET)
    first = report(tap, scene, GRETA, HUGO, sent, "a letter")
    alert = shown(tap, wait(running.COORDINATOR, "Report of misconduct")[0], "alert")
    tap.contains(text_of(alert), "Greta Holm (%s), in the partnership with Hugo Marin (%s)" % (GRETA, HUGO), "the coordinator: who, and about whom")
    tap.ok("Greta" not in alert["Subject"] and SECRET not in alert.raw.decode("utf-8", "replace"), "the coordinator: no name in the subject, and no text")
    refused = run("inbox", "resolve", first["inbox"], check=False)
    tap.contains(refused.stderr, "incident close", "a report ends with a decision")
    more = scene.programme.reply(GRETA, wait(GRETA, "We have what you reported")[0], "And he is a %s, too." % SECRET)
    second = report(tap, scene, GRETA, HUGO, more, "more of it, in reply")
    run("incident", "close", first["id"], "no-action")
    tap.equal(partnership_of(scene, GRETA)["state"], "active" if not second["partnership"] else "frozen", "no action: goes on")
    sent = scene.programme.reply(GRETA, scene.programme.message_to(GRETA, "introduction"), "REPORT he goes on, %s" % SECRET)
    third = report(tap, scene, GRETA, HUGO, sent, "a reply")
    run("incident", "close", second["id"], "no-action")
    tap.equal(partnership_of(scene, GRETA)["state"], "frozen", "no action on one: the other report still freezes it")
    run("incident", "close", third["id"], "warning", "--words", "Please ask nobody for money.")
    tap.equal(partnership_of(scene, GRETA)["state"], "active", "a warning: goes on")
    forged, _ = scene.write(GRETA, "REPORT %s" % SECRET, "Hello", harness.PROGRAMME,
                            headers={"Authentication-Results": "%s; dmarc=fail header.from=a.test" % letters.OUR_SERVER})
    fourth = report(tap, scene, GRETA, HUGO, forged, "somebody forged", "active", reporter=False)
    run("incident", "close", fourth["id"], "no-action")
    local, _, domain = harness.PROGRAMME.partition("@")
    sent, _ = scene.write(GRETA, "He goes on and on, %s." % SECRET, "Hello", "%s+report@%s" % (local, domain))
    fifth = report(tap, scene, GRETA, HUGO, sent, "the report address")
    before = len(scene.servers.messages(HUGO))
    run("incident", "close", fifth["id"], "ban")
    tap.equal((partnership_of(scene, GRETA)["state"], scene.programme.participant(HUGO)["state"]), ("dissolved", "left"), "a ban")
    wait(GRETA, "Your partnership with Hugo has ended")
    scene.programme.settle()
    scene.servers.wait_for_empty_queue()
    tap.equal(len(scene.servers.messages(HUGO)), before, "a ban: the service tells him nothing")


def banned(tap, scene):
    """Sign-up by mail gets no answer, no file takes the address on, and nobody may have it as a new one."""
    run = scene.programme.run
    before = len(scene.servers.messages(HUGO))
    _, row = scene.write(HUGO, "JOIN", "JOIN", harness.PROGRAMME)
    scene.said(tap, row, "handled", "may take part no more", "JOIN")
    scene.programme.settle()
    tap.equal(len(scene.servers.messages(HUGO)), before, "JOIN: no answer, not even that")
    rows = [person("Hugo Marin", HUGO.upper(), *FRENCH)]
    refused = run("participant", "import", scene.programme.write_csv("banned.csv", rows), "--round", running.ROUND, check=False)
    tap.contains(refused.stdout + refused.stderr, "may take part no more", "a file: refused")
    refused = run("participant", "update", GRETA, "--address", HUGO, check=False)
    tap.ok(refused.returncode != 0, "an address: refused")
    tap.equal(scene.programme.rows("SELECT 1 FROM ban WHERE hash LIKE '%hugo%'"), [], "the ban holds no address")


def nowhere(tap, scene):
    """Logs, mails, what commands say, exports, a backup and the database: the text is in the table of incidents alone."""
    programme, servers = scene.programme, scene.servers
    needle = SECRET.encode()
    for address in [each["email"] for each in PEOPLE] + [running.COORDINATOR]:
        ours = [mail for mail in servers.messages(address) if needle in mail.raw]
        tap.equal([mail["Subject"] for mail in ours], [], "%s: no mail has it" % address)
    for folder in ("INBOX", "Handled"):
        tap.equal([mail["Subject"] for mail in servers.messages(programme.mailbox, folder) if needle in mail.raw], [],
                  "the programme's mailbox: gone")
    tap.ok(SECRET not in programme.log(), "the log hasn't it")
    said = [programme.run(*words.split()).stdout for words in (
        "inbox list --all --json", "alert list --all --json", "incident list --all --json", "partnership list --json",
        "outbox list --all --json", "participant list --json", "status", "timeline")
        if programme.run(*words.split(), check=False).returncode == 0]
    said += [programme.run("partnership", "show", row["id"]).stdout for row in programme.rows("SELECT id FROM partnership")]
    tap.ok(len(said) > 8 and not any(SECRET in words for words in said), "no command but one says it")
    programme.run("backup", programme.path("without.db"))
    with open(programme.path("without.db"), "rb") as file:
        tap.ok(needle not in file.read(), "a backup: left out")
    programme.run("backup", programme.path("with.db"), "--with-incidents")
    with open(programme.path("with.db"), "rb") as file:
        tap.ok(needle in file.read(), "a backup that was asked to have it")
    copy = sqlite3.connect(programme.path("with.db"))
    copy.execute("PRAGMA secure_delete = ON")
    copy.execute("UPDATE incident SET mail = NULL")
    copy.commit()
    copy.close()
    with open(programme.path("with.db"), "rb") as file:
        tap.ok(needle not in file.read(), "in its own table alone, free pages included")
    tap.equal(programme.stop(), 0, "the service stops in order")
    wal = programme.database + "-wal"
    tap.ok(not os.path.exists(wal) or needle not in open(wal, "rb").read(), "the write-ahead log hasn't it")
    tap.ok(not re.search(r"(?m)^\S+ error ", programme.log()), "its log has no error")


def journey(tap):
    with harness.MailServers() as servers, running.Programme(
            servers, letters.STEPS, {"relay": "yes", "languages": ["en", "fr", "es"], "authserv_id": letters.OUR_SERVER},
            speed=letters.SPEED, incoming={"poll_every": "10 hours"}) as programme:
        letters.begin(programme, PEOPLE, PAIRS, [TRIO])
        scene = Scene(programme, servers)
        for part in (asks_in_check_in, rematch_in_french, trio, incidents, banned, nowhere):
            part(tap, scene)


tap.run(journey)
