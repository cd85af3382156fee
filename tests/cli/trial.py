"""A small programme on the embedded post office, for tests of commands: no server, no root.

    with Programme() as programme:
        done = programme.run("template", "list")        # done.code, done.out, done.err
        rows = programme.rows("template", "list")       # its --json
"""
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

import machine

HERE = os.path.dirname(os.path.abspath(__file__))
BINARY = os.path.abspath(os.environ.get("TANDEMPOST", os.path.join(HERE, "..", "..", "build", "tandempost")))

PEOPLE = """name,address,country,language,time zone
Åsa Lindqvist,asa@a.test,SE,en,Europe/Stockholm
Ben Okoro,ben@b.test,NZ,en,Pacific/Auckland
Carla Díaz,carla@c.test,MX,es,America/Mexico_City
"""


class Done:
    def __init__(self, process):
        self.code, self.out, self.err = process.returncode, process.stdout, process.stderr


class Programme:
    def __enter__(self):
        self.top = tempfile.mkdtemp(prefix="cli-")
        self.directory = os.path.join(self.top, "p")
        self.environment = dict(os.environ, LC_ALL="C.UTF-8", TANDEMPOST_CONFIG=self.path("tandempost.conf"))
        self.environment.pop("CREDENTIALS_DIRECTORY", None)
        self.need("init", self.directory)
        return self

    def __exit__(self, *unused):
        shutil.rmtree(self.top)

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def edit(self, name, old, new):
        text = self.read(name)
        assert old in text, "%s does not hold %r" % (name, old)
        self.write(name, text.replace(old, new))

    def run(self, *arguments):
        return Done(subprocess.run([BINARY, *arguments], capture_output=True, encoding="utf-8", timeout=machine.PATIENCE,
                                   env=self.environment, stdin=subprocess.DEVNULL))

    def need(self, *arguments):
        done = self.run(*arguments)
        assert done.code == 0, "%s: exit %d\n%s%s" % (" ".join(arguments), done.code, done.out, done.err)
        return done.out

    def rows(self, *arguments):
        return [json.loads(line) for line in self.run(*arguments, "--json").out.splitlines()]

    def with_people(self):
        """Three people in the round "2027a", two of them a partnership that is not started."""
        self.write("people.csv", PEOPLE)
        self.need("round", "create", "2027a")
        self.need("participant", "import", self.path("people.csv"), "--round", "2027a")
        self.need("partnership", "create", "2027a", "asa@a.test", "ben@b.test")

    def daemon(self):
        return Daemon(self)

    def introduce_now(self):
        """Introductions wait for nine o'clock where their recipients live: not these."""
        connection = sqlite3.connect(self.path("tandempost.db"), timeout=machine.PATIENCE)
        with connection:
            connection.execute("UPDATE schedule SET due_at = ? WHERE step = 'introduction'", (int(time.time()),))
        connection.close()
        self.need("round", "create", "2027b")  # wakes the service

    def mails(self, address):
        """What the embedded post office delivered to ADDRESS, as text."""
        folder = self.path("post-office", address, "new")
        names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        return [open(os.path.join(folder, name), encoding="utf-8").read() for name in names]

    def way_to_partner(self, address="asa@a.test"):
        """By which address ADDRESS writes to the partner, from the introduction; None while that has not come."""
        for mail in self.mails(address):
            found = re.search(r"^Reply-To: .*?(friends\+p[a-z0-9]+@example\.org)", mail, re.M)
            if found:
                return found.group(1)
        return None


class Daemon:
    """The service, running for as long as a `with` block."""

    def __init__(self, programme):
        self.programme = programme

    def __enter__(self):
        self.process = subprocess.Popen([BINARY, "daemon"], env=self.programme.environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *unused):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=machine.PATIENCE)

    @staticmethod
    def wait_for(condition, seconds=0):
        machine.wait_for(condition, seconds)
