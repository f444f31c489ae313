"""Reads a whole mailbox with Python's own imaplib and poplib, as a script would. Settings come from the environment; prints JSON."""

import hashlib
import imaplib
import json
import os
import poplib
import ssl
import sys

imaplib._MAXLINE = 10_000_000
mailbox, token = os.environ["MAILBOX"], os.environ["TOKEN"]
context = ssl.create_default_context(cafile=os.environ["CA"])
payload = f"user={mailbox}\x01auth=Bearer {token}\x01\x01"


def over_imap():
    client = imaplib.IMAP4_SSL("localhost", int(os.environ["IMAPS"]), ssl_context=context)
    client.authenticate("XOAUTH2", lambda challenge: payload.encode())
    client.select("INBOX", readonly=True)
    _, found = client.uid("search", None, "ALL")
    digests = []
    for uid in found[0].split():
        _, data = client.uid("fetch", uid, "(RFC822)")
        digests.append(hashlib.sha256(data[0][1]).hexdigest())
    client.logout()
    return digests


def over_starttls():
    client = imaplib.IMAP4("localhost", int(os.environ["IMAP"]))
    client.starttls(context)
    client.authenticate("XOAUTH2", lambda challenge: payload.encode())
    _, count = client.select("INBOX", readonly=True)
    client.logout()
    return int(count[0])


def sign_in_pop(client):
    import base64

    client._shortcmd("AUTH XOAUTH2")
    client._shortcmd(base64.b64encode(payload.encode()).decode())


def over_pop():
    poplib._MAXLINE = 10_000_000
    client = poplib.POP3_SSL("localhost", int(os.environ["POP3S"]), context=context)
    sign_in_pop(client)
    count, size = client.stat()
    digests = []
    for number in range(1, count + 1):
        _, lines, _ = client.retr(number)
        digests.append(hashlib.sha256(b"".join(line + b"\r\n" for line in lines)).hexdigest())
    unique = len({line.split()[1] for line in client.uidl()[1]})
    client.quit()
    return {"digests": digests, "octets": size, "unique": unique}


def over_stls():
    client = poplib.POP3("localhost", int(os.environ["POP3"]))
    client.stls(context)
    sign_in_pop(client)
    count, _ = client.stat()
    client.quit()
    return count


def refused():
    said = {}
    client = imaplib.IMAP4_SSL("localhost", int(os.environ["IMAPS"]), ssl_context=context)
    try:
        client.authenticate("XOAUTH2", lambda challenge: payload.encode())
        said["imap"] = client.namespace()[0]
    except imaplib.IMAP4.error as thrown:
        said["imap"] = str(thrown)
    client = poplib.POP3_SSL("localhost", int(os.environ["POP3S"]), context=context)
    try:
        sign_in_pop(client)
        said["pop3"] = "signed in"
    except poplib.error_proto as thrown:
        said["pop3"] = str(thrown)
    return said


def password():
    said = {}
    client = imaplib.IMAP4_SSL("localhost", int(os.environ["IMAPS"]), ssl_context=context)
    try:
        client.login(mailbox, "Summer2022!")
    except imaplib.IMAP4.error as thrown:
        said["imap"] = str(thrown)
    client = poplib.POP3_SSL("localhost", int(os.environ["POP3S"]), context=context)
    try:
        client.user(mailbox)
        client.pass_("Summer2022!")
    except poplib.error_proto as thrown:
        said["pop3"] = str(thrown)
    return said


jobs = dict(imap=over_imap, starttls=over_starttls, pop=over_pop, stls=over_stls, refused=refused, password=password)
print(json.dumps(jobs[sys.argv[1]]()))
