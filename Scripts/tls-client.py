"""Runs one of tlsfuzzer's scripts as a client that has a certificate, against a listener whose key is on P-256.

    python3 Scripts/tls-client.py CERTIFICATE KEY SCRIPT [ARGUMENT ...]

Most of its scripts for TLS 1.3 know nothing of a request for a certificate: wherever one of their conversations goes beyond
EncryptedExtensions to the server's certificate, the request is expected before that, and the client's Certificate and
CertificateVerify are sent behind the server's Finished. Scripts whose subject is not signatures offer those of RSA alone: that of
ECDSA on P-256 takes the place of one.

Where a server may do something else than a script expects, the conversation ends there, and the last line says how often what
was: `refused: NAME` instead of a ServerHello, `alert: NAME` instead of another alert, `closed` without the alert, `answered`
instead of an alert. What each means is in Documentation/security-tests.md.
"""

import collections
import runpy
import sys

from tlslite.constants import AlertDescription, AlertLevel, HandshakeType, SignatureScheme
from tlslite.extensions import SignatureAlgorithmsExtension
from tlslite.utils.keyfactory import parsePEMKey
from tlslite.x509 import X509
from tlslite.x509certchain import X509CertChain

from tlsfuzzer import runner
from tlsfuzzer.expect import (ExpectAlert, ExpectCertificate, ExpectCertificateRequest, ExpectClose,
                              ExpectCompressedCertificate, ExpectEncryptedExtensions, ExpectFinished,
                              ExpectHandshake, ExpectHelloRetryRequest, ExpectServerHello)
from tlsfuzzer.messages import CertificateGenerator, CertificateVerifyGenerator, ClientHelloGenerator, FinishedGenerator

# These choose signature algorithms for a purpose.
ABOUT_SIGNATURES = ("signature", "ecdsa", "eddsa", "rsa")

apart = collections.Counter()


class Refused(ExpectAlert):
    """The server agrees to none of what is offered."""

    def process(self, state, msg):
        apart[f"refused: {AlertDescription.toStr(msg.write()[1])}"] += 1


class Closed(ExpectClose):
    def process(self, state, msg):
        apart["closed"] += 1


class SecondAlert(ExpectAlert):
    """What is left of a message that was refused is refused once more."""

    def process(self, state, msg):
        apart[f"second alert: {AlertDescription.toStr(msg.write()[1])}"] += 1


class Answered(ExpectHandshake):
    def __init__(self):
        super().__init__(22, HandshakeType.server_hello)

    def process(self, state, msg):
        apart["answered"] += 1


def other_alert(self, state, msg, expected=ExpectAlert.process):
    level, description = msg.write()
    if level == AlertLevel.fatal and is_refusal(self) and self.description is not None:
        wanted = self.description if isinstance(self.description, (list, tuple)) else [self.description]
        if description not in wanted:
            apart[f"alert: {AlertDescription.toStr(description)}"] += 1
            return
    expected(self, state, msg)


def kinds(node):
    return [type(sibling) for sibling in node.get_all_siblings()]


def append(node, sibling):
    *_, last = node.get_all_siblings()
    last.next_sibling = sibling


def finishes(node):
    """Whether a Finished goes out before anything else is expected."""
    while node is not None and not node.is_expect():
        if isinstance(node, FinishedGenerator):
            return True
        node = node.child
    return False


def is_refusal(alert):
    """Whether a script wants the connection to end with this alert."""
    return alert.level == AlertLevel.fatal or alert.description not in (None, AlertDescription.close_notify)


def equip(first, chain, key):
    """Lets a conversation answer a request for a certificate, wherever a server that asks for one would make it."""
    seen, waiting = set(), [(first, "hello", False)]
    while waiting:
        node, stage, is_asked = waiting.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        child = node.child
        if isinstance(node, ClientHelloGenerator):
            stage, is_asked = "hello", False
        if isinstance(node, FinishedGenerator):
            stage = "finished"
        if isinstance(node, CertificateVerifyGenerator):
            is_asked = False
        if isinstance(node, ExpectCertificateRequest):
            is_asked = True
        if isinstance(node, ExpectEncryptedExtensions):
            stage = "handshake"
            if isinstance(child, (ExpectCertificate, ExpectCompressedCertificate)):
                node.child = ExpectCertificateRequest()
                node.child.child = child
                is_asked = True
        # A script that sends a certificate itself, or a conversation held once more, needs none.
        if is_asked and isinstance(node, ExpectFinished) and finishes(child) and not isinstance(child, CertificateGenerator):
            proof = CertificateVerifyGenerator(key)
            proof.child = child
            node.child = CertificateGenerator(chain)
            node.child.child = proof
            is_asked = False
        if type(node) in (ExpectServerHello, ExpectHelloRetryRequest) and not {ExpectAlert, Refused} & set(kinds(node)):
            append(node, Refused())
        if type(node) is ExpectAlert and is_refusal(node) and child is not None and kinds(child) == [ExpectClose]:
            second = SecondAlert()
            second.child = ExpectClose()
            append(child, second)
        if type(node) is ExpectAlert and is_refusal(node):
            if stage == "hello" and not {ExpectServerHello, Answered} & set(kinds(node)):
                append(node, Answered())
            if stage != "hello" and not {ExpectClose, Closed} & set(kinds(node)):
                append(node, Closed())
        waiting += [(node.next_sibling, stage, is_asked), (child, stage, is_asked)]


def main():
    certificate, key, script, *rest = sys.argv[1:]
    with open(certificate) as file:
        leaf = X509()
        leaf.parse(file.read())
    with open(key) as file:
        key = parsePEMKey(file.read(), private=True)
    chain, begin = X509CertChain([leaf]), runner.Runner.__init__

    def with_certificate(self, conversation):
        equip(conversation, chain, key)
        begin(self, conversation)
    runner.Runner.__init__ = with_certificate
    ExpectAlert.process = other_alert

    if not any(word in script for word in ABOUT_SIGNATURES):
        create = SignatureAlgorithmsExtension.create

        def with_ecdsa(self, algorithms):
            ours = SignatureScheme.ecdsa_secp256r1_sha256
            # In the place of another: some scripts count the bytes of their ClientHello.
            return create(self, algorithms if not algorithms or ours in algorithms else [*algorithms[:-1], ours])
        SignatureAlgorithmsExtension.create = with_ecdsa
    sys.argv = [script, *rest]
    try:
        runpy.run_path(script, run_name="__main__")
    finally:
        print("APART:", ", ".join(f"{count} {what}" for what, count in sorted(apart.items())) or "nothing")


if __name__ == "__main__":
    main()
