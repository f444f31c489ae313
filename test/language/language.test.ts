import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { findingsIn, lint, namesDeclaredTwice, tracked } from './lint.ts'

const root = path.resolve(import.meta.dirname, '../..')

describe('the language of the project', () => {
  it('has no retired word, long title or long line', () => {
    expect(lint(root)).toEqual([])
  })

  it('gives one meaning to each exported type name', () => {
    expect([...namesDeclaredTwice(tracked(root, ['src']))]).toEqual([])
  })
})

const found = (file: string, line: string) => findingsIn(file, line).map((it) => it.found)

describe('the language check', () => {
  it('finds retired words, also inside names', () => {
    expect(found('src/a.ts', 'const mendLink = 1')).toEqual(['mend'])
    expect(found('docs/a.md', 'Nobody foresees it.')).toEqual(['foresees'])
    expect(found('docs/a.md', 'Postern predicts the result.')).toEqual([])
  })

  it('finds comments that open with "What"', () => {
    expect(found('src/a.ts', '/** What the caller may do. */')).toEqual(['/** What'])
    expect(found('src/a.ts', '/** Returns the rights of the caller. */')).toEqual([])
  })

  it('finds long lines in Markdown and long titles of tests', () => {
    expect(found('docs/a.md', 'a '.repeat(151))).toHaveLength(1)
    expect(found('src/a.test.ts', `  it('${'a'.repeat(101)}', () => {`)).toHaveLength(1)
    expect(found('src/a.test.ts', `  it.each(rows)('${'a'.repeat(100)}', () => {`)).toEqual([])
  })

  it('finds prose in Markdown that is not wrapped', () => {
    expect(found('docs/a.md', 'a '.repeat(61))).toHaveLength(1)
    expect(found('docs/a.md', `| ${'a '.repeat(61)}|`)).toEqual([])
    expect(found('docs/a.md', `- <https://example.com/${'a'.repeat(120)}>`)).toEqual([])
    expect(found('docs/a.md', `\`\`\`\n${'a '.repeat(61)}\n\`\`\``)).toEqual([])
  })

  it('finds one type name with two meanings', () => {
    const texts = new Map([
      ['src/a.ts', 'export interface Row {\n  a: string\n}\n'],
      ['src/b.ts', 'export interface Row {\n  b: string\n}\n'],
      ['src/c.ts', 'export type Same = string\n'],
      ['src/d.ts', 'export type Same = string\n'],
    ])
    expect([...namesDeclaredTwice(texts)]).toEqual([['Row', ['src/a.ts', 'src/b.ts']]])
  })
})
