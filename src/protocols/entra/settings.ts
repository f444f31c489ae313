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
    "Whether tokens for Exchange and Graph have a nonce in their header, as Entra's do: then nobody but this server can check their signature as it stands",
  ).or(false),
  assertion_skew_seconds: integer(
    "How far a client's clock may be off when it signs an assertion with its certificate",
    0,
    3600,
  ).or(300),
  refresh_token_reuse: oneOf(
    'What becomes of a refresh token for which another one was given: it stays good (allowed), or its next use ends all that came of the same sign-in (revoke)',
    ['allowed', 'revoke'],
  ).or('allowed'),
  ropc: flag(
    'Whether programs may sign people in by the user name and the password that they send (grant_type=password)',
  ).or(false),
  trusted_certificate_authorities_file: text(
    'PEM file with the authorities whose certificates are taken for the names that apps trust (trustedSubjectNameAndIssuers); empty for none',
  ).or(''),
  federation_private_addresses: flag(
    'Whether outside issuers of federated credentials may be at addresses of this machine and of its network',
  ).or(false),
  federation_ca_file: text(
    'PEM file with the authorities that vouch for the HTTPS of outside issuers, beside the usual ones; empty for none',
  ).or(''),
})
