import { expect, it } from 'vitest'
import { byteQuantity, writtenQuantity } from './byte-quantity.ts'

it.each([
  ['50GB', 53_687_091_200],
  ['50 gb', 53_687_091_200],
  ['1.5KB', 1536],
  ['1048576', 1_048_576],
  ['10b', 10],
  ['Unlimited', Number.POSITIVE_INFINITY],
  ['2TB', 2_199_023_255_552],
  ['3TB', undefined],
  ['0', undefined],
  ['much', undefined],
  ['1 PB', undefined],
  ['-1', undefined],
])('the quantity %s is %j octets', (text, octets) => {
  expect(byteQuantity.fromText(text)).toBe(octets)
})

it.each([
  [53_687_091_200, '50 GB (53,687,091,200 bytes)'],
  [53_150_220_288, '49.5 GB (53,150,220,288 bytes)'],
  [1536, '1.5 KB (1,536 bytes)'],
  [10, '10 B (10 bytes)'],
  [undefined, 'Unlimited'],
])('%j octets are shown as %s', (octets, text) => {
  expect(writtenQuantity(octets)).toBe(text)
})
