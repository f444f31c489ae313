import { describe, expect, it } from 'vitest'
import { CliFailure } from './failure.ts'
import { readOptions } from './options.ts'

const options = { base: { type: 'string' }, raw: { type: 'boolean' } } as const
const read = (...words: string[]) => readOptions(words, options)

const complaint = (...words: string[]): string => {
  try {
    read(...words)
  } catch (thrown) {
    if (thrown instanceof CliFailure && thrown.exit === 2) return thrown.message
    throw thrown
  }
  throw new Error('The words were taken')
}

describe('options', () => {
  it('are read with what stands between them', () => {
    const { values, positionals } = read('one', '--base', '5', '--raw', '--', '--base')
    expect({ ...values }).toEqual({ base: '5', raw: true })
    expect(positionals).toEqual(['one', '--base'])
  })

  it('take a value that begins with a dash when it is attached', () => {
    expect(read('--base=-5').values.base).toBe('-5')
    expect(read('--base', '-').values.base).toBe('-')
  })

  it.each([
    [['--base', '-5'], "--base needs a value; if '-5' is one, write --base=-5."],
    [['--base', '--raw'], "--base needs a value; if '--raw' is one, write --base=--raw."],
    [['--base'], '--base needs a value.'],
    [['--raw=yes'], '--raw takes no value.'],
    [['--bas', '5'], 'unknown option --bas; did you mean --base?'],
    [['-x'], 'unknown option -x'],
    [['--constructor'], 'unknown option --constructor'],
    [['--__proto__=1'], 'unknown option --__proto__'],
  ])('that are wrong are told of in one sentence: %j', (words, sentence) => {
    expect(complaint(...words)).toBe(sentence)
  })
})
