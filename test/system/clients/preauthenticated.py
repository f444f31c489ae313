"""Signs in with a token and hands the connection on, for clients that know no OAuth: IMAP on standard input and output."""

import base64
import os
import select
import socket
import ssl
import sys

context = ssl.create_default_context(cafile=os.environ["CA"])
address = ("localhost", int(os.environ["IMAPS"]))
server = context.wrap_socket(socket.create_connection(address), server_hostname="localhost")
lines = server.makefile("rb")
lines.readline()
payload = f"user={sys.argv[1]}\x01auth=Bearer {os.environ['TOKEN']}\x01\x01"
server.sendall(b"a AUTHENTICATE XOAUTH2 " + base64.b64encode(payload.encode()) + b"\r\n")
answer = lines.readline()
if not answer.startswith(b"a OK "):
    sys.exit(answer.decode())
server.sendall(b"b CAPABILITY\r\n")
capability = lines.readline().removeprefix(b"* ").strip()
lines.readline()
os.write(1, b"* PREAUTH [" + capability + b"] signed in\r\n")
while True:
    ready = [server] if server.pending() else select.select([server, 0], [], [])[0]
    for source, target in ((server, 1), (0, server)):
        if source not in ready:
            continue
        octets = server.recv(65536) if source is server else os.read(0, 65536)
        if not octets:
            sys.exit()
        if target is server:
            server.sendall(octets)
        else:
            while octets:
                octets = octets[os.write(1, octets) :]
