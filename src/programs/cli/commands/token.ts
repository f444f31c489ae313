import { isoSeconds } from '../../../core/time.ts'
import { createClient } from '../client.ts'
import { findServer, type Identity, type Proof, proofFrom, proofOfEnvironment } from '../connection/connection.ts'
import { EXCHANGE_SCOPE, fetchToken } from '../connection/fetch-token.ts'
import { failed, wrongUsage } from '../failure.ts'
import { type CliCommand, type Invocation, readOptions } from '../options.ts'
import { printable } from '../output/table.ts'

/** docs/reference/identity.md §4.2, §4.3: the claims that the command explains. */
interface ShownClaims {
  readonly aud?: string
  readonly iss?: string
  readonly iat?: number
  readonly nbf?: number
  readonly exp?: number
  readonly app_displayname?: string
  readonly appid?: string
  readonly azp?: string
  readonly appidacr?: string
  readonly azpacr?: string
  readonly oid?: string
  readonly tid?: string
  readonly roles?: readonly string[]
}

export const token: CliCommand = {
  name: 'token',
  usage: [
    '--client-id ID (--client-secret S | --client-secret-file F | --certificate PEM --key PEM)',
    '[--tenant T] [--scope S] [--raw | --json]',
  ],
  synopsis: 'fetches a token and describes it',
  options: [
    ['--client-id ID', "the client id of the app (the administrator's app)"],
    ['--client-secret S', 'the client secret'],
    ['--client-secret-file F', 'a file with the client secret'],
    ['--certificate PEM', 'a PEM file with the certificate'],
    ['--key PEM', 'a PEM file with the key of the certificate (the same file)'],
    ['--tenant T', 'GUID or domain'],
    ['--scope S', `a resource with /.default (${EXCHANGE_SCOPE})`],
    ['--raw', 'prints only the token'],
  ],

  async run(invocation) {
    const { values, positionals } = readOptions(invocation.words, {
      'client-id': { type: 'string' },
      'client-secret': { type: 'string' },
      'client-secret-file': { type: 'string' },
      certificate: { type: 'string' },
      key: { type: 'string' },
      tenant: { type: 'string' },
      scope: { type: 'string' },
      raw: { type: 'boolean' },
    })
    if (positionals.length > 0) wrongUsage(`token has no argument '${printable(positionals[0]!)}'.`)
    if (values.raw && invocation.json) wrongUsage('--raw and --json exclude each other.')
    const connection = findServer(invocation)
    const identity = identityFrom(invocation, values, proven(connection.identity))
    const client = createClient(connection)
    try {
      const scope = values.scope ?? EXCHANGE_SCOPE
      const reply = await fetchToken(client, { tenant: values.tenant ?? connection.tenant, ...identity, scope })
      const { stdout } = invocation.streams
      if (values.raw) stdout.write(`${reply.access_token}\n`)
      else {
        const claims = claimsOf(reply.access_token)
        stdout.write(invocation.json ? `${JSON.stringify({ ...reply, claims }, undefined, 2)}\n` : tokenInWords(claims))
      }
      return 0
    } finally {
      client.close()
    }
  },
}

/** The identity, if it can fetch a token; an access token cannot. */
const proven = (identity: Identity | undefined) => (identity && 'proof' in identity ? identity : undefined)

interface IdentityOptions {
  readonly 'client-id'?: string | undefined
  readonly 'client-secret'?: string | undefined
  readonly 'client-secret-file'?: string | undefined
  readonly certificate?: string | undefined
  readonly key?: string | undefined
}

function identityFrom(
  { env, folder }: Invocation,
  options: IdentityOptions,
  found: { clientId: string; proof: Proof } | undefined,
): { clientId: string; proof: Proof } {
  const given = {
    secret: options['client-secret'],
    secretFile: options['client-secret-file'],
    certificate: options.certificate,
    key: options.key,
  }
  if (given.key && !given.certificate) wrongUsage('--key goes with --certificate.')
  if ([given.secret, given.secretFile, given.certificate].filter((it) => it !== undefined).length > 1) {
    wrongUsage('One of --client-secret, --client-secret-file and --certificate is enough.')
  }
  const clientId = options['client-id']
  const proof = proofFrom(given, folder)
  if (clientId === undefined) {
    if (proof) wrongUsage('A secret or a certificate needs the --client-id that it belongs to.')
    return found ?? wrongUsage('token needs --client-id.')
  }
  const known = proof ?? proofOfEnvironment(env, folder) ?? (found?.clientId === clientId ? found.proof : undefined)
  return {
    clientId,
    proof: known ?? wrongUsage('token needs --client-secret, --client-secret-file, or --certificate and --key.'),
  }
}

/** Reads the claims without checking the token: the service that gets the token checks it. */
function claimsOf(token: string): ShownClaims {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as ShownClaims
  } catch {
    return failed('UnexpectedReply', 'The server sent a token that is not a JWT.')
  }
}

const proofs: Readonly<Record<string, string>> = { '1': 'a client secret', '2': 'a certificate' }

/** A token's claims as text for people. */
function tokenInWords(claims: ShownClaims): string {
  const { roles = [] } = claims
  const lines: [string, string | undefined][] = [
    ['for', claims.aud],
    ['roles', roles.length > 0 ? roles.join(', ') : 'none: no consent to an application permission of this resource'],
    ['app', claims.app_displayname],
    ['client id', claims.appid ?? claims.azp],
    ['service principal', claims.oid],
    ['tenant', claims.tid],
    ['proved by', proofs[claims.appidacr ?? claims.azpacr ?? '']],
    ['issued by', claims.iss],
    ['valid until', claims.exp === undefined ? undefined : validity(claims.exp, claims.iat ?? claims.nbf)],
  ]
  const known = lines.filter(([, value]) => value !== undefined)
  return `${['A token', ...known.map(([name, value]) => `  ${name.padEnd(18)} ${printable(value!)}`)].join('\n')}\n`
}

function validity(end: number, start: number | undefined): string {
  const until = isoSeconds(end * 1000)
  return start === undefined ? until : `${until} (a lifetime of ${Math.round((end - start) / 60)} minutes)`
}
