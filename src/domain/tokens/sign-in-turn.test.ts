import { generateKeyPairSync, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { signBatched } from './mint.ts'

const keys = Array.from({ length: 2 }, () => generateKeyPairSync('rsa', { modulusLength: 2048 }))

test('each gets the signature of its own text by its own key', async () => {
  const asked = Array.from({ length: 40 }, (_, index) => ({
    keys: keys[index % 2]!,
    text: Buffer.from(`text ${index}`),
  }))
  const made = await Promise.all(asked.map(({ keys: { privateKey }, text }) => signBatched(privateKey, text)))
  for (const [index, { keys: pair, text }] of asked.entries()) {
    expect(verify('sha256', text, pair.publicKey, made[index]!)).toBe(true)
  }
})

test('others have their turn while many signatures wait', async () => {
  const { privateKey } = keys[0]!
  let turns = 0
  let over = false
  const others = () => {
    turns++
    if (!over) setImmediate(others)
  }
  setImmediate(others)
  await Promise.all(Array.from({ length: 64 }, () => signBatched(privateKey, Buffer.from('text'))))
  over = true
  expect(turns).toBeGreaterThanOrEqual(8)
})

test('a key that cannot sign fails its own caller, and nobody else', async () => {
  const { privateKey, publicKey } = keys[0]!
  const [first, second, third] = await Promise.allSettled(
    [privateKey, publicKey, privateKey].map((key) => signBatched(key, Buffer.from('text'))),
  )
  expect([first!.status, second!.status, third!.status]).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})
