"""Secrets of sub-addresses that stand in no row, as daemon/store/tags.h has them."""
import hashlib
import hmac

DIGITS = "abcdefghijklmnopqrstuvwxyz234567"


def secret(key, purpose, number):
    """Of an outbox row (PURPOSE r or b) or a participant (u); KEY is the setting "tag_key"."""
    proof = hmac.new(key.encode(), ("%s%d" % (purpose, number)).encode(), hashlib.sha256).digest()[:12]
    written = ""
    while number or len(written) < 4:
        written = DIGITS[number & 31] + written
        number >>= 5
    return "".join(DIGITS[byte & 31] for byte in proof) + written
