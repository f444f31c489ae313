import { expect, it } from 'vitest'
import { openServer } from '../../test/support/server.ts'
import { capturedLog } from '../../test/support/retirement.ts'
import { newMailbox } from '../../test/support/directory.ts'
import { signInRecord } from '../../test/support/access.ts'
import { DAY, MINUTE } from '../core/time.ts'
import { silentLog } from '../core/log.ts'
import { createSignIns } from '../domain/audit/sign-ins.ts'

it('a server warns the mailboxes whose passwords end, and its log, within minutes of its start', async () => {
  const log = capturedLog()
  const context = await openServer(log)
  const { directory, tenant, world, engine } = context
  const { externalDirectoryObjectId: id } = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  const plan = { waves: [], brownOuts: [], cutOff: world.now() + 7 * DAY }
  await directory.retirementPlans.create(tenant.id, { ...plan, dates: { Imap: world.now() + 3 * DAY } }, {})
  const settings = { sign_in_days: 30, sign_in_limit: 1000, use_days: 90, use_rows_per_day: 1000 }
  const signIns = createSignIns({ sql: engine.sql, world, log: silentLog, settings })
  const signIn = signInRecord(world, {
    tenant: tenant.id,
    kind: 'interactiveUser',
    user: { id, userPrincipalName: 'ada@contoso.test', displayName: 'Ada' },
    authentication: 'Basic',
  })
  signIns.countUse(signIn, 'Fetcher 2')
  await signIns.settled()
  world.advance(10 * MINUTE)
  await context.settled()
  const said = log.lines.filter((line) => /A mailbox was warned|end by the retirement plan/.test(line))
  expect(said).toHaveLength(2)
})
