"""Submits messages with Python's own smtplib, as a script would. Settings come from the environment; prints JSON."""

import json
import os
import smtplib
import ssl
import sys
from email.message import EmailMessage

sender, recipient, token = os.environ["MAILBOX"], os.environ["RECIPIENT"], os.environ["TOKEN"]
context = ssl.create_default_context(cafile=os.environ["CA"])
payload = f"user={sender}\x01auth=Bearer {token}\x01\x01"


def letter(subject, sender=sender):
    message = EmailMessage()
    message["From"], message["To"], message["Bcc"] = sender, recipient, sender
    message["Subject"] = subject
    message.set_content("Grüße\n.\n..\n.a line that begins with a dot\n")
    message.add_attachment(b"\x00\x01\r\n.\r\n\xff" * 1000, maintype="application", subtype="octet-stream", filename="a")
    return message


def over_starttls():
    with smtplib.SMTP("localhost", int(os.environ["SUBMISSION"])) as client:
        client.starttls(context=context)
        client.ehlo()
        client.auth("XOAUTH2", lambda challenge=None: "" if challenge else payload)
        return {"extensions": sorted(client.esmtp_features), "refused": client.send_message(letter("By STARTTLS"))}


def over_tls():
    with smtplib.SMTP_SSL("localhost", int(os.environ["SUBMISSIONS"]), context=context) as client:
        client.ehlo()
        client.auth("XOAUTH2", lambda challenge=None: payload, initial_response_ok=False)
        return {"refused": client.send_message(letter("By TLS"))}


def refused():
    said = {}
    with smtplib.SMTP_SSL("localhost", int(os.environ["SUBMISSIONS"]), context=context) as client:
        client.ehlo()
        said["early"] = client.mail(sender)
        try:
            client.login(sender, "Summer2022!")
        except smtplib.SMTPException as thrown:
            said["password"] = str(thrown)
        try:
            client.auth("XOAUTH2", lambda challenge=None: "" if challenge else payload.replace("auth=Bearer ", "auth=Bearer x"))
        except smtplib.SMTPAuthenticationError as thrown:
            said["token"] = thrown.smtp_code
        client.auth("XOAUTH2", lambda challenge=None: "" if challenge else payload)
        try:
            client.send_message(letter("Forged", recipient))
        except smtplib.SMTPException as thrown:
            said["forged"] = str(thrown)
        try:
            client.sendmail(sender, ["nobody@example.org", recipient + ".example"], letter("Astray").as_bytes())
        except smtplib.SMTPRecipientsRefused as thrown:
            said["astray"] = sorted({code for code, _ in thrown.recipients.values()})
    return {key: value if isinstance(value, (str, int, list)) else value[0] for key, value in said.items()}


print(json.dumps({"starttls": over_starttls, "tls": over_tls, "refused": refused}[sys.argv[1]]()))
