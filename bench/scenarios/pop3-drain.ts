import { Pop3Client } from '../clients/pop3.ts'
import { repeated, timed } from '../measure/repeat.ts'
import { MAILDROPS } from '../population.ts'
import { userName } from '../targets/target.ts'
import type { Scenario, Trial } from './scenario.ts'
import { expectCount } from './session.ts'

const AHEAD = 16
const PIPELINED = 'POP3 drain, c=8'
const STEPPED = 'POP3 drain, c=8, one command at a time'
const SECURE = 'POP3 drain, c=8, over TLS'

/** STAT, UIDL, and RETR of every message, again and again in eight maildrops at once; nothing is removed. */
export const pop3Drain: Scenario = {
  name: 'pop3-drain',
  claims: () => [
    { label: PIPELINED, metric: 'cpu', atMost: 0.04 },
    { label: STEPPED, metric: 'cpu' },
    { label: SECURE, metric: 'cpu' },
  ],
  async run(trial) {
    await drain(trial, { label: PIPELINED, ahead: AHEAD, listener: 'pop3' })
    await drain(trial, { label: STEPPED, ahead: 1, listener: 'pop3' })
    await drain(trial, { label: SECURE, ahead: AHEAD, listener: 'pop3s' })
  },
}

async function drain(
  { target, plan, population, measured }: Trial,
  { label, ahead, listener }: { label: string; ahead: number; listener: 'pop3' | 'pop3s' },
): Promise<void> {
  const { messages, octets: octetsDue } = population.contents(0, 'INBOX')
  await measured(label, async () => {
    let octets = 0
    const { operations, latencies } = await repeated({ lanes: MAILDROPS, seconds: plan.seconds }, (user) =>
      timed(async () => {
        const client = await Pop3Client.signIn(target.places[listener], userName(user), target.token(user))
        await retrieve(client, messages, ahead)
        if (user === 0 && client.octets < octetsDue) throw new Error(`RETR: ${client.octets} octets of ${octetsDue}`)
        octets += client.octets
      }),
    )
    return { operations: operations * messages, latencies, octets }
  })
}

async function retrieve(client: Pop3Client, messages: number, ahead: number): Promise<void> {
  expectCount('STAT', Number((await client.run('STAT')).split(' ')[1]), messages)
  await client.runForMany('UIDL')
  const under: Promise<void>[] = []
  for (let number = 1; number <= messages; number += 1) {
    under.push(client.runForMany(`RETR ${number}`))
    if (under.length >= ahead) await under.shift()
  }
  await Promise.all(under)
  await client.quit()
}
