#!/usr/bin/env python3
"""Checks a Candour site, or a receipt, from outside. One file; it needs Python 3.11 or newer and nothing else.

    python3 verify.py site https://speak.example.org "eight words from the poster"
    python3 verify.py site http://xyz….onion KEY --remember memory.json     # through Tor on 127.0.0.1:9050
    python3 verify.py receipt receipt.json KEY --copy copy.json --directory https://speak.example.org

KEY is the fingerprint of the organisation's root key, its eight words, or the whole key in hex or base64. `site`
fetches what a browser would and compares every byte and header with what the root key has signed. `receipt` says who
signed a saved receipt, when, and for which message. Written from docs/PROTOCOL.md; it shares no code with what it
checks.

Exit codes: 0 all is well; 1 something is wrong; 2 wrong use; 3 could not be fetched; 4 well, but read the notes.
"""

import argparse
import base64
import hashlib
import http.client
import json
import re
import secrets
import socket
import ssl
import struct
import sys
import time
import urllib.parse
import zlib
from email.utils import parsedate_to_datetime
from itertools import pairwise
from pathlib import Path

DAY, KEY, MAX_INT = 86_400, 1_216, 2**53 - 1
WORDS_SHA256 = "0366f8c680c73f2090b16fa9e6c122d9875930ac831025f9ec12333d45e4995c"


class RefusedError(Exception):
    """Something that does not fit. `code` is one of PROTOCOL section 2, or this program's own."""

    def __init__(self, code, detail=""):
        super().__init__(detail)
        self.code, self.detail = code, detail


def need(condition, code="malformed", detail=""):
    if not condition:
        raise RefusedError(code, detail)


def h(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# ---- one spelling (section 1)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text, size=None):
    need(isinstance(text, str) and re.fullmatch("[A-Za-z0-9_-]*", text) and len(text) % 4 != 1)
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    need(b64(data) == text and size in (None, len(data)))
    return data


def dump(value):
    sane(value, 0)
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode()
    except UnicodeEncodeError:
        raise RefusedError("malformed") from None


def sane(value, depth):
    if isinstance(value, dict | list):
        need(depth < 8)
        need(all(re.fullmatch("[a-z][a-z0-9_]{0,31}", key) for key in value) if isinstance(value, dict) else True)
        for one in value.values() if isinstance(value, dict) else value:
            sane(one, depth + 1)
    else:
        need(isinstance(value, str | bool) or (type(value) is int and abs(value) <= MAX_INT))


def load(data, limit):
    need(len(data) <= limit, "limit")
    try:
        value = json.loads(data.decode())
    except (ValueError, RecursionError):
        raise RefusedError("malformed") from None
    need(dump(value) == data)
    return value


# ---- shapes: a table is an object, (low, high) a whole number, [item, low, high] an array


def raw(size):
    return lambda value: unb64(value, size)


def text(low, high, pattern=".*"):
    def check(value):
        need(isinstance(value, str) and low <= len(value.encode()) <= high and re.fullmatch(pattern, value, re.DOTALL))

    return check


def fit(shape, value):
    if isinstance(shape, dict):
        need(isinstance(value, dict) and all(name.rstrip("?") in value or name.endswith("?") for name in shape))
        need(all(name in shape or name + "?" in shape for name in value))
        for name, one in value.items():
            fit(shape.get(name, shape.get(name + "?")), one)
    elif isinstance(shape, list):
        need(isinstance(value, list) and shape[1] <= len(value) <= shape[2])
        for one in value:
            fit(shape[0], one)
    elif isinstance(shape, tuple):
        need(type(value) is int and shape[0] <= value <= shape[1])
    elif callable(shape):
        shape(value)
    else:
        need(type(value) is type(shape) and value == shape)


def pair(first, second):
    def check(value):
        need(isinstance(value, list) and len(value) == 2)
        fit(first, value[0])
        fit(second, value[1])

    return check


def writer(value):
    unb64(value, 0 if value == "" else 32)


AT, R32, R16, SECONDS, PARAGRAPH = (0, 2**31 - 1), raw(32), raw(16), (1, DAY), text(1, 4000)
BASE, SPAN = {"v": 1, "organisation": R32, "day": AT}, {"from": AT, "until": AT}
PERSON = {"g": R16, "name": text(1, 80), "role": text(1, 120), "identity": R32, "courier": R32}
TWO = {"g": R16, "second": R16, "quarter": text(6, 6, "[0-9]{4}Q[1-4]")}
SEGMENT = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
FILE = {
    "path": text(1, 300, f"/({SEGMENT}(/{SEGMENT}){{0,3}})?"),
    "type": text(1, 127, "[ -~]*"),
    "size": (1, 2**31 - 1),
    "digest": R32,
}
SHAPES = {
    "organisation": {"name": text(1, 120), "root": R32},
    "rotation": {"old": R32, "new": R32},
    "policy": {
        "period": SECONDS,
        "board_period": SECONDS,
        "board_cells": (1, 64),
        "board_dummies": (0, 256),
        "board_days": (1, 60),
        "report_days": (1, 90),
        "slot_ms": (100, 60_000),
        "attachment_mb": (0, 250),
        "writer": writer,
    },
    "certificate": {**PERSON, **SPAN, "succeeds?": R16, "first?": True},
    "request": PERSON,
    "revocation": {"certificate": R32, "reason": text(0, 200)},
    "epochs": {"g": R16, "first": AT, "digests": [R32, 1, 36]},
    "fallback": {"g": R16, **SPAN, "digest": R32},
    "calendar": {"g": R16, "weekdays": [(0, 6), 0, 7], "away": [pair(AT, AT), 0, 24]},
    "lost": {"g": R16, **SPAN},
    "head": {"g": R16, "length": (1, 2**31 - 1), "state": R32},
    "story": {**TWO, "title": text(1, 120), "happened": PARAGRAPH, "sense": PARAGRAPH, "changed": PARAGRAPH},
    "statistics": {**TWO, "rows": [{"name": text(1, 120), "value": text(1, 16)}, 1, 200]},
    "site": {
        "version": text(1, 32),
        "headers": [pair(text(1, 64, "[a-z][a-z0-9-]*"), text(1, 2048, "[ -~]*")), 1, 32],
        "files": [FILE, 1, 128],
    },
}


def sensible(name, body):
    if "from" in body:
        need(0 <= body["until"] - body["from"] <= {"certificate": 400, "fallback": 30}.get(name, 2**31))
    for one, other in (("identity", "courier"), ("g", "succeeds"), ("old", "new"), ("g", "second")):
        need(one not in body or body[one] != body.get(other))
    if name == "epochs":
        need(body["first"] + len(body["digests"]) <= 2**31)
    if name == "policy":
        need(DAY % body["period"] == 0 and DAY % body["board_period"] == 0)
    if name == "calendar":
        need(body["weekdays"] == sorted(set(body["weekdays"])) and all(a <= b for a, b in body["away"]))
    if name == "site":
        names, paths = [one for one, _ in body["headers"]], [one["path"] for one in body["files"]]
        need(names == sorted(set(names)) and "content-security-policy" in names)
        need(paths == sorted(set(paths)) and paths[0] == "/")


# ---- Ed25519, verified without the cofactor (section 3)

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL = {1, P - 1, 0, Y8, P - Y8}


def point(data):
    """The point of 32 bytes, or None where it is none, is spelled oddly, or is of small order."""
    y, sign = int.from_bytes(data, "little") & (2**255 - 1), data[31] >> 7
    if y >= P or y in SMALL:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * pow(2, (P - 1) // 4, P) % P
    if v * x * x % P != u:
        return None
    x = P - x if x % 2 != sign else x
    return x, y, 1, x * y % P


def plus(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, k = b - a, d - c, d + c, b + a
    return e * f % P, g * k % P, f * g % P, e * k % P


BY = 4 * pow(5, -1, P) % P
BASE_POINT = point(BY.to_bytes(32, "little"))


def ed25519(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    a, s = point(key), int.from_bytes(signature[32:], "little")
    if a is None or s >= L or point(signature[:32]) is None:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    minus = (P - a[0], a[1], 1, P - a[3])
    table, sum_ = {1: BASE_POINT, 2: minus, 3: plus(BASE_POINT, minus)}, (0, 1, 1, 0)
    for bit in range(252, -1, -1):
        sum_ = plus(sum_, sum_)
        if which := (s >> bit & 1) + 2 * (k >> bit & 1):
            sum_ = plus(sum_, table[which])
    inverse = pow(sum_[2], -1, P)
    x, y = sum_[0] * inverse % P, sum_[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# ---- statements (section 11)


def pae(kind, body):
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(body), body)


class Statement:
    """A statement that was read; its signatures are checked by `verify`."""

    def __init__(self, source, name=None):
        value = load(source, 65_536) if isinstance(source, bytes) else source
        need(len(dump(value)) <= 65_536, "limit")
        signature = {"keyid": R32, "sig": raw(64)}
        fit({"payload": unb64, "payloadtype": text(1, 127), "signatures": [signature, 1, 2]}, value)
        self.signatures = [(unb64(one["keyid"]), unb64(one["sig"])) for one in value["signatures"]]
        self.signers = [key for key, _ in self.signatures]
        need(self.signers == sorted(set(self.signers)))
        self.kind, self.payload = value["payloadtype"], unb64(value["payload"])
        found = re.fullmatch(r"application/vnd\.candour\.([a-z]{1,32})\.v1\+json", self.kind)
        need(found and found[1] in SHAPES and name in (None, found[1]), "type")
        self.name, self.body = found[1], load(self.payload, 65_536)
        fit({**BASE, **SHAPES[self.name]}, self.body)
        sensible(self.name, self.body)
        last = {"epochs": lambda b: b["first"] + len(b["digests"]) - 1, "fallback": lambda b: b["until"]}
        digest = h(pae(self.kind, self.payload), *[key + sig for key, sig in self.signatures])
        self.hash = entry_hash(self.name, last.get(self.name, lambda _: 0)(self.body), digest)

    def verify(self):
        for key, sig in self.signatures:
            need(ed25519(key, pae(self.kind, self.payload), sig), "signature", self.name)
        return self


def entry_hash(name, last, digest):
    return h(name.encode(), struct.pack(">I", last), digest)


# ---- the log and the directory (section 12)


class Log:
    """Statements, each checked when it is added. `whole` is False for the few that a receipt carries."""

    def __init__(self, organisation, today, whole=True):
        self.today, self.organisation, self.people, self.certificates = today, organisation, {}, {}
        self.hashes, self.states, self.owners, self.latest, self.digests = [], [], {}, {}, set()
        self.policies, self.roots, self.name, self.whole = [], [], "", whole

    root = property(lambda self: self.roots[-1])
    policy = property(lambda self: self.policies[-1])

    def add(self, item):
        if self.states and isinstance(item, dict) and "name" in item:
            fit({"name": text(1, 9, "epochs|fallback"), "last": AT, "digest": R32}, item)
            need(item["last"] <= self.today - 60, "missing", "statement left out")
            entry = entry_hash(item["name"], item["last"], unb64(item["digest"]))
            need(entry not in self.hashes, "conflict")
            return self.append(entry)
        one = Statement(item)
        if not self.states:
            self.begin(one)
        else:
            self.check(one)
            self.append(one.hash)
            getattr(self, "on_" + one.name, lambda _: None)(one)
        return None

    def append(self, entry):
        self.hashes.append(entry)
        self.states.append(h(b"candour/v1/entry", self.states[-1], entry))

    def begin(self, one):
        need(one.name == "organisation", "organisation")
        root, own = unb64(one.body["root"]), unb64(one.body["organisation"])
        need(own == h(b"candour/v1/organisation", root) == self.organisation, "organisation")
        need(one.body["day"] <= self.today + 1, "early")
        need(one.signers == [root], "signature")
        one.verify()
        self.name, self.founded, self.roots = one.body["name"], one.body["day"], [root]
        self.owners[root] = ("root", "")
        self.states.append(h(b"candour/v1/log", own))
        self.append(one.hash)

    def check(self, one):
        name, body = one.name, one.body
        need(name not in ("head", "request", "site"), "type")
        need(unb64(body["organisation"]) == self.organisation, "organisation")
        need(body["day"] <= self.today + 1, "early")
        need(one.hash not in self.hashes, "conflict")
        self.check_signers(one)
        one.verify()
        mark = (name, body.get("g", ""))
        if name in ("policy", "epochs", "fallback", "calendar"):
            need(body["day"] >= self.latest.get(mark, 0), "rollback")
        getattr(self, "rule_" + name, lambda _: None)(body)
        self.latest[mark] = body["day"]

    def check_signers(self, one):
        if one.name in ("organisation", "policy", "certificate", "revocation"):
            return need(one.signers == [self.root], "signature")
        if one.name == "rotation":
            both = sorted([self.root, unb64(one.body["new"])])
            return need(unb64(one.body["old"]) == self.root and one.signers == both, "signature")
        people = [one.body["g"], one.body["second"]] if one.name in ("story", "statistics") else [one.body["g"]]
        for g in people:
            need(g in self.people, "unknown")
        need(len(one.signers) == len(people), "signature")
        for g in people:
            self.check_signer(g, "identity", one)
        return None

    def check_signer(self, g, role, one):
        held = [c for c in self.people[g]["certificates"] if unb64(c["body"][role]) in one.signers]
        need(held, "signature")
        held = [c for c in held if c["revoked"] is None]
        need(held, "revoked")
        need(any(one.body["day"] <= c["body"]["until"] for c in held), "expired")

    def rule_organisation(self, _body):
        raise RefusedError("conflict")

    def rule_rotation(self, body):
        need(unb64(body["new"]) not in self.owners, "conflict")

    def rule_certificate(self, body):
        if "first" in body:
            need(not self.policies or body["day"] <= self.policies[0]["day"], "early")
        else:
            need(body["from"] >= body["day"] + 7, "early")
        need(not self.whole or body.get("succeeds") in {None, *self.people}, "unknown")
        for role in ("identity", "courier"):
            need(self.owners.get(unb64(body[role]), (role, body["g"])) == (role, body["g"]), "conflict")

    def rule_revocation(self, body):
        found = self.certificates.get(unb64(body["certificate"]))
        need(found, "unknown")
        need(found["revoked"] is None, "conflict")

    def rule_epochs(self, body):
        person = self.people[body["g"]]
        last_lost = max((at for _, _, at in person["lost"]), default=0)
        for day, digest in enumerate(body["digests"], body["first"]):
            known = person["epochs"].get(day)
            if known and known["digest"] != digest and known["at"] > last_lost:
                need(not self.lives(person, known), "conflict")

    def on_rotation(self, one):
        self.roots.append(unb64(one.body["new"]))
        self.owners[self.root] = ("root", "")

    def on_policy(self, one):
        self.policies.append(one.body)

    def on_certificate(self, one):
        body = one.body
        new = {"certificates": [], "epochs": {}, "fallbacks": [], "lost": []}
        person = self.people.setdefault(body["g"], new)
        self.certificates[one.hash] = {"body": body, "revoked": None, "hash": one.hash}
        person["certificates"].append(self.certificates[one.hash])
        for role in ("identity", "courier"):
            self.owners[unb64(body[role])] = (role, body["g"])

    def on_revocation(self, one):
        self.certificates[unb64(one.body["certificate"])]["revoked"] = one.body["day"]

    def stated(self, one, first, last, digest):
        self.digests.add(digest)
        return {"from": first, "until": last, "digest": digest, "by": one.signers[0], "at": len(self.hashes)}

    def on_epochs(self, one):
        for day, digest in enumerate(one.body["digests"], one.body["first"]):
            self.people[one.body["g"]]["epochs"][day] = self.stated(one, day, day, digest)

    def on_fallback(self, one):
        made = self.stated(one, one.body["from"], one.body["until"], one.body["digest"])
        self.people[one.body["g"]]["fallbacks"].append(made)

    def on_lost(self, one):
        self.people[one.body["g"]]["lost"].append((one.body["from"], one.body["until"], len(self.hashes)))

    def lives(self, person, made):
        held = person["certificates"]
        return any(c["revoked"] is None and unb64(c["body"]["identity"]) == made["by"] for c in held)

    def used(self, person, made):
        touched = any(at > made["at"] and a <= made["until"] and made["from"] <= b for a, b, at in person["lost"])
        return self.lives(person, made) and not touched

    def certificates_of(self, g, day):
        """Those that hold on a day, newest first."""
        need(g in self.people, "unknown")
        held = self.people[g]["certificates"]
        need(any(day >= c["body"]["from"] for c in held), "early")
        within = [c for c in held if c["body"]["from"] <= day <= c["body"]["until"]]
        need(within, "expired")
        valid = [c for c in reversed(within) if holds(c, day)]
        need(valid, "revoked")
        return valid


class Directory(Log):
    """A directory file, verified for an organisation (32 bytes) on a day; `remembered` is (length, state) or None."""

    def __init__(self, file, organisation, today, remembered=None):
        super().__init__(organisation, today)
        value = load(file, 4 << 20)
        keys = [raw(KEY), 0, 4 << 20]
        fit({"v": 1, "log": [id, 1, 4 << 20], "heads": [id, 0, 4 << 20], "keys": keys, "pad": text(0, 16_383)}, value)
        need(len(file) % 16_384 == 0 and not value["pad"].strip("0"))
        public = [unb64(one) for one in value["keys"]]
        need(public == sorted(set(public)))
        for item in value["log"]:
            self.add(item)
        need(self.policies, "missing", "policy")
        named = [self.read_head(Statement(item, "head")) for item in value["heads"]]
        self.heads, self.warnings = dict(named), []
        need([g for g, _ in named] == sorted(self.heads))
        if remembered:
            self.at_state(*remembered)
        self.take(public)

    def read_head(self, one):
        body = one.body
        need(unb64(body["organisation"]) == self.organisation, "organisation")
        need(body["day"] <= self.today + 1, "early")
        need(body["g"] in self.people, "unknown")
        need(len(one.signers) == 1, "signature")
        self.check_signer(body["g"], "courier", one)
        one.verify()
        self.at_state(body["length"], unb64(body["state"]))
        return unb64(body["g"]), body["day"]

    def at_state(self, length, state):
        need(length <= len(self.hashes) and self.states[length] == state, "rollback")

    def take(self, public):
        by_digest = {b64(h(key)): key for key in public}
        need(by_digest.keys() <= self.digests, "unknown", "key")
        today, self.head_day = self.today, max(self.heads.values(), default=None)
        self.guardians = [self.guardian(g, person, by_digest) for g, person in self.people.items()]
        if (self.head_day is None or self.head_day < today - 14) and self.founded <= today - 14:
            self.warnings.append("stale")
        if any(one["valid"] and one["missing"] for one in self.guardians):
            self.warnings.append("missing")

    def guardian(self, g, person, by_digest):
        held, today = person["certificates"], self.today
        valid = [c for c in held if holds(c, today)]
        shown = (valid or held)[-1]["body"]
        days = {day: one["digest"] for day, one in person["epochs"].items() if self.used(person, one)}
        recent = [one for one in person["fallbacks"][::-1] if one["until"] >= today - 1 and self.used(person, one)]
        return {
            "g": g,
            "name": shown["name"],
            "role": shown["role"],
            "valid": bool(valid),
            "days": sorted(day for day, digest in days.items() if digest in by_digest),
            "fallbacks": [[one["from"], one["until"]] for one in recent if one["digest"] in by_digest],
            "missing": [d for d in range(today - 1, today + 2) if d in days and days[d] not in by_digest],
            "lost": [[first, last] for first, last, _ in person["lost"]],
            "head_day": self.heads.get(unb64(g)),
        }


def holds(certificate, day):
    body, revoked = certificate["body"], certificate["revoked"]
    return body["from"] <= day <= body["until"] and (revoked is None or day < revoked)


def organisation_of(file):
    """The organisation that a directory file claims to be of: its first root key gives the id (section 5)."""
    value = load(file, 4 << 20)
    need(isinstance(value, dict) and isinstance(value.get("log"), list) and value["log"])
    return organisation_id(unb64(Statement(value["log"][0], "organisation").body["root"]))


def organisation_id(root):
    need(len(root) == 32, "size")
    return h(b"candour/v1/organisation", root)


def in_words(key, words):
    """A key's fingerprint as eight words."""
    return " ".join(words[n % 7759] for n in struct.unpack(">8H", h(b"candour/v1/fingerprint", key)[:16]))


# ---- receipts (section 9)

RECEIPT = {
    "v": 1,
    "organisation": R32,
    "g": R16,
    "thread": R16,
    "certificate": R32,
    "message": R16,
    "digest": R32,
    "holder": R32,
    "state": R32,
    "day": AT,
    "how": text(6, 8, "software|person"),
}


def read_receipt(payload, log, today, thread=None):
    """The receipt's fields and the certificate that it was signed under."""
    signature, data = payload[:64], payload[64:]
    value = load(data, 31_440)
    fit(RECEIPT, value)
    need(unb64(value["organisation"]) == log.organisation, "organisation")
    need(value["day"] <= today + 1, "early")
    signed = pae("application/vnd.candour.receipt.v1+json", data)
    held = log.certificates_of(value["g"], value["day"])
    signers = [c for c in held if ed25519(unb64(c["body"]["identity"]), signed, signature)]
    need(signers, "signature")
    need(thread in (None, unb64(value["thread"])), "thread")
    named = [c for c in signers if c["hash"] == unb64(value["certificate"])]
    need(named, "conflict")
    return value, named[0]


def proves(holder, challenge, proof):
    """Whether a proof answers a challenge for the holder key in a receipt."""
    return len(challenge) == 32 and ed25519(holder, pae("application/vnd.candour.holder.v1", challenge), proof)


# ---- the board (section 8)


def read_board(data):
    """Start, length and cells of each board file."""
    files, at = [], 0
    while at < len(data):
        need(len(data) - at >= 24, "size")
        magic, start, length, count = struct.unpack(">8sQII", data[at : at + 24])
        need(magic == b"CANDOURB" and start <= MAX_INT)
        end = at + 24 + 2048 * count
        need(end <= len(data), "size")
        cells = [data[cell : cell + 2048] for cell in range(at + 24, end, 2048)]
        need(all(a < b for a, b in pairwise(cells)))
        need(not files or files[-1][0] < start)
        files.append((start, length, cells))
        at = end
    return files


# ---- fetching, as a browser would, and over Tor


class Answer:
    """Status, headers as sent (names in lower case), and the body as a browser unpacks it."""

    def __init__(self, status, headers, data):
        self.status, self.headers, self.data = status, [(n.lower(), v) for n, v in headers], data

    def all(self, name):
        return [value for known, value in self.headers if known == name]


class Way(http.client.HTTPConnection):
    """A connection, through a SOCKS proxy where one is given. Tor gives every user name a circuit of its own."""

    def __init__(self, host, port, secure, socks):
        super().__init__(host, port, timeout=90)
        self.secure, self.socks, self.user = secure, socks, secrets.token_hex(8).encode()

    def connect(self):
        if self.socks:
            host, _, port = self.socks.rpartition(":")
            self.sock = socket.create_connection((host, int(port)), self.timeout)
            self.ask(b"\x05\x01\x02", b"\x05\x02")
            self.ask(b"\x01" + short(self.user) + short(b"candour"), b"\x01\x00")
            self.ask(b"\x05\x01\x00\x03" + short(self.host.encode()) + struct.pack(">H", self.port), b"\x05\x00\x00")
            kind = self.exactly(1)[0]
            self.exactly({1: 4, 4: 16}.get(kind) or self.exactly(1)[0])
            self.exactly(2)
        else:
            self.sock = socket.create_connection((self.host, self.port), self.timeout)
        if self.secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def ask(self, request, expected):
        self.sock.sendall(request)
        if self.exactly(len(expected)) != expected:
            raise ConnectionError("the proxy refused")

    def exactly(self, count):
        data = b""
        while len(data) < count:
            piece = self.sock.recv(count - len(data))
            if not piece:
                raise ConnectionError("the proxy closed the connection")
            data += piece
        return data


def short(data):
    return bytes([len(data)]) + data


class Visitor:
    """Somebody with a browser, on a circuit of their own."""

    # What Tor Browser sends. The order of requests and the rest of what it does cannot be copied whole from here.
    HEADERS = (
        ("User-Agent", "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0"),
        ("Accept", "*/*"),
        ("Accept-Language", "en-US,en;q=0.5"),
        ("Accept-Encoding", "gzip, deflate, br, zstd"),
    )

    def __init__(self, address, socks):
        parts = urllib.parse.urlsplit(address)
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/") and not parts.query
        need(fits, "usage", "the address should look like https://speak.example.org")
        self.secure, self.host = parts.scheme == "https", parts.netloc
        proxy = socks or ("127.0.0.1:9050" if parts.hostname.endswith(".onion") else None)
        self.way = Way(parts.hostname, parts.port or (443 if self.secure else 80), self.secure, proxy)

    def get(self, path, limit=64 << 20):
        try:
            self.way.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
            for name, value in (("Host", self.host), *self.HEADERS):
                self.way.putheader(name, value)
            self.way.endheaders()
            answer = self.way.getresponse()
            data = answer.read(limit + 1)
        except (OSError, http.client.HTTPException) as problem:
            self.way.close()
            raise RefusedError("offline", f"{path}: {type(problem).__name__}") from None
        if len(data) > limit:
            self.way.close()
        return unpacked(Answer(answer.status, answer.getheaders(), data), limit)


def unpacked(answer, limit):
    """The answer unpacked; a packed body that is not whole, or has more behind it, counts as no bytes at all."""
    if answer.all("content-encoding") == ["gzip"]:
        inflate = zlib.decompressobj(31)
        try:
            data = inflate.decompress(answer.data, limit + 1)
        except zlib.error:
            data = b""
        answer.data = data if inflate.eof and not inflate.unused_data else b""
    return answer


# ---- the site (sections 11, 12 and 15)

PASSING = {"date", "connection", "keep-alive", "content-type", "content-length", "content-encoding"}
PASSING |= {"transfer-encoding", "allow", "accept-ranges"}
TLS = {"strict-transport-security", "onion-location"}
WEBCAT = ("/.well-known/webcat/enrollment.json", "/.well-known/webcat/bundle.json")
API = {"/", "/directory", "/board", "/beacon", "/manifest", "/writer"}
CODE = (".js", ".mjs", ".css", ".svg", ".wasm")
MEANS = {
    "root": "The key is not the one on your poster: this is another site. Do not use it, and tell others.",
    "byte": "A file is not what the organisation signed. Do not use the site; telephone the steward.",
    "missing": "A file that should be there is not. Do not use the site until the steward has explained it.",
    "page": "The page leads to something that nobody signed. Do not use the site; telephone the steward.",
    "header": "A protection that your browser needs is missing or changed. Telephone the steward.",
    "extra": "A header is sent that should not be: it could mark visitors. Telephone the steward.",
    "unsigned": "There is no signed list of the site's files, so nobody can check them. Ask the steward to sign it.",
    "manifest": "The list of the site's files is not signed as it should be. Do not use the site.",
    "directory": "The list of guardians is not right. Do not write through this site; telephone a guardian.",
    "rollback": "An older or another list of guardians is shown than before. Telephone a guardian.",
    "stale": "No guardian has vouched for the list in 14 days: it may be an old one. Telephone a guardian.",
    "key": "A key that a guardian promised is not shown. Telephone that guardian.",
    "guardian": "A guardian who was there before is gone. Telephone that guardian.",
    "certificate": "A guardian's certificate that was not there before. Was it announced? Telephone the steward.",
    "board": "The board of replies does not have the form it must have. Telephone a guardian.",
    "withheld": "A part of the board of replies is not shown. Telephone a guardian.",
    "writer": "The one-file writer is not the one that was signed. Do not use it.",
    "webcat": "The list for browsers with WEBCAT is not the one that was signed. Telephone the steward.",
    "clock": "This computer's clock and the site's differ by more than five minutes. Set yours right and try again.",
    "release": "This is not from the project's release. Do not use the site.",
    "split": "Visits saw different pages: somebody may be shown something else than you. Telephone the steward.",
}


class Report:
    """What was found: `problems` are alarms, `notes` are for a person to judge, `facts` are what was seen."""

    def __init__(self):
        self.problems, self.notes, self.facts = [], [], {}

    def problem(self, code, what):
        self.problems += [] if [code, what] in self.problems else [[code, what]]

    def note(self, code, what):
        self.notes += [] if [code, what] in self.notes else [[code, what]]

    def exit_code(self):
        return 1 if self.problems else 4 if self.notes else 0


class Check:
    """One look at a site: fetch, then compare. `memory` is what was seen before, and is brought up to date."""

    def __init__(self, given, memory, words):
        self.visitor, self.other = (Visitor(given.address, given.socks) for _ in range(2))
        self.key, self.memory, self.words, self.now = given.key.strip(), memory, words, time.time() + given.ahead
        self.report, self.answers = Report(), {}

    def run(self, release=None):
        # First what a visit loads; on another circuit what only checkers ask for.
        for path in ("/", "/directory", "/board"):
            self.fetch(self.visitor, path)
        self.fetch(self.other, "/manifest")
        self.clock()
        signed = self.manifest()
        for one in signed.body["files"] if signed else ():
            data = self.fetch(self.visitor, one["path"]).data
            self.words = self.words or (words_in(data) if one["type"] == "application/json" else None)
        directory = self.directory()
        if directory:
            self.board(directory)
        if signed:
            self.signer(signed, directory)
            self.files(signed)
            self.page(signed)
            self.errors(signed)
            self.webcat(signed)
        if signed and directory:
            self.writer(signed, directory)
        if signed and release:
            self.released(signed, release)
        return self.report

    def fetch(self, who, path):
        if path not in self.answers:
            self.answers[path] = who.get(path)
        return self.answers[path]

    def clock(self):
        try:
            (sent,) = self.answers["/"].all("date")
            off = round(parsedate_to_datetime(sent).timestamp() - self.now)
        except (ValueError, TypeError):
            self.report.problem("header", "/: date")
        else:
            if abs(off) > 300:
                self.report.problem("clock", f"the site's is {abs(off)} seconds {'ahead' if off > 0 else 'behind'}")

    def manifest(self):
        answer = self.answers["/manifest"]
        try:
            need(answer.status == 200, "unsigned")
            return Statement(answer.data, "site").verify()
        except RefusedError as refused:
            code = "unsigned" if refused.code == "unsigned" else "manifest"
            return self.report.problem(code, f"/manifest: {answer.status if code == 'unsigned' else refused.code}")

    def directory(self):
        answer, before = self.answers["/directory"], self.memory.get("directory")
        try:
            need(answer.status == 200, "missing", f"status {answer.status}")
            found = Directory(answer.data, organisation_of(answer.data), int(self.now) // DAY)
        except RefusedError as refused:
            return self.report.problem("directory", f"{refused.code} {refused.detail}".strip())
        if not self.is_ours(found):
            return self.report.problem("root", self.named(found.root))
        if "stale" in found.warnings:
            newest = "there is none" if found.head_day is None else f"the newest is of {date(found.head_day)}"
            self.report.problem("stale", newest)
        for one in found.guardians:
            if one["valid"] and one["missing"]:
                self.report.problem("key", f"{one['name']}: {', '.join(date(day) for day in one['missing'])}")
        self.compare(found, before)
        self.people(found, before)
        self.memory["directory"] = {
            "organisation": b64(found.organisation),
            "length": len(found.hashes),
            "state": b64(found.states[-1]),
            "certificates": sorted(b64(one) for one in found.certificates),
            "guardians": {one["g"]: one["name"] for one in found.guardians},
        }
        return found

    def is_ours(self, found):
        """Whether the key that was given is the root's; an older root has handed over by its signature."""
        for back, root in enumerate(found.roots[::-1]):
            if matches(self.key, root, self.words):
                if back:
                    self.report.note("root", f"your key is an earlier one; it has handed over to {self.named(root)}")
                return True
        if len(self.key.split()) > 1 and not self.words:
            self.report.note("root", "the word list was not found: use --words words.txt, or give the whole key")
        return False

    def named(self, key):
        return f"{in_words(key, self.words)} ({key.hex()})" if self.words else key.hex()

    def compare(self, found, before):
        length = before["length"] if before and before["organisation"] == b64(found.organisation) else 0
        if length > len(found.hashes) or (length and b64(found.states[length]) != before["state"]):
            self.report.problem("rollback", f"{len(found.hashes)} entries; before there were {length}")

    def people(self, found, before):
        for one in found.certificates.values():
            body, today = one["body"], found.today
            what = f"{body['name']}, {body['role']}, valid from {date(body['from'])}"
            recent = "first" not in body and today < body["day"] + 14
            if before and b64(one["hash"]) not in before["certificates"]:
                self.report.problem("certificate", what)
            elif not before and recent:
                self.report.note("certificate", f"{what}: signed on {date(body['day'])}. Was it announced?")
        for g, name in before["guardians"].items() if before else ():
            if g not in found.people:
                self.report.problem("guardian", name)
        self.report.facts["guardians"] = [self.person(found, one) for one in found.guardians if one["valid"]]

    def person(self, found, one):
        identity = found.certificates_of(one["g"], found.today)[0]["body"]["identity"]
        return f"{one['name']}, {one['role']}: {self.named(unb64(identity))}"

    def board(self, directory):
        answer, policy, now = self.answers["/board"], directory.policy, self.now
        try:
            need(answer.status == 200, "missing")
            files = read_board(answer.data)
        except RefusedError as refused:
            return self.report.problem("board", refused.code)
        for start, length, cells in files:
            right = any(self.fits(len(cells), each, len(directory.people)) for each in directory.policies)
            if not right or length < 1 or start % length or start > now + 300:
                self.report.problem("board", f"the file of {moment(start)} has {len(cells)} cells and {length} seconds")
        for (start, length, _), (after, _, _) in pairwise(files):
            if start + length != after:
                span = f"from {moment(start + length)} to {moment(after)}"
                self.report.note("withheld", f"there is nothing {span}: the portal was off, or it is not shown")
        period, ends = policy["board_period"], [start + length for start, length, _ in files]
        if ends and ends[-1] < now - period - max(900, period // 24):
            self.report.problem("withheld", f"the newest file ends {moment(ends[-1])}")
        return self.remembered(files, policy["board_days"])

    @staticmethod
    def fits(count, policy, people):
        posted = count - policy["board_dummies"]
        return 0 <= posted <= policy["board_cells"] * people and posted % policy["board_cells"] == 0

    def remembered(self, files, days):
        there = {str(start): b64(h(*cells)) for start, _, cells in files}
        for start, digest in self.memory.get("board", {}).items():
            if there.get(start, digest) != digest:
                self.report.problem("board", f"the file of {moment(int(start))} was changed")
            if start not in there and int(start) > self.now - (days - 1) * DAY:
                self.report.problem("withheld", f"the file of {moment(int(start))} was there before")
        self.memory["board"] = there

    def signer(self, signed, directory):
        body, before, report = signed.body, self.memory.get("site"), self.report
        if directory and (signed.signers != [directory.root] or unb64(body["organisation"]) != directory.organisation):
            report.problem("manifest", "not signed by this organisation's root key")
        if body["day"] > int(self.now) // DAY + 1:
            report.problem("manifest", f"signed on {date(body['day'])}, which is yet to come")
        if before and body["day"] < before["day"]:
            report.problem("manifest", f"signed on {date(body['day'])}; before there was one of {date(before['day'])}")
        elif before and before["digest"] != b64(h(signed.payload)):
            report.note("manifest", f"a new site was signed on {date(body['day'])}: version {body['version']}")
        self.memory["site"] = {"day": body["day"], "digest": b64(h(signed.payload))}
        report.facts |= {"version": body["version"], "signed": date(body["day"]), "files": len(body["files"])}

    def files(self, signed):
        required = signed.body["headers"]
        for one in signed.body["files"]:
            answer = self.answers[one["path"]]
            if answer.status != 200:
                self.report.problem("missing", f"{one['path']} (status {answer.status})")
            elif h(answer.data) != unb64(one["digest"]) or len(answer.data) != one["size"]:
                self.report.problem("byte", one["path"])
            self.headers(one["path"], answer, required, one["type"])
        for path in ("/directory", "/board", "/manifest"):
            kind = "application/octet-stream" if path == "/board" else "application/json"
            self.headers(path, self.answers[path], required, kind)

    def errors(self, signed):
        """What is refused bears the same headers, and no others."""
        odd = f"/{secrets.token_hex(4)}"
        for path, status in (("/beacon", 200), (odd, 404), ("/assets/none.js", 404), ("/?a", 400)):
            answer = self.other.get(path, 65_536)
            shown = "an address that does not exist" if path == odd else path
            if answer.status != status:
                self.report.problem("page", f"{shown}: status {answer.status}, not {status}")
            self.headers(shown, answer, signed.body["headers"], "application/json")

    def webcat(self, signed):
        """Where the site offers the extension a list of its files, it is the root's list."""
        answers = [self.fetch(self.other, path) for path in WEBCAT]
        for path, answer in zip(WEBCAT, answers, strict=True):
            self.headers(path, answer, signed.body["headers"], "application/json")
        if {answer.status for answer in answers} == {404}:
            return
        try:
            enrolled, bundle = (json.loads(answer.data) for answer in answers)
            same, files = bundle["enrollment"] == enrolled, bundle["manifest"]["files"]
        except (ValueError, TypeError, KeyError, RecursionError):
            same, files = False, None
        ours = {one["path"]: one["digest"] for one in signed.body["files"]}
        ours["/index.html"] = ours.pop("/")
        if not same or files != ours:
            self.report.problem("webcat", WEBCAT[1])

    def headers(self, path, answer, required, kind):
        for name, value in [*required, ["content-type", kind]]:
            if answer.all(name) != [value]:
                self.report.problem("header", f"{path}: {name}")
        passing = PASSING | {name for name, _ in required} | (TLS if self.visitor.secure else set())
        for name in sorted({name for name, _ in answer.headers} - passing):
            self.report.problem("extra", f"{path}: {name}")

    def page(self, signed):
        """Whatever the document loads or leads to is in the list."""
        listed = {one["path"] for one in signed.body["files"]} | API
        document = self.answers["/"].data.decode("utf-8", "replace")
        tags = re.findall(r"<(?:script|link|img|form|iframe|source|object|embed|base)\b[^>]*>", document, re.IGNORECASE)
        for tag in tags:
            for path in re.findall(r"""\s(?:src|href|action|data)\s*=\s*["']?([^"'\s>]*)""", tag, re.IGNORECASE):
                if path.split("#")[0] not in {"", *listed}:
                    self.report.problem("page", path)

    def writer(self, signed, directory):
        wanted = directory.policy["writer"]
        offered = {one["digest"] for one in signed.body["files"] if one["path"] == "/assets/writer.html"}
        self.report.facts["one-file writer"] = "as signed" if wanted in offered else "not offered"
        if offered - {wanted}:
            self.report.problem("writer", "/assets/writer.html is not the one that the policy names")

    def released(self, signed, release):
        known = {(one["path"], one["digest"]) for one in release["files"]}
        for one in signed.body["files"]:
            code = one["path"].endswith(CODE) or "javascript" in one["type"] or "css" in one["type"]
            if code and (one["path"], one["digest"]) not in known:
                self.report.problem("release", one["path"])
        if signed.body["headers"] != release["headers"]:
            self.report.problem("release", "the headers")
        if not release["signed"]:
            self.report.note("release", "the list of the release was not checked: give --release-key")
        self.report.facts["release"] = release["version"]


def matches(key, root, words):
    named = in_words(root, words).split() if words else None
    return key in (b64(root), root.hex()) or re.split(r"[\s-]+", key.lower()) == named


def words_in(data):
    """The word list in a file of the site, if its hash is the protocol's; else None."""
    try:
        listed = json.loads(data)["words"].split()
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return listed if h("".join(f"{word}\n" for word in listed).encode()).hex() == WORDS_SHA256 else None


RELEASE = "application/vnd.candour.release.v1+json"


def read_release(path, key):
    """The project's list for a release, and whether the key that was given has signed it (docs/RELEASING.md)."""
    value = load(Path(path).read_bytes().strip(), 1 << 20)
    wrapped = isinstance(value, dict) and "payload" in value
    payload = unb64(value["payload"]) if wrapped else dump(value)
    if key:
        need(wrapped and isinstance(value["signatures"], list), "release", "the list is not signed")
        sigs = [unb64(one["sig"]) for one in value["signatures"]]
        good = any(ed25519(bytes.fromhex(key), pae(RELEASE, payload), sig) for sig in sigs)
        need(good, "release", "the list is not signed by this key")
    body, file = load(payload, 1 << 20), {"path": text(1, 300), "digest": R32}
    headers = [pair(text(1, 64), text(1, 2048)), 1, 32]
    fit({"v": 1, "version": text(1, 32), "headers": headers, "files": [file, 1, 128]}, body)
    return {**body, "signed": bool(key)}


def date(day):
    return time.strftime("%Y-%m-%d", time.gmtime(day * DAY))


def moment(seconds):
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))


# ---- the two commands


def small(path, limit=1 << 20):
    data = Path(path).read_bytes()
    need(len(data) <= limit, "usage", f"{path} is too large")
    return data


def listed(given):
    """The words of --words."""
    return words_in(json.dumps({"words": small(given.words).decode()})) if given.words else None


def site(given):
    memory = json.loads(small(given.remember)) if given.remember and Path(given.remember).exists() else {}
    release = read_release(given.release, given.release_key) if given.release else None
    report, pages = Report(), set()
    for _ in range(given.visits):
        check = Check(given, memory, listed(given))
        try:
            found = check.run(release)
        finally:
            check.visitor.way.close()
            check.other.way.close()
        for code, what in found.problems:
            report.problem(code, what)
        for code, what in found.notes:
            report.note(code, what)
        report.facts |= found.facts
        pages.add(tuple(check.answers[path].data for path in ("/", *WEBCAT) if path in check.answers))
    if len(pages) > 1:
        report.problem("split", f"{len(pages)} different pages in {given.visits} visits")
    # What was found wrong is not taken for known next time.
    if given.remember and memory and not report.problems:
        Path(given.remember).write_text(json.dumps(memory, indent=1), "utf-8")
    return report


HOW = {"software": "the guardian's program received it", "person": "the guardian says that a person has read it"}
LIMITS = """What it proves: on that day, this guardian's key signed that a message with this digest had come.
What it does not prove: who wrote the message (unless a fresh challenge was answered), that it is true, the hour.
Whoever stole the guardian's key could sign such a receipt too, with any day."""


def receipt(given):
    report, today = Report(), int(time.time() + given.ahead) // DAY
    try:
        saved = json.loads(small(given.file))
    except ValueError:
        raise RefusedError("usage", f"{given.file} is not a saved receipt") from None
    fit({"v": 1, "name": text(1, 80), "receipt": unb64, "statements?": [id, 2, 16]}, saved)
    log = receipt_log(given, saved, today)
    value, certificate = read_receipt(unb64(saved["receipt"]), log, today)
    body = certificate["body"]
    report.facts = {
        "organisation": log.name,
        "guardian": body["name"],
        "role": body["role"],
        "day": date(value["day"]),
        "how": HOW[value["how"]],
        "message": value["message"],
        "digest": value["digest"],
    }
    if saved["name"] != body["name"]:
        report.note("name", f"the file says “{saved['name']}”; only the certificate's name counts")
    if not given.directory:
        report.note("directory", "without --directory nobody can tell whether the certificate was revoked")
    check_copy(given, value, report)
    check_proof(given, value, report)
    return report


def receipt_log(given, saved, today):
    """The statements that the receipt hangs on, whose root key is the one that was given."""
    if given.directory:
        file = directory_of(given)
        log = Directory(file, organisation_of(file), today)
    else:
        need("statements" in saved, "usage", "the receipt came without its statements: give --directory")
        first = Statement(saved["statements"][0], "organisation")
        log = Log(organisation_id(unb64(first.body["root"])), today, whole=False)
        for item in saved["statements"]:
            log.add(item)
    words = listed(given)
    need(words or len(given.key.split()) == 1, "usage", "eight words need --words words.txt; or give the whole key")
    need(any(matches(given.key.strip(), root, words) for root in log.roots), "root", f"here it is {log.root.hex()}")
    return log


def directory_of(given):
    if not given.directory.startswith(("http://", "https://")):
        return small(given.directory, 4 << 20)
    visitor = Visitor(given.directory, given.socks)
    try:
        return visitor.get("/directory").data
    finally:
        visitor.way.close()


def check_copy(given, value, report):
    if not given.copy:
        return report.note("copy", "without --copy it is not checked which message it was")
    copy, one = json.loads(small(given.copy)), {"g": R16, "name": text(1, 80), "head": unb64, "rest": unb64}
    fit({"v": 1, "text": text(0, 1 << 20), "messages": [one, 1, 16]}, copy)
    digests = [b64(h(unb64(one["head"]), unb64(one["rest"]))) for one in copy["messages"] if one["g"] == value["g"]]
    if value["digest"] not in digests:
        return report.problem("copy", "the copy is not of the message that the receipt is for")
    report.facts["copy"] = "it is the message that the receipt is for"
    return None


def check_proof(given, value, report):
    if not given.proof:
        return
    proof = json.loads(small(given.proof))
    fit({"v": 1, "challenge": R32, "proof": raw(64)}, proof)
    if given.challenge != proof["challenge"]:
        report.problem("challenge", "the proof does not answer your challenge (--challenge)")
    elif not proves(unb64(value["holder"]), unb64(proof["challenge"]), unb64(proof["proof"])):
        report.problem("proof", "it was not made by the holder of this receipt")
    else:
        report.facts["holder"] = "whoever answered your challenge has the codename of this report"


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one, two = commands.add_parser("site"), commands.add_parser("receipt")
    one.add_argument("address")
    one.add_argument("--remember", metavar="FILE", help="Keep what was seen, and compare with it next time.")
    one.add_argument("--visits", type=int, default=1, help="So many visits, each over fresh circuits.")
    one.add_argument("--release", metavar="FILE", help="The project's list for this release.")
    one.add_argument("--release-key", metavar="HEX", help="The project's release key: the list must be signed by it.")
    two.add_argument("file")
    two.add_argument("--directory", metavar="FILE|ADDRESS", help="The list of guardians, a file or from the site.")
    two.add_argument("--copy", metavar="FILE", help="The saved copy of what was sent.")
    two.add_argument("--proof", metavar="FILE", help="A proof of holding.")
    two.add_argument("--challenge", metavar="BASE64", help="The challenge of 32 bytes that you gave the holder.")
    for each in (one, two):
        each.add_argument("key", help="The root key: eight words, or the whole key in hex or base64.")
        each.add_argument("--words", metavar="FILE", help="The word list, crypto/words.txt.")
        each.add_argument("--socks", metavar="HOST:PORT", help="A SOCKS proxy; for .onion Tor's own by itself.")
        each.add_argument("--ahead", type=float, default=0, help="Seconds by which this computer's clock is slow.")
        each.add_argument("--json", action="store_true", help="One line of JSON.")
    given = parser.parse_args(words)
    report = Report()
    try:
        report = {"site": site, "receipt": receipt}[given.command](given)
        code = report.exit_code()
    except RefusedError as refused:
        report.problem(refused.code, refused.detail or "refused")
        code = {"usage": 2, "offline": 3}.get(refused.code, 1)
    except (OSError, ValueError) as problem:
        report.problem("usage", f"a file cannot be read ({type(problem).__name__})")
        code = 2
    tell(given, report, code)
    return code


def clean(line):
    """Somebody else's text without what could move the cursor or hide a part of it."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(line))


def tell(given, report, code):
    if given.json:
        print(json.dumps({"problems": report.problems, "notes": report.notes, "facts": report.facts, "exit": code}))
        return
    for name, fact in report.facts.items():
        for line in fact if isinstance(fact, list) else [fact]:
            print(clean(f"         {name}: {line}"))
    for kind, found in (("PROBLEM  ", report.problems), ("NOTE     ", report.notes)):
        for each, what in found:
            print(clean(f"{kind}{each}: {what}"))
            if kind == "PROBLEM  " and each in MEANS:
                print(f"         {MEANS[each]}")
    if given.command == "receipt" and code in (0, 4):
        print(LIMITS)
    print(
        ("All is well.", "NOT all is well.", "Wrong use.", "It cannot be checked now.", "Well. Read the notes.")[code]
    )


if __name__ == "__main__":
    sys.exit(main())
