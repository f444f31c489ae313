import type { Profile } from '../../core/profile.ts'

/** How far a connection has come. */
export interface ConnectionProgress {
  readonly signedIn: boolean
  /** Whether a client may sign in on this connection as it is: it is protected, or need not be. */
  readonly mayAuthenticate: boolean
  /** Whether STARTTLS can be had. */
  readonly mayStartTls: boolean
}

/** What decides about the capabilities that a client is told. */
export interface CapabilityOptions extends ConnectionProgress {
  readonly profile: Profile
  readonly frontEnd: 'classic' | '2026'
  /** Whether passwords may open mailboxes. */
  readonly basic?: boolean
  /** RFC 7889 §2: octets of the largest message that is taken. */
  readonly appendLimit: number
  /** RFC 7888: which literals a client need not wait with. */
  readonly unaskedLiterals: 'any' | 'small'
  /** RFC 9738 §3; 0 where there is none. */
  readonly messageLimit: number
  readonly saveLimit: number
  /** RFC 8437 */
  readonly mayUnauthenticate: boolean
}

/** What the clients of one server are told: every connection hears it twice, and it is put together once. */
export function capabilityTexts(
  server: Omit<CapabilityOptions, keyof ConnectionProgress>,
): (standing: ConnectionProgress) => string {
  const texts = new Map<number, string>()
  return (standing) => {
    const { signedIn, mayAuthenticate, mayStartTls } = standing
    const key = (signedIn ? 4 : 0) + (mayAuthenticate ? 2 : 0) + (mayStartTls ? 1 : 0)
    const text = texts.get(key) ?? capabilities({ ...server, ...standing })
    texts.set(key, text)
    return text
  }
}

export function capabilities(it: CapabilityOptions): string {
  const words = it.profile === 'standards' ? standards(it) : exchange(it)
  return words.filter((word) => word !== '').join(' ')
}

/** RFC 3501 §6.2.3: LOGINDISABLED and no mechanism while anybody could listen. */
const signIn = (it: CapabilityOptions, mechanisms: string): string =>
  it.mayAuthenticate ? mechanisms : it.mayStartTls ? 'STARTTLS LOGINDISABLED' : 'LOGINDISABLED'

function standards(it: CapabilityOptions): string[] {
  const open = it.mayAuthenticate && it.mayStartTls ? 'STARTTLS' : ''
  return [
    // RFC 7888 §4: one of the two; whoever takes any size takes small ones. RFC 9051 §4.3 wants no more than those.
    `IMAP4rev1 ${it.unaskedLiterals === 'any' ? 'LITERAL+' : 'LITERAL-'} SASL-IR ID ENABLE`,
    it.signedIn
      ? ''
      : `${signIn(it, it.basic ? 'AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER' : 'AUTH=XOAUTH2 AUTH=OAUTHBEARER LOGINDISABLED')} ${open}`.trim(),
    'IDLE NAMESPACE UIDPLUS UNSELECT CHILDREN MOVE SPECIAL-USE STATUS=SIZE MULTIAPPEND',
    'SORT SORT=DISPLAY ESORT THREAD=ORDEREDSUBJECT THREAD=REFERENCES THREAD=REFS',
    'QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE',
    'ACL RIGHTS=kxte LIST-MYRIGHTS METADATA LIST-METADATA CREATE-SPECIAL-USE NOTIFY',
    // Whoever is not let in gets no memory.
    it.signedIn ? 'COMPRESS=DEFLATE' : '',
    it.signedIn && it.mayUnauthenticate ? 'UNAUTHENTICATE' : '',
    'CATENATE URL-PARTIAL URLAUTH',
    messageLimits(it),
    'INPROGRESS I18NLEVEL=1',
    'CONDSTORE QRESYNC ESEARCH SEARCHRES SEARCH=FUZZY MULTISEARCH CONTEXT=SEARCH CONTEXT=SORT LIST-EXTENDED LIST-STATUS STATUS=DELETED',
    `IMAP4rev2 BINARY UTF8=ACCEPT WITHIN PARTIAL REPLACE UIDONLY PREVIEW OBJECTID SAVEDATE APPENDLIMIT=${it.appendLimit}`,
  ]
}

/** RFC 9738 §3: a limit on all that is done says it for what is saved too. */
const messageLimits = ({ messageLimit, saveLimit }: CapabilityOptions): string => {
  if (messageLimit > 0) return `MESSAGELIMIT=${messageLimit}`
  return saveLimit > 0 ? `SAVELIMIT=${saveLimit}` : ''
}

/** The lists as observed, word for word; see `signIn` for the connection without TLS. */
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
