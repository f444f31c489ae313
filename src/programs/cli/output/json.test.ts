import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonText } from './table.ts'

it('what is printed as JSON reads back the same, and neither moves the cursor nor turns a line around', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const printed = jsonText(value, 2)
      expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(printed).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/)
    }),
  )
  expect(jsonText({ DisplayName: '\x1b[2J\x9b31m\u202egnp' })).toBe('{"DisplayName":"\\u001b[2J\\u009b31m\\u202egnp"}')
})
