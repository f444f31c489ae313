import { expect, it } from 'vitest'
import { matches } from './evaluate.ts'
import { parseFilter } from './parse-filter.ts'

const ada = {
  displayName: 'Ada Löwe',
  mail: null,
  age: 36,
  accountEnabled: true,
  api: { version: 2, note: 'Ö' },
  tags: ['a'],
}

it.each<[string, boolean]>([
  ["displayName eq 'ADA LÖWE'", true],
  ["DisplayName eq 'Ada Löwe'", true],
  ["displayName eq 'Ada'", false],
  ["startswith(displayName,'ada ')", true],
  ["startswith(displayName,'')", true],
  ["startswith(displayName,'öwe')", false],
  ["startswith(age,'3')", false],
  ['mail eq null', true],
  ['nothing eq null', true],
  ['displayName eq null', false],
  ['age eq 36', true],
  ["age eq '36'", false],
  ['accountEnabled eq true', true],
  ['accountEnabled eq false', false],
  ['api/version eq 2', true],
  ["startswith(api/note,'ö')", true],
  ['api/note/length eq 1', false],
  ['toString eq null', true],
  ["startswith(displayName,'A') and age eq 36", true],
  ["startswith(displayName,'A') and age eq 37", false],
])('%s is %s', (text, passes) => {
  expect(matches(parseFilter(text), ada)).toBe(passes)
})
