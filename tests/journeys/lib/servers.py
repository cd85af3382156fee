#!/usr/bin/python3
"""Real Postfix and Dovecot on loopback, in a temporary directory, on free ports, for as long as a test needs them.

    with MailServers() as servers:
        servers.add_user("anna@a.test")
        servers.send("anna@a.test", "iln@example.test", subject="Hello", text="...")
        wait_for(lambda: servers.messages("iln@example.test"))

Every domain under .test is served, from the same Postfix; all others are refused at RCPT, nothing ever leaves the machine. Addresses without a mailbox
bounce with a delivery status notification; `refused...@` is refused at RCPT for good, `later...@` for now. A message with
a line end that is not CRLF is refused. The programme's mailbox is iln@example.test, with sub-addresses iln+anything@example.test.

127.0.0.1 and `localhost` show a good certificate; 127.0.0.2 one for another name; 127.0.0.3 one by a CA that nobody trusts.
The ports are the same on all three. Needs root: Postfix and Dovecot change to users of their own.

Run as a program it starts the servers, prints one `name value` line a setting and `ready`, and stops them at end of input.
"""
import json
import os
import pwd
import re
import shutil
import signal
import socket
import sys
import tempfile

from certificates import Certificates
from machine import GOOD, PATIENCE, UNTRUSTED, WRONG_NAME, ServersError, family, free_ports, run, wait_for
from mailboxes import PASSWORD, Mailboxes
from servers_configuration import DOVECOT_CONFIGURATION, POSTFIX_MAIN, POSTFIX_MASTER

DEBIAN_PACKAGES = ["postfix", "dovecot-core", "dovecot-imapd", "dovecot-lmtpd", "dovecot-sieve", "openssl", "python3"]

PROGRAMME = "iln@example.test"


class MailServers(Mailboxes):
    """Postfix and Dovecot. Settings are fixed once started:

    size_limit      the largest message that Postfix takes, in bytes
    queue_lifetime  how long Postfix tries before it bounces, as Postfix writes it ("10s", "1d")
    plaintext       let clients log in without TLS
    keep            leave the directory behind for a look
    postfix         False: Dovecot alone
    sub_addresses   False: address+anything is an address of its own
    delimiter       what stands in place of the +
    catch_all       the address that gets all mail to its domain
    imap_capability all that the IMAP server says it can, as Dovecot writes it
    """

    def __init__(self, size_limit=20_000_000, queue_lifetime="1d", plaintext=False, keep=False, postfix=True,
                 sub_addresses=True, delimiter="+", catch_all="", imap_capability=""):
        self.size_limit = size_limit
        self.queue_lifetime = queue_lifetime
        self.plaintext = plaintext
        self.postfix = postfix
        self.delimiter = delimiter if sub_addresses else ""
        self.catch_all = catch_all
        self.imap_capability = imap_capability
        self.keep = keep or bool(os.environ.get("KEEP_SERVERS"))
        self.directory = None
        self.users = {}
        self._refused = {}
        self.host = "localhost"
        self._running = set()

    # ---- Starting and stopping ----

    def __enter__(self):
        return self.start()

    def __exit__(self, *unused):
        self.stop()

    def start(self):
        if os.geteuid() != 0:
            raise ServersError("these tests start Postfix and Dovecot, which need root: run them as root")
        for program in ("postfix", "dovecot", "openssl"):
            if not shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin"):
                raise ServersError("%s is missing: apt-get install %s" % (program, " ".join(DEBIAN_PACKAGES)))
        self.directory = tempfile.mkdtemp(prefix="mail-", dir="/tmp")
        os.chmod(self.directory, 0o755)
        try:
            self.certificates = Certificates(self._path("certificates"))
            self.ca_file = self.certificates.ca_file
            for attempt in range(3):
                self._configure()
                try:
                    self.start_dovecot()
                    if self.postfix:
                        self.start_postfix()
                    break
                except ServersError:
                    if attempt == 2:
                        raise
                    self.stop_postfix()
                    self.stop_dovecot()
            if PROGRAMME not in self.users:
                self.add_user(PROGRAMME)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self):
        if not self.directory:
            return
        try:
            self.stop_postfix()
            self.stop_dovecot()
        finally:
            if self.keep:
                sys.stderr.write("# kept: %s\n" % self.directory)
            else:
                shutil.rmtree(self.directory, ignore_errors=True)
            self.directory = None

    def _path(self, *names):
        return os.path.join(self.directory, *names)

    def _write(self, name, text, mode=0o644):
        with open(self._path(name), "w") as file:
            file.write(text)
        os.chmod(self._path(name), mode)

    def _configure(self):
        self.smtp_port, self.submission_port, self.smtps_port, self.imap_port, self.imaps_port = free_ports(5)
        for name in ("run", "run/state", "mail", "users", "postfix", "queue", "postfix-data"):
            os.makedirs(self._path(name), 0o755, exist_ok=True)
        nobody = pwd.getpwnam("nobody")
        os.chown(self._path("mail"), nobody.pw_uid, nobody.pw_gid)
        postfix = pwd.getpwnam("postfix").pw_uid
        os.chown(self._path("postfix-data"), postfix, 0)
        if not os.path.isdir(self._path("queue/private")):  # before Postfix makes it: Dovecot puts its sockets there
            os.mkdir(self._path("queue/private"), 0o700)
            os.chown(self._path("queue/private"), postfix, 0)
        values = dict(
            directory=self.directory, name=os.path.basename(self.directory), run=self._path("run"), mail=self._path("mail"),
            users=self._path("users"), queue=self._path("queue"), certificates=self.certificates.directory,
            postfix=self._path("postfix"), postfix_data=self._path("postfix-data"), postfix_log=self._path("postfix.log"),
            dovecot_log=self._path("dovecot.log"), imap_capability=self.imap_capability, smtp_port=self.smtp_port, imap_port=self.imap_port,
            imaps_port=self.imaps_port, size_limit=self.size_limit, queue_lifetime=self.queue_lifetime,
            delimiter=self.delimiter,
            tls="yes" if self.plaintext else "required", plaintext_refused="no" if self.plaintext else "yes")
        self._write("dovecot.conf", DOVECOT_CONFIGURATION.format(**values))
        self._write("postfix/main.cf", POSTFIX_MAIN.format(**values))
        self._write("postfix/domains", "/^([^@]+\\.)?test$/ OK\n")
        self._write_recipients()
        everything = "/@%s$/ %s\n" % (re.escape(self.catch_all.partition("@")[2]), self.catch_all)
        self._write("postfix/aliases", everything if self.catch_all else "")
        master = [POSTFIX_MASTER]
        for address, chain in ((GOOD, "good"), (WRONG_NAME, "wrong-name"), (UNTRUSTED, "untrusted")):
            certificate = " -o smtpd_tls_chain_files=%s/%s.chain" % (self.certificates.directory, chain)
            login = certificate + (" -o smtpd_sasl_auth_enable=yes"
                                   " -o smtpd_relay_restrictions=permit_sasl_authenticated,reject")
            master.append("%s:%d inet n - n - - smtpd%s" % (address, self.smtp_port, certificate))
            master.append("%s:%d inet n - n - - smtpd%s -o smtpd_tls_security_level=encrypt"
                          % (address, self.submission_port, login))
            master.append("%s:%d inet n - n - - smtpd%s -o smtpd_tls_wrappermode=yes" % (address, self.smtps_port, login))
        self._write("postfix/master.cf", "\n".join(master) + "\n")

    def _await_port(self, port, log):
        def listening():
            try:
                socket.create_connection((GOOD, port), PATIENCE).close()
                return True
            except OSError:
                return False
        try:
            wait_for(listening, 0, "port %d" % port, 0.02)
        except ServersError as problem:
            raise ServersError("%s; the log ends:\n%s" % (problem, log()[-2000:])) from None

    def start_dovecot(self):
        if "dovecot" not in self._running:
            self._running.add("dovecot")
            run("dovecot", "-c", self._path("dovecot.conf"))
            self._await_port(self.imaps_port, self.dovecot_log)

    def stop_dovecot(self):
        if "dovecot" in self._running:
            self._running.discard("dovecot")
            pid = self._pid("run/master.pid")
            if pid:
                serving = family(pid)[1:]
                os.kill(pid, signal.SIGTERM)  # as `doveadm stop` does, which then waits
                self._end_dovecot_log(pid)
                self._await_end(pid)
                for each in serving:  # some go on with their client
                    try:
                        os.kill(each, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                    self._await_end(each)

    def _end_dovecot_log(self, master):
        """Dovecot waits three seconds for its log process, which waits for Dovecot. Ends it once it is the last one."""
        def last_one():
            try:
                with open("/proc/%d/task/%d/children" % (master, master)) as file:
                    children = [int(child) for child in file.read().split()]
                names = []
                for child in children:
                    with open("/proc/%d/cmdline" % child) as file:
                        names.append(file.read().rstrip("\0"))  # empty: a zombie
            except OSError:
                return [0]
            logs = [child for child, name in zip(children, names) if name.endswith("/log")]
            return (logs or [0]) if len(logs) == sum(map(bool, names)) else None
        try:
            for pid in wait_for(last_one, 0, "Dovecot to end", 0.02):
                if pid:
                    os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def start_postfix(self):
        if "postfix" not in self._running:
            self._running.add("postfix")
            try:
                run("postfix", "-c", self._path("postfix"), "start")
            except ServersError as problem:  # Postfix says why only to a terminal
                reason = run("script", "-qc", "postfix -c %s check" % self._path("postfix"), "/dev/null", check=False)
                raise ServersError("%s%s%s" % (problem, reason, self.postfix_log()[-2000:])) from None
            self._await_port(self.smtps_port, self.postfix_log)

    def stop_postfix(self):
        if "postfix" in self._running:
            self._running.discard("postfix")
            pid = self._pid("queue/pid/master.pid")
            run("postfix", "-c", self._path("postfix"), "stop", check=False)
            self._await_end(pid)

    def _pid(self, name):
        try:
            with open(self._path(name)) as file:
                return int(file.read().split()[0])
        except (OSError, ValueError, IndexError):
            return None

    def _await_end(self, pid):
        """Waits for a server to be gone; in the end ends it the hard way."""
        def gone():
            try:
                with open("/proc/%d/stat" % pid) as file:
                    return file.read().rsplit(")", 1)[1].split()[0] == "Z"
            except (OSError, IndexError):
                return True
        if pid is None:
            return
        try:
            wait_for(gone, 0, "a server to end", 0.02)
        except ServersError:
            os.kill(pid, signal.SIGKILL)

    def refuse(self, address, reply):
        """From now on Postfix says REPLY to mail for ADDRESS, "450 4.2.0 later"; None: takes it again."""
        self._refused.pop(address, None)
        if reply:
            self._refused[address] = reply
        self._write_recipients()
        self.stop_postfix()  # connections that stand would go on by the old rules
        self.start_postfix()

    def _write_recipients(self):
        rules = ["/^refused[^@]*@/ 550 5.1.1 no such user here", "/^later[^@]*@/ 450 4.2.0 please try again later",
                 "/^full[^@]*@/ 552 5.2.2 mailbox full"]
        rules += ["/^%s$/ %s" % (re.escape(address), reply) for address, reply in self._refused.items()]
        self._write("postfix/recipients", "\n".join(rules) + "\n")

    # ---- Looking inside ----

    def postfix_log(self):
        return self._text("postfix.log")

    def dovecot_log(self):
        return self._text("dovecot.log")

    def _text(self, name):
        try:
            with open(self._path(name), errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def queue(self):
        """What Postfix still has to deliver: one dictionary a message, as `postqueue -j` has them."""
        output = run("postqueue", "-c", self._path("postfix"), "-j")
        return [json.loads(line) for line in output.splitlines() if line.startswith("{")]

    def wait_for_empty_queue(self, timeout=0.0):
        wait_for(lambda: not self.queue(), timeout, "Postfix's queue to be empty", 0.1)

    def pids(self):
        """The first process of each server that runs."""
        files = {"dovecot": "run/master.pid", "postfix": "queue/pid/master.pid"}
        return list(filter(None, (self._pid(files[name]) for name in self._running)))

    def doveadm(self, *arguments):
        return run("doveadm", "-c", self._path("dovecot.conf"), *arguments)

    def settings(self):
        """What a program needs to use the servers, as strings."""
        return {
            "directory": self.directory, "host": self.host, "wrong_name_host": WRONG_NAME, "untrusted_host": UNTRUSTED,
            "ca_file": self.ca_file, "smtp_port": str(self.smtp_port), "submission_port": str(self.submission_port),
            "smtps_port": str(self.smtps_port), "imap_port": str(self.imap_port), "imaps_port": str(self.imaps_port),
            "programme": PROGRAMME, "password": PASSWORD,
        }


def main():
    signal.signal(signal.SIGTERM, lambda *unused: sys.exit(1))
    with MailServers() as servers:
        for name, value in servers.settings().items():
            print(name, value)
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
