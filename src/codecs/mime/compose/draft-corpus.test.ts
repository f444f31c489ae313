import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { assert, asyncProperty, constantFrom, integer, string, tuple } from 'fast-check'
import { expect, it } from 'vitest'
import { parseMessage } from '../parse.ts'
import { attachmentKey, attachmentOf } from '../parts/attachment-key.ts'
import { messageParts } from '../parts/message-parts.ts'
import { composeMessage } from './compose-message.ts'
import { draftContent } from './draft-content.ts'

const folder = path.resolve(import.meta.dirname, '../../../../test/corpus/mime')
const samples = readdirSync(folder).filter((name) => name.endsWith('.eml'))

let count = 0
const chance = (octets: number) => Buffer.alloc(octets, ++count)

/** The encoded octets of the attachments of a message. */
const attachmentsOf = (bytes: Buffer) =>
  messageParts(parseMessage(bytes).part).attachments.map(({ part }) =>
    bytes.toString('latin1', part.bodyStart, part.end),
  )

/** Every attachment is found by its key, and is the same after the message was read and written again. */
async function writtenAgain(bytes: Buffer) {
  const { part } = parseMessage(bytes)
  for (const attachment of messageParts(part).attachments) {
    expect(attachmentOf(part, attachmentKey(attachment))?.path).toEqual(attachment.path)
  }
  const content = await draftContent(part, async (start, end) => bytes.subarray(start, end))
  return composeMessage(content, chance)
}

it('has samples', () => {
  expect(samples.length).toBeGreaterThan(5)
})

it.each(samples)('writes %s again with the same attachments', async (name) => {
  const bytes = readFileSync(path.join(folder, name))
  const once = await writtenAgain(bytes)
  expect(attachmentsOf(once).toSorted()).toEqual(attachmentsOf(bytes).toSorted())
  expect(attachmentsOf(await writtenAgain(once))).toEqual(attachmentsOf(once))
})

it('writes any octets again', async () => {
  const sample = constantFrom(...samples).map((name) => readFileSync(path.join(folder, name)).subarray(0, 20_000))
  const change = tuple(integer({ min: 0, max: 20_000 }), string({ unit: 'binary', maxLength: 30 }))
  await assert(
    asyncProperty(sample, change, async (bytes, [at, text]) => {
      const changed = Buffer.concat([bytes.subarray(0, at), Buffer.from(text), bytes.subarray(at + text.length)])
      const again = await writtenAgain(changed)
      expect(String(again)).toMatch(/^mime-version: 1\.0$/im)
    }),
    { numRuns: 200 },
  )
})
