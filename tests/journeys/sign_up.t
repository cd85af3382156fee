#!/usr/bin/python3
"""Goal: a round fills itself by mail and is brought together by commands. Twelve people in three languages apply, each in
the way of their mail program; what is stored is what each of them meant, sign-up closes at its hour, a proposal is changed
by hand and approved, and introductions tell what each agreed to share. The next round invites everybody with their answers,
and pairs nobody twice."""
import csv
import datetime
import email.utils
import io
import json
import os
import re
import sys
import textwrap
import zoneinfo

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import letters
import programme as running
import servers as harness
import tap
from letters import Scene

JOIN = harness.PROGRAMME.replace("@", "+join@")
DAY = 24 * 3600
HERE = zoneinfo.ZoneInfo("Europe/Paris")  # the programme's
FORM = {"en": "Your application", "fr": "Votre inscription", "es": "Tu solicitud"}
UNCLEAR = {"en": "Nearly there", "fr": "Presque fini", "es": "Ya casi"}
SUMMARY = {"en": "Is this right?", "fr": "Est-ce exact", "es": "¿Está bien así?"}
ACCEPTED = {"en": "You take part", "fr": "Vous participez", "es": "Participas en"}
INVITATION = {"en": "would you like to take part", "fr": "aimeriez-vous participer", "es": "¿te gustaría participar"}
LEFT_OVER = {"en": "we found no partner", "fr": "nous n’avons trouvé personne", "es": "no encontramos a nadie"}
MEET = {"en": "Meet ", "fr": "Faites connaissance", "es": "Te presentamos"}
YES = {"en": "Yes", "fr": "Oui", "es": "Sí"}
# What most answer, and as what it is kept.
USUAL = {5: "3", 6: "2", 7: "2, 3", 8: "3", 9: "3", 10: "3", 12: "2", 13: "2", 14: "1", 15: "no", 18: "1, 2, 3, 4"}
USUAL_KEPT = {"sector": "education", "stage": "some", "interests": "books,music", "wish_sector": "any", "wish_stage": "any",
              "wish_interests": "any", "hours": "some", "rhythm": "fortnightly", "channels": "email", "trio": "no",
              "share": "town,work,interests,languages", "conduct": "yes", "adult": "yes", "consent": "yes"}


def plain(mail):
    return mail.get_body(("plain",)).get_content()


# ---- How people answer: FORM is the mail that they got, SAID their answers by number ----

def listed(said, mark="%d. %s"):
    return "\n".join(mark % (number, said[number]) for number in sorted(said))


def quoted(mail, said=None):
    """The mail quoted, with an answer below each question and its options."""
    lines = []
    for block in plain(mail).split("\n\n"):
        number = re.match(r"\*?(\d+)\.", block)
        for line in block.splitlines():
            lines.append("> " + line)
        if said and number and int(number.group(1)) in said:
            lines += ["", said[int(number.group(1))], ""]
        else:
            lines.append(">")
    return "\n".join(lines)


def wrapped(mail, said):
    """As mail programs do that break lines and forget to quote what they broke off."""
    lines = []
    for line in quoted(mail, said).splitlines():
        lines += textwrap.wrap(line, 60, break_long_words=False, break_on_hyphens=False) or [""]
    return "\n".join(lines)


GERMAN = """Name: Wie heißen Sie?
Land: In welchem Land leben Sie?
Zeitzone: Welche große Stadt hat dieselbe Zeit wie Sie? Nur nötig, wenn Ihr Land mehrere Zeitzonen hat.
Sprachen: In welchen Sprachen können Sie Briefe schreiben? Fügen Sie „ein wenig“ hinzu, wo es nur das ist.
Bereich: Worin arbeiten Sie? (eine Zahl)|öffentlicher Dienst|ein Unternehmen|Bildung oder Forschung|Gesundheit oder Pflege|ein Verein oder eine Stiftung|ich lerne noch|etwas anderes
Stufe: Wie lange machen Sie diese Arbeit schon? (eine Zahl)|weniger als 3 Jahre|3 bis 10 Jahre|mehr als 10 Jahre
Interessen: Worüber sprechen Sie gern? (eine oder mehrere Zahlen)|meine Arbeit|Bücher und Filme|Musik und Kunst|Natur und Sport|Essen und Kochen|Gesellschaft und Geschichte|Sprachen und Reisen|Familie und Alltag
Bereich des Partners: Soll Ihr Partner im selben Bereich arbeiten? (eine Zahl)|derselbe|ein anderer|egal
Stufe des Partners: Soll Ihr Partner so lange gearbeitet haben wie Sie? (eine Zahl)|dieselbe|anders|egal
Interessen des Partners: Soll Ihr Partner dieselben Interessen haben? (eine Zahl)|dieselben|andere|egal
Vermeiden: Gibt es ein Land oder eine Person, mit der wir Sie nicht zusammenbringen sollen? (wenn Sie möchten)
Stunden: Wie viel Zeit können Sie im Monat dafür aufwenden? (eine Zahl)|1 oder 2 Stunden|3 oder 4 Stunden|5 Stunden oder mehr
Rhythmus: Wie oft möchten Sie schreiben? (eine Zahl)|jede Woche|alle zwei Wochen|einmal im Monat
Wege: Möchten Sie auch live sprechen? (eine Zahl)|nein, nur E-Mail|ja, auch live
Trio: Wäre eine Dreiergruppe in Ordnung, wenn die Zahlen nicht aufgehen? (ja oder nein)
Wie Sie von uns gehört haben: Wo haben Sie von uns gehört? (wenn Sie möchten)
Was Sie überzeugt hat: Was hat Sie dazu gebracht, teilzunehmen? (wenn Sie möchten)
Geteilt: Was dürfen wir Ihrem Partner über Sie sagen? (eine oder mehrere Zahlen)|Zeitzone|Bereich und Stufe|Interessen|Sprachen
Verhalten: Werden Sie sich an unseren Verhaltenskodex halten? (bitte antworten Sie mit Ja)
Erwachsen: Sind Sie 18 oder älter? (bitte antworten Sie mit Ja)
Zustimmung: Dürfen wir diese Antworten so lange aufbewahren, wie das Programm sie braucht? (bitte antworten Sie mit Ja)"""


def in_german(said):
    """The form as a mail program translated it, quoted, with an answer below each question."""
    lines = ["> Ihre Bewerbung", "> Hallo,", ">"]
    for number, question in enumerate(GERMAN.splitlines(), 1):
        text, *options = question.split("|")
        lines += ["> %d. %s" % (number, text)] + ["> (%d) %s" % each for each in enumerate(options, 1)]
        lines += ["", said[number], ""] if number in said else [">"]
    return "\n".join(lines)


def html_alone(said):
    rows = "".join("<div>%d. %s</div>" % (number, said[number]) for number in sorted(said))
    return ("<html><head><style>div { color: #333 }</style></head><body><div>Bonjour,</div><div><br></div>%s<div><br></div>"
            "<div>Merci&nbsp;!</div><div>Marc</div></body></html>" % rows)


def on_phone(said):
    """No number, no quotation: labels and answers."""
    labels = {1: "Nom", 2: "Pays", 3: "Fuseau horaire", 4: "Langues", 5: "Domaine", 6: "Expérience", 7: "Intérêts",
              8: "Domaine du partenaire", 9: "Expérience du partenaire", 10: "Intérêts du partenaire", 11: "À éviter",
              12: "Heures", 13: "Rythme", 14: "Moyens", 15: "Trio", 18: "Partage", 19: "Charte", 20: "Majorité", 21: "Accord"}
    return "\n".join("%s : %s" % (labels[number], said[number]) for number in sorted(said)) + "\n\nEnvoyé de mon iPhone"


def out_of_order(said):
    return "\n".join("%d) %s" % (number, said[number]) for number in sorted(said, key=lambda number: (number * 7) % 23))


class Person:
    """Who applies: ANSWERS by number besides the usual ones; KEPT is what that means, besides the usual."""

    def __init__(self, name, address, language, country, answers, kept, style, to=harness.PROGRAMME, subject="Join"):
        self.name, self.address, self.language, self.country = name, address, language, country
        self.said = {**USUAL, 1: name, 19: YES[language], 20: YES[language], 21: YES[language], **answers}
        self.kept = dict(USUAL_KEPT, name=name, country=country, **kept)
        self.style, self.to, self.subject = style, to, subject


LIVE = {14: "2"}
PEOPLE = {person.name.split()[0]: person for person in (
    # Between the quoted lines.
    Person("Lina Moe", "lina@a.test", "en", "NO", {2: "Norway", 4: "Norwegian, English", 14: "2", 11: "nobody",
                                                     17: "a poster in the zebra house"},
           {"zone": "Europe/Oslo", "languages": "no,en", "channels": "live", "convinced": "a poster in the zebra house"},
           lambda mail, said: quoted(mail, said), to=JOIN, subject="Hello"),
    # Above all that is quoted.
    Person("Ola Ek", "ola@b.test", "en", "SE", {2: "Sverige", 4: "Swedish and English", 18: "3"},
           {"zone": "Europe/Stockholm", "languages": "sv,en", "share": "interests"},
           lambda mail, said: "%s\n\nBest wishes\nOla\n\nOn Monday, %s wrote:\n%s" % (listed(said), mail["From"], quoted(mail))),
    # A numbered list.
    Person("Kim Lee", "kim@c.test", "en", "KR", {2: "South Korea", 4: "Korean, English"},
           {"zone": "Asia/Seoul", "languages": "ko,en"}, lambda mail, said: "Hi,\n\n%s\n\nKim" % listed(said, "%d) %s"), to=JOIN,
           subject="Joining"),
    # Translated by the mail program, and answered in German.
    Person("Eva Huber", "eva@d.test", "en", "AT", {2: "Österreich", 4: "Deutsch, Englisch", 15: "nein", 19: "ja", 20: "ja",
                                                   21: "ja", 14: "2"},
           {"zone": "Europe/Vienna", "languages": "de,en", "channels": "live"},
           lambda mail, said: in_german(said)),
    # HTML alone.
    Person("Marc Petit", "marc@a.test", "fr", "BE", {2: "Belgique", 4: "français, anglais un peu", 15: "oui"},
           {"zone": "Europe/Brussels", "languages": "fr,en:basic", "trio": "yes"}, None, subject="Inscription"),
    # A phone that quotes nothing; a country with several time zones.
    Person("Claire Roy", "claire@b.test", "fr", "CA", {2: "Canada", 3: "Ottawa", 4: "français, anglais", 14: "2", 15: "non"},
           {"zone": "America/Toronto", "languages": "fr,en", "channels": "live"}, lambda mail, said: on_phone(said), to=JOIN,
           subject="Bonjour, je voudrais participer"),
    # A mail program that breaks lines.
    Person("Jean Mba", "jean@c.test", "fr", "CM", {2: "Cameroun", 4: "français et anglais", 15: "non"},
           {"zone": "Africa/Douala", "languages": "fr,en"}, wrapped, subject="Je voudrais participer"),
    # Words instead of numbers.
    Person("Amélie Weiss", "amelie@d.test", "fr", "LU",
           {2: "Luxembourg", 4: "le français, l’espagnol", 5: "santé", 6: "de 3 à 10 ans", 7: "les livres et la musique",
            8: "peu importe", 9: "ça m’est égal", 10: "peu importe", 12: "3 ou 4 heures", 13: "tous les quinze jours",
            14: "seulement par mail", 15: "non", 18: "tout", 19: "oui", 20: "oui", 21: "oui"},
           {"zone": "Europe/Luxembourg", "languages": "fr,es", "sector": "health"},
           lambda mail, said: listed(said), subject="Candidature"),
    # Half of it first, the rest when asked.
    Person("Sofía Ruiz", "sofia@a.test", "es", "PE", {2: "Perú", 4: "español, inglés", 14: "2"},
           {"zone": "America/Lima", "languages": "es,en", "channels": "live"},
           lambda mail, said: listed({number: said[number] for number in said if number < 12}), subject="Quiero participar"),
    # In no order.
    Person("Diego Paz", "diego@b.test", "es", "BO", {2: "Bolivia", 4: "español, francés", 16: "un amigo"},
           {"zone": "America/La_Paz", "languages": "es,fr", "heard": "un amigo"}, lambda mail, said: out_of_order(said),
           to=JOIN, subject="Hola, me gustaría participar"),
    # In another script.
    Person("Elena Papa", "elena@c.test", "es", "GR", {2: "Ελλάδα", 4: "ελληνικά, español", 18: "nada"},
           {"zone": "Europe/Athens", "languages": "el,es", "share": None}, lambda mail, said: listed(said, "%d: %s"),
           subject="Inscripción"),
    # Below all that is quoted.
    Person("Lucía Vega", "lucia@d.test", "es", "UY", {2: "Uruguay", 4: "castellano, francés"},
           {"zone": "America/Montevideo", "languages": "es,fr"},
           lambda mail, said: "%s\n\n%s\n\nSaludos,\nLucía" % (quoted(mail), listed(said)), subject="Solicitud"),
)}
ONE = [each.address for each in PEOPLE.values()]


class SignUp(Scene):
    def __init__(self, programme, servers):
        super().__init__(programme, servers)
        for person in PEOPLE.values():
            servers.add_user(person.address)

    def reply(self, person, mail, text, html=False):
        """A reply that quotes no more than TEXT does."""
        recipient = mail["Reply-To"].strip("<>")
        message = self.servers.compose(person.address, recipient, "Re: " + mail["Subject"], "" if html else text,
                                       {"In-Reply-To": mail["Message-ID"], "From": "%s <%s>" % (person.name, person.address)})
        if html:
            message.set_content(text, subtype="html")
        self.servers.deliver(person.address, recipient, message)
        return self.row(message)

    def mail(self, person, subjects, count=1):
        """The last of our mails to PERSON of that kind; waits for COUNT."""
        return self.notice(person.address, subjects[person.language], count)[-1]

    def application(self, person, round_name="spring"):
        found = self.programme.rows(
            "SELECT application.*, participant.name, participant.country, language, time_zone FROM application JOIN participant"
            " ON participant.id = application.participant JOIN round ON round.id = application.round WHERE address = ? AND"
            " round.name = ?", person.address, round_name)
        return found[0] if found else None

    def appear(self, person, mail, text, moment):
        """A reply that reached the mailbox at MOMENT."""
        recipient = mail["Reply-To"].strip("<>")
        message = self.servers.compose(person.address, recipient, "Re: " + mail["Subject"], text,
                                       {"In-Reply-To": mail["Message-ID"], "Delivered-To": recipient})
        self.servers.append(harness.PROGRAMME, message, moment=moment)
        return message

    def wall(self, moment):
        """As it is typed into commands."""
        return datetime.datetime.fromtimestamp(moment, HERE).strftime("%Y-%m-%d %H:%M")


def apply_all(tap, scene):
    """The word, or the sub-address, brings the form in the writer's language; every way of answering is understood."""
    for person in PEOPLE.values():
        scene.row(scene.servers.send(person.address, person.to, person.subject, ""))
    for person in PEOPLE.values():
        form = scene.mail(person, FORM)
        text = html_alone(person.said) if not person.style else person.style(form, person.said)
        row = scene.reply(person, form, text, html=not person.style)
        scene.said(tap, row, "handled", "answered", person.name)
    sofia = PEOPLE["Sofía"]
    unclear = plain(scene.mail(sofia, UNCLEAR))
    tap.ok(re.search(r"(?m)^\*?12\.", unclear) and not re.search(r"(?m)^\*?[1-9]\.", unclear), "Sofía: asked for the rest alone")
    scene.reply(sofia, scene.mail(sofia, UNCLEAR), listed({number: sofia.said[number] for number in sofia.said if number >= 12}))
    claire = PEOPLE["Claire"]
    tap.contains(plain(scene.mail(claire, UNCLEAR)), "Toronto", "Claire: asked which time zone")
    scene.reply(claire, scene.mail(claire, UNCLEAR), "Toronto")
    for person in PEOPLE.values():
        summary = plain(scene.mail(person, SUMMARY))
        words = [person.name, person.kept.get("convinced"), person.kept.get("heard")]
        tap.equal([word for word in words if word and word in summary], [], "%s: the summary has no word of theirs" % person.name)


def corrected(tap, scene):
    """What was understood wrongly is put right by its number; what comes back says so; and once more."""
    ola = PEOPLE["Ola"]
    scene.reply(ola, scene.mail(ola, SUMMARY), "2. Norway")
    tap.contains(plain(scene.mail(ola, SUMMARY, 2)), "Norway", "corrected: the new country")
    tap.contains(plain(scene.mail(ola, SUMMARY, 2)), "Oslo", "corrected: with its time zone")
    scene.reply(ola, scene.mail(ola, SUMMARY, 2), "Sorry!\n\n2. Sweden\n13. once a month\n\nOla")
    summary = plain(scene.mail(ola, SUMMARY, 3))
    tap.contains(summary, "Sweden", "corrected twice: the country")
    tap.contains(summary, "once a month", "corrected twice: the rhythm")
    ola.kept["rhythm"] = "monthly"


def strangers(tap, scene):
    """One form a day, whoever asks how often; nothing at all for a forged sender."""
    lina = PEOPLE["Lina"]
    for subject in ("JOIN", "join", "Hello again"):
        scene.row(scene.servers.send(lina.address, JOIN, subject, ""))
    victim = "victim@b.test"
    scene.servers.add_user(victim)
    forged = scene.servers.compose(victim, JOIN, "Join", "", {
        "Authentication-Results": letters.OUR_SERVER + "; dmarc=fail header.from=b.test"})
    scene.servers.deliver("evil@elsewhere.test", JOIN, forged)
    scene.row(forged)
    scene.programme.settle()
    scene.servers.wait_for_empty_queue()
    tap.equal(scene.servers.messages(victim), [], "forged: nothing is sent")
    tap.equal(len(scene.notice(lina.address, FORM["en"])), 1 + len(scene.notice(lina.address, SUMMARY["en"])),
              "asked again: one form a day")


def confirmed(tap, scene):
    """One word from each; the service is killed while they come in: enrolled once, told once."""
    programme = scene.programme
    early = [person for name, person in PEOPLE.items() if name not in ("Kim", "Jean")]
    for person in early[:5]:
        scene.reply(person, scene.mail(person, SUMMARY), YES[person.language])
    for person in early[5:]:
        mail = scene.mail(person, SUMMARY)
        for word in (YES[person.language], YES[person.language] + "!"):  # sent twice, as some phones do
            scene.servers.send(person.address, mail["Reply-To"].strip("<>"), "Re: " + mail["Subject"], word,
                               headers={"In-Reply-To": mail["Message-ID"]})
    for count in (6, 8):
        programme.wait_for(lambda: programme.value("SELECT count(*) FROM application") >= count, "confirmations")
        programme.kill()
        programme.start()
    for person in early:
        scene.mail(person, ACCEPTED)
    programme.settle()
    for person in early:
        told = {mail["Message-ID"] for mail in scene.notice(person.address, ACCEPTED[person.language])}
        tap.equal(len(told), 1, "%s: told once" % person.name)
    tap.equal(programme.value("SELECT count(*) FROM application"), len(early), "enrolled once")


def closing(tap, scene, closes_at):
    """The last second counts, the next one does not, whenever the mails are read; who is late is told kindly."""
    programme, kim, jean = scene.programme, PEOPLE["Kim"], PEOPLE["Jean"]
    summaries = {person: scene.mail(person, SUMMARY) for person in (kim, jean)}
    tap.contains(plain(summaries[kim]), "24:00", "the closing is told with its hour")
    tap.contains(plain(summaries[kim]), "UTC", "and its distance from UTC")
    programme.stop()
    programme.advance(closes_at + 300 - programme.now())
    scene.appear(kim, summaries[kim], "Yes, please!", closes_at)
    scene.appear(jean, summaries[jean], "Oui", closes_at - 1)
    programme.start()
    programme.run("catch-up", "send", check=False)
    scene.mail(jean, ACCEPTED)
    late = plain(scene.notice(kim.address, "waiting list")[-1])
    tap.contains(late, "first in line for the next round", "late: first in line")
    tap.equal((scene.application(kim)["state"], scene.application(kim)["waits_for"]), ("waiting", "next"), "late: waits")
    tap.equal(scene.application(jean)["state"], "accepted", "in the last second: takes part")
    tap.equal(programme.json("round", "show", "spring")[0]["state"], "closed", "the round is closed")
    programme.jump(11 * 3600)  # till coordinators are at work: at night nothing goes out that is late


def meant(tap, scene):
    """What is kept is what each of them meant."""
    for person in PEOPLE.values():
        row = scene.application(person)
        kept = json.loads(row["answers"])
        wanted = {key: value for key, value in person.kept.items() if value is not None}
        tap.equal({key: kept.get(key) for key in wanted}, wanted, "%s: what is kept" % person.name)
        tap.equal([key for key in person.kept if person.kept[key] is None and kept.get(key)], [], "%s: and no more" % person.name)
        tap.equal((row["name"], row["country"], row["language"], row["time_zone"]),
                  (person.name, person.country, person.language, person.kept["zone"]), "%s: the participant" % person.name)


def proposal_of(programme, *words):
    return json.loads(programme.run(*words, "--json").stdout)


def pairs(proposal):
    return {tuple(sorted(pair["members"])) for pair in proposal["pairs"]}


def matched(tap, scene, round_name="spring"):
    programme = scene.programme
    proposal = proposal_of(programme, "match", "propose", round_name)
    tap.equal(set(proposal), {"pairs", "left_over", "total", "partnerships"}, "propose: its parts")
    tap.ok(all(set(pair) == {"members", "score", "reasons"} for pair in proposal["pairs"]), "propose: a pair's parts")
    tap.ok(all(set(left) == {"address", "why"} for left in proposal["left_over"]), "propose: of who is left over")
    tap.equal((proposal["partnerships"], len(proposal["pairs"]), len(proposal["left_over"])), (5, 5, 1), "propose: five, and one")
    tap.equal(proposal["total"], sum(pair["score"] for pair in proposal["pairs"]), "propose: the sum")
    tap.ok(all(pair["reasons"] and all(isinstance(reason, str) for reason in pair["reasons"]) for pair in proposal["pairs"]),
           "propose: reasons in words")
    tap.equal(sorted([address for pair in proposal["pairs"] for address in pair["members"]] +
                     [left["address"] for left in proposal["left_over"]]),
              sorted(person.address for person in PEOPLE.values() if person.name != "Kim Lee"), "propose: everybody once")
    tap.equal(proposal_of(programme, "match", "show", round_name), proposal, "show: the same")
    by_address = {person.address: person for person in PEOPLE.values()}
    left = proposal["left_over"][0]
    command = re.search(r"tandempost match swap %s %s (\S+)" % (round_name, re.escape(left["address"])), left["why"])
    tap.ok(command and programme.run("match", "swap", round_name, left["address"], command.group(1), "--dry-run",
                                     check=False).returncode == 0, "propose: who is left over, and a command that helps")
    swapped = None
    for one in proposal["pairs"]:
        for other in proposal["pairs"]:
            if swapped or one is other:
                continue
            done = programme.run("match", "swap", round_name, one["members"][0], other["members"][0], check=False)
            if done.returncode == 0:
                swapped = done.stdout
    tap.contains(swapped or "", "Together now, and locked", "swap: done, and locked")
    tap.contains(swapped or "", "tandempost match propose " + round_name, "swap: what to do next")
    exchanged = proposal_of(programme, "match", "show", round_name)
    tap.ok(pairs(exchanged) != pairs(proposal), "swap: stands")
    again, by_swap = proposal_of(programme, "match", "propose", round_name), pairs(exchanged) - pairs(proposal)
    tap.ok(len(by_swap) == 2 and by_swap <= pairs(again), "swap: kept when it is proposed again")
    locked = next(pair for pair in again["pairs"] if tuple(sorted(pair["members"])) not in by_swap)
    tap.contains(programme.run("match", "lock", round_name, *locked["members"]).stdout, "Locked: ", "lock")
    table = programme.run("match", "show", round_name, "--csv").stdout
    rows = list(csv.reader(io.StringIO(table)))
    tap.equal(rows[0][:3], ["first", "second", "third"], "csv: out")
    with open(programme.path("edited.csv"), "w") as file:
        file.write(table)
    back = proposal_of(programme, "match", "propose", round_name, "--from", programme.path("edited.csv"))
    tap.equal(pairs(back), pairs(again), "csv: and back")
    leaver = by_address[back["left_over"][0]["address"]]
    programme.run("participant", "pause", leaver.address)
    refused = programme.run("match", "approve", round_name, check=False)
    tap.equal(refused.returncode, 1, "approve: refused after somebody went")
    tap.contains(refused.stderr, leaver.name, "approve: tells who")
    tap.contains(refused.stderr, "tandempost match propose " + round_name, "approve: what to do")
    tap.equal(programme.value("SELECT count(*) FROM partnership"), 0, "approve: nothing was done")
    programme.run("participant", "resume", leaver.address)
    final = proposal_of(programme, "match", "propose", round_name)
    tap.ok(by_swap | {tuple(sorted(locked["members"]))} <= pairs(final), "proposed again around what is locked")
    tap.equal(programme.outbox("introduction"), [], "nobody was introduced so far")
    programme.run("match", "approve", round_name)
    return final


def introduced(tap, scene, proposal, round_name="spring"):
    """Introductions arrive, once, whatever happens to the service; each tells what was agreed to, and nothing else."""
    programme = scene.programme
    by_address = {person.address: person for person in PEOPLE.values()}
    count = 2 * len(proposal["pairs"])
    programme.wait_for(lambda: len(programme.outbox("introduction", "sent")) >= 2, "the first introductions")
    programme.kill()
    programme.start()
    programme.wait_for_sent("introduction", count)
    programme.settle()
    sent = [(row["participant"], row["partnership"]) for row in programme.outbox("introduction")]
    tap.equal((len(sent), len(set(sent))), (count, count), "each is introduced once")
    alone = by_address[proposal["left_over"][0]["address"]]
    tap.contains(plain(scene.mail(alone, LEFT_OVER)), alone.name.split()[0], "who is left over is told, kindly")
    for pair in proposal["pairs"]:
        members = [by_address[address] for address in pair["members"]]
        for reader, partner in (members, members[::-1]):
            mails = scene.notice(reader.address, MEET[reader.language])
            tap.equal(len({mail["Message-ID"] for mail in mails}), 1, "%s: one introduction" % reader.name)
            holds(tap, reader, partner, plain(mails[0]))


def holds(tap, reader, partner, text):
    what = "%s reads of %s" % (reader.name, partner.name)
    tap.contains(text, partner.name, what)
    shared = (partner.kept["share"] or "").split(",")
    labels = {"en": ("Field", "Interests", "Languages", "where it is now"),
              "fr": ("Domaine", "Intérêts", "Langues", "heure locale"),
              "es": ("Ámbito", "Intereses", "Idiomas", "hora local")}[reader.language]
    for key, label in zip(("work", "interests", "languages", "town"), labels):  # of them, or in common
        told = re.search(r"(?m)^ ?(> |- )%s" % label, text) is not None
        tap.equal(told, key in shared, "%s: %s" % (what, label))
    live = reader.kept["channels"] == partner.kept["channels"] == "live"
    tap.equal(re.search(r"\b\d{1,2}:00 (to|à|a) \d", text) is not None, live, "%s: hours to talk" % what)
    for secret in ("zebra", "un amigo", partner.address):
        tap.ok(secret not in text, "%s: not %s" % (what, secret))


def again(tap, scene, before, alone):
    """The next round opens by its date, invites everybody with their answers; one word is enough; and nobody gets the same
    partner."""
    programme = scene.programme
    opens, closes = programme.now() + DAY, programme.now() + 12 * DAY
    programme.run("round", "create", "autumn", "--opens", scene.wall(opens), "--closes", scene.wall(closes))
    programme.jump(3 * DAY)
    programme.jump(8 * 3600)  # by then it was morning everywhere
    tap.equal(programme.json("round", "show", "autumn")[0]["state"], "open", "the next round has opened by itself")
    for person in PEOPLE.values():
        invitation = plain(scene.mail(person, INVITATION))
        tap.ok(person.name in invitation and len(re.findall(r"(?m)^ ?\*?\d+\. ?.*:", invitation)) == 21,
               "%s: invited with all their answers" % person.name)
        scene.reply(person, scene.mail(person, INVITATION), YES[person.language])
    for person in PEOPLE.values():
        programme.wait_for(lambda: scene.application(person, "autumn"), "%s to be taken on again" % person.name)
    for person in PEOPLE.values():
        row = scene.application(person, "autumn")
        tap.equal((row["state"], json.loads(row["answers"])), ("accepted", json.loads(scene.application(person)["answers"])),
                  "%s: takes part, as before" % person.name)
    programme.run("round", "close", "autumn")
    proposal = proposal_of(programme, "match", "propose", "autumn")
    tap.equal(pairs(proposal) & before, set(), "nobody is paired twice")
    together = {address for pair in proposal["pairs"] for address in pair["members"]}
    tap.ok({PEOPLE["Kim"].address, alone} <= together, "who was late, and who was left over, have a partner now")
    programme.run("match", "approve", "autumn")
    for hours in (8, 6, 10):  # until it was day everywhere
        programme.jump(hours * 3600)
        programme.wait_for(lambda: not programme.rows(
            "SELECT 1 FROM outbox WHERE step = 'introduction' AND state IN ('queued', 'sending')"
            " AND max(due_at, coalesce(next_try_at, 0)) <= ?", int(programme.now())), "what can go out by day")
    programme.wait_for_sent("introduction", 2 * len(before) + 2 * len(proposal["pairs"]))
    tap.equal(programme.value("SELECT count(*) FROM (SELECT DISTINCT min(participant), max(participant) FROM member GROUP BY"
                              " partnership)"), len(before) + len(proposal["pairs"]), "each pair once")


def journey(tap):
    with harness.MailServers() as servers, running.Programme(
            servers, running.STEPS, {"languages": ["en", "fr", "es"], "authserv_id": letters.OUR_SERVER, "relay": "yes"},
            speed=letters.SPEED, incoming={"poll_every": "10 hours"}) as programme:
        scene = SignUp(programme, servers)
        programme.advance(-6 * DAY)  # the mailbox takes no mail of tomorrow
        day = datetime.datetime.fromtimestamp(programme.now() + 3 * DAY, HERE).date()
        closes_at = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), HERE).timestamp()
        programme.run("round", "create", "spring")
        programme.run("round", "open", "spring", "--closes", "midnight %s" % day)
        programme.start()
        apply_all(tap, scene)
        corrected(tap, scene)
        strangers(tap, scene)
        confirmed(tap, scene)
        closing(tap, scene, int(closes_at))
        meant(tap, scene)
        proposal = matched(tap, scene)
        introduced(tap, scene, proposal)
        again(tap, scene, pairs(proposal), proposal["left_over"][0]["address"])
        tap.equal(programme.stop(), 0, "the service stops in order")
        tap.ok(not re.search(r"(?m)^\S+ error ", programme.log()), "its log has no error")


tap.run(journey)
