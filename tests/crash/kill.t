#!/usr/bin/python3
"""Goal: kill -9 at any instant loses nothing and doubles nothing. The service sends to real Postfix and reads from real
Dovecot; it is killed whole, or one of its processes is, at random moments, until all is done. By Postfix's own log every
message was taken exactly once, but for those that the event log shows as uncertain: of a batch that is claimed what
connections had, and after a power cut all that was claimed.

    KILLS=50 MESSAGES=200 SEED=1 tests/crash/kill.t       (as root; the defaults are small)
"""
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
import machine  # noqa: E402
import servers as harness  # noqa: E402
import tags  # noqa: E402
import tap  # noqa: E402

BINARY = os.path.abspath(os.environ.get("TANDEMPOST", os.path.join(HERE, "..", "..", "build", "tandempost")))
KILLS = int(os.environ.get("KILLS", "8"))
MESSAGES = int(os.environ.get("MESSAGES", "60"))
SEED = int(os.environ.get("SEED", "1"))
CONNECTIONS = 3

CONFIGURATION = """
programme {
    name = "Crash" address = "iln@example.test" languages = { "en" } time_zone = "UTC"
    database = "%(directory)s/t.db" templates = "%(directory)s/templates"
}
outgoing {
    url = "smtp://localhost:%(submission_port)s" user = "iln@example.test" password_file = "%(directory)s/password"
    ca_file = "%(ca_file)s" connections = %(connections)d uncertain = "%(policy)s" %(limit)s
}
incoming {
    url = "imaps://localhost:%(imaps_port)s/INBOX" user = "iln@example.test" password_file = "%(directory)s/password"
    ca_file = "%(ca_file)s" poll_every = "10 seconds" after = "%(after)s" %(done)s
}
round { length = "6 months" }
step "question" { to = "participant" when = "accepted" at = "at once" asks = "check-in" }
coordinator "Kate" { address = "kate@c.test" }
"""

TEMPLATE = """Subject: How is it going, {{recipient.first_name}}?

{{> confirmation}}
One digit, please: 1 well, 2 slowly, 3 no news, 4 help, 5 stop.
"""


class Programme:
    def __init__(self, servers, policy, after, per_second):
        self.directory = tempfile.mkdtemp(prefix="crash-")
        os.makedirs(os.path.join(self.directory, "templates", "en"))
        self.write("templates/en/question.md", TEMPLATE)
        self.write("password", harness.PASSWORD + "\n")
        os.chmod(self.path("password"), 0o600)
        values = dict(servers.settings(), directory=self.directory, policy=policy, connections=CONNECTIONS, after=after,
                      done='done_folder = "Handled"' if after == "move" else "",
                      limit="per_second = %d" % per_second if per_second else "")
        self.write("t.conf", CONFIGURATION % values)
        self.log = open(self.path("log"), "ab")

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)

    def command(self, *arguments):
        done = subprocess.run([BINARY, "-c", self.path("t.conf"), *arguments], capture_output=True, text=True, timeout=harness.PATIENCE)
        if done.returncode != 0:
            raise harness.ServersError("%s: %s%s" % (" ".join(arguments), done.stdout, done.stderr))
        return done.stdout

    def query(self, sql, *values):
        connection = sqlite3.connect(self.path("t.db"), timeout=harness.PATIENCE)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def start(self):
        return subprocess.Popen([BINARY, "-c", self.path("t.conf"), "daemon"], stdout=self.log, stderr=self.log,
                                start_new_session=True)

    def close(self):
        self.log.close()
        shutil.rmtree(self.directory)


def members(group):
    """The living processes of a session that this test started: [(pid, name)]."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            with open("/proc/%s/stat" % entry) as file:
                stat = file.read()
        except (OSError, NotADirectoryError):
            continue
        name, rest = stat[stat.index("(") + 1:stat.rindex(")")], stat[stat.rindex(")") + 2:].split()
        if int(rest[2]) == group and rest[0] != "Z":
            found.append((int(entry), name))
    return found


def kill(daemon, chance, parts=0.3):
    """Ends the whole service, or sometimes (PARTS) one process of it and then, a moment later, the rest."""
    processes = members(daemon.pid)
    workers = [pid for pid, name in processes if name.startswith("tandem-")]
    if workers and chance.random() < parts:
        os.kill(chance.choice(workers), signal.SIGKILL)
        time.sleep(chance.uniform(0.0, 0.3))
    for pid, _ in members(daemon.pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    daemon.wait()
    harness.wait_for(lambda: not members(daemon.pid), 0, "the last process to be gone", 0.01)


def run_with_kills(programme, done, kills, chance, longest):
    """Starts and kills KILLS times, and a few times more while it is not DONE, which a slow machine never gets between two
    kills; then once more to its peaceful end. Returns the number of kills."""
    killed = 0
    while killed < kills or (killed < 4 * kills and not done()):
        daemon = programme.start()
        time.sleep(chance.uniform(0.02, longest))
        if daemon.poll() is not None:
            raise harness.ServersError("the daemon ended by itself: " + open(programme.path("log")).read()[-2000:])
        kill(daemon, chance)
        killed += 1
    daemon = programme.start()
    harness.wait_for(done, 0, "the rest to be done", 0.1)
    harness.wait_for(lambda: machine.at_rest([daemon.pid]), 0, "the service to come to rest")
    daemon.send_signal(signal.SIGTERM)
    daemon.wait()
    return killed


def taken(servers):
    """How often Postfix took each Message-ID, by its own log: a queue file is only kept once the final dot was answered."""
    identifiers, count = {}, {}
    log = servers.postfix_log()
    for queue, message_id in re.findall(r"cleanup\[\d+\]: (\w+): message-id=(<[^>]*>)", log):
        identifiers[queue] = message_id
    for queue in set(re.findall(r"qmgr\[\d+\]: (\w+): from=<[^>]*>, size=\d+, nrcpt=\d+ \(queue active\)", log)):
        if queue in identifiers:
            count[identifiers[queue]] = count.get(identifiers[queue], 0) + 1
    return count


def prepare(servers, policy, name, messages, per_second):
    """A programme with MESSAGES that are due."""
    programme = Programme(servers, policy, "flag", per_second)
    create(programme)
    people = "name,address,country,language,time zone\n" + "".join(
        "Person %d,people+p%d-%s@a.test,SE,en,Europe/Stockholm\n" % (i, i, name) for i in range(messages))
    programme.write("people.csv", people)
    programme.command("round", "create", "2027a")
    programme.command("participant", "import", programme.path("people.csv"), "--round", "2027a")
    return programme


def finished(programme, messages):
    states = dict(programme.query("SELECT state, count(*) FROM outbox WHERE step = 'question' GROUP BY state"))
    return sum(states.values()) == messages and states.get("sent", 0) + states.get("held", 0) == messages


def uncertain_ones(programme):
    return {row[0] for row in programme.query(
        "SELECT e.outbox FROM event e JOIN outbox o ON o.id = e.outbox WHERE e.what LIKE '%-> uncertain%' AND o.step = 'question'")}


def judge(t, servers, programme, policy, name):
    """Holds what Postfix took against what the database says; returns what was uncertain."""
    servers.wait_for_empty_queue()
    count = taken(servers)
    rows = programme.query("SELECT id, message_id, state FROM outbox WHERE step = 'question'")
    uncertain = uncertain_ones(programme)
    wrong = [row for row in rows if row[0] not in uncertain and not (row[2] == "sent" and count.get(row[1], 0) == 1)]
    lost = [row for row in rows if row[2] == "sent" and count.get(row[1], 0) == 0]
    most = 2 if policy == "resend" else 1
    t.equal(wrong, [], "%s: every certain message was taken exactly once" % name)
    t.equal(lost, [], "%s: none that counts as sent is missing" % name)
    t.ok(all(count.get(row[1], 0) <= most for row in rows), "%s: no message was taken more than %d times" % (name, most))
    if policy == "hold":
        held = {row[0] for row in rows if row[2] == "held"}
        t.equal(held, uncertain, "%s: what is uncertain is held, and nothing else" % name)
    return uncertain


def sends(t, servers, policy, chance):
    """Under POLICY, MESSAGES messages with KILLS kills at random moments."""
    programme = prepare(servers, policy, policy, MESSAGES, max(4, MESSAGES // 8))
    killed = run_with_kills(programme, lambda: finished(programme, MESSAGES), KILLS, chance, 0.5)
    uncertain = judge(t, servers, programme, policy, policy)
    t.ok(killed >= KILLS, "%s: killed %d times while %d messages went out" % (policy, killed, MESSAGES))
    t.ok(len(uncertain) <= killed * CONNECTIONS, "%s: at most %d uncertain a kill (%d in all)" % (policy, CONNECTIONS, len(uncertain)))
    return programme


def claimed(programme):
    return {row[0] for row in programme.query("SELECT id FROM outbox WHERE step = 'question' AND state = 'sending'")}


def sends_in_batches(t, servers, policy, chance, power_cut):
    """Nothing but the server holds the sender up, so that it claims ahead; it is killed with far more claimed than
    connections have. POWER_CUT: as if the machine had died with it, so that the wire log is gone."""
    name = "%s, %s" % ("power cut" if power_cut else "full batch", policy)
    messages = 100 * KILLS
    programme = prepare(servers, policy, name.replace(", ", "-").replace(" ", "-"), messages, 0)
    killed, full, at_risk, bound = 0, 0, set(), 0
    while killed < KILLS and not finished(programme, messages):
        before = claimed(programme)
        daemon = programme.start()
        harness.wait_for(lambda: len(claimed(programme) - before) > 4 * CONNECTIONS or finished(programme, messages), 0,
                         "a full batch", 0.002)
        time.sleep(chance.uniform(0, 0.03))
        kill(daemon, chance, 0)
        killed += 1
        left = claimed(programme)
        full += len(left) > CONNECTIONS
        if power_cut:
            at_risk |= left
            os.unlink(programme.path("t.db-wire"))
        else:
            bound += CONNECTIONS
    daemon = programme.start()
    harness.wait_for(lambda: finished(programme, messages), 0, "the rest to be done", 0.1)
    daemon.send_signal(signal.SIGTERM)
    daemon.wait()
    uncertain = judge(t, servers, programme, policy, name)
    t.ok(full > 0, "%s: killed %d times, %d times with more claimed than connections had" % (name, killed, full))
    if power_cut:
        t.equal(uncertain, at_risk, "%s: uncertain is all that was claimed and had no result (%d)" % (name, len(uncertain)))
    else:
        t.ok(len(uncertain) <= bound, "%s: at most %d uncertain a kill (%d in all)" % (name, CONNECTIONS, len(uncertain)))
    programme.close()


def create(programme):
    """An empty database where the configuration wants it."""
    made = tempfile.mkdtemp(prefix="crash-init-")
    subprocess.run([BINARY, "init", os.path.join(made, "p")], check=True, capture_output=True)
    shutil.move(os.path.join(made, "p", "tandempost.db"), programme.path("t.db"))
    shutil.rmtree(made)


def receives(t, servers, programme, chance):
    """An answer to each message, read with KILLS kills."""
    key = programme.query("SELECT value FROM setting WHERE name = 'tag_key'")[0][0]
    answered = [(number, address, tags.secret(key, "r", number), message_id) for number, address, message_id in programme.query(
        "SELECT o.id, p.address, o.message_id FROM outbox o JOIN participant p ON p.id = o.participant WHERE o.step = 'question' AND o.state = 'sent'")]
    with servers.imap(harness.PROGRAMME) as connection:
        for _, address, secret, message_id in answered:
            mail = servers.compose(address, "iln+r%s@example.test" % secret, "Re: How is it going?", "2\n",
                                   {"Message-ID": "<answer-%s@a.test>" % secret, "In-Reply-To": message_id})
            connection.append("INBOX", None, None, mail.as_bytes())

    def finished():
        return programme.query("SELECT count(*) FROM answer")[0][0] >= len(answered) and \
            programme.query("SELECT count(*) FROM inbox WHERE server_action <> 'done'")[0][0] == 0

    before = programme.query("SELECT count(*) FROM inbox")[0][0]
    killed = run_with_kills(programme, finished, KILLS, chance, 0.4)
    answers = programme.query("SELECT outbox, count(*), min(value), max(value) FROM answer GROUP BY outbox")
    t.ok(killed >= KILLS, "killed %d times while %d answers came in" % (killed, len(answered)))
    t.equal(sorted(row[0] for row in answers), sorted(tag[0] for tag in answered), "every answer is recorded")
    t.equal([row for row in answers if row[1:] != (1, 2, 2)], [], "each exactly once, and as what it was")
    handled = programme.query("SELECT count(*) FROM inbox WHERE message_id LIKE '<answer-%' AND state = 'handled'")[0][0]
    t.equal(handled, len(answered), "each message was handled once (%d rows before)" % before)
    left = [mail for mail in servers.messages(harness.PROGRAMME) if "answer-" in str(mail["Message-ID"])]
    t.equal(len([mail for mail in left if "\\Seen" not in mail.flags]), 0, "all are marked on the server")


def main(t):
    chance = random.Random(SEED)
    with harness.MailServers() as servers:
        for address in ("people@a.test", "kate@c.test"):
            servers.add_user(address)
        programme = sends(t, servers, "resend", chance)
        receives(t, servers, programme, chance)
        programme.close()
        sends(t, servers, "hold", chance).close()
        sends_in_batches(t, servers, "hold", chance, False)
        sends_in_batches(t, servers, "resend", chance, True)


tap.run(main)
