import type { Session } from '../conversation/session.ts'

/** RFC 9585 §4: how long a command has to take for the client to hear that it is still worked at, and how often it does. */
const EVERY = 15_000

/** Lets the client know that a command takes its time; to be called with what ends that. */
export function tellProgress(session: Session, tag: string): () => void {
  const { outbox, deps } = session
  let stop: () => void
  const tell = (): void => {
    stop = deps.world.after(EVERY, tell)
    // Within an answer nothing else can be said, and the client sees that there is progress.
    if (outbox.midway) return
    void outbox.add(`* OK [INPROGRESS ("${tag}" NIL NIL)] Still working\r\n`).then(() => outbox.flush())
  }
  stop = deps.world.after(EVERY, tell)
  return () => stop()
}
