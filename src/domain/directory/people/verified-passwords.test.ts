import { expect, test } from 'vitest'
import { TestWorld } from '../../../../test/support/world.ts'
import type { UserId } from '../../../core/ids.ts'
import { VerifiedPasswords } from './passwords.ts'

const user = (at: number) => `user ${at}` as UserId

test('no more than ten thousand are remembered: who was verified longest ago is forgotten', () => {
  const passwords = new VerifiedPasswords(new TestWorld())
  for (let at = 0; at < 10_000; at++) passwords.add(user(at), 'hash', 'password')
  passwords.add(user(0), 'hash', 'password')
  passwords.add(user(10_000), 'hash', 'password')
  expect([0, 1, 2, 10_000].map((at) => passwords.has(user(at), 'hash', 'password'))).toEqual([true, false, true, true])
})

test('a password is remembered with its user and with the hash that is kept', () => {
  const passwords = new VerifiedPasswords(new TestWorld())
  const [ada, bob] = ['ada', 'bob'] as unknown as readonly [UserId, UserId]
  passwords.add(ada, 'hash', 'password')
  expect(passwords.has(ada, 'hash', 'password')).toBe(true)
  expect(passwords.has(ada, 'hash', 'Password')).toBe(false)
  expect(passwords.has(ada, 'other', 'password')).toBe(false)
  expect(passwords.has(bob, 'hash', 'password')).toBe(false)
  expect(passwords.has(undefined, 'hash', 'password')).toBe(false)
})
