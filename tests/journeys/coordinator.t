#!/usr/bin/python3
"""Goal: coordinators look after people by nothing but replies, each for their own countries, in their own language. What
everybody concerned finds in their mailbox then: the participant, the partner, and the coordinators; that what can't be undone
is asked back; that nobody else's reply does anything; and that what a coordinator leaves lying reaches another one."""
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import letters
import programme as running
import servers as harness
import tap
from coordinators import COMMANDS, Coordinator, text_of
from letters import Scene
from programme import person

DAY = 24 * 3600
NAMES = "anna chloe ben hugo greta iris jan kira liam mona nora omar pia quentin"
(ANNA, CHLOE, BEN, HUGO, GRETA, IRIS, JAN, KIRA, LIAM, MONA, NORA, OMAR, PIA, QUENTIN) = ADDRESSES = [
    "%s@%s.test" % (name, "ab"[number % 2]) for number, name in enumerate(NAMES.split())]
FRENCH = ("FR", "fr", "Europe/Paris")
PEOPLE = [person("Anna Berg", ANNA, "SE", "en", "Europe/Stockholm"), person("Chloé Lefèvre", CHLOE, *FRENCH),
          person("Ben Okoro", BEN), person("Hugo Marin", HUGO, *FRENCH),
          person("Greta Holm", GRETA, "SE", "en", "Europe/Stockholm"), person("Iris Byrne", IRIS, "IE", "en", "Europe/Dublin"),
          person("Jan Vos", JAN, "NL", "en", "Europe/Amsterdam"), person("Kira Lund", KIRA, "DK", "en", "Europe/Copenhagen"),
          person("Liam Walsh", LIAM, "IE", "en", "Europe/Dublin"), person("Mona Diaz", MONA, "PT", "en", "Europe/Lisbon"),
          person("Nora Dahl", NORA, "NO", "en", "Europe/Oslo"), person("Omar Haddad", OMAR, "MA", "fr", "Africa/Casablanca"),
          person("Pia Aalto", PIA, "FI", "en", "Europe/Helsinki"), person("Quentin Roy", QUENTIN, *FRENCH)]
CLAIRE, MERE = "claire@coordinators.test", "mere@coordinators.test"
COORDINATORS = {"Claire": {"address": CLAIRE, "countries": ["FR"], "languages": ["fr"]},
                "Mere": {"address": MERE, "countries": ["NZ"]}}


class Office(Scene):
    def __init__(self, programme, servers):
        super().__init__(programme, servers)
        self.kate, self.claire, self.mere = (Coordinator(self, address) for address in (running.COORDINATOR, CLAIRE, MERE))

    def answer(self, address, text, step="check-in"):
        return self.row(self.programme.reply(address, self.programme.message_to(address, step), text))

    def case(self, participant, kind=None):
        """The newest case about somebody."""
        return self.programme.rows("SELECT case_file.* FROM case_file JOIN participant ON participant.id = participant WHERE"
                                   " address = ? AND kind = coalesce(?, kind) ORDER BY case_file.id DESC", participant, kind)[0]

    def closed(self, tap, participant, what, kind=None):
        self.programme.wait_for(lambda: self.case(participant, kind)["closed_at"], what)
        tap.ok(True, what)

    def partnership(self, address):
        return self.programme.rows("SELECT partnership.* FROM partnership JOIN member ON member.partnership = partnership.id JOIN"
                                   " participant ON participant.id = member.participant WHERE address = ? ORDER BY id DESC",
                                   address)[0]

    def subjects(self, address):
        return [mail["Subject"] for mail in self.servers.messages(address)]

    def days(self, count, hours=12):
        for _ in range(int(count * 24 / hours)):
            self.programme.advance(hours * 3600)
            self.programme.settle()


def french(tap, office):
    """Chloé asks for help in her check-in: the coordinator of her country hears of it, in French, and nobody else does."""
    office.answer(CHLOE, "4\n\nJe ne sais plus quoi écrire, le zèbre s’est tu.")
    alert = office.claire.mail("Demande d’aide", "le zèbre s’est tu")
    tap.contains(text_of(alert), "RÉPONSE et vos mots", "Claire: what she may reply, in French")
    tap.ok("Chloé" in alert["Subject"] and "zèbre" not in alert["Subject"], "Claire: whom it is about")
    tap.equal(office.subjects(running.COORDINATOR) + office.subjects(MERE), [], "the others hear nothing of it")
    office.claire.reply(alert, "Je l’ai eue au téléphone hier.\nElle rappelle.\n\nClaire")
    tap.equal(office.case(CHLOE)["closed_at"], None, "free words: a note, and no more")
    office.claire.reply(alert, "Réponse : Bonjour Chloé,\n\nparlez-lui donc de vos zèbres !\n\nClaire")
    got = office.notice(CHLOE, "Une réponse du programme")[0]
    tap.contains(text_of(got), "parlez-lui donc de vos zèbres", "ANSWER: Chloé reads it")
    tap.ok(CLAIRE not in got.raw.decode() and "Elle rappelle" not in text_of(got), "ANSWER: and neither the note nor her address")
    office.row(office.programme.reply(CHLOE, got, "Merci, c’est une idée de génie."))
    again = office.claire.mail("une idée de génie")
    tap.ok(not office.case(CHLOE)["closed_at"], "what she replies is the same case")
    office.claire.reply(again, "Plus tard 5 jours")
    reminders = lambda: [mail for mail in office.claire.mails() if "une idée de génie" in text_of(mail)]
    office.days(4.5)
    tap.equal(len(reminders()), 1, "SNOOZE: nothing for five days")
    office.days(1.5)
    reminder = office.programme.wait_for(lambda: reminders()[1:], "the reminder")[0]
    office.claire.reply(reminder, "Réglé, merci !")
    office.closed(tap, CHLOE, "DONE, in French; where a digest tells of one case it needs no number")
    office.claire.reply(again, "FAIT")
    office.claire.mail("Pas fait", "C’était déjà réglé")
    office.programme.settle()
    tap.equal(len(office.subjects(ANNA)), 2, "the partner hears nothing: has the introduction and the check-in alone")
    shown = office.programme.run("partnership", "show", office.partnership(CHLOE)["id"]).stdout
    tap.contains(shown, "Elle rappelle", "the note is with the partnership")


def at_rest(tap, office):
    """HOLD and STOP, and RESUME after each; CONTACT at last."""
    office.answer(GRETA, "4")
    alert = office.kate.mail("Help is asked for", "Greta Holm")
    office.kate.reply(alert, "Hold.\n\nI want to telephone with both first.\n\nKate")
    tap.equal(office.partnership(GRETA)["state"], "held", "HOLD: nothing more passes")
    letter, _ = office.write(IRIS, "Dear Greta, are you well?")
    tap.contains(text_of(office.notice(IRIS, "was not passed on")[0]), "need not have anything to do with you", "HOLD: the writer is told, kindly")
    office.none(tap, GRETA, letter, "HOLD: and no letter passes")
    office.kate.reply(alert, "RESUME")
    letter, _ = office.write(IRIS, "Dear Greta, once more.")
    tap.ok(office.letter(GRETA, letter), "RESUME: letters pass")
    office.kate.reply(alert, "STOP, please")
    tap.equal(office.programme.participant(GRETA)["state"], "paused", "STOP: she gets no mail")
    letter, _ = office.write(IRIS, "Dear Greta, a third one.")
    office.none(tap, GRETA, letter, "STOP: no letter either")
    office.kate.reply(alert, "Resume\nContact")
    office.closed(tap, GRETA, "CONTACT closes it")
    tap.equal(office.programme.participant(GRETA)["state"], "active", "RESUME: she gets mail again")
    tap.equal(office.programme.rows("SELECT 1 FROM contact WHERE channel = 'coordinator' AND partnership = ?",
                                    office.partnership(GRETA)["id"]), [{"1": 1}], "CONTACT: noted")


def ended(tap, office):
    """What can't be undone is asked back; both are told, and who would like another partner gets one by MATCH."""
    office.answer(JAN, "4\n\nWe two don't get on.")
    office.answer(LIAM, "4\n\nMona has moved to the moon.")
    for writer, word in ((JAN, "REMATCH"), (LIAM, "DISSOLVE")):
        alert = office.kate.mail("Help is asked for", writer.partition("@")[0].title() + " ")
        office.kate.reply(alert, word)
        asked = office.kate.mail("Are you sure?", "Reply YES within a week", writer.partition("@")[0].title() + " ")
        office.kate.reply(asked, "No.")
        tap.equal(office.partnership(writer)["state"], "active", "%s, and NO: nothing is done" % word)
        office.kate.reply(asked, "Yes, please.\n\nKate")
        office.programme.wait_for(lambda: office.partnership(writer)["state"] == "dissolved", word)
        office.kate.reply(alert, "DONE")
        office.closed(tap, writer, "%s: dealt with" % word)
    for address in (LIAM, MONA):
        told = text_of(office.notice(address, "has ended")[0])
        tap.ok("moon" not in told and "coordinator ended" not in told, "DISSOLVE: %s is told, and not why" % address)
    office.row(office.programme.reply(MONA, office.notice(MONA, "has ended")[0], "1"))
    offers = lambda: [mail for mail in office.kate.mails() if "suit each other" in text_of(mail)]
    for _ in range(8):  # to a Monday
        if not offers():
            office.days(1)
    offer = offers()[0]
    proposed = re.split("Done since|Silent for a while|Reply to this mail", text_of(offer).partition("suit each other")[2])[0]
    pair = [address for address in (JAN, KIRA, MONA) if office.programme.participant(address)["name"] in proposed]
    tap.ok(len(pair) == 2 and MONA in pair, "the pair: never the same two again")
    number = office.programme.value("SELECT id FROM case_file WHERE kind = 'rematch' AND closed_at IS NULL")
    office.kate.reply(offer, "%d Match, please!" % number)
    for address in pair:
        office.programme.wait_for(lambda: len([subject for subject in office.subjects(address) if "Meet " in subject]) > 1,
                                  "the introduction of %s" % address)
    tap.equal(office.partnership(pair[0])["id"], office.partnership(pair[1])["id"], "MATCH: the two are partners")


def reported(tap, office, reporter, other, what):
    """A letter that reports; Kate hears of it, without its words, and who looks after a country does not."""
    before = len(office.kate.mails())
    letter, row = office.write(reporter, "REPORT\n\nThe quagga, %s." % what, "About %s" % what)
    alert = office.programme.wait_for(lambda: [mail for mail in office.kate.mails()[before:] if "Report of misconduct" in
                                               mail["Subject"]], "the report")[0]
    tap.ok("quagga" not in alert.raw.decode("utf-8", "replace"), "%s: the mail has not its words" % what)
    tap.equal(office.partnership(reporter)["state"], "frozen", "%s: frozen" % what)
    return alert


def incidents(tap, office):
    """The four ways in which a report ends, each by a reply; none tells the other one that anybody reported."""
    alert = reported(tap, office, NORA, OMAR, "no action")
    letter, _ = office.write(OMAR, "Chère Nora, pourquoi ce silence ?")
    told = text_of(office.notice(OMAR, "n’a pas été transmise")[0])
    tap.ok(not re.search("signal|bloqu", told.partition("Vous recevez ce message")[0], re.I), "frozen: his notice tells nothing of it")
    office.none(tap, NORA, letter, "frozen: she does not get his letter")
    office.kate.reply(alert, "DONE")
    refused = office.kate.mail("Not done", "a report needs a decision")
    office.kate.reply(refused, "No action")
    office.programme.wait_for(lambda: office.partnership(NORA)["state"] == "active", "no action")
    letter, _ = office.write(OMAR, "Chère Nora, comment va le jardin ?")
    tap.ok(office.letter(NORA, letter), "NO ACTION: letters pass")
    heard = len(office.subjects(OMAR))
    office.kate.reply(reported(tap, office, NORA, OMAR, "a warning"), "WARNING\n\nPlease ask nobody for money.")
    tap.equal(len(office.subjects(OMAR)), heard, "WARNING: nothing before YES")
    office.kate.reply(office.kate.mail("Are you sure?", "reminded of the rules"), "YES")
    warned = text_of(office.notice(OMAR, "Un mot sur notre façon")[0])
    tap.contains(warned, "Please ask nobody for money.", "WARNING: in the coordinator's words")
    tap.ok(not re.search("Nora|signal[ée]|report|plaint", warned.partition("Vous recevez ce message")[0], re.I),
           "WARNING: nothing of a report")
    tap.equal(office.partnership(NORA)["state"], "active", "WARNING: it goes on")
    heard = len(office.subjects(OMAR))
    office.kate.reply(reported(tap, office, NORA, OMAR, "a ban"), "Ban")
    office.kate.reply(office.kate.mail("Are you sure?", "leaves the programme"), "yes")
    office.notice(NORA, "Your partnership with Omar has ended")
    tap.equal(office.programme.participant(OMAR)["state"], "left", "BAN: he has left")
    office.write(OMAR, "JOIN", "JOIN", harness.PROGRAMME)
    office.programme.settle()
    tap.equal(len(office.subjects(OMAR)), heard, "BAN: he is told nothing, whatever he writes")
    alert = reported(tap, office, PIA, QUENTIN, "the end")
    office.kate.reply(alert, "TERMINATE")
    office.kate.reply(office.kate.mail("Are you sure?", "The partnership is over"), "1")
    for address, subject in ((PIA, "Your partnership with Quentin has ended"), (QUENTIN, "Votre correspondance avec Pia")):
        tap.ok(not re.search("report|signal", text_of(office.notice(address, subject)[0]).partition("1.")[0], re.I),
               "TERMINATE: %s reads that it is over, and nothing else" % address)
    tap.equal([subject for subject in office.subjects(CLAIRE) if "Signalement" in subject], [], "Claire hears of no report")


def letter(tap, office):
    """Hugo's letter began with a word to us, and he gave it to the coordinators; Claire passes it on after all."""
    sent, _ = office.write(HUGO, "Aide\n\nCher Ben, mon okapi a besoin de ton aide.")
    office.row(office.programme.reply(HUGO, office.notice(HUGO, "Pour Ben, ou")[0], "2"))
    office.none(tap, BEN, sent, "for the coordinators: Ben has not got it")
    before = len(office.claire.mails())
    office.programme.wait_for(lambda: office.case(HUGO)["tell_at"] is not None, "the case")
    office.days(max(0, office.case(HUGO)["tell_at"] - office.programme.now()) / DAY + 0.5)
    digest = office.programme.wait_for(lambda: [mail for mail in office.claire.mails()[before:] if "Hugo" in text_of(mail)],
                                       "Claire's digest")[-1]
    tap.ok("okapi" not in text_of(digest), "a letter stands in no digest")
    office.claire.reply(digest, "%d Lettre" % office.case(HUGO)["id"])
    tap.contains(text_of(office.letter(BEN, sent)), "mon okapi a besoin", "LETTER: Ben has it")
    office.closed(tap, HUGO, "LETTER: dealt with")
    for number in range(3):
        sent, row = office.write(HUGO, "Cher Ben, toujours le même okapi.", "La même")
    office.said(tap, row, "waiting", "the same letter", "the same letter for the third time")
    office.days(max(0, office.case(HUGO)["tell_at"] - office.programme.now()) / DAY + 0.5)
    digest = office.claire.mail("Hugo", "LETTRE")
    office.none(tap, BEN, sent, "the third one is held")
    office.claire.reply(digest, "%d Transmettre" % office.case(HUGO)["id"])
    tap.ok(office.letter(BEN, sent), "LETTER: it goes all the same")


def bound(tap, office):
    """Mere alone answers for Ben; who else has her mail, or writes to where it leads, does nothing by it."""
    office.answer(BEN, "4\n\nHugo is an okapi.")
    alert = office.mere.mail("Help is asked for", "Hugo is an okapi")
    tap.equal([subject for subject in office.subjects(running.COORDINATOR) if "Ben" in subject], [], "Kate hears nothing of it")
    to = alert["Reply-To"].strip("<>")
    office.servers.add_user(letters.STRANGER)
    for sender in (running.COORDINATOR, CLAIRE, BEN, letters.STRANGER):
        office.row(office.programme.reply(sender, alert, "DONE"))
    forged = office.servers.compose(MERE, to, "Re: " + alert["Subject"], "DONE", {
        "Authentication-Results": "%s; dmarc=fail header.from=coordinators.test" % letters.OUR_SERVER})
    office.servers.deliver("evil@elsewhere.test", to, forged)
    office.row(forged)
    tap.equal(office.case(BEN, "help")["closed_at"], None, "another coordinator, Ben, a stranger, a forger: it is open")


def left_lying(tap, office):
    """Nobody answers for three days: the programme's coordinator hears of it; and sixty days later the old mail binds no more."""
    alert, number = office.mere.mail("Help is asked for", "Hugo is an okapi"), office.case(BEN, "help")["id"]
    office.days(4)
    told = office.kate.mail("nobody has answered it for three days", "Hugo is an okapi")
    tap.contains(text_of(told), "%d" % number, "left lying: Kate has it, with its number")
    office.days(60, 60 * 24)
    office.mere.reply(alert, "DONE")
    office.mere.mail("Not done", "older than 60 days")
    tap.equal(office.case(BEN, "help")["closed_at"], None, "an old mail: nothing is done")
    before = len(office.mere.mails())
    office.days(8, 24)
    newer = [mail for mail in office.mere.mails()[before:] if "Hugo is an okapi" in text_of(mail)][-1]
    office.mere.reply(newer, "%d DONE" % number)
    office.closed(tap, BEN, "a newer one: dealt with", "help")


def away(tap, office):
    """Claire's mail program says until when she is away, and Kate stands in."""
    office.answer(CHLOE, "4\n\nEncore le zèbre.")
    alert, until = office.claire.mail("Demande d’aide", "Encore le zèbre"), office.programme.now() + 10 * DAY
    office.claire.reply(alert, "Je suis absente jusqu’au %s." % time.strftime("%Y-%m-%d", time.gmtime(until)),
                        subject="Absence du bureau", headers={"Auto-Submitted": "auto-replied"})
    office.days(1)
    told = office.kate.mail("Claire is away", "Encore le zèbre")
    office.kate.reply(told, "%d ANSWER Dear Chloé, Claire is away; I shall telephone.\n\nKate" % office.case(CHLOE)["id"])
    tap.contains(text_of(office.notice(CHLOE, "Une réponse du programme", 2)[-1]), "Claire is away; I shall", "away: Kate answers for her")
    office.closed(tap, CHLOE, "away: dealt with")


def confirmed(tap, office):
    """What was done was told with the next digest."""
    for each, words in ((office.claire, "Votre note est gardée|Votre réponse part maintenant|Nous vous le rappellerons"),
                        (office.kate, "Nothing more passes in this partnership|The two are partners now|The partnership is dissolved")):
        texts = " ".join(text_of(mail) for mail in each.mails())
        tap.equal([word for word in words.split("|") if word not in texts], [], "%s: each reply was confirmed" % each.address)


def by_mail_alone(tap, office):
    """No mail of ours asks a coordinator for what a mail can't do."""
    for each in (office.kate, office.claire, office.mere):
        asks = {mail["Subject"]: COMMANDS.findall(text_of(mail)) for mail in each.mails() if COMMANDS.search(text_of(mail))}
        tap.equal(asks, {}, "%s: no commands" % each.address)


def journey(tap):
    with harness.MailServers() as servers, running.Programme(
            servers, letters.STEPS, {"relay": "yes", "languages": ["en", "fr"], "authserv_id": letters.OUR_SERVER},
            speed=letters.SPEED, incoming={"poll_every": "10 hours"}, coordinators=COORDINATORS) as programme:
        programme.advance(-150 * DAY)  # the mailbox takes no mail of tomorrow
        letters.begin(programme, PEOPLE, list(zip(ADDRESSES[::2], ADDRESSES[1::2])))
        office = Office(programme, servers)
        for part in (french, at_rest, ended, incidents, letter, bound, left_lying, away, confirmed, by_mail_alone):
            if len(sys.argv) < 2 or part.__name__ in sys.argv[1:]:
                part(tap, office)
        tap.equal(programme.stop(), 0, "the service stops in order")
        tap.ok(not re.search(r"(?m)^\S+ error ", programme.log()), "its log has no error")


tap.run(journey)
