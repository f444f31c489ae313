import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { commandsPage, settingsPage } from './docs-pages.ts'

it.each([
  ['settings.md', settingsPage],
  ['commands.md', commandsPage],
])('docs/%s says what the declarations say', (name, page) => {
  expect(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')).toBe(page())
})
