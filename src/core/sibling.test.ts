import { expect, test } from 'vitest'
import { sibling } from './sibling.ts'

test('a sibling is a source among sources, and built among what was built', () => {
  expect(sibling('worker', 'file:///src/storage/asking.ts').href).toBe('file:///src/storage/worker.ts')
  expect(sibling('worker', 'file:///dist/storage/asking.js').href).toBe('file:///dist/storage/worker.js')
})
