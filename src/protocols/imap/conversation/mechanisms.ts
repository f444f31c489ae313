import type { Credential } from '../../../access/types.ts'
import { decodeOauthbearer } from '../../../codecs/sasl/oauthbearer.ts'
import { decodePlain } from '../../../codecs/sasl/plain.ts'
import { decodeXoauth2 } from '../../../codecs/sasl/xoauth2.ts'

/** What a client's response stands for: whose mailbox, and what is to open it. */
export interface Response {
  readonly address: string | undefined
  /** Undefined for a probe, which only asks how a failure is told (RFC 7628 §4.3). */
  readonly credential: Credential | undefined
}

/** Decodes a response from base64. Refuses `bad-syntax`. */
export type Mechanism = (response: string) => Response

const xoauth2: Mechanism = (response) => {
  const { user, token } = decodeXoauth2(response)
  return { address: user, credential: { bearer: token } }
}

const oauthbearer: Mechanism = (response) => {
  const { user, token } = decodeOauthbearer(response)
  return { address: user, credential: token === undefined ? undefined : { bearer: token } }
}

/** Basic authentication. */
const plain: Mechanism = (response) => {
  const { authorization, user, password } = decodePlain(response)
  return authorization === ''
    ? { address: user, credential: { password, sasl: true } }
    : { address: authorization, credential: { password, user, sasl: true } }
}

export const mechanisms: ReadonlyMap<string, Mechanism> = new Map([
  ['XOAUTH2', xoauth2],
  ['OAUTHBEARER', oauthbearer],
  ['PLAIN', plain],
])
