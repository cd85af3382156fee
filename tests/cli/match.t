#!/usr/bin/python3
"""Goal: a coordinator brings people together by commands: each proposal says why, hard rules are never broken, what is
changed by hand is held to them, nothing that can't be used is used by half, and nobody is introduced twice."""
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
sys.path.insert(0, HERE)  # first: the journeys have a module of the same name
import machine  # noqa: E402
import tap  # noqa: E402
from trial import BINARY, Programme  # noqa: E402

PEOPLE = """name,address,country,language,time zone
Åsa Lindqvist,asa@a.test,SE,en,Europe/Stockholm
Ben Okoro,ben@b.test,NZ,en,Pacific/Auckland
Carla Díaz,carla@c.test,MX,es,America/Mexico_City
Dev Rao,dev@d.test,IN,en,Asia/Kolkata
Eve Lund,eve@e.test,SE,en,Europe/Stockholm
Finn Ó Sé,finn@f.test,IE,en,Europe/Dublin
Gil Roy,gil@g.test,CA,en,America/Toronto
"""

ANSWERS = {
    "asa@a.test": {"languages": "sv,en:good", "sector": "education", "stage": "new", "interests": "books,music",
                   "wish_sector": "different", "wish_stage": "same", "wish_interests": "any", "hours": "few",
                   "rhythm": "weekly", "channels": "live", "trio": "yes", "avoid": "Canada and Petrov"},
    "ben@b.test": {"languages": "en", "sector": "health", "stage": "new", "interests": "books,music,food",
                   "wish_sector": "different", "wish_stage": "any", "wish_interests": "any", "hours": "few",
                   "rhythm": "weekly", "channels": "live", "trio": "yes"},
    "dev@d.test": {"languages": "en,hi", "sector": "health", "stage": "long", "interests": "work", "wish_sector": "same",
                   "hours": "many", "rhythm": "monthly", "channels": "email", "trio": "no"},
    "eve@e.test": {"languages": "en,sv", "sector": "health", "stage": "long", "interests": "work", "wish_sector": "same",
                   "hours": "many", "rhythm": "monthly", "channels": "live", "trio": "no"},
}


def query(programme, sql, *values):
    connection = sqlite3.connect(programme.path("tandempost.db"), timeout=machine.PATIENCE)
    try:
        with connection:
            return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


def answer(programme, address, **answers):
    """As if ADDRESS had said so in the application form."""
    query(programme, "UPDATE application SET answers = ? WHERE participant = (SELECT id FROM participant WHERE address = ?)",
          json.dumps(answers), address)


def fill(programme, people=PEOPLE):
    programme.write("people.csv", people)
    programme.need("round", "create", "2027a")
    programme.need("participant", "import", programme.path("people.csv"), "--round", "2027a")
    for address, answers in ANSWERS.items():
        answer(programme, address, **answers)


def propose(programme, *more):
    return json.loads(programme.need("match", "propose", "2027a", "--json", *more))


def pairs(proposal):
    return sorted(tuple(sorted(pair["members"])) for pair in proposal["pairs"])


def refused(t, programme, words, what, *arguments):
    done = programme.run(*arguments)
    t.equal(done.code, 1, "%s: refused" % what)
    for word in words:
        t.contains(done.err, word, "%s: %s" % (what, word))


def proposes(t, programme):
    proposal = propose(programme)
    t.equal(sorted(proposal), ["left_over", "pairs", "partnerships", "total"], "json: these and no others")
    t.equal(sorted(proposal["pairs"][0]), ["members", "reasons", "score"], "json: of a pair")
    t.equal(sorted(proposal["left_over"][0]), ["address", "why"], "json: of who is left over")
    t.equal(pairs(proposal), [("asa@a.test", "ben@b.test"), ("dev@d.test", "eve@e.test"), ("finn@f.test", "gil@g.test")],
            "as many as can be, and the best of them")
    t.equal(proposal["partnerships"], 3, "json: how many")
    t.equal(proposal["total"], sum(pair["score"] for pair in proposal["pairs"]), "json: the sum of the scores")
    t.equal([pair["score"] for pair in proposal["pairs"]], sorted(pair["score"] for pair in proposal["pairs"]), "the weakest first")
    best = proposal["pairs"][-1]
    t.equal(best["members"], ["asa@a.test", "ben@b.test"], "the best last, who writes first in front")
    for reason in ("Interests in common: books and films, music and art", "Field: different, as both wish",
                   "6 waking hours in common, and both want to talk live", "Rhythm: every week, both",
                   "Stage: the same, as Åsa wishes", "both write English"):
        t.ok(reason in best["reasons"], "why: %s" % reason)
    t.contains(" ".join(best["reasons"]), 'Who or what Åsa Lindqvist would avoid is not clear: "Canada and Petrov"',
               "what was not understood is told")
    t.equal(proposal["left_over"][0]["address"], "carla@c.test", "who is left over")
    t.contains(proposal["left_over"][0]["why"], "no language in common", "and why")
    t.equal(query(programme, "SELECT state FROM round")[0][0], "matching", "the round is being matched")
    t.equal(query(programme, "SELECT count(*) FROM partnership")[0][0], 0, "nothing is made true")
    again = programme.need("match", "propose", "2027a", "--json", "--seed", "7")
    t.equal(programme.need("match", "propose", "2027a", "--json", "--seed", "7"), again, "the same seed, the same proposal")
    t.equal(json.loads(programme.need("match", "show", "2027a", "--json")), json.loads(again), "show: the one that stands")
    text = programme.need("match", "propose", "2027a")
    t.contains(text, "Åsa Lindqvist (Sweden) and Ben Okoro (New Zealand)", "for people: in words")
    t.contains(text, "tandempost match approve 2027a", "and what to do next")
    before = query(programme, "SELECT * FROM proposal, proposal_member")
    t.contains(programme.need("match", "propose", "2027a", "--dry-run", "--seed", "9"), "nothing was changed", "--dry-run says so")
    t.equal(query(programme, "SELECT * FROM proposal, proposal_member"), before, "--dry-run changes nothing")


def by_hand(t, programme):
    refused(t, programme, ["Åsa Lindqvist and Eve Lund live in the same country", "Nothing was exchanged"], "swap within a country",
            "match", "swap", "2027a", "ben@b.test", "eve@e.test")
    refused(t, programme, ["one asked not to have a partner in the other's country"], "swap to an avoided country",
            "match", "swap", "2027a", "ben@b.test", "gil@g.test")
    refused(t, programme, ["are partners in the proposal"], "swap partners", "match", "swap", "2027a", "asa@a.test", "ben@b.test")
    told = programme.need("match", "swap", "2027a", "ben@b.test", "dev@d.test")
    t.contains(told, "Together now, and locked: Åsa Lindqvist and Dev Rao", "swap: tells what came of it")
    swapped = [("asa@a.test", "dev@d.test"), ("ben@b.test", "eve@e.test"), ("finn@f.test", "gil@g.test")]
    t.equal(pairs(json.loads(programme.need("match", "show", "2027a", "--json"))), swapped, "swap: it stands")
    t.equal(pairs(propose(programme)), swapped, "swap: proposing again keeps it")
    t.contains(programme.need("match", "show", "2027a"), "Åsa Lindqvist (Sweden) and Dev Rao (India), locked", "swap: show says so")
    programme.need("match", "unlock", "2027a", "asa@a.test")
    programme.need("match", "unlock", "2027a", "ben@b.test")
    refused(t, programme, ["not locked together"], "unlock twice", "match", "unlock", "2027a", "ben@b.test")
    t.equal(pairs(propose(programme))[0], ("asa@a.test", "ben@b.test"), "unlock: the best again")
    programme.need("match", "forbid", "ben@b.test", "asa@a.test")
    t.contains(programme.need("match", "show", "2027a"), "Åsa Lindqvist and Ben Okoro can't be partners", "forbid: show tells")
    refused(t, programme, ["can't be partners", "tandempost match propose 2027a"], "forbid: not approved", "match", "approve", "2027a")
    t.ok(("asa@a.test", "ben@b.test") not in pairs(propose(programme)), "forbid: proposed again around it")
    refused(t, programme, ["can't be partners"], "lock what is forbidden", "match", "lock", "2027a", "asa@a.test", "ben@b.test")
    t.equal([(row["first_address"], row["second_address"]) for row in programme.rows("match", "forbidden")],
            [("asa@a.test", "ben@b.test")], "forbidden: tells whom")
    programme.need("match", "allow", "asa@a.test", "ben@b.test")
    t.contains(programme.need("match", "forbidden"), "Nobody is forbidden", "forbidden: or nobody")
    refused(t, programme, ["Nobody forbade"], "allow twice", "match", "allow", "asa@a.test", "ben@b.test")
    t.contains(programme.need("match", "lock", "2027a", "finn@f.test", "dev@d.test"), "tandempost match propose 2027a",
               "lock: propose again around them")
    refused(t, programme, ["Finn Ó Sé and Dev Rao are locked together"], "lock: not approved without", "match", "approve", "2027a")
    t.ok(("dev@d.test", "finn@f.test") in pairs(propose(programme)), "lock: holds")
    programme.need("match", "unlock", "2027a", "dev@d.test")


def given_back(t, programme):
    propose(programme)
    table = programme.need("match", "show", "2027a", "--csv")
    programme.write("same.csv", table)
    t.equal(pairs(propose(programme, "--from", programme.path("same.csv"))),
            pairs(json.loads(programme.need("match", "show", "2027a", "--json"))), "csv: given back as it was")
    programme.write("edited.csv", "first;second;third\ndev@d.test;Finn Ó Sé;\nben@b.test;eve@e.test;\nasa@a.test;;\n")
    t.equal(pairs(propose(programme, "--from", programme.path("edited.csv"))),
            [("ben@b.test", "eve@e.test"), ("dev@d.test", "finn@f.test")], "csv: edited, by name or address")
    before = query(programme, "SELECT * FROM proposal_member ORDER BY participant")
    programme.need("match", "forbid", "dev@d.test", "gil@g.test")
    programme.write("bad.csv", "first,second,third\nasa@a.test,nobody@x.test,\nben@b.test,finn@f.test,\nBen Okoro,dev@d.test,\n"
                    "asa@a.test,eve@e.test,\ngil@g.test,dev@d.test,\ncarla@c.test,gil@g.test,\nAnna Nobody,ben@b.test,\n")
    done = programme.run("match", "propose", "2027a", "--from", programme.path("bad.csv"))
    t.equal(done.code, 1, "csv: refused")
    for line, words in ((2, 'no participant "nobody@x.test"'), (4, "Ben Okoro stands on line 3 already"),
                        (5, "Åsa Lindqvist stands on line 2 already"), (6, "Dev Rao stands on line 4 already"),
                        (7, "Gil Roy stands on line 6 already"), (8, 'no participant "Anna Nobody"')):
        t.ok(any("bad.csv:%d: " % line in said and words in said for said in done.err.splitlines()), "csv: line %d: %s" % (line, words))
    t.contains(done.err, "Nothing was changed: 6 of 7 rows can't be used.", "csv: how many")
    programme.write("rules.csv", "first,second,third\nasa@a.test,eve@e.test,\ngil@g.test,dev@d.test,\ncarla@c.test,ben@b.test,\n")
    done = programme.run("match", "propose", "2027a", "--from", programme.path("rules.csv"))
    for line, words in ((2, "live in the same country"), (3, "can't be partners"), (4, "no language in common")):
        t.ok(any("rules.csv:%d: " % line in said and words in said for said in done.err.splitlines()), "csv: line %d: %s" % (line, words))
    programme.write("trio.csv", "first,second,third\nben@b.test,dev@d.test,finn@f.test\n")
    refused(t, programme, ["trio.csv:2: Dev Rao did not agree to be one of three"], "csv: a trio", "match", "propose", "2027a",
            "--from", programme.path("trio.csv"))
    t.equal(query(programme, "SELECT * FROM proposal_member ORDER BY participant"), before, "csv: nothing is applied")
    programme.need("match", "allow", "dev@d.test", "gil@g.test")


def changes(t, programme):
    propose(programme)
    programme.write("late.csv", "name,address,country,language\nHana Mori,hana@h.test,JP,en\n")
    programme.need("participant", "import", programme.path("late.csv"), "--round", "2027a")
    programme.need("participant", "pause", "gil@g.test")
    answer(programme, "dev@d.test", languages="hi")
    before = query(programme, "SELECT count(*) FROM event")
    refused(t, programme, ["Hana Mori <hana@h.test> came.", "Gil Roy <gil@g.test> went.", "answers or details of Dev Rao changed",
                           "Nothing was approved", "tandempost match propose 2027a"], "approve after changes", "match", "approve", "2027a")
    t.equal(query(programme, "SELECT count(*) FROM event"), before, "approve after changes: nothing is done")
    proposal = propose(programme)
    whys = {left["address"]: left["why"] for left in proposal["left_over"]}
    t.contains(whys["gil@g.test"], "has paused", "who can't be given a partner is told")
    programme.need("participant", "resume", "gil@g.test")
    answer(programme, "dev@d.test", **ANSWERS["dev@d.test"])
    programme.need("participant", "leave", "hana@h.test")


def approves(t, programme):
    proposal = propose(programme)
    told = programme.need("match", "approve", "2027a")
    t.contains(told, "Approved: 3 partnerships", "approve: tells")
    t.contains(told, "first in line next time: 1", "approve: who is left over")
    t.equal(query(programme, "SELECT state FROM round")[0][0], "running", "approve: the round runs")
    made = query(programme, "SELECT group_concat(address, ' ') FROM (SELECT partnership, address FROM member JOIN participant ON"
                 " participant.id = participant ORDER BY partnership, position) GROUP BY partnership")
    t.equal(sorted(row[0] for row in made), sorted(" ".join(pair["members"]) for pair in proposal["pairs"]),
            "approve: the partnerships of the proposal, in its order")
    t.equal(query(programme, "SELECT address, waits_for FROM application JOIN participant ON participant.id = participant"
                  " WHERE application.state = 'waiting'"), [("carla@c.test", "next")], "approve: who is left over waits for the next round")
    refused(t, programme, ["No proposal stands"], "approve twice", "match", "approve", "2027a")
    with programme.daemon() as daemon:
        daemon.wait_for(lambda: programme.mails("carla@c.test"))
    t.contains(programme.mails("carla@c.test")[0], "Subject: Carla, this time we found no partner for you", "approve: and is told so, kindly")


def rematches(t, programme):
    number = query(programme, "SELECT partnership FROM member JOIN participant ON participant.id = participant WHERE address = 'asa@a.test'")[0][0]
    refused(t, programme, ["waits for a partner", "tandempost partnership rematch ID"], "nobody in line", "match", "propose", "2027a")
    told = programme.need("partnership", "rematch", str(number))
    t.contains(told, "in line for another partner: 2", "rematch: both are in line")
    other = query(programme, "SELECT partnership FROM member JOIN participant ON participant.id = participant WHERE address = 'dev@d.test'")[0][0]
    programme.need("partnership", "rematch", str(other), "--only", "dev@d.test")
    proposal = propose(programme)
    t.equal(len(proposal["pairs"]), 1, "rematch: among those in line")
    t.ok(pairs(proposal)[0] != ("asa@a.test", "ben@b.test"), "rematch: never the same partner again")
    t.equal(sorted(pairs(proposal)[0] + tuple(left["address"] for left in proposal["left_over"])),
            ["asa@a.test", "ben@b.test", "dev@d.test"], "rematch: nobody else")
    t.equal(query(programme, "SELECT state FROM round")[0][0], "running", "rematch: the round runs on")
    told = programme.need("match", "approve", "2027a")
    t.contains(told, "They begin now", "rematch: begins at once")
    t.equal(query(programme, "SELECT state FROM partnership ORDER BY id DESC LIMIT 1")[0][0], "active", "rematch: is active")
    t.contains(told, "Still in line for a partner: 1", "rematch: the third stays in line")
    refused(t, programme, ["no member"], "rematch somebody else", "partnership", "rematch", str(number), "--only", "gil@g.test")


def next_round(t, programme):
    """A second round brings nobody together twice, and first in line is who was left over."""
    programme.need("round", "create", "2027b")
    programme.write("again.csv", PEOPLE + "Hugo Sol,hugo@h.test,ES,es,Europe/Madrid\nIda Paz,ida@i.test,CL,es,America/Santiago\n")
    programme.need("participant", "import", programme.path("again.csv"), "--round", "2027b")
    proposal = json.loads(programme.need("match", "propose", "2027b", "--json"))
    before = {tuple(sorted(row)) for row in query(
        programme, "SELECT a.address, b.address FROM member m JOIN member n ON n.partnership = m.partnership AND n.participant > m.participant"
        " JOIN participant a ON a.id = m.participant JOIN participant b ON b.id = n.participant")}
    t.ok(proposal["partnerships"] >= 3 and not before & set(pairs(proposal)), "next round: nobody gets a partner of before")
    t.ok(any("Carla was left over before" in pair["reasons"] for pair in proposal["pairs"]), "next round: who was left over comes first")


def stands_by(t, programme):
    fill(programme, PEOPLE.split("Dev Rao")[0])
    programme.edit("tandempost.conf", 'address = "kate@example.org" }', 'address = "kate@example.org"  stand_by = yes }')
    propose(programme)
    told = programme.need("match", "approve", "2027a")
    t.contains(told, "Kate stands by to write to Carla Díaz", "stand-by: told")
    cases = programme.rows("alert", "list")
    t.ok(any("Kate stands by to write to them" in case["reason"] for case in cases), "stand-by: a case is open")
    t.equal(query(programme, "SELECT count(*) FROM outbox WHERE template = 'left-over'")[0][0], 0, "stand-by: no mail says that there is nobody")


def states(t, programme):
    fill(programme)
    refused(t, programme, ["No proposal stands", "tandempost match propose 2027a"], "show before", "match", "show", "2027a")
    refused(t, programme, ["No proposal stands"], "approve before", "match", "approve", "2027a")
    query(programme, "UPDATE round SET state = 'open'")
    refused(t, programme, ["close it first: tandempost round close 2027a"], "propose while people sign up", "match", "propose", "2027a")
    query(programme, "UPDATE round SET state = 'closed', starts_at = ?", int(time.time()) + 86400)
    propose(programme)
    told = programme.need("match", "approve", "2027a")
    t.contains(told, "The round begins by itself on", "a start to come: told")
    t.equal(query(programme, "SELECT DISTINCT state FROM partnership")[0][0], "planned", "a start to come: nothing begins yet")


def configuration(t, programme):
    fill(programme)
    good = programme.read("tandempost.conf")
    own = good + '\ncriterion "%s" { measure = "%s"%s }\n'
    for criterion, words in (
            (("intrests", "common", ""), 'no question "intrests"; did you mean "interests"?'),
            (("name", "common", ""), 'is of the kind "text"'),
            (("rhythm", "awake", ""), "whether somebody wants to talk live"),
            (("interests", "near", ""), "in their order, or of a rating"),
            (("sector", "wished", '  wish = "hours"'), "says no wish"),
            (("sector", "wished", '  wish = "wish_sectors"'), 'did you mean "wish_sector"?')):
        programme.write("tandempost.conf", own % criterion)
        line = (own % criterion).count("\n")
        done = programme.run("check")
        t.ok(done.code == 1 and "tandempost.conf:%d: criterion" % line in done.out and words in " ".join(done.out.split()),
             "check: %s" % words)
        refused(t, programme, ["tandempost.conf:%d: " % line], "propose: %s" % words, "match", "propose", "2027a")
    programme.write("tandempost.conf", own % ("rhythm", "near", "  weight = 50"))
    reasons = [reason for pair in propose(programme)["pairs"] for reason in pair["reasons"]]
    t.ok(any(reason.startswith("Rhythm: ") for reason in reasons) and not any(reason.startswith("Interests") for reason in reasons),
         "criteria of one's own take the place of the standard ones")
    programme.write("tandempost.conf", good)
    form = programme.read("templates/en/forms/application.form")
    for language in ("en", "fr", "es"):
        name = "templates/%s/forms/application.form" % language
        programme.write(name, programme.read(name).replace("\nrhythm:", "\ntempo:"))
    done = programme.run("check")
    t.contains(" ".join(done.out.split()), 'The standard criterion "rhythm" counts for nothing', "a form of one's own: check tells what does not fit")
    t.ok("problem  templates: " not in done.out, "a form of one's own: and that is no problem")
    t.equal(propose(programme)["partnerships"], 3, "a form of one's own: the rest counts")
    programme.write("templates/en/forms/application.form", form)


def killed(t, programme):
    """kill -9 at moments all over the command: all or nothing, and each is introduced once."""
    count = 400
    programme.write("many.csv", "name,address,country,language,time zone\n" + "".join(
        "Person %d,p%d@a.test,%s\n" % (i, i, ("SE,en,Europe/Stockholm", "NZ,en,Pacific/Auckland")[i % 2]) for i in range(count)))
    programme.need("round", "create", "2027a")
    programme.need("participant", "import", programme.path("many.csv"), "--round", "2027a")
    programme.need("match", "propose", "2027a", "--json")
    began = time.monotonic()
    programme.need("match", "approve", "2027a", "--dry-run")
    whole, kills = time.monotonic() - began, 0
    while query(programme, "SELECT count(*) FROM proposal")[0][0]:
        process = subprocess.Popen([BINARY, "match", "approve", "2027a"], env=programme.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(whole * (0.2 + kills * 0.1))
        process.send_signal(signal.SIGKILL)
        process.wait(machine.PATIENCE)
        kills += 1
        made = query(programme, "SELECT count(*) FROM partnership")[0][0]
        stands = query(programme, "SELECT count(*) FROM proposal")[0][0]
        if (made, stands) not in ((0, 1), (count // 2, 0)):
            t.fail("killed: all or nothing, not %d partnerships" % made)
    t.ok(kills > 0, "killed %d times until it was approved" % kills)
    with programme.daemon() as daemon:
        daemon.wait_for(lambda: query(programme, "SELECT count(*) FROM partnership WHERE state = 'active'")[0][0] == count // 2)
        daemon.wait_for(lambda: query(programme, "SELECT count(*) FROM setting WHERE name = 'round_starting'")[0][0] == 0)
    t.equal(query(programme, "SELECT count(*), count(DISTINCT participant) FROM member")[0], (count, count), "killed: each has one partner")
    t.equal(query(programme, "SELECT count(*), count(DISTINCT participant) FROM (SELECT participant FROM schedule WHERE step = 'introduction'"
                  " UNION ALL SELECT participant FROM outbox WHERE step = 'introduction')")[0], (count, count), "killed: each is introduced once")


def main(t):
    with Programme() as programme:
        fill(programme)
        for part in (proposes, by_hand, given_back, changes, approves, rematches, next_round):
            part(t, programme)
    for alone in (stands_by, states, configuration, killed):
        with Programme() as programme:
            alone(t, programme)


tap.run(main)
