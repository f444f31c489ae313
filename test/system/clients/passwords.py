"""Signs in with a password by Python's own imaplib, poplib and smtplib, as old scripts do. Settings come from the environment; prints JSON."""

import imaplib
import json
import os
import poplib
import smtplib
import ssl

mailbox, password = os.environ["MAILBOX"], os.environ["PASSWORD"]
context = ssl.create_default_context(cafile=os.environ["CA"])


def by_imaplib():
    with imaplib.IMAP4_SSL("localhost", int(os.environ["IMAPS"]), ssl_context=context) as client:
        try:
            client.login(mailbox, password)
        except imaplib.IMAP4.error as thrown:
            return str(thrown)
        return client.select("INBOX", readonly=True)[0]


def by_poplib():
    client = poplib.POP3_SSL("localhost", int(os.environ["POP3S"]), context=context)
    try:
        client.user(mailbox)
        client.pass_(password)
        client.stat()
        return client.quit()[:3].decode().lstrip("+")
    except poplib.error_proto as thrown:
        client.close()
        return str(thrown)


def by_smtplib():
    with smtplib.SMTP("localhost", int(os.environ["SUBMISSION"]), "printer.contoso.test") as client:
        client.starttls(context=context)
        try:
            client.login(mailbox, password)
            return "nothing" if client.sendmail(mailbox, [mailbox], b"Subject: By smtplib\r\n\r\nText\r\n") else "OK"
        except smtplib.SMTPException as thrown:
            return str(thrown)


print(json.dumps({"imaplib": by_imaplib(), "poplib": by_poplib(), "smtplib": by_smtplib()}))
