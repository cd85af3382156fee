"""Goal: every number in a report equals a query of the database; JSON, CSV files and the page say the same; nobody is named
who need not be, and what few people said, or where they live, stands with others."""
import collections
import csv
import html.parser
import json
import os
import sqlite3
import subprocess

WEEK = 7 * 86400
FORMS = {"application": None, "survey-middle": "survey-middle", "survey-closing": "survey-closing"}


class Page(html.parser.HTMLParser):
    """Tables by name, as lists of rows of texts; and all text."""

    def __init__(self, source):
        super().__init__()
        self.tables, self.table, self.cell, self.text, self.tags = {}, None, None, [], collections.Counter()
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        self.tags[tag] += 1
        attributes = dict(attributes)
        if tag == "table":
            self.table = self.tables.setdefault(attributes.get("data-table", "?"), [])
        elif tag == "tr" and self.table is not None:
            self.table.append([])
        elif tag in ("td", "th") and self.table is not None:
            self.cell = []

    def handle_endtag(self, tag):
        if tag == "table":
            self.table = None
        elif tag in ("td", "th") and self.cell is not None:
            self.table[-1].append("".join(self.cell))
            self.cell = None

    def handle_data(self, data):
        self.text.append(data)
        if self.cell is not None:
            self.cell.append(data)


class Report:
    def __init__(self, program, folder, *options):
        self.folder = os.path.join(folder, "told" + "".join(options))
        call = [program, "-c", os.path.join(folder, "tandempost.conf"), "report", "--json", *options,
                "--csv", self.folder, "--html", self.folder + ".html"]
        done = subprocess.run(call, capture_output=True, encoding="utf-8", check=True)
        self.json = json.loads(done.stdout)
        self.tables = self.json["tables"]
        with open(self.folder + ".html", encoding="utf-8") as file:
            self.source = file.read()
        self.page = Page(self.source)

    def csv(self, name):
        with open(os.path.join(self.folder, name + ".csv"), encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    def pairs(self, name):
        return [tuple(row.values()) for row in self.tables[name]]


def check_same(t, report):
    """JSON, CSV and page."""
    def text(value):
        return "" if value is None else str(value)

    tables = {name: rows for name, rows in report.tables.items() if rows}
    t.equal({name: report.csv(name)[1:] for name in tables},
            {name: [[text(value) for value in row.values()] for row in rows] for name, rows in tables.items()},
            "CSV files say what JSON says")
    shown = {name: rows[1:] for name, rows in report.page.tables.items() if name != "?"}
    wanted = {name: [[text(value) for key, value in row.items() if key not in ("code", "codes")] for row in rows]
              for name, rows in tables.items() if name not in ("partnerships", "weeks")}
    t.equal(shown, wanted, "the page's tables do, too")
    weeks = [row for name, rows in report.page.tables.items() if name == "?" for row in rows if row[0] != "Week"]
    t.equal(weeks, [[text(value) for value in list(row.values())[1:]] for row in tables["weeks"]],
            "and the weeks of each partnership")
    t.equal(report.page.tags["script"] + report.source.count("http://") + report.source.count("https://") +
            report.source.count("url("), 0, "the page needs no script and no network")


def moment(text):
    return f"unixepoch('{text}')"


def check_people(t, report, ask):
    people = ask("SELECT participant FROM application WHERE accepted_at IS NOT NULL UNION SELECT participant FROM member")
    countries = collections.Counter(row[0] for row in ask("SELECT country FROM participant WHERE id IN (SELECT participant"
                                                          " FROM application WHERE accepted_at IS NOT NULL)"))
    t.equal({row["codes"]: row["people"] for row in report.tables["countries"]}, countries, "people of each country")
    t.equal(sum(countries.values()), len(people), "which are all")
    members = "SELECT count(DISTINCT participant) FROM member JOIN partnership ON partnership.id = partnership WHERE "
    wanted = [ask("SELECT count(*) FROM application"), ask("SELECT count(accepted_at) FROM application"),
              ask(members + "started_at > 0"), ask("SELECT count(DISTINCT participant) FROM contact"),
              ask("SELECT count(answered_at) FROM survey WHERE name = 'survey-middle'"),
              ask(members + "state IN ('active', 'held', 'ended') AND left_at IS NULL"),
              ask("SELECT count(answered_at) FROM survey WHERE name = 'survey-closing'")]
    t.equal([row["people"] for row in report.tables["stages"]], [rows[0][0] for rows in wanted], "how far people came")


def answers_of(ask, form, question, most):
    if form:
        rows = ask("SELECT (SELECT value FROM survey_answer AS a WHERE a.survey = name AND a.participant = survey.participant"
                   f" AND a.question = '{question}') FROM survey WHERE name = '{form}' AND answered_at IS NOT NULL"
                   " ORDER BY answered_at, id")
    else:
        rows = ask(f"SELECT json_extract(answers, '$.{question}') FROM application ORDER BY id")
    return [row[0] for row in rows][:most]


def check_answers(t, report, ask):
    """By their numbers alone: the words of the options stand in forms."""
    for name, form in FORMS.items():
        for question in ("heard", "convinced", "often", "channels"):
            table = report.tables.get(f"{name}-{question}")
            if table is None:
                continue
            said = answers_of(ask, form, question, 10000)
            count = collections.Counter(key for value in said if value
                                        for key in (value.split(",") if question == "channels" else [value]))
            shown = sorted(row["people"] for row in table if row["answer"] != "no answer" and row["people"])
            t.equal(shown, sorted(count.values()), f"{name}: {question}")
            nothing = [row["people"] for row in table if row["answer"] == "no answer"]
            t.ok(not nothing or nothing == [said.count(None)], f"{name}: {question}, and who said nothing")


def check_partnerships(t, report, ask):
    letters, checks, warnings = (collections.defaultdict(collections.Counter) for _ in range(3))
    began = dict(ask("SELECT id, started_at FROM partnership WHERE started_at > 0"))
    for counts, query in (
            (letters, "SELECT partnership, at FROM contact WHERE channel IN ('relay', 'cc', 'coordinator')"),
            (checks, "SELECT partnership, at FROM answer WHERE question = 'check-in' AND partnership IS NOT NULL"),
            (warnings, "SELECT partnership, opened_at FROM case_file WHERE kind = 'silence' AND partnership IS NOT NULL")):
        for partnership, at in ask(query):
            counts[partnership][max(at - began[partnership], 0) // WEEK + 1] += 1
    wanted = {(p, week): (letters[p][week], checks[p][week], warnings[p][week])
              for p in began for week in sorted({*letters[p], *checks[p], *warnings[p]})}
    t.equal({(row["partnership"], row["week"]): (row["letters"], row["check_ins"], row["warnings"])
             for row in report.tables["weeks"]}, wanted, "letters, check-ins and warnings of each week")
    ends = dict(ask("SELECT id, closed_at FROM partnership"))
    numbers = dict(ask("SELECT partnership, number FROM health"))
    shown = {row["partnership"]: row for row in report.tables["partnerships"]}
    rhythms = collections.Counter()
    t.equal(set(shown), set(began), "every partnership is there")
    for p, row in shown.items():
        weeks = -(-((ends[p] or 0) - began[p]) // WEEK)
        sums = (numbers[p], weeks, len(letters[p]), sum(letters[p].values()), sum(checks[p].values()), sum(warnings[p].values()))
        same = sums == tuple(row[key] for key in ("health", "weeks", "weeks_with_letters", "letters", "check_ins", "warnings"))
        if not same:
            t.ok(False, f"partnership {p}: {row} is {sums}")
        share = len(letters[p]) / weeks
        rhythms[0 if share >= .8 else 1 if share >= .4 else 2 if share >= .2 else 3 if share else 4] += 1
    t.equal([row["partnerships"] for row in report.tables["often"]], [rhythms[i] for i in range(5)], "how often they wrote")


def check_service(t, report, ask):
    span = f">= {moment(report.json['from'])} AND {{0}} < {moment(report.json['until'])}"
    sent = dict(ask("SELECT step, count(*) || ' ' || total(sent_at > due_at + 3600) || ' ' || count(asks) || ' ' ||"
                    " count(iif(asks IS NULL, NULL, answered_at)) FROM outbox WHERE state = 'sent' AND sent_at " +
                    span.format("sent_at") + " GROUP BY step"))
    t.equal({row["step"]: f"{row['sent']} {row['late']}.0 {row['asked']} {row['answered']}"
             for row in report.tables["messages"] if row["sent"]}, sent, "mails sent, late, asking and answered")
    for key, query in (("came_back", "SELECT count(*) FROM bounce WHERE outbox IS NOT NULL"),
                       ("refused", "SELECT count(*) FROM outbox WHERE state = 'failed'"),
                       ("skipped", "SELECT count(*) FROM outbox WHERE state = 'expired'")):
        t.equal(sum(row[key] for row in report.tables["messages"]), ask(query)[0][0], "mails: " + key)
    outages = [sum(-(-(end - start) // 60) for start, end in ask(
        f"SELECT began_at, ended_at FROM outage WHERE service = '{service}'")) for service in ("daemon", "incoming", "outgoing")]
    t.equal([row["minutes"] for row in report.tables["outages"]], outages, "minutes of outage")
    channels = ask("SELECT count(*), count(DISTINCT partnership) FROM contact GROUP BY channel ORDER BY 1 DESC")
    t.equal([(row["contacts"], row["partnerships"]) for row in report.tables["contacts"]], channels, "signs of contact")
    asked = ask("SELECT count(*), count(answered_at) FROM outbox WHERE step IN ('nudge', 'last-call') AND state = 'sent'"
                " GROUP BY step ORDER BY step DESC")
    t.equal([(row["sent"], row["answered"]) for row in report.tables["nudges"]], asked, "nudges and last calls")
    outcomes = collections.Counter(row[0] for row in ask(
        "SELECT iif((SELECT max(at) FROM contact WHERE contact.partnership = partnership.id) > opened_at, 'wrote', state)"
        " FROM case_file JOIN partnership ON partnership.id = case_file.partnership WHERE kind = 'silence'"))
    t.equal(sorted(row["warnings"] for row in report.tables["warnings"]), sorted(outcomes.values()), "what came of warnings")


def check_nobody(t, report, ask):
    """Without --names."""
    names = {name for (name,) in ask("SELECT name FROM participant")}
    told = "".join(report.page.text) + json.dumps(report.json, ensure_ascii=False)
    t.equal([name for name in names if name in told], [], "nobody is named")
    t.equal([row for row in report.tables["countries"] if row["people"] < 5], [], "no country has few people")
    small = [(name, row) for name, rows in report.tables.items() if name.split("-")[0] in ("application", "survey")
             for row in rows if 0 < row["people"] < 5]
    t.equal(small, [], "and no answer")
    t.equal(sum(row["people"] for row in report.tables["countries"]), sum(1 for _ in names), "and yet all are there")


def check(t, program, folder):
    with sqlite3.connect(f"file:{folder}/tandempost.db?mode=ro", uri=True) as database:
        def ask(query):
            return database.execute(query).fetchall()

        named, unnamed = Report(program, folder, "--names"), Report(program, folder)
        check_same(t, named)
        check_same(t, unnamed)
        check_people(t, named, ask)
        check_answers(t, named, ask)
        check_partnerships(t, named, ask)
        check_service(t, named, ask)
        check_nobody(t, unnamed, ask)
