import { Jobs } from '../../src/core/jobs.ts'
import { expect, it, onTestFinished } from 'vitest'
import { encodePlain } from '../../src/codecs/sasl/plain.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { silentLog } from '../../src/core/log.ts'
import { createTransport } from '../../src/domain/transport/transport.ts'
import { RetirementWarnings } from '../../src/protocols/portal/basic-auth/warnings.ts'
import { openMailStore } from '../support/mail-store.ts'
import { noTraces } from '../support/transport.ts'
import { openAccess } from '../support/access.ts'
import { newMailbox } from '../support/directory.ts'
import { mailServers, HOST, type Protocol } from '../support/line-servers.ts'
import { SocketClient } from './socket-client.ts'

const PASSWORD = 'Correct horse battery staple'

/** docs/reference/exchange-admin.md §10.3, §10.4. */
const blocked = {
  imap: 'a NO LOGIN failed.',
  pop3: '-ERR Logon failure: unknown user name or bad password.',
  smtp: `535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [${HOST}]`,
} as const
const retired = { ...blocked, smtp: '550 5.7.30 Basic authentication is not supported for Client Submission.' } as const
const open = {
  imap: 'a OK LOGIN completed.',
  pop3: '+OK User successfully logged on.',
  smtp: '235 2.7.0 Authentication successful',
} as const

const nobody = async (): Promise<void> => {}

const ask = async (talk: SocketClient, line: string) => {
  talk.send(`${line}\r\n`)
  return talk.line()
}

const ways: Readonly<Record<Protocol, (talk: SocketClient, user: string) => Promise<string | undefined>>> = {
  imap: (talk, user) => ask(talk, `a LOGIN ${user} "${PASSWORD}"`),
  async pop3(talk, user) {
    await ask(talk, `USER ${user}`)
    return ask(talk, `PASS ${PASSWORD}`)
  },
  async smtp(talk, user) {
    talk.send('EHLO client.example\r\n')
    await talk.linesUntil((said) => said.startsWith('250 '))
    return ask(talk, `AUTH PLAIN ${encodePlain({ authorization: '', user, password: PASSWORD })}`)
  },
}

/** Ada, who uses her password, and Bob, who does not, behind the three protocols as Exchange Online speaks them. */
async function openContext() {
  const { store } = await openMailStore()
  const context = await openAccess('exchange-online', { mail: store, basic: 'policy' })
  const { access, directory, tenant, world } = context
  const ada = await directory.mailboxes.create(tenant.id, { ...newMailbox('ada'), password: PASSWORD })
  await directory.mailboxes.create(tenant.id, { ...newMailbox('bob'), password: PASSWORD })
  const allow = { Imap: true, Pop: true, Smtp: true }
  const { guid } = await directory.authenticationPolicies.create(tenant.id, { name: 'Old', allow })
  await directory.authenticationPolicies.assignDefault(tenant.id, guid)
  const transport = createTransport({ directory, mail: store, traces: noTraces, world, log: silentLog })
  const warnings = new Jobs(world)
  warnings.start([
    new RetirementWarnings({
      ...context,
      base: () => `https://${HOST}`,
      transport,
      webhook: nobody,
      log: silentLog,
    }),
  ])
  const listen = mailServers({ access, directory, world, store, profile: 'exchange-online', basic: true })
  const ports = { imap: await listen('imap'), pop3: await listen('pop3'), smtp: await listen('smtp') }

  const connect = async (protocol: Protocol): Promise<SocketClient> => {
    const talk = await SocketClient.connect(ports[protocol])
    onTestFinished(() => talk.destroy())
    await talk.line()
    return talk
  }
  const tried = async (name: string) => {
    const said: Partial<Record<Protocol, string | undefined>> = {}
    for (const protocol of ['imap', 'pop3', 'smtp'] as const) {
      const talk = await connect(protocol)
      said[protocol] = await ways[protocol](talk, `${name}@contoso.test`)
      talk.destroy()
    }
    return said
  }
  const subjects = async () => {
    const talk = await connect('imap')
    await ways.imap(talk, 'ada@contoso.test')
    talk.send('b SELECT INBOX\r\nc FETCH 1:* BODY.PEEK[HEADER.FIELDS (SUBJECT)]\r\n')
    const lines = await talk.linesUntil((said) => said.startsWith('c '))
    talk.destroy()
    return lines.flatMap((line) => /^Subject: (.*)/.exec(line)?.[1] ?? [])
  }
  world.advance(100 * DAY)
  const start = world.now()
  const at = async (moment: number) => {
    world.advance(start + moment - world.now())
    await warnings.settled()
  }
  return { ...context, ada, start, at, tried, subjects, connect }
}

it('a plan runs on the wire from its start over brown-out, wave and dates to its permanent end', async () => {
  const { directory, tenant, ada, start, at, tried, subjects, connect } = await openContext()
  const plans = directory.retirementPlans
  const dates = { Imap: start + 20 * DAY, Pop: start + 30 * DAY, Smtp: start + 40 * DAY }
  const waves = [{ unusedDays: 90, aheadDays: 10 }]
  const brownOuts = [{ start: start + 5 * DAY, minutes: 60 }]
  const lastUses = { [ada.guid]: { Imap: start, Pop: start, Smtp: start } }
  const terms = { dates, waves, brownOuts, cutOff: start + 60 * DAY, selfService: true }

  expect(await tried('ada')).toEqual(open)
  await plans.create(tenant.id, terms, lastUses)
  expect([await tried('ada'), await tried('bob')]).toEqual([open, open])
  await at(4 * DAY)
  expect(await subjects()).toContain(
    'Passwords over IMAP4, POP3 and Authenticated SMTP are off for a while on 9 March 2027',
  )

  await at(5 * DAY - MINUTE)
  const talk = await connect('imap')
  expect(await ways.imap(talk, 'ada@contoso.test')).toBe(open.imap)
  await at(5 * DAY)
  expect(await talk.line()).toMatch(/^\* BYE /)
  expect(await tried('ada')).toEqual(blocked)
  await at(5 * DAY + HOUR)
  expect(await tried('ada')).toEqual(open)

  await at(10 * DAY)
  expect(await tried('bob')).toEqual({ ...open, imap: retired.imap })
  expect(await tried('ada')).toEqual(open)
  await at(19 * DAY)
  expect(await subjects()).toContain('Passwords over IMAP4 end on 24 March 2027')
  await at(20 * DAY)
  expect(await tried('ada')).toEqual({ ...open, imap: retired.imap })
  await plans.reEnableOwn(tenant.id, ada, 'Imap')
  expect(await tried('ada')).toEqual(open)

  await at(30 * DAY)
  expect(await tried('ada')).toEqual({ ...open, pop3: retired.pop3 })
  await plans.update(tenant.id, { reEnable: 'Pop' })
  expect(await tried('ada')).toEqual(open)
  expect(await tried('bob')).toEqual({ ...retired, pop3: open.pop3 })

  await at(40 * DAY)
  expect(await tried('ada')).toEqual({ ...open, smtp: retired.smtp })
  await at(60 * DAY)
  expect([await tried('ada'), await tried('bob')]).toEqual([retired, retired])
  await expect(plans.reEnableOwn(tenant.id, ada, 'Smtp')).rejects.toThrow('permanent')
  await expect(plans.update(tenant.id, { reEnable: 'Smtp' })).rejects.toThrow('permanent')
  await expect(plans.remove(tenant.id)).rejects.toThrow('permanent')
  expect(await tried('ada')).toEqual(retired)
})

it('on the wire a plan that is removed before its end has never been', async () => {
  const { directory, tenant, start, at, tried } = await openContext()
  const dates = { Imap: start + DAY, Pop: start + DAY, Smtp: start + DAY }
  await directory.retirementPlans.create(tenant.id, { dates, waves: [], brownOuts: [], cutOff: start + 9 * DAY }, {})
  await at(DAY)
  expect(await tried('ada')).toEqual(retired)
  await directory.retirementPlans.remove(tenant.id)
  expect(await tried('ada')).toEqual(open)
  await at(20 * DAY)
  expect(await tried('ada')).toEqual(open)
})
