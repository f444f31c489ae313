import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { BODY_MARK, Corpus, light, markedBodies, mixed } from './corpus.ts'

const first = (count: number, corpus: Corpus): Buffer[] =>
  Array.from({ length: count }, (_, index) => corpus.message(index))

const digest = (messages: readonly Buffer[]): string =>
  createHash('sha256').update(Buffer.concat(messages)).digest('hex')

const sizes = (messages: readonly Buffer[]): number[] => messages.map((it) => it.length).sort((a, b) => a - b)

describe('the corpus', () => {
  it('is the same for the same seed', () => {
    expect(digest(first(50, new Corpus(1, mixed)))).toBe(digest(first(50, new Corpus(1, mixed))))
    expect(digest(first(50, new Corpus(1, mixed)))).not.toBe(digest(first(50, new Corpus(2, mixed))))
  })

  it('has the sizes of its profile', () => {
    const office = sizes(first(1000, new Corpus(1, mixed)))
    expect(office[500]).toBeGreaterThan(10_000)
    expect(office[500]).toBeLessThan(15_000)
    expect(office[990]).toBeGreaterThan(100_000)
    expect(sizes(first(1000, new Corpus(2, light))).at(-1)).toBeLessThan(8000)
  })

  it('ends every line with CRLF and has no NUL', () => {
    const messages = first(300, new Corpus(1, mixed))
    for (const message of messages) expect(message.toString('latin1')).not.toMatch(/[^\r]\n|\r[^\n]|\0/)
  })

  it('marks as many as it says', () => {
    const plain = first(400, new Corpus(1, mixed)).filter((it) => decoded(it).includes(BODY_MARK))
    expect(plain.length).toBe(markedBodies(400))
  })
})

/** The message, and beside it what its runs of base64 say. */
const decoded = (message: Buffer): string => {
  const text = message.toString('latin1')
  const hidden = text.match(/^(?:[\w+/=]{4,76}\r\n)+/gm) ?? []
  return [text, ...hidden.map((it) => Buffer.from(it, 'base64').toString('latin1'))].join('\n')
}
