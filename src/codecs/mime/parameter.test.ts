import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parameter, rawParameter, readParams } from './parameter.ts'
import { HeaderScanner } from './scanner.ts'

const read = (octets: string) => readParams(new HeaderScanner(octets))

test.each([
  ['; charset=utf-8', [['charset', 'utf-8']]],
  [
    '; CharSet = "utf-8" ; x=y',
    [
      ['charset', 'utf-8'],
      ['x', 'y'],
    ],
  ],
  ['; a="quoted \\"text\\"; more"', [['a', 'quoted "text"; more']]],
  ['; charset=us-ascii (Plain text)', [['charset', 'us-ascii']]],
  [';;; a=b;', [['a', 'b']]],
  ['; a=', [['a', '']]],
  ['; boundary=----=_Part_1', [['boundary', '----=_Part_1']]],
  [
    '; filename=my report.pdf; x=y',
    [
      ['filename', 'my report.pdf'],
      ['x', 'y'],
    ],
  ],
  [
    ' charset=utf-8 format=flowed',
    [
      ['charset', 'utf-8'],
      ['format', 'flowed'],
    ],
  ],
  ['; lonely; a=b', [['a', 'b']]],
  ['; ="x"; a=b', [['a', 'b']]],
  ['; a="unclosed', [['a', 'unclosed']]],
])('%s', (octets, params) => expect(read(octets)).toEqual(params))

test.each([
  ["; filename*=utf-8'en'%e2%82%ac%20rates", '€ rates'],
  ["; filename*=ISO-8859-1''%E9t%e9", 'été'],
  ["; filename*0*=utf-8''%e2; filename*1*=%82%ac; filename*2=.txt", '€.txt'],
  ['; filename*0="long "; filename*1="name"', 'long name'],
  ['; filename*1=b; filename*0=a', 'ab'],
  ["; filename=plain; filename*=utf-8''ext", 'ext'],
  ['; filename="=?utf-8?Q?caf=C3=A9?="', 'café'],
  ['; filename="caf\xc3\xa9"', 'café'],
  ['; filename=voil\xc3\xa0', 'voilà'],
  ['; filename*=no-quotes%20here', 'no-quotes here'],
  ["; filename*=utf-8''%zz%e9", '%zz\ufffd'],
  ['; other=x', undefined],
])('RFC 2231: %s', (octets, text) => expect(parameter(read(octets), 'filename')).toBe(text))

test('sections are joined as octets', () => {
  expect(rawParameter(read('; boundary*0=ab; boundary*1*=c%20d'), 'boundary')).toEqual({
    octets: 'abc d',
    charset: undefined,
  })
})

test('any octets are read, and the number of parameters is limited', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...';=" \\(a*\'%1\xff\xa0\v\f\0'.split('')) }),
      (octets) => void read(octets),
    ),
  )
  expect(read('; a=b'.repeat(1000))).toHaveLength(200)
})
