#!/usr/bin/python3
"""Goal: people of a round meet live, by mail alone. An event for six time zones reaches each with the time where they live and
an entry that calendars read; they reply in their calendar or with a digit, and are counted; who says yes is reminded; what
changes, or is called off, is told and goes into the same entry. Partners who both want to talk are proposed times with the
month's check-in, choose by digits, and both get the one that suits both. Who is paused or under a report gets nothing."""
import datetime
import email.message
import email.policy
import os
import re
import sys
import zoneinfo

import icalendar

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import letters
import programme as running
import servers as harness
import tap
from letters import Scene
from programme import person

HOUR, DAY = 3600, 24 * 3600
STEPS = running.STEPS + """
step "check-in"  { to = "partnership"  when = "monthly + 14 days"  asks = "check-in"  expires = "10 days" }
"""
ANNA, NILS, CLAIRE, DIEGO, EVA, FEMI = ADDRESSES = [
    "anna@a.test", "nils@b.test", "claire@a.test", "diego@b.test", "eva@a.test", "femi@b.test"]
ZONES = {ANNA: "Europe/Berlin", NILS: "America/New_York", CLAIRE: "Europe/Paris", DIEGO: "America/Bogota",
         EVA: "Australia/Sydney", FEMI: "Africa/Lagos"}
CITIES = {ANNA: "Berlin time", NILS: "New York time", CLAIRE: "heure de Paris", DIEGO: "hora de Bogotá", EVA: "Sydney time",
          FEMI: "Lagos time"}
PEOPLE = [dict(person(name, address, country, language, ZONES[address]), Channels=channels)
          for name, address, country, language, channels in (
              ("Anna Berg", ANNA, "DE", "en", "yes, live talk too"), ("Nils Dahl", NILS, "US", "en", "yes, live talk too"),
              ("Claire Roy", CLAIRE, "FR", "fr", "yes, live talk too"), ("Diego Paz", DIEGO, "CO", "es", "letters are enough"),
              ("Eva Huber", EVA, "AU", "en", "yes, live talk too"), ("Femi Ade", FEMI, "NG", "en", ""))]
TITLE = "Webinar: the short letter"
URL = "https://meet.example.org/friends?room=12"


def plain(mail):
    return " ".join(mail.get_body(("plain",)).get_content().split())


def calendar_of(mail):
    """The one calendar part, beside text and HTML, with the METHOD that its header says."""
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    if len(parts) != 1:
        return None
    calendar = icalendar.Calendar.from_ical(parts[0].get_payload(decode=True))
    calendar.method, calendar.alternatives = parts[0].get_param("method"), [
        part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    calendar.event = calendar.walk("VEVENT")[0]
    return calendar


def begins(calendar):
    """UTC seconds of the entry, by the zone that it names."""
    start = calendar.event["DTSTART"]
    return int(start.dt.replace(tzinfo=zoneinfo.ZoneInfo(start.params["TZID"])).timestamp())


def organizer(calendar):
    return str(calendar.event["ORGANIZER"]).partition("mailto:")[2]


class Meeting(Scene):
    meeting = 1  # the number of the one that is looked at

    def mail(self, address, step="event", template="event-invitation", sequence=0):
        """Our newest mail of that kind to ADDRESS, about the meeting that is looked at as it was in SEQUENCE."""
        def arrived():
            rows = self.programme.rows(
                "SELECT message_id FROM outbox JOIN participant ON participant.id = participant WHERE participant.address = ?"
                " AND step = ? AND template = ? AND outbox.state = 'sent' AND (step <> 'event' OR key LIKE ?)"
                " ORDER BY outbox.id DESC", address, step, template, "meeting/%s/%d/%%" % (self.meeting, sequence))
            return [mail for mail in self.servers.messages(address) if rows and mail["Message-ID"] == rows[0]["message_id"]]
        return self.programme.wait_for(arrived, "%s to %s" % (template, address))[0]

    def digit(self, address, mail, text):
        return self.programme.reply(address, mail, text)

    def calendar(self, address, mail, answer, automatic=False):
        """Replies as a calendar program does: to the organizer, with the entry's own words."""
        event = calendar_of(mail).event
        reply = "\r\n".join(["BEGIN:VCALENDAR", "PRODID:-//Google Inc//Google Calendar 70.9054//EN", "VERSION:2.0",
                             "CALSCALE:GREGORIAN", "METHOD:REPLY", "BEGIN:VEVENT", "DTSTART:20270304T180000Z",
                             "DTSTAMP:20270201T101112Z", "ORGANIZER;CN=Friends:" + str(event["ORGANIZER"]),
                             "UID:" + str(event["UID"]),
                             "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=%s;CN=%s" % (answer, address),
                             " ;X-NUM-GUESTS=0:mailto:" + address, "SEQUENCE:%d" % event["SEQUENCE"], "STATUS:CONFIRMED",
                             "SUMMARY:" + TITLE, "END:VEVENT", "END:VCALENDAR", ""])
        message = self.servers.compose(address, organizer(calendar_of(mail)), "Accepted: " + TITLE, "This has been answered.",
                                       {"Auto-Submitted": "auto-generated"} if automatic else None)
        message.add_alternative(reply, subtype="calendar", params={"method": "REPLY"})
        return self.servers.send(address, organizer(calendar_of(mail)), message=message)

    def counts(self, number=1):
        row = self.programme.json("event", "show", number)[0]
        return row["invited"], row["yes"], row["no"], row["perhaps"]

    def event_mails(self):
        return self.programme.value("SELECT count(*) FROM outbox WHERE step = 'event' AND state = 'sent'")


def local(seconds, zone):
    return datetime.datetime.fromtimestamp(seconds, zoneinfo.ZoneInfo(zone))


def invited(tap, scene, start):
    for address in ADDRESSES:
        mail = scene.mail(address)
        calendar = calendar_of(mail)
        tap.equal(calendar.alternatives, ["text/plain", "text/html", "text/calendar"], "%s: three ways to read it" % address)
        tap.equal((calendar.method, str(calendar["METHOD"]), calendar.event["SEQUENCE"]), ("REQUEST", "REQUEST", 0),
                  "%s: a request" % address)
        tap.equal((begins(calendar), calendar.event["DTSTART"].params["TZID"]), (start, ZONES[address]),
                  "%s: at that moment, by their own clock" % address)
        tap.equal(str(calendar.event["ATTENDEE"]), "mailto:" + address, "%s: nobody else's address in it" % address)
        tap.equal(organizer(calendar), mail["Reply-To"].strip("<>"), "%s: calendars reply to the mail's own address" % address)
        for words in (CITIES[address], local(start, ZONES[address]).strftime("%H:%M"), URL):
            tap.contains(plain(mail), words, "%s: %s in words" % (address, words))
    tap.contains(plain(scene.mail(CLAIRE)), "Viendrez-vous", "Claire: in French")
    tap.contains(plain(scene.mail(DIEGO)), "¿Vendrás?", "Diego: in Spanish")


def answered(tap, scene):
    mails = {address: scene.mail(address) for address in ADDRESSES}
    forged = scene.servers.compose(FEMI, organizer(calendar_of(mails[ANNA])), "Accepted", "2")
    scene.servers.send(FEMI, forged["To"], message=forged)
    for message, state, words, what in (
            (scene.calendar(ANNA, mails[ANNA], "ACCEPTED"), "handled", "a calendar program's answer", "Anna, in her calendar"),
            (scene.calendar(NILS, mails[NILS], "TENTATIVE", automatic=True), "handled", "a calendar program's answer",
             "Nils, by a program that says it is one"),
            (scene.digit(CLAIRE, mails[CLAIRE], "1"), "handled", "answered an invitation with 1", "Claire, by a digit"),
            (scene.digit(DIEGO, mails[DIEGO], "No puedo, gracias."), "handled", "an invitation with 2", "Diego, in words"),
            (scene.digit(EVA, mails[EVA], "3"), "handled", "an invitation with 3", "Eva, by another"),
            (forged, "waiting", "somebody else than the person it was made for", "Femi, for Anna")):
        scene.said(tap, scene.row(message), state, words, what)
    tap.equal(scene.counts(), (6, 2, 1, 2), "counted, and nobody answers for another")
    scene.row(scene.digit(EVA, mails[EVA], "1"))
    tap.equal(scene.counts(), (6, 3, 1, 1), "a later answer counts")


def changed(tap, scene, start):
    programme = scene.programme
    programme.run("participant", "pause", FEMI)
    entry = calendar_of(scene.mail(ANNA))
    moment = local(start + HOUR, "Europe/Paris").strftime("%Y-%m-%d %H:%M Europe/Paris")
    programme.run("event", "change", 1, "--at", moment)
    for address in (ANNA, NILS, CLAIRE, DIEGO, EVA):
        calendar = calendar_of(scene.mail(address, sequence=1))
        tap.equal((calendar.event["SEQUENCE"], begins(calendar)), (1, start + HOUR), "%s: an hour later" % address)
    again = calendar_of(scene.mail(ANNA, sequence=1))
    tap.equal((str(again.event["UID"]), organizer(again)), (str(entry.event["UID"]), organizer(entry)),
              "the same entry, of the same organizer")
    tap.contains(scene.mail(ANNA, sequence=1)["Subject"], "Changed: ", "and the mail says so")
    tap.equal(scene.counts()[1:], (0, 0, 0), "what was answered before counts no more")
    for message in (scene.calendar(ANNA, scene.mail(ANNA, sequence=1), "ACCEPTED"),
                    scene.digit(CLAIRE, scene.mail(CLAIRE, sequence=1), "Oui, je viens !"),
                    scene.digit(NILS, scene.mail(NILS, sequence=1), "2"),
                    scene.calendar(ANNA, scene.mail(ANNA), "DECLINED")):
        scene.row(message)
    tap.equal(scene.counts()[1:], (2, 1, 0), "the new answers do, and a late one to the first invitation does not")


def reminded(tap, scene, start):
    programme = scene.programme
    for before, word in ((23 * HOUR, "In a day"), (50 * 60, "Soon")):
        programme.jump(start - before - programme.now())
        programme.settle()
        reminders = lambda: [mail for mail in scene.servers.messages(ANNA) if word in mail["Subject"]]
        tap.ok(programme.wait_for(reminders, word), "Anna: %s" % word)
        scene.mail(CLAIRE, template="event-reminder", sequence=1)
    who = programme.rows("SELECT participant.address, count(*) AS mails FROM outbox JOIN participant ON participant.id = participant"
                         " WHERE template = 'event-reminder' GROUP BY 1 ORDER BY 1")
    tap.equal([(row["address"], row["mails"]) for row in who], [(ANNA, 2), (CLAIRE, 2)], "who said yes, twice, and nobody else")
    programme.jump(2 * HOUR)
    programme.run("participant", "resume", FEMI)
    programme.settle()
    tap.equal([mail["Subject"] for mail in scene.servers.messages(FEMI) if "Changed" in mail["Subject"]], [],
              "Femi, who was paused, hears nothing of what is over")


def cancelled(tap, scene):
    programme = scene.programme
    moment = local(programme.now() + 5 * DAY, "Europe/Paris").strftime("%Y-%m-%d 19:00")
    programme.run("partnership", "hold", programme.value("SELECT max(id) FROM partnership"))
    programme.run("event", "create", "A second one", "--at", moment, "--url", URL, "--length", "30 minutes")
    scene.meeting = 2
    for address in ADDRESSES:
        scene.mail(address)
    scene.row(scene.calendar(NILS, scene.mail(NILS), "DECLINED"))
    programme.run("event", "cancel", 2)
    for address in (ANNA, CLAIRE, DIEGO, EVA, FEMI):
        calendar = calendar_of(scene.mail(address, template="event-cancelled", sequence=1))
        tap.equal((calendar.method, str(calendar.event["STATUS"]), calendar.event["SEQUENCE"]), ("CANCEL", "CANCELLED", 1),
                  "%s: called off" % address)
    programme.settle()
    tap.equal(programme.value("SELECT count(*) FROM outbox WHERE template = 'event-cancelled'"), 5, "who had declined is spared it")
    tap.equal([row["state"] for row in programme.json("event", "list")], ["planned", "cancelled"], "event list")
    tap.equal(programme.run("event", "change", 2, "--url", URL, check=False).returncode, 1, "what is off can't be changed")


def proposed(tap, scene):
    """Anna and Nils both want to talk; Claire's partner does not, and of Femi nobody knows."""
    programme = scene.programme
    programme.jump(programme.value("SELECT max(due_at) FROM schedule WHERE step = 'check-in' AND occurrence = 1") + 60
                   - programme.now())
    programme.settle()
    mails = {address: scene.mail(address, "check-in", "check-in") for address in (ANNA, NILS, CLAIRE)}
    rows = programme.rows("SELECT * FROM meeting WHERE state = 'proposed' ORDER BY starts_at")
    tap.equal(len(rows), 3, "three times, for one partnership alone")
    tap.ok("6" not in re.findall(r"\d+", plain(mails[CLAIRE]).split("Merci,")[0]), "Claire: none")
    for address in (ANNA, NILS):
        for digit, row in enumerate(rows, 6):
            here = local(row["starts_at"], ZONES[address])
            tap.contains(plain(mails[address]), "*%d* means %s, %d %s at %s, %s" % (
                digit, here.strftime("%A"), here.day, here.strftime("%B %Y"), here.strftime("%H:%M"), CITIES[address]),
                "%s: %d, by their own clock" % (address, digit))
            tap.ok(7 <= here.hour < 22, "%s: %d, in their day" % (address, digit))
    return mails, rows


def agreed(tap, scene):
    programme = scene.programme
    mails, rows = proposed(tap, scene)
    row = scene.row(scene.digit(ANNA, mails[ANNA], "1, 7 and 8"))
    scene.said(tap, row, "handled", "answered a check-in with 1", "Anna, both at once")
    tap.ok("wrote more" not in row["reason"], "Anna: nothing for coordinators to read")
    tap.equal(programme.value("SELECT count(*) FROM meeting WHERE partnership IS NOT NULL AND state = 'planned'"), 0,
              "nothing is agreed before both chose")
    scene.said(tap, scene.row(scene.digit(NILS, mails[NILS], "8")), "handled", "chose times to talk", "Nils, a time alone")
    scene.meeting = rows[2]["id"]
    for address, other in ((ANNA, "Nils"), (NILS, "Anna")):
        mail = scene.mail(address, sequence=1)
        calendar = calendar_of(mail)
        tap.equal(begins(calendar), rows[2]["starts_at"], "%s: the one that both chose" % address)
        tap.contains(str(calendar.event["SUMMARY"]), other, "%s: with whom" % address)
        tap.equal(calendar.event["ATTENDEE"].params["PARTSTAT"], "ACCEPTED", "%s: they said so already" % address)
        tap.ok(not (set((ANNA, NILS)) - {address}) & set(re.findall(r"[\w.]+@[ab]\.test", str(calendar.to_ical()))),
               "%s: without the partner's address" % address)
    scene.row(scene.digit(NILS, mails[NILS], "3"))
    tap.equal(programme.value("SELECT count(*) FROM answer WHERE question = 'check-in'"), 2, "the check-in itself can be answered yet")
    scene.digit(NILS, scene.mail(NILS, sequence=1), "2")
    off = calendar_of(scene.mail(ANNA, template="event-cancelled", sequence=2))
    tap.equal(off.method, "CANCEL", "one can't after all: the other is told")


def reported(tap, scene):
    """Nothing goes to either of a partnership that is under a report."""
    programme = scene.programme
    scene.row(scene.servers.send(CLAIRE, harness.PROGRAMME.replace("@", "+report@"), "", "Something is wrong."))
    before = scene.event_mails()
    moment = local(programme.now() + 5 * DAY, "Europe/Paris").strftime("%Y-%m-%d 19:00")
    programme.run("event", "create", "A third one", "--at", moment, "--url", URL)
    scene.meeting = programme.json("event", "list")[-1]["event"]
    scene.mail(ANNA)
    programme.settle()
    programme.wait_for(lambda: not programme.outbox("event", "queued"), "all to be decided")
    tap.equal(scene.event_mails() - before, 4, "the others are invited")


def held(tap, scene):
    told = scene.row(scene.digit(ANNA, scene.mail(ANNA), "MYDATA"))
    scene.said(tap, told, "handled", "", "Anna asks what is held")
    mail = scene.notice(ANNA, "What we hold about you")[0]
    tap.contains(plain(mail), "%s (yes)" % TITLE, "her answers are in it")
    eva = scene.programme.participant(EVA)["id"]
    count = "SELECT count(*) FROM attendee WHERE participant = ?"
    tap.ok(scene.programme.value(count, eva) > 0, "Eva was invited")
    scene.programme.run("participant", "erase", EVA, "--yes")
    tap.equal(scene.programme.value(count, eva), 0, "who is erased is forgotten there, too")


def journey(tap):
    with harness.MailServers() as servers, running.Programme(
            servers, STEPS, {"languages": ["en", "fr", "es"], "relay": "yes"}, speed=letters.SPEED,
            incoming={"poll_every": "10 hours"}) as programme:
        scene = Meeting(programme, servers)
        programme.advance(-120 * DAY)  # the mailbox takes no mail of tomorrow
        programme.begin_round(PEOPLE, [(ANNA, NILS), (CLAIRE, DIEGO), (EVA, FEMI)])
        programme.start()
        programme.wait_for_sent("introduction", 6)
        begin = local(programme.now() + 20 * DAY, "Europe/Paris").replace(hour=19, minute=0, second=0, microsecond=0)
        start = int(begin.timestamp())
        programme.run("event", "create", TITLE, "--at", begin.strftime("%Y-%m-%d %H:%M Europe/Paris"), "--url", URL)
        invited(tap, scene, start)
        answered(tap, scene)
        changed(tap, scene, start)
        reminded(tap, scene, start + HOUR)
        cancelled(tap, scene)
        agreed(tap, scene)
        reported(tap, scene)
        held(tap, scene)
        tap.equal(programme.stop(), 0, "the service stops in order")
        tap.ok(not re.search(r"(?m)^\S+ error ", programme.log()), "its log has no error")


tap.run(journey)
