import { setTimeout as pause } from 'node:timers/promises'
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
