#!/usr/bin/python3
"""One programme in a temporary directory, and the real service that runs it, for as long as a test needs them.

    with MailServers() as servers, Programme(servers) as programme:
        programme.begin_round([person("Anna Berg", "anna@a.test", "DE"), ...], [("anna@a.test", "ben@b.test")])
        programme.start()
        programme.wait_for_sent("introduction", 2)

The program is the one that $TANDEMPOST names, by default build/tandempost. The messages' moments are seconds instead of
days. With SPEED its wall clock is the test's: it goes on only while the test waits and neither the service nor the servers
have anything to do, and then in steps, SPEED / 2 seconds each. So hours can be waited for, and however slow the machine is,
no time goes by while somebody works. What people see is read through the commands; where a test must look deeper it reads
the database, and never writes it.
"""
import csv
import email
import email.policy
import hashlib
import json
import mmap
import os
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time

import machine
import servers as harness
import tags

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
PROGRAM = os.path.abspath(os.path.join(ROOT, os.environ.get("TANDEMPOST") or "build/tandempost"))
COORDINATOR = "kate@coordinators.test"
RUN = "/run/tandempost"
NAME = "Test Friendship Programme"
ROUND = "Spring"

STEPS = """
step "welcome"      { to = "participant"  when = "accepted"  at = "at once" }
step "introduction" { to = "partnership"  when = "start"     at = "at once" }
"""


class ProgrammeError(Exception):
    """The program did not do what a test asked of it."""


def person(name, address, country="NZ", language="en", time_zone="Pacific/Auckland"):
    """A row for `participant import`."""
    return {"name": name, "email": address, "country": country, "language": language, "time zone": time_zone}


def is_gone(pid):
    """Whether a process has ended, reaped or not."""
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


class Clock:
    """What the program shows for the time where its environment is told so: it stands still until it is advanced. Lives in
    DIRECTORY. With TIMEOUTS what measures them is moved as well."""

    def __init__(self, directory, timeouts=False):
        path, library = os.path.join(directory, "clock"), os.path.join(directory, "clock.so")
        with open(path, "w+b") as file:
            file.write(struct.pack("q", int(time.time() * 1000)))
            file.flush()
            self.shown = mmap.mmap(file.fileno(), 8)
        machine.run("cc", "-O", "-shared", "-fPIC", "-o", library, os.path.join(HERE, "clock.c"))
        self.environment = {"LD_PRELOAD": library, "TEST_CLOCK": path, "ASAN_OPTIONS": "verify_asan_link_order=0",
                            **({"TEST_CLOCK_TIMEOUTS": "1"} if timeouts else {})}

    def now(self):
        return struct.unpack_from("q", self.shown)[0] / 1000

    def advance(self, seconds):
        struct.pack_into("q", self.shown, 0, int((self.now() + seconds) * 1000))


class Programme:
    """SERVERS: its mail servers, or None where OUTGOING and INCOMING name others. STEPS: the configuration's steps, as text. SETTINGS, OUTGOING, INCOMING: options that are added or replaced in the
    sections programme, outgoing and incoming, by name; None takes one out. SPEED: in which steps time goes by, 1 for the machine's own time; with TIMEOUTS also for what measures them. The
    programme's mailbox is MAILBOX, its coordinator Kate's is COORDINATOR; COORDINATORS: more of them, each one's options by name. LENGTH: the round's."""

    def __init__(self, servers, steps=STEPS, settings=None, outgoing=None, incoming=None, speed=1, mailbox=harness.PROGRAMME,
                 timeouts=False, coordinators=None, length="6 months"):
        self.servers = servers
        self.steps = steps
        self.length = length
        self.coordinators = {"Kate": {"address": COORDINATOR}, **(coordinators or {})}
        self.mailbox = mailbox
        self.speed = speed
        self.clock = None
        self.timeouts = timeouts
        for address in [mailbox] + [each["address"] for each in self.coordinators.values()] if servers else ():
            if address not in servers.users:
                servers.add_user(address)
        self.options = {"programme": {}, "outgoing": {}, "incoming": {}}
        for section, changes in (("programme", settings), ("outgoing", outgoing), ("incoming", incoming)):
            self.options[section] = dict(self._defaults(section), **(changes or {}))
        self.daemon = None
        self.starts = 0

    # ---- Making and removing ----

    def _defaults(self, section):
        login = {"user": self.mailbox, "password_file": "password", "timeout": "%d seconds" % machine.PATIENCE}
        if section == "programme":
            return {"name": NAME, "address": self.mailbox, "languages": ["en"], "time_zone": "Europe/Paris",
                    "database": "tandempost.db", "templates": "templates"}
        if not self.servers:  # then their options name others
            return login
        login["ca_file"] = self.servers.ca_file
        if section == "outgoing":
            return dict(login, url="smtps://%s:%d" % (self.servers.host, self.servers.smtps_port))
        return dict(login, url="imaps://%s:%d/INBOX" % (self.servers.host, self.servers.imaps_port), poll_every="5 minutes")

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix="programme-", dir="/tmp")
        try:
            os.rmdir(self.directory)  # init makes it
            self._run_program("init", self.directory)
            if self.speed != 1:
                self.clock = Clock(self.directory, self.timeouts)
            with open(self.path("password"), "w") as file:
                file.write(harness.PASSWORD + "\n")
            os.chmod(self.path("password"), 0o600)
            self.configure()
        except BaseException:
            shutil.rmtree(self.directory, ignore_errors=True)
            raise
        machine.while_waiting.append(self._go_on)
        return self

    def __exit__(self, kind, *unused):
        machine.while_waiting.remove(self._go_on)
        try:
            if self.daemon:
                self.kill()
            if kind:
                sys.stderr.write("# the service's log ends:\n" + "".join(
                    "#   %s\n" % line for line in self.log().splitlines()[-25:]))
        finally:
            if os.environ.get("KEEP_SERVERS"):
                sys.stderr.write("# kept: %s\n" % self.directory)
            else:
                shutil.rmtree(self.directory, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.directory, *names)

    @property
    def configuration(self):
        return self.path("tandempost.conf")

    @property
    def database(self):
        return self.path(self.options["programme"]["database"])

    def configure(self, steps=None, **sections):
        """Writes the configuration, with options changed: configure(outgoing={"ca_file": ...})."""
        self.steps = steps or self.steps
        for section, changes in sections.items():
            self.options[section].update(changes)
        lines = []
        for section in ("programme", "outgoing", "incoming"):
            lines.append(section + " {")
            for name, value in self.options[section].items():
                if value is not None:
                    lines.append("    %s = %s" % (name, self._value(value)))
            lines.append("}")
        lines += ['round { length = "%s"  send_at = "09:00" }' % self.length, self.steps]
        for name, options in self.coordinators.items():
            lines.append('coordinator "%s" { %s }' % (name, "  ".join(
                "%s = %s" % (option, self._value(value)) for option, value in options.items())))
        with open(self.configuration, "w") as file:
            file.write("\n".join(lines) + "\n")

    @staticmethod
    def _value(value):
        if isinstance(value, (list, tuple)):
            return "{ %s }" % ", ".join('"%s"' % each for each in value)
        return str(value) if isinstance(value, int) else '"%s"' % value

    # ---- Commands ----

    def now(self):
        """What the program's clock shows."""
        return self.clock.now() if self.clock else time.time()

    def advance(self, seconds):
        """Lets that much time go by, and has a service that runs look at the clock."""
        self.clock.advance(seconds)
        if self.daemon:
            name = "%s/%s.socket" % (RUN, hashlib.sha256(os.path.realpath(self.database).encode()).hexdigest()[:16])
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wake:
                try:
                    wake.sendto(b"x", name if os.access(RUN, os.W_OK) else self.database + "-wake")
                except OSError:
                    pass  # it is starting or ending

    def jump(self, seconds):
        """Lets that much time go by while the service is down, and has it go on with what became due meanwhile."""
        self.stop()
        self.advance(seconds)
        self.start()
        self.run("catch-up", "send", check=False)  # where there is something to decide

    def rests(self):
        """Whether all has been done that can be done before time goes by."""
        return machine.at_rest([self.daemon.pid] + (self.servers.pids() if self.servers else []))

    def settle(self):
        """Waits for that. What has not come then does not come."""
        machine.wait_for(self.rests, what="the service to come to rest")

    def _go_on(self):
        """Called while a test waits."""
        if self.clock and self.daemon and self.rests():
            self.advance(self.speed / 2)

    def _environment(self):
        return dict(os.environ, **(self.clock.environment if self.clock else {}))

    def _run_program(self, *arguments, check=True, timeout=0.0, stdin=None):
        done = subprocess.run([PROGRAM, *arguments], input=stdin or "", capture_output=True, text=True,
                              timeout=max(timeout, machine.PATIENCE), errors="replace", env=self._environment())
        if check and done.returncode != 0:
            raise ProgrammeError("tandempost %s ended with %d:\n%s%s" % (" ".join(arguments), done.returncode, done.stdout,
                                                                        done.stderr))
        return done

    def run(self, *arguments, **more):
        """Runs `tandempost -c ...` with ARGUMENTS to its end; returns it with returncode, stdout and stderr. Raises
        ProgrammeError where it fails, unless check=False."""
        return self._run_program("-c", self.configuration, *map(str, arguments), **more)

    def json(self, *arguments):
        """What a command says with --json: a list, one object a line."""
        return [json.loads(line) for line in self.run(*arguments, "--json").stdout.splitlines()]

    def write_csv(self, name, rows):
        """Writes dictionaries as a CSV file and returns its path."""
        with open(self.path(name), "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return self.path(name)

    def begin_round(self, people, pairs, start=True):
        """Takes on PEOPLE (see `person`) with a mailbox for each, and pairs them up by address. Starts the round."""
        for each in people:
            if self.servers and each["email"] not in self.servers.users and not each["email"].startswith(
                    ("nobody", "refused", "later", "full")):
                self.servers.add_user(each["email"])
        self.run("round", "create", ROUND)
        self.run("participant", "import", self.write_csv("people.csv", people), "--round", ROUND)
        rows = [{"first": first, "second": second} for first, second in pairs]
        if rows:
            self.run("partnership", "import", self.write_csv("partnerships.csv", rows), "--round", ROUND)
        if start:
            self.run("round", "start", ROUND)

    # ---- The service ----

    def start(self, timeout=0.0):
        """Starts the service and waits until it says that it is ready."""
        if self.daemon:
            raise ProgrammeError("the service runs already")
        address = self.path("ready-%d" % self.starts)
        self.starts += 1
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready:
            ready.bind(address)
            ready.settimeout(max(timeout, machine.PATIENCE))
            with open(self.path("log"), "ab") as log:
                self.daemon = subprocess.Popen([PROGRAM, "-c", self.configuration, "daemon"], stdin=subprocess.DEVNULL,
                                               stdout=log, stderr=log, env=dict(self._environment(), NOTIFY_SOCKET=address))
            try:
                while b"READY=1" not in ready.recv(4096):
                    pass
            except socket.timeout:
                raise ProgrammeError("the service did not get ready:\n" + self.log()) from None
            finally:
                os.unlink(address)
        return self.daemon.pid

    def stop(self, timeout=0.0):
        """Asks the service to stop; returns its exit status."""
        patience = max(timeout, machine.PATIENCE)
        self.daemon.terminate()
        try:
            return self.daemon.wait(patience)
        except subprocess.TimeoutExpired:
            raise ProgrammeError("the service did not stop within %g s" % patience) from None
        finally:
            if self.daemon.poll() is None:
                self.kill()
            self.daemon = None

    def kill(self):
        """Ends the service and its workers the hard way."""
        pids = list(self.workers().values()) + [self.daemon.pid]
        self.daemon.kill()
        self.daemon.wait(machine.PATIENCE)
        self.daemon = None
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def reload(self):
        """Has the service read its configuration again and waits until its workers were replaced."""
        before = self.workers()
        self.daemon.send_signal(signal.SIGHUP)
        self.wait_for(lambda: {"sender", "receiver"} <= set(self.workers()) and not
                      set(before.values()) & set(self.workers().values()), "new workers")

    def workers(self):
        """The pids of the service's workers by their names, sender and receiver."""
        found = {}
        try:
            with open("/proc/%d/task/%d/children" % (self.daemon.pid, self.daemon.pid)) as file:
                children = [int(child) for child in file.read().split()]
        except OSError:
            children = []
        for child in children:
            try:
                with open("/proc/%d/comm" % child) as file:
                    name = file.read().strip()
            except OSError:
                continue
            if name.startswith("tandem-") and not is_gone(child):
                found["receiver" if name.startswith("tandem-rec") else "sender"] = child
        return found

    def log(self):
        try:
            with open(self.path("log"), errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    # ---- Looking inside ----

    def rows(self, query, *parameters):
        """The rows of a query as dictionaries; reads only."""
        database = sqlite3.connect("file:%s?mode=ro" % self.database, uri=True, timeout=machine.PATIENCE)
        try:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(query, parameters)]
        finally:
            database.close()

    def value(self, query, *parameters):
        """The first column of a query's first row, or None."""
        found = self.rows(query, *parameters)
        return next(iter(found[0].values())) if found else None

    def outbox(self, step=None, state=None):
        return self.rows("SELECT * FROM outbox WHERE step = coalesce(?, step) AND state = coalesce(?, state) ORDER BY id",
                         step, state)

    def inbox(self, state=None):
        return self.rows("SELECT * FROM inbox WHERE state = coalesce(?, state) ORDER BY id", state)

    def alerts(self, still_open=None):
        return self.rows("SELECT * FROM case_file WHERE kind <> 'message' AND (?1 IS NULL OR (closed_at IS NULL) = ?1)"
                         " ORDER BY id", still_open)

    def participant(self, address):
        return self.rows("SELECT * FROM participant WHERE address = ?", address)[0]

    def tag(self, purpose, address):
        """The sub-address of PURPOSE that was made for a participant; of "p", that of the newest partnership."""
        if purpose == "p":
            secret = self.value("SELECT secret FROM tag JOIN participant ON tag.participant = participant.id"
                                " WHERE purpose = 'p' AND address = ? ORDER BY tag.partnership DESC", address)
        else:
            secret = tags.secret(self.value("SELECT value FROM setting WHERE name = 'tag_key'"), purpose,
                                 self.participant(address)["id"])
        local, _, domain = self.mailbox.partition("@")
        own = "" if self.options["programme"].get("catch_all") == "yes" else local + (
            self.options["programme"].get("separator") or "+")
        return "%s%s%s@%s" % (own, purpose, secret, domain)

    def wait_for(self, condition, what, timeout=0.0):
        try:
            return harness.wait_for(condition, timeout, what)
        except harness.ServersError as problem:
            raise ProgrammeError(str(problem)) from None

    def wait_for_sent(self, step, count=1, timeout=0.0):
        """Waits until at least COUNT messages of STEP were sent; returns their outbox rows."""
        def enough():
            found = self.outbox(step, "sent")
            return found if len(found) >= count else None
        return self.wait_for(enough, "%d sent message(s) of the step %s" % (count, step), timeout)

    def wait_for_inbox(self, count, timeout=0.0):
        """Waits until the inbox holds at least COUNT rows; returns them."""
        def enough():
            found = self.inbox()
            return found if len(found) >= count else None
        return self.wait_for(enough, "%d message(s) in the inbox" % count, timeout)

    # ---- Mail as people write it ----

    def message_to(self, address, step, timeout=0.0):
        """Waits until the message of STEP is in the mailbox of ADDRESS and counts as sent; returns it as the server has it,
        with its outbox row as `row`."""
        def arrived():
            ids = {row["message_id"]: row for row in self.rows(
                "SELECT outbox.* FROM outbox JOIN participant ON outbox.participant = participant.id"
                " WHERE step = ? AND participant.address = ? AND outbox.state = 'sent'", step, address)}
            for message in self.servers.messages(address):
                if message["Message-ID"] in ids:
                    message.row = ids[message["Message-ID"]]
                    return message
            return None
        return self.wait_for(arrived, "the message of the step %s to %s" % (step, address), timeout)

    def reply(self, address, message, text, subject=None, headers=None):
        """Answers MESSAGE as a mail client does: to Reply-To, In-Reply-To set, what was written quoted below."""
        quoted = message.get_body(("plain",)).get_content().splitlines()
        body = "%s\n\nOn %s, %s wrote:\n%s\n" % (text, message["Date"], message["From"],
                                               "\n".join("> " + line for line in quoted))
        fields = {"In-Reply-To": message["Message-ID"],
                  "References": " ".join(filter(None, [message["References"], message["Message-ID"]]))}
        fields.update(headers or {})
        return self.servers.send(address, email.utils.parseaddr(message["Reply-To"] or message["From"])[1],
                                 subject or "Re: " + message["Subject"], body, headers=fields)
