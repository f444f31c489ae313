import { setTimeout as pause } from 'node:timers/promises'
import type { ImapClient } from '../clients/imap.ts'
import { light } from '../corpus/corpus.ts'
import { type Latency, latencyOf } from '../measure/statistics.ts'
import { corpus } from '../population.ts'
import { signIn } from '../scenarios/session.ts'
import type { Target } from '../targets/target.ts'

const USER = 50
const FOLDER = 'Watched'
const PATIENCE = 30_000

/** Milliseconds from the first octet of the APPEND to its OK, and to the EXISTS of a session that idles. */
export interface NoticeTimes {
  readonly acknowledged: Latency
  readonly heard: Latency
}

/** Appends messages at one server, one after another, while a session of another one idles on the folder. */
export async function noticeTimes(writing: Target, watching: Target, appends: number): Promise<NoticeTimes> {
  const [writer, watcher] = [await signIn(writing, USER), await signIn(watching, USER)]
  await writer.run(`CREATE ${FOLDER}`).catch(() => undefined)
  await watcher.run(`SELECT ${FOLDER}`)
  await watcher.idle()
  const notes = corpus(7, light)
  const [acknowledged, heard]: [number[], number[]] = [[], []]
  for (let nth = 0; nth < appends; nth += 1) {
    const news = nextExists(watcher)
    const from = performance.now()
    const done = writer.append(FOLDER, [notes.message(nth)]).then(() => performance.now() - from)
    const told = news.then(() => performance.now() - from)
    const times = await Promise.race([Promise.all([done, told]), pause(PATIENCE, undefined, { ref: false })])
    if (!times) throw new Error('A session did not hear of a message')
    // The first ones open connections and folders.
    if (nth < appends / 10) continue
    acknowledged.push(times[0])
    heard.push(times[1])
  }
  watcher.drop()
  await writer.run(`DELETE ${FOLDER}`)
  await writer.logout()
  return { acknowledged: latencyOf(acknowledged)!, heard: latencyOf(heard)! }
}

const nextExists = (client: ImapClient): Promise<void> =>
  new Promise((resolve) => {
    client.onUntagged = (bytes, from, to) => {
      if (bytes.toString('latin1', from, to).endsWith(' EXISTS\r\n')) resolve()
    }
  })
