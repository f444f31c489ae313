import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { bind } from './bind.ts'
import { examples } from './examples.ts'
import { findCmdlet } from './index.ts'

/** Splits a line as a POSIX shell does. `<what is to be put in>` becomes one word. */
const wordsOf = (line: string): readonly string[] =>
  execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${line.replaceAll(/<[^>]*>/g, 'placeholder')}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)

const sources = { file: async () => 'secret', standardInput: async () => 'secret' }

it.each(Object.entries(examples).flatMap(([name, lines]) => lines.map((line) => [name, line] as const)))(
  'the example of %s can be typed: %s',
  async (name, line) => {
    const [typed, ...words] = wordsOf(line)
    expect(typed).toBe(name)
    const binding = await bind(
      findCmdlet(name)!,
      words.filter((word) => word !== '--json'),
      sources,
    )
    expect(binding.whatIf).toBe(false)
  },
)
