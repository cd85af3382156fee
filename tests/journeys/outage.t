#!/usr/bin/python3
"""Outages: of the mail server, of the mailbox, of a worker, of the whole machine. Nothing is lost, nothing comes twice."""
import collections
import os
import re
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import programme as running
import servers as harness
import tap
from programme import person

MANY = 40


def people(count, name="person"):
    return [person("%s %d" % (name.title(), number), "%s%d@p.test" % (name, number)) for number in range(count)]


def received(servers, addresses, subject="Welcome"):
    """How many welcomes each of ADDRESSES got."""
    return collections.Counter(address for address in addresses for mail in servers.messages(address)
                               if mail["Subject"].startswith(subject))


def server_away(tap, servers):
    """While the mail server is away the queue waits; people hear of it once, and once when it is back; all arrives once."""
    with running.Programme(servers, speed=60, incoming={"poll_every": "10 hours"}) as programme:
        addresses = [each["email"] for each in people(MANY)]
        servers.stop_postfix()
        programme.begin_round(people(MANY), [], start=False)
        programme.start()
        programme.wait_for(lambda: programme.alerts(True), "the alert")
        tap.equal([each["key"] for each in programme.alerts()], ["outgoing"], "away: one alert")
        tap.equal(programme.outbox("welcome", "sent"), [], "away: nothing counts as sent")
        tap.equal(len(programme.outbox("welcome", "queued")), MANY, "away: all waits in the queue")
        tap.ok(sum(row["attempts"] for row in programme.outbox()) < 40, "away: with a few tries, not one for each message")
        servers.start_postfix()
        programme.wait_for_sent("welcome", MANY)
        programme.wait_for(lambda: not programme.outbox(state="queued"), "the rest")
        servers.wait_for_empty_queue()
        tap.equal(received(servers, addresses), {address: 1 for address in addresses}, "back: each message arrives just once")
        alerts = [mail["Subject"] for mail in servers.messages(running.COORDINATOR)]
        tap.equal(sorted(bool("well again" in subject) for subject in alerts), [False, True], "back: one alert, one all-clear")
        outages = programme.rows("SELECT * FROM outage WHERE service = 'outgoing'")
        tap.ok(len(outages) == 1 and outages[0]["ended_at"] > outages[0]["began_at"], "back: one outage is on record")
        programme.stop()


def second_daemon(tap, programme):
    """A second service on the same database is refused and told whose it is."""
    other = programme.run("daemon", check=False)
    tap.equal(other.returncode, 1, "second: it is refused")
    tap.ok(re.search(r"\b%d\b" % programme.daemon.pid, other.stderr), "second: with the first one's pid: %s" % other.stderr.strip())


def killed_workers(tap, programme, servers):
    """A worker that is killed is started again, and nothing is lost or done twice."""
    for name in ("sender", "receiver"):
        before = programme.workers()
        os.kill(before[name], signal.SIGKILL)
        after = programme.wait_for(lambda: programme.workers().get(name) not in (None, before[name]) and programme.workers(),
                                   "another " + name, 10)
        other = "receiver" if name == "sender" else "sender"
        tap.equal(after[other], before[other], "killed %s: the %s goes on undisturbed" % (name, other))
        tap.contains(programme.log(), "the %s was ended by signal 9; it starts again" % name, "killed %s: the log tells" % name)
        address = servers.add_user("after-%s@p.test" % name)
        programme.run("participant", "add", "After " + name, address, "--country", "NZ", "--time-zone", "Pacific/Auckland",
                      "--round", running.ROUND)
        mail = programme.message_to(address, "welcome")
        count = len(programme.inbox())
        programme.reply(address, mail, "Thank you")
        programme.wait_for_inbox(count + 1)
        tap.equal(len(servers.messages(address)), 1, "killed %s: mail goes out once and comes in" % name)


def killed_service(tap, programme, servers):
    """When the first process is killed, its workers end by themselves and the next service takes over at once."""
    pids = programme.workers()
    programme.daemon.kill()
    programme.daemon.wait()
    programme.daemon = None
    programme.start()
    programme.wait_for(lambda: all(running.is_gone(pid) for pid in pids.values()), "the old workers to be gone")
    tap.ok(not set(programme.workers().values()) & set(pids.values()), "killed service: its workers end by themselves")
    address = servers.add_user("after-all@p.test")
    programme.run("participant", "add", "After All", address, "--country", "NZ", "--time-zone", "Pacific/Auckland",
                  "--round", running.ROUND)
    programme.message_to(address, "welcome")
    tap.ok(True, "killed service: the next one sends")


def stopped(tap, programme):
    tap.equal(programme.stop(), 0, "stopped: SIGTERM ends it in order")
    tap.ok(not os.path.exists(programme.database + "-wake"), "stopped: its socket is removed")


def restored(tap, servers):
    """A backup that was made while the service ran asks, once restored, before it sends what became due since."""
    steps = running.STEPS + 'step "check-in" { to = "partnership"  when = "start + 2 hours"  at = "at once"  asks = "check-in" }'
    with running.Programme(servers, steps, speed=30) as programme:
        pair = people(2, "pair")
        programme.begin_round(pair, [(pair[0]["email"], pair[1]["email"])])
        programme.start()
        programme.wait_for_sent("introduction", 2)
        programme.run("backup", programme.path("backup.db"))
        tap.equal(os.stat(programme.path("backup.db")).st_mode & 0o077, 0, "backup: nobody else can read it")
        tap.equal(programme.run("backup", programme.path("backup.db"), check=False).returncode, 1, "backup: it overwrites nothing")
        programme.advance(2 * 3600)
        programme.wait_for_sent("check-in", 2)
        programme.stop()

        os.rename(programme.path("backup.db"), programme.path("restored.db"))
        programme.configure(programme={"database": "restored.db"})
        programme.start()
        programme.wait_for(lambda: "nothing is sent" in programme.log(), "the question")
        tap.contains(programme.log(), "catch-up skip", "restored: the log says what to do")
        programme.settle()
        tap.equal([row["step"] for row in programme.outbox() if row["state"] != "sent" or row["step"] == "check-in"], [],
                  "restored: nothing is sent")
        told = programme.run("catch-up", "skip", "--dry-run").stdout
        tap.ok(re.search(r"\b2\b", told), "restored: a dry run tells how many would be skipped: %s" % told.strip())
        tap.equal(programme.outbox("check-in"), [], "restored: and changes nothing")
        programme.run("catch-up", "skip")
        programme.wait_for(lambda: [row["state"] for row in programme.outbox("check-in")] == ["expired"] * 2, "the decision")
        address = servers.add_user("newcomer@p.test")
        programme.run("participant", "add", "New Comer", address, "--country", "NZ", "--time-zone", "Pacific/Auckland",
                      "--round", running.ROUND)
        programme.message_to(address, "welcome")
        tap.ok(True, "restored: after that mail goes out again")
        servers.wait_for_empty_queue()
        subjects = [mail["Subject"] for each in pair for mail in servers.messages(each["email"])]
        tap.equal(len([each for each in subjects if each.startswith("How is it going")]), 2, "restored: nobody was asked twice")
        tap.equal(len([each for each in subjects if each.startswith("Meet")]), 2, "restored: or introduced twice")
        programme.stop()


def journey(tap):
    with harness.MailServers() as servers:
        server_away(tap, servers)
        servers.empty(harness.PROGRAMME)
        with running.Programme(servers) as programme:
            programme.begin_round(people(2, "first"), [], start=False)
            programme.start()
            programme.wait_for_sent("welcome", 2)
            second_daemon(tap, programme)
            killed_workers(tap, programme, servers)
            killed_service(tap, programme, servers)
            stopped(tap, programme)
        servers.empty(harness.PROGRAMME)
        restored(tap, servers)


tap.run(journey)
