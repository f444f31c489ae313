import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { settingsPage } from './settings-page.ts'

it('docs/settings.md says what the declarations say', () => {
  expect(readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8')).toBe(settingsPage())
})
