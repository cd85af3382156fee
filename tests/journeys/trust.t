#!/usr/bin/python3
"""Servers that can't prove who they are get no password and no mail, and people are told; once mended, mail flows."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import fake_imap
import programme as running
import servers as harness
import tap


def logins(servers):
    """What both servers wrote about logins to the programme's mailbox, right or wrong."""
    return ([line for line in servers.dovecot_log().splitlines() if "user=<%s>" % harness.PROGRAMME in line
             or "auth failed" in line],
            [line for line in servers.postfix_log().splitlines() if "sasl_username=" in line or "authentication failed" in line])


def join(programme, name):
    """Somebody to whom a welcome is due at once. Returns the address."""
    address = programme.servers.add_user("%s@c.test" % name.lower())
    programme.run("participant", "add", name, address, "--country", "NZ", "--time-zone", "Pacific/Auckland",
                  "--round", running.ROUND)
    return address


def refused(tap, programme, servers, name, reason, **options):
    """Neither half deals with a server whose certificate it can't trust, and people are told once."""
    programme.configure(**options)
    seen, opened, began = logins(servers), len(programme.alerts()), len(programme.log())
    if programme.daemon:
        programme.reload()
    else:
        programme.start()
    address = join(programme, name)
    programme.wait_for(lambda: len(programme.alerts()) >= opened + 2, "two alerts")
    programme.wait_for(lambda: programme.value("SELECT max(attempts) FROM outbox WHERE state = 'queued'") > 0, "an attempt")
    alerts = {each["key"]: each["reason"] for each in programme.alerts(True)}
    log = programme.log()[began:]
    tap.equal(sorted(alerts), ["incoming", "outgoing"], "%s: one open alert for each half" % reason)
    tap.contains(alerts["incoming"], reason, "%s: that for reading says what is wrong" % reason)
    tap.contains(alerts["outgoing"], "certificate", "%s: so does that for sending" % reason)
    tap.ok(re.search(r"(?m)^\S+ error +receiver: mail waits to be read: .*%s" % reason, log), "%s: the log of reading" % reason)
    tap.ok(re.search(r"(?m)^\S+ error +sender: sending is paused: .*certificate", log), "%s: the log of sending" % reason)
    tap.ok(harness.PASSWORD not in programme.log(), "%s: no log holds the password" % reason)
    tap.equal(logins(servers), seen, "%s: neither server saw a login" % reason)
    tap.equal(servers.messages(address), [], "%s: nothing was sent" % reason)
    return address


def mended(tap, programme, servers, address, count):
    """After a correction and SIGHUP mail flows, and the alerts end."""
    good = {"ca_file": servers.ca_file}
    programme.configure(outgoing=dict(good, url="smtps://localhost:%d" % servers.smtps_port),
                        incoming=dict(good, url="imaps://localhost:%d/INBOX" % servers.imaps_port))
    programme.reload()
    tap.equal(len(servers.wait_for_messages(address, 1)), 1, "mended: what had waited arrives")
    programme.wait_for(lambda: not programme.alerts(True), "the all-clear")
    tap.ok(True, "mended: the alerts end")
    programme.wait_for(lambda: not programme.outbox(state="queued"), "the mails to the coordinator")
    servers.wait_for_empty_queue()
    ends = [mail["Subject"] for mail in servers.wait_for_messages(running.COORDINATOR, 2 * count) if "well again" in mail["Subject"]]
    tap.equal(len(ends), 2 * count, "mended: the coordinator heard once of each trouble's end")
    servers.send(address, harness.PROGRAMME, "Hello", "Are you there again?")
    tap.equal(programme.wait_for_inbox(count)[-1]["state"], "waiting", "mended: and replies are heard")


def fake(tap, programme, servers):
    """What a false IMAP server gets to hear: no login, neither behind an untrusted certificate nor without TLS."""
    with fake_imap.FakeImap("ordinary", servers.certificates.untrusted + ".chain") as untrusted, \
            fake_imap.FakeImap("ordinary") as bare:
        for server, scheme, what in ((untrusted, "imaps", "untrusted"), (bare, "imap", "without TLS")):
            programme.configure(incoming={"url": "%s://localhost:%d/INBOX" % (scheme, server.port)})
            programme.reload()
            programme.wait_for(lambda: "incoming" in [each["key"] for each in programme.alerts(True)], "the alert")
            tap.ok(server.connections > 0, "%s: the false server was asked" % what)
            tap.ok(not re.search("LOGIN|AUTHENTICATE", " ".join(server.commands), re.I), "%s: it hears no login" % what)
            tap.note("it heard: %r" % server.commands)
            mended_quietly(programme, servers)


def mended_quietly(programme, servers):
    programme.configure(incoming={"url": "imaps://localhost:%d/INBOX" % servers.imaps_port})
    programme.reload()
    programme.wait_for(lambda: not programme.alerts(True), "the all-clear")


def journey(tap):
    with harness.MailServers() as servers:
        wrong_ca = {"ca_file": servers.certificates.other_ca_file}
        with running.Programme(servers, speed=30) as programme:
            programme.run("round", "create", running.ROUND)
            address = refused(tap, programme, servers, "Carla", "certificate", outgoing=wrong_ca, incoming=wrong_ca)
            mended(tap, programme, servers, address, 1)
            address = refused(tap, programme, servers, "Dana", "name",
                              outgoing={"url": "smtps://%s:%d" % (harness.WRONG_NAME, servers.smtps_port)},
                              incoming={"url": "imaps://%s:%d/INBOX" % (harness.WRONG_NAME, servers.imaps_port)})
            mended(tap, programme, servers, address, 2)
            fake(tap, programme, servers)
            tap.equal(programme.stop(), 0, "the service stops in order")


tap.run(journey)
