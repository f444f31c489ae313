import { type Profiler, Session } from 'node:inspector/promises'

/** Which parts of our sources were ever run, as the engine counts them. */
export class Coverage {
  readonly #session = new Session()
  readonly #seen = new Set<string>()

  static async start(): Promise<Coverage> {
    const coverage = new Coverage()
    coverage.#session.connect()
    await coverage.#session.post('Profiler.enable')
    await coverage.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    return coverage
  }

  /** How many parts were run for the first time since this was last asked. */
  async increase(): Promise<number> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage')
    const before = this.#seen.size
    for (const { url, functions } of result.filter(({ url }) => url.includes('/src/'))) {
      for (const part of functions.flatMap(({ ranges }) => ranges)) this.#note(url, part)
    }
    return this.#seen.size - before
  }

  get parts(): number {
    return this.#seen.size
  }

  stop(): void {
    this.#session.disconnect()
  }

  #note(url: string, { startOffset, endOffset, count }: Profiler.CoverageRange): void {
    if (count > 0) this.#seen.add(`${url} ${startOffset} ${endOffset}`)
  }
}
