import { expect, it } from 'vitest'
import { bind } from './bind.ts'
import { examples } from './examples.ts'
import { findCmdlet } from './index.ts'

/** As a POSIX shell splits it; `<what is to be put in>` is one word. */
const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/(?:'[^']*'|"(?:\\.|[^"])*"|<[^>]*>|[^\s'"<])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"((?:\\.|[^"])*)"/g, (_, single?: string, double?: string) =>
      single === undefined ? double!.replace(/\\(.)/g, '$1') : single,
    ),
  )

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
