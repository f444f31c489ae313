import { expect, it, vi } from 'vitest'
import { Narrator } from './narrator.ts'

it('the demo shows evidence whole', () => {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {})
  const evidence = `  FAIL  role  ${'a long sentence of evidence '.repeat(20)}end`
  new Narrator().printed([evidence, ...Array.from({ length: 40 }, (_, line) => `line ${line}`)].join('\n'))
  const text = print.mock.calls.map(([line]) => String(line)).join('\n')
  print.mockRestore()
  expect(text).toContain(evidence)
  expect(text).toContain('line 39')
  expect(text).not.toContain('…')
})
