"""A program that gets its tokens from MSAL for Python, told by its environment where and as whom.

`python3 msal_flows.py JOB` prints what MSAL gave it; a person with a code is asked for on a line of its own, and a
browser by the command in BROWSER.
"""

import json
import os
import sys

import msal

setting = os.environ.get
scopes = setting("SCOPES", "").split()
common = {
    "authority": setting("AUTHORITY"),
    "instance_discovery": False,
    "verify": setting("CA"),
}


def confidential(credential=None):
    return msal.ConfidentialClientApplication(
        setting("CLIENT_ID"), client_credential=credential or setting("CLIENT_SECRET"), **common
    )


def public():
    return msal.PublicClientApplication(setting("CLIENT_ID"), **common)


def secret():
    return confidential().acquire_token_for_client(scopes)


def certificate():
    credential = {
        "private_key": open(setting("PRIVATE_KEY")).read(),
        "thumbprint": setting("THUMBPRINT"),
    }
    return confidential(credential).acquire_token_for_client(scopes)


def code():
    return public().acquire_token_interactive(scopes, timeout=60)


def device():
    client = public()
    flow = client.initiate_device_flow(scopes)
    print(json.dumps(flow), flush=True)
    return client.acquire_token_by_device_flow(flow)


def password():
    return public().acquire_token_by_username_password(setting("LOGIN"), setting("PASSWORD"), scopes)


def refresh():
    client = public()
    client.acquire_token_by_username_password(setting("LOGIN"), setting("PASSWORD"), scopes)
    further = setting("FURTHER_SCOPES", "").split()
    return client.acquire_token_silent(further, account=client.get_accounts()[0], force_refresh=True)


def on_behalf_of():
    return confidential().acquire_token_on_behalf_of(setting("ASSERTION"), scopes)


jobs = [secret, certificate, code, device, password, refresh, on_behalf_of]
answer = {job.__name__: job for job in jobs}[sys.argv[1]]()
print(json.dumps(answer), file=sys.stdout if "access_token" in answer else sys.stderr)
sys.exit(0 if "access_token" in answer else 1)
