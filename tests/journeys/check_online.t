#!/usr/bin/python3
"""Goal: `check --online` tells whether the mail servers will do for a programme, what is wrong where they won't, and
leaves neither mail nor marks behind, also beside a running service."""
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
import fake_imap  # noqa: E402
import machine  # noqa: E402
import programme as running  # noqa: E402
import servers as harness  # noqa: E402
import tap  # noqa: E402

BINARY = os.path.abspath(os.environ.get("TANDEMPOST", os.path.join(HERE, "..", "..", "build", "tandempost")))

CONFIGURATION = """
programme {
    name = "Checked" address = "iln@example.test" languages = { "en" } time_zone = "UTC"
    database = "%(directory)s/p/tandempost.db"
}
outgoing {
    url = "smtps://localhost:%(smtps_port)s" user = "iln@example.test" password_credential = "smtp-password"
    ca_file = "%(ca_file)s"
}
incoming {
    url = "imaps://localhost:%(imaps_port)s/INBOX" user = "iln@example.test" password_credential = "imap-password"
    ca_file = "%(ca_file)s" done_folder = "Handled" poll_every = "10 seconds" timeout = "%(patience)d seconds"
}
coordinator "Kate" { address = "kate@c.test" }
"""


class Checked:
    """A programme that uses SERVERS, with its credentials in a folder as systemd gives them."""

    def __init__(self, servers):
        self.servers = servers
        self.directory = tempfile.mkdtemp(prefix="check-")
        subprocess.run([BINARY, "init", os.path.join(self.directory, "p")], check=True, capture_output=True)
        self.environment = dict(os.environ, CREDENTIALS_DIRECTORY=self.directory, LC_ALL="C.UTF-8",
                                TANDEMPOST_CONFIG=os.path.join(self.directory, "tandempost.conf"))
        self.passwords()
        self.configure()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        shutil.rmtree(self.directory)

    def write(self, name, text):
        with open(os.path.join(self.directory, name), "w") as file:
            file.write(text)
        os.chmod(os.path.join(self.directory, name), 0o600)

    def passwords(self, smtp=harness.PASSWORD, imap=harness.PASSWORD):
        self.write("smtp-password", smtp + "\n")
        self.write("imap-password", imap + "\n")

    def configure(self, **changes):
        self.write("tandempost.conf", CONFIGURATION % dict(self.servers.settings(), directory=self.directory, patience=harness.PATIENCE,
                                                    **changes))

    def check(self, *arguments, **environment):
        """(exit code, {area: [(result, message), ...]})."""
        done = subprocess.run([BINARY, "check", "--json", *arguments], capture_output=True, encoding="utf-8",
                              env=dict(self.environment, **environment), stdin=subprocess.DEVNULL)
        found = {}
        for line in done.stdout.splitlines():
            row = json.loads(line)
            found.setdefault(row["area"], []).append((row["result"], row["message"]))
        return done.returncode, found

    def setting(self, name):
        connection = sqlite3.connect(os.path.join(self.directory, "p", "tandempost.db"), timeout=harness.PATIENCE)
        row = connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        connection.close()
        return row and row[0]

    def daemon(self):
        return subprocess.Popen([BINARY, "daemon"], env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def results(found, area):
    return [result for result, _ in found.get(area, [])]


def said(found, area):
    return " ".join(message for _, message in found.get(area, []))


def flags(servers):
    """\\Recent says only that nobody had opened the mailbox before."""
    return [(message["Subject"], [flag for flag in message.flags if flag != "\\Recent"])
            for message in servers.messages(harness.PROGRAMME)]


def good(t, servers, checked):
    servers.send("anna@a.test", harness.PROGRAMME, subject="Hello", text="A letter that waits.")
    servers.wait_for_messages(harness.PROGRAMME, 1)
    before = flags(servers)
    began = time.monotonic()
    code, found = checked.check("--online")
    took = time.monotonic() - began
    if not t.equal(code, 0, "good servers: nothing is wrong"):
        t.complain(found)
    for area in ("receiving", "sending", "round trip", "sub-addresses", "Message-ID", "envelope sender"):
        t.ok("ok" in results(found, area), "good servers: %s" % area)
    for area in ("IDLE", "MOVE", "UIDPLUS"):
        t.equal(results(found, area), ["ok"], "good servers: %s" % area)
    t.contains(said(found, "sending"), "20 MB", "good servers: the largest message")
    t.contains(said(found, "sub-addresses"), "To", "good servers: which field holds the sub-address")
    t.contains(said(found, "relay"), "go through the programme", "good servers: letters can be relayed")
    t.equal(checked.setting("sub_addresses"), "yes", "good servers: which the service is told")
    t.equal(flags(servers), before, "good servers: only our own mail was touched, and is gone")
    t.equal(servers.messages(harness.PROGRAMME, "Handled"), [], "good servers: nothing was moved")
    return took


def beside_the_service(t, servers, checked):
    daemon = checked.daemon()
    try:
        harness.wait_for(lambda: servers.messages(harness.PROGRAMME, "Handled"), 0, "the service to handle the letter")
        for turn in range(3):
            code, found = checked.check("--online")
            if not t.equal(code, 0, "beside the service, turn %d: both messages are found" % (turn + 1)):
                t.complain(found)
        t.contains(said(found, "service"), "running", "beside the service: which is seen")
        harness.wait_for(lambda: machine.at_rest([daemon.pid] + servers.pids()), 0, "the service to come to rest")
        t.equal([message["Subject"] for message in servers.messages(harness.PROGRAMME, "Handled")], ["Hello"],
                "beside the service: our messages are not handled")
        t.equal(servers.messages(harness.PROGRAMME), [], "beside the service: and gone")
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait()
    done = subprocess.run([BINARY, "inbox", "list", "--json"], capture_output=True, encoding="utf-8",
                          env=checked.environment)
    waiting = [row for row in map(json.loads, done.stdout.splitlines()) if "check" in str(row.get("subject"))]
    t.equal(waiting, [], "beside the service: no person is bothered with them")


def wrong(t, servers, checked):
    checked.passwords(smtp="wrong")
    code, found = checked.check("--online")
    t.equal((code, results(found, "sending")), (1, ["problem"]), "wrong SMTP password: a problem")
    t.contains(said(found, "sending"), "refused the login", "wrong SMTP password: told as such")
    checked.passwords(imap="wrong")
    code, found = checked.check("--online")
    t.equal(code, 1, "wrong IMAP password: a problem")
    t.ok("problem" in results(found, "receiving"), "wrong IMAP password: told as the mailbox's")
    t.ok("ok" in results(found, "sending"), "wrong IMAP password: sending is tried all the same")
    checked.passwords()
    servers.empty(harness.PROGRAMME)
    checked.configure(ca_file=servers.certificates.other_ca_file)
    code, found = checked.check("--online")
    t.equal(code, 1, "wrong CA: a problem")
    t.contains(said(found, "sending"), "can't be trusted", "wrong CA: sending")
    t.contains(said(found, "receiving").lower(), "certificate", "wrong CA: receiving")
    checked.configure()
    os.unlink(os.path.join(checked.directory, "imap-password"))
    code, found = checked.check()
    t.equal((code, results(found, "incoming secret")), (1, ["problem"]), "a missing credential is found offline")
    checked.passwords()
    servers.stop_postfix()
    code, found = checked.check("--online")
    t.contains(said(found, "sending"), "can't be reached", "no SMTP server: told as such")


def without_sub_addresses(t, took):
    """TOOK: how many seconds it takes here until all messages have come."""
    with harness.MailServers(sub_addresses=False) as servers, Checked(servers) as checked:
        code, found = checked.check("--online", "--wait", "%d" % (4 + 4 * took))
        t.equal(code, 1, "no sub-addresses: a problem")
        t.equal(results(found, "round trip"), ["ok"], "no sub-addresses: the programme's own address works")
        t.equal(results(found, "sub-addresses"), ["problem"], "no sub-addresses: told")
        t.contains(said(found, "relay"), "own addresses", "no sub-addresses: no relay")
        t.equal(checked.setting("sub_addresses"), "no", "no sub-addresses: which the service is told")
        t.equal(servers.messages(harness.PROGRAMME), [], "no sub-addresses: nothing is left behind")


def without_extensions(t):
    """A server that can no more than IMAP4rev1 does; what is slower or stays behind is told."""
    with harness.MailServers(imap_capability="IMAP4rev1 LITERAL+ SASL-IR ID AUTH=PLAIN") as servers, Checked(servers) as checked:
        code, found = checked.check("--online")
        if not t.equal(code, 0, "plain IMAP: nothing is wrong"):
            t.complain(found)
        for area, what in (("IDLE", "every 10 seconds"), ("MOVE", "copied"), ("UIDPLUS", "only marked as deleted")):
            t.equal(results(found, area), ["note"], "plain IMAP: %s" % area)
            t.contains(said(found, area), what, "plain IMAP: %s, and what is done without it" % area)


def is_read(fake, count):
    """Whether so many mails have been read, and it was looked for more after that."""
    commands = list(fake.commands)
    read = [at for at, line in enumerate(commands) if re.search(r"UID FETCH (\d+:)?%d .*BODY" % count, line)]
    return bool(read) and any("RFC822.SIZE" in line for line in commands[read[0]:])


def hand_over(servers, fake, late, clock, ending):
    """What Postfix delivers comes into the fake's inbox, both of them. When they were read, LATE seconds go by before the fake
    tells of them."""
    before, known = len(fake.messages), len(servers.messages(harness.PROGRAMME))
    while not ending.wait(0.1):
        for mail in servers.messages(harness.PROGRAMME)[known:]:
            fake.arrive(mail.raw)
            known += 1
        if fake.keeps_silent.is_set() and is_read(fake, before + 2):
            clock.advance(late)
            fake.keeps_silent.clear()


def idling(t, servers, checked):
    """What the server does while we idle is told, whatever it says that it can."""
    clock = running.Clock(checked.directory, timeouts=True)
    for mode, late, result, what in (
            ("idle-late", 0, "ok", "told of new mail after"), ("idle-late", 25, "note", "no sooner"),
            ("ordinary", 100, "note", "told of no new mail within"), ("idle-close", 0, "note", "doesn't keep it up"),
            ("idle-refuse", 0, "note", "refuses it: new mail is looked for every 10 seconds")):
        with fake_imap.FakeImap(mode, servers.certificates.directory + "/good.chain", patience=0.2) as fake:
            checked.configure(imaps_port=fake.port)
            if late:
                fake.keeps_silent.set()
            ending = threading.Event()
            feeder = threading.Thread(target=hand_over, args=(servers, fake, late, clock, ending))
            feeder.start()
            try:
                _, found = checked.check("--online", "--wait", "%d seconds" % harness.PATIENCE, **clock.environment)
            finally:
                ending.set()
                feeder.join()
            if not t.equal((results(found, "IDLE"), results(found, "round trip")), ([result], ["ok"]), "%s: IDLE" % mode):
                t.complain(found)
            t.contains(said(found, "IDLE"), what, "%s: what the server did" % mode)
            t.contains(said(found, "MOVE"), "in one step", "%s: MOVE" % mode)
    checked.configure()
    servers.empty(harness.PROGRAMME)


def journey(t):
    with harness.MailServers() as servers, Checked(servers) as checked:
        servers.add_user("anna@a.test")
        took = good(t, servers, checked)
        beside_the_service(t, servers, checked)
        idling(t, servers, checked)
        wrong(t, servers, checked)
    without_sub_addresses(t, took)
    without_extensions(t)


tap.run(journey)
