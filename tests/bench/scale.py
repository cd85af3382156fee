#!/usr/bin/python3
"""How the cost of everything grows with the people: `make bench-scale` (PEOPLE="1000 10000 100000 1000000").

For each number of people: all are imported, paired, their round is started and looked at; a daemon starts and comes to
rest, sends a thousand messages that are due to smtp-sink, takes a thousand answers to them from a Maildir, builds the
schedule anew, and ends the round. The processor time of each, for one row or for the whole, and the most memory of the
process that did it. Flat is good: a person among a million should cost what one among a thousand does. A million takes
some ten minutes and 8 GB where TMPDIR is, and is only run when it is asked for."""
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
import servers  # noqa: E402
import tags  # noqa: E402

BINARY = os.path.abspath(os.environ.get("TANDEMPOST", os.path.join(HERE, "..", "..", "build", "tandempost")))
PEOPLE = [int(number) for number in (sys.argv[1:] or os.environ.get("PEOPLE", "1000 10000 100000").split())]
LIMIT = 7200      # seconds for one step: then it is given up
MESSAGES = 1000   # that are due, and answered
REST = 1.0        # who has done nothing for so many seconds is at rest

CONFIGURATION = """
programme {
    name = "International Friends" address = "iln@example.test" languages = { "en" } time_zone = "UTC"
    database = "%(directory)s/t.db" templates = "%(directory)s/made/templates"
}
outgoing { url = "smtp://127.0.0.1:%(port)d" tls = "none, mail and password travel readable" }
incoming { url = "maildir:%(directory)s/post" }
round { length = "6 months" }
step "introduction" { to = "partnership" when = "start" at = "%(hour)02d:00" }
step "first-contact" { to = "partnership" when = "start + 7 days" asks = "check-in" }
step "discussion" { to = "partnership" when = "monthly" topics = yes expires = "10 days" }
step "check-in" { to = "partnership" when = "monthly + 14 days" asks = "check-in" expires = "10 days" }
step "closing" { to = "partnership" when = "end" }
coordinator "Kate" { address = "kate@c.test" }
"""

ANSWER = ("From: %s\r\nTo: iln+r%s@example.test\r\nSubject: Re: How is it going?\r\nDate: %s\r\nMessage-ID: <a%d@a.test>\r\n"
          "In-Reply-To: %s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n1\r\n")


class Service:
    """A running daemon, and what its processes have used."""

    def __init__(self, programme):
        self.programme, self.begin = programme, time.monotonic()
        self.log = open(programme.path("log"), "ab")
        self.process = subprocess.Popen([BINARY, "-c", programme.path("t.conf"), "daemon"], stdout=self.log, stderr=self.log)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=300)
        self.log.close()

    def usage(self):
        """Processor seconds of all its processes, and the peak memory (MB) of the largest."""
        busy = most = 0
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/status" % name) as file:
                    fields = dict(line.split(":", 1) for line in file)
                if self.process.pid not in (int(name), int(fields["PPid"])) or "VmHWM" not in fields:
                    continue
                with open("/proc/%s/schedstat" % name) as file:
                    busy += int(file.read().split()[0]) / 1e9
            except (OSError, ValueError):
                continue
            most = max(most, int(fields["VmHWM"].split()[0]) / 1024)
        return busy, most

    def check(self):
        if self.process.poll() is not None or time.monotonic() - self.begin > LIMIT:
            raise SystemExit("the daemon did not get there; see %s" % self.programme.path("log"))

    def until(self, unfinished):
        """Waits until UNFINISHED (SQL) gives no row, and then for rest."""
        while self.programme.query(unfinished):
            self.check()
            time.sleep(0.05)
        return self.rest()

    def rest(self):
        (busy, most), since = self.usage(), time.monotonic()
        while time.monotonic() - since < REST:
            time.sleep(0.1)
            self.check()
            now, most = self.usage()
            if now - busy > 0.002:
                busy, since = now, time.monotonic()
        return busy, most


class Programme:
    """One programme in a directory of its own."""

    def __init__(self, people, port, costs):
        self.directory = tempfile.mkdtemp(prefix="scale-")
        self.people, self.costs = people, costs
        made = self.path("made")
        subprocess.run([BINARY, "init", made], check=True, capture_output=True, timeout=60)
        shutil.move(os.path.join(made, "tandempost.db"), self.path("t.db"))
        for folder in ("new", "cur", "tmp"):
            os.makedirs(self.path("post/iln@example.test/" + folder))
        # Nothing is to be sent by itself: the first messages come some twelve hours from now.
        self.write("t.conf", [CONFIGURATION % {"directory": self.directory, "port": port, "hour": (time.gmtime().tm_hour + 12) % 24}])
        self.write("people.csv", ["name,address,country,language,time zone\n"],
                   ("Person %d,p%d@a.test,SE,en,Europe/Stockholm\n" % (i, i) for i in range(people)))
        self.write("pairs.csv", ["first,second\n"], ("p%d@a.test,p%d@a.test\n" % (i, i + 1) for i in range(0, people - 1, 2)))

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, *pieces):
        with open(self.path(name), "w") as file:
            for piece in pieces:
                file.writelines(piece)

    def query(self, sql):
        connection = sqlite3.connect(self.path("t.db"), timeout=300)
        try:
            rows = connection.execute(sql).fetchall()
            connection.commit()
            return rows
        finally:
            connection.close()

    def run(self, *arguments, rows=None):
        """Runs a command and prints its line: of ROWS the cost of one."""
        with open(self.path("log"), "ab") as log:
            process = subprocess.Popen([BINARY, "-c", self.path("t.conf"), *arguments], stdout=subprocess.DEVNULL, stderr=log)
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        what = " ".join(word for word in arguments if "/" not in word and word not in ("r", "--round"))
        if process.returncode:
            raise SystemExit("%s failed; see %s" % (what, self.path("log")))
        self.tell(what, usage.ru_utime + usage.ru_stime, rows, usage.ru_maxrss / 1024)

    def serve(self, what, rows, unfinished, idle):
        """Has the daemon work until UNFINISHED gives no row; IDLE is what it costs to do nothing."""
        with Service(self) as service:
            busy, most = service.until(unfinished)
        self.tell(what, max(busy - idle, 0), rows, most)

    def tell(self, what, busy, rows, megabytes):
        cost, unit = (busy * 1e6 / rows, "us a row") if rows else (busy * 1e3, "ms")
        self.costs.setdefault(what, {})[self.people] = (cost, megabytes)
        print("%8d  %-28s %10.0f %-8s %6.0f MB" % (self.people, what, cost, unit, megabytes), flush=True)

    def answers(self):
        """A reply to each message that was sent."""
        key = self.query("SELECT value FROM setting WHERE name = 'tag_key'")[0][0]
        date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())
        sent = self.query("SELECT p.address, o.id, o.message_id FROM outbox o JOIN participant p ON p.id = o.participant WHERE o.state = 'sent'")
        for address, number, message_id in sent:
            self.write("post/iln@example.test/new/%d.a.test" % number, [ANSWER % (address, tags.secret(key, "r", number), date, number, message_id)])
        return len(sent)


def measure(people, port, costs):
    programme = Programme(people, port, costs)
    programme.run("round", "create", "r")
    programme.run("participant", "import", programme.path("people.csv"), "--round", "r", rows=people)
    programme.run("partnership", "import", programme.path("pairs.csv"), "--round", "r", rows=people)
    programme.run("round", "start", "r", rows=people)
    print("%8d  %-28s %10.0f bytes a person on disk" % (people, "size", os.path.getsize(programme.path("t.db")) / people))
    for words in ("status", "round list", "partnership show 7", "partnership list --limit 20", "participant list --limit 20"):
        programme.run(*words.split())
    for words in ("partnership list", "participant list --json", "timeline --days 60"):
        programme.run(*words.split(), rows=people)
    programme.serve("rebuilt schedule", people, "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM setting WHERE name = 'schedule_fingerprint')", 0)
    # Nobody's health is to be looked at meanwhile: that is a matter of days, not of messages.
    programme.query("UPDATE health SET assessed_at = unixepoch(), next_at = unixepoch() + 86400")
    with Service(programme) as service:
        idle, most = service.rest()
    programme.tell("daemon's start", idle, None, most)
    # As they would go: what is due at one moment goes by key.
    programme.query("UPDATE schedule SET due_at = unixepoch(), expires_at = unixepoch() + 86400 WHERE key IN"
                    " (SELECT key FROM schedule WHERE step = 'first-contact' ORDER BY key LIMIT %d)" % MESSAGES)
    programme.serve("due message", MESSAGES, "SELECT 1 WHERE (SELECT count(*) FROM outbox WHERE state = 'sent') < %d" % MESSAGES, idle)
    answers = programme.answers()
    assert answers == MESSAGES, answers
    programme.serve("answer", MESSAGES, "SELECT 1 WHERE (SELECT count(*) FROM answer) < %d" % MESSAGES, idle)
    programme.query("UPDATE partnership SET ends_at = unixepoch() - 60")
    programme.serve("round's end", people, "SELECT 1 FROM round WHERE state NOT IN ('ending', 'archived')", idle)
    shutil.rmtree(programme.directory)


def main():
    costs = {}
    port = servers.free_ports(1)[0]
    root = ["-u", "nobody"] if os.geteuid() == 0 else []
    sink = subprocess.Popen(["/usr/sbin/smtp-sink", *root, "-c", "127.0.0.1:%d" % port, "1000"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for people in PEOPLE:
            measure(people, port, costs)
    finally:
        sink.terminate()
        sink.wait(timeout=10)
    few, many = min(PEOPLE), max(PEOPLE)
    base = 10000 if 10000 in PEOPLE and many > 10000 else few  # below, what a process costs to start counts too much
    grown = lambda what, since: costs[what][many][0] / costs[what][since][0]  # noqa: E731
    print("a row, %d to %d: %s" % (base, many, ", ".join("%s x%.2f" % (what, grown(what, base)) for what in (
        "participant import", "partnership import", "rebuilt schedule", "round's end", "partnership list", "participant list --json", "timeline --days 60"))))
    print("scale: due message x%.2f, answer x%.2f, round start x%.2f a row, status %.0f ms, %.0f MB at %d" % (
        grown("due message", few), grown("answer", few), grown("round start", base), *costs["status"][many], many))


main()
