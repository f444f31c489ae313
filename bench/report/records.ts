import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import type { Figures } from '../measure/measure.ts'
import { type Spread, spreadOf } from '../measure/statistics.ts'
import { type MetricName, metrics } from '../scenarios/scenario.ts'
import type { Environment } from './environment.ts'

/** One line of the records: a measurement, or the reason why it is missing. */
export interface Entry {
  readonly target: string
  readonly scenario: string
  readonly label: string
  readonly round: number
  readonly figures?: Figures
  readonly left?: string
  readonly error?: string
}

/** The results of a run, written line by line. */
export class Records {
  readonly environment: Environment
  readonly entries: Entry[] = []
  readonly #file: string | undefined

  private constructor(environment: Environment, file: string | undefined) {
    this.environment = environment
    this.#file = file
  }

  /** Begins the file again. */
  static begin(environment: Environment, file: string): Records {
    const records = new Records(environment, file)
    writeFileSync(file, `${JSON.stringify({ environment })}\n`)
    return records
  }

  /** Reads the results of an earlier run. */
  static read(file: string): Records {
    const [first, ...rest] = readFileSync(file, 'utf8').trim().split('\n')
    const records = new Records((JSON.parse(first!) as { environment: Environment }).environment, undefined)
    for (const line of rest) records.entries.push(JSON.parse(line) as Entry)
    return records
  }

  add(entry: Entry): void {
    this.entries.push(entry)
    this.#keep(entry)
  }

  get targets(): string[] {
    return Object.keys(this.environment.targets)
  }

  /** The labels, in the order in which they first came up. */
  get labels(): string[] {
    return [...new Set(this.entries.map(({ label }) => label))]
  }

  spread(target: string, label: string, metric: MetricName): Spread | undefined {
    return this.spreadOf(target, label, (figures) => metrics[metric].of(figures))
  }

  spreadOf(target: string, label: string, of: (figures: Figures) => number | undefined): Spread | undefined {
    const figures = this.#of(target, label).flatMap((it) => (it.figures ? [of(it.figures)] : []))
    return spreadOf(figures.filter((it) => it !== undefined))
  }

  /** Why there is nothing: it failed, or was left out. */
  reason(target: string, label: string): string | undefined {
    const entry = this.#of(target, label).find((it) => it.error ?? it.left)
    return entry?.error ?? entry?.left
  }

  #of(target: string, label: string): Entry[] {
    return this.entries.filter((it) => it.target === target && it.label === label)
  }

  #keep(line: object): void {
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(line)}\n`)
  }
}
