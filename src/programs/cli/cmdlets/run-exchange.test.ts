import { expect, it } from 'vitest'
import type { ClientReply } from '../client.ts'
import { runExchange } from './run-cmdlet.ts'

const busy: ClientReply = {
  status: 429,
  headers: { 'retry-after': '0' },
  body: Buffer.from('{"error":{"code":"TooManyRequests","message":"Please wait and try again."}}'),
}
const done: ClientReply = { status: 200, headers: {}, body: Buffer.from('{"value":[{"Name":"Info"}]}') }

/** The result of a run with these answers, and how many requests it sent. */
async function run(answers: readonly ClientReply[]) {
  let asked = 0
  const ask = async () => answers[asked++]!
  const session = { origin: 'https://localhost', tenant: 'contoso.test', ask, expiry: async () => undefined }
  const call = { name: 'Get-Mailbox', values: {}, warn: () => {} }
  const objects = runExchange(session, call)
  return { objects: await objects.catch((thrown: Error) => thrown.message), asked }
}

it('what was refused for want of room is asked for again, and in the end told', async () => {
  expect(await run([busy, busy, done])).toEqual({ objects: [{ Name: 'Info' }], asked: 3 })
  expect(await run(Array.from({ length: 10 }, () => busy))).toEqual({ objects: 'Please wait and try again.', asked: 6 })
})
