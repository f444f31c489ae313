import { setTimeout as pause } from 'node:timers/promises'
import { ImapClient } from '../clients/imap.ts'
import type { Abuse } from './abuse.ts'
import { lanes } from './lanes.ts'

export const SEARCHED = 'Large'
/** Milliseconds after which an impatient client leaves, in the midst of its search. */
const LEAVES_AFTER = 200

/** Searches for text that is in no message of a large folder; every other client leaves before its answer. */
export const heavySearches: Abuse = ({ places, mailbox, token, volume }, tally) =>
  lanes(tally, { count: volume.searches, between: 100 }, async (lane, accepted) => {
    const client = await ImapClient.signIn(places.imap, mailbox, token)
    try {
      await client.run(`EXAMINE ${SEARCHED}`)
      for (let round = 0; ; round += 1) {
        const search = client.run(`SEARCH BODY "${wordOf(lane, round)}"`)
        if (lane % 2 === 1) {
          search.catch(() => undefined)
          await pause(LEAVES_AFTER)
          return accepted()
        }
        await search
        accepted()
        tally.attempts += 1
      }
    } finally {
      client.drop()
    }
  })

/** Letters that stand in no message, other ones each time: no answer of an earlier search helps. */
const wordOf = (lane: number, round: number): string =>
  `q${String.fromCodePoint(97 + (lane % 26), 97 + (round % 26), 97 + (Math.floor(round / 26) % 26))}z`
