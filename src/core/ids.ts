import { refuse } from './refusal.ts'

declare const brand: unique symbol
/**
 * A value that was checked when it entered the program. The compiler does not let it mix with other values of the same
 * shape. A branded value may get a second brand.
 */
export type Brand<T, Name extends string> = T & { readonly [brand]: { readonly [N in Name]: true } }

/** A lower-case GUID in its 8-4-4-4-12 form. */
export type Guid = Brand<string, 'Guid'>
export type TenantId = Brand<Guid, 'TenantId'>
/** The client id of an app, which its service principals share. */
export type AppId = Brand<Guid, 'AppId'>
/** The object id of an app registration. */
export type AppObjectId = Brand<Guid, 'AppObjectId'>
/** The object id of a service principal: the `oid` of app-only tokens. */
export type ServicePrincipalId = Brand<Guid, 'ServicePrincipalId'>
export type UserId = Brand<Guid, 'UserId'>
/** The number of a mailbox in this installation: never shown, never reused. */
export type MailboxId = Brand<number, 'MailboxId'>
/** The number of a folder in this installation: never reused, and kept when the folder is renamed. */
export type FolderId = Brand<number, 'FolderId'>
/** RFC 9051 §2.3.1.1: fixed for a message in its folder, strictly ascending, never reused. */
export type Uid = Brand<number, 'Uid'>
/** RFC 9051 §2.3.1.2: a message's position in one session, valid until the next EXPUNGE that the session sends. */
export type Seq = Brand<number, 'Seq'>
/** RFC 7162 §3.1: a counter of the whole mailbox, increased by each write. */
export type ModSeq = Brand<number, 'ModSeq'>

const guidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export const isGuid = (text: string): boolean => guidShape.test(text)

/** Reads a GUID in any letter case. Refuses `bad-syntax` for anything else. */
export const guid = <T extends Guid = Guid>(text: string): T =>
  isGuid(text) ? (text.toLowerCase() as T) : refuse('bad-syntax', `'${text.slice(0, 64)}' is not a GUID`)
