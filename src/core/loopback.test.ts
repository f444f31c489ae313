import { expect, test } from 'vitest'
import { isLoopback } from './network.ts'

test.each(['127.0.0.1', '127.8.9.10', '::1'])('%s is a loopback address', (address) => {
  expect(isLoopback(address)).toBe(true)
})

test.each(['', '10.0.0.1', '127.0.0.1.example.com', '128.0.0.1', '::', '2001:db8::1'])(
  '%j is not a loopback address',
  (address) => {
    expect(isLoopback(address)).toBe(false)
  },
)
