import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Sources } from '../../../cmdlets/bind.ts'
import { wrongUsage } from '../failure.ts'
import type { Invocation } from '../invocation.ts'

const LARGEST_INPUT = 16 * 1024 * 1024

/** Where `@FILE` and `@-` are read from. */
export const sourcesOf = ({ folder, streams }: Invocation): Sources => ({
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
      if (octets > LARGEST_INPUT) wrongUsage('Standard input is larger than any value.')
    }
    return Buffer.concat(parts).toString('utf8')
  },
})
