import type { Credential } from '../../../access/types.ts'
import { decodeBase64, decodePlain } from '../../../codecs/sasl/plain.ts'
import { decodeOauthbearer, decodeXoauth2 } from '../../../codecs/sasl/bearer.ts'
import { refuse } from '../../../core/refusal.ts'

/** What a client's response stands for: whose mailbox, and what is to open it. */
export interface Response {
  readonly address: string | undefined
  /** Undefined for a probe, which only asks how a failure is told (RFC 7628 §4.3). */
  readonly credential: Credential | undefined
}

export interface ImapMechanism {
  /** What the client is asked, in base64, once for each of its responses. */
  readonly challenges: readonly string[]
  /** Decodes the responses from base64. Refuses `bad-syntax`. */
  read(responses: readonly string[]): Response
}

/** A mechanism of one response, which may come with the command. */
const single = (read: (response: string) => Response): ImapMechanism => ({
  challenges: [''],
  read: ([response = '']) => read(response),
})

const xoauth2 = single((response) => {
  const { user, token } = decodeXoauth2(response)
  return { address: user, credential: { bearer: token } }
})

const oauthbearer = single((response) => {
  const { user, token } = decodeOauthbearer(response)
  return { address: user, credential: token === undefined ? undefined : { bearer: token } }
})

/** Basic authentication. */
const plain = single((response) => {
  const { authorization, user, password } = decodePlain(response)
  return authorization === ''
    ? { address: user, credential: { password, sasl: true } }
    : { address: authorization, credential: { password, user, sasl: true } }
})

/** The same in two steps: a draft that never became an RFC. It is understood, and never announced. */
const login: ImapMechanism = {
  challenges: ['Username:', 'Password:'].map((text) => Buffer.from(text).toString('base64')),
  read([user = '', password = '']) {
    const address = decodeBase64(user).toString('utf8')
    if (address === '') refuse('bad-syntax', 'That is not the name of a user')
    return { address, credential: { password: decodeBase64(password).toString('utf8'), sasl: true } }
  },
}

export const mechanisms: ReadonlyMap<string, ImapMechanism> = new Map([
  ['XOAUTH2', xoauth2],
  ['OAUTHBEARER', oauthbearer],
  ['PLAIN', plain],
  ['LOGIN', login],
])
