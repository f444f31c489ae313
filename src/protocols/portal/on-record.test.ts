import { expect, it } from 'vitest'
import { openServer } from '../../../test/support/server.ts'
import { everything, FailingEngine, withEachFailing } from '../../../test/support/failing-engine.ts'
import { realDisk } from '../../storage/files/disk.ts'

const path = '/postern/v1/basic-auth-plan'
const cutOff = '2027-06-01T00:00:00.000Z'

async function opened() {
  const failing = new FailingEngine()
  const disk = { ...realDisk, sync: async () => {} }
  const context = await openServer(undefined, {}, undefined, { through: (engine) => failing.over(engine), disk })
  const records = async () =>
    (await context.directory.audits.page(context.tenant.id, { limit: 100 })).filter(({ command }) =>
      command?.name.endsWith('BasicAuthRetirementPlan'),
    )
  return { context, failing, records, state: await everything(context.engine) }
}

it('a retirement plan is created, changed and removed atomically, with one audit record each', async () => {
  const { context, failing, records, state } = await opened()
  const steps = [
    ['POST', 'New-BasicAuthRetirementPlan', { cutOff, imap: '2027-01-01T00:00:00.000Z' }],
    ['PATCH', 'Set-BasicAuthRetirementPlan', { pop: '2027-02-01T00:00:00.000Z', selfService: true }],
    ['DELETE', 'Remove-BasicAuthRetirementPlan', undefined],
  ] as const
  for (const [verb, name, payload] of steps) {
    const before = await state()
    let held = (await records()).length
    const asked = payload && { payload }
    const runs = withEachFailing(failing, () => context.ask(verb, path, asked))
    for await (const { result: answer, writes, failed } of runs) {
      const where = `${name}, after ${writes} writes`
      const [latest, ...others] = await records()
      expect(others, where).toHaveLength(held++)
      expect(latest, where).toMatchObject({
        activity: name,
        actor: { kind: 'app', appId: context.admin.clientId },
        command: { name, from: '127.0.0.1' },
      })
      if (!failed) {
        expect(answer.statusCode, where).toBeLessThan(300)
        expect(latest?.command, where).not.toHaveProperty('refused')
        continue
      }
      expect(answer.statusCode, where).toBe(500)
      expect(await state(), where).toBe(before)
      expect(latest?.command, where).toMatchObject({ refused: 'Something went wrong here.', error: 'InternalError' })
    }
  }
})

it('a plan that is refused is on record with what was asked and the error', async () => {
  const { context, records } = await opened()
  const imap = '2027-01-01T00:00:00.000Z'
  await context.ask('POST', path, { payload: { cutOff, imap } })
  await context.ask('POST', path, {
    payload: { cutOff, imap, waves: [{ unusedDays: 90, aheadDays: 30 }], unknown: 'x' },
  })
  await context.ask('PATCH', path, { payload: '[' })
  const [unread, twice, made, ...others] = await records()
  expect(others).toEqual([])
  expect(unread?.command).toMatchObject({ parameters: [], error: 'BadRequest' })
  expect(twice?.command).toEqual({
    name: 'New-BasicAuthRetirementPlan',
    from: '127.0.0.1',
    parameters: [
      { name: 'CutOff', value: cutOff },
      { name: 'Imap', value: imap },
      { name: 'Waves', value: '[{"unusedDays":90,"aheadDays":30}]' },
    ],
    refused: expect.stringContaining('There is a plan already'),
    error: 'AlreadyExists',
  })
  expect(made?.command).not.toHaveProperty('refused')
})
