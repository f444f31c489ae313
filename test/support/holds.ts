import { isGuid } from '../../src/core/ids.ts'
import type { Engine, Hold, Sql, Statement, Statements } from '../../src/storage/engine.ts'

/**
 * How the rows of a table are protected from other nodes:
 *
 * - `mailbox`, `tenant`: every write of them has such a hold.
 * - `named x`: every write of them has the hold `x`; `named x:` any hold that begins with `x:`.
 * - `serializable`: every write of them has no hold.
 * - `inserted`: rows are never changed, so any write may insert them, and writes without a hold delete them.
 */
export type TableKind = 'mailbox' | 'tenant' | 'serializable' | 'inserted' | `named ${string}`

/** The kind of each table. A table is of one kind, because a hold protects nothing from a serializable write. */
export const tableKinds: Readonly<Record<string, TableKind>> = {
  mail_annotation: 'mailbox',
  mail_folder: 'mailbox',
  mail_hold: 'mailbox',
  mail_index: 'mailbox',
  mail_index_chunk: 'mailbox',
  mail_item_origin: 'mailbox',
  mail_item_property: 'mailbox',
  mail_item_usage: 'mailbox',
  mail_journal: 'mailbox',
  mail_keyword: 'mailbox',
  mail_litter: 'mailbox',
  mail_mailbox: 'mailbox',
  mail_numbers: 'named mail-numbers',
  mail_maildrop: 'mailbox',
  mail_message: 'mailbox',
  mail_metadata: 'mailbox',
  mail_quota: 'mailbox',
  mail_quota_level: 'mailbox',
  mail_recoverable: 'mailbox',
  mail_sort_key: 'mailbox',
  mail_state: 'mailbox',
  mail_subscription: 'mailbox',
  mail_text: 'mailbox',
  mail_text_slot: 'mailbox',
  mail_thread: 'mailbox',
  mail_url_key: 'mailbox',
  outlook_category: 'mailbox',
  outlook_override: 'mailbox',
  outlook_replied: 'mailbox',
  outlook_rule: 'mailbox',
  outlook_settings: 'mailbox',
  directory_access_policy: 'tenant',
  directory_address: 'tenant',
  directory_app: 'tenant',
  directory_app_assignment: 'tenant',
  directory_app_owner: 'tenant',
  directory_app_uri: 'tenant',
  directory_assignment: 'tenant',
  directory_audit: 'tenant',
  directory_authentication_policy: 'tenant',
  directory_certificate: 'tenant',
  directory_consent: 'tenant',
  directory_default_authentication_policy: 'tenant',
  directory_domain: 'tenant',
  directory_exchange_principal: 'tenant',
  directory_failed_guesses: 'tenant',
  directory_familiar_network: 'tenant',
  directory_federated: 'tenant',
  directory_group: 'tenant',
  directory_group_address: 'tenant',
  directory_group_member: 'tenant',
  directory_journal: 'tenant',
  directory_mailbox: 'tenant',
  directory_mailbox_owner: 'tenant',
  directory_management_scope: 'tenant',
  directory_organization: 'tenant',
  directory_permission: 'tenant',
  directory_removed_address: 'tenant',
  directory_removed_mailbox: 'tenant',
  directory_retirement_notice: 'tenant',
  directory_retirement_plan: 'tenant',
  directory_role_assignment: 'tenant',
  directory_role_group: 'tenant',
  directory_role_group_member: 'tenant',
  directory_role_holder: 'tenant',
  directory_role_member: 'tenant',
  directory_secret: 'tenant',
  directory_send_as: 'tenant',
  directory_service_principal: 'tenant',
  directory_tenant: 'tenant',
  directory_unverified_domain: 'tenant',
  directory_user: 'tenant',
  directory_user_authentication_policy: 'tenant',
  authorization_code: 'serializable',
  authorization_device: 'serializable',
  authorization_refresh_token: 'serializable',
  authorization_session: 'serializable',
  audit_credential_use: 'serializable',
  audit_mailbox_use: 'serializable',
  audit_message_trace: 'serializable',
  audit_operation: 'serializable',
  audit_sign_in: 'serializable',
  audit_use: 'serializable',
  subscription: 'named subscriptions',
  token_key: 'named signing keys',
  token_key_revision: 'named signing keys',
}

interface Change {
  readonly table: string
  readonly verb: 'insert' | 'update' | 'delete'
}

/** The changes that statements make, by their texts: most texts occur again and again. */
const changes = new WeakMap<readonly string[], Change | undefined>()

function changeOf({ parts }: Statement): Change | undefined {
  if (changes.has(parts)) return changes.get(parts)
  const found = /^\s*(?:(insert) +into|(update)|(delete) +from)\s+(\w+)/i.exec(parts[0]!)
  const change: Change | undefined = found
    ? { table: found[4]!, verb: (found[1] ?? found[2] ?? found[3])!.toLowerCase() as Change['verb'] }
    : undefined
  changes.set(parts, change)
  return change
}

/** Whether a write with these holds may change a table of this kind in this way. */
function isProtected(kind: TableKind, verb: Change['verb'], holds: readonly Hold[]): boolean {
  switch (kind) {
    case 'mailbox':
      return holds.some((hold) => typeof hold === 'number')
    case 'tenant':
      return holds.some((hold) => typeof hold === 'string' && isGuid(hold))
    case 'serializable':
      return holds.length === 0
    case 'inserted':
      return verb === 'insert' || (verb === 'delete' && holds.length === 0)
    default: {
      const name = kind.slice('named '.length)
      return holds.some((hold) => (name.endsWith(':') ? String(hold).startsWith(name) : hold === name))
    }
  }
}

/** Fails the test run even if the caller of the write handles its error. */
function failTheRun(error: Error): void {
  queueMicrotask(() => {
    throw error
  })
}

/**
 * The engine, with a check of every write: a table that has a kind is changed under the holds of that kind only.
 * `found` is told of each write that does not hold what it should; the write fails too.
 */
export function checkHolds(
  engine: Engine,
  kinds: Readonly<Record<string, TableKind>> = tableKinds,
  found: (error: Error) => void = failTheRun,
): Engine {
  function* checked<T>(body: Statements<T>, holds: readonly Hold[]): Statements<T> {
    let step = body.next()
    while (!step.done) {
      const change = changeOf(step.value)
      const kind = change && kinds[change.table]
      if (kind && !isProtected(kind, change.verb, holds)) {
        const held = holds.length === 0 ? 'no hold' : `the holds ${holds.join(', ')}`
        const error = new Error(`A write with ${held} changes ${change.table}, which is '${kind}' in tableKinds`)
        found(error)
        throw error
      }
      let rows
      try {
        rows = yield step.value
      } catch (error) {
        step = body.throw(error)
        continue
      }
      step = body.next(rows)
    }
    return step.value
  }
  return withWrite(engine, (work, holds = []) => engine.sql.write(() => checked(work(), holds), holds))
}

/** The engine, with another way to write. */
export function withWrite(engine: Engine, write: Sql['write']): Engine {
  const { sql, blobs, notifier, leases, unclean, lost } = engine
  const check = () => engine.check()
  const close = () => engine.close()
  const restores = () => engine.restores?.() ?? 0
  const all: Sql['all'] = (statement) => sql.all(statement)
  const first: Sql['first'] = (statement) => sql.first(statement)
  return { sql: { all, first, write }, blobs, notifier, leases, unclean, lost, restores, check, close }
}
