"""Coordinators as they are: people with a mailbox and nothing else, who read what the service tells them and reply to it."""
import re

# What nobody without a shell can do.
COMMANDS = re.compile(r"tandempost [a-z]|\b(?:inbox|outbox|incident|partnership|participant) (?:show|list|update|rematch|hold)\b")


def text_of(mail):
    """All that it says, in one line."""
    return " ".join(mail.get_body(("plain",)).get_content().split())


class Coordinator:
    def __init__(self, scene, address):
        self.scene, self.address = scene, address

    def mails(self):
        return self.scene.servers.messages(self.address)

    def mail(self, *words):
        """The newest mail with all of WORDS in its subject or its text; waits for one."""
        def found():
            for mail in reversed(self.mails()):
                said = "%s %s" % (mail["Subject"], text_of(mail))
                if all(each in said for each in words):
                    return mail
            return None
        return self.scene.programme.wait_for(found, "a mail to %s that says %s" % (self.address, " and ".join(words)))

    def reply(self, mail, text, **more):
        """Replies to MAIL; waits until it was read, and gives its row."""
        return self.scene.row(self.scene.programme.reply(self.address, mail, text, **more))
