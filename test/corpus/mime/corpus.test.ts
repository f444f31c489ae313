import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { renderBodyStructure, renderEnvelope } from '../../../src/codecs/imap/message-structure.ts'
import { parseMessage } from '../../../src/codecs/mime/parse.ts'
import { searchTexts } from '../../../src/codecs/mime/text.ts'

/** What a message of the corpus is read as. Octets are written as the characters of the same number. */
interface Expectation {
  readonly lineOctets: number
  readonly envelope: string
  readonly bodyStructure: string
  /** What a search looks through. */
  readonly texts: readonly string[]
}

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.eml'))
  .map((file) => file.slice(0, -'.eml'.length))
const file = (name: string) => readFileSync(new URL(name, import.meta.url))

describe('each message of the corpus is read as it should be', () => {
  test.each(names)('%s', (name) => {
    const bytes = file(`${name}.eml`)
    const message = parseMessage(bytes)
    const pieces = [...searchTexts(bytes, message.part)]
    const read: Expectation = {
      lineOctets: message.lineOctets,
      envelope: Buffer.from(renderEnvelope(message)).toString('latin1'),
      bodyStructure: Buffer.from(renderBodyStructure(message.part)).toString('latin1'),
      texts: pieces.map((piece) => `${piece.in}: ${piece.text}`),
    }
    expect(read).toEqual(JSON.parse(file(`${name}.json`).toString()))
  })
})
