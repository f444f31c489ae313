"""Fetches a token with MSAL for Python, with a secret or a certificate; prints it."""

import os
import sys

import msal

certificate = os.environ.get("CERTIFICATE")
credential = (
    {
        "private_key": open(os.environ["PRIVATE_KEY"]).read(),
        "thumbprint": os.environ["THUMBPRINT"],
    }
    if certificate
    else os.environ["CLIENT_SECRET"]
)
client = msal.ConfidentialClientApplication(
    os.environ["CLIENT_ID"],
    authority=os.environ["AUTHORITY"],
    client_credential=credential,
    instance_discovery=False,
    verify=os.environ["CA"],
)
answer = client.acquire_token_for_client(["https://outlook.office365.com/.default"])
if "access_token" not in answer:
    sys.exit(f"{answer.get('error')}: {answer.get('error_description')}")
print(answer["access_token"])
