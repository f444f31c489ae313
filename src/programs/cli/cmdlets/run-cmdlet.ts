import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as waited } from 'node:timers/promises'
import { bind, type Binding, type Sources } from '../../../cmdlets/bind.ts'
import type { CmdletCall, Cmdlet, HttpCmdlet } from '../../../cmdlets/cmdlet.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { ClientReply } from '../client.ts'
import { runConnection } from '../connection/run-connection.ts'
import { type Api, type ApiSession, withSession } from '../connection/session.ts'
import { failed, CliFailure, wrongUsage } from '../failure.ts'
import type { Invocation } from '../options.ts'
import { printResult, target } from '../output/result.ts'
import { printable } from '../output/table.ts'
import { jsonOf, pathOfNext, refused } from '../reply.ts'

/** Binds the parameters, asks for confirmation if needed, runs the cmdlet, and prints its result. */
export async function runCmdlet(invocation: Invocation, cmdlet: Cmdlet, print = printResult): Promise<number> {
  const binding = await bound(invocation, cmdlet)
  try {
    return await run(invocation, cmdlet, { binding, print })
  } catch (thrown) {
    if (binding.errors || !(thrown instanceof CliFailure)) throw thrown
    return thrown.exit
  }
}

async function run(
  invocation: Invocation,
  cmdlet: Cmdlet,
  { binding, print }: { readonly binding: Binding; readonly print: typeof printResult },
): Promise<number> {
  const { values } = binding
  const { stderr } = invocation.streams
  if (binding.whatIf) {
    stderr.write(`What if: ${cmdlet.name}${target(cmdlet, values)} would run.\n`)
    return 0
  }
  if (!(await mayRun(invocation, cmdlet, binding))) return 0

  const warn = (text: string) => {
    if (binding.warnings) stderr.write(`WARNING: ${printable(text)}\n`)
  }
  const objects =
    cmdlet.module === 'connection'
      ? await runConnection(invocation, cmdlet, values)
      : await withSession(invocation, (session) =>
          cmdlet.module === 'exchange'
            ? runExchange(session, { name: cmdlet.name, values, warn })
            : runHttp(session, cmdlet, cmdlet.call(values)),
        )
  print(invocation, cmdlet, { objects, values })
  return 0
}

async function bound(invocation: Invocation, cmdlet: Cmdlet): Promise<Binding> {
  try {
    return await bind(cmdlet, invocation.words, sourcesOf(invocation))
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    const { code = 'WrongUsage', ...details } = thrown.detail
    throw new CliFailure(2, code, thrown.message, details)
  }
}

async function mayRun(invocation: Invocation, cmdlet: Cmdlet, { values, confirm }: Binding): Promise<boolean> {
  const due = confirm ?? (cmdlet.confirms === true && values.Force !== true)
  // With --json nothing asks for confirmation.
  if (!due || invocation.json) return true
  if (!/^(remove|disable)-/i.test(cmdlet.name) && confirm === undefined && !canAsk(invocation)) return true
  if (canAsk(invocation)) return askToConfirm(invocation, `${cmdlet.name}${target(cmdlet, values)}: are you sure?`)
  return failed(
    'ConfirmationRequired',
    `${cmdlet.name}${target(cmdlet, values)}: nothing was changed, because there is no terminal to ask for confirmation. To run it, add -Confirm:$false.`,
  )
}

/** Whether there is a terminal for questions. */
const canAsk = ({ json, streams }: Invocation): boolean =>
  !json && streams.stdin.isTTY === true && streams.stderr.isTTY === true

/** Asks on standard error; only yes confirms. Fails if Ctrl-C or Ctrl-D is the answer. */
async function askToConfirm({ streams }: Invocation, passwordRequest: string): Promise<boolean> {
  const lines = createInterface({ input: streams.stdin, output: streams.stderr })
  const answer = await new Promise<string | undefined>((resolve) => {
    lines.once('line', resolve).once('close', () => resolve(undefined))
    lines.setPrompt(`${passwordRequest} [y/N] `)
    lines.prompt()
  })
  lines.close()
  if (answer !== undefined) return /^y(es)?$/i.test(answer.trim())
  // The next message begins on a new line.
  streams.stderr.write('\n')
  return failed('Cancelled', 'Nothing was done.')
}

const LARGEST_INPUT = 16 * 1024 * 1024

/** The sources of `@FILE` and `@-`. */
const sourcesOf = ({ folder, streams }: Invocation): Sources => ({
  file: (name) =>
    readFile(path.resolve(folder, name), 'utf8').catch((thrown: Error) =>
      wrongUsage(`'@${name}' cannot be read: ${thrown.message}`),
    ),

  async standardInput() {
    const parts: Buffer[] = []
    let octets = 0
    for await (const part of streams.stdin as AsyncIterable<Buffer | string>) {
      const bytes = Buffer.from(part)
      parts.push(bytes)
      octets += bytes.length
      if (octets > LARGEST_INPUT) wrongUsage('Standard input is too large for a value.')
    }
    return Buffer.concat(parts).toString('utf8')
  },
})

/** The API whose token the cmdlets of a module need, and the base of their paths. */
const places: Readonly<Record<HttpCmdlet['module'], { api: Api; base: (session: ApiSession) => string }>> = {
  graph: { api: 'graph', base: () => '/v1.0' },
  exo: { api: 'exchange', base: ({ tenant }) => `/adminapi/beta/${encodeURIComponent(tenant)}` },
  postern: { api: 'exchange', base: () => '' },
}

/** Runs a cmdlet that is an HTTP request; reads as many pages of a list as requested. */
async function runHttp(
  session: ApiSession,
  { module }: Pick<HttpCmdlet, 'module'>,
  call: CmdletCall,
): Promise<readonly object[]> {
  const { api, base } = places[module]
  const ask = async (path: string) => {
    const reply = await session.ask(api, {
      verb: call.verb,
      path,
      headers: { accept: 'application/json', ...(call.body ? { 'content-type': 'application/json' } : {}) },
      ...(call.body ? { body: JSON.stringify(call.body) } : {}),
    })
    return reply.status >= 200 && reply.status < 300 ? jsonOf(reply) : refused(reply)
  }

  const query = new URLSearchParams(call.query).toString()
  let answer = await ask(`${base(session)}${call.path}${query === '' ? '' : `?${query}`}`)
  if (call.answers !== 'many') return Object.keys(answer).length === 0 ? [] : [answer]
  const objects = [...((answer.value ?? []) as object[])]
  while (objects.length < (call.most ?? 0) && typeof answer['@odata.nextLink'] === 'string') {
    answer = await ask(pathOfNext(answer['@odata.nextLink'], session.origin))
    objects.push(...((answer.value ?? []) as object[]))
  }
  const whole = call.unfolds === undefined ? objects : objects.flatMap(unfolded(call.unfolds))
  return call.most === undefined ? whole : whole.slice(0, call.most)
}

const unfolded =
  (list: string) =>
  (object: object): readonly object[] => {
    const { [list]: entries, ...shared } = object as Readonly<Record<string, unknown>>
    return (entries as readonly object[]).map((entry) => ({ ...shared, ...entry }))
  }

/** Runs an Exchange cmdlet over `InvokeCommand` and gathers every page: docs/reference/exchange-admin.md §9. */
export async function runExchange(
  session: ApiSession,
  { name, values, warn }: { name: string; values: Readonly<Record<string, unknown>>; warn: (text: string) => void },
): Promise<readonly object[]> {
  const body = JSON.stringify({ CmdletInput: { CmdletName: name, Parameters: wireValues(values) } })
  const headers = { 'content-type': 'application/json', prefer: 'odata.maxpagesize=1000', 'x-cmdletname': name }
  const objects: object[] = []
  let path: string | undefined = `/adminapi/beta/${encodeURIComponent(session.tenant)}/InvokeCommand`
  while (path !== undefined) {
    const passwordRequest = { verb: 'POST', path, headers, body } as const
    const reply = await withRetries(() => session.ask('exchange', passwordRequest))
    if (reply.status !== 200 && reply.status !== 204) return refused(reply)
    const answer = jsonOf(reply)
    for (const text of (answer['@adminapi.warnings'] ?? []) as unknown[]) warn(String(text))
    objects.push(...((answer.value ?? []) as object[]))
    const next = answer['@odata.nextLink']
    path = typeof next === 'string' ? pathOfNext(next, session.origin) : undefined
  }
  return objects
}

const wireValues = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, wireValue(value)]))

/** Attempts after 429, and the maximum of seconds between two. */
const [MOST_TRIES, LONGEST_WAIT] = [6, 30]

/** docs/reference/exchange-admin.md §9.4: 429 says when to come again. */
async function withRetries(ask: () => Promise<ClientReply>): Promise<ClientReply> {
  for (let tries = 1; ; tries++) {
    const reply = await ask()
    if (reply.status !== 429 || tries === MOST_TRIES) return reply
    await waited(1000 * Math.min(LONGEST_WAIT, Number(reply.headers['retry-after']) || 0))
  }
}

/** The value in the request: `Unlimited` for infinity, and a list for the replacement of a list. */
function wireValue(value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY) return 'Unlimited'
  return typeof value === 'object' && value !== null && 'replace' in value ? value.replace : value
}
