import { setTimeout as pause } from 'node:timers/promises'
import { HttpsClient } from '../clients/https.ts'
import { ImapClient } from '../clients/imap.ts'
import type { Abuse } from './abuse.ts'
import { atRate } from './lanes.ts'

/** Sessions for each sign-in by the second: the server may answer a refusal late, by a second or so. */
const LANES_EACH = 1.2

/** IMAP sign-ins with a token whose signature is wrong; a new connection when the server ends one. */
export const refusedSignIns: Abuse = async ({ places, mailbox, token, volume }, tally) => {
  const [header, claims, signature] = token.split('.')
  const forged = `${header}.${claims}.${signature!.replaceAll(/[A-Z]/g, 'A')}`
  const clients: (ImapClient | undefined)[] = []
  await atRate({ perSecond: volume.refusals, lanes: Math.ceil(volume.refusals * LANES_EACH) }, async (lane) => {
    tally.attempts += 1
    try {
      const client = (clients[lane] ??= await ImapClient.open(places.imap))
      await client.authenticate(mailbox, forged)
    } catch (thrown) {
      if ((thrown as Error).message.startsWith('NO')) return
      tally.turnedAway += 1
      clients[lane]?.drop()
      clients[lane] = undefined
      await pause(20)
    }
  })
}

const LANES = 16
const SCOPE = 'https://outlook.office365.com/.default'

/** Token requests with a wrong secret, and of an app that does not exist. */
export const refusedTokens: Abuse = async ({ places, tenant, credential, volume }, tally) => {
  const forms = [formOf(credential.clientId), formOf('11111111-2222-4333-8444-555555555555')]
  const clients: (HttpsClient | undefined)[] = []
  let next = 0
  await atRate({ perSecond: volume.refusals, lanes: LANES }, async (lane) => {
    tally.attempts += 1
    try {
      const client = (clients[lane] ??= await HttpsClient.open(places.https))
      const { status } = await client.postForm(`/${tenant}/oauth2/v2.0/token`, forms[next++ % forms.length]!)
      if (status !== 400 && status !== 401) tally.turnedAway += 1
    } catch {
      tally.turnedAway += 1
      clients[lane]?.close()
      clients[lane] = undefined
      await pause(100)
    }
  })
}

const formOf = (clientId: string): string =>
  new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: 'not-the-secret',
    scope: SCOPE,
  }).toString()
