import { existsSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/support/disk.ts'
import { makePrivateDirectory } from './private-directories.ts'

test('creates missing parents and returns the topmost one', async () => {
  const top = temporaryDirectory()
  const wanted = path.join(top, 'a', 'b', 'c')
  expect(await makePrivateDirectory(wanted)).toBe(path.join(top, 'a'))
  expect(statSync(wanted).mode & 0o777).toBe(0o700)
  expect(await makePrivateDirectory(wanted)).toBeUndefined()
})

test('is created once by concurrent calls', async () => {
  const wanted = path.join(temporaryDirectory(), 'a', 'b')
  await Promise.all([makePrivateDirectory(wanted), makePrivateDirectory(wanted), makePrivateDirectory(wanted)])
  expect(statSync(wanted).isDirectory()).toBe(true)
})

test.runIf(existsSync('/proc/self'))('a parent that lets nothing be made in it ends the attempt', async () => {
  await expect(makePrivateDirectory('/proc/nope/deeper')).rejects.toMatchObject({ code: 'ENOENT' })
})

test('neither a file nor a broken link counts as a directory', async () => {
  const top = temporaryDirectory()
  const file = path.join(top, 'file')
  writeFileSync(file, '')
  for (const place of [file, path.join(file, 'below')]) {
    await expect(makePrivateDirectory(place)).rejects.toMatchObject({ code: 'ENOTDIR' })
  }
  symlinkSync(path.join(top, 'nowhere'), path.join(top, 'link'))
  await expect(makePrivateDirectory(path.join(top, 'link'))).rejects.toMatchObject({ code: 'EEXIST' })
})
