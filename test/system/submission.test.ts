import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Checkout, type Outcome, type Provisioned, provision, run } from '../support/checkout.ts'
import { available } from './available.ts'

/** Debian's own Python, the one that Debian's packages install into. */
const python = '/usr/bin/python3'
const program = path.join(import.meta.dirname, 'clients', 'submission.py')
const hasPython = available('Python’s smtplib', python)

describe.runIf(hasPython).each(['exchange-online', 'standards'])('a program that sends mail (%s)', (profile) => {
  let checkout: Checkout
  let app: Provisioned
  let token: string

  beforeAll(async () => {
    checkout = await Checkout.start(['--profile', profile])
    app = await provision(checkout, 0)
    const words = ['token', '--client-id', app.clientId, '--client-secret', app.secret, '--raw']
    token = (await checkout.postern(...words, '--scope', 'https://outlook.office365.com/.default')).stdout.trim()
  })
  afterAll(() => checkout.close())

  const talk = (job: string): Promise<Outcome> => {
    const { ports, ca } = checkout.ready
    const env = {
      CA: ca,
      SUBMISSION: String(ports.submission),
      SUBMISSIONS: String(ports.submissions),
      MAILBOX: app.mailbox,
      RECIPIENT: app.other,
      TOKEN: token,
    }
    return run(python, [program, job], { env })
  }
  const said = async (job: string): Promise<unknown> => {
    const outcome = await talk(job)
    expect(outcome.stderr).toBe('')
    return JSON.parse(outcome.stdout)
  }

  it('reaches a mailbox of this server after STARTTLS', async () => {
    expect(await said('starttls')).toMatchObject({ refused: {} })
  })
  it('reaches it over TLS', async () => {
    expect(await said('tls')).toEqual({ refused: {} })
  })
  it('hears what the real service says when it may not', async () => {
    const exchange = profile === 'exchange-online'
    expect(await said('refused')).toEqual({
      early: 530,
      password: exchange
        ? "(535, b'5.7.139 Authentication unsuccessful, basic authentication is disabled. [localhost]')"
        : 'No suitable authentication method found.',
      token: 535,
      forged: expect.stringContaining(exchange ? '5.2.252 SendAsDenied; ' : '5.7.1 '),
      astray: [550],
    })
    await checkout.json('explain')
  })
})
