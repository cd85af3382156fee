#!/usr/bin/python3
"""MYDATA and FORGET by mail, in French and in Spanish. All that is held comes to the address on file and to nobody else; after
FORGET name and address stand nowhere, which before they did: not in the database, its log, the service's log, or any folder of
the programme's mailbox. A killed service and a mail server that is away only delay that."""
import json
import os
import re
import sqlite3
import sys
import unicodedata

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import letters
import machine
import programme as running
import servers as harness
import tap
from letters import Scene
from programme import person

ANNA, BEN, CHLOE, DIEGO = "anna.berg@a.test", "ben@b.test", "chloe.lefevre@c.test", "diego.ruiz@d.test"
PEOPLE = [person("Anna Berg", ANNA), person("Ben Okoro", BEN), person("Chloé Lefèvre-Zwartbol", CHLOE, "FR", "fr", "Europe/Paris"),
          person("Diego Ruiz Quintanilla", DIEGO, "MX", "es", "America/Mexico_City")]
NAMES = {CHLOE: "Chloé Lefèvre-Zwartbol", DIEGO: "Diego Ruiz Quintanilla"}
MAILS = {CHLOE: {"my-data": "Ce que nous avons sur vous", "sure": "Devons-nous effacer", "gone": "Nous avons effacé"},
         DIEGO: {"my-data": "Lo que tenemos sobre ti", "sure": "¿Borramos todo", "gone": "Hemos borrado"}}


def folded(text):
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))


def traces(address):
    """As bytes that may stand somewhere: as written, and as the database folds them."""
    name = NAMES[address]
    return {word.encode() for word in (name, folded(name), folded(name).replace("-", " "), address)}


def as_read(mail):
    body = mail.get_body(("plain",))
    return "\n".join([str(value) for value in mail.values()] + [body.get_content() if body else ""]).encode()


def found(programme, servers, address):
    """Where the name or the address stands: {file or folder: words}."""
    words, places = traces(address), {}
    for directory, _, files in os.walk(programme.directory):
        for file in files:
            path = os.path.join(directory, file)
            if os.path.isfile(path) and not file.endswith((".csv", ".conf")):
                places[os.path.relpath(path, programme.directory)] = open(path, "rb").read()
    places["the service's log"] = programme.log().encode()
    for folder in ("INBOX", "Handled"):
        places[folder] = b"".join(mail.raw + as_read(mail) for mail in servers.messages(programme.mailbox, folder))
    return {place: hits for place, hits in ((place, sorted(word for word in words if word.lower() in content.lower()))
                                            for place, content in places.items()) if hits}


def my_data(tap, scene, writer):
    """Readable in the writer's language, as JSON beside it, once a day."""
    _, row = scene.write(writer, "MYDATA", "Hello", harness.PROGRAMME)
    scene.said(tap, row, "handled", "asked what is held", "%s, MYDATA" % writer)
    mail = scene.notice(writer, MAILS[writer]["my-data"])[-1]
    text = mail.get_body(("plain",)).get_content()
    tap.contains(text, NAMES[writer], "%s, MYDATA: to be read" % writer)
    attached = [part for part in mail.iter_attachments()]
    tap.equal([part.get_filename() for part in attached], ["my-data.json"], "%s, MYDATA: a file is attached" % writer)
    held = json.loads(attached[0].get_content() if attached[0].get_content_maintype() == "text" else attached[0].get_payload(decode=True))
    tap.equal((held["name"], held["address"]), (NAMES[writer], writer), "%s, MYDATA: as JSON" % writer)
    tap.ok(held["sent"] and held["partnerships"] and held["notes"], "%s, MYDATA: with mails, partnerships, notes" % writer)
    tap.equal(held["sent"][0]["message"], json.loads(scene.programme.run("participant", "export", writer, "--json").stdout)["sent"][0]["message"],
              "%s: the command says the same" % writer)
    if os.environ.get("SHOW_MAILS"):
        tap.note(text)
    scene.write(writer, "MYDATA", "Again", harness.PROGRAMME)
    scene.programme.settle()
    scene.servers.wait_for_empty_queue()
    tap.equal(len(scene.notice(writer, MAILS[writer]["my-data"])), 1, "%s, MYDATA: once a day" % writer)


def forged(tap, scene):
    """Whoever writes in somebody's name gets nothing, and does nothing: the question goes to the address on file."""
    _, row = scene.write(CHLOE, "FORGET", "Bonjour", harness.PROGRAMME, envelope=letters.STRANGER)
    scene.said(tap, row, "handled", "asked whether it is meant", "forged")
    question = scene.notice(CHLOE, MAILS[CHLOE]["sure"])[-1]
    tap.equal(scene.programme.rows("SELECT 1 FROM outbox WHERE address IS NOT NULL"), [], "forged: nobody else hears of it")
    forged_yes, row = scene.write(CHLOE, "1", "Re: nothing of yours", harness.PROGRAMME, envelope=letters.STRANGER)
    scene.programme.settle()
    tap.equal(scene.programme.participant(CHLOE)["state"], "active", "forged: without the mail itself nobody can answer it")
    return question


def forget(tap, scene, writer, question):
    programme, servers = scene.programme, scene.servers
    scene.write(writer, "Bonjour, je suis %s" % NAMES[writer], "A word", harness.PROGRAMME)
    before = found(programme, servers, writer)
    tap.ok("tandempost.db" in before or any(".db" in place for place in before), "%s: in the database before: %s" % (writer, sorted(before)))
    tap.ok("Handled" in before, "%s: and in the mailbox" % writer)
    identity = programme.participant(writer)["id"]
    programme.reply(writer, question, "1")
    programme.wait_for(lambda: programme.value("SELECT state FROM participant WHERE id = ?", identity) == "erased", "the erasing")
    scene.notice(writer, MAILS[writer]["gone"])
    programme.wait_for(lambda: programme.value("SELECT count(*) FROM erasure WHERE participant = ? AND done_at IS NOT NULL",
                                               identity), "nothing to be left")
    programme.wait_for(lambda: not found(programme, servers, writer), "the traces to go")
    tap.equal(found(programme, servers, writer), {}, "%s: name and address stand nowhere" % writer)
    tap.equal(programme.value("SELECT count(*) FROM member WHERE participant = ?", identity), 1, "%s: what counts is kept" % writer)
    tap.equal(programme.value("SELECT words FROM erasure WHERE participant = ?", identity), "", "%s: nor what was searched for" % writer)


def by_command(tap, scene):
    """Anna is erased by a coordinator; it wants --yes, and a dry run changes nothing. Meanwhile the mail server is away, and the
    service is killed: it is done later, and nothing is forgotten."""
    run = scene.programme.run
    tap.equal(run("participant", "erase", ANNA, check=False).returncode, 2, "by command: not without --yes")
    run("participant", "erase", ANNA, "--dry-run")
    tap.equal(scene.programme.participant(ANNA)["state"], "active", "by command: a dry run changes nothing")
    tap.contains(run("participant", "export", ANNA).stdout, "You asked what", "by command: what is held, to be read")
    identity = scene.programme.participant(ANNA)["id"]
    NAMES[ANNA] = "Anna Berg"
    scene.write(ANNA, "Hello, it is me, Anna Berg", "A word", harness.PROGRAMME)
    scene.programme.wait_for(lambda: "Handled" in found(scene.programme, scene.servers, ANNA), "her mail to be handled")
    scene.servers.stop_dovecot()
    run("participant", "erase", ANNA, "--yes")
    scene.programme.kill()
    tap.equal(scene.programme.value("SELECT mailbox_at FROM erasure WHERE participant = ?", identity), None,
              "by command: while the mail server is away, the mailbox is left to be done")
    tap.equal(scene.programme.value("SELECT address FROM participant WHERE id = ?", identity), "", "by command: the rest is done")
    scene.programme.start()
    scene.servers.start_dovecot()
    scene.programme.wait_for(lambda: not found(scene.programme, scene.servers, ANNA), "the traces to go")
    tap.equal(found(scene.programme, scene.servers, ANNA), {}, "by command: name and address stand nowhere")
    tap.equal(json.loads(scene.programme.run("participant", "show", identity, "--json").stdout)["state"], "erased", "by command: an id is left")
    tap.ok(run("participant", "export", identity, check=False).returncode == 1, "by command: nothing is left to be told")


def journey(tap):
    with harness.MailServers() as servers, running.Programme(
            servers, running.STEPS, {"relay": "yes", "languages": ["en", "fr", "es"]}, speed=letters.SPEED,
            incoming={"done_folder": "Handled"}) as programme:
        programme.begin_round(PEOPLE, [(ANNA, CHLOE), (BEN, DIEGO)])
        programme.start()
        for each in PEOPLE:
            programme.message_to(each["email"], "introduction", 30)
        scene = Scene(programme, servers)
        for address in (CHLOE, DIEGO):
            identity = programme.participant(address)["id"]
            database = sqlite3.connect(programme.database, timeout=machine.PATIENCE)
            with database:
                database.execute("INSERT INTO note (participant, author, at, text) VALUES (?, 'Kate', 1, ?)",
                                 (identity, "phoned " + NAMES[address]))
            database.close()
            my_data(tap, scene, address)
        question = forged(tap, scene)
        forget(tap, scene, CHLOE, question)
        scene.write(DIEGO, "FORGET", "Hola", harness.PROGRAMME)
        forget(tap, scene, DIEGO, scene.notice(DIEGO, MAILS[DIEGO]["sure"])[-1])
        by_command(tap, scene)
        tap.equal(programme.stop(), 0, "the service stops in order")
        errors = [line for line in re.findall(r"(?m)^\S+ error .*", programme.log()) if "mail waits to be read" not in line]
        tap.equal(errors, [], "its log has no error but that the mail server was away")


tap.run(journey)
