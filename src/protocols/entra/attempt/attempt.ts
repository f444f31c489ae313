import { printable } from '../../../access/records/command-line.ts'
import type { HttpRequest } from '../../../core/http.ts'
import { Refusal } from '../../../core/refusal.ts'
import { guidInOrder } from '../../../core/world.ts'
import type { Check, SignIn, SignInUser } from '../../../domain/audit/types.ts'
import type { Directory, Tenant } from '../../../domain/directory/types.ts'
import type { EntraDeps } from '../deps.ts'
import { type EntraCheck, entraChecks } from '../errors/error-table.ts'
import { codeOf, errorOf } from '../errors/errors.ts'
import { isOwnName } from '../own-names.ts'
import { type AttemptFacts, fixOf, namedApp, tenantCodes, tenantHint } from './fix.ts'
import { correlationOf } from '../headers.ts'

type AttemptDeps = Pick<EntraDeps, 'signIns' | 'world' | 'names'>

/** Codes that end nothing: the client asks again, and only the outcome is recorded. */
const notYet: ReadonlySet<number> = new Set([70016])

/**
 * Collects the facts and passed checks of one sign-in at the token service, and records it once, granted or refused.
 */
export class Attempt {
  readonly #deps: AttemptDeps
  readonly #request: HttpRequest
  readonly #passed = new Map<EntraCheck, Check>()
  #facts: AttemptFacts = {}
  #remark: string | undefined

  constructor(deps: AttemptDeps, request: HttpRequest) {
    this.#deps = deps
    this.#request = request
  }

  get facts(): AttemptFacts {
    return this.#facts
  }

  knows(facts: AttemptFacts): void {
    this.#facts = { ...this.#facts, ...facts }
  }

  /** `evidence` says what was found; it never contains a secret. */
  passed(name: EntraCheck, evidence: string, facts: AttemptFacts = {}): void {
    this.knows(facts)
    this.#passed.set(name, { name, ok: true, evidence })
  }

  /** Sets the tenant of the client or of the user. */
  inTenant(tenant: Tenant): void {
    this.passed('tenant', `The tenant is ${tenant.domains[0] ?? tenant.id}.`, { tenant })
  }

  /** Adds a sentence about the refusal for the administrator. The client does not see it. */
  remark(text: string): void {
    this.#remark = text
  }

  granted(): void {
    this.#record({ outcome: 'granted', errorCode: 0, wire: '200 OK' })
  }

  /** Records the refusal, or the internal error, that the caller gets. */
  refused(thrown: unknown): void {
    const { code, error, status, check, says } = errorOf(codeOf(thrown))!
    if (notYet.has(code)) return
    // As in Entra: without the values that the caller sent, because one may be a misplaced password.
    const failureReason = says('{…}', '{…}', '{…}', '{…}')
    const message = thrown instanceof Refusal && check !== 'user' ? thrown.message : failureReason
    const evidence = this.#remark === undefined ? printable(message) : `${printable(message)} ${this.#remark}`
    this.#record({
      outcome: 'refused',
      errorCode: code,
      failureReason,
      failed: check,
      checks: [...this.#checks(check), ...(check ? [{ name: check, ok: false, evidence }] : [])],
      fix: fixOf(code, this.#facts, this.ownBase()),
      wire: `${status} ${(thrown instanceof Refusal && thrown.detail.error) || error} AADSTS${code}`,
    })
  }

  /** The base URL of the request if it is this server's. The record names no host that a caller made up. */
  ownBase(): string | undefined {
    const { base } = this.#request
    const url = URL.parse(base)
    return url && isOwnName(url, this.#deps.names) ? base : undefined
  }

  /** The passed checks, in the order of the list. */
  #checks(but?: EntraCheck): readonly Check[] {
    return entraChecks.flatMap((name) => (name === but ? [] : (this.#passed.get(name) ?? [])))
  }

  #record(outcome: Pick<SignIn, 'outcome' | 'errorCode' | 'wire'> & Partial<SignIn>): void {
    const { signIns, world } = this.#deps
    const { tenant, app, principal, user, resource, credential } = this.#facts
    signIns.record({
      signInId: guidInOrder(world),
      tenant: tenant?.id,
      at: world.now(),
      count: 1,
      kind: this.#facts.kind ?? (user ? 'nonInteractiveUser' : 'servicePrincipal'),
      protocol: 'entra',
      mailbox: undefined,
      app: app && { appId: app.appId, id: app.id },
      appDisplayName: principal?.displayName ?? app?.displayName,
      user: user && named(user),
      resource: resource && { id: resource.appId, displayName: resource.displayName },
      from: this.#request.from,
      authentication: 'OAuth',
      credential,
      failureReason: undefined,
      checks: this.#checks(),
      failed: undefined,
      fix: [],
      correlation: correlationOf(this.#request),
      ...outcome,
    })
  }
}

/** An unknown user name may be a misplaced password: it is recorded only if it looks like a name. */
const named = ({ id, userPrincipalName, displayName }: SignInUser): SignInUser | undefined =>
  id !== undefined || /^[\w.+'-]{1,64}@[\w.-]{1,255}$/.test(userPrincipalName)
    ? { id, userPrincipalName, displayName }
    : undefined

/** Handles a token request, and records its outcome. */
export async function onRecord<T>(
  deps: AttemptDeps & Pick<EntraDeps, 'directory'>,
  request: HttpRequest,
  work: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const attempt = new Attempt(deps, request)
  try {
    const done = await work(attempt)
    attempt.granted()
    return done
  } catch (thrown) {
    if (!attempt.facts.tenant) await findTenant(deps.directory, request, attempt, thrown)
    attempt.refused(thrown)
    throw thrown
  }
}

/**
 * Finds the tenant whose administrator can read the record of a refusal that came before the tenant was known: the one
 * in the path, the app's own, or the only one of this server.
 */
async function findTenant(
  directory: Directory,
  request: HttpRequest,
  attempt: Attempt,
  thrown: unknown,
): Promise<void> {
  const segment = request.params.tenant ?? ''
  try {
    const app = attempt.facts.app ?? (await namedApp(directory, request))
    if (app) attempt.knows({ app })
    const named = await directory.tenants.find(segment.toLowerCase())
    if (named) return attempt.inTenant(named)
    const tenant = (app && (await directory.tenants.find(app.tenant))) ?? (await directory.tenants.only())
    if (!tenant) return
    attempt.knows({ tenant })
    if (tenantCodes.has(codeOf(thrown))) attempt.remark(tenantHint(segment, tenant, attempt.ownBase()))
  } catch (error) {
    request.log.error({ err: error }, 'The tenant of a refused sign-in could not be looked up')
  }
}
