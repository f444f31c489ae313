import type { AppId, Guid } from '../../../core/ids.ts'

const MOST_SESSIONS = 10_000
const MOST_APPS = 20

/**
 * The apps that people went on to, by their session: at the sign-out an app need not say who it is. Those that are
 * forgotten, at a restart or because there are too many, lose nothing but the way back to the app.
 */
export class Visited {
  readonly #apps = new Map<Guid, readonly AppId[]>()

  note(session: Guid, app: AppId): void {
    const before = this.of(session).filter((it) => it !== app)
    this.#apps.delete(session)
    this.#apps.set(session, [app, ...before].slice(0, MOST_APPS))
    if (this.#apps.size > MOST_SESSIONS) this.#apps.delete(this.#apps.keys().next().value!)
  }

  /** The latest first. */
  of(session: Guid): readonly AppId[] {
    return this.#apps.get(session) ?? []
  }

  forget(session: Guid): void {
    this.#apps.delete(session)
  }
}
