import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { GatheredBody } from './gathered-body.ts'

it('a body is what came, however it was cut', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 9000 }), { maxLength: 60 }), (lengths) => {
      const chunks = lengths.map((length, at) => Buffer.alloc(length, at))
      const body = new GatheredBody()
      for (const chunk of chunks) body.add(chunk)
      expect(body.whole()).toEqual(Buffer.concat(chunks))
      expect(body.octets).toBe(lengths.reduce((sum, length) => sum + length, 0))
    }),
  )
})

it('a body that comes octet by octet takes about twice its size', () => {
  const body = new GatheredBody()
  const octet = Buffer.from('a')
  const before = process.memoryUsage().heapUsed
  for (let count = 0; count < 1_000_000; count++) body.add(octet)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000)
  expect(body.whole().length).toBe(1_000_000)
})
