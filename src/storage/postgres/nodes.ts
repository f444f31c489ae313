import { SECOND } from '../../core/time.ts'
import type { Log } from '../../core/log.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import type { Leases } from '../engine.ts'
import type { PostgresConnection } from './connection.ts'
import type { Link } from './link.ts'
import { lockOf } from './writer.ts'
import { named } from '../engine.ts'

/** Milliseconds between heartbeats, and between renewals of leases. */
const BEAT = 5 * SECOND
/** Seconds for which a lease lasts without a renewal. */
const LEASE_SECONDS = 15
/** Milliseconds after which a node that could not renew its leases ends their jobs: before others take them. */
const LEASE_LIMIT = 12 * SECOND
/** Milliseconds without an answer to a heartbeat after which the connections to the database are given up. */
const SILENCE = 10 * SECOND
/** Attempts to get the lock on the node's name, and the milliseconds between two. */
const NAME_TRIES = 20
const NAME_PAUSE = 100
/** Seconds without a heartbeat after which a node counts as dead. */
export const DEAD_SECONDS = 30
/** Seconds for which dead nodes stay listed. */
const LISTED_SECONDS = 24 * 60 * 60

type LeasedJob = (signal: AbortSignal) => Promise<void>

export interface NodeIdentity {
  /** New at each start of the program. */
  readonly id: string
  readonly name: string
  /** The program's version. */
  readonly version: string
  /** The URL under which clients reach every node; empty if it is not set, and undefined for a command. */
  readonly publicUrl?: string
}

export type NodeState = 'ready' | 'draining' | 'ended'

/** The node's row, its heartbeat, and its leases. All times are those of the database's clock. */
export class Nodes implements Leases {
  readonly #link: Link
  readonly #identity: NodeIdentity
  readonly #world: World
  readonly #log: Log
  readonly #silent: () => void
  readonly #jobs = new Map<string, LeasedJob>()
  readonly #held = new Map<string, { readonly end: AbortController; readonly running: Promise<void> }>()
  /** Jobs whose lease is gone and which have not ended yet. */
  readonly #ending = new Map<string, Promise<void>>()
  #state: NodeState = 'ready'
  #forget = () => {}
  #beating: Promise<void> | undefined
  /** When the leases were last renewed, by {@link World.elapsed}. */
  #renewed: number
  #entered = false
  #closed = false

  /** Calls `silent` when the database does not answer: a server that is cut off ends no connection. */
  constructor(link: Link, identity: NodeIdentity, world: World, log: Log, silent: () => void) {
    this.#link = link
    this.#identity = identity
    this.#world = world
    this.#log = log
    this.#silent = silent
    this.#renewed = world.elapsed()
  }

  /**
   * Enters the node on a new connection. The session keeps a lock on the name, so that a second node of the same name is
   * refused, but a node that was killed can start again at once. A node with another public URL is refused at its start.
   */
  async enter(connection: PostgresConnection): Promise<void> {
    const { id, name, version, publicUrl = null } = this.#identity
    if (!(await this.#lockName(connection)) && (await this.#lives(connection))) {
      refuse(
        'already-exists',
        `Another node of this store has the name ${name}: stop it, or set node.name to a name of its own.`,
        { node: name },
      )
    }
    await connection.run(
      `insert into engine_node (id, name, version, state, public_url) values ($1, $2, $3, $4, $5)
       on conflict (id) do update set heartbeat = clock_timestamp(), state = excluded.state`,
      [id, name, version, this.#state, publicUrl],
    )
    if (!this.#entered) await this.#assertSameUrl(connection)
    this.#entered = true
  }

  /** The nodes are one issuer of tokens. Of two nodes that start together, the later one is refused. */
  async #assertSameUrl(connection: PostgresConnection): Promise<void> {
    const { id, publicUrl } = this.#identity
    const [other] = await connection.run<{ name: string; url: string }>(OTHER_URL, [id, DEAD_SECONDS])
    if (!other) return
    await connection.run(`update engine_node set state = 'ended' where id = $1`, [id])
    const { name, url } = other
    const fix = 'set the URL of the balancer on every node. To change it, stop all nodes first.'
    if (publicUrl === '')
      refuse('wrong-state', `https.public_url is not set, and another node of this store runs (${name}): ${fix}`)
    const its = url === '' ? 'has none' : `has ${url}`
    refuse('wrong-state', `https.public_url is ${publicUrl}, and the node ${name} of this store ${its}: ${fix}`)
  }

  /** The server may notice only after a moment that the session of a killed node ended. */
  async #lockName(connection: PostgresConnection): Promise<boolean> {
    const lock = String(lockOf(named(`node ${this.#identity.name}`)))
    for (let tries = 1; ; tries++) {
      const [locked] = await connection.run<{ yes: number }>('select pg_try_advisory_lock($1::bigint) as yes', [lock])
      if (locked?.yes === 1 || tries === NAME_TRIES) return locked?.yes === 1
      await new Promise<void>((resolve) => void this.#world.after(NAME_PAUSE, resolve))
    }
  }

  /** Whether another node of that name had a heartbeat lately. */
  async #lives(connection: PostgresConnection): Promise<boolean> {
    const rows = await connection.run(
      `select id from engine_node where name = $1 and id <> $2 and state <> 'ended'
       and heartbeat > clock_timestamp() - make_interval(secs => $3)`,
      [this.#identity.name, this.#identity.id, DEAD_SECONDS],
    )
    return rows.length > 0
  }

  /** The names of the other nodes that are connected. A node that was killed is not. */
  async others(): Promise<readonly string[]> {
    const connection = await this.#link.get()
    const found = await connection.run<{ name: string }>(
      `select distinct name from engine_node where id <> $1 and state <> 'ended'
       and heartbeat > clock_timestamp() - make_interval(secs => $2) order by name`,
      [this.#identity.id, DEAD_SECONDS],
    )
    const names: string[] = []
    for (const { name } of found) {
      const lock = String(lockOf(named(`node ${name}`)))
      const held = await connection.run(HELD_LOCK, [lock])
      if (held.length > 0) names.push(name)
    }
    return names
  }

  start(): void {
    this.#forget = this.#world.after(BEAT, () => this.#beat())
  }

  /** Shows the others that this node takes no new clients. */
  async drain(): Promise<void> {
    this.#state = 'draining'
    await this.#heartbeat().catch(() => {})
  }

  run(name: string, job: LeasedJob): void {
    if (this.#jobs.has(name)) throw new Error(`Two jobs have the lease ${name}`)
    this.#jobs.set(name, job)
    // The first jobs of a turn are tried together.
    if (this.#jobs.size - this.#held.size === 1 || !this.#beating) queueMicrotask(() => this.#beat())
  }

  /** Ends the jobs, waits for them, and gives the leases back. */
  async close(): Promise<void> {
    this.#closed = true
    this.#forget()
    // A renewal under way may still begin a job.
    await this.#beating
    for (const { end } of this.#held.values()) end.abort()
    await Promise.all([...this.#held.values()].map(({ running }) => running))
    await Promise.all(this.#ending.values())
    const { id } = this.#identity
    const connection = this.#link.current
    if (!connection) return
    await Promise.all([
      connection.run('delete from engine_lease where holder = $1', [id]),
      connection.run(`update engine_node set state = 'ended', heartbeat = clock_timestamp() where id = $1`, [id]),
    ]).catch(() => {})
  }

  #beat(): void {
    if (this.#closed) return
    this.#beating ??= this.#renew().finally(() => {
      this.#beating = undefined
      if (this.#closed) return
      this.#forget()
      this.start()
    })
  }

  async #renew(): Promise<void> {
    try {
      await this.#heartbeat()
      await this.#renewHeld()
      this.#renewed = this.#world.elapsed()
      await this.#take()
    } catch (error) {
      this.#log.warn({ error }, 'The heartbeat of this node could not be written')
      if (this.#world.elapsed() - this.#renewed < LEASE_LIMIT) return
      for (const name of this.#held.keys()) void this.#lose(name)
    }
  }

  async #heartbeat(): Promise<void> {
    const connection = await this.#link.get()
    const answered = this.#world.after(SILENCE, this.#silent)
    try {
      await connection.run('update engine_node set heartbeat = clock_timestamp(), state = $2 where id = $1', [
        this.#identity.id,
        this.#state,
      ])
    } finally {
      answered()
    }
  }

  async #renewHeld(): Promise<void> {
    const names = [...this.#held.keys()]
    if (names.length === 0) return
    const connection = await this.#link.get()
    const kept = await connection.run<{ name: string }>(
      `update engine_lease set until = clock_timestamp() + make_interval(secs => $3)
       where holder = $1 and name = any($2::text[]) and until > clock_timestamp() returning name`,
      [this.#identity.id, names, LEASE_SECONDS],
    )
    const still = new Set(kept.map(({ name }) => name))
    for (const name of names) if (!still.has(name)) void this.#lose(name)
  }

  /**
   * Takes free leases up to this node's share, and gives back what exceeds it, so that the nodes share the work. A free
   * lease that nobody's share covers is covered as soon as the nodes are counted again.
   */
  async #take(): Promise<void> {
    if (this.#closed || this.#state !== 'ready') return
    const connection = await this.#link.get()
    const [{ nodes } = { nodes: 1 }] = await connection.run<{ nodes: number }>(
      `select count(*) as nodes from engine_node where state = 'ready'
       and heartbeat > clock_timestamp() - make_interval(secs => $1)`,
      [LEASE_SECONDS],
    )
    const share = Math.ceil(this.#jobs.size / Math.max(1, nodes))
    for (const name of [...this.#held.keys()].slice(share)) void this.#giveBack(name)
    const wanted = [...this.#jobs.keys()].filter((name) => !this.#held.has(name) && !this.#ending.has(name))
    const room = share - this.#held.size
    if (room <= 0 || wanted.length === 0) return
    const taken = await connection.run<{ name: string }>(
      `with free as (
        select wanted.name from unnest($2::text[]) as wanted (name) left join engine_lease using (name)
        where engine_lease.name is null or engine_lease.until <= clock_timestamp() order by wanted.name limit $3
      )
      insert into engine_lease (name, holder, until)
        select name, $1, clock_timestamp() + make_interval(secs => $4) from free
      on conflict (name) do update set holder = excluded.holder, until = excluded.until
        where engine_lease.until <= clock_timestamp()
      returning name`,
      [this.#identity.id, wanted, room, LEASE_SECONDS],
    )
    if (this.#closed) return
    for (const { name } of taken) this.#begin(name)
    await connection.run(`delete from engine_node where heartbeat < clock_timestamp() - make_interval(secs => $1)`, [
      LISTED_SECONDS,
    ])
  }

  #begin(name: string): void {
    const end = new AbortController()
    const running = this.#jobs.get(name)!(end.signal).catch((error: unknown) => {
      if (end.signal.aborted) return
      this.#log.error({ error, lease: name }, 'A job failed and starts again later')
      // The lease runs out, here or at another node.
      if (this.#held.get(name)?.end === end) this.#held.delete(name)
    })
    this.#held.set(name, { end, running })
  }

  /** Ends a job. It does not start again here before it has ended. */
  #lose(name: string): Promise<void> {
    const held = this.#held.get(name)
    if (!held) return Promise.resolve()
    this.#held.delete(name)
    held.end.abort()
    const ending = held.running.finally(() => this.#ending.delete(name))
    this.#ending.set(name, ending)
    return ending
  }

  /** The heartbeat does not wait for it, since a job may take long to end. */
  async #giveBack(name: string): Promise<void> {
    await this.#lose(name)
    await this.#link.current
      ?.run('delete from engine_lease where name = $1 and holder = $2', [name, this.#identity.id])
      // Otherwise it runs out.
      .catch(() => {})
  }
}

const HELD_LOCK = `
  select pid from pg_locks join pg_database on pg_database.oid = database
  where datname = current_database() and locktype = 'advisory' and ((classid::bigint << 32) | objid::bigint) = $1::bigint`

const OTHER_URL = `
  select other.name, other.public_url as url from engine_node as own join engine_node as other
    on (other.started, other.id) < (own.started, own.id) and other.name <> own.name
  where own.id = $1 and other.state <> 'ended' and other.heartbeat > clock_timestamp() - make_interval(secs => $2)
    and (other.public_url <> own.public_url or (own.public_url = '' and other.public_url is not null)) limit 1`
