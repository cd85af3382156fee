#!/usr/bin/python3
"""How the cost of bulk changes grows: `make bench-scale` (PEOPLE="1000 5000 20000 100000").

For each number of people: all are imported, paired, their round is started, looked at, its schedule built anew by a
starting daemon, and ended by one. The time of each, the processor time for one person, and the most memory of the process
that did it. Flat is good: a person among 20,000 should cost what one among 1,000 does."""
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BINARY = os.path.abspath(os.environ.get("TANDEMPOST", os.path.join(HERE, "..", "..", "build", "tandempost")))
PEOPLE = [int(number) for number in (sys.argv[1:] or os.environ.get("PEOPLE", "1000 5000 20000 100000").split())]
LIMIT = 1800  # seconds for one step: then it is given up

CONFIGURATION = """
programme {
    name = "International Friends" address = "iln@example.test" languages = { "en" } time_zone = "UTC"
    database = "%(directory)s/t.db" templates = "%(directory)s/made/templates"
}
outgoing { url = "smtp://127.0.0.1:9" tls = "none, mail and password travel readable" }
incoming { url = "maildir:%(directory)s/post" }
round { length = "6 months" }
step "introduction" { to = "partnership" when = "start" at = "%(hour)02d:00" }
step "first-contact" { to = "partnership" when = "start + 7 days" asks = "check-in" }
step "discussion" { to = "partnership" when = "monthly" topics = yes expires = "10 days" }
step "check-in" { to = "partnership" when = "monthly + 14 days" asks = "check-in" expires = "10 days" }
step "closing" { to = "partnership" when = "end" }
coordinator "Kate" { address = "kate@c.test" }
"""


class Programme:
    """One programme in a directory of its own."""

    def __init__(self, people):
        self.directory = tempfile.mkdtemp(prefix="scale-")
        self.people = people
        made = self.path("made")
        subprocess.run([BINARY, "init", made], check=True, capture_output=True, timeout=60)
        shutil.move(os.path.join(made, "tandempost.db"), self.path("t.db"))
        # Nothing is to be sent here: the first messages come some twelve hours from now.
        self.write("t.conf", CONFIGURATION % {"directory": self.directory, "hour": (time.gmtime().tm_hour + 12) % 24})
        self.write("people.csv", "name,address,country,language,time zone\n" + "".join(
            "Person %d,p%d@a.test,SE,en,Europe/Stockholm\n" % (i, i) for i in range(people)))
        self.write("pairs.csv", "first,second\n" + "".join(
            "p%d@a.test,p%d@a.test\n" % (i, i + 1) for i in range(0, people - 1, 2)))

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)

    def query(self, sql):
        connection = sqlite3.connect(self.path("t.db"), timeout=60)
        try:
            rows = connection.execute(sql).fetchall()
            connection.commit()
            return rows
        finally:
            connection.close()

    def run(self, what, *arguments):
        """Runs a command and prints its line."""
        begin = time.monotonic()
        with open(self.path("log"), "ab") as log:
            process = subprocess.Popen([BINARY, "-c", self.path("t.conf"), *arguments], stdout=subprocess.DEVNULL, stderr=log)
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit("%s failed; see %s" % (what, self.path("log")))
        self.tell(what, time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)

    def run_daemon(self, what, unfinished):
        """Runs the daemon until UNFINISHED (SQL) gives no row, and prints its line."""
        begin = time.monotonic()
        with open(self.path("log"), "ab") as log:
            daemon = subprocess.Popen([BINARY, "-c", self.path("t.conf"), "daemon"], stdout=log, stderr=log)
        try:
            while self.query(unfinished):
                if daemon.poll() is not None or time.monotonic() - begin > LIMIT:
                    raise SystemExit("%s did not end; see %s" % (what, self.path("log")))
                time.sleep(0.02)
            self.tell(what, time.monotonic() - begin, *busiest(daemon.pid))
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(timeout=60)

    def tell(self, what, seconds, busy, megabytes):
        print("%8d  %-22s %9.2f s %9.0f us a person %6.0f MB" % (
            self.people, what, seconds, busy * 1e6 / self.people, megabytes), flush=True)


def busiest(parent):
    """Processor seconds and peak memory (MB) of the daemon's processes: the most of any of them."""
    busy = most = 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/status" % name) as file:
                fields = dict(line.split(":", 1) for line in file)
            with open("/proc/%s/stat" % name) as file:
                times = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if parent in (int(name), int(fields["PPid"])) and "VmHWM" in fields:
            busy = max(busy, (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK"))
            most = max(most, int(fields["VmHWM"].split()[0]) / 1024)
    return busy, most


def measure(people):
    programme = Programme(people)
    programme.run("round create", "round", "create", "r")
    programme.run("participant import", "participant", "import", programme.path("people.csv"), "--round", "r")
    programme.run("partnership import", "partnership", "import", programme.path("pairs.csv"), "--round", "r")
    programme.run("round start", "round", "start", "r")
    for words in ("status", "timeline", "round list", "partnership list"):
        programme.run(words, *words.split())
    programme.run_daemon("daemon: new schedule", "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM setting WHERE name = 'schedule_fingerprint')")
    programme.query("UPDATE partnership SET ends_at = unixepoch() - 60")
    programme.run_daemon("daemon: round's end", "SELECT 1 FROM round WHERE state NOT IN ('ending', 'archived')")
    print("%8d  %-22s %9.0f bytes a person on disk" % (people, "size", os.path.getsize(programme.path("t.db")) / people))
    shutil.rmtree(programme.directory)


for number in PEOPLE:
    measure(number)
