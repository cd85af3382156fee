#!/usr/bin/python3
"""Letters that are passed on, and those that partners write directly with us in copy: what everybody finds in their mailboxes."""
import email
import email.policy
import os
import re
import shutil
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import letters
import programme as running
import servers as harness
import tap
from coordinators import Coordinator
from letters import Scene
from programme import person

ADDRESSES, PEOPLE = letters.people("Anna Ben Chloe Dmitri Emil Fatou Vera Wim Zora Abel Iris")
ANNA, BEN, CHLOE, DMITRI, EMIL, FATOU, VERA, WIM, ZORA, ABEL, IRIS = ADDRESSES

SEALED = [  # what it says that it is, and its body
    ('multipart/signed; micalg="pgp-sha256"; protocol="application/pgp-signature"; boundary=b',
     b"--b\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nSigned.  \r\n \r\n--b\r\nContent-Type: application/pgp-signature\r\n"
     b"\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\niQEzBAEBCAAd\r\n-----END PGP SIGNATURE-----\r\n--b--\r\n"),
    ('multipart/encrypted; protocol="application/pgp-encrypted"; boundary="e e"',
     b"--e e\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n--e e\r\nContent-Type: application/octet-stream\r\n"
     b"\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA1\r\n-----END PGP MESSAGE-----\r\n\r\n--e e--\r\n"),
    ('application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"\r\nContent-Transfer-Encoding: base64',
     b"MIAGCSqGSIb3DQEHA6CAMIACAQAxggE=\r\n"),
    ('multipart/mixed; boundary=c',
     b"preamble\r\n--c\r\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\n"
     b"BEGIN:VEVENT\r\nSUMMARY:Tea\r\n  and cake\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n--c--\r\nepilogue\r\n"),
    ("text/plain; charset=utf-8; format=flowed; delsp=yes\r\nContent-Transfer-Encoding: 8bit",
     "Une ligne qui \r\n coule, \r\n> citée \r\n.\r\n..\r\n-- \r\nChloé\r\n".encode()),
    ("text/html; charset=koi8-r\r\nContent-Transfer-Encoding: 8bit", "<p>Привет\xa0<br></p>\r\n".encode("koi8-r")),
    ("text/plain; charset=x-unknown-1\r\nContent-Transfer-Encoding: 8bit", b"\x80\xff\xfe odd\r\n\r\n\r\n"),
]


def there_and_back(tap, scene):
    """Reply on the introduction reaches the partner; Reply on that comes back the same way, in one thread for each."""
    programme, hers, his = scene.programme, scene.programme.message_to(ANNA, "introduction"), scene.programme.message_to(
        BEN, "introduction")
    for whose, introduction in (("hers", hers), ("his", his)):
        body = "".join(part.get_content() for part in introduction.walk() if part.get_content_maintype() == "text")
        tags = set(re.findall(r"\+([a-z])[a-z2-7]{16}@", body))
        tap.equal(tags, {"p"}, "there: a reply that quotes the whole introduction gives away no other address (%s)" % whose)
    sent = programme.reply(ANNA, hers, "Dear Ben, the heron sang at 04:17.")
    letter = scene.letter(BEN, sent)
    letters.ours(tap, letter, ANNA, BEN, programme, "there")
    letters.in_thread(tap, letter, his["Message-ID"], [his["Message-ID"]], "there")
    tap.contains(letter.get_body(("plain",)).get_content(), "the heron sang", "there: with her words")
    tap.equal(letter["Subject"], "Re: " + his["Subject"], "there: in answer to what he was told, not to what she was")
    back = programme.reply(BEN, letter, "Dear Anna, so did ours.")
    answer = scene.letter(ANNA, back)
    letters.ours(tap, answer, BEN, ANNA, programme, "back")
    letters.in_thread(tap, answer, sent["Message-ID"], [hers["Message-ID"], sent["Message-ID"]], "back")
    tap.equal(answer["Subject"], "Re: Re: " + hers["Subject"], "back: and the other way round")
    third = programme.reply(ANNA, answer, "Ours sings on.")
    letters.in_thread(tap, scene.letter(BEN, third), back["Message-ID"],
                      [his["Message-ID"], sent["Message-ID"], back["Message-ID"]], "and again")
    contacts = programme.rows("SELECT address, channel FROM contact JOIN participant ON participant = participant.id ORDER BY contact.id")
    tap.equal([(each["address"], each["channel"]) for each in contacts], [(ANNA, "relay"), (BEN, "relay"), (ANNA, "relay")],
              "each letter is a contact")
    letters.forgotten(tap, scene, ["the heron sang", "so did ours"], [sent, back, third])


def attachments(tap, scene):
    """What is attached arrives byte for byte."""
    message = scene.servers.compose(BEN, scene.programme.tag("p", BEN), "Grüße & Bilder", "Liebe Anna, schau: ☂\n")
    picture, table = bytes(range(256)) * 40, "a;b\r\n1;ü\r\n".encode()
    message.add_attachment(picture, maintype="image", subtype="png", filename="Vögel.png")
    message.add_attachment(table, maintype="application", subtype="octet-stream", filename="table.csv")
    sent, _ = scene.write(BEN, "", message=message)
    letter = scene.letter(ANNA, sent)
    tap.equal([(part.get_filename(), part.get_content()) for part in letter.iter_attachments()],
              [("Vögel.png", picture), ("table.csv", table)], "attachments: arrive intact, by name")
    tap.equal(letter["Subject"], "Grüße & Bilder", "attachments: so does the subject")
    tap.equal(letter.raw.partition(b"\r\n\r\n")[2], message.as_bytes(policy=email.policy.SMTP).partition(b"\r\n\r\n")[2],
              "attachments: and the body, byte for byte")


def sealed(tap, scene):
    """Signed, encrypted and odd letters arrive byte for byte: any change would break a signature."""
    address = scene.programme.tag("p", CHLOE)
    for number, (kind, body) in enumerate(SEALED):
        head = ("From: Chloe <%s>\r\nTo: %s\r\nSubject: Sealed %d\r\nMessage-ID: <sealed%d@a.test>\r\nMIME-Version: 1.0\r\n"
                "Content-Type: %s\r\n\r\n" % (CHLOE, address, number, number, kind)).encode()
        scene.servers.deliver(CHLOE, address, head + body)
        message = email.message_from_bytes(head + body, policy=email.policy.default)
        letter = scene.letter(DMITRI, message)
        what = "sealed, %s" % kind.partition(";")[0]
        tap.equal(letter.raw.partition(b"\r\n\r\n")[2], body, "%s: the body is the same, byte for byte" % what)
        tap.equal(letter["Content-Type"], message["Content-Type"], "%s: and so is what it says that it is" % what)
        read = [part.get_payload(decode=True) for part in email.message_from_bytes(letter.raw).walk()]
        tap.equal(read, [part.get_payload(decode=True) for part in message.walk()],
                  "%s: and what a reader makes of it" % what)


def by_swaks(tap, scene):
    """Another mail program than Python's writes a letter, without a Message-ID of its own making."""
    if not shutil.which("swaks"):
        tap.skip("a letter by swaks", "swaks is not installed")
        return
    harness.run("swaks", "--server", "127.0.0.1:%d" % scene.servers.smtp_port, "--from", ANNA, "--to",
                scene.programme.tag("p",
                    ANNA), "--helo", "laptop.a.test", "--header", "Subject: By swaks", "--body", "Sent by another program.", "--hide-all")
    letter = scene.notice(BEN, "By swaks")[0]
    letters.ours(tap, letter, ANNA, BEN, scene.programme, "swaks")
    head = letter.raw.partition(b"\r\n\r\n")[0].decode("ascii")
    tap.ok("swaks" not in head.lower().replace("by swaks", "") and "laptop" not in head,
           "swaks: its program and network stay unknown")


def copied(tap, scene):
    """Who writes to the partner directly with us in copy is logged, and nothing is doubled; so is the reply to all. The same
    letter through both our addresses, or through a list that adds to it, is one."""
    copy = scene.programme.tag("p", EMIL)
    contacts = lambda: scene.programme.rows("SELECT participant.address, channel FROM contact JOIN participant ON participant ="
                                            " participant.id WHERE participant.address IN (?, ?) ORDER BY contact.id", EMIL, FATOU)
    message = scene.servers.compose(EMIL, FATOU, "Directly", "Dear Fatou, the swans are direct.", {"Cc": "%s, %s" % (copy,
        harness.PROGRAMME)})
    scene.servers.send(EMIL, [FATOU, copy, harness.PROGRAMME], message=message)
    scene.said(tap, scene.row(message), "handled", "logged as a contact", "partner in To")
    scene.none(tap, FATOU, message, "partner in To: not passed on as well")
    tap.equal([mail["Subject"] for mail in scene.servers.messages(FATOU)].count("Directly"), 1, "partner in To: she has it once")
    listed = scene.servers.compose(EMIL, FATOU, "Directly", "Dear Fatou, the swans are direct.\n--\nOne of our lists\n", {
        "Cc": copy, "Message-ID": message["Message-ID"], "Date": message["Date"]})
    scene.servers.deliver("", copy, listed)
    scene.programme.wait_for(lambda: len(scene.programme.rows("SELECT 1 FROM inbox WHERE message_id = ? AND state = 'duplicate'",
                                                              message["Message-ID"])) == 2, "both copies to be recognised")
    tap.equal([tuple(each.values()) for each in contacts()], [(EMIL, "cc")], "partner in To: one contact, however many copies")
    got = [mail for mail in scene.servers.messages(FATOU) if mail["Subject"] == "Directly"][0]
    answer = scene.servers.compose(FATOU, EMIL, "Re: Directly", "Dear Emil, so are the geese.", {
        "Cc": got["Cc"], "In-Reply-To": got["Message-ID"], "References": got["Message-ID"]})
    scene.servers.send(FATOU, [EMIL, copy], message=answer)
    scene.said(tap, scene.row(answer), "handled", "logged as a contact", "reply to all")
    plain = scene.servers.compose(FATOU, EMIL, "Plainly", "Dear Emil, and the plain address.", {"Cc": harness.PROGRAMME})
    scene.servers.send(FATOU, [EMIL, harness.PROGRAMME], message=plain)
    scene.said(tap, scene.row(plain), "handled", "logged as a contact", "our plain address in Cc")
    tap.equal([tuple(each.values()) for each in contacts()], [(EMIL, "cc"), (FATOU, "cc"), (FATOU, "cc")],
              "reply to all: her contacts")
    tap.equal(scene.letters(EMIL), [], "reply to all: nothing is passed on")
    letters.forgotten(tap, scene, ["swans are direct", "the geese", "the plain address"], [message, answer, plain])


def trio(tap, scene):
    """Of three, a letter reaches both others, or the one who did not get it directly."""
    sent, _ = scene.write(ZORA, "Dear both.")
    for reader in (ABEL, IRIS):
        letters.ours(tap, scene.letter(reader, sent), ZORA, reader, scene.programme, "trio")
    copy = scene.programme.tag("p", ABEL)
    message = scene.servers.compose(ABEL, ZORA, "To one", "Dear Zora, and Iris.", {"Cc": copy})
    scene.servers.send(ABEL, [ZORA, copy], message=message)
    scene.letter(IRIS, message)
    scene.none(tap, ZORA, message, "trio: who has it directly does not get it again")
    tap.equal([mail["Subject"] for mail in scene.servers.messages(ZORA)].count("To one"), 1, "trio: she has it once")

    scene.programme.run("participant", "pause", scene.programme.participant(ABEL)["id"])
    sent, row = scene.write(ZORA, "Dear both, one of you is away.")
    letters.ours(tap, scene.letter(IRIS, sent), ZORA, IRIS, scene.programme, "trio, one paused")
    scene.none(tap, ABEL, sent, "trio, one paused: he does not get it")
    text = " ".join(scene.notice(ZORA, "Abel did not get your letter")[0].get_body(("plain",)).get_content().split())
    tap.contains(text, "went to Iris", "trio, one paused: the writer hears whom it reached")
    tap.ok("pause" not in text.partition("You get this mail")[0], "trio, one paused: and not why it missed the other")
    letters.forgotten(tap, scene, ["one of you is away"], [sent])


def many(tap, scene):
    """Twenty letters a day each way pass; the next are held, until a coordinator lets them go."""
    sent = [scene.servers.compose(VERA, scene.programme.tag("p", VERA), "Letter %d" % number,
                                  "Dear Wim,\n\nthis is letter %d, and there will be more." % number)
            for number in range(22)]
    for letter in sent:
        scene.servers.deliver(VERA, scene.programme.tag("p", VERA), letter)
    rows = [scene.row(letter) for letter in sent]
    passed = {letter["Subject"] for letter, row in zip(sent, rows) if "held" not in row["reason"]}
    tap.equal(len(passed), 20, "many: beyond twenty they are held")
    kate = Coordinator(scene, running.COORDINATOR)
    told = kate.mail("Letters need a look", "LETTER: ")
    scene.programme.wait_for(lambda: len(scene.letters(WIM)) == 20, "twenty letters")
    tap.equal(sorted(mail["Subject"] for mail in scene.letters(WIM)), sorted(passed), "many: twenty arrive, each once")
    kate.reply(told, "Letter, please.")
    scene.programme.wait_for(lambda: len(scene.letters(WIM)) == 22, "all letters")
    back, _ = scene.write(WIM, "Dear Vera, please write less.")
    tap.ok(scene.letter(VERA, back), "many: the other way is free")


def introduced_first(tap, servers):
    """A letter to somebody whose introduction comes later: the introduction goes first."""
    with running.Programme(servers, "", {"relay": "yes"}, speed=30, mailbox="early@example.test") as programme:
        minute = time.strftime("%H:%M", time.gmtime(programme.now() + 300))
        programme.configure('step "introduction" { to = "partnership"  when = "start"  at = "%s" }' % minute)
        early, late = "nuria@a.test", "oskar@b.test"
        programme.begin_round([person("Nuria Berg", early, "CI", "en", "Africa/Abidjan"),
                               person("Oskar Berg", late, "CV", "en", "Atlantic/Cape_Verde")], [(early, late)])
        programme.start()
        introduction = programme.message_to(early, "introduction")
        tap.equal(servers.messages(late), [], "not yet introduced: his introduction comes an hour later")
        sent = programme.reply(early, introduction, "Dear Oskar, hello!")
        got = servers.wait_for_messages(late, 2)
        tap.equal([mail["Subject"] for mail in got], ["Meet Nuria Berg", "Re: Meet Nuria Berg"],
                  "not yet introduced: the introduction comes first, then the letter")
        letters.in_thread(tap, got[1], got[0]["Message-ID"], [got[0]["Message-ID"]], "not yet introduced")
        tap.ok(introduction["Message-ID"] not in got[1].raw.decode("ascii"), "not yet introduced: nothing of hers shows")
        programme.stop()


def journey(tap):
    with harness.MailServers() as servers:
        with running.Programme(servers, letters.STEPS, {"relay": "yes"}, speed=letters.SPEED,
                               incoming={"poll_every": "10 hours"}) as programme:
            letters.begin(programme, PEOPLE, list(zip(ADDRESSES[:8:2], ADDRESSES[1:8:2])), [(ZORA, ABEL, IRIS)])
            scene = Scene(programme, servers)
            for part in (there_and_back, attachments, sealed, by_swaks, copied, trio, many):
                if len(sys.argv) < 2 or part.__name__ in sys.argv[1:]:
                    part(tap, scene)
            tap.equal(programme.stop(), 0, "the service stops in order")
            tap.ok(not re.search(r"(?m)^\S+ error ", programme.log()), "its log has no error")
        introduced_first(tap, servers)


tap.run(journey)
