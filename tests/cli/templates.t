#!/usr/bin/python3
"""Goal: whoever edits templates is told by file and line what is wrong, sees each message as it would be sent, and can
have it sent to an address of their own, without anything happening to real people."""
import email
import email.policy
import os
import re
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
sys.path.insert(0, HERE)  # first: the journeys have a module of the same name
import tap  # noqa: E402
from trial import Programme  # noqa: E402


def listing(t, programme):
    rows = {row["name"]: row for row in programme.rows("template", "list")}
    t.equal(rows["welcome"]["used_by"], "step welcome", "list: what uses a step's template")
    t.equal(rows["welcome"]["files"], ["en", "es", "fr"], "list: files by language")
    programme.write("templates/fr/welcome.md", "Subject: Bienvenue\n\nBonjour {{recipient.first_name}}\n")
    programme.write("templates/qaa/note.md", "Subject: x\n\ny\n")
    programme.write("templates/en/spare.md", "Subject: x\n\ny\n")
    os.rename(programme.path("templates/en/closing.md"), programme.path("closing.md"))
    rows = {row["name"]: row for row in programme.rows("template", "list")}
    t.equal(rows["note"]["files"], ["qaa"], "list: a new language is seen")
    t.equal((rows["closing"]["files"], rows["closing"]["built_in"]), (["es", "fr"], ["en"]), "list: the built-in one fills the gap")
    t.equal(rows["spare"]["used_by"], "nothing uses it", "list: an unused one is told")
    names = {row["name"]: row for row in programme.rows("template", "names", "discussion")}
    t.equal(names["topic.body"]["written"], "{{{topic.body}}}", "names: as they are written")
    t.ok("partners.name" in names and "waiting" not in names, "names: those of the kind of message")
    topics = programme.rows("topic", "list")
    t.equal([topic["month"] for topic in topics], list(range(1, 13)), "topics are numbered by month")
    t.equal(topics[0]["title"], "The view from your desk", "topics have their titles")


def examples(t, programme):
    """The texts speak to everybody; an example for one kind of programme has other texts where it needs them, and no others."""
    root = os.path.join(HERE, "..", "..")
    for folder, _, names in os.walk(os.path.join(root, "texts", "librarians")):
        for name in names:
            beside = os.path.join(root, "templates", os.path.relpath(folder, os.path.join(root, "texts", "librarians")), name)
            with open(os.path.join(folder, name), encoding="utf-8") as own:
                text = own.read()
            if os.path.exists(beside):
                with open(beside, encoding="utf-8") as other:
                    t.ok(text != other.read(), "examples: %s differs from the one that is built in" % name)
    done = programme.run("init", "--texts", "lighthouses", programme.path("other"))
    t.contains(done.err, 'no texts for "lighthouses"; there are some for: librarians', "examples: an unknown one is refused")
    t.ok(not os.path.exists(programme.path("other")), "examples: and nothing is written")
    programme.need("init", "--texts", "librarians", programme.path("librarians"))
    own = programme.path("librarians/tandempost.conf")
    done = programme.run("-c", own, "template", "check")
    t.equal((done.code, done.err), (0, ""), "examples: librarians' texts are right")
    t.contains(done.out, "9 forms: nothing is wrong", "examples: and have a topic a month")
    t.contains(programme.read("librarians/templates/fr/welcome.md"), "bibliothèque", "examples: in each language")
    topics = os.listdir(programme.path("librarians/templates/es/topics"))
    t.equal(sorted(topic[:2] for topic in topics), ["%02d" % number for number in range(1, 13)], "examples: one to a number")
    shutil.rmtree(programme.path("librarians"))


def forms(t, programme):
    rows = {row["name"]: row for row in programme.rows("template", "list")}
    t.ok({"en", "es", "fr"} == set(rows["forms/application"]["files"] + rows["forms/application"]["built_in"]),
         "forms: listed by language")
    done = programme.run("template", "preview", "application")
    t.contains(done.out, "*2. Country:* In which country do you live?", "forms: shown as people get them")
    path = programme.path("templates/fr/forms/application.form")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(os.path.join(HERE, "../../templates/fr/forms/application.form"), encoding="utf-8") as file:
        lines = file.read()
    programme.write("templates/fr/forms/application.form", lines.replace("- charity:", "- ong:").replace("Part: Vous\n", "Vous\n"))
    done = programme.run("template", "check")
    t.contains(done.err, "templates/fr/forms/application.form:10: expected 'name: kind'", "forms: a fault by line")
    programme.write("templates/fr/forms/application.form", lines.replace("- charity:", "- ong:"))
    done = programme.run("template", "check")
    t.equal(done.code, 1, "forms: a difference between languages is a fault")
    t.contains(done.err, "here ", "forms: told")
    t.contains(done.err, "has the option 'charity'", "forms: with what the other language has")
    programme.write("templates/fr/forms/application.form", lines)


def checking(t, programme):
    t.equal(programme.run("template", "check").code, 0, "check: what came with it is right")
    forms(t, programme)
    programme.write("templates/en/welcome.md", "Subject: Hello\n\nDear {{recipient.first_nam}},\n")
    programme.write("templates/en/_footer.md", "{{#trio}}\n")
    done = programme.run("template", "check")
    t.equal(done.code, 1, "check: exit 1 on a fault")
    t.contains(done.err, "templates/en/welcome.md:3: ", "check: file and line")
    t.contains(done.err, "_footer.md:1: ", "check: every file's faults at once")
    rows = programme.rows("template", "check")
    t.ok(any(row["line"] == 3 and row["file"].endswith("/welcome.md") for row in rows), "check: as JSON")
    done = programme.run("template", "preview", "welcome")
    t.equal(done.code, 1, "preview: a broken template is refused, not shown in its last good version")
    for name in ("welcome.md", "_footer.md"):
        os.unlink(programme.path("templates/en", name))
    t.equal(programme.run("template", "check").code, 0, "check: right again")

    check_in = programme.read("templates/en/check-in.md")
    programme.write("templates/en/check-in.md", "Subject: How is it going?\n\nDear {{recipient.first_name}},\n\n**Please answer.\n")
    done = programme.run("template", "check")
    t.equal(done.code, 1, "check: a question without its answers is a fault")
    t.contains(done.err, "templates/en/check-in.md:1: this message asks a question", "check: told with its line")
    programme.write("templates/en/check-in.md", "Subject: How is it going?\n\nDear {{recipient.first_name}},\n\n**Please answer.\n"
                    "\n{{> answers}}\n")
    done = programme.run("template", "check")
    t.equal((done.code, done.err), (0, ""), "check: warnings are no fault")
    t.contains(done.out, "templates/en/check-in.md:5: '**' stands alone here", "check: but a mark without its partner is told")
    t.contains(done.out, "templates/en/check-in.md: nothing here says how to have a pause", "check: and a footer that is missing")
    t.contains(done.out, "look at the warnings above", "check: not that nothing is wrong")
    rows = programme.rows("template", "check")
    t.equal([row["severity"] for row in rows if row["file"].endswith("en/check-in.md")], ["warning"] * 2, "check: warnings as JSON")
    programme.write("templates/en/check-in.md", check_in)

    programme.edit("tandempost.conf", 'step "closing" ', 'step "reminder" { to = "partnership" when = "end - 1 week" }\n'
                   'step "closing" ')
    done = programme.run("template", "check")
    t.contains(done.err, 'the step "reminder" needs the template "reminder"', "check: a step whose template is missing")
    programme.write("templates/en/reminder.md", "Subject: Soon\n\n{{partner_names}}\n")
    programme.edit("tandempost.conf", 'languages = { "en" }', 'languages = { "en", "fr" }')
    done = programme.run("template", "check")
    t.equal(done.code, 0, "check: a missing language is no fault")
    t.contains(done.out, "/templates/fr/reminder.md; English is used.", "check: but it is told")
    programme.edit("tandempost.conf", 'languages = { "en", "fr" }', 'languages = { "en", "fr", "tlh" }')
    done = programme.run("template", "check")
    t.contains(done.out, "tlh lacks every template: there is none in ", "check: a language without any file")
    t.contains(done.out, "tlh lacks ", "check: and without words")
    t.contains(done.out, "/templates/tlh/words.txt; digits are understood, and English words.", "check: and what that means")
    programme.write("templates/tlh/_footer.md", "Qapla'\n")
    programme.write("templates/en/closing.md", "Subject: Bye\n\nBye, {{recipient.first_name}}.\n")
    done = programme.run("template", "check")
    t.contains(done.out, "/templates/tlh/closing.md; English is used.", "check: which messages a language lacks")
    t.contains(done.out, "/templates/tlh/_answers.md; English is used.", "check: and which pieces")
    t.contains(done.out, "/templates/tlh/topics/03-NAME.md; English is used.", "check: and which topics")
    t.ok("tlh/_footer.md" not in done.out and "tlh/coordinator" not in done.out, "check: and nothing else")
    t.contains(done.out, "/templates/en/closing.md was changed, ", "check: a translation of what was changed is told")
    os.unlink(programme.path("templates/en/closing.md"))
    os.unlink(programme.path("templates/tlh/_footer.md"))
    programme.edit("tandempost.conf", 'languages = { "en", "fr", "tlh" }', 'languages = { "en", "fr" }')
    programme.edit("tandempost.conf", 'length  = "6 months"', 'length  = "2 years"')
    programme.write("templates/fr/words.txt", "1: oui\nSTOPP: arret\n")
    done = programme.run("template", "check")
    t.contains(done.err, "templates/fr/words.txt:2: unknown name 'STOPP'; did you mean 'STOP'?", "check: words, too")
    programme.write("templates/fr/words.txt", "1: oui\nSTOP: arret\n")
    done = programme.run("template", "check")
    t.contains(done.out, "/fr/words.txt has no words for 2, 3, 4, 5, CONTINUE, NEXT, BOTH, NEITHER, YES, NO, COMING, NOT COMING, "
               "PERHAPS, STATUS, PAUSE, START, TOPIC, LANGUAGE, ADDRESS, UNDO, HELP, REMATCH, REPORT, MYDATA, FORGET, CASE NUDGE, CASE MATCH, CASE NO ACTION, "
               "CASE WARNING, CASE TERMINATE, CASE BAN, CASE DONE, CASE ANSWER, CASE LETTER, "
               "CASE CONTACT, CASE STOP, CASE HOLD, CASE RESUME, CASE REMATCH, CASE DISSOLVE, CASE SNOOZE, CASE NOTE, "
               "CASE YES, CASE NO, REPORT?, JOIN, Days, Weeks, Months, Polite, Greeting; English ones are",
               "check: which words a language lacks")
    programme.write("templates/fr/words.txt", programme.read("templates/en/words.txt"))
    programme.write("templates/fr/check-in.md", programme.read("templates/en/check-in.md"))
    done = programme.run("template", "check")
    for name in ("words.txt", "check-in.md"):
        t.contains(done.out, "/templates/fr/%s says the same as " % name, "check: what was copied and not translated: " + name)
        os.unlink(programme.path("templates/fr", name))
    t.contains(programme.run("template", "check").err, "23 in a round of 2 years", "check: too few topics for a round")
    programme.edit("tandempost.conf", 'length  = "2 years"', 'length  = "6 months"')


def steps(text):
    """By sentence, the commands and numbers of each step below it."""
    found, sentence = {}, None
    for line in text.splitlines():
        if line.startswith("    > "):
            found.setdefault(sentence, []).append(re.findall(r"tandempost [a-z-]+ [a-z-]+|\{[a-z]+\}", line))
        elif line and line[0] not in "# ":
            sentence = line
    return found


def reasons(t, programme):
    """What mails tell coordinators is in their language, whatever the code can say: the linker knows all of it."""
    programme.edit("tandempost.conf", 'languages = { "en", "fr" }', 'languages = { "fr" }')
    for language in ("fr", "es"):
        programme.edit("tandempost.conf", 'languages = { "fr" }', 'languages = { "%s" }' % language)
        done = programme.run("template", "check")
        t.ok("reasons.txt" not in done.out, "reasons: %s has all, and no other" % language)
        programme.edit("tandempost.conf", 'languages = { "%s" }' % language, 'languages = { "fr" }')
    english = programme.read("templates/en/reasons.txt").splitlines()
    sentences = [line for line in english if line and not line.startswith(("#", " "))]
    for language in ("fr", "es"):
        t.equal(steps(programme.read("templates/%s/reasons.txt" % language)), steps("\n".join(english)),
                "reasons: %s says as much to do, with the same commands" % language)
    programme.edit("tandempost.conf", 'languages = { "fr" }', 'languages = { "sv" }')
    t.contains(programme.run("template", "check").out, "sv/reasons.txt lacks %d more" % (len(sentences) - 4),
               "reasons: what a language lacks is told")
    programme.write("templates/sv/reasons.txt", "".join("%s\n  sv %s\n" % (line, line) for line in sentences) + "Gone\n  Borta\n")
    done = programme.run("template", "check")
    t.ok("reasons.txt lacks" not in done.out, "reasons: the English file lists all")
    t.contains(done.out, 'sv/reasons.txt:%d: "Gone" is never said.' % (2 * len(sentences) + 1), "reasons: what is never said is told")
    programme.write("templates/sv/reasons.txt", "A participant asks for help\n  {1}\n")
    t.contains(programme.run("template", "check").err, "sv/reasons.txt:2: there is no {1} in the sentence above",
               "reasons: a broken file is told")
    shutil.rmtree(programme.path("templates/sv"))
    programme.edit("tandempost.conf", 'languages = { "sv" }', 'languages = { "fr" }')
    out = programme.need("template", "preview", "coordinator-alert")
    t.contains(out, "un exemple de motif", "reasons: in the mail, in the coordinators' language")
    t.ok("example of a reason" not in out, "reasons: and not in English")
    programme.write("templates/fr/reasons.txt", "This is only an example of a reason: somebody looks at a template.\n  À nous\n")
    t.contains(programme.need("template", "preview", "coordinator-alert"), "À nous", "reasons: as somebody would rather say it")
    out = programme.need("template", "preview", "coordinator-waiting")
    t.contains(out, "une question à la coordination", "reasons: the built-in ones stand behind")
    os.unlink(programme.path("templates/fr/reasons.txt"))
    programme.edit("tandempost.conf", 'languages = { "fr" }', 'languages = { "en", "fr" }')


def previews(t, programme):
    used = [row["name"] for row in programme.rows("template", "list") if not row["piece"] and row["name"] not in ("note", "spare")]
    failed = [name for name in used if programme.run("template", "preview", name).code != 0]
    t.equal(failed, [], "preview: every template of an empty programme can be looked at")
    done = programme.run("template", "preview", "welcom")
    t.contains(done.err, 'did you mean "welcome"?', "preview: the nearest name is told")

    programme.with_people()
    before = programme.run("participant", "list").out + programme.run("partnership", "list").out
    out = programme.need("template", "preview", "introduction", "--participant", "ben@b.test")
    t.contains(out, "Meet Åsa Lindqvist", "preview: as this participant gets it")
    out = programme.need("template", "preview", "welcome", "--participant", "ben@b.test", "--language", "fr")
    t.contains(out, "Bonjour Ben", "preview: in another language")
    out = programme.need("template", "preview", "first-contact", "--letters", "theirs")
    t.contains(out, "went out to you", "preview: as if a letter had come")
    t.equal(programme.run("template", "preview", "first-contact", "--letters", "mine").code, 2, "preview: or refuses another word")
    out = programme.need("template", "preview", "discussion", "--topic", "3")
    t.contains(out, "Somebody you remember", "preview: another month's topic")
    out = programme.need("template", "preview", "introduction", "--participant", "carla@c.test")
    t.contains(out, "Ben Okoro", "preview: somebody without a partner gets a made-up one")
    t.contains(programme.need("template", "preview", "welcome", "--format", "html"), "<p", "preview: as HTML")
    mail = programme.need("template", "preview", "introduction", "--format", "eml")
    message = email.message_from_string(mail, policy=email.policy.default)
    t.equal(message["Auto-Submitted"], "auto-generated", "preview: the whole mail")
    rows = programme.rows("template", "preview", "introduction", "--all-recipients")
    t.equal([row["good"] for row in rows], [True, True], "preview: for every real recipient")
    rows = programme.rows("template", "preview", "welcome", "--all-recipients")
    t.equal(len(rows), 3, "preview: a participants' step goes to all who are accepted")
    done = programme.run("template", "preview", "discussion", "--topic", "40", "--all-recipients")
    t.equal(done.code, 1, "preview: exit 1 where it fails for anybody")
    t.contains(done.err, "there is no topic number 40", "preview: and why")
    after = programme.run("participant", "list").out + programme.run("partnership", "list").out
    t.equal(after, before, "preview: nothing is left behind")


def tests(t, programme):
    arguments = ("template", "send-test", "introduction", "--to", "kate@example.org", "--participant", "ben@b.test")
    t.contains(programme.need(*arguments, "--dry-run"), "Dry run", "send-test: dry run")
    t.equal(programme.run("template", "send-test", "welcome").code, 2, "send-test: needs an address")
    t.equal(programme.run("template", "send-test", "welcome", "--to", "nobody").code, 2, "send-test: a good one")
    programme.need(*arguments)
    with programme.daemon() as daemon:
        daemon.wait_for(lambda: programme.mails("kate@example.org"))
    mails = programme.mails("kate@example.org")
    t.equal(len(mails), 1, "send-test: just one mail, none from the dry run")
    message = email.message_from_string(mails[0], policy=email.policy.default)
    t.equal(message["Subject"], "[test] Meet Åsa Lindqvist", "send-test: marked as a test")
    t.equal(message["To"], "kate@example.org", "send-test: to the address given")
    t.ok(not programme.mails("ben@b.test") or "Meet" not in "".join(programme.mails("ben@b.test")),
         "send-test: the participant gets nothing of it")
    text = message.get_body(("plain",)).get_content()
    secrets = set(re.findall(r"friends\+([rpu])([a-z2-7]{16})@", text + mails[0]))
    t.ok({purpose for purpose, _ in secrets} >= {"p", "u"}, "send-test: shows all addresses")
    import sqlite3
    known = {row[0] for row in sqlite3.connect(programme.path("tandempost.db")).execute("SELECT secret FROM tag")}
    t.equal({secret for _, secret in secrets} & known, set(), "send-test: which act for nobody")


def differences(t, programme):
    programme.need("init", programme.path("fresh"))
    programme.environment["TANDEMPOST_CONFIG"] = programme.path("fresh/tandempost.conf")
    t.contains(programme.need("template", "diff"), "Nothing was changed", "diff: as it came")
    programme.edit("fresh/templates/en/welcome.md", "You are in!", "You're in!")
    out = programme.need("template", "diff")
    t.contains(out, "\n-You are in!", "diff: what came with it")
    t.contains(out, "\n+You're in!", "diff: what it is now")
    t.contains(programme.need("template", "diff", "closing"), "Nothing was changed", "diff: of one template")
    t.equal(programme.run("template", "diff", "nothing").code, 1, "diff: an unknown name is refused")


def journey(t):
    with Programme() as programme:
        listing(t, programme)
        examples(t, programme)
        checking(t, programme)
        reasons(t, programme)
        previews(t, programme)
        tests(t, programme)
        differences(t, programme)


tap.run(journey)
