#!/usr/bin/python3
"""Servers for test_imap: a real Dovecot and, on demand, one that misbehaves. Reads commands from standard input, one a line,
and answers each with one line: "ok ..." or "error ...". Ends with its input."""
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../journeys/lib"))
import fake_imap
import servers as harness


class Commands:
    def __init__(self, servers):
        self.servers = servers
        self.fakes = []

    def user(self, address):
        self.servers.add_user(address)

    def append(self, address, folder, count, size, flags=""):
        with self.servers.imap(address) as connection:
            connection.create('"%s"' % folder)
            for number in range(int(count)):
                head = b"Subject: number %d\r\nMessage-ID: <%d@a.test>\r\n\r\n" % (number, number)
                text = (b"x" * 70 + b"\r\n") * (int(size) // 72 + 1)
                connection.append('"%s"' % folder, "(%s)" % flags, None, head + text[:int(size) - 2] + b"\r\n")

    def later(self, milliseconds, name, *arguments):
        def work():
            time.sleep(int(milliseconds) / 1000)
            getattr(self, name)(*arguments)
        threading.Thread(target=work, daemon=True).start()

    def fill(self, address, count):
        """Many small mails at once, straight into the Maildir."""
        home = self.servers.home(address)
        for name in ("cur", "new", "tmp"):
            self.servers._write_as_nobody(os.path.join(home, "Maildir", name, ".keep"), "")
            os.unlink(os.path.join(home, "Maildir", name, ".keep"))
        for number in range(int(count)):
            text = "From: a@a.test\r\nTo: b@b.test\r\nSubject: number %d\r\nMessage-ID: <%d@a.test>\r\n\r\n%s\r\n" % (
                number, number, "Kia ora koutou.\r\n" * 20)
            path = os.path.join(home, "Maildir", "cur", "%010d.M%d.test,S=%d,W=%d:2," % (1000000000 + number, number, len(text),
                                                                                        len(text)))
            with open(path, "w", newline="") as file:
                file.write(text)
        harness.run("chown", "-R", "nobody:nogroup", home)

    def remove(self, address, folder):
        with self.servers.imap(address) as connection:
            connection.delete('"%s"' % folder)

    def expunge(self, address, folder, uid):
        with self.servers.imap(address) as connection:
            connection.select('"%s"' % folder)
            connection.uid("STORE", uid, "+FLAGS.SILENT", "(\\Deleted)")
            connection.uid("EXPUNGE", uid)

    def state(self, address, folder):
        """Each message as UID:flag,flag in the order of UIDs."""
        return " ".join("%d:%s" % (mail.uid, ",".join(sorted(set(mail.flags) - {"\\Recent"})))
                        for mail in self.servers.messages(address, folder))

    def kick(self, address):
        self.servers.doveadm("kick", address)

    def fake(self, mode, tls=""):
        fake = fake_imap.FakeImap(mode, self.servers.certificates.directory + "/good.chain" if tls else None)
        self.fakes.append(fake)
        return str(fake.port)

    def arrive(self):
        """A message comes into the last misbehaving server's inbox."""
        self.fakes[-1].arrive()

    def tell(self, *words):
        """The last misbehaving server says that to whom it has idling."""
        harness.wait_for(lambda: self.fakes[-1].tell(" ".join(words)), 10, "a client to idle")

    def heard(self, word):
        """How many lines with WORD the last misbehaving server was sent."""
        return str(sum(word.upper() in line.upper() for line in self.fakes[-1].commands))


def main():
    with harness.MailServers(postfix=False) as servers:
        commands = Commands(servers)
        for name, value in servers.settings().items():
            print(name, value)
        print("ready", flush=True)
        for line in sys.stdin:
            name, *arguments = line.split()
            try:
                print("ok", getattr(commands, name)(*arguments) or "", flush=True)
            except Exception as problem:  # whatever it is, the test has to hear of it
                print("error", name, " ".join(repr(problem).split()), flush=True)


if __name__ == "__main__":
    try:
        main()
    except harness.ServersError as problem:
        print("error", " ".join(str(problem).split()), flush=True)
        sys.exit(1)
