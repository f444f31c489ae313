import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'vitest'
import type { Profile } from '../../src/core/profile.ts'
import type { Declarations } from '../../src/core/settings.ts'
import {
  addressOf,
  type Bindings,
  type Clause,
  expand,
  fill,
  match,
  octets,
  parseScript,
  type Script,
  type Step,
  unescape,
} from './script.ts'
import { type ProtocolUnderTest, profilesOf, TranscriptServer } from './transcript-server.ts'
import { SocketClient } from './socket-client.ts'

/** Makes a test of every `*.txt` in a folder, in each profile that it asks for. */
export function transcripts<D extends Declarations>(folder: URL, play: ProtocolUnderTest<D>): void {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.txt'))
  for (const name of files.sort()) {
    const file = new URL(name, folder)
    const script = parsed(name, readFileSync(file, 'utf8'))
    for (const profile of profilesOf(script.givens)) {
      test(`${name} (${profile})`, () => perform(name, script, play, profile))
    }
  }
}

function parsed(name: string, text: string): Script {
  try {
    return parseScript(text)
  } catch (thrown) {
    throw new Error(`${name}, ${(thrown as Error).message}`, { cause: thrown })
  }
}

/** Plays one transcript; fails with the conversation as it went up to the line that did not come true. */
export async function perform<D extends Declarations>(
  name: string,
  script: Script,
  play: ProtocolUnderTest<D>,
  profile: Profile,
): Promise<void> {
  const stage = await TranscriptServer.start(play, profile, script.givens)
  const scene = new TranscriptRun(stage)
  try {
    for (const step of script.steps) await scene.act(step).catch((thrown: unknown) => scene.fail(name, step, thrown))
    scene.nothingLeft(name)
  } finally {
    scene.leave()
    await stage.close()
  }
}

/** A failed expectation, in the terms of the transcript, without a stack. */
class TranscriptFailure extends Error {
  readonly line: number | undefined

  constructor(text: string, line?: number) {
    super(text)
    this.line = line
  }
}

class TranscriptRun {
  readonly #stage: TranscriptServer
  readonly #talks = new Map<string, SocketClient>()
  readonly #said: string[] = []
  #bindings: Bindings = new Map()

  constructor(stage: TranscriptServer) {
    this.#stage = stage
  }

  async act(step: Step): Promise<void> {
    const stage = this.#stage
    switch (step.kind) {
      case 'send':
        return this.#send(step.who, `${this.#filled(step.text)}\r\n`)
      case 'send-octets':
        return this.#send(step.who, unescape(fill(expand(step.text), this.#bindings)))
      case 'lines':
        return this.#hear(step.who, step.expected[0]!, step.skip)
      case 'any-order':
        return this.#hearAll(step.who, step.expected)
      case 'octets':
        return this.#hearOctets(step.who, unescape(fill(expand(step.text), this.#bindings)))
      case 'closed':
        return this.#hearClosed(step.who)
      case 'connect':
        await this.#connect(step.who, step.tls)
        return
      case 'upgrade':
        return (await this.#talk(step.who)).startTls()
      case 'drop':
        return (await this.#talk(step.who)).destroy()
      case 'clock':
        return stage.advance(step.milliseconds)
      case 'revoke':
        return stage.access.revoke(addressOf(step.text))
      case 'stop':
        return stage.stop()
      case 'meanwhile':
      case 'then':
        return stage.perform(step.text)
      case 'sign-in':
        return this.#signIn(step.text)
    }
  }

  /** Throws with the conversation so far and what went otherwise. */
  fail(name: string, step: Step, thrown: unknown): never {
    const untrue = thrown instanceof TranscriptFailure ? thrown : undefined
    const line = untrue?.line ?? step.line
    const conversation = this.#said.slice(-40).join('\n')
    const text = (thrown as Error).message
    const told = `${name}:${line}\n${conversation}\n  ${line} ✗ ${step.source}\n      ${text}`
    throw new Error(told, untrue ? {} : { cause: thrown })
  }

  /** Fails if unexpected lines were received. */
  nothingLeft(name: string): void {
    for (const [who, talk] of this.#talks) {
      if (talk.unread === '') continue
      const conversation = this.#said.slice(-40).join('\n')
      throw new Error(`${name}: at the end\n${conversation}\n    ✗ ${who} also received ${shown(talk.unread)}`)
    }
  }

  leave(): void {
    for (const talk of this.#talks.values()) talk.destroy()
  }

  async #send(who: string, text: string): Promise<void> {
    const talk = await this.#talk(who)
    this.#said.push(`    ${who} > ${shown(text)}`)
    talk.send(text)
  }

  async #hear(who: string, { line, text }: Clause, skip: boolean): Promise<void> {
    const expected = this.#expanded(text)
    for (;;) {
      const got = await this.#line(who)
      const bindings = match(expected, got, this.#bindings)
      if (bindings) this.#bindings = bindings
      else if (!skip) throw new TranscriptFailure(`got ${shown(got)}`, line)
      this.#said.push(`    ${who} < ${shown(got)}`)
      if (bindings) return
    }
  }

  async #hearAll(who: string, expected: readonly Clause[]): Promise<void> {
    const missing = [...expected]
    while (missing.length > 0) {
      const got = await this.#line(who)
      const at = missing.findIndex(({ text }) => match(this.#expanded(text), got, this.#bindings))
      if (at < 0) {
        const still = missing.map(({ text }) => text).join('\n         or ')
        throw new TranscriptFailure(`got ${shown(got)}\n    where ${still}`, missing[0]!.line)
      }
      this.#bindings = match(this.#expanded(missing[at]!.text), got, this.#bindings)!
      missing.splice(at, 1)
      this.#said.push(`    ${who} < ${shown(got)}`)
    }
  }

  async #hearOctets(who: string, expected: string): Promise<void> {
    const got = await (await this.#talk(who)).octets(expected.length)
    if (got !== expected) throw new TranscriptFailure(`got ${shown(got)}`)
    this.#said.push(`    ${who} < ${shown(got)}`)
  }

  async #hearClosed(who: string): Promise<void> {
    const rest = await (await this.#talk(who)).closed()
    if (rest !== '') throw new TranscriptFailure(`got ${shown(rest)} before the connection ended`)
    this.#said.push(`    ${who} the connection ended`)
  }

  async #line(who: string): Promise<string> {
    const got = await (await this.#talk(who)).line()
    if (got === undefined) throw new TranscriptFailure('the connection ended')
    return got
  }

  async #talk(who: string): Promise<SocketClient> {
    return this.#talks.get(who) ?? this.#connect(who, false)
  }

  async #connect(who: string, tls: boolean): Promise<SocketClient> {
    this.#talks.get(who)?.destroy()
    const talk = await SocketClient.connect(this.#stage.port(tls), { tls })
    this.#talks.set(who, talk)
    return talk
  }

  #signIn(expected: string): void {
    const last = this.#stage.access.signIns.at(-1)
    const words = last
      ? [last.failed ? 'refused' : 'granted', last.address?.split('@')[0] ?? '-', last.failed, last.authentication]
      : ['none']
    const got = words.filter((word) => word !== undefined).join(' ')
    if (got !== expected) throw new TranscriptFailure(`the last sign-in was: ${got}`)
  }

  #expanded(text: string): string {
    return octets(expand(text))
  }

  #filled(text: string): string {
    return fill(this.#expanded(text), this.#bindings)
  }
}

/** One line, however much was said, with what cannot be seen made visible. */
function shown(text: string): string {
  const visible = JSON.stringify(text.replace(/\r?\n$/, ''))
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll('\\\\', '\\')
  return visible.length > 200 ? `${visible.slice(0, 200)}… (${text.length} octets)` : visible
}
