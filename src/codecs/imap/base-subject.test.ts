import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { baseSubject } from './base-subject.ts'

test.each([
  ['Lunch', 'Lunch', false],
  ['  Lunch \t today  ', 'Lunch today', false],
  ['Re: Lunch', 'Lunch', true],
  ['RE : Lunch', 'Lunch', true],
  ['re[2]: Lunch', 'Lunch', true],
  ['Fw: Lunch', 'Lunch', true],
  ['fwd: re: FW: Lunch', 'Lunch', true],
  ['Lunch (fwd) (FWD) ', 'Lunch', true],
  ['[team] Re: [list] Lunch', 'Lunch', true],
  ['[team] [other] Lunch', 'Lunch', false],
  ['[fwd: Lunch]', 'Lunch', true],
  ['[Fwd: Re: [fwd: Lunch] (fwd)]', 'Lunch', true],
  ['[PATCH]', '[PATCH]', false],
  ['Re: [PATCH]', '[PATCH]', true],
  ['Re:', '', true],
  ['(fwd)', '', true],
  ['', '', false],
  ['Regarding: Lunch', 'Regarding: Lunch', false],
  ['Re Lunch', 'Re Lunch', false],
  ['[a[b] Lunch', '[a[b] Lunch', false],
  ['Lunch (fwd) today', 'Lunch (fwd) today', false],
])('%j is %j, reply %s', (subject, text, reply) => expect(baseSubject(subject)).toEqual({ text, reply }))

const word = fc.constantFrom('Lunch', 'today', '[', ']', ':', 're', '(fwd)', '[fwd:', 'x', '\t', '  ', '[tag]')
const subject = fc.oneof(
  fc.string(),
  fc.array(word, { maxLength: 12 }).map((words) => words.join('')),
)

test('what is left is its own base, and no longer than the subject', () => {
  fc.assert(
    fc.property(subject, (given) => {
      const { text } = baseSubject(given)
      expect(baseSubject(text)).toEqual({ text, reply: false })
      expect(text.length).toBeLessThanOrEqual(given.length)
    }),
    { numRuns: 3000 },
  )
})

test('whatever replying and forwarding put around it, the base is the same', () => {
  const around = fc.constantFrom<(text: string) => string>(
    (text) => `Re: ${text}`,
    (text) => `FWD:${text}`,
    (text) => `re [tag] : ${text}`,
    (text) => `[list] Re: ${text}`,
    (text) => `${text} (fwd)`,
    (text) => `[Fwd: ${text}]`,
  )
  fc.assert(
    fc.property(fc.array(around, { minLength: 1, maxLength: 6 }), (layers) => {
      expect(baseSubject(layers.reduce((text, layer) => layer(text), 'Lunch today'))).toEqual({
        text: 'Lunch today',
        reply: true,
      })
    }),
  )
})

test('hostile subjects take no long time', () => {
  const begun = performance.now()
  for (const piece of ['[', '[]', '[] ', 're:', '(fwd)', '[fwd:', ' ', '[fwd:]']) baseSubject(piece.repeat(1000))
  expect(performance.now() - begun).toBeLessThan(1000)
})
