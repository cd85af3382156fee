"""The certificates that the servers show, made anew by openssl for each run."""
import os

from machine import GOOD, UNTRUSTED, run


class Certificates:
    """A CA that tests trust, one that nobody trusts, and the certificates of the three addresses."""

    def __init__(self, directory):
        self.directory = directory
        os.mkdir(directory, 0o755)
        self.ca_file = self._authority("ca", "Test CA")
        self.other_ca_file = self._authority("other-ca", "Nobody's CA")
        self.good = self._server("good", "ca", "localhost", "DNS:localhost,IP:%s" % GOOD)
        self.wrong_name = self._server("wrong-name", "ca", "elsewhere.test", "DNS:elsewhere.test")
        self.untrusted = self._server("untrusted", "other-ca", "localhost", "DNS:localhost,IP:%s,IP:%s" % (GOOD, UNTRUSTED))

    def _path(self, name):
        return os.path.join(self.directory, name)

    def _authority(self, name, title):
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "800",
            "-subj", "/CN=" + title, "-keyout", self._path(name + ".key"), "-out", self._path(name + ".pem"),
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        return self._path(name + ".pem")

    def _server(self, name, authority, title, names):
        request, extensions = self._path(name + ".csr"), self._path(name + ".ext")
        with open(extensions, "w") as file:
            file.write("subjectAltName=%s\nextendedKeyUsage=serverAuth\n" % names)
        run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=" + title,
            "-keyout", self._path(name + ".key"), "-out", request)
        run("openssl", "x509", "-req", "-in", request, "-days", "800", "-CA", self._path(authority + ".pem"),
            "-CAkey", self._path(authority + ".key"), "-CAcreateserial", "-extfile", extensions, "-out", self._path(name + ".pem"))
        chain = self._path(name + ".chain")
        with open(chain, "w") as file:
            for part in (name + ".key", name + ".pem"):
                with open(self._path(part)) as source:
                    file.write(source.read())
        os.chmod(chain, 0o600)
        return self._path(name)
