import { expect, test } from 'vitest'
import { sibling } from './sibling.ts'

test('a sibling of a source is a source, and of a built file a built file', () => {
  expect(sibling('worker', 'file:///src/storage/asking.ts').href).toBe('file:///src/storage/worker.ts')
  expect(sibling('worker', 'file:///dist/storage/asking.js').href).toBe('file:///dist/storage/worker.js')
})
