/** Requests to one host at a time. */
const MOST_PER_HOST = 32

interface Host {
  running: number
  readonly waiting: (() => void)[]
}

/** Limits the requests to each host, so that one that does not answer holds few connections, and delays no other. */
export class HostTurns {
  readonly #hosts = new Map<string, Host>()

  async run<T>(url: string, work: () => Promise<T>): Promise<T> {
    const name = new URL(url).host
    const host = this.#hosts.get(name) ?? { running: 0, waiting: [] }
    this.#hosts.set(name, host)
    if (host.running < MOST_PER_HOST) host.running++
    // A request that ends gives its turn to the next one, so the number does not change.
    else await new Promise<void>((resolve) => host.waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = host.waiting.shift()
      if (next) next()
      else if (--host.running === 0) this.#hosts.delete(name)
    }
  }
}
