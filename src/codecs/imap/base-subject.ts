/** What is left of a subject without what replying and forwarding put around it. */
export interface BaseSubject {
  readonly text: string
  /** Whether there was something that says that the message is a reply or is forwarded. */
  readonly reply: boolean
}

// RFC 5256 §5: subj-blob, and subj-leader with its subj-refwd; blanks are single spaces by then.
const blob = /\[[^[\]]*\] ?/y
const leader = /(?:\[[^[\]]*\] ?)*(?:re|fwd?) ?(?:\[[^[\]]*\] ?)?:/iy
const trailer = '(fwd)'
const header = '[fwd:'

/** RFC 5256 §2.1, from a subject that is decoded. */
export function baseSubject(subject: string): BaseSubject {
  // Step 1.
  let text = subject.replace(/[\t\r\n ]+/g, ' ')
  let reply = false
  for (;;) {
    const stripped = withoutLeaders(withoutTrailers(text))
    reply ||= stripped.reply
    text = stripped.text
    // Step 6.
    if (!text.toLowerCase().startsWith(header) || !text.endsWith(']')) return { text, reply }
    text = text.slice(header.length, -1)
    reply = true
  }
}

/** Step 2. */
function withoutTrailers(subject: string): BaseSubject {
  let end = subject.length
  let reply = false
  for (;;) {
    if (subject[end - 1] === ' ') end -= 1
    else if (subject.slice(Math.max(0, end - trailer.length), end).toLowerCase() === trailer) {
      end -= trailer.length
      reply = true
    } else return { text: subject.slice(0, end), reply }
  }
}

/** Steps 3 to 5. */
function withoutLeaders(subject: BaseSubject): BaseSubject {
  const { text } = subject
  let { reply } = subject
  for (let at = 0; ;) {
    const refwd = lengthOf(leader, text, at)
    if (text[at] === ' ') at += 1
    else if (refwd > 0) {
      at += refwd
      reply = true
    } else {
      const tag = lengthOf(blob, text, at)
      // A tag that is all there is stays.
      if (tag === 0 || at + tag === text.length) return { text: text.slice(at), reply }
      at += tag
    }
  }
}

function lengthOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0].length ?? 0
}
