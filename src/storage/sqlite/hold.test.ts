import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../../../test/support/disk.ts'
import { holdDirectory } from './hold.ts'

async function held(dir: string) {
  const hold = await holdDirectory(dir)
  onTestFinished(() => hold.release())
  return hold
}

/** A process that holds the directory until it is killed. */
async function holderOf(dir: string) {
  const program = `
    const { holdDirectory } = await import(${JSON.stringify(new URL('./hold.ts', import.meta.url).href)})
    globalThis.hold = await holdDirectory(${JSON.stringify(dir)})
    console.log('held')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

test('makes the directory for its owner alone, with what is missing above it', async () => {
  const dir = join(temporaryDirectory(), 'a', 'b')
  await held(dir)
  expect(statSync(dir).mode & 0o777).toBe(0o700)
  expect(readFileSync(join(dir, 'postern.pid'), 'utf8')).toBe(`${process.pid}\n`)
})

test('a second holder is refused with the pid of the first', async () => {
  const dir = temporaryDirectory()
  await held(dir)
  const pid = String(process.pid)
  await expect(holdDirectory(dir)).rejects.toMatchObject({
    reason: 'busy',
    message: `The data directory ${dir} is in use by process ${pid}.`,
    detail: { pid },
  })
})

test('a directory that was released can be held again', async () => {
  const dir = temporaryDirectory()
  await (await holdDirectory(dir)).release()
  expect(existsSync(join(dir, 'postern.pid'))).toBe(false)
  await held(dir)
})

test('another process is kept out, and kill -9 lets go', async () => {
  const dir = temporaryDirectory()
  const child = await holderOf(dir)
  await expect(holdDirectory(dir)).rejects.toMatchObject({ reason: 'busy', detail: { pid: String(child.pid) } })
  child.kill('SIGKILL')
  await once(child, 'exit')
  await held(dir)
})

test('a path that is no directory, or has none above it, is refused in one sentence', async () => {
  const file = join(temporaryDirectory(), 'file')
  writeFileSync(file, '')
  for (const path of [file, join(file, 'below')]) {
    await expect(holdDirectory(path)).rejects.toMatchObject({
      reason: 'not-allowed',
      message: `The data directory ${path} cannot be used: it is not a directory.`,
    })
  }
})

test.runIf(existsSync('/proc/self'))(
  'a place where nothing can be made is refused in one sentence, and at once',
  async () => {
    await expect(holdDirectory('/proc/nope/data')).rejects.toMatchObject({
      reason: 'not-allowed',
      message: 'The data directory /proc/nope/data cannot be used: it does not exist and cannot be made.',
    })
  },
)
