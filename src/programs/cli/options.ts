import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { didYouMean } from '../../core/did-you-mean.ts'
import { wrongUsage } from './failure.ts'

/** Reads a command's own options; a wrong one is wrong usage. */
export function readOptions<const O extends ParseArgsOptionsConfig>(words: readonly string[], options: O) {
  const args = [...words]
  for (const given of parseArgs({ args, options, strict: false, tokens: true }).tokens) {
    if (given.kind === 'option') assertOption(given, options)
  }
  return parseArgs({ args, options, strict: true, allowPositionals: true })
}

interface Given {
  readonly name: string
  /** With its dashes. */
  readonly rawName: string
  readonly value?: string | undefined
  /** Whether the value was attached: `--name=value`. */
  readonly inlineValue?: boolean | undefined
}

function assertOption({ name, rawName, value, inlineValue }: Given, options: ParseArgsOptionsConfig): void {
  const option = Object.hasOwn(options, name) ? options[name] : undefined
  if (!option) {
    const near = didYouMean(name, Object.keys(options))
    wrongUsage(`unknown option ${rawName}${near === undefined ? '' : `; did you mean --${near}?`}`)
  }
  if (option.type === 'boolean') {
    if (value !== undefined) wrongUsage(`${rawName} takes no value.`)
  } else if (value === undefined) wrongUsage(`${rawName} needs a value.`)
  // It may as well be the next option, the value forgotten.
  else if (!inlineValue && /^-./.test(value)) {
    wrongUsage(`${rawName} needs a value; if '${value}' is one, write ${rawName}=${value}.`)
  }
}
