import type { Profile } from '../../core/profile.ts'

/** The state of a connection that its capabilities depend on. */
export interface ConnectionProgress {
  readonly signedIn: boolean
  /** Whether the client may sign in now: the connection is protected, or does not have to be. */
  readonly mayAuthenticate: boolean
  /** Whether STARTTLS is available. */
  readonly mayStartTls: boolean
}

/** Determines the capability list. */
export interface CapabilityOptions extends ConnectionProgress {
  readonly profile: Profile
  readonly frontEnd: 'classic' | '2026'
  /** Whether passwords may open mailboxes. */
  readonly basic?: boolean
  /** RFC 7889 §2: maximum octets of a message. */
  readonly appendLimit: number
  /** RFC 7888: which literals may be non-synchronizing. */
  readonly unaskedLiterals: 'any' | 'small'
  /** RFC 9738 §3; 0 means no limit. */
  readonly messageLimit: number
  readonly saveLimit: number
  /** RFC 8437 */
  readonly mayUnauthenticate: boolean
}

/** The capability lists of one server. Each list is built once, because every connection needs it twice. */
export function capabilityTexts(
  server: Omit<CapabilityOptions, keyof ConnectionProgress>,
): (progress: ConnectionProgress) => string {
  const texts = new Map<number, string>()
  return (progress) => {
    const { signedIn, mayAuthenticate, mayStartTls } = progress
    const key = (signedIn ? 4 : 0) + (mayAuthenticate ? 2 : 0) + (mayStartTls ? 1 : 0)
    const text = texts.get(key) ?? capabilities({ ...server, ...progress })
    texts.set(key, text)
    return text
  }
}

export function capabilities(it: CapabilityOptions): string {
  const words = it.profile === 'standards' ? standards(it) : exchange(it)
  return words.filter((word) => word !== '').join(' ')
}

/** RFC 3501 §6.2.3: LOGINDISABLED and no mechanism on an unprotected connection. */
const signIn = (it: CapabilityOptions, mechanisms: string): string =>
  it.mayAuthenticate ? mechanisms : it.mayStartTls ? 'STARTTLS LOGINDISABLED' : 'LOGINDISABLED'

function standards(it: CapabilityOptions): string[] {
  const open = it.mayAuthenticate && it.mayStartTls ? 'STARTTLS' : ''
  return [
    // RFC 7888 §4: only one of the two. RFC 9051 §4.3 requires LITERAL-, which LITERAL+ includes.
    `IMAP4rev1 ${it.unaskedLiterals === 'any' ? 'LITERAL+' : 'LITERAL-'} SASL-IR ID ENABLE`,
    it.signedIn
      ? ''
      : `${signIn(it, it.basic ? 'AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER' : 'AUTH=XOAUTH2 AUTH=OAUTHBEARER LOGINDISABLED')} ${open}`.trim(),
    'IDLE NAMESPACE UIDPLUS UNSELECT CHILDREN MOVE SPECIAL-USE STATUS=SIZE MULTIAPPEND',
    'SORT SORT=DISPLAY ESORT THREAD=ORDEREDSUBJECT THREAD=REFERENCES THREAD=REFS',
    'QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE',
    'ACL RIGHTS=kxte LIST-MYRIGHTS METADATA LIST-METADATA CREATE-SPECIAL-USE NOTIFY',
    // Compression uses memory, so it requires a sign-in.
    it.signedIn ? 'COMPRESS=DEFLATE' : '',
    it.signedIn && it.mayUnauthenticate ? 'UNAUTHENTICATE' : '',
    'CATENATE URL-PARTIAL URLAUTH',
    messageLimits(it),
    'INPROGRESS I18NLEVEL=1',
    'CONDSTORE QRESYNC ESEARCH SEARCHRES SEARCH=FUZZY MULTISEARCH CONTEXT=SEARCH CONTEXT=SORT LIST-EXTENDED LIST-STATUS STATUS=DELETED',
    `IMAP4rev2 BINARY UTF8=ACCEPT WITHIN PARTIAL REPLACE UIDONLY PREVIEW OBJECTID SAVEDATE APPENDLIMIT=${it.appendLimit}`,
  ]
}

/** RFC 9738 §3: MESSAGELIMIT includes SAVELIMIT. */
const messageLimits = ({ messageLimit, saveLimit }: CapabilityOptions): string => {
  if (messageLimit > 0) return `MESSAGELIMIT=${messageLimit}`
  return saveLimit > 0 ? `SAVELIMIT=${saveLimit}` : ''
}

/** The observed lists of Exchange Online, word for word; see `signIn` for a connection without TLS. */
function exchange(it: CapabilityOptions): string[] {
  const open = it.mayAuthenticate && it.mayStartTls && !it.signedIn ? 'STARTTLS' : ''
  if (it.frontEnd === '2026' && !it.signedIn) {
    const auth = signIn(it, 'AUTH=XOAUTH2 LOGINDISABLED')
    return ['IMAP4 IMAP4rev1', auth, open, 'SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+']
  }
  const auth = signIn(it, 'AUTH=PLAIN AUTH=XOAUTH2')
  if (!it.signedIn)
    return ['IMAP4 IMAP4rev1', auth, open, 'SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+']
  return [
    'IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT',
    'CLIENTACCESSRULES CLIENTNETWORKPRESENCELOCATION BACKENDAUTHENTICATE CHILDREN IDLE NAMESPACE LITERAL+',
  ]
}
