import { command, nothing } from '../command.ts'

/** Whoever comes next has to sign in; TLS and COMPRESS stay as they are. */
export const unauthenticate = command({
  name: 'UNAUTHENTICATE',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 8437 §3',
  news: 'none',
  parse: nothing,
  async run({ session }) {
    session.signedOut()
    return { code: `CAPABILITY ${session.capabilities()}` }
  },
})
