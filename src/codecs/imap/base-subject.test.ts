import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BaseSubject, baseSubject } from './sort-and-thread.ts'

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
])('subject %#', (subject, text, reply) => expect(baseSubject(subject)).toEqual({ text, reply }))

const word = fc.constantFrom('Lunch', 'today', '[', ']', ':', 're', '(fwd)', '[fwd:', 'x', '\t', '  ', '[tag]')
const subject = fc.oneof(
  fc.string(),
  fc.array(word, { maxLength: 12 }).map((words) => words.join('')),
)

test('the base subject of a base subject is itself, and never longer than the subject', () => {
  fc.assert(
    fc.property(subject, (given) => {
      const { text } = baseSubject(given)
      expect(baseSubject(text)).toEqual({ text, reply: false })
      expect(text.length).toBeLessThanOrEqual(given.length)
    }),
    { numRuns: 3000 },
  )
})

test('marks of replies and forwards do not change the base subject', () => {
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

/** RFC 5256 §2.1, step by step, each step as one replacement in the whole text. */
function stepByStep(subject: string): BaseSubject {
  let text = subject.replace(/[\t\r\n ]+/g, ' ')
  let reply = false
  const replace = (pattern: RegExp, says: boolean): boolean => {
    if (!pattern.test(text)) return false
    text = text.replace(pattern, '')
    reply ||= says
    return true
  }
  const leader = /^(?:\[[^[\]]*\] ?)*(?:re|fwd?) ?(?:\[[^[\]]*\] ?)?:/i
  for (;;) {
    while (replace(/ $/, false) || replace(/\(fwd\)$/i, true));
    while (replace(/^ /, false) || replace(leader, true) || replace(/^\[[^[\]]*\] ?(?=[^])/, false));
    const [, inner] = /^\[fwd:(.*)\]$/is.exec(text) ?? []
    if (inner === undefined) return { text, reply }
    text = inner
    reply = true
  }
}

test('one pass has the same result as the steps of the RFC', () => {
  const piece = fc.constantFrom(
    'Re',
    'fwd',
    '[a]',
    '[]',
    '] ',
    ' ',
    'FW',
    '[FWD:',
    'a',
    ':',
    '[',
    ']',
    '(FWD)',
    '(fwd)',
  )
  const given = fc.oneof(
    subject,
    fc.array(piece, { maxLength: 15 }).map((pieces) => pieces.join('')),
  )
  fc.assert(
    fc.property(given, (text) => {
      expect(baseSubject(text)).toEqual(stepByStep(text))
    }),
    { numRuns: 5000 },
  )
})
