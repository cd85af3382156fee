#!/usr/bin/python3
"""Goal: a language is a folder. With one, and its code in the configuration, people are written to in it, are understood
in it, and coordinators are told why in it; no other file knows the language."""
import email.header
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
sys.path.insert(0, HERE)
import tap  # noqa: E402
from trial import Programme  # noqa: E402

INTRODUCTION = """Subject: Möt {{partner_names}}
Reply-To: partnership

Hej {{recipient.first_name}}! {{#partners}}{{name}} bor i {{country}}. {{/partners}}Ni skriver från {{start_date}}.
"""
WORDS = """1: ja, bra
STOP: avsluta
HELP: hjälp, jag behöver
    hjälp
Polite: tack
"""
ALERT = """Subject: Titta: {{reason}}

**{{reason}}**
"""
REASONS = """A participant asks for help
    En deltagare ber om hjälp
"""
LETTER = """Delivered-To: %s
From: Åsa <asa@a.test>
To: %s
Subject: Hej
Message-ID: <%d@a.test>
Date: Mon, 4 Jan 2027 10:00:00 +0100
Content-Type: text/plain; charset=utf-8

%s
"""


def deliver(programme, address, number, text):
    folder = programme.path("post-office", "friends@example.org")
    for name in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    with open(os.path.join(folder, "tmp", "%d.letter" % number), "w", encoding="utf-8") as file:
        file.write(LETTER % (address, address, number, text))
    os.rename(os.path.join(folder, "tmp", "%d.letter" % number), os.path.join(folder, "new", "%d.letter" % number))


def subject_of(mails):
    return [str(email.header.make_header(email.header.decode_header(re.search(r"^Subject: (.*(?:\n .*)*)", mail, re.M).group(1))))
            for mail in mails]


def journey(t):
    with Programme() as programme:
        programme.edit("tandempost.conf", 'languages = { "en" }', 'languages = { "sv", "en" }')
        programme.write("templates/sv/introduction.md", INTRODUCTION)
        programme.write("templates/sv/words.txt", WORDS)
        programme.write("templates/sv/coordinator-alert.md", ALERT)
        programme.write("templates/sv/reasons.txt", REASONS)
        t.contains(programme.run("template", "check").err, "sv/words.txt:4: a line that begins with a blank goes on with",
                   "a slip is told")
        programme.edit("templates/sv/words.txt", "behöver\n    hjälp", "behöver hjälp")
        t.equal(programme.run("template", "check").code, 0, "the folder is right")
        programme.with_people()
        programme.need("participant", "update", "asa@a.test", "--language", "sv")
        programme.need("round", "start", "2027a")
        with programme.daemon() as daemon:
            daemon.wait_for(lambda: json.loads(programme.need("status", "--json"))["service"]["last_fetch_at"])
            programme.introduce_now()
            daemon.wait_for(lambda: any("Reply-To" in mail for mail in programme.mails("asa@a.test")))
            mail = next(mail for mail in programme.mails("asa@a.test") if "Reply-To" in mail)
            t.ok("Möt Ben Okoro" in subject_of([mail]), "she is written to in it")
            t.contains(mail, "Content-Language: sv", "and told so")
            address = re.search(r"friends\+p[a-z0-9]+@example\.org", mail).group(0)
            deliver(programme, address, 1, "Hjälp, tack!")
            daemon.wait_for(lambda: programme.mails("kate@example.org"))
            told = programme.mails("kate@example.org")
            t.ok("Titta: En deltagare ber om hjälp" in subject_of(told),
                 "her word for HELP is understood, and coordinators are told why in it")
            t.contains(programme.need("alert", "list"), "A participant asks for help", "commands keep to English")
            deliver(programme, address, 2, "AVSLUTA")
            daemon.wait_for(lambda: programme.rows("participant", "show", "asa@a.test")[0]["state"] == "paused")
            t.ok(True, "her word for STOP pauses her")
            t.equal([mail for mail in programme.mails("ben@b.test") if "Subject: Hej" in mail], [],
                    "and neither went to her partner")


tap.run(journey)
