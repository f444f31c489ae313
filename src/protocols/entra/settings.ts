import { flag, integer, oneOf, type Setting, settings, text } from '../../core/settings.ts'

const accessTokenMinutes: Setting<number | 'random'> = {
  meaning:
    'Lifetime of an access token, in minutes; random: 60 to 90, different for each token, and a day for clients with the capability cp1',
  expected: 'a whole number from 10 to 1440, or random',
  fallback: 'random',
  read(raw) {
    if (raw === 'random') return raw
    const value = /^\d{2,4}$/.test(String(raw)) ? Number(raw) : 0
    return value >= 10 && value <= 1440 ? value : undefined
  },
}

/** The token service's settings. */
export const entraSettings = settings({
  access_token_minutes: accessTokenMinutes,
  nonce_header: flag(
    "Adds a nonce to the header of tokens for Exchange and Graph, as Entra does. Only this server can verify such a token's signature",
  ).or(false),
  assertion_skew_seconds: integer(
    "Tolerated difference between this server's clock and that of a client that signs an assertion",
    0,
    3600,
  ).or(300),
  refresh_token_reuse: oneOf(
    'Reuse of a refresh token that was replaced by a newer one: the token stays valid (allowed), or its next use revokes all tokens of the same sign-in (revoke)',
    ['allowed', 'revoke'],
  ).or('allowed'),
  ropc: flag('Lets programs sign users in with a user name and password (grant_type=password)').or(false),
  trusted_certificate_authorities_file: text(
    'PEM file with the certificate authorities that apps may trust by name (trustedSubjectNameAndIssuers); empty for none',
  ).or(''),
  federation_private_addresses: flag(
    'Allows external issuers of federated credentials at addresses of this machine and of private networks',
  ).or(false),
  federation_ca_file: text(
    'PEM file with certificate authorities for HTTPS to external issuers, in addition to the usual ones; empty for none',
  ).or(''),
})
