import { refuse } from '../../core/refusal.ts'
import { ArgumentWords } from '../argument-words.ts'
import { type Parameters, readParameters } from './parameters.ts'
import { type Path, readPath } from './path.ts'

/** RFC 5321 §4.1.1: a verb, in any case, and what stands behind it. */
export interface CommandLine {
  /** In upper case. */
  readonly verb: string
  readonly args: Arguments
}

/** Refuses `bad-syntax` for what does not begin with a verb. */
export function readCommand(line: Buffer): CommandLine {
  const found = /^([A-Za-z\d]{1,16})(?: (.*))?$/s.exec(line.toString('latin1').trimEnd())
  if (!found) return refuse('bad-syntax', 'That is not a command')
  return { verb: found[1]!.toUpperCase(), args: new Arguments(found[2] ?? '') }
}

/** An SMTP command's arguments. */
export class Arguments extends ArgumentWords {
  number(): number {
    const word = this.word()
    return /^\d{1,15}$/.test(word) ? Number(word) : refuse('bad-syntax', 'A number was expected')
  }

  /** `FROM:<path>` or `TO:<path>`. */
  path(keyword: 'FROM' | 'TO'): Path {
    const at = keyword.length + 1
    const text = this.left.trimStart()
    if (text.slice(0, at).toUpperCase() !== `${keyword}:`) refuse('bad-syntax', `${keyword}: was expected`)
    // Many a client puts a space there, which RFC 5321 §3.3 does not.
    const { path, rest } = readPath(text.slice(at).trimStart())
    this.left = rest
    return path
  }

  /** All that is left, as RFC 5321 §4.1.2's parameters. */
  parameters(): Parameters {
    return readParameters(this.rest())
  }

  /** All that is left, without the spaces around it. */
  override rest(): string {
    return super.rest().trim()
  }
}
