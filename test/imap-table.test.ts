import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { capabilities, type CapabilityOptions } from '../src/protocols/imap/capabilities.ts'

const page = readFileSync(new URL('../docs/imap.md', import.meta.url), 'utf8')
const [there = '', absent = ''] = page.split('## Not supported')

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

/** Every word that some circumstance brings; a value is cut off. */
const advertised = new Set(
  [
    base,
    { ...base, mayAuthenticate: true },
    { ...base, mayAuthenticate: true, basic: true },
    { ...base, signedIn: true, unaskedLiterals: 'small' as const },
    { ...base, messageLimit: 1 },
    { ...base, saveLimit: 1 },
  ].flatMap((circumstances) =>
    capabilities(circumstances)
      .split(' ')
      .map((word) => word.replace(/(LIMIT)=\d+$/, '$1=')),
  ),
)

const rows = there.split('\n').filter((line) => line.startsWith('| `'))
const namesIn = (row: string): string[] => [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)
const told = rows.flatMap(namesIn)

it('every capability is in the table once, and nothing else is', () => {
  expect(told.toSorted()).toEqual([...advertised].toSorted())
})

it('nothing that is advertised is said to be absent', () => {
  const names = absent
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap(namesIn)
  expect(names.filter((name) => advertised.has(name))).toEqual([])
})

it.each(rows)('its witnesses are there: %s', (row) => {
  const witnesses = row
    .split('|')[3]!
    .split(',')
    .map((name) => name.trim())
  for (const name of witnesses) {
    const file = name.includes('/') ? `../${name}` : `transcripts/imap/${name}`
    expect(existsSync(new URL(file, import.meta.url)), name).toBe(true)
  }
})
