import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { capabilities, type CapabilityOptions } from '../src/protocols/imap/capabilities.ts'

const page = readFileSync(new URL('../docs/imap.md', import.meta.url), 'utf8')
const [supported = '', unsupported = ''] = page.split('## Not supported')

const base: CapabilityOptions = {
  profile: 'standards',
  frontEnd: 'classic',
  signedIn: false,
  mayAuthenticate: false,
  appendLimit: 1,
  unaskedLiterals: 'any',
  messageLimit: 0,
  saveLimit: 0,
  mayUnauthenticate: true,
  mayStartTls: true,
}

/** Every capability that some settings or state announce; values are cut off. */
const advertised = new Set(
  [
    base,
    { ...base, mayAuthenticate: true },
    { ...base, mayAuthenticate: true, basic: true },
    { ...base, signedIn: true, unaskedLiterals: 'small' as const },
    { ...base, messageLimit: 1 },
    { ...base, saveLimit: 1 },
  ].flatMap((options) =>
    capabilities(options)
      .split(' ')
      .map((word) => word.replace(/(LIMIT)=\d+$/, '$1=')),
  ),
)

const rows = supported.split('\n').filter((line) => line.startsWith('| `'))
const namesIn = (row: string): string[] => [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)
const listed = rows.flatMap(namesIn)

it('the table has every announced capability once, and no other', () => {
  expect(listed.toSorted()).toEqual([...advertised].toSorted())
})

it('no announced capability is listed as unsupported', () => {
  const names = unsupported
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap(namesIn)
  expect(names.filter((name) => advertised.has(name))).toEqual([])
})

it.each(rows.map((row) => [namesIn(row)[0]!, row]))('the witnesses of %s exist', (_, row) => {
  const witnesses = row
    .split('|')[3]!
    .split(',')
    .map((name) => name.trim())
  for (const name of witnesses) {
    const file = name.includes('/') ? `../${name}` : `transcripts/imap/${name}`
    expect(existsSync(new URL(file, import.meta.url)), name).toBe(true)
  }
})
