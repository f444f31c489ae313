import { expect, it } from 'vitest'
import { TestWorld } from '../../../../test/support/world.ts'
import { MINUTE } from '../../../core/time.ts'
import { DeviceCodeThrottle } from './browser-request.ts'

it('counts wrong codes for each address, for a quarter of an hour', () => {
  const world = new TestWorld()
  const guesses = new DeviceCodeThrottle(world)
  for (let guess = 0; guess < 20; guess++) {
    expect(guesses.tooMany('192.0.2.1')).toBe(false)
    guesses.wrong('192.0.2.1')
  }
  expect(guesses.tooMany('192.0.2.1')).toBe(true)
  expect(guesses.tooMany('192.0.2.2')).toBe(false)
  world.advance(15 * MINUTE)
  expect(guesses.tooMany('192.0.2.1')).toBe(false)
})

it('counts the addresses of one IPv6 network together', () => {
  const guesses = new DeviceCodeThrottle(new TestWorld())
  for (let host = 1; host <= 20; host++) guesses.wrong(`2001:db8::${host}`)
  expect(guesses.tooMany('2001:db8::ffff')).toBe(true)
  expect(guesses.tooMany('2001:db8:0:1::1')).toBe(false)
})

it('remembers ten thousand addresses and no more', () => {
  const guesses = new DeviceCodeThrottle(new TestWorld())
  for (let guess = 0; guess < 20; guess++) guesses.wrong('first')
  for (let address = 0; address < 9_999; address++) guesses.wrong(`from ${address}`)
  expect(guesses.tooMany('first')).toBe(true)
  guesses.wrong('one more')
  expect(guesses.tooMany('first')).toBe(false)
})
