#!/usr/bin/python3
"""How fast the whole service is, beside the tools that do less: as root, `make bench` (MESSAGES=10000 CONNECTIONS=10).

Out: the daemon sends a personalised message to each of 10,000 participants, rendered and recorded, to smtp-sink; beside it
smtp-source pushes as many messages of the same size over as many kept connections into the same kind of sink. So with 1 and
4 connections, and, a tenth of the messages, into a sink that takes 50 ms for each reply. smtp-source knows no TLS: sending
over it is held against our own sending without, into one and the same sink.
In: the daemon fetches, parses, applies and marks 10,000 replies to a check-in from Dovecot; beside it mbsync pulls the same
mailbox into a Maildir. Runs alternate; medians and their ratios are printed."""
import asyncio
import multiprocessing
import os
import shutil
import signal
import sqlite3
import ssl
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
import certificates
import servers as harness  # noqa: E402
import tags  # noqa: E402

BINARY = os.path.abspath(os.environ.get("TANDEMPOST", os.path.join(HERE, "..", "..", "build", "tandempost")))
MESSAGES = int(os.environ.get("MESSAGES", "10000"))
CONNECTIONS = int(os.environ.get("CONNECTIONS", "10"))
RUNS = int(os.environ.get("RUNS", "3"))
TIMEOUT = 240

CONFIGURATION = """
programme {
    name = "International Friends" address = "iln@example.test" languages = { "en" } time_zone = "UTC"
    database = "%(directory)s/t.db" templates = "%(directory)s/templates"
}
outgoing {
    %(outgoing)s
    connections = %(connections)d
}
incoming {
    %(incoming)s
    poll_every = "1 hour"
}
round { length = "6 months" }
step "question" { to = "participant" when = "accepted" at = "at once" asks = "check-in" }
coordinator "Kate" { address = "kate@c.test" }
"""

TEMPLATE = """Subject: How is it going, {{recipient.first_name}}?

{{> confirmation}}
Dear {{recipient.name}},

one short question from {{programme.name}}: how is it going in {{recipient.country}}?

Reply with one digit: 1 all is well, 2 slowly, 3 I have not heard from my partner, 4 I would like help, 5 I would like to stop.

If you answer 3 or 4, a coordinator will look at it. Sometimes a letter got lost, sometimes life got in the way, and most of
the time a small push is enough.
{{> footer}}
"""

PLAIN = "none, mail and password travel readable"


class Programme:
    def __init__(self, outgoing, incoming):
        self.directory = tempfile.mkdtemp(prefix="bench-")
        os.makedirs(self.path("templates/en"))
        self.write("templates/en/question.md", TEMPLATE)
        self.write("password", harness.PASSWORD + "\n")
        os.chmod(self.path("password"), 0o600)
        self.configure(outgoing, incoming)
        made = self.path("made")
        subprocess.run([BINARY, "init", made], check=True, capture_output=True, timeout=30)
        shutil.move(os.path.join(made, "tandempost.db"), self.path("t.db"))
        for piece in ("_confirmation", "_footer"):
            shutil.copy(os.path.join(made, "templates", "en", piece + ".md"), self.path("templates/en"))
        self.command("round", "create", "2027a")

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)

    def configure(self, outgoing, incoming, connections=CONNECTIONS):
        self.write("t.conf", CONFIGURATION % {"directory": self.directory, "outgoing": outgoing, "incoming": incoming,
                                              "connections": connections})

    def command(self, *arguments):
        subprocess.run([BINARY, "-c", self.path("t.conf"), *arguments], check=True, capture_output=True, timeout=TIMEOUT)

    def enrol(self, people=MESSAGES):
        rows = ["Person %d,p%d@a.test,SE,en,Europe/Stockholm\n" % (i, i) for i in range(people)]
        self.write("people.csv", "name,address,country,language,time zone\n" + "".join(rows))
        self.command("participant", "import", self.path("people.csv"), "--round", "2027a")

    def timed(self, unfinished):
        """Seconds from the daemon's start until UNFINISHED (SQL) gives no row."""
        connection = sqlite3.connect("file:%s?mode=ro" % self.path("t.db"), uri=True, timeout=30)
        with open(self.path("log"), "wb") as log:
            start = time.monotonic()
            daemon = subprocess.Popen([BINARY, "-c", self.path("t.conf"), "daemon"], stdout=log, stderr=log)
            try:
                while connection.execute(unfinished).fetchone():
                    if daemon.poll() is not None or time.monotonic() - start > TIMEOUT:
                        raise SystemExit("the daemon did not finish; see %s" % self.path("log"))
                    time.sleep(0.01)
                return time.monotonic() - start
            finally:
                connection.close()
                daemon.send_signal(signal.SIGTERM)
                daemon.wait(timeout=30)

    def query(self, sql):
        connection = sqlite3.connect(self.path("t.db"), timeout=30)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()


class Sink:
    """Postfix's smtp-sink on a free port."""

    def __enter__(self):
        self.port = harness.free_ports(1)[0]
        self.process = subprocess.Popen(["/usr/sbin/smtp-sink", "-u", "nobody", "-c", "127.0.0.1:%d" % self.port, "1000"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.3)
        return self

    def __exit__(self, *unused):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=10)


class OwnSink:
    """One that can do what smtp-sink can't: take DELAY seconds for each reply, or speak TLS from the start, showing a
    CERTIFICATE."""

    def __init__(self, delay=0.0, certificate=None):
        self.delay, self.certificate = delay, certificate

    def __enter__(self):
        self.port = harness.free_ports(1)[0]
        ready = multiprocessing.Event()
        self.process = multiprocessing.Process(target=lambda: asyncio.run(self.serve(ready)), daemon=True)
        self.process.start()
        ready.wait(30)
        return self

    def __exit__(self, *unused):
        self.process.terminate()
        self.process.join()

    async def serve(self, ready):
        context = None
        if self.certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(self.certificate)
        server = await asyncio.start_server(self.talk, "127.0.0.1", self.port, ssl=context, limit=1 << 20)
        ready.set()
        await server.serve_forever()

    async def talk(self, reader, writer):
        try:
            writer.write(b"220 sink ESMTP\r\n")
            while line := await reader.readline():
                if self.delay:
                    await asyncio.sleep(self.delay)
                word = line[:4].upper()
                if word == b"EHLO":
                    writer.write(b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n")
                elif word == b"DATA":
                    writer.write(b"354 go on\r\n")
                    await reader.readuntil(b"\r\n.\r\n")
                    if self.delay:
                        await asyncio.sleep(self.delay)
                    writer.write(b"250 taken\r\n")
                elif word == b"QUIT":
                    writer.write(b"221 goodbye\r\n")
                    break
                else:
                    writer.write(b"250 well\r\n")
        except (OSError, asyncio.IncompleteReadError):
            pass
        writer.close()


def send_ours(sink, messages, connections, tls=""):
    """Seconds for the daemon to render, send and record; and the size of one message."""
    outgoing = 'url = "smtps://localhost:%d" ca_file = "%s"' % (sink.port, tls) if tls else \
        'url = "smtp://127.0.0.1:%d" tls = "%s"' % (sink.port, PLAIN)
    programme = Programme(outgoing, 'url = "maildir:%s"' % tempfile.gettempdir())
    programme.configure(outgoing, 'url = "maildir:%s/post"' % programme.directory, connections)
    programme.enrol(messages)
    seconds = programme.timed("SELECT 1 FROM schedule UNION ALL SELECT * FROM (SELECT 1 FROM outbox WHERE state IN ('queued', 'sending') LIMIT 1) LIMIT 1")
    sent, size = programme.query("SELECT count(*), avg(size) FROM outbox WHERE state = 'sent'")[0]
    assert sent == messages, sent
    shutil.rmtree(programme.directory)
    return seconds, int(size)


def send_theirs(sink, messages, connections, size):
    start = time.monotonic()
    subprocess.run(["/usr/sbin/smtp-source", "-d", "-s", str(connections), "-m", str(messages), "-l", str(size), "-f", "iln@example.test",
                    "-t", "p@a.test", "127.0.0.1:%d" % sink.port], check=True, timeout=TIMEOUT, capture_output=True)
    return time.monotonic() - start


def bench_out(messages=MESSAGES, connections=CONNECTIONS, make_sink=Sink, what=""):
    ours, theirs, size = [], [], 0
    for run in range(RUNS):
        with make_sink() as sink:
            seconds, size = send_ours(sink, messages, connections)
            ours.append(seconds)
        with make_sink() as sink:
            theirs.append(send_theirs(sink, messages, connections, size))
        print("  run %d: tandempost %.0f messages a second, smtp-source -d %.0f" % (run + 1, messages / ours[-1], messages / theirs[-1]), flush=True)
    mine, other = statistics.median(ours), statistics.median(theirs)
    print("out%s: %d messages of %d bytes, %d connections: tandempost %.0f a second, smtp-source -d %.0f; ratio %.2f"
          % (what, messages, size, connections, messages / mine, messages / other, other / mine), flush=True)


def bench_slow():
    bench_out(MESSAGES // 10, CONNECTIONS, lambda: OwnSink(delay=0.05), ", 50 ms a reply")


def bench_tls():
    with tempfile.TemporaryDirectory(prefix="bench-tls-") as directory:
        made = certificates.Certificates(os.path.join(directory, "made"))
        encrypted, plain = [], []
        for run in range(RUNS):
            with OwnSink(certificate=made.good + ".chain") as sink:
                encrypted.append(send_ours(sink, MESSAGES, CONNECTIONS, made.ca_file)[0])
            with OwnSink() as sink:
                plain.append(send_ours(sink, MESSAGES, CONNECTIONS)[0])
            print("  run %d: over TLS %.0f messages a second, without %.0f" % (run + 1, MESSAGES / encrypted[-1], MESSAGES / plain[-1]), flush=True)
    mine, other = statistics.median(encrypted), statistics.median(plain)
    print("out, TLS: %d messages, %d connections: %.0f a second, without TLS %.0f; ratio %.2f"
          % (MESSAGES, CONNECTIONS, MESSAGES / mine, MESSAGES / other, other / mine), flush=True)


def fill_mailbox(servers, programme):
    """One reply to each question, straight into the Maildir that Dovecot serves."""
    key = programme.query("SELECT value FROM setting WHERE name = 'tag_key'")[0][0]
    questions = [(address, tags.secret(key, "r", number), message_id) for address, number, message_id in programme.query(
        "SELECT p.address, o.id, o.message_id FROM outbox o JOIN participant p ON p.id = o.participant WHERE o.state = 'sent'")]
    servers.empty(harness.PROGRAMME)
    with servers.imap(harness.PROGRAMME) as connection:
        for number, (address, secret, message_id) in enumerate(questions):
            mail = ("From: %s\r\nTo: iln+r%s@example.test\r\nSubject: Re: How is it going?\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
                    "Message-ID: <a%d@a.test>\r\nIn-Reply-To: %s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
                    "%d\r\n\r\nOn Mon, 23 Nov 2026, International Friends wrote:\r\n> one short question: how is it going?\r\n> 1. All is well\r\n"
                    % (address, secret, number, message_id, 1 + number % 3)).encode()
            connection.append("INBOX", None, None, mail)


def receive_theirs(servers, settings, number):
    folder = tempfile.mkdtemp(prefix="bench-mbsync-")
    configuration = os.path.join(folder, "mbsyncrc")
    with open(configuration, "w") as file:
        file.write("IMAPAccount a\nHost localhost\nPort %s\nUser %s\nPass \"%s\"\nSSLType IMAPS\nCertificateFile %s\n\nIMAPStore far\nAccount a\n\n"
                   "MaildirStore near\nPath %s/mail/\nInbox %s/mail/INBOX\nSubFolders Verbatim\n\nChannel c\nFar :far:\nNear :near:\nPatterns INBOX\n"
                   "Create Near\nSync Pull\nSyncState *\n"
                   % (settings["imaps_port"], harness.PROGRAMME, harness.PASSWORD, settings["ca_file"], folder, folder))
    os.makedirs(os.path.join(folder, "mail"))
    start = time.monotonic()
    subprocess.run(["mbsync", "-c", configuration, "c"], check=True, timeout=TIMEOUT, capture_output=True)
    seconds = time.monotonic() - start
    got = sum(len(files) for _, _, files in os.walk(os.path.join(folder, "mail", "INBOX")))
    assert got >= number, got
    shutil.rmtree(folder)
    return seconds


def bench_in():
    with harness.MailServers(postfix=False) as servers:
        settings = servers.settings()
        with Sink() as sink:
            outgoing = 'url = "smtp://127.0.0.1:%d" tls = "%s"' % (sink.port, PLAIN)
            programme = Programme(outgoing, 'url = "maildir:%s"' % tempfile.gettempdir())
            nowhere = 'url = "maildir:%s/post"' % programme.directory
            imap = 'url = "imaps://localhost:%s/INBOX" user = "%s" password_file = "%s" ca_file = "%s" after = "flag"' % (
                settings["imaps_port"], harness.PROGRAMME, programme.path("password"), settings["ca_file"])
            programme.configure(outgoing, nowhere)
            programme.enrol()
            programme.timed("SELECT 1 FROM schedule UNION ALL SELECT * FROM (SELECT 1 FROM outbox WHERE state IN ('queued', 'sending') LIMIT 1) LIMIT 1")
            fill_mailbox(servers, programme)
            shutil.copy(programme.path("t.db"), programme.path("before.db"))
            programme.configure(outgoing, imap)
            ours, theirs = [], []
            for run in range(RUNS):
                theirs.append(receive_theirs(servers, settings, MESSAGES))
                for end in ("", "-wal", "-shm"):
                    if os.path.exists(programme.path("t.db" + end)):
                        os.unlink(programme.path("t.db" + end))
                shutil.copy(programme.path("before.db"), programme.path("t.db"))
                ours.append(programme.timed("SELECT 1 WHERE (SELECT count(*) FROM answer) < %d UNION ALL "
                                            "SELECT * FROM (SELECT 1 FROM inbox WHERE server_action IN ('flag', 'move', 'delete') LIMIT 1)" % MESSAGES))
                print("  run %d: tandempost %.0f messages a second, mbsync %.0f" % (run + 1, MESSAGES / ours[-1], MESSAGES / theirs[-1]), flush=True)
            shutil.rmtree(programme.directory)
    mine, other = statistics.median(ours), statistics.median(theirs)
    print("in: %d check-in replies, fetched, parsed in the sandbox, applied, flagged: tandempost %.0f a second, mbsync (pulling only) %.0f; ratio %.2f"
          % (MESSAGES, MESSAGES / mine, MESSAGES / other, other / mine), flush=True)


def main():
    if os.geteuid() != 0:
        raise SystemExit("bench: needs root, to start Dovecot")
    parts = {"out": bench_out, "one": lambda: bench_out(connections=1), "four": lambda: bench_out(connections=4),
             "slow": bench_slow, "tls": bench_tls, "in": bench_in}
    for which in sys.argv[1:] or parts:
        parts[which]()


main()
