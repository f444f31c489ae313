import { setTimeout as pause } from 'node:timers/promises'
import type { ImapClient } from '../clients/imap.ts'
import { mixed as office } from '../corpus/corpus.ts'
import { Random } from '../corpus/random.ts'
import { repeated, timed, together } from '../measure/repeat.ts'
import { corpus, FIRST_SMALL, SMALL, SMALL_INBOXES } from '../population.ts'
import type { Scenario } from './scenario.ts'
import { signIn } from './session.ts'

const labelOf = (sessions: number): string => `Mixed work, ${sessions} sessions`

/**
 * Programs that come by: sign in, now and then leave a message, open INBOX, look for what is new, fetch the last three,
 * mark one of them, log out.
 */
export const mixedWork: Scenario = {
  name: 'mixed',
  claims: ({ sessions }) => [{ label: labelOf(sessions), metric: 'cpu', atMost: 1 }],
  async run({ target, plan, measured }) {
    const mail = corpus(9, office)
    const messages = Array.from({ length: 200 }, (_, index) => mail.message(index))
    const chances = Array.from({ length: plan.sessions }, (_, lane) => new Random(lane + 77))
    await measured(labelOf(plan.sessions), () =>
      repeated({ lanes: plan.sessions, seconds: 2 * plan.seconds }, async (lane, round) => {
        const random = chances[lane]!
        if (round === 0) await pause(random.below(500))
        return timed(async () => {
          const client = await signIn(target, FIRST_SMALL + (lane % SMALL_INBOXES))
          await visit(client, random, messages)
          await client.logout()
        })
      }),
    )
    await together(SMALL_INBOXES, async (index) => {
      const client = await signIn(target, FIRST_SMALL + index)
      await asBefore(client)
      await client.logout()
    })
  },
}

async function visit(client: ImapClient, random: Random, messages: readonly Buffer[]): Promise<void> {
  if (random.chance(0.1)) await client.append('INBOX', [random.pick(messages)])
  await client.run('SELECT INBOX')
  const { lines } = await client.ask('UID SEARCH UNSEEN')
  const fresh = lines
    .find((line) => line.startsWith('* SEARCH'))
    ?.match(/\d+/g)
    ?.slice(-3)
  if (!fresh) return
  const { untagged } = await client.run(`UID FETCH ${fresh.join()} (UID FLAGS ENVELOPE BODYSTRUCTURE BODY.PEEK[])`)
  if (untagged < fresh.length) throw new Error(`FETCH: ${untagged} where ${fresh.length} are due`)
  await client.run(`UID STORE ${fresh[0]} +FLAGS (\\Seen)`)
  await client.run(`STORE ${1 + random.below(SMALL)} -FLAGS.SILENT (\\Seen)`)
}

/** Removes the traces of a run, so that every run starts from the same state. */
async function asBefore(client: ImapClient): Promise<void> {
  const { lines } = await client.ask('SELECT INBOX')
  const count = Number(/^\* (\d+) EXISTS/m.exec(lines.join('\n'))![1])
  if (count > SMALL) {
    await client.run(`STORE ${SMALL + 1}:${count} +FLAGS.SILENT (\\Deleted)`)
    await client.run('EXPUNGE')
  }
  await client.run('STORE 1:* +FLAGS.SILENT (\\Seen)')
  await client.run(`STORE 1:${SMALL / 2} -FLAGS.SILENT (\\Seen)`)
}
