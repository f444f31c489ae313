import { writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../../test/support/disk.ts'
import { type Overrides, readConfig } from './config.ts'
import { nodeName, postgresUrl } from './store-settings.ts'

const URI = 'postgresql://postern:Violet-Harbour-7@db.example.org/postern'
const urlOf = (flags: Overrides) => postgresUrl(readConfig({ flags }).postgres)

function fileWith(content: string): string {
  const file = path.join(temporaryDirectory(), 'url')
  writeFileSync(file, content)
  return file
}

describe('the settings of a shared store', () => {
  it('take the connection URI from a setting or from a file', async () => {
    expect(await urlOf({ 'postgres.url': URI })).toBe(URI)
    expect(await urlOf({ 'postgres.url_file': fileWith(`${URI}\n`) })).toBe(URI)
  })

  it.each([
    ['none of the two', {}, 'neither postgres.url nor postgres.url_file is set'],
    ['both', { 'postgres.url': URI, 'postgres.url_file': '/none' }, 'are both set: set one of them'],
    ['a missing file', { 'postgres.url_file': '/none' }, "postgres.url_file is '/none', which cannot be read"],
    ['no URI', { 'postgres.url': 'host=db password=Violet-Harbour-7' }, 'postgres.url is not a connection URI'],
  ])('refuse %s, without the password', async (_, flags, sentence) => {
    const refusal = await urlOf(flags).catch((thrown: Error) => thrown.message)
    expect(refusal).toContain(sentence)
    expect(refusal).not.toContain('Violet-Harbour-7')
  })

  it('refuse a file without a URI, and do not show it', async () => {
    const refusal = await urlOf({ 'postgres.url_file': fileWith('Violet-Harbour-7') }).catch((thrown: Error) => thrown)
    expect(String(refusal)).toContain('The content of postgres.url_file is not a connection URI')
    expect(String(refusal)).not.toContain('Violet-Harbour-7')
  })

  it('name the node by its host unless it has a name', () => {
    expect(nodeName(readConfig({}).node)).toBe(hostname())
    expect(nodeName(readConfig({ flags: { 'node.name': 'a' } }).node)).toBe('a')
    expect(() => readConfig({ flags: { 'node.name': 'two words' } })).toThrow('at most 100 letters')
  })
})
