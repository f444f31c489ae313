import { expect, test } from 'vitest'
import { newMailbox, openDirectory } from '../../../test/support/directory.ts'
import { Jobs } from '../../core/jobs.ts'
import { HOUR } from '../../core/time.ts'
import { silentLog } from '../../core/log.ts'
import { mailMigrations } from '../mail/schema.ts'
import { createMailStore } from '../mail/store.ts'
import { QuotaWarnings } from './quota-warnings.ts'

/** Ada, who is warned at 100 octets and sends no more at 200. */
async function opened() {
  const { directory, engine, world, tenant } = await openDirectory(mailMigrations)
  const mail = createMailStore({ engine, world, log: silentLog })
  const { id } = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  await directory.mailboxes.create(tenant.id, newMailbox('bob'))
  await directory.mailboxes.update(tenant.id, id, { settings: { IssueWarningQuota: 100, ProhibitSendQuota: 200 } })
  const handle = await mail.open(id, new AbortController().signal)
  const inbox = (await handle.folder('Inbox'))!.id
  const told: string[] = []
  const transport = {
    notify: async (to: number, { subject }: { subject: string }) => void told.push(`${to} ${subject}`),
  }
  const deps = { directory, mail, transport, world, log: silentLog }
  const warn = () => {
    const jobs = new Jobs(world)
    jobs.start([new QuotaWarnings(deps)])
    return jobs
  }
  let warnings = warn()
  return {
    told,
    id,
    holds: async (octets: number) => {
      const open = await handle.open(inbox)
      const uids = Array.from({ length: open.index.count }, (_, position) => open.index.uidAt(position))
      open.close()
      await handle.remove(inbox, uids)
      if (octets > 0) {
        await handle.append(inbox, [{ bytes: Buffer.alloc(octets, 'x'), flags: { system: 0, keywords: [] } }])
      }
    },
    hours: async (count: number) => {
      for (let hour = 0; hour < count; hour++) {
        world.advance(HOUR)
        await warnings.settled()
      }
    },
    minutes: async (count: number) => {
      world.advance(count * 60_000)
      await warnings.settled()
    },
    startAgain: () => void (warnings = warn()),
  }
}

test('a mailbox is warned once when it has come to hold as much, and once more when it sends no more', async () => {
  const { told, id, holds, hours, startAgain } = await opened()
  await holds(99)
  await hours(2)
  expect(told).toEqual([])
  await holds(100)
  await hours(2)
  startAgain()
  await hours(30)
  expect(told.splice(0)).toEqual([`${id} Your mailbox is almost full`])
  await holds(200)
  await hours(30)
  expect(told).toEqual([`${id} Your mailbox is full`])
})

test('a server that is never up for an hour warns all the same', async () => {
  const { told, id, holds, minutes, startAgain } = await opened()
  await holds(150)
  await minutes(4)
  expect(told).toEqual([])
  startAgain()
  await minutes(5)
  expect(told).toEqual([`${id} Your mailbox is almost full`])
})

test('a mailbox that comes and goes is warned again once a day at most', async () => {
  const { told, holds, hours } = await opened()
  for (let hour = 0; hour < 50; hour++) {
    await holds(hour % 2 === 0 ? 150 : 0)
    await hours(1)
  }
  expect(told).toHaveLength(2)
})

test('a mailbox that has no room for the warning is not asked again every hour', async () => {
  const { told, holds, hours } = await opened()
  await holds(150)
  let attempts = 0
  told.push = () => {
    attempts++
    throw new Error('full')
  }
  await hours(5)
  expect(attempts).toBe(1)
})
