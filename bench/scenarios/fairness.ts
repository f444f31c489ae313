import { setTimeout as pause } from 'node:timers/promises'
import { EagerReader } from '../clients/eager-reader.ts'
import { repeated, timed } from '../measure/repeat.ts'
import { FIRST_SMALL, READER } from '../population.ts'
import { userName } from '../targets/target.ts'
import type { Scenario } from './scenario.ts'
import { signIn } from './session.ts'

const ALONE = 'NOOP beside nothing'
const meals = [
  { label: 'NOOP beside a FETCH of bodies without end', command: 'UID FETCH 1:* (BODY.PEEK[])' },
  { label: 'NOOP beside a FETCH of metadata without end', command: 'FETCH 1:* (UID FLAGS ENVELOPE BODYSTRUCTURE)' },
]

/** One client fetches whatever it is sent, as fast as it comes; another, in another mailbox, wants a short answer. */
export const fairness: Scenario = {
  name: 'fairness',
  claims: () => meals.map(({ label }) => ({ label, metric: 'p99', atMost: 20, timesBetter: 0 })),
  async run({ target, plan, measured }) {
    const client = await signIn(target, FIRST_SMALL)
    await client.run('SELECT INBOX')
    const noops = () =>
      repeated({ lanes: 1, seconds: plan.seconds }, async () => {
        await pause(1)
        return timed(() => client.run('NOOP'))
      })
    await measured(ALONE, noops)
    for (const { label, command } of meals) {
      await measured(label, async () => {
        const reader = await EagerReader.start({
          place: target.places.imap,
          user: userName(READER),
          token: target.token(READER),
          folder: 'Mixed',
          command,
        })
        const work = await noops()
        return { ...work, octets: await reader.stop() }
      })
    }
    await client.logout()
  },
}
