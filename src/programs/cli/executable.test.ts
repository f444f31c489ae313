import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, describe, it } from 'vitest'
import { temporaryDirectory } from '../../../test/support/disk.ts'

const executable = path.resolve(import.meta.dirname, '../../../bin/postern.js')

interface Child {
  readonly pid: number
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; out: string; err: string }>
  kill(signal: NodeJS.Signals): void
}

/** Runs the executable under a Node that says it is an old one. */
async function underOldNode(words: readonly string[], platform = process.platform): Promise<Child> {
  const pretence = path.join(temporaryDirectory(), 'pretend.cjs')
  await writeFile(
    pretence,
    `if (process.argv[1] === ${JSON.stringify(executable)}) {
       Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })
       Object.defineProperty(process, 'platform', { value: ${JSON.stringify(platform)} })
     }`,
  )
  const child = spawn(process.execPath, ['--require', pretence, executable, ...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  child.stdin.end()
  const ended: Child['ended'] = new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out, err }))
  })
  return { pid: child.pid!, ended, kill: (signal) => void child.kill(signal) }
}

const packaged = ['linux-x64', 'linux-arm64'].includes(`${process.platform}-${process.arch}`)

describe.runIf(packaged)('the executable under an old Node', () => {
  it('hands over to the packaged one, with output and exit code', async () => {
    const version = JSON.parse(await readFile(path.resolve(executable, '../../package.json'), 'utf8')) as {
      version: string
    }
    expect(await (await underOldNode(['--version'])).ended).toMatchObject({
      code: 0,
      out: `${version.version}\n`,
      err: '',
    })
    expect(await (await underOldNode(['nonsense'])).ended).toMatchObject({ code: 2, out: '' })
  })

  it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('does not leave a server behind after %s', async (signal) => {
    const data = path.join(temporaryDirectory(), 'data')
    const child = await underOldNode(['serve', '--data', data, '--port-base', 'auto'])
    const server = await serverIn(data)
    child.kill(signal)
    const { code } = await child.ended
    expect(code).toBe(signal === 'SIGKILL' ? null : 0)
    await gone(server)
  })
})

describe('the executable where no Node is packaged', () => {
  it('says what it needs', async () => {
    const { code, out, err } = await (await underOldNode(['--version'], 'sunos')).ended
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/this is Node 20\.20\.2\. Postern needs Node 24/)
  })
})

/** The process that listens, once it says so. */
async function serverIn(data: string): Promise<number> {
  for (;;) {
    const ready = await readFile(path.join(data, 'server.json'), 'utf8').catch(() => undefined)
    if (ready !== undefined) return (JSON.parse(ready) as { pid: number }).pid
    await turn()
  }
}

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await turn()
  }
}

const turn = () => new Promise((resolve) => void setTimeout(resolve, 20))
