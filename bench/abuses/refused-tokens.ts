import { setTimeout as pause } from 'node:timers/promises'
import { HttpsClient } from '../clients/https.ts'
import type { Abuse } from './abuse.ts'
import { atRate } from './lanes.ts'

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
