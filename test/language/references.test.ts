import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { tables } from '../parity/table.ts'
import { tracked } from './lint.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** The numbers of the sections of a reference page. */
function sectionsOf(page: string): ReadonlySet<string> | undefined {
  const file = path.join(root, 'docs/reference', `${page}.md`)
  if (!existsSync(file)) return undefined
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (\d+(?:\.\d+)*) /gm)
  return new Set([...headings].map(([, number]) => number!))
}

interface Citation {
  readonly page: string
  readonly sections: readonly string[]
}

/** Every citation of a reference page in a text, with all sections that follow the name of the page. */
function citationsIn(text: string): Citation[] {
  const joined = text.replace(/\n\s*(?:\*|\/\/|#) /g, ' ')
  return [
    ...joined.matchAll(
      /docs\/reference\/([a-z-]+)\.md((?:(?:,| and| to)? ?§[\d.]+\d|(?:,| and| to)? ?§\d)(?:–[\d.]+\d)?(?:,? rows? \d+(?: and \d+)?)?)*/g,
    ),
  ].map((match) => ({
    page: match[1]!,
    sections: [...match[0].matchAll(/(?:§|–)(\d+(?:\.\d+)*)/g)].map(([, number]) => number!),
  }))
}

/** Citations whose page or section does not exist. */
function brokenIn(text: string): string[] {
  return citationsIn(text).flatMap(({ page, sections }) => {
    const known = sectionsOf(page)
    if (!known) return [`docs/reference/${page}.md`]
    return sections.filter((it) => !known.has(it)).map((it) => `docs/reference/${page}.md §${it}`)
  })
}

const sources = () => tracked(root, ['src', 'test', 'bench', 'parity'])

describe('citations in comments', () => {
  it('name reference pages and sections that exist', () => {
    const broken = [...sources()].flatMap(([file, text]) => brokenIn(text).map((it) => `${file}: ${it}`))
    expect(broken).toEqual([])
  })

  it('name no document outside the repository', () => {
    const outside = /\b(?:contract|shared)\/[a-z-]+(?:\.md| §)/
    expect([...sources()].flatMap(([file, text]) => (outside.test(text) ? [file] : []))).toEqual([])
  })

  it('name pages of docs that exist', () => {
    const missing = [...sources()].flatMap(([file, text]) =>
      [...text.matchAll(/\bdocs\/[a-z/-]+\.md\b/g)]
        .filter(([page]) => !existsSync(path.join(root, page)))
        .map(([page]) => `${file}: ${page}`),
    )
    expect(missing).toEqual([])
  })

  it('are read with every section that they list', () => {
    expect(citationsIn('// docs/reference/identity.md §4.2, §4.3: claims')).toEqual([
      { page: 'identity', sections: ['4.2', '4.3'] },
    ])
    expect(citationsIn('(docs/reference/identity.md §3,\n * §11.1–11.3)')).toEqual([
      { page: 'identity', sections: ['3', '11.1', '11.3'] },
    ])
    expect(brokenIn('/** docs/reference/identity.md §99. */')).toEqual(['docs/reference/identity.md §99'])
    expect(brokenIn('/** docs/reference/nothing.md §1 */')).toEqual(['docs/reference/nothing.md'])
  })
})

/** The anchor that Markdown viewers give a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')

const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading!)))

it('links between pages lead to files and headings that exist', () => {
  const pages = new Map([...tracked(root, ['*.md'])].filter(([file]) => file.endsWith('.md')))
  const broken = [...pages].flatMap(([file, text]) =>
    [...text.matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].flatMap(([link, target, anchor]) => {
      const whole = target ? path.posix.join(path.posix.dirname(file), target) : file
      if (!existsSync(path.join(root, whole))) return [`${file}: ${link}`]
      if (!anchor) return []
      const named = pages.get(whole) ?? ''
      return anchorsOf(named).has(anchor) ? [] : [`${file}: ${link}`]
    }),
  )
  expect(broken).toEqual([])
})

it('sections of the parity tables are sections of their reference pages', () => {
  const missing = tables.flatMap(({ name, reference, sections }) => {
    const known = sectionsOf(path.basename(reference, '.md')) ?? new Set()
    return [...sections.keys()].filter((it) => !known.has(it)).map((it) => `${name}: §${it}`)
  })
  expect(missing).toEqual([])
})
