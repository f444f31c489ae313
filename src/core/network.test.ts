import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { networkOf } from './network.ts'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['', ''],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:0:0:1:2:3:4', '2001:db8:0:0::/64'],
  ['2001:DB8::ffff:1', '2001:db8:0:0::/64'],
  ['2001:db8:1:2:3::', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
])('%s is in %s', (address, network) => expect(networkOf(address)).toBe(network))

const text = (...groups: number[][]): string =>
  groups
    .flat()
    .map((group) => group.toString(16))
    .join(':')

test('IPv6 addresses with the same first half are in one network', () => {
  const half = fc.array(fc.nat(0xff_ff), { minLength: 4, maxLength: 4 })
  fc.assert(
    fc.property(half, half, half, half, (front, otherFront, back, otherBack) => {
      const network = networkOf(text(front, back))
      expect(networkOf(new URL(`http://[${text(front, otherBack)}]`).hostname.slice(1, -1))).toBe(network)
      expect(networkOf(text(otherFront, back)) === network).toBe(text(front) === text(otherFront))
    }),
  )
})
