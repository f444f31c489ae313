import { refuse } from './refusal.ts'

declare const brand: unique symbol
/**
 * A value that has been checked where it entered, and that does not mix with others of the same shape. A brand may be
 * put on a branded value: it is then both.
 */
export type Brand<T, Name extends string> = T & { readonly [brand]: { readonly [N in Name]: true } }

/** A lower-case GUID in its 8-4-4-4-12 form. */
export type Guid = Brand<string, 'Guid'>
export type TenantId = Brand<Guid, 'TenantId'>
/** An app's client id: the same for the app and for its service principals. */
export type AppId = Brand<Guid, 'AppId'>
/** The app registration's own object id. */
export type AppObjectId = Brand<Guid, 'AppObjectId'>
/** A service principal's own object id: the `oid` of app-only tokens. */
export type ServicePrincipalId = Brand<Guid, 'ServicePrincipalId'>
export type UserId = Brand<Guid, 'UserId'>
/** A mailbox's number inside this installation: never shown, never reused. */
export type MailboxId = Brand<number, 'MailboxId'>
/** A folder's number inside this installation: never reused, kept when the folder is renamed. */
export type FolderId = Brand<number, 'FolderId'>
/** RFC 9051 §2.3.1.1: stable in its folder, strictly ascending, never reused. */
export type Uid = Brand<number, 'Uid'>
/** RFC 9051 §2.3.1.2: one session's count, true until the next EXPUNGE that it is told of. */
export type Seq = Brand<number, 'Seq'>
/** RFC 7162 §3.1: a mailbox-wide counter, one step for each write. */
export type ModSeq = Brand<number, 'ModSeq'>

const guidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export const isGuid = (text: string): boolean => guidShape.test(text)

/** Reads a GUID in any letter case. Refuses `bad-syntax` for anything else. */
export const guid = <T extends Guid = Guid>(text: string): T =>
  isGuid(text) ? (text.toLowerCase() as T) : refuse('bad-syntax', `'${text.slice(0, 64)}' is not a GUID`)
